"""What operations would do, asked by dry runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from purehelm.engine.actions.options import InstallOptions, RollbackOptions, UninstallOptions, UpgradeOptions
from purehelm.engine.actions.preview import Change, Preview
from purehelm.engine.chart.model import Chart
from purehelm.engine.errors import ObjectInvalid, ReleaseExists, ReleaseNotFound
from purehelm.engine.kube.cluster import WriteOptions
from purehelm.engine.release.diff import ABSENT, HIDDEN, FieldChange

from .charts import CONFIG, CRD, KEPT, SECRET, SLICE, chart, demo
from .world import World


def changes(preview: Preview) -> dict[str, str]:
    return {str(each.ref): str(each.change) for each in preview.changes}


def of_install(world: World, made: Chart, **options: Any) -> Preview:
    return world.engine.plan_install(made, {}, InstallOptions(name="rel", **options))


def of_upgrade(world: World, made: Chart, values: dict[str, Any] | None = None, **options: Any) -> Preview:
    return world.engine.plan_upgrade("rel", made, values or {}, UpgradeOptions(**options))


def unchanged_by(world: World) -> list[str]:
    return [str(call) for call in world.cluster.calls if call.writes]


def test_an_install_creates() -> None:
    world = World()
    preview = of_install(world, demo(secret=SECRET))
    assert changes(preview) == {
        "Secret/default/rel-secret": "create",
        "ConfigMap/default/rel-config": "create",
        "Deployment/default/rel-web": "create",
    }
    assert preview.release.revision == 1
    assert "create record" in preview.steps
    assert not preview.is_empty
    secret = preview.changes[0].body
    assert secret is not None
    assert secret["data"] == {"password": HIDDEN}
    web = preview.changes[2].body
    assert web is not None
    assert web["spec"]["strategy"]["type"] == "RollingUpdate"  # the server's defaults are in it
    assert unchanged_by(world) == []
    world.install()
    with pytest.raises(ReleaseExists):
        of_install(world, demo())


def test_definitions_bring_their_kinds() -> None:
    preview = of_install(World(), demo(crd=CRD, slice=SLICE))
    assert changes(preview)["Slice/default/rel-slice"] == "create"


def test_a_namespace_that_comes_with_the_release() -> None:
    preview = of_install(World(), demo(), namespace="new", create_namespace=True)
    assert set(changes(preview).values()) == {"create"}


def test_an_upgrade_path_by_path() -> None:
    world = World()
    extra = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n"
    world.install(demo(secret=SECRET, extra=extra, kept=KEPT))
    before = unchanged_by(world)
    preview = of_upgrade(world, demo(secret=SECRET), {"replicas": 2.0, "password": "new"})
    assert changes(preview) == {
        "Secret/default/rel-secret": "change",
        "ConfigMap/default/rel-config": "change",
        "Deployment/default/rel-web": "change",
        "ConfigMap/default/extra": "delete",
        "ConfigMap/default/rel-kept": "keep",
    }
    fields = {str(each.ref): each.fields for each in preview.changes}
    assert fields["Secret/default/rel-secret"] == (FieldChange("data.password", HIDDEN, HIDDEN),)
    assert fields["ConfigMap/default/rel-config"] == (FieldChange("data.revision", "1", "2"),)
    assert fields["Deployment/default/rel-web"] == (FieldChange("spec.replicas", 1, 2),)
    assert preview.text() == (
        "~ Secret/default/rel-secret change\n    data.password: '(hidden)' -> '(hidden)'\n"
        "~ ConfigMap/default/rel-config change\n    data.revision: '1' -> '2'\n"
        "~ Deployment/default/rel-web change\n    spec.replicas: 1 -> 2\n"
        "- ConfigMap/default/extra delete\n= ConfigMap/default/rel-kept keep\n"
    )
    assert unchanged_by(world) == before


def test_nothing_changes() -> None:
    world = World()
    made = chart({"kept.yaml": KEPT})
    world.install(made)
    preview = of_upgrade(world, made)
    assert preview.is_empty
    assert preview.text() == "  ConfigMap/default/rel-kept unchanged\n"


@pytest.mark.parametrize("force", [False, True])
def test_conflicts_name_their_owners(force: bool) -> None:
    world = World()
    world.install()
    body = {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "rel-config", "namespace": "default"},
        "data": {"greeting": "theirs"},
    }  # fmt: skip
    world.cluster.apply(body, WriteOptions(manager="other", force=True))
    preview = of_upgrade(world, demo(), {"greeting": "ours"}, force_conflicts=force)
    found = preview.changes[0]
    assert FieldChange("data.greeting", "theirs", "ours") in found.fields
    if force:
        assert (found.change, found.conflicts, preview.problems) == (Change.CHANGE, (), ())
        return
    assert found.change is Change.CONFLICT
    assert [(each.manager, each.field) for each in found.conflicts] == [("other", ".data.greeting")]
    assert preview.problems == (found,)
    assert "    .data.greeting is owned by other\n" in preview.text()


def test_what_the_server_refuses() -> None:
    world = World()
    world.install()
    world.cluster.faults.fail(
        lambda call: call.dry_run and call.ref.kind == "ConfigMap", lambda: ObjectInvalid("too big")
    )
    preview = of_upgrade(world, demo())
    assert preview.problems[0].change is Change.REFUSED
    assert preview.problems[0].error.endswith("too big")


def test_an_upgrade_that_would_be_an_install() -> None:
    world = World()
    assert set(changes(of_upgrade(world, demo(), install=True)).values()) == {"create"}
    with pytest.raises(ReleaseNotFound):
        of_upgrade(world, demo())
    world.install()
    assert of_upgrade(world, demo(), install=True).verb == "upgrade"


def test_a_rollback() -> None:
    world = World()
    world.install(demo(extra=CONFIG.replace("{{ .Release.Name }}-config", "extra")))
    world.upgrade(values={"replicas": 2.0})
    preview = world.engine.plan_rollback("rel", RollbackOptions())
    assert changes(preview) == {
        "ConfigMap/default/extra": "create",
        "ConfigMap/default/rel-config": "change",
        "Deployment/default/rel-web": "change",
    }
    assert preview.changes[2].fields == (FieldChange("spec.replicas", 2, 1),)


def test_an_uninstall() -> None:
    world = World()
    release = world.install(demo(kept=KEPT))
    old = "---\napiVersion: old.example.com/v1\nkind: Old\nmetadata: {name: old}\n"
    world.store.update(replace(release, manifest=release.manifest + old))
    body = {
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "rel-config", "namespace": "default", "annotations": {"meta.helm.sh/release-name": "other"}},
    }  # fmt: skip
    world.cluster.apply(body, WriteOptions(manager="other", force=True))
    preview = world.engine.plan_uninstall("rel", UninstallOptions())
    assert changes(preview) == {
        "Deployment/default/rel-web": "delete",
        "ConfigMap/rel-kept": "keep",
        "ConfigMap/default/rel-config": "skip",
        "Old/old": "skip",
    }
    with pytest.raises(ReleaseNotFound):
        world.engine.plan_uninstall("other")


def test_a_value_that_was_not_there() -> None:
    world = World()
    world.install(chart({"config.yaml": CONFIG}))
    preview = of_upgrade(world, chart({"config.yaml": CONFIG + "  more: x\n"}))
    assert preview.changes[0].fields == (FieldChange("data.revision", "1", "2"), FieldChange("data.more", ABSENT, "x"))
    assert "data.more: nothing -> 'x'" in preview.text()
