"""Readiness by Helm 3's rules, object by object."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.errors import ClusterError
from purehelm.engine.kube.cluster import ListQuery
from purehelm.engine.kube.legacy import is_ready
from purehelm.engine.shapes import KubeObject, ResourceRef
from purehelm.engine.testing import FakeCluster

META = {"name": "a", "namespace": "default", "generation": 2, "uid": "u"}
OBSERVED = {"observedGeneration": 2}


class Showing(FakeCluster):
    """A cluster that shows one object, and lists others, as given."""

    def __init__(self, shown: KubeObject, *others: KubeObject) -> None:
        super().__init__()
        self.shown, self.others = shown, others

    def get(self, ref: ResourceRef) -> KubeObject:
        return self.shown

    def list(self, query: ListQuery) -> list[KubeObject]:
        return [body for body in self.others if body["kind"] == query.kind]


def thing(api_version: str, kind: str, spec: Any = None, status: Any = None) -> KubeObject:
    return {"apiVersion": api_version, "kind": kind, "metadata": META, "spec": spec or {}, "status": status or {}}


def conditions(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"conditions": [{"type": name, "status": status} for name, status in pairs]}


ROLLING = {"updateStrategy": {"type": "RollingUpdate"}}
SET = {**OBSERVED, "updatedReplicas": 1, "readyReplicas": 1, "currentRevision": "a", "updateRevision": "a"}
DAEMONS = {**OBSERVED, "desiredNumberScheduled": 3, "updatedNumberScheduled": 3, "numberReady": 3}


def daemons(unavailable: Any = 1, **status: Any) -> KubeObject:
    spec = {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": unavailable}}}
    return thing("apps/v1", "DaemonSet", spec, {**DAEMONS, **status})


def stateful(spec: Any = None, **status: Any) -> KubeObject:
    return thing("apps/v1", "StatefulSet", {**ROLLING, **(spec or {})}, {**SET, **status})


CASES = [
    ("config", thing("v1", "ConfigMap"), True),
    ("pod", thing("v1", "Pod", {}, conditions(("Ready", "True"))), True),
    ("pod-unready", thing("v1", "Pod", {}, conditions(("Ready", "False"))), False),
    ("job", thing("batch/v1", "Job", {"completions": 2}, {"succeeded": 2}), True),
    ("job-runs", thing("batch/v1", "Job", {"completions": 2}, {"succeeded": 1}), False),
    ("job-of-another-version", thing("batch/v1beta1", "Job", {"completions": 2}), True),
    ("claim", thing("v1", "PersistentVolumeClaim", {}, {"phase": "Bound"}), True),
    ("claim-pending", thing("v1", "PersistentVolumeClaim", {}, {"phase": "Pending"}), False),
    ("external-name", thing("v1", "Service", {"type": "ExternalName"}), True),
    ("service", thing("v1", "Service", {"clusterIP": "10.0.0.1"}), True),
    ("service-without-address", thing("v1", "Service"), False),
    ("balancer", thing("v1", "Service", {"type": "LoadBalancer", "clusterIP": "1"}), False),
    ("balancer-ingress", thing("v1", "Service", {"type": "LoadBalancer", "clusterIP": "1"}, {"loadBalancer": {"ingress": [{"ip": "1"}]}}), True),
    ("balancer-external", thing("v1", "Service", {"type": "LoadBalancer", "clusterIP": "1", "externalIPs": ["1"]}), True),
    ("daemons", daemons(), True),
    ("daemons-unobserved", daemons(observedGeneration=1), False),
    ("daemons-on-delete", thing("apps/v1", "DaemonSet", {"updateStrategy": {"type": "OnDelete"}}, OBSERVED), True),
    ("daemons-old", daemons(updatedNumberScheduled=2), False),
    ("daemons-enough", daemons(numberReady=2), True),
    ("daemons-few", daemons(numberReady=1), False),
    ("daemons-percent", daemons("34%", numberReady=1), True),
    ("daemons-odd", daemons("many", numberReady=2), False),
    ("stateful", stateful(), True),
    ("stateful-unobserved", stateful(observedGeneration=1), False),
    ("stateful-on-delete", thing("apps/v1", "StatefulSet", {"updateStrategy": {"type": "OnDelete"}}, OBSERVED), True),
    ("stateful-old", stateful(updatedReplicas=0), False),
    ("stateful-unready", stateful(readyReplicas=0), False),
    ("stateful-revisions", stateful(updateRevision="b"), False),
    ("stateful-partition", stateful({"replicas": 2, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}}, readyReplicas=2, updateRevision="b"), True),
    ("definition", thing("apiextensions.k8s.io/v1", "CustomResourceDefinition", {}, conditions(("Established", "True"))), True),
    ("definition-clash", thing("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", {}, conditions(("NamesAccepted", "False"))), True),
    ("definition-new", thing("apiextensions.k8s.io/v1", "CustomResourceDefinition"), False),
    ("paused", thing("apps/v1", "Deployment", {"paused": True}), True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "want"), CASES, ids=[case[0] for case in CASES])
def test_rules(name: str, body: KubeObject, want: bool) -> None:
    assert is_ready(Showing(body), body, jobs=True) is want


def test_jobs_only_where_they_are_waited_for() -> None:
    body = thing("batch/v1", "Job", {"completions": 2})
    assert is_ready(Showing(body), body, jobs=False)


def test_a_job_that_failed_for_good() -> None:
    body = thing("batch/v1", "Job", {"backoffLimit": 1}, {"failed": 2})
    with pytest.raises(ClusterError, match=r"^job is failed: default/a$"):
        is_ready(Showing(body), body, jobs=True)


def pod(status: str) -> KubeObject:
    return thing("v1", "Pod", {}, conditions(("Ready", status)))


@pytest.mark.parametrize(
    ("kind", "selector"), [("ReplicaSet", {"matchLabels": {"a": "b"}}), ("ReplicationController", {"a": "b"})]
)
def test_sets_by_their_pods(kind: str, selector: Any) -> None:
    body = thing("apps/v1" if kind == "ReplicaSet" else "v1", kind, {"selector": selector}, OBSERVED)
    assert is_ready(Showing(body, pod("True")), body, jobs=False)
    assert not is_ready(Showing(body, pod("True"), pod("False")), body, jobs=False)
    stale = {**body, "status": {"observedGeneration": 1}}
    assert not is_ready(Showing(stale, pod("True")), body, jobs=False)


TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": []}}


def deployment(strategy: Any = None, replicas: int = 4, **status: Any) -> KubeObject:
    spec = {
        "replicas": replicas,
        "selector": {"matchLabels": {"a": "b"}},
        "template": TEMPLATE,
        "strategy": strategy or {},
    }
    return thing("apps/v1", "Deployment", spec, {**OBSERVED, **status})


def replica_set(ready: int, *, owner: str = "u", hash_of: str = "1", image: str = "", observed: int = 2) -> KubeObject:
    template = {
        "metadata": {"labels": {"a": "b", "pod-template-hash": hash_of}},
        "spec": {"containers": [image] if image else []},
    }
    body = thing(
        "apps/v1", "ReplicaSet", {"template": template}, {"observedGeneration": observed, "readyReplicas": ready}
    )
    owners = [{"uid": owner, "controller": True}]
    return {**body, "metadata": {**META, "ownerReferences": owners, "creationTimestamp": "2026-01-01T00:00:00Z"}}


def rolling(surge: Any, unavailable: Any) -> dict[str, Any]:
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}


@pytest.mark.parametrize(
    ("body", "sets", "want"),
    [
        (deployment(), [replica_set(4)], True),
        (deployment(), [replica_set(3)], False),
        (deployment(), [], False),
        (deployment(), [replica_set(4, owner="other")], False),
        (deployment(), [replica_set(4, image="old")], False),
        (deployment(), [replica_set(4, observed=1)], False),
        (deployment(observedGeneration=1), [replica_set(4)], False),
        (deployment(rolling(0, "25%")), [replica_set(3)], True),
        (deployment(rolling(1, "49%")), [replica_set(2)], False),
        (deployment(rolling(0, 0)), [replica_set(3)], True),
        (deployment(rolling("25%", 0)), [replica_set(3)], False),
        (deployment(rolling(0, 9)), [replica_set(0)], True),
        (deployment(rolling(1, 1), replicas=0), [replica_set(0)], True),
    ],
    ids=["all", "few", "none", "foreign", "old", "set-unobserved", "unobserved", "quarter", "rounded-down", "zero-and-zero", "surge", "more-than-all", "no-replicas"],
)  # fmt: skip
def test_deployments_by_their_newest_set(body: KubeObject, sets: list[KubeObject], want: bool) -> None:
    assert is_ready(Showing(body, *sets), body, jobs=False) is want
