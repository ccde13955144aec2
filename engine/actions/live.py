"""The live objects of a release, for `status` (pkg/kube/client.go Get)."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import ClusterError
from ..kube.cluster import ListQuery
from ..release.model import Release
from ..shapes import KubeObject
from .context import Context
from .objects import build
from .ownership import ref_of
from .parallel import outcome
from .pods import selector_of

RELATED = "v1/Pod(related)"


def resources(context: Context, release: Release) -> dict[str, list[KubeObject]]:
    """Live objects by version and kind, and the pods that they select (pkg/kube/client.go Get)."""
    objects = build(context.cluster, release.manifest, release.namespace, validate=False)
    found: dict[str, list[KubeObject]] = {}
    selected: list[Mapping[str, str]] = []
    for body, live in zip(objects, outcome(lambda body: context.cluster.get(ref_of(body)), objects), strict=True):
        if isinstance(live, ClusterError):
            continue
        if isinstance(live, Exception):
            raise live
        version = body["apiVersion"].rpartition("/")[2]
        found.setdefault(f"{version}/{body['kind']}", []).append(live)
        labels = selector_of(body)
        if labels and labels not in selected:
            selected.append(labels)
            for pod in _selected(context, ref_of(body).namespace, labels):
                found.setdefault(RELATED, []).append(pod)
    return found


def _selected(context: Context, namespace: str, labels: Mapping[str, str]) -> list[KubeObject]:
    """The pods with these labels; none, and a warning, where they cannot be read."""
    query = ListQuery(api_version="v1", kind="Pod", namespace=namespace, labels=selector_text(labels))
    try:
        return context.cluster.list(query)
    except ClusterError as error:
        context.warn("status.no_pods", f"get the relation pod is failed: {error}")
        return []


def selector_text(labels: Mapping[str, str]) -> str:
    """A selector that wants all of these labels."""
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
