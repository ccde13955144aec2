"""Whose an object is: the marks of a release, and what may be adopted or deleted (pkg/action/validate.go)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import ClusterError, EngineError, KindUnknown, ManifestError, ObjectNotFound, OwnershipError
from ..goquote import quote as quoted
from ..kube.cluster import Cluster
from ..release.model import Release
from ..shapes import KubeObject, ResourceRef
from .parallel import outcome
from .plan import Objects
from .texts import heading

MANAGED_BY = "app.kubernetes.io/managed-by"
NAME = "meta.helm.sh/release-name"
NAMESPACE = "meta.helm.sh/release-namespace"


def owned(objects: Iterable[KubeObject], release: Release) -> Objects:
    """Copies that carry the release's marks, over whatever marks they had (setMetadataVisitor)."""
    return tuple(_marked(each, release) for each in objects)


def _marked(body: KubeObject, release: Release) -> KubeObject:
    metadata = body.get("metadata") or {}
    marks = {NAME: release.name, NAMESPACE: release.namespace}
    changed = {
        **metadata,
        "labels": {**(metadata.get("labels") or {}), MANAGED_BY: "Helm"},
        "annotations": {**(metadata.get("annotations") or {}), **marks},
    }
    return {**body, "metadata": changed}


def ownership_problem(live: KubeObject, release: Release) -> str | None:
    """Why a live object is not the release's, in Helm's words; None where it is."""
    metadata = live.get("metadata") or {}
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    problems = [
        f"{what} validation error: {problem}"
        for what, marks, key, wanted in (
            ("label", labels, MANAGED_BY, "Helm"),
            ("annotation", annotations, NAME, release.name),
            ("annotation", annotations, NAMESPACE, release.namespace),
        )
        if (problem := _mark_problem(marks, key, wanted))
    ]
    return f"invalid ownership metadata; {'; '.join(problems)}" if problems else None


def _mark_problem(marks: Mapping[str, Any], key: str, wanted: str) -> str | None:
    if key not in marks:
        return f"missing key {quoted(key)}: must be set to {quoted(wanted)}"
    if marks[key] != wanted:
        return f"key {quoted(key)} must equal {quoted(wanted)}: current value is {quoted(str(marks[key]))}"
    return None


def adopted(cluster: Cluster, objects: Objects, release: Release, *, take: bool) -> Objects:
    """Those of the objects that exist and are the release's, or with `take` anybody's: they are updated, not created.

    Raises OwnershipError for one that is another's, ClusterError for one that cannot be read (existingResourceConflict,
    requireAdoption). All are asked for at once; the first in order that is wrong is told.
    """
    found: list[KubeObject] = []
    for body, live in zip(objects, outcome(lambda body: _live(cluster, body), objects), strict=True):
        ref = ref_of(body)
        if isinstance(live, ClusterError):
            raise type(live)(f"could not get information about the resource {heading(ref)}: {live}", status=live.status)
        if isinstance(live, EngineError):
            raise live
        if live is None:
            continue
        if not take and (problem := ownership_problem(live, release)):
            text = f"{heading(ref)} exists and cannot be imported into the current release: {problem}"
            raise OwnershipError(text, ref=ref)
        found.append(body)
    return tuple(found)


def _live(cluster: Cluster, body: KubeObject) -> KubeObject | None:
    """The object on the cluster; None where there is none, or none can be (generateName)."""
    metadata = body["metadata"]
    if metadata.get("generateName"):
        if metadata.get("name"):
            raise ManifestError("metadata.name and metadata.generateName cannot both be set")
        return None
    try:
        return cluster.get(ref_of(body))
    except (ObjectNotFound, KindUnknown):  # a kind that the release brings itself
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """A release's objects before they are deleted: those that are its own, another's, and those that could not be read.

    Objects that are gone are in none of these.
    """

    own: Objects
    foreign: Objects
    unknown: tuple[tuple[KubeObject, str], ...]


def sort_by_owner(cluster: Cluster, objects: Objects, release: Release) -> Sorted:
    """What may be deleted (verifyOwnershipBeforeDelete). Raises Cancelled and DeadlineExceeded only."""
    own: list[KubeObject] = []
    foreign: list[KubeObject] = []
    unknown: list[tuple[KubeObject, str]] = []
    for body, live in zip(objects, outcome(lambda body: cluster.get(ref_of(body)), objects), strict=True):
        if isinstance(live, ObjectNotFound):
            continue
        if isinstance(live, ClusterError):
            unknown.append((body, str(live)))
        elif isinstance(live, EngineError):
            raise live
        elif ownership_problem(live, release):
            foreign.append(body)
        else:
            own.append(body)
    return Sorted(own=tuple(own), foreign=tuple(foreign), unknown=tuple(unknown))


def ref_of(body: KubeObject) -> ResourceRef:
    """An object's address."""
    metadata = body.get("metadata") or {}
    return ResourceRef(body["apiVersion"], body["kind"], metadata.get("namespace") or "", metadata.get("name") or "")
