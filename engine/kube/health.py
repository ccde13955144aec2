"""How an object is, judged by its own fields: kstatus' rules (github.com/fluxcd/cli-utils pkg/kstatus/status core.go).

One pure function a kind, in one table. `HOOKS` and `JOBS` hold what is judged otherwise for hooks and with
`wait_for_jobs` (Helm internal/statusreaders).
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..shapes import KubeObject
from .fields import at, conditions_of, maps_at, number_at, text_at

UNSET = 2**31 - 1
SCHEDULE_WINDOW = 15.0  # seconds a pod may be unschedulable before that counts as failed


class HealthStatus(enum.StrEnum):
    """kstatus' words."""

    CURRENT = "Current"
    IN_PROGRESS = "InProgress"
    FAILED = "Failed"
    TERMINATING = "Terminating"
    NOT_FOUND = "NotFound"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Health:
    """A verdict, and why."""

    status: HealthStatus
    message: str = ""

    @property
    def is_current(self) -> bool:
        return self.status is HealthStatus.CURRENT


UNKNOWN = Health(HealthStatus.UNKNOWN)
NOT_FOUND = Health(HealthStatus.NOT_FOUND, "Resource not found")
Rule: TypeAlias = Callable[[KubeObject, datetime.datetime | None], Health]
GroupKind: TypeAlias = tuple[str, str]


def _current(message: str) -> Health:
    return Health(HealthStatus.CURRENT, message)


def _progressing(message: str) -> Health:
    return Health(HealthStatus.IN_PROGRESS, message)


def _failed(message: str) -> Health:
    return Health(HealthStatus.FAILED, message)


def group_kind(body: KubeObject) -> GroupKind:
    """An object's group and kind."""
    return text_at(body, "apiVersion").rpartition("/")[0], text_at(body, "kind")


def health(
    body: KubeObject, now: datetime.datetime | None = None, *, rules: Mapping[GroupKind, Rule] | None = None
) -> Health:
    """How an object is. Without `now` a pod that cannot be scheduled has failed, else only after 15 s.

    `rules` go before kstatus' own, the generic ones included.
    """
    special = (rules or {}).get(group_kind(body))
    if special:
        return special(body, now)
    found = _generic(body)
    if found:
        return found
    rule = RULES.get(group_kind(body))
    return rule(body, now) if rule else _by_ready_condition(body)


def _generic(body: KubeObject) -> Health | None:
    """What holds for every kind (generic.go checkGenericProperties)."""
    if text_at(body, "metadata.deletionTimestamp"):
        return Health(HealthStatus.TERMINATING, "Resource scheduled for deletion")
    generation, observed = number_at(body, "metadata.generation", -1), at(body, "status.observedGeneration")
    if generation != -1 and isinstance(observed, int) and observed != generation:
        kind = text_at(body, "kind")
        return _progressing(f"{kind} generation is {generation}, but latest observed generation is {observed}")
    for name, status, _, message in conditions_of(body):
        if name == "Reconciling" and status == "True":
            return _progressing(message)
        if name == "Stalled" and status == "True":
            return _failed(message)
    return None


def _by_ready_condition(body: KubeObject) -> Health:
    """Kinds without rules of their own: their Ready condition, where they have one."""
    for name, status, _, message in conditions_of(body):
        if name == "Ready" and status == "True":
            return _current("Resource is Ready")
        if name == "Ready" and status in ("False", "Unknown"):
            return _progressing(message)
    return _current("Resource is current")


def _always(body: KubeObject, now: datetime.datetime | None) -> Health:
    del body, now
    return _current("Resource is always ready")


def _deployment(body: KubeObject, now: datetime.datetime | None) -> Health:
    del now
    progressing = number_at(body, "spec.progressDeadlineSeconds", UNSET) == UNSET
    available = False
    for name, status, reason, _ in conditions_of(body):
        if name == "Progressing" and reason == "ProgressDeadlineExceeded":
            return _failed("Progress deadline exceeded")
        if name == "Progressing" and status == "True" and reason == "NewReplicaSetAvailable":
            progressing = True
        if name == "Available" and status == "True":
            available = True
    wanted = number_at(body, "spec.replicas", 1)
    replicas, updated, ready, usable = _counts(
        body, "replicas", "updatedReplicas", "readyReplicas", "availableReplicas"
    )
    return _first(
        (wanted > replicas, f"Replicas: {replicas}/{wanted}"),
        (wanted > updated, f"Updated: {updated}/{wanted}"),
        (replicas > wanted, f"Pending termination: {replicas - wanted}"),
        (updated > usable, f"Available: {usable}/{updated}"),
        (wanted > ready, f"Ready: {ready}/{wanted}"),
        (not progressing, "ReplicaSet not Available"),
        (not available, "Deployment not Available"),
    ) or _current(f"Deployment is available. Replicas: {replicas}")


def _stateful_set(body: KubeObject, now: datetime.datetime | None) -> Health:
    del now
    if text_at(body, "spec.updateStrategy.type") == "OnDelete":
        return _current("StatefulSet is using the ondelete update strategy")
    wanted = number_at(body, "spec.replicas", 1)
    replicas, ready, current, updated = _counts(body, "replicas", "readyReplicas", "currentReplicas", "updatedReplicas")
    waiting = _first(
        (wanted > replicas, f"Replicas: {replicas}/{wanted}"),
        (wanted > ready, f"Ready: {ready}/{wanted}"),
        (replicas > wanted, f"Pending termination: {replicas - wanted}"),
    )
    if waiting:
        return waiting
    partition = number_at(body, "spec.updateStrategy.rollingUpdate.partition", -1)
    if partition != -1:
        if updated < wanted - partition:
            return _progressing(f"updated: {updated}/{wanted - partition}")
        return _current(f"Partition rollout complete. updated: {updated}")
    if wanted > current:
        return _progressing(f"current: {current}/{wanted}")
    if text_at(body, "status.currentRevision") != text_at(body, "status.updateRevision"):
        return _progressing("Waiting for updated revision to match current")
    return _current(f"All replicas scheduled as expected. Replicas: {replicas}")


def _daemon_set(body: KubeObject, now: datetime.datetime | None) -> Health:
    del now
    kind = text_at(body, "kind")
    for path in ("metadata.generation", "status.observedGeneration"):
        if at(body, path) is None:
            return _progressing(f"{kind} {path} not found")
    wanted = number_at(body, "status.desiredNumberScheduled", -1)
    current, updated, usable, ready = _counts(
        body, "currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady"
    )
    return _first(
        (wanted == -1, "Missing .status.desiredNumberScheduled"),
        (wanted > current, f"Current: {current}/{wanted}"),
        (wanted > updated, f"Updated: {updated}/{wanted}"),
        (wanted > usable, f"Available: {usable}/{wanted}"),
        (wanted > ready, f"Ready: {ready}/{wanted}"),
    ) or _current(f"All replicas scheduled as expected. Replicas: {wanted}")


def _replica_set(body: KubeObject, now: datetime.datetime | None) -> Health:
    del now
    if any(name == "ReplicaFailure" and status == "True" for name, status, _, _ in conditions_of(body)):
        return _progressing("Replica Failure condition. Check Pods")
    wanted = number_at(body, "spec.replicas", 1)
    replicas, ready, usable, labelled = _counts(
        body, "replicas", "readyReplicas", "availableReplicas", "fullyLabeledReplicas"
    )
    return _first(
        (wanted > labelled, f"Labelled: {labelled}/{wanted}"),
        (wanted > usable, f"Available: {usable}/{wanted}"),
        (wanted > ready, f"Ready: {ready}/{wanted}"),
        (replicas > wanted, f"Pending termination: {replicas - wanted}"),
    ) or _current(f"ReplicaSet is available. Replicas: {replicas}")


def _counts(body: KubeObject, *names: str) -> list[int]:
    return [number_at(body, f"status.{name}", 0) for name in names]


def _first(*checks: tuple[bool, str]) -> Health | None:
    """The first check that holds things up."""
    return next((_progressing(message) for waits, message in checks if waits), None)


def _pod(body: KubeObject, now: datetime.datetime | None) -> Health:
    match text_at(body, "status.phase"):
        case "Succeeded":
            return _current("Pod has completed successfully")
        case "Failed":
            return _current("Pod has completed, but not successfully")
        case "Running":
            return _running_pod(body)
        case "Pending" if is_unschedulable(body):
            if now is not None and seconds_to_schedule(body, now) > 0:
                return _progressing("Pod has not been scheduled")
            return _failed("Pod could not be scheduled")
        case "Pending":
            return _progressing("Pod is in the Pending phase")
        case "":
            return _progressing("Pod phase not available")
        case _:
            return UNKNOWN  # kstatus: an error of its own, whose text is not shown


def _running_pod(body: KubeObject) -> Health:
    if any(name == "Ready" and status == "True" for name, status, _, _ in conditions_of(body)):
        return _current("Pod is Ready")
    looping = [
        text_at(container, "name")
        for container in maps_at(body, "status.containerStatuses")
        if text_at(container, "state.waiting.reason") == "CrashLoopBackOff"
    ]
    if looping:
        return _failed(f"Containers in CrashLoop state: {','.join(looping)}")
    return _progressing("Pod is running but is not Ready")


def is_unschedulable(body: KubeObject) -> bool:
    """Whether the scheduler found no place for a pod."""
    return any(
        name == "PodScheduled" and status == "False" and reason == "Unschedulable"
        for name, status, reason, _ in conditions_of(body)
    )


def seconds_to_schedule(body: KubeObject, now: datetime.datetime) -> float:
    """What is left of the time that a pod may be unschedulable."""
    try:
        created = datetime.datetime.fromisoformat(text_at(body, "metadata.creationTimestamp"))
    except ValueError:
        return 0.0
    return SCHEDULE_WINDOW - (now - created).total_seconds()


def _claim(body: KubeObject, now: datetime.datetime | None) -> Health:
    del now
    phase = text_at(body, "status.phase", "unknown")
    return _current("PVC is Bound") if phase == "Bound" else _progressing(f"PVC is not Bound. phase: {phase}")


def _job(body: KubeObject, now: datetime.datetime | None) -> Health:
    done = _ended_job(body, now)
    if done.status is not HealthStatus.IN_PROGRESS:
        return done
    if not text_at(body, "status.startTime"):
        return _progressing("Job not started")
    succeeded, active, failed = _counts(body, "succeeded", "active", "failed")
    return _current(f"Job in progress. success:{succeeded}, active: {active}, failed: {failed}")


def _ended_job(body: KubeObject, now: datetime.datetime | None) -> Health:
    """A job that must have ended to be current (job_status_reader.go)."""
    del now
    wanted = number_at(body, "spec.completions", number_at(body, "spec.parallelism", 1))
    succeeded, failed = _counts(body, "succeeded", "failed")
    for name, status, _, _ in conditions_of(body):
        if name == "Complete" and status == "True":
            return _current(f"Job Completed. succeeded: {succeeded}/{wanted}")
        if name == "Failed" and status == "True":
            return _failed(f"Job Failed. failed: {failed}/{wanted}")
    return _progressing("Job in progress")


def _ended_pod(body: KubeObject, now: datetime.datetime | None) -> Health:
    """A pod that must have succeeded to be current (pod_status_reader.go)."""
    del now
    name = text_at(body, "metadata.name")
    match text_at(body, "status.phase"):
        case "Succeeded":
            return _current(f"pod {name} succeeded")
        case "Failed":
            return _failed(f"pod {name} failed")
        case _:
            return _progressing("Pod in progress")


def _service(body: KubeObject, now: datetime.datetime | None) -> Health:
    del now
    if text_at(body, "spec.type") == "LoadBalancer" and not text_at(body, "spec.clusterIP"):
        return _progressing("ClusterIP not set. Service type: LoadBalancer")
    return _current("Service is ready")


def _disruption_budget(body: KubeObject, now: datetime.datetime | None) -> Health:
    del body, now
    return _current("AllowedDisruptions has been computed.")


def _definition(body: KubeObject, now: datetime.datetime | None) -> Health:
    del now
    for name, status, reason, message in conditions_of(body):
        if name == "NamesAccepted" and status == "False":
            return _failed(message)
        if name == "Established" and status == "False" and reason != "Installing":
            return _failed(message)
        if name == "Established" and status == "True":
            return _current("CRD is established")
    return _progressing("Install in progress")


RULES: Mapping[GroupKind, Rule] = {
    ("", "Service"): _service,
    ("", "Pod"): _pod,
    ("", "Secret"): _always,
    ("", "ConfigMap"): _always,
    ("", "PersistentVolumeClaim"): _claim,
    ("apps", "StatefulSet"): _stateful_set,
    ("apps", "DaemonSet"): _daemon_set,
    ("extensions", "DaemonSet"): _daemon_set,
    ("apps", "Deployment"): _deployment,
    ("extensions", "Deployment"): _deployment,
    ("apps", "ReplicaSet"): _replica_set,
    ("extensions", "ReplicaSet"): _replica_set,
    ("policy", "PodDisruptionBudget"): _disruption_budget,
    ("batch", "CronJob"): _always,
    ("batch", "Job"): _job,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _definition,
}
JOBS: Mapping[GroupKind, Rule] = {("batch", "Job"): _ended_job}
HOOKS: Mapping[GroupKind, Rule] = {("batch", "Job"): _ended_job, ("", "Pod"): _ended_pod}

HOPELESS = frozenset(
    {"ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "CrashLoopBackOff",
     "CreateContainerConfigError", "CreateContainerError", "RunContainerError"}
)  # fmt: skip
"""Why a container waits that will not start by itself."""


def hopeless(body: KubeObject, now: datetime.datetime | None = None) -> str | None:
    """Why an object will not become ready by waiting, as far as it shows: beyond what Helm knows. None where it may.

    Pods: containers that cannot be pulled, configured or kept running, and no node that takes them; Deployments and
    ReplicaSets: pods that a quota or an admission refuses.
    """
    if group_kind(body) == ("", "Pod"):
        return _hopeless_pod(body, now)
    for name, status, reason, message in conditions_of(body):
        if name == "ReplicaFailure" and status == "True" and reason == "FailedCreate":
            return message
    return None


def _hopeless_pod(body: KubeObject, now: datetime.datetime | None) -> str | None:
    for path in ("status.initContainerStatuses", "status.containerStatuses"):
        for container in maps_at(body, path):
            reason = text_at(container, "state.waiting.reason")
            if reason in HOPELESS:
                message: Any = text_at(container, "state.waiting.message")
                return f"container {text_at(container, 'name')}: {reason}" + (f": {message}" if message else "")
    if text_at(body, "status.phase") == "Pending" and is_unschedulable(body):
        if now is not None and seconds_to_schedule(body, now) > 0:
            return None
        return (
            next((message for name, _, _, message in conditions_of(body) if name == "PodScheduled"), None)
            or "Unschedulable"
        )
    return None
