"""The logs of pods: every container of them, first those that set up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..shapes import KubeObject
from .cluster import Cluster, ListQuery, LogQuery
from .fields import maps_at, text_at


@dataclass(frozen=True, slots=True)
class PodLine:
    """A line of a container's log, its end kept."""

    pod: str
    container: str
    line: bytes


def pod_logs(cluster: Cluster, query: LogQuery, selector: str = "") -> Iterator[PodLine]:
    """The lines of every container of a pod, or of all pods that a label selector finds, one container after another.

    Raises ClusterError: ObjectNotFound for a pod that is not there, ObjectInvalid for a container that has not begun.
    """
    for pod in _pods(cluster, query, selector):
        for container in containers_of(pod):
            if query.container in ("", container):
                asked = replace(query, pod=text_at(pod, "metadata.name"), container=container)
                with cluster.logs(asked) as lines:
                    for line in lines:
                        yield PodLine(asked.pod, container, line)


def _pods(cluster: Cluster, query: LogQuery, selector: str) -> list[KubeObject]:
    fields = f"metadata.name={query.pod}" if query.pod else ""
    asked = ListQuery(api_version="v1", kind="Pod", namespace=query.namespace, labels=selector, fields=fields)
    return sorted(cluster.list(asked), key=lambda pod: text_at(pod, "metadata.name"))


def containers_of(pod: KubeObject) -> list[str]:
    """The names of a pod's containers, those that set up first."""
    return [
        text_at(container, "name")
        for path in ("spec.initContainers", "spec.containers")
        for container in maps_at(pod, path)
    ]
