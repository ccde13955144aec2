"""The pods that belong to a release: its own, and those that its workloads made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import ClusterError, EngineError
from ..kube.cluster import ListQuery
from ..release.model import Release
from ..shapes import KubeObject
from .context import Context
from .objects import build
from .ownership import ref_of
from .parallel import outcome

BY_LABELS = frozenset({"ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job"})


def selector_of(body: KubeObject) -> Mapping[str, str]:
    """The labels by which a workload knows its pods; empty where it has none (getSelectorFromObject)."""
    selector = (body.get("spec") or {}).get("selector") or {}
    if body["kind"] in BY_LABELS:
        labels = selector.get("matchLabels") if isinstance(selector, dict) else None
    else:
        labels = selector if body["kind"] == "ReplicationController" else None
    return labels if isinstance(labels, dict) else {}


def release_pods(context: Context, release: Release) -> list[KubeObject]:
    """The live pods, by namespace and name. Raises ClusterError where objects cannot be read."""
    objects = build(context.cluster, release.manifest, release.namespace, validate=False, on_unknown=_skip)
    workloads = tuple(
        body for body in objects if body["kind"] in BY_LABELS | {"ReplicationController", "CronJob", "Pod"}
    )
    found: dict[tuple[str, str], KubeObject] = {}
    for live in outcome(lambda body: context.cluster.get(ref_of(body)), workloads):
        if isinstance(live, ClusterError):
            continue  # not there (any more)
        if isinstance(live, EngineError):
            raise live
        for pod in _pods(context, live):
            found[pod["metadata"].get("namespace", ""), pod["metadata"]["name"]] = pod
    return [found[key] for key in sorted(found)]


def _skip(body: KubeObject, error: EngineError) -> None:
    """A kind that is not served has no pods."""
    del body, error


def _pods(context: Context, live: KubeObject) -> Iterator[KubeObject]:
    namespace = live["metadata"].get("namespace", "")
    if live["kind"] == "Pod":
        yield live
    elif live["kind"] == "CronJob":
        for job in context.cluster.list(ListQuery(api_version="batch/v1", kind="Job", namespace=namespace)):
            if _is_owned(job, live):
                yield from _pods(context, {**job, "kind": "Job"})
    elif labels := selector_of(live):
        text = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
        yield from context.cluster.list(ListQuery(api_version="v1", kind="Pod", namespace=namespace, labels=text))


def _is_owned(body: KubeObject, owner: KubeObject) -> bool:
    uid: Any = owner["metadata"].get("uid")
    return any(each.get("uid") == uid for each in body["metadata"].get("ownerReferences") or ())
