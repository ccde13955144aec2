"""Logs of pods, and why objects are not ready."""

from __future__ import annotations

import pytest

from purehelm.engine.errors import Forbidden, Unready
from purehelm.engine.kube.cluster import LogQuery, WriteOptions
from purehelm.engine.kube.diagnose import explain
from purehelm.engine.kube.fields import ref_of
from purehelm.engine.kube.health import Health, HealthStatus
from purehelm.engine.kube.logs import PodLine, containers_of, pod_logs
from purehelm.engine.shapes import KubeObject
from purehelm.engine.testing import FakeCluster
from tests.engine.kube.objects import config, pod, workload

HELM = WriteOptions()


@pytest.fixture
def cluster() -> FakeCluster:
    made = FakeCluster()
    for name in ("b", "a"):
        made.create(pod(name, initContainers=[{"name": "setup", "image": "x"}]), HELM)
        made.set_log("default", name, [f"{name} says\n".encode(), b"more"])
    return made


def test_every_container_of_the_pods_that_are_selected(cluster: FakeCluster) -> None:
    lines = list(pod_logs(cluster, LogQuery(namespace="default", pod=""), "pod in (a,b)"))
    assert lines == [
        PodLine(name, container, line)
        for name in ("a", "b")
        for container in ("setup", "c")
        for line in (f"{name} says\n".encode(), b"more")
    ]


def test_one_pod_and_one_container(cluster: FakeCluster) -> None:
    lines = list(pod_logs(cluster, LogQuery(namespace="default", pod="a", container="c")))
    assert lines == [PodLine("a", "c", b"a says\n"), PodLine("a", "c", b"more")]


def test_containers_in_their_order(cluster: FakeCluster) -> None:
    assert containers_of(cluster.get(ref_of(pod("a")))) == ["setup", "c"]


INTO = Health(HealthStatus.IN_PROGRESS, "Available: 0/1")


def troubled(cluster: FakeCluster, outcome: str, *kinds: str) -> list[Unready]:
    bodies = [workload(kind, kind.lower(), outcome=outcome) for kind in kinds]
    for body in bodies:
        cluster.apply(body, HELM)
    missed = {ref_of(body): INTO for body in bodies}
    live = {ref: cluster.get(ref) for ref in missed}
    return list(explain(cluster, missed, live, cluster.clock))


def event(about: KubeObject, text: str, time: str) -> KubeObject:
    ref = ref_of(about)
    return {
        "apiVersion": "v1", "kind": "Event", "metadata": {"generateName": "e-", "namespace": "default"},
        "involvedObject": {"kind": ref.kind, "name": ref.name, "namespace": "default"},
        "type": "Warning", "reason": "Failed", "message": text, "lastTimestamp": time,
    }  # fmt: skip


def test_a_pod_that_runs_and_is_not_ready_says_why(cluster: FakeCluster) -> None:
    body = pod("a", outcome="never-ready")
    live = cluster.get(ref_of(body))
    live["status"] = {"containerStatuses": [{"name": "c", "state": {"running": {}}}]}
    cluster.create(event(body, "second\n  thing", "2026-01-01T00:00:02Z"), HELM)
    cluster.create(event(body, "first", "2026-01-01T00:00:01Z"), HELM)
    assert explain(cluster, {ref_of(body): INTO}, {ref_of(body): live}, cluster.clock) == (
        Unready(
            ref=ref_of(body), status="InProgress", message="Available: 0/1",
            events=("Pod/default/a: Warning Failed: first", "Pod/default/a: Warning Failed: second thing"),
            logs=("a/c: a says", "a/c: more"),
        ),
    )  # fmt: skip


def test_a_container_that_crashed_is_asked_for_its_last_run(cluster: FakeCluster) -> None:
    (found,) = troubled(cluster, "crash-loop", "Deployment")
    assert all(": " in line for line in found.logs)
    pods = [body for body in cluster.objects("Pod") if body["metadata"]["name"].startswith("deployment-")]
    assert len(pods) == 1


def test_a_container_that_never_ran_has_no_log(cluster: FakeCluster) -> None:
    (found,) = troubled(cluster, "image-pull", "Deployment")
    assert found.logs == ()


def test_what_was_never_seen_has_nothing_to_say(cluster: FakeCluster) -> None:
    ref = ref_of(config())
    assert explain(cluster, {ref: INTO}, {}, cluster.clock) == (
        Unready(ref=ref, status="InProgress", message="Available: 0/1"),
    )


def test_what_may_not_be_asked_is_left_out(cluster: FakeCluster) -> None:
    cluster.faults.fail(lambda call: call.verb == "logs", lambda: Forbidden("no", status=403), times=None)
    assert troubled(cluster, "never-ready", "Deployment")[0].logs == ()
    cluster.faults.fail(lambda call: call.verb == "list", lambda: Forbidden("no", status=403), times=None)
    assert troubled(cluster, "never-ready", "StatefulSet")[0].events == ()


def test_an_object_without_pods(cluster: FakeCluster) -> None:
    body = config()
    cluster.create(body, HELM)
    (found,) = explain(cluster, {ref_of(body): INTO}, {ref_of(body): cluster.get(ref_of(body))}, cluster.clock)
    assert (found.events, found.logs) == ((), ())
