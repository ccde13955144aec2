"""Pending releases whose writers are gone, and getting what is wanted from any state."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.actions.lease import SECONDS
from purehelm.engine.actions.options import DryRun, PendingPolicy, UninstallOptions, UpgradeOptions
from purehelm.engine.errors import OperationFailed, ReleaseBusy, ReleaseNotFound
from purehelm.engine.release.model import Release, Status
from purehelm.engine.testing import Killed

from .charts import demo, hook
from .world import World


def killed(kind: str, verb: str) -> World:
    """A world in which an install or upgrade died at the first write of an object of this kind."""
    world = World()
    if verb == "upgrade":
        world.install()
    world.cluster.faults.kill(lambda call: call.writes and call.ref.kind == kind)
    with pytest.raises(Killed):
        world.install() if verb == "install" else world.upgrade(values={"replicas": 2.0})
    world.cluster.faults.clear()
    world.clock.advance(SECONDS + 1)
    return world


def test_fail() -> None:
    world = killed("Deployment", "upgrade")
    release = world.engine.recover("rel", PendingPolicy.FAIL)
    assert release.status is Status.FAILED
    assert world.records() == [
        (1, "deployed", "Install complete"),
        (2, "failed", 'Upgrade "rel" failed: its writer is gone'),
    ]
    assert world.upgrade().revision == 3


def test_roll_back() -> None:
    world = killed("Deployment", "upgrade")
    assert world.engine.recover("rel", PendingPolicy.ROLLBACK).info.description == "Rollback to 1"
    assert [status for _, status, _ in world.records()] == ["superseded", "failed", "deployed"]


def test_nothing_to_roll_back_to() -> None:
    world = killed("Deployment", "install")
    with pytest.raises(OperationFailed, match=r"^unable to find a previously successful release"):
        world.engine.recover("rel", PendingPolicy.ROLLBACK)
    assert world.records() == [(1, "failed", 'Release "rel" failed: its writer is gone')]


@pytest.mark.parametrize("verb", ["install", "upgrade"])
def test_resume(verb: str) -> None:
    world = killed("Deployment", verb)
    release = world.engine.recover("rel", PendingPolicy.RESUME)
    assert (release.status, release.info.description) == (Status.DEPLOYED, f"{verb.capitalize()} complete")
    replicas = world.live("Deployment", "rel-web", api_version="apps/v1")["spec"]["replicas"]
    assert replicas == (1 if verb == "install" else 2)
    assert [status for _, status, _ in world.records()] == (
        ["deployed"] if verb == "install" else ["superseded", "deployed"]
    )


def test_refuse() -> None:
    world = killed("Deployment", "upgrade")
    with pytest.raises(ReleaseBusy):
        world.engine.recover("rel", PendingPolicy.REFUSE)
    assert world.records()[1][1] == "pending-upgrade"


def test_what_is_not_pending_is_left_alone() -> None:
    world = World()
    release = world.install()
    assert world.engine.recover("rel", PendingPolicy.FAIL) == release
    with pytest.raises(ReleaseNotFound):
        world.engine.recover("other", PendingPolicy.FAIL)


@pytest.mark.parametrize("policy", [PendingPolicy.FAIL, PendingPolicy.RESUME, PendingPolicy.ROLLBACK])
def test_an_upgrade_may_begin_with_it(policy: PendingPolicy) -> None:
    world = killed("Deployment", "upgrade")
    release = world.upgrade(values={"replicas": 4.0}, pending=policy)
    assert release.status is Status.DEPLOYED
    assert world.live("Deployment", "rel-web", api_version="apps/v1")["spec"]["replicas"] == 4


# --- ensure


def ensured(world: World, **options: Any) -> Release:
    return world.engine.ensure("rel", demo(), {"replicas": 3.0}, UpgradeOptions(**options))


def replicas(world: World) -> int:
    found: int = world.live("Deployment", "rel-web", api_version="apps/v1")["spec"]["replicas"]
    return found


def test_ensure_from_nothing() -> None:
    world = World()
    assert ensured(world).info.description == "Install complete"
    assert ensured(world).info.description == "Upgrade complete"
    assert replicas(world) == 3


@pytest.mark.parametrize("status", [Status.FAILED, Status.SUPERSEDED, Status.UNINSTALLING, Status.DEPLOYED])
def test_ensure_from_a_first_revision_in_any_state(status: Status) -> None:
    world = World()
    release = world.install()
    world.store.update(release.with_status(status))
    assert ensured(world).status is Status.DEPLOYED
    assert replicas(world) == 3


def test_ensure_from_an_uninstalled_release() -> None:
    world = World()
    world.install()
    world.engine.uninstall("rel", UninstallOptions(keep_history=True))
    assert ensured(world).revision == 2
    assert replicas(world) == 3


@pytest.mark.parametrize("verb", ["install", "upgrade"])
def test_ensure_after_a_killed_writer(verb: str) -> None:
    world = killed("Deployment", verb)
    assert ensured(world).status is Status.DEPLOYED
    assert replicas(world) == 3


def test_ensure_does_not_disturb_a_writer_that_may_live() -> None:
    """Helm's own operations hold no lease: only their age tells."""
    world = World()
    world.install()
    world.clock.advance(10)
    from dataclasses import replace

    made = world.put(2, Status.PENDING_UPGRADE)
    world.store.update(replace(made, info=replace(made.info, last_deployed="2026-01-01T00:00:10.123456789Z")))
    with pytest.raises(ReleaseBusy):
        ensured(world)
    world.clock.advance(301)
    assert ensured(world).revision == 3


@pytest.mark.parametrize("last", ["", "long ago"])
def test_a_pending_record_without_a_time_has_no_writer(last: str) -> None:
    world = World()
    world.install()
    from dataclasses import replace

    made = world.put(2, Status.PENDING_UPGRADE)
    world.store.update(replace(made, info=replace(made.info, last_deployed=last)))
    assert ensured(world).revision == 3


@pytest.mark.parametrize("before", [True, False])
def test_a_dry_run_of_ensure(before: bool) -> None:
    world = World()
    if before:
        world.install()
    release = ensured(world, dry_run=DryRun.SERVER)
    assert release.revision == (2 if before else 1)
    assert len(world.records()) == int(before)


def test_resuming_a_rollback_keeps_its_description() -> None:
    world = World()
    world.install(demo(pre=hook("pre", "pre-rollback")))
    world.upgrade(demo(pre=hook("pre", "pre-rollback")))
    world.cluster.faults.kill(lambda call: call.verb == "apply" and call.ref.kind == "Job")
    with pytest.raises(Killed):
        world.engine.rollback("rel")
    world.cluster.faults.clear()
    world.clock.advance(SECONDS + 1)
    assert world.engine.recover("rel", PendingPolicy.RESUME).info.description == "Rollback to 1"
