"""What only the fake offers: its clock, outcomes, faults, records of calls."""

from __future__ import annotations

import pytest

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ClusterUnreachable, DeadlineExceeded
from purehelm.engine.kube.cluster import ListQuery, LogQuery, WriteOptions
from purehelm.engine.shapes import KubeObject, ResourceRef
from purehelm.engine.testing import FakeCluster, FakeOptions, Killed, ManualClock

OPTIONS = WriteOptions()
WEB = ResourceRef("apps/v1", "Deployment", "default", "web")


def config(name: str = "a", **data: str) -> KubeObject:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def pod_spec(**extra: object) -> KubeObject:
    return {"containers": [{"name": "web", "image": "nginx:1"}], **extra}


def deployment(name: str = "web", *, replicas: int = 1, outcome: str = "") -> KubeObject:
    annotations = {"annotations": {"bed/outcome": outcome}} if outcome else {}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}, **annotations}, "spec": pod_spec()},
        },
    }  # fmt: skip


def job(outcome: str = "", **spec: object) -> KubeObject:
    annotations = {"annotations": {"bed/outcome": outcome}} if outcome else {}
    template = {"metadata": annotations, "spec": pod_spec(restartPolicy="Never")}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": {"template": template, **spec}}


def pods(cluster: FakeCluster) -> list[str]:
    return [pod["status"]["phase"] for pod in cluster.objects("Pod")]


def test_a_deployment_is_ready_at_once() -> None:
    cluster = FakeCluster()
    cluster.apply(deployment(replicas=2), OPTIONS)
    status = cluster.get(WEB)["status"]
    assert [status["readyReplicas"], status["observedGeneration"], pods(cluster)] == [2, 1, ["Running", "Running"]]


def test_controllers_take_their_time() -> None:
    clock = ManualClock()
    cluster = FakeCluster(FakeOptions(delay=2.0), clock=clock)
    clock.advance(10)
    cluster.apply(deployment(), OPTIONS)
    assert [pods(cluster), cluster.get(WEB).get("status")] == [[], {}]
    clock.advance(20)
    assert pods(cluster) == ["Running"]


@pytest.mark.parametrize(
    ("outcome", "phase", "ready"),
    [
        ("", "Running", 1),
        ("image-pull", "Pending", 0),
        ("crash-loop", "Running", 0),
        ("never-ready", "Running", 0),
        ("fail", "Failed", 0),
        ("slow", "Pending", 0),
    ],
)
def test_pods_end_as_their_annotation_asks(outcome: str, phase: str, ready: int) -> None:
    cluster = FakeCluster()
    template = deployment(outcome=outcome)["spec"]["template"]
    cluster.create(
        {"apiVersion": "v1", "kind": "Pod", **template, "metadata": {**template["metadata"], "name": "p"}}, OPTIONS
    )
    pod = cluster.objects("Pod")[0]
    states = {one["type"]: one["status"] for one in pod["status"]["conditions"]}
    assert [pod["status"]["phase"], int(states.get("Ready") == "True")] == [phase, ready]


def test_a_slow_pod_becomes_ready_when_its_time_has_come() -> None:
    clock = ManualClock()
    cluster = FakeCluster(clock=clock)
    cluster.apply(deployment(outcome="slow"), OPTIONS)
    clock.advance(2.9)
    assert pods(cluster) == ["Pending"]
    clock.advance(0.2)
    assert [pods(cluster), cluster.get(WEB)["status"]["readyReplicas"]] == [["Running"], 1]


def test_a_rollout_that_hangs_runs_into_its_deadline() -> None:
    clock = ManualClock()
    cluster = FakeCluster(clock=clock)
    cluster.apply(deployment(outcome="image-pull"), OPTIONS)
    clock.advance(601)
    conditions = {one["type"]: one["reason"] for one in cluster.get(WEB)["status"]["conditions"]}
    assert conditions == {"Available": "MinimumReplicasUnavailable", "Progressing": "ProgressDeadlineExceeded"}


def test_a_new_template_replaces_the_pods() -> None:
    cluster = FakeCluster()
    cluster.apply(deployment(replicas=2), OPTIONS)
    body = deployment(replicas=3)
    body["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:2"
    cluster.apply(body, OPTIONS)
    images = [pod["spec"]["containers"][0]["image"] for pod in cluster.objects("Pod")]
    sets = sorted(one["spec"]["replicas"] for one in cluster.objects("ReplicaSet"))
    assert [images, sets] == [["nginx:2"] * 3, [0, 3]]


@pytest.mark.parametrize(
    ("outcome", "spec", "seconds", "want"),
    [
        ("", {}, 0, "CompletionsReached"),
        ("", {"completions": 3, "parallelism": 2}, 0, "CompletionsReached"),
        ("fail", {"backoffLimit": 0}, 0, "BackoffLimitExceeded"),
        ("fail", {"backoffLimit": 2}, 29, ""),
        ("fail", {"backoffLimit": 2}, 31, "BackoffLimitExceeded"),
        ("never-ready", {"activeDeadlineSeconds": 9}, 9, "DeadlineExceeded"),
    ],
)
def test_jobs_end(outcome: str, spec: dict[str, int], seconds: int, want: str) -> None:
    clock = ManualClock()
    cluster = FakeCluster(clock=clock)
    cluster.create(job(outcome, **spec), OPTIONS)
    for _ in range(seconds):
        clock.advance(1)
    status = cluster.get(ResourceRef("batch/v1", "Job", "", "j"))["status"]
    assert {one["reason"] for one in status.get("conditions") or ()} == ({want} if want else set())


def test_stateful_sets_number_their_pods_and_keep_their_claims() -> None:
    cluster = FakeCluster()
    body = deployment()
    claims = [
        {
            "metadata": {"name": "data"},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
        }
    ]
    body |= {
        "kind": "StatefulSet",
        "spec": body["spec"] | {"replicas": 2, "serviceName": "web", "volumeClaimTemplates": claims},
    }
    cluster.apply(body, OPTIONS)
    body["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:2"
    cluster.apply(body, OPTIONS)
    found = cluster.objects("Pod")
    status = cluster.objects("StatefulSet")[0]["status"]
    assert [pod["metadata"]["name"] for pod in found] == ["web-0", "web-1"]
    assert {pod["spec"]["containers"][0]["image"] for pod in found} == {"nginx:2"}
    assert [one["status"]["phase"] for one in cluster.objects("PersistentVolumeClaim")] == ["Bound", "Bound"]
    assert [
        status["readyReplicas"],
        status["updatedReplicas"],
        status["currentRevision"] == status["updateRevision"],
    ] == [2, 2, True]


def test_daemon_sets_run_on_every_node() -> None:
    cluster = FakeCluster()
    body = deployment()
    body["kind"] = "DaemonSet"
    del body["spec"]["replicas"]
    cluster.apply(body, OPTIONS)
    body["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:2"
    cluster.apply(body, OPTIONS)
    status = cluster.objects("DaemonSet")[0]["status"]
    assert [status["numberReady"], status["updatedNumberScheduled"], len(cluster.objects("Pod"))] == [3, 3, 3]


def test_load_balancers_get_an_address() -> None:
    cluster = FakeCluster()
    spec = {"type": "LoadBalancer", "ports": [{"port": 80}]}
    cluster.create({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}, OPTIONS)
    assert cluster.objects("Service")[0]["status"]["loadBalancer"]["ingress"][0]["ip"].startswith("192.0.2.")


def test_a_watch_sees_what_happens_and_ends_with_its_deadline() -> None:
    clock = ManualClock()
    cluster = FakeCluster(FakeOptions(delay=1.0), clock=clock)
    cluster.apply(deployment(), OPTIONS)
    seen = []
    query = ListQuery(api_version="v1", kind="Pod", namespace="default")
    bound = cluster.within(Deadline(60, clock=clock))
    with bound.watch(query) as events, pytest.raises(DeadlineExceeded):
        seen.extend((event.type, event.object.get("status", {}).get("phase")) for event in events)
    assert seen == [("ADDED", "Pending"), ("MODIFIED", "Pending"), ("MODIFIED", "Running")]


def test_a_dropped_watch_just_ends() -> None:
    cluster = FakeCluster()
    cluster.faults.drop_watches(1)
    with cluster.watch(ListQuery(api_version="v1", kind="Namespace")) as events:
        assert len(list(events)) == 1


def test_calls_fail_before_or_after_they_took_effect() -> None:
    cluster = FakeCluster()
    cluster.faults.fail_call(1)
    cluster.faults.fail_call(2, after=True)
    for name in ("before", "after"):
        with pytest.raises(ClusterUnreachable):
            cluster.create(config(name), OPTIONS)
    there = [one["metadata"]["name"] for one in cluster.objects("ConfigMap", "default")]
    assert there == ["after", "kube-root-ca.crt"]
    assert [str(call) for call in cluster.calls] == ["create ConfigMap/before", "create ConfigMap/after"]


def test_a_killed_process_makes_no_more_calls() -> None:
    cluster = FakeCluster()
    cluster.faults.kill(lambda call: call.verb == "create", after=True)
    with pytest.raises(Killed):
        cluster.create(config("a"), OPTIONS)
    with pytest.raises(Killed):
        cluster.check()
    cluster.faults.clear()
    assert cluster.get(ResourceRef("v1", "ConfigMap", "", "a"))["metadata"]["name"] == "a"


def test_slow_calls_take_time_on_the_clock() -> None:
    clock = ManualClock()
    cluster = FakeCluster(clock=clock)
    cluster.faults.slow(5.0)
    cluster.check()
    assert clock.monotonic() == 5.0
    with pytest.raises(DeadlineExceeded):
        cluster.within(Deadline(3, clock=clock)).check()


def test_logs_are_what_the_test_says() -> None:
    cluster = FakeCluster()
    cluster.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": pod_spec()}, OPTIONS)
    with cluster.logs(LogQuery(namespace="default", pod="p")) as lines:
        assert list(lines) == [b"hello from the container\n", b"done\n"]
    cluster.set_log("default", "p", [b"one\n", b"two\n"])
    with cluster.logs(LogQuery(namespace="default", pod="p", tail=1)) as lines:
        assert list(lines) == [b"two\n"]
