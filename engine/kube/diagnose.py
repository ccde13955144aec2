"""Why objects are not ready: their events, and what their pods said last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..clock import Clock, Deadline
from ..errors import EngineError, Unready
from ..shapes import KubeObject, ResourceRef
from .cluster import Cluster, ListQuery, LogQuery
from .fields import at, conditions_of, maps_at, ref_of, selector_of, text_at
from .health import Health

SECONDS = 5.0
MOST_OBJECTS = 10
MOST_PODS = 3
MOST_EVENTS = 10
MOST_LINES = 20


def explain(
    cluster: Cluster, missed: Mapping[ResourceRef, Health], bodies: Mapping[ResourceRef, KubeObject], clock: Clock
) -> tuple[Unready, ...]:
    """What there is to say of objects that are not ready; within five seconds, and of the first ten only in depth."""
    asking = cluster.within(Deadline(SECONDS, clock=clock))
    found: list[Unready] = []
    for position, (ref, health) in enumerate(missed.items()):
        events: tuple[str, ...] = ()
        logs: tuple[str, ...] = ()
        if position < MOST_OBJECTS and ref in bodies:
            try:
                pods = _troubled_pods(asking, bodies[ref])
                events = tuple(_events(asking, pods if bodies[ref] in pods else [bodies[ref], *pods]))
                logs = tuple(_logs(asking, pods))
            except EngineError:
                pass  # the reason why we are here is worth more than the trouble of explaining it
        found.append(Unready(ref=ref, status=str(health.status), message=health.message, events=events, logs=logs))
    return tuple(found)


def _troubled_pods(cluster: Cluster, body: KubeObject) -> list[KubeObject]:
    """The pods of an object that are not well; the object itself if it is one."""
    if text_at(body, "kind") == "Pod":
        return [body]
    selector = selector_of(at(body, "spec.selector"))
    if not selector:
        return []
    namespace = text_at(body, "metadata.namespace")
    pods = cluster.list(ListQuery(api_version="v1", kind="Pod", namespace=namespace, labels=selector))
    return [
        pod for pod in pods if not any((name, status) == ("Ready", "True") for name, status, _, _ in conditions_of(pod))
    ][:MOST_PODS]


def _events(cluster: Cluster, bodies: list[KubeObject]) -> Iterator[str]:
    for body in bodies:
        ref = ref_of(body)
        fields = f"involvedObject.name={ref.name},involvedObject.kind={ref.kind}"
        query = ListQuery(api_version="v1", kind="Event", namespace=ref.namespace or "default", fields=fields)
        events = sorted(
            cluster.list(query), key=lambda event: text_at(event, "lastTimestamp") or text_at(event, "eventTime")
        )
        for event in events[-MOST_EVENTS:]:
            said = " ".join(text_at(event, "message").split())
            yield f"{ref}: {text_at(event, 'type')} {text_at(event, 'reason')}: {said}"


def _logs(cluster: Cluster, pods: list[KubeObject]) -> Iterator[str]:
    for pod in pods:
        name = text_at(pod, "metadata.name")
        for container in maps_at(pod, "status.containerStatuses"):
            began = any(at(container, f"state.{state}") is not None for state in ("running", "terminated"))
            previous = not began and bool(at(container, "lastState.terminated"))
            if not began and not previous:
                continue  # nothing was ever said
            query = LogQuery(
                namespace=text_at(pod, "metadata.namespace"), pod=name, container=text_at(container, "name"),
                tail=MOST_LINES, previous=previous,
            )  # fmt: skip
            try:
                with cluster.logs(query) as lines:
                    yield from (
                        f"{name}/{query.container}: {line.decode('utf-8', 'replace').rstrip()}" for line in lines
                    )
            except EngineError:
                continue  # no log of this one; others may have one
