"""Upgrades on the in-memory cluster."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.actions.options import DryRun, UpgradeOptions, ValuesReuse
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import (
    ObjectExists,
    ObjectInvalid,
    OwnershipError,
    ReleaseBusy,
    ReleaseExists,
    ReleaseNameError,
    ReleaseNotFound,
    SettingsError,
    UpgradeFailed,
    ValuesError,
)
from purehelm.engine.kube.cluster import WriteOptions
from purehelm.engine.release.model import Release, Status
from purehelm.engine.testing import Call

from .charts import CONFIG, CRD, KEPT, SLICE, WEB, chart, demo, hook
from .world import World


def test_an_upgrade_supersedes() -> None:
    world = World()
    first = world.install(values={"greeting": "hi"}, labels={"team": "a", "gone": "x"})
    world.clock.advance(60)
    second = world.upgrade(values={"replicas": 2.0}, labels={"gone": None, "stage": "b"}, description="more")
    assert (second.revision, second.status, second.info.description) == (2, Status.DEPLOYED, "more")
    assert second.info.first_deployed == first.info.first_deployed
    assert second.info.last_deployed == "2026-01-01T00:01:00Z"
    assert second.labels == {"team": "a", "stage": "b"}
    assert world.records() == [(1, "superseded", "Install complete"), (2, "deployed", "more")]
    assert world.live("Deployment", "rel-web", api_version="apps/v1")["spec"]["replicas"] == 2


def test_order_of_effects() -> None:
    world = World()
    world.install(demo(old="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: old}\n"))
    before = len(world.cluster.calls)
    world.upgrade(demo(pre=hook("pre", "pre-upgrade"), post=hook("post", "post-upgrade")), values={"replicas": 2.0})
    effects = [str(call) for call in world.cluster.calls[before:] if call.writes and call.ref.kind != "Lease"]
    assert effects == [
        "create Secret/default/sh.helm.release.v1.rel.v2",
        "delete Job/default/pre",
        "replace Secret/default/sh.helm.release.v1.rel.v2",
        "apply Job/default/pre",
        "apply ConfigMap/default/rel-config",
        "apply Deployment/default/rel-web",
        "delete ConfigMap/default/old",
        "delete Job/default/post",
        "replace Secret/default/sh.helm.release.v1.rel.v2",
        "apply Job/default/post",
        "replace Secret/default/sh.helm.release.v1.rel.v1",
        "replace Secret/default/sh.helm.release.v1.rel.v2",
    ]


def test_an_unknown_release() -> None:
    with pytest.raises(ReleaseNotFound, match=r'^"rel" has no deployed releases$'):
        World().upgrade()


def test_a_bad_name() -> None:
    with pytest.raises(ReleaseNameError, match=r"^release name is invalid: No$"):
        World().engine.upgrade("No", demo(), {}, UpgradeOptions())


def test_a_pending_release_is_refused() -> None:
    world = World()
    world.install()
    world.put(2, Status.PENDING_UPGRADE, "Preparing upgrade")
    with pytest.raises(ReleaseBusy, match=r"^another operation \(install/upgrade/rollback\) is in progress$"):
        world.upgrade()


@pytest.mark.parametrize("status", [Status.UNINSTALLED, Status.UNINSTALLING])
def test_nothing_deployed(status: Status) -> None:
    world = World()
    release = world.install()
    world.store.update(release.with_status(status))
    with pytest.raises(ReleaseNotFound, match="has no deployed releases"):
        world.upgrade()


def test_a_failed_first_install_can_be_upgraded() -> None:
    world = World()
    release = world.install()
    world.store.update(release.with_status(Status.FAILED))
    assert world.upgrade().revision == 2
    assert [status for _, status, _ in world.records()] == ["superseded", "deployed"]


def test_the_base_is_the_deployed_revision_not_the_failed_one() -> None:
    """What only a failed upgrade made stays, as in Helm."""
    world = World()
    world.install()
    world.cluster.faults.fail(lambda call: call.writes and call.ref.kind == "Deployment", lambda: ObjectInvalid("no"))
    extra = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n"
    with pytest.raises(UpgradeFailed):
        world.upgrade(demo(extra=extra), values={"replicas": 2.0})
    assert "extra" in world.names("ConfigMap")
    world.upgrade()
    assert "extra" in world.names("ConfigMap")
    assert [status for _, status, _ in world.records()] == ["superseded", "failed", "deployed"]


def test_cleanup_on_fail_deletes_what_was_created() -> None:
    world = World()
    world.install()
    world.cluster.faults.fail(lambda call: call.writes and call.ref.kind == "Deployment", lambda: ObjectInvalid("no"))
    extra = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n"
    with pytest.raises(UpgradeFailed):
        world.upgrade(demo(extra=extra), values={"replicas": 2.0}, cleanup_on_fail=True)
    assert "extra" not in world.names("ConfigMap")


def test_a_failure_keeps_the_base_deployed_and_skips_deletions() -> None:
    world = World()
    world.install(demo(old="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: old}\n"))
    world.cluster.faults.fail(lambda call: call.writes and call.ref.kind == "ConfigMap", lambda: ObjectInvalid("no"))
    with pytest.raises(UpgradeFailed) as caught:
        world.upgrade(values={"replicas": 3.0})
    text = "server-side apply failed for object default/rel-config /v1, Kind=ConfigMap: no"
    assert str(caught.value) == text
    assert world.records() == [(1, "deployed", "Install complete"), (2, "failed", f'Upgrade "rel" failed: {text}')]
    assert world.live("Deployment", "rel-web", api_version="apps/v1")["spec"]["replicas"] == 3
    assert "old" in world.names("ConfigMap")


def test_rollback_on_failure_makes_a_third_revision() -> None:
    world = World()
    world.install()
    world.cluster.faults.fail(lambda call: call.writes and call.ref.kind == "ConfigMap", lambda: ObjectInvalid("no"))
    with pytest.raises(
        UpgradeFailed, match=r"^release rel failed, and has been rolled back due to rollback-on-failure"
    ):
        world.upgrade(values={"replicas": 3.0}, rollback_on_failure=True)
    assert [(number, status) for number, status, _ in world.records()] == [
        (1, "superseded"),
        (2, "failed"),
        (3, "deployed"),
    ]
    assert world.records()[2][2] == "Rollback to 1"
    assert world.live("Deployment", "rel-web", api_version="apps/v1")["spec"]["replicas"] == 1


def test_rollback_on_failure_without_anything_to_go_back_to() -> None:
    world = World()
    release = world.install()
    world.store.update(release.with_status(Status.FAILED))
    world.cluster.faults.fail(lambda call: call.writes and call.ref.kind == "ConfigMap", lambda: ObjectInvalid("no"))
    with pytest.raises(UpgradeFailed) as caught:
        world.upgrade(rollback_on_failure=True)
    assert str(caught.value).startswith(
        "unable to find a previously successful release when attempting to rollback. original upgrade error: server-side"
    )


def test_a_cancelled_upgrade_leaves_a_failed_record() -> None:
    world = World()
    world.install()
    deadline = Deadline(None, clock=world.clock)

    def seen(call: Call) -> bool:
        if call.writes and call.ref.kind == "ConfigMap":
            deadline.cancel()
        return False

    world.cluster.faults.fail(seen, times=None)
    with pytest.raises(UpgradeFailed, match=r"^context canceled$"):
        world.engine.upgrade("rel", demo(), {}, UpgradeOptions(), deadline=deadline)
    assert world.records()[1] == (2, "failed", 'Upgrade "rel" failed: context canceled')


def test_hooks_that_fail_are_framed() -> None:
    world = World()
    world.install()
    failing = hook("pre", "pre-upgrade").replace(
        "    spec:", '    metadata: {annotations: {"bed/outcome": fail}}\n    spec:'
    )
    with pytest.raises(UpgradeFailed) as caught:
        world.upgrade(demo(pre=failing))
    assert str(caught.value).startswith("pre-upgrade hooks failed: ")
    assert world.store.last("default", "rel").hooks[0].last_run.phase == "Failed"


def test_a_conflict_names_the_owner() -> None:
    world = World()
    world.install()
    body = {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "rel-config", "namespace": "default"},
        "data": {"greeting": "theirs"},
    }  # fmt: skip
    world.cluster.apply(body, WriteOptions(manager="other", force=True))
    with pytest.raises(UpgradeFailed, match="conflict occurred while applying object default/rel-config"):
        world.upgrade(values={"greeting": "ours"})
    world.upgrade(values={"greeting": "ours"}, force_conflicts=True)
    assert world.live("ConfigMap", "rel-config")["data"]["greeting"] == "ours"


def test_new_objects_must_not_be_anothers() -> None:
    world = World()
    world.install()
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "extra", "namespace": "default"}}
    world.cluster.create(body, WriteOptions())
    extra = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n"
    with pytest.raises(
        OwnershipError, match=r'^unable to continue with update: ConfigMap "extra" in namespace "default"'
    ):
        world.upgrade(demo(extra=extra))
    world.upgrade(demo(extra=extra), take_ownership=True)
    assert world.live("ConfigMap", "extra")["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "Helm"}


def test_a_kept_object_stays() -> None:
    world = World()
    world.install(demo(kept=KEPT))
    world.upgrade()
    assert "rel-kept" in world.names("ConfigMap")


def test_definitions_new_in_an_upgrade_are_served_first() -> None:
    world = World()
    world.install()
    world.upgrade(demo(crd=CRD, slice=SLICE))
    assert world.live("Slice", "rel-slice", api_version="example.com/v1")["spec"] == {"size": 3}


# --- values


GIVEN: dict[str, Any] = {"greeting": "hi", "nested": {"a": 1.0, "b": 2.0}}


@pytest.mark.parametrize(
    ("reuse", "values", "config", "greeting"),
    [
        (ValuesReuse.DEFAULT, {}, GIVEN, "hi"),
        (ValuesReuse.DEFAULT, {"replicas": 2.0}, {"replicas": 2.0}, "new default"),
        (ValuesReuse.RESET, {}, {}, "new default"),
        (ValuesReuse.REUSE, {"replicas": 2.0}, {**GIVEN, "replicas": 2.0}, "hi"),
        (
            ValuesReuse.RESET_THEN_REUSE,
            {"nested": {"b": 3.0}},
            {"greeting": "hi", "nested": {"a": 1.0, "b": 3.0}},
            "hi",
        ),
    ],
    ids=["none", "given", "reset", "reuse", "reset-then-reuse"],
)
def test_which_values_are_used(
    reuse: ValuesReuse, values: dict[str, Any], config: dict[str, Any], greeting: str
) -> None:
    world = World()
    world.install(values=GIVEN)
    newer = chart({"config.yaml": CONFIG, "web.yaml": WEB}, values={"greeting": "new default"})
    release = world.upgrade(newer, values=values, values_reuse=reuse)
    assert release.config == config
    assert world.live("ConfigMap", "rel-config")["data"]["greeting"] == greeting


def test_reuse_values_takes_the_old_charts_defaults() -> None:
    world = World()
    world.install(values={"replicas": 2.0})
    newer = chart({"config.yaml": CONFIG, "web.yaml": WEB}, values={"greeting": "new default"})
    release = world.upgrade(newer, values_reuse=ValuesReuse.REUSE)
    assert world.live("ConfigMap", "rel-config")["data"]["greeting"] == "hello"
    assert release.chart["values"] == {"greeting": "hello", "replicas": 2.0, "password": "secret"}


# --- records


def test_old_revisions_are_pruned_but_never_the_deployed_one() -> None:
    world = World()
    world.install()
    for _ in range(3):
        world.upgrade(max_history=3)
    assert [number for number, _, _ in world.records()] == [2, 3, 4]
    world.cluster.faults.fail(
        lambda call: call.writes and call.ref.kind == "ConfigMap", lambda: ObjectInvalid("no"), times=None
    )
    for _ in range(4):
        with pytest.raises(UpgradeFailed):
            world.upgrade(max_history=3)
    assert [(number, status) for number, status, _ in world.records()] == [
        (4, "deployed"),
        (7, "failed"),
        (8, "failed"),
    ]


def test_two_racers_are_told_apart_by_the_record() -> None:
    """Where leases cannot be had, the record's name decides, as in Helm."""
    world = World()
    world.install()

    world.cluster.faults.fail(
        lambda call: call.verb == "create" and call.ref.kind == "Secret", lambda: ObjectExists("exists")
    )
    with pytest.raises(ReleaseExists, match=r"^release: already exists$"):
        world.upgrade()


@pytest.mark.parametrize(
    ("method", "option", "after"),
    [
        ("ssa", "auto", "ssa"),
        ("csa", "auto", "csa"),
        ("", "auto", "csa"),
        ("csa", "true", "ssa"),
        ("ssa", "false", "csa"),
    ],
)
def test_how_objects_are_applied(method: str, option: str, after: str) -> None:
    world = World()
    release = world.install()
    from dataclasses import replace

    world.store.update(replace(release, apply_method=method))
    assert world.upgrade(server_side=option).apply_method == after


def test_another_word_for_how() -> None:
    world = World()
    world.install()
    with pytest.raises(SettingsError, match=r"^invalid/unknown release server-side apply method: maybe$"):
        world.upgrade(server_side="maybe")


def test_a_dry_run_stores_nothing() -> None:
    world = World()
    world.install()
    before = len(world.cluster.calls)
    release = world.upgrade(dry_run=DryRun.SERVER)
    assert (release.revision, release.status, release.info.description) == (
        2,
        Status.PENDING_UPGRADE,
        "Dry run complete",
    )
    assert not [call for call in world.cluster.calls[before:] if call.writes]
    with pytest.raises(ValuesError, match="hiding Kubernetes secrets"):
        world.upgrade(hide_secret=True)


# --- upgrade --install


@pytest.mark.parametrize("earlier", ["nothing", "uninstalled"])
def test_an_absent_release_is_installed(earlier: str) -> None:
    world = World()
    if earlier == "uninstalled":
        release = world.install()
        world.store.update(release.with_status(Status.UNINSTALLED))
        for kind, version in (("ConfigMap", "v1"), ("Deployment", "apps/v1")):
            from purehelm.engine.shapes import ResourceRef

            name = "rel-config" if kind == "ConfigMap" else "rel-web"
            world.cluster.delete(ResourceRef(version, kind, "default", name))
    release = world.upgrade(install=True, labels={"a": "b"})
    assert release.info.description == "Install complete"
    assert release.labels == {"a": "b"}
    assert release.revision == (1 if earlier == "nothing" else 2)
    assert "upgrade.installing" in world.warnings()


def test_a_present_release_is_upgraded() -> None:
    world = World()
    world.install()
    assert world.upgrade(install=True).info.description == "Upgrade complete"
    assert world.upgrade(install=True, dry_run=DryRun.SERVER).revision == 3


def test_a_dry_run_of_what_would_be_an_install() -> None:
    release: Release = World().upgrade(install=True, dry_run=DryRun.SERVER)
    assert (release.revision, release.status) == (1, Status.PENDING_INSTALL)
