"""Uninstalls on the in-memory cluster."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from purehelm.engine.actions.options import UninstallOptions
from purehelm.engine.actions.uninstall import Uninstalled
from purehelm.engine.errors import Forbidden, ObjectInvalid, ReleaseNameError, ReleaseNotFound, UninstallFailed
from purehelm.engine.kube.cluster import PatchType, WriteOptions
from purehelm.engine.release.model import Status
from purehelm.engine.shapes import ResourceRef

from .charts import KEPT, demo, hook
from .world import World


def uninstalled(world: World, **options: Any) -> Uninstalled:
    return world.engine.uninstall("rel", UninstallOptions(**options))


def test_objects_and_records_go_in_helms_order() -> None:
    world = World()
    world.install(demo(pre=hook("pre", "pre-delete"), post=hook("post", "post-delete"), kept=KEPT))
    before = len(world.cluster.calls)
    answer = uninstalled(world)
    effects = [str(call) for call in world.cluster.calls[before:] if call.writes and call.ref.kind != "Lease"]
    assert effects == [
        "delete Job/default/pre",
        "replace Secret/default/sh.helm.release.v1.rel.v1",
        "apply Job/default/pre",
        "replace Secret/default/sh.helm.release.v1.rel.v1",
        "delete Deployment/default/rel-web",
        "delete ConfigMap/default/rel-config",
        "delete Job/default/post",
        "replace Secret/default/sh.helm.release.v1.rel.v1",
        "apply Job/default/post",
        "delete Secret/default/sh.helm.release.v1.rel.v1",
    ]
    assert answer.release is not None
    assert (answer.release.status, answer.release.info.description) == (Status.UNINSTALLED, "Uninstallation complete")
    assert answer.info == "These resources were kept due to the resource policy:\n[ConfigMap] rel-kept\n"
    assert (answer.kept, answer.skipped) == (("ConfigMap/rel-kept",), ())
    assert world.records() == []
    assert "rel-kept" in world.names("ConfigMap")


def test_history_can_be_kept() -> None:
    world = World()
    world.install()
    world.upgrade()
    world.put(3, Status.FAILED, "broken")
    uninstalled(world, keep_history=True, description="bye")
    assert world.records() == [
        (1, "superseded", "Install complete"),
        (2, "superseded", "Upgrade complete"),
        (3, "uninstalled", "bye"),
    ]
    last = world.store.last("default", "rel")
    assert last.info.deleted == "2026-01-01T00:00:00Z"
    with pytest.raises(UninstallFailed, match=r'^the release named "rel" is already deleted$'):
        uninstalled(world, keep_history=True)
    assert uninstalled(world).release == last
    assert world.records() == []


def test_no_release() -> None:
    world = World()
    with pytest.raises(ReleaseNotFound, match=r"^uninstall: Release not loaded: rel: release: not found$"):
        uninstalled(world)
    with pytest.raises(ReleaseNotFound, match=r"^release: not found$"):
        uninstalled(world, dry_run=True)
    assert uninstalled(world, ignore_not_found=True) == Uninstalled(release=None)
    assert uninstalled(world, ignore_not_found=True, dry_run=True) == Uninstalled(release=None)
    with pytest.raises(ReleaseNameError, match=r"^uninstall: Release name is invalid: No$"):
        world.engine.uninstall("No")


def disown(world: World, name: str) -> None:
    patch = {"metadata": {"annotations": {"meta.helm.sh/release-name": "other"}}}
    ref = ResourceRef("v1", "ConfigMap", "default", name)
    world.cluster.patch(ref, PatchType.MERGE, patch, WriteOptions(manager="other"))


def test_what_is_not_the_releases_stays() -> None:
    world = World()
    world.install(demo(kept=KEPT))
    disown(world, "rel-config")
    world.cluster.faults.fail(
        lambda call: call.verb == "get" and call.ref.kind == "Deployment", lambda: Forbidden("not you"), times=None
    )
    answer = uninstalled(world)
    assert answer.info == (
        "These resources were kept due to the resource policy:\n"
        "[ConfigMap] rel-kept\n"
        "\n"
        "1 resource(s) were not deleted because they are not owned by this release:\n"
        "[ConfigMap] rel-config\n"
        "\n"
        "1 resource(s) were not deleted because their ownership could not be verified:\n"
        "[Deployment] rel-web: not you\n"
    )
    assert answer.skipped == ("ConfigMap/rel-config", "Deployment/rel-web")
    assert world.records() == []
    assert world.warnings() == ["uninstall.not_owned", "uninstall.not_verified"]


def test_a_dry_run_tells_what_is_kept() -> None:
    world = World()
    world.install(demo(kept=KEPT))
    disown(world, "rel-config")
    before = len(world.cluster.calls)
    answer = uninstalled(world, dry_run=True)
    assert answer.info == "These resources were kept due to the resource policy:\n[ConfigMap] rel-kept\n"
    assert answer.release is not None
    assert answer.release.status is Status.DEPLOYED
    assert world.warnings() == ["uninstall.not_owned"]
    assert not [call for call in world.cluster.calls[before:] if call.writes]


def test_objects_that_are_gone_are_no_trouble() -> None:
    world = World()
    world.install()
    world.cluster.delete(ResourceRef("v1", "ConfigMap", "default", "rel-config"))
    assert uninstalled(world).info == ""


def test_a_kind_that_is_not_served_any_more_is_told() -> None:
    world = World()
    release = world.install()
    gone = "---\n# Source: x\napiVersion: old.example.com/v1\nkind: Old\nmetadata:\n  name: old\n"
    world.store.update(replace(release, manifest=release.manifest + gone))
    answer = uninstalled(world)
    assert "[Old] old: resource mapping not found" in answer.info
    assert world.names("Deployment") == []


def test_an_object_that_cannot_be_deleted() -> None:
    world = World()
    world.install()
    world.cluster.faults.fail(
        lambda call: call.verb == "delete" and call.ref.kind == "ConfigMap", lambda: ObjectInvalid("no"), times=None
    )
    with pytest.raises(UninstallFailed, match=r"^failed to delete release: rel$"):
        uninstalled(world)
    assert world.records() == [(1, "uninstalling", "Deletion in progress (or silently failed)")]
    world.cluster.faults.clear()
    uninstalled(world)
    assert world.records() == []


def test_a_failing_pre_delete_hook_stops_it() -> None:
    world = World()
    failing = hook("pre", "pre-delete").replace(
        "    spec:", '    metadata: {annotations: {"bed/outcome": fail}}\n    spec:'
    )
    world.install(demo(pre=failing))
    with pytest.raises(UninstallFailed):
        uninstalled(world)
    assert world.names("Deployment") == ["rel-web"]


def test_trouble_after_the_deletion_is_collected() -> None:
    world = World()
    failing = hook("post", "post-delete").replace(
        "    spec:", '    metadata: {annotations: {"bed/outcome": fail}}\n    spec:'
    )
    world.install(demo(post=failing))
    with pytest.raises(UninstallFailed, match=r"^uninstallation completed with 1 error\(s\): "):
        uninstalled(world)
    assert world.records() == []


def test_records_that_cannot_be_purged() -> None:
    world = World()
    world.install()
    world.cluster.faults.fail(lambda call: call.verb == "delete" and call.ref.kind == "Secret", lambda: Forbidden("no"))
    with pytest.raises(UninstallFailed) as caught:
        uninstalled(world)
    assert str(caught.value) == "uninstallation completed with 1 error(s): uninstall: Failed to purge the release: no"


def test_a_record_that_cannot_be_read_as_objects() -> None:
    world = World()
    release = world.install()
    world.store.update(replace(release, manifest="---\n# Source: x\nkind: [\n"))
    with pytest.raises(UninstallFailed, match=r"^failed to delete release: rel$"):
        uninstalled(world)
    assert uninstalled(world, dry_run=True).release is not None
    assert world.warnings() == ["record.corrupted", "record.corrupted"]


@pytest.mark.parametrize("no_hooks", [True, False])
def test_hooks_can_be_skipped(no_hooks: bool) -> None:
    world = World()
    world.install(demo(pre=hook("pre", "pre-delete")))
    uninstalled(world, no_hooks=no_hooks)
    assert bool(world.names("Job")) is not no_hooks
