"""One writer for each release: leases, their holders, and what happens where there are none."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from typing import Any

import pytest

from purehelm.engine.actions.context import Context, Surroundings, open_context
from purehelm.engine.actions.lease import SECONDS, ReleaseLock, lease_ref, locked
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ClusterUnreachable, Forbidden, KindUnknown, ObjectNotFound, ReleaseBusy
from purehelm.engine.kube.cluster import WriteOptions
from purehelm.engine.testing import Killed

from .world import World

REF = lease_ref("default", "rel")


def context_of(world: World, identity: str = "me", deadline: Deadline | None = None) -> Context:
    around = Surroundings(clock=world.clock, reporter=world.events.append, identity=identity)
    return open_context(world.cluster, world.store, "default", deadline or Deadline(None, clock=world.clock), around)


def lease_of(world: World, holder: str, *, age: float = 0.0, **spec: Any) -> None:
    """Somebody's lease, last renewed so many seconds ago."""
    renewed = world.clock.now() - datetime.timedelta(seconds=age)
    body = {
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": {"name": REF.name, "namespace": "default"},
        "spec": {
            "holderIdentity": holder, "leaseDurationSeconds": SECONDS,
            "renewTime": renewed.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), **spec,
        },
    }  # fmt: skip
    world.cluster.create(body, WriteOptions(manager="other"))


def test_it_is_there_during_the_operation_only() -> None:
    world = World()
    with locked(context_of(world), "rel") as lock:
        assert lock.held().leased
        spec = world.cluster.get(REF)["spec"]
        assert spec["holderIdentity"].startswith("me#")
        assert spec["leaseDurationSeconds"] == SECONDS
        assert spec["renewTime"] == "2026-01-01T00:00:00.000000Z"
    with pytest.raises(ObjectNotFound):
        world.cluster.get(REF)


def test_a_living_holder_is_named() -> None:
    world = World()
    lease_of(world, "gateway-7", age=SECONDS - 1)
    with pytest.raises(ReleaseBusy) as caught, locked(context_of(world), "rel") as lock:
        lock.held()
    assert caught.value.holder == "gateway-7"
    assert str(caught.value) == "another operation (install/upgrade/rollback) is in progress: held by gateway-7"
    assert world.cluster.get(REF)["spec"]["holderIdentity"] == "gateway-7"


@pytest.mark.parametrize("operation", ["install", "upgrade", "rollback", "uninstall", "test"])
def test_every_operation_respects_it(operation: str) -> None:
    world = World()
    if operation != "install":
        world.install()
    lease_of(world, "gateway-7")
    before = world.records()
    calls: dict[str, Callable[[], object]] = {
        "install": world.install,
        "upgrade": world.upgrade,
        "rollback": lambda: world.engine.rollback("rel"),
        "uninstall": lambda: world.engine.uninstall("rel"),
        "test": lambda: world.engine.test("rel"),
    }
    with pytest.raises(ReleaseBusy):
        calls[operation]()
    assert world.records() == before


@pytest.mark.parametrize(
    ("age", "spec"),
    [(SECONDS + 1, {}), (0, {"renewTime": None}), (0, {"leaseDurationSeconds": None})],
    ids=["old", "timeless", "endless"],
)
def test_a_dead_holder_is_succeeded(age: float, spec: dict[str, Any]) -> None:
    world = World()
    lease_of(world, "gateway-7", age=age, **spec)
    with locked(context_of(world), "rel") as lock:
        held = lock.held()
        assert (held.leased, held.dead) == (True, "gateway-7")
        assert world.cluster.get(REF)["spec"]["leaseTransitions"] == 1
    with pytest.raises(ObjectNotFound):
        world.cluster.get(REF)


def test_two_threads_of_one_engine_exclude_each_other() -> None:
    world = World()
    with locked(context_of(world), "rel") as lock:
        lock.held()
        with pytest.raises(ReleaseBusy), locked(context_of(world), "rel") as other:
            other.held()
    world.install()


@pytest.mark.parametrize("error", [Forbidden("leases.coordination.k8s.io is forbidden"), KindUnknown("no leases")])
def test_without_leases_it_goes_on_and_warns_once(error: Exception) -> None:
    world = World()
    world.cluster.faults.fail(lambda call: call.ref.kind == "Lease", lambda: error, times=None)
    world.install()
    assert world.records() == [(1, "deployed", "Install complete")]
    assert world.warnings() == ["lease.unavailable"]


def test_a_lease_that_may_be_created_but_not_read() -> None:
    world = World()
    lease_of(world, "gateway-7")
    world.cluster.faults.fail(
        lambda call: call.ref.kind == "Lease" and call.verb == "get", lambda: Forbidden("no"), times=None
    )
    world.install()
    assert "lease.unavailable" in world.warnings()


def test_another_trouble_is_raised() -> None:
    world = World()
    world.cluster.faults.fail(lambda call: call.ref.kind == "Lease", times=None)
    with pytest.raises(ClusterUnreachable):
        world.install()
    assert world.records() == []


def test_a_lease_that_vanishes_while_it_is_looked_at_is_taken() -> None:
    world = World()
    lease_of(world, "gateway-7", age=SECONDS + 1)
    gone = ObjectNotFound("gone")
    world.cluster.faults.fail(lambda call: call.ref.kind == "Lease" and call.verb == "replace", lambda: gone)
    world.cluster.faults.fail(lambda call: call.ref.kind == "Lease" and call.verb == "get", lambda: gone)
    with locked(context_of(world), "rel") as lock:
        assert lock.held().dead == "gateway-7"


def beating(world: World, done: threading.Event, deadline: Deadline | None = None) -> ReleaseLock:
    """A lock with a quick heartbeat; `done` is set at the first one."""

    def seen(call: Any) -> bool:
        if call.ref.kind == "Lease" and call.verb == "patch":
            done.set()
        return False

    world.cluster.faults.fail(seen, times=None)
    lock = ReleaseLock(context_of(world, deadline=deadline), "rel", every=0.01)
    lock.held()
    return lock


def test_the_heartbeat_renews() -> None:
    world = World()
    done = threading.Event()
    lock = beating(world, done)
    world.clock.advance(20)
    done.clear()
    assert done.wait(5)
    lock.release()
    assert any(call.verb == "patch" and call.ref == REF for call in world.cluster.calls)


def test_an_operation_that_lost_its_lease_is_cancelled() -> None:
    world = World()
    deadline = Deadline(None, clock=world.clock)
    lock = beating(world, threading.Event(), deadline)
    world.cluster.delete(REF)
    for _ in range(500):
        if deadline.cancelled:
            break
        threading.Event().wait(0.01)
    assert deadline.cancelled
    lease_of(world, "gateway-7")
    lock.release()
    assert world.warnings() == ["lease.lost"]
    assert world.cluster.get(REF)["spec"]["holderIdentity"] == "gateway-7"


def test_a_heartbeat_that_fails_is_told_and_goes_on() -> None:
    world = World()
    world.cluster.faults.fail(lambda call: call.ref.kind == "Lease" and call.verb == "patch")
    done = threading.Event()
    lock = beating(world, done)
    for _ in range(500):
        if "lease.unrenewed" in world.warnings():
            break
        threading.Event().wait(0.01)
    lock.release()
    assert world.warnings() == ["lease.unrenewed"]


def test_a_lease_that_cannot_be_deleted_is_told() -> None:
    world = World()
    world.cluster.faults.fail(lambda call: call.ref.kind == "Lease" and call.verb == "delete", times=None)
    world.install()
    assert world.warnings() == ["lease.not_released"]


def test_a_killed_process_leaves_its_lease_until_it_runs_out() -> None:
    world = World()
    world.cluster.faults.kill(lambda call: call.verb == "apply")
    with pytest.raises(Killed):
        world.install()
    world.cluster.faults.clear()
    with pytest.raises(ReleaseBusy) as caught:
        world.upgrade()
    assert caught.value.holder is not None
    assert caught.value.holder.startswith("me#")
    world.clock.advance(SECONDS + 1)
    with pytest.raises(ReleaseBusy, match=r"in progress$"):
        world.upgrade()  # by default a pending record is refused, as Helm does
