"""Wait until objects are ready, done or gone, by watches (pkg/kube/statuswait.go) or as Helm 3 did (wait.go).

One watch a kind and namespace, each in a thread of its own, closed as soon as all its objects are there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..clock import Deadline
from ..errors import DeadlineExceeded, EngineError, NotReady, Unready
from ..shapes import KubeObject, ResourceRef
from .cluster import Cluster
from .diagnose import explain
from .fields import at, conditions_of, ref_of
from .health import HOOKS, JOBS, Health, HealthStatus, group_kind
from .legacy import wait_legacy, wait_legacy_deleted
from .watching import Heard, Outcome, Watching, WatchRule, unheard

DEFAULT_SECONDS = 30.0  # of watching with a timeout of zero (DefaultStatusWatcherTimeout)
OUT_OF_TIME = "context deadline exceeded"
LEGACY_OUT_OF_TIME = "timed out waiting for the condition"
Strategy: TypeAlias = Literal["watcher", "legacy", "hookOnly"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRule:
    """How to wait: `timeout` in seconds; `jobs` must have ended; `fail_fast` ends as soon as an object is hopeless.

    Strategies are Helm's; `hookOnly` waits for hooks alone.
    """

    strategy: Strategy = "watcher"
    timeout: float = 300.0
    jobs: bool = False
    fail_fast: bool = False


def wait_ready(
    cluster: Cluster, objects: Sequence[KubeObject], rule: WaitRule, deadline: Deadline, heard: Heard = unheard
) -> None:
    """Return when all objects are ready. `heard` is told of every change of an object's health, from any thread.

    Raises NotReady with Helm's text, one line an object; DeadlineExceeded with the same text where the operation's own
    time is up; Cancelled.
    """
    if rule.strategy == "hookOnly" or not objects:
        return
    own = _own(rule, deadline)
    if rule.strategy == "legacy":
        _legacy(lambda: wait_legacy(cluster.within(own), objects, own, jobs=rule.jobs), objects, deadline)
        return
    targets = [body for body in objects if not (group_kind(body) == ("apps", "Deployment") and at(body, "spec.paused"))]
    watching = Watching(
        cluster, targets, WatchRule(rules=JOBS if rule.jobs else {}, fail_fast=rule.fail_fast), own, heard
    )
    _judge(cluster, watching.until_ready(), deadline, own, "not ready")


def wait_done(
    cluster: Cluster, objects: Sequence[KubeObject], rule: WaitRule, deadline: Deadline, heard: Heard = unheard
) -> None:
    """Return when the objects of a hook are done: Jobs completed, Pods succeeded; other kinds are done at once.

    Raises as `wait_ready` does.
    """
    targets = [body for body in objects if group_kind(body) in HOOKS]
    if not targets:
        return
    own = _own(rule, deadline)
    watching = Watching(cluster, targets, WatchRule(rules=HOOKS, fail_fast=rule.fail_fast), own, heard)
    outcome = watching.until_ready()
    if rule.strategy == "legacy":
        _judge_legacy_hook(outcome, deadline)
        return
    _judge(cluster, outcome, deadline, own, "not ready")


def wait_deleted(
    cluster: Cluster, objects: Sequence[KubeObject], rule: WaitRule, deadline: Deadline, heard: Heard = unheard
) -> None:
    """Return when all objects are gone; at once with `hookOnly`. Raises as `wait_ready` does."""
    if rule.strategy == "hookOnly" or not objects:
        return
    own = _own(rule, deadline)
    if rule.strategy == "legacy":
        _legacy(lambda: wait_legacy_deleted(cluster.within(own), objects, own), objects, deadline)
        return
    watching = Watching(cluster, objects, WatchRule(), own, heard)
    _judge(cluster, watching.until_gone(), deadline, own, "still exists")


def _own(rule: WaitRule, deadline: Deadline) -> Deadline:
    """This wait's deadline. A legacy wait of zero seconds has none of its own, as ContextWithOptionalTimeout gives it."""
    if rule.timeout:
        return deadline.shorter(rule.timeout)
    return deadline if rule.strategy == "legacy" else deadline.shorter(DEFAULT_SECONDS)


def _judge(cluster: Cluster, outcome: Outcome, deadline: Deadline, own: Deadline, what: str) -> None:
    """Raise what is not as wanted, in Helm's words."""
    if outcome.error is not None:
        raise outcome.error
    if not outcome.missed and not outcome.out_of_time:
        return
    lines = [
        f"resource {ref.kind}/{ref.namespace}/{ref.name} {what}. status: {found.status}, message: {found.message}"
        for ref, found in outcome.missed.items()
    ]
    if outcome.out_of_time:
        lines.append(OUT_OF_TIME)
    text = "\n".join(lines)
    if deadline.left() == 0.0:
        raise DeadlineExceeded(text)
    raise NotReady(text, objects=explain(cluster, outcome.missed, outcome.bodies, own.clock))


def _judge_legacy_hook(outcome: Outcome, deadline: Deadline) -> None:
    """As `_judge`, in the words of Helm 3's waiting (wait.go waitForJob, waitForPodSuccess)."""
    if outcome.error is not None:
        raise outcome.error
    lines = [
        _legacy_failure(ref, outcome.bodies)
        for ref, found in outcome.missed.items()
        if found.status is HealthStatus.FAILED
    ]
    if outcome.out_of_time:
        lines.append(LEGACY_OUT_OF_TIME)
    if lines:
        _raise_unready("\n".join(lines), outcome.missed, deadline)


def _legacy_failure(ref: ResourceRef, bodies: Mapping[ResourceRef, KubeObject]) -> str:
    if ref.kind == "Pod":
        return f"pod {ref.name} failed"
    reasons = [
        reason for name, status, reason, _ in conditions_of(bodies.get(ref)) if (name, status) == ("Failed", "True")
    ]
    return f"job {ref.name} failed: {reasons[0] if reasons else ''}"


def _legacy(wait: Callable[[], None], objects: Sequence[KubeObject], deadline: Deadline) -> None:
    """A legacy wait, its end by time as NotReady of everything: Helm 3 does not say of what."""
    try:
        wait()
    except DeadlineExceeded as error:
        missed = {ref_of(body): Health(HealthStatus.UNKNOWN) for body in objects}
        _raise_unready(OUT_OF_TIME, missed, deadline, cause=error)


def _raise_unready(
    text: str, missed: Mapping[ResourceRef, Health], deadline: Deadline, *, cause: EngineError | None = None
) -> None:
    if deadline.left() == 0.0:
        raise DeadlineExceeded(text) from cause
    unready = tuple(Unready(ref=ref, status=str(found.status), message=found.message) for ref, found in missed.items())
    raise NotReady(text, objects=unready) from cause
