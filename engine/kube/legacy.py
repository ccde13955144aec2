"""Readiness as Helm 3 polls for it (pkg/kube/ready.go, wait.go)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from ..clock import Deadline
from ..errors import Cancelled, ClusterError, DeadlineExceeded, ObjectNotFound
from ..shapes import KubeObject
from .cluster import Cluster, ListQuery
from .fields import at, conditions_of, maps_at, number_at, ref_of, selector_of, text_at
from .health import group_kind

POLL = 2.0  # seconds
MOST_ERRORS = 30  # in a row, of one object
CrdKind = ("apiextensions.k8s.io", "CustomResourceDefinition")


def wait_legacy(cluster: Cluster, objects: Sequence[KubeObject], deadline: Deadline, *, jobs: bool) -> None:
    """Return when all objects are ready. Raises DeadlineExceeded, Cancelled, ClusterError."""
    errors = [0] * len(objects)
    while not _all_ready(cluster, objects, errors, jobs=jobs):
        deadline.pause(POLL)


def _all_ready(cluster: Cluster, objects: Sequence[KubeObject], errors: list[int], *, jobs: bool) -> bool:
    for position, body in enumerate(objects):
        try:
            ready = is_ready(cluster, body, jobs=jobs)
        except (Cancelled, DeadlineExceeded):
            raise
        except ClusterError as error:
            errors[position] += 1
            if not _is_passing(error) or errors[position] > MOST_ERRORS:
                raise
            return False
        errors[position] = 0
        if not ready:
            return False
    return True


def _is_passing(error: ClusterError) -> bool:
    status = error.status
    return status is None or status == 429 or (status >= 500 and status != 501)


def wait_legacy_deleted(cluster: Cluster, objects: Sequence[KubeObject], deadline: Deadline) -> None:
    """Return when all objects are gone. Raises DeadlineExceeded, Cancelled, ClusterError."""
    while any(_exists(cluster, body) for body in objects):
        deadline.pause(POLL)


def _exists(cluster: Cluster, body: KubeObject) -> bool:
    try:
        cluster.get(ref_of(body))
    except ObjectNotFound:
        return False
    return True


class JobFailed(ClusterError):
    """A job that will not end well; status 400 keeps it from being asked again."""

    def __init__(self, message: str) -> None:
        super().__init__(message, status=400)


def is_ready(cluster: Cluster, body: KubeObject, *, jobs: bool) -> bool:
    """Whether an object, as it is now, is ready by Helm 3's rules; kinds without one always are.

    Raises ClusterError where it cannot be read, or is a job that failed.
    """
    kind = group_kind(body)
    rule = RULES.get(kind)
    if rule is None or text_at(body, "apiVersion") not in VERSIONS.get(kind, (text_at(body, "apiVersion"),)):
        return True
    if kind == ("batch", "Job") and not jobs:
        return True
    live = cluster.get(ref_of(body))
    return rule(live) and _pods_ready(cluster, live)


def _pods_ready(cluster: Cluster, body: KubeObject) -> bool:
    """What lists other objects: the pods of replica sets, and a deployment's newest replica set."""
    kind = group_kind(body)
    if kind == ("apps", "Deployment"):
        return bool(at(body, "spec.paused")) or _deployment_ready(cluster, body)
    if kind in (("apps", "ReplicaSet"), ("", "ReplicationController")):
        selector: Any = at(body, "spec.selector")
        labels = selector_of({"matchLabels": selector} if kind[0] == "" else selector)
        return all(_is_pod_ready(pod) for pod in _listed(cluster, "v1", "Pod", body, labels))
    return True


def _listed(cluster: Cluster, api_version: str, kind: str, body: KubeObject, labels: str | None) -> list[KubeObject]:
    namespace = text_at(body, "metadata.namespace")
    return cluster.list(ListQuery(api_version=api_version, kind=kind, namespace=namespace, labels=labels or ""))


def _deployment_ready(cluster: Cluster, body: KubeObject) -> bool:
    """The newest replica set is observed and has pods enough (deploymentutil.GetNewReplicaSet, MaxUnavailable)."""
    uid = text_at(body, "metadata.uid")
    sets = [
        each
        for each in _listed(cluster, "apps/v1", "ReplicaSet", body, selector_of(at(body, "spec.selector")))
        if any(
            owner.get("uid") == uid and owner.get("controller") for owner in maps_at(each, "metadata.ownerReferences")
        )
        and _without_hash(at(each, "spec.template")) == at(body, "spec.template")
    ]
    sets.sort(key=lambda each: (text_at(each, "metadata.creationTimestamp"), text_at(each, "metadata.name")))
    if not sets or not _is_observed(sets[0]) or not _is_observed(body):
        return False
    replicas = number_at(body, "spec.replicas", 1)
    return number_at(sets[0], "status.readyReplicas", 0) >= replicas - _max_unavailable(body, replicas)


def _without_hash(template: Any) -> Any:
    """A pod template without the label that the controller adds."""
    if not isinstance(template, dict):
        return template
    metadata = dict(template.get("metadata") or {})
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != "pod-template-hash"}
    return {**template, "metadata": {**metadata, "labels": labels}}


def _max_unavailable(body: KubeObject, replicas: int) -> int:
    if text_at(body, "spec.strategy.type") != "RollingUpdate" or replicas == 0:
        return 0
    surge = _scaled(at(body, "spec.strategy.rollingUpdate.maxSurge"), replicas, up=True)
    unavailable = _scaled(at(body, "spec.strategy.rollingUpdate.maxUnavailable"), replicas, up=False)
    if not surge and not unavailable:
        unavailable = 1
    return min(unavailable, replicas)


def _scaled(value: Any, total: int, *, up: bool) -> int:
    """A number, or a percentage of the total."""
    if isinstance(value, str) and value.endswith("%") and value[:-1].isdigit():
        share = int(value[:-1]) * total / 100
        return math.ceil(share) if up else math.floor(share)
    return value if isinstance(value, int) else 0


def _is_observed(body: KubeObject) -> bool:
    return number_at(body, "status.observedGeneration", 0) == number_at(body, "metadata.generation", 0)


def _is_pod_ready(body: KubeObject) -> bool:
    return any((name, status) == ("Ready", "True") for name, status, _, _ in conditions_of(body))


def _deployment(body: KubeObject) -> bool:
    del body
    return True  # its replica set decides


def _job(body: KubeObject) -> bool:
    failed = number_at(body, "status.failed", 0)
    if failed > number_at(body, "spec.backoffLimit", 6):
        raise JobFailed(f"job is failed: {text_at(body, 'metadata.namespace')}/{text_at(body, 'metadata.name')}")
    completions = number_at(body, "spec.completions", 0)
    return number_at(body, "status.succeeded", 0) >= completions


def _claim(body: KubeObject) -> bool:
    return text_at(body, "status.phase") == "Bound"


def _service(body: KubeObject) -> bool:
    kind = text_at(body, "spec.type")
    if kind == "ExternalName":
        return True
    if not text_at(body, "spec.clusterIP"):
        return False
    return kind != "LoadBalancer" or bool(at(body, "spec.externalIPs") or at(body, "status.loadBalancer.ingress"))


def _daemon_set(body: KubeObject) -> bool:
    if not _is_observed(body):
        return False
    if text_at(body, "spec.updateStrategy.type") != "RollingUpdate":
        return True
    wanted = number_at(body, "status.desiredNumberScheduled", 0)
    if number_at(body, "status.updatedNumberScheduled", 0) != wanted:
        return False
    unavailable = _scaled(at(body, "spec.updateStrategy.rollingUpdate.maxUnavailable"), wanted, up=True)
    return number_at(body, "status.numberReady", 0) >= wanted - unavailable


def _stateful_set(body: KubeObject) -> bool:
    if not _is_observed(body):
        return False
    if text_at(body, "spec.updateStrategy.type") != "RollingUpdate":
        return True
    replicas = number_at(body, "spec.replicas", 1)
    partition = number_at(body, "spec.updateStrategy.rollingUpdate.partition", 0)
    if number_at(body, "status.updatedReplicas", 0) < replicas - partition:
        return False
    if number_at(body, "status.readyReplicas", 0) != replicas:
        return False
    return partition != 0 or text_at(body, "status.currentRevision") == text_at(body, "status.updateRevision")


def _definition(body: KubeObject) -> bool:
    """Established, or clashing: Helm goes on then."""
    return any(
        (name, status) in (("Established", "True"), ("NamesAccepted", "False"))
        for name, status, _, _ in conditions_of(body)
    )


Ready: TypeAlias = Callable[[KubeObject], bool]
RULES: Mapping[tuple[str, str], Ready] = {
    ("", "Pod"): _is_pod_ready,
    ("batch", "Job"): _job,
    ("apps", "Deployment"): _deployment,
    ("", "PersistentVolumeClaim"): _claim,
    ("", "Service"): _service,
    ("apps", "DaemonSet"): _daemon_set,
    CrdKind: _definition,
    ("apps", "StatefulSet"): _stateful_set,
    ("", "ReplicationController"): _is_observed,
    ("apps", "ReplicaSet"): _is_observed,
}
VERSIONS: Mapping[tuple[str, str], tuple[str, ...]] = {
    kind: (f"{kind[0]}/v1",) for kind in RULES if kind[0] and kind != CrdKind
}
"""The versions that have the rule; others are ready at once."""
