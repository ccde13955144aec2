"""Rollbacks on the in-memory cluster."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.actions.options import DryRun, RollbackOptions, WaitStrategy
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import (
    ObjectInvalid,
    ReleaseNameError,
    ReleaseNotFound,
    RollbackFailed,
    SettingsError,
)
from purehelm.engine.release.model import Release, Status
from purehelm.engine.testing import Call

from .charts import chart, demo, hook
from .world import World

EXTRA = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n"


def rolled(world: World, **options: Any) -> Release:
    return world.engine.rollback("rel", RollbackOptions(**options))


def two_revisions() -> World:
    world = World()
    world.install(values={"greeting": "one"}, labels={"a": "1"})
    world.clock.advance(60)
    world.upgrade(demo(extra=EXTRA), values={"greeting": "two", "replicas": 2.0}, labels={"a": "2"})
    return world


def test_the_target_comes_back() -> None:
    world = two_revisions()
    world.clock.advance(60)
    release = rolled(world)
    first = world.store.get("default", "rel", 1)
    assert (release.revision, release.status, release.info.description) == (3, Status.DEPLOYED, "Rollback to 1")
    assert (release.config, release.labels, release.manifest) == ({"greeting": "one"}, {"a": "1"}, first.manifest)
    assert release.info.rollback_revision == 1
    assert release.info.first_deployed == first.info.first_deployed
    assert release.info.last_deployed == "2026-01-01T00:02:00Z"
    assert world.live("ConfigMap", "rel-config")["data"]["greeting"] == "one"
    assert "extra" not in world.names("ConfigMap")
    assert [status for _, status, _ in world.records()] == ["superseded", "superseded", "deployed"]


def test_a_chosen_revision_and_description() -> None:
    world = two_revisions()
    rolled(world)
    assert rolled(world, revision=2, description="back again").info.description == "back again"
    assert world.store.last("default", "rel").info.rollback_revision == 2


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"revision": 9}, ReleaseNotFound, "release has no 9 version"),
        ({"revision": -1}, SettingsError, "invalid release revision"),
        ({"description": "x" * 257}, SettingsError, "description must be 256 characters or less, got 257"),
    ],
    ids=["missing", "negative", "long"],
)
def test_what_is_refused(options: dict[str, Any], error: type[Exception], text: str) -> None:
    world = two_revisions()
    with pytest.raises(error) as caught:
        rolled(world, **options)
    assert str(caught.value) == text


def test_no_release() -> None:
    with pytest.raises(ReleaseNotFound, match=r"^release: not found$"):
        rolled(World())
    with pytest.raises(ReleaseNameError, match=r"^prepareRollback: Release name is invalid: No$"):
        World().engine.rollback("No")


def test_it_is_the_way_out_of_a_stuck_release() -> None:
    world = two_revisions()
    world.put(3, Status.PENDING_UPGRADE, "Preparing upgrade")
    assert rolled(world).info.rollback_revision == 2


def test_hooks_of_the_target_run() -> None:
    world = World()
    world.install(demo(pre=hook("pre", "pre-rollback"), post=hook("post", "post-rollback")))
    world.upgrade(values={"replicas": 2.0})
    before = len(world.cluster.calls)
    release = rolled(world)
    applied = [call.ref.name for call in world.cluster.calls[before:] if call.verb == "apply"]
    assert applied == ["pre", "rel-config", "rel-web", "post"]
    assert [each.last_run.phase for each in release.hooks] == ["Succeeded", "Succeeded"]
    rolled(world, revision=1, no_hooks=True)
    assert [call.ref.name for call in world.cluster.calls if call.verb == "apply" and call.ref.kind == "Job"] == [
        "pre",
        "post",
    ]


def test_a_failing_hook_leaves_the_record_pending_as_in_helm() -> None:
    world = World()
    failing = hook("pre", "pre-rollback").replace(
        "    spec:", '    metadata: {annotations: {"bed/outcome": fail}}\n    spec:'
    )
    world.install(demo(pre=failing))
    world.upgrade()
    with pytest.raises(RollbackFailed):
        rolled(world)
    assert world.records()[-1] == (3, "pending-rollback", "Rollback to 1")


def test_a_cancelled_rollback_leaves_a_failed_record() -> None:
    world = two_revisions()
    deadline = Deadline(None, clock=world.clock)

    def seen(call: Call) -> bool:
        if call.writes and call.ref.kind == "ConfigMap":
            deadline.cancel()
        return False

    world.cluster.faults.fail(seen, times=None)
    with pytest.raises(RollbackFailed, match=r"^context canceled$"):
        world.engine.rollback("rel", deadline=deadline)
    assert world.records()[-1] == (3, "failed", 'Rollback "rel" failed: context canceled')


def test_a_failing_update() -> None:
    world = two_revisions()
    world.cluster.faults.fail(lambda call: call.writes and call.ref.kind == "ConfigMap", lambda: ObjectInvalid("no"))
    with pytest.raises(RollbackFailed) as caught:
        rolled(world)
    text = "server-side apply failed for object default/rel-config /v1, Kind=ConfigMap: no"
    assert str(caught.value) == text
    assert world.records()[1:] == [
        (2, "superseded", "Upgrade complete"),
        (3, "failed", f'Rollback "rel" failed: {text}'),
    ]


def test_cleanup_on_fail() -> None:
    world = two_revisions()
    rolled(world)  # extra is gone
    world.cluster.faults.fail(lambda call: call.writes and call.ref.kind == "Deployment", lambda: ObjectInvalid("no"))
    with pytest.raises(RollbackFailed):
        rolled(world, revision=2, cleanup_on_fail=True)
    assert "extra" not in world.names("ConfigMap")


def test_waiting_that_fails() -> None:
    world = World()
    web = demo().templates[1].data.decode()
    pods = "      labels: {app: {{ .Release.Name }}}\n    spec"
    never = web.replace(
        pods, '      labels: {app: {{ .Release.Name }}}\n      annotations: {"bed/outcome": never-ready}\n    spec'
    )
    world.install(chart({"web.yaml": never}))
    world.upgrade(chart({"web.yaml": never}), values={"replicas": 2.0})
    with pytest.raises(RollbackFailed) as caught:
        rolled(world, wait=WaitStrategy.WATCHER, timeout=10.0)
    assert str(caught.value).startswith("release rel failed: resource Deployment/default/rel-web not ready")
    assert world.records()[-1][2].startswith('Release "rel" failed: resource Deployment/default/rel-web not ready')


def test_a_dry_run_stores_nothing() -> None:
    world = two_revisions()
    before = len(world.cluster.calls)
    release = rolled(world, dry_run=DryRun.CLIENT)
    assert (release.revision, release.status) == (3, Status.PENDING_ROLLBACK)
    assert not [call for call in world.cluster.calls[before:] if call.writes]


def test_history_is_pruned() -> None:
    world = two_revisions()
    for _ in range(3):
        rolled(world, max_history=2)
    assert [number for number, _, _ in world.records()] == [4, 5]
