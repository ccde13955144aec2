"""Waiting for objects on the in-memory cluster, whose clock moves by itself."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import pytest

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import (
    Cancelled,
    ClusterUnreachable,
    DeadlineExceeded,
    Forbidden,
    NotReady,
    ObjectNotFound,
)
from purehelm.engine.kube.apply import ApplyRule, create_all
from purehelm.engine.kube.cluster import WriteOptions
from purehelm.engine.kube.fields import ref_of
from purehelm.engine.kube.health import Health, HealthStatus
from purehelm.engine.kube.wait import Strategy, WaitRule, wait_deleted, wait_done, wait_ready
from purehelm.engine.shapes import KubeObject, ResourceRef
from purehelm.engine.testing import FakeCluster, FakeOptions, ManualClock
from tests.engine.kube.objects import config, definition, job, pod, service, thing, workload

RULE = WaitRule(timeout=60.0)
LEGACY = WaitRule(timeout=60.0, strategy="legacy")


class World:
    """A cluster whose controllers take two seconds, and what was heard."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.cluster = FakeCluster(FakeOptions(delay=2.0), clock=self.clock)
        self.heard: list[str] = []
        self._lock = threading.Lock()

    def make(self, *objects: KubeObject) -> list[KubeObject]:
        create_all(self.cluster, objects, ApplyRule()).check()
        return list(objects)

    def hear(self, ref: ResourceRef, found: Health) -> None:
        with self._lock:
            self.heard.append(f"{ref} {found.status}: {found.message}")

    def deadline(self, seconds: float | None = None) -> Deadline:
        return Deadline(seconds, clock=self.clock)

    def fails(self, wait: Any, objects: list[KubeObject], rule: WaitRule) -> NotReady:
        with pytest.raises(NotReady) as caught:
            wait(self.cluster, objects, rule, self.deadline(), self.hear)
        return caught.value


@pytest.fixture
def world() -> World:
    return World()


EVERYTHING = [
    config(), service(), workload("Deployment", replicas=2), workload("StatefulSet", "db"), workload("DaemonSet", "ds"),
    workload("ReplicaSet", "rs"), pod(), job(),
]  # fmt: skip


@pytest.mark.parametrize("strategy", ["watcher", "legacy"])
@pytest.mark.parametrize("jobs", [False, True])
def test_everything_becomes_ready(world: World, strategy: Strategy, jobs: bool) -> None:
    objects = world.make(
        *(EVERYTHING if strategy == "watcher" else [each for each in EVERYTHING if each["kind"] != "Pod"])
    )
    wait_ready(world.cluster, objects, WaitRule(strategy=strategy, jobs=jobs), world.deadline(), world.hear)
    status = world.cluster.get(ref_of(workload("Deployment")))["status"]
    assert status["readyReplicas"] == 2
    if jobs:
        assert world.cluster.get(ref_of(job()))["status"]["succeeded"] == 1


def test_every_change_is_told(world: World) -> None:
    objects = world.make(workload("Deployment"))
    wait_ready(world.cluster, objects, RULE, world.deadline(), world.hear)
    assert [world.heard[0], world.heard[-1]] == [
        "Deployment/default/web InProgress: Replicas: 0/1",
        "Deployment/default/web Current: Deployment is available. Replicas: 1",
    ]


@pytest.mark.parametrize("wait", [wait_ready, wait_deleted])
def test_only_hooks_are_waited_for(world: World, wait: Any) -> None:
    wait(world.cluster, [config()], WaitRule(strategy="hookOnly"), world.deadline(), world.hear)
    wait(world.cluster, [], RULE, world.deadline(), world.hear)
    assert world.cluster.calls == []


def test_paused_deployments_are_left_out(world: World) -> None:
    objects = world.make(workload("Deployment", paused=True))
    wait_ready(world.cluster, objects, RULE, world.deadline())
    wait_ready(world.cluster, objects, LEGACY, world.deadline())


def test_what_does_not_get_ready_is_told_object_by_object(world: World) -> None:
    objects = world.make(config(), workload("Deployment", outcome="image-pull"), workload("Deployment", "well"))
    error = world.fails(wait_ready, objects, RULE)
    assert str(error) == (
        "resource Deployment/default/web not ready. status: InProgress, message: Available: 0/1\n"
        "context deadline exceeded"
    )
    (unready,) = error.objects
    assert (unready.ref, unready.status, unready.message) == (ref_of(objects[1]), "InProgress", "Available: 0/1")
    assert world.clock.monotonic() == pytest.approx(60.0, abs=1.0)


def test_an_object_that_was_never_seen(world: World) -> None:
    assert str(world.fails(wait_ready, [config("never")], RULE)) == (
        "resource ConfigMap/default/never not ready. status: Unknown, message: \ncontext deadline exceeded"
    )


def test_no_timeout_is_half_a_minute(world: World) -> None:
    world.fails(wait_ready, [config("never")], WaitRule(timeout=0))
    assert world.clock.monotonic() == pytest.approx(30.0, abs=1.0)


def test_a_failed_object_ends_it_when_the_others_are_through(world: World) -> None:
    objects = world.make(job(outcome="fail", backoffLimit=0), workload("Deployment"))
    error = world.fails(wait_ready, objects, WaitRule(timeout=60.0, jobs=True))
    assert str(error) == "resource Job/default/j not ready. status: Failed, message: Job Failed. failed: 1/1"
    assert world.clock.monotonic() < 60.0


def test_failed_pods_fail_their_set(world: World) -> None:
    objects = world.make(workload("StatefulSet", "db", outcome="crash-loop"))
    error = world.fails(wait_ready, objects, RULE)
    assert str(error).startswith(
        "resource StatefulSet/default/db not ready. status: Failed, message: 1 pods have failed"
    )
    (unready,) = error.objects
    assert unready.logs == ()


def test_the_operations_own_time(world: World) -> None:
    objects = world.make(workload("Deployment", outcome="never-ready"))
    with pytest.raises(DeadlineExceeded, match=r"^resource Deployment/default/web not ready\. status: InProgress, "):
        wait_ready(world.cluster, objects, RULE, world.deadline(10.0))
    with pytest.raises(DeadlineExceeded, match=r"^context deadline exceeded$"):
        wait_ready(world.cluster, objects, LEGACY, world.deadline(0.0))


@pytest.mark.parametrize("rule", [RULE, LEGACY], ids=["watcher", "legacy"])
def test_cancelling(world: World, rule: WaitRule) -> None:
    objects = world.make(workload("Deployment", outcome="never-ready"), config())
    deadline = world.deadline()
    deadline.cancel()
    with pytest.raises(Cancelled):
        wait_ready(world.cluster, objects, rule, deadline)


def test_cancelling_while_threads_watch(world: World) -> None:
    objects = world.make(
        workload("Deployment", outcome="never-ready"), workload("StatefulSet", "db", outcome="never-ready")
    )
    deadline = world.deadline()

    def stop(ref: ResourceRef, found: Health) -> None:
        if ref.kind == "StatefulSet":
            deadline.cancel()

    with pytest.raises(Cancelled):
        wait_ready(world.cluster, objects, RULE, deadline, stop)


# --- watches that fail


def test_watches_that_end_are_opened_again(world: World) -> None:
    objects = world.make(workload("Deployment"))
    world.cluster.faults.drop_watches(1)
    wait_ready(world.cluster, objects, RULE, world.deadline())
    assert sum(call.verb == "watch" for call in world.cluster.calls) > 1


def test_watches_that_break_are_opened_again(world: World) -> None:
    objects = world.make(workload("Deployment"))
    world.cluster.faults.fail(lambda call: call.verb == "watch", times=3)
    wait_ready(world.cluster, objects, RULE, world.deadline())


@pytest.mark.parametrize(
    "error",
    [lambda: Forbidden("no", status=403), lambda: ClusterUnreachable("not allowed", status=405)],
    ids=["403", "405"],
)
def test_without_watches_objects_are_read(world: World, error: Any) -> None:
    objects = world.make(workload("Deployment"), *(config(f"c{number}") for number in range(6)))
    world.cluster.faults.fail(lambda call: call.verb == "watch", error, times=None)
    wait_ready(world.cluster, objects, RULE, world.deadline())
    assert any(call.verb == "list" and call.ref.kind == "ConfigMap" for call in world.cluster.calls)


def test_what_may_not_even_be_read_is_an_error(world: World) -> None:
    objects = world.make(config(), workload("Deployment"))
    world.cluster.faults.fail(
        lambda call: call.ref.kind == "ConfigMap", lambda: Forbidden("you may not", status=403), times=None
    )
    with pytest.raises(Forbidden, match=r"^you may not$"):
        wait_ready(world.cluster, objects, RULE, world.deadline())


def test_an_object_that_goes_while_it_is_waited_for(world: World) -> None:
    objects = world.make(workload("Deployment", outcome="never-ready"))

    def remove(ref: ResourceRef, found: Health) -> None:
        if found.status is HealthStatus.IN_PROGRESS:
            with suppress(ObjectNotFound):
                world.cluster.delete(ref)

    with pytest.raises(NotReady, match="status: NotFound, message: Resource not found"):
        wait_ready(world.cluster, objects, RULE, world.deadline(), remove)


def test_custom_kinds_by_their_conditions(world: World) -> None:
    world.make(definition())
    wait_ready(world.cluster, [definition()], RULE, world.deadline())
    objects = world.make(thing())
    wait_ready(world.cluster, objects, RULE, world.deadline())
    condition = {"type": "Ready", "status": "False", "reason": "Busy", "message": "making it"}
    world.cluster.set_status(ref_of(thing()), {"conditions": [condition]})
    assert "status: InProgress, message: making it" in str(world.fails(wait_ready, objects, RULE))


def test_a_clash_of_definitions_fails_at_once(world: World) -> None:
    objects = world.make(definition())
    condition = {
        "type": "NamesAccepted",
        "status": "False",
        "reason": "ListKindConflict",
        "message": '"X" is already in use',
    }
    world.cluster.set_status(ref_of(definition()), {"conditions": [condition]})
    assert str(world.fails(wait_ready, objects, RULE)) == (
        'resource CustomResourceDefinition//things.example.org not ready. status: Failed, message: "X" is already in use'
    )


# --- hopeless ones


def test_what_is_hopeless_ends_it_early(world: World) -> None:
    objects = world.make(
        workload("Deployment", outcome="image-pull"), workload("StatefulSet", "db", outcome="never-ready")
    )
    error = world.fails(wait_ready, objects, WaitRule(timeout=600.0, fail_fast=True))
    assert "message: Available: 0/1: container c: ImagePullBackOff: Back-off pulling image" in str(error)
    assert world.clock.monotonic() < 600.0


def test_what_is_only_slow_is_waited_for(world: World) -> None:
    objects = world.make(workload("Deployment", outcome="slow"))
    wait_ready(world.cluster, objects, WaitRule(fail_fast=True), world.deadline())


# --- hooks


@pytest.mark.parametrize("strategy", ["watcher", "hookOnly", "legacy"])
def test_hooks_that_succeed(world: World, strategy: Strategy) -> None:
    objects = world.make(job(), pod(), workload("Deployment", outcome="never-ready"), config())
    wait_done(world.cluster, objects, WaitRule(strategy=strategy), world.deadline(), world.hear)
    assert "Job/default/j Current: Job Completed. succeeded: 1/1" in world.heard
    assert "Pod/default/p Current: pod p succeeded" in world.heard


@pytest.mark.parametrize(
    ("strategy", "want"),
    [
        ("hookOnly", "resource Job/default/j not ready. status: Failed, message: Job Failed. failed: 1/1\nresource Pod/default/p not ready. status: Failed, message: pod p failed"),
        ("legacy", "job j failed: BackoffLimitExceeded\npod p failed"),
    ],
    ids=["watcher", "legacy"],
)  # fmt: skip
def test_hooks_that_fail(world: World, strategy: Strategy, want: str) -> None:
    objects = world.make(job(outcome="fail", backoffLimit=0), pod(outcome="fail"))
    assert str(world.fails(wait_done, objects, WaitRule(strategy=strategy, timeout=60.0))) == want


@pytest.mark.parametrize(
    ("strategy", "want"),
    [
        (
            "hookOnly",
            "resource Job/default/j not ready. status: InProgress, message: Job in progress\ncontext deadline exceeded",
        ),
        ("legacy", "timed out waiting for the condition"),
    ],
)
def test_hooks_that_take_too_long(world: World, strategy: Strategy, want: str) -> None:
    objects = world.make(job(outcome="never-ready"))
    assert str(world.fails(wait_done, objects, WaitRule(strategy=strategy, timeout=60.0))) == want


def test_nothing_of_a_hook_to_wait_for(world: World) -> None:
    wait_done(world.cluster, [config()], RULE, world.deadline())
    assert world.cluster.calls == []


def test_a_hook_that_may_not_be_read(world: World) -> None:
    objects = world.make(job())
    world.cluster.faults.fail(
        lambda call: call.verb in ("watch", "get"), lambda: Forbidden("no", status=403), times=None
    )
    with pytest.raises(Forbidden):
        wait_done(world.cluster, objects, LEGACY, world.deadline())


def test_a_legacy_hook_within_the_operations_time(world: World) -> None:
    objects = world.make(job(outcome="never-ready"))
    with pytest.raises(DeadlineExceeded, match=r"^timed out waiting for the condition$"):
        wait_done(world.cluster, objects, LEGACY, world.deadline(5.0))


# --- gone


@pytest.mark.parametrize("rule", [RULE, LEGACY], ids=["watcher", "legacy"])
def test_waiting_until_objects_are_gone(world: World, rule: WaitRule) -> None:
    objects = world.make(config(), workload("Deployment"), pod())
    wait_ready(world.cluster, objects, RULE, world.deadline())
    for body in objects:
        world.cluster.delete(ref_of(body))
    wait_deleted(world.cluster, objects, rule, world.deadline(), world.hear)
    assert world.cluster.objects("Deployment") == []


def test_many_that_are_gone_are_one_list(world: World) -> None:
    wait_deleted(world.cluster, [config(f"c{number}") for number in range(9)], RULE, world.deadline())
    assert [call.verb for call in world.cluster.calls] == ["list"]


def test_what_does_not_go(world: World) -> None:
    stuck = config("stuck")
    stuck["metadata"]["finalizers"] = ["example.org/keep"]
    objects = world.make(stuck, config("left"))
    world.cluster.delete(ref_of(stuck))
    error = world.fails(wait_deleted, objects, RULE)
    assert str(error) == (
        "resource ConfigMap/default/stuck still exists. status: Terminating, message: Resource scheduled for deletion\n"
        "resource ConfigMap/default/left still exists. status: Current, message: Resource is always ready\n"
        "context deadline exceeded"
    )
    assert str(world.fails(wait_deleted, objects, LEGACY)) == "context deadline exceeded"


def test_deletion_without_watches(world: World) -> None:
    objects = world.make(pod())
    wait_done(world.cluster, objects, RULE, world.deadline())
    world.cluster.faults.fail(lambda call: call.verb == "watch", lambda: Forbidden("no", status=403), times=None)
    world.cluster.delete(ref_of(objects[0]))
    wait_deleted(world.cluster, objects, RULE, world.deadline())


def test_deletion_by_another_hand(world: World) -> None:
    objects = world.make(config("a"), config("b"))

    def remove(ref: ResourceRef, found: Health) -> None:
        if found.is_current:
            world.cluster.delete(ref)

    wait_deleted(world.cluster, objects, RULE, world.deadline(), remove)


# --- as Helm 3 did


def test_a_job_that_cannot_end_well(world: World) -> None:
    objects = world.make(job(outcome="fail", backoffLimit=0))
    with pytest.raises(Exception, match=r"^job is failed: default/j$"):
        wait_ready(world.cluster, objects, WaitRule(strategy="legacy", jobs=True), world.deadline())


def test_reads_that_fail_are_tried_again(world: World) -> None:
    objects = world.make(workload("Deployment"))
    world.cluster.faults.fail(lambda call: call.verb == "get", times=5)
    wait_ready(world.cluster, objects, LEGACY, world.deadline())
    world.cluster.faults.fail(lambda call: call.verb == "get", times=None)
    with pytest.raises(ClusterUnreachable):
        wait_ready(world.cluster, objects, WaitRule(strategy="legacy", timeout=600.0), world.deadline())


def test_refused_reads_are_not(world: World) -> None:
    objects = world.make(config(), workload("Deployment"))
    world.cluster.faults.fail(lambda call: call.verb == "get", lambda: Forbidden("no", status=403))
    with pytest.raises(Forbidden):
        wait_ready(world.cluster, objects, LEGACY, world.deadline())


def test_a_legacy_wait_ends_by_time(world: World) -> None:
    objects = world.make(workload("Deployment", outcome="never-ready"))
    error = world.fails(wait_ready, objects, LEGACY)
    assert str(error) == "context deadline exceeded"
    assert [unready.ref for unready in error.objects] == [ref_of(objects[0])]


def test_a_legacy_wait_of_no_time_is_the_operations(world: World) -> None:
    objects = world.make(workload("Deployment"))
    wait_ready(world.cluster, objects, WaitRule(strategy="legacy", timeout=0), world.deadline())


def test_what_helm_3_does_not_know_is_ready(world: World) -> None:
    assert WriteOptions().manager == "helm"
    wait_ready(world.cluster, [config("never")], LEGACY, world.deadline())
