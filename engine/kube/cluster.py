"""What the engine asks of one Kubernetes API server: a protocol, and the data that passes. No I/O happens here."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from ..capabilities import Capabilities
from ..clock import Deadline
from ..shapes import KubeObject, ResourceRef

Validation = Literal["Strict", "Warn", "Ignore"]
Propagation = Literal["Background", "Foreground", "Orphan"]


class PatchType(enum.StrEnum):
    """A patch's content type."""

    JSON = "application/json-patch+json"
    MERGE = "application/merge-patch+json"
    STRATEGIC = "application/strategic-merge-patch+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindInfo:
    """What discovery says of a kind; `kind` may be served as `resource` (plural) with or without namespaces."""

    api_version: str
    kind: str
    resource: str
    namespaced: bool
    verbs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """How a write is made. `force` is for server-side apply only: take fields that others own."""

    manager: str = "helm"
    force: bool = False
    dry_run: bool = False
    validation: Validation = "Strict"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """Which objects to list or watch; an empty namespace is every namespace (or a kind without any)."""

    api_version: str
    kind: str
    namespace: str = ""
    labels: str = ""
    fields: str = ""


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """A change: ADDED, MODIFIED, DELETED or BOOKMARK, and the object after (DELETED: before) it."""

    type: str
    object: KubeObject


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """Which lines of a container's log; `since` in seconds back from now, None is from its start."""

    namespace: str
    pod: str
    container: str = ""
    tail: int | None = None
    since: float | None = None
    follow: bool = False
    previous: bool = False


class Cluster(Protocol):
    """One API server. Safe to share between threads.

    Errors are those of `ClusterError`: ClusterUnreachable, Unauthorized, Forbidden, ObjectNotFound, ObjectExists,
    ObjectConflict (stale resourceVersion), ApplyConflict, ObjectInvalid, KindUnknown; DeadlineExceeded and Cancelled
    where the bound deadline says so. Reads, and writes that may be repeated, are tried again on 429, 5xx and broken
    connections (Retry-After honoured) as long as the deadline lets them.
    """

    @property
    def namespace(self) -> str:
        """The namespace of the kubeconfig's context, `default` where it names none."""
        ...

    def within(self, deadline: Deadline) -> Cluster:
        """The same cluster, its connections shared, every call bound to the deadline."""
        ...

    def check(self) -> None:
        """Return where the server answers (GET /version); raises ClusterUnreachable, Unauthorized …"""
        ...

    def capabilities(self) -> Capabilities:
        """The server's version, and every group/version and group/version/Kind that it serves."""
        ...

    def kind_info(self, api_version: str, kind: str) -> KindInfo:
        """What discovery says of a kind; a miss refreshes discovery once; raises KindUnknown."""
        ...

    def forget_discovery(self) -> None:
        """Read discovery anew at the next need: kinds have come or gone."""
        ...

    def get(self, ref: ResourceRef) -> KubeObject:
        """The object; raises ObjectNotFound."""
        ...

    def list(self, query: ListQuery) -> list[KubeObject]:
        """The objects, every page of them."""
        ...

    def watch(self, query: ListQuery, resource_version: str = "") -> AbstractContextManager[Iterator[WatchEvent]]:
        """Changes from a resource version on (empty: the present state as ADDED first), until the context is left, the
        server ends it, or the deadline; the iterator just ends when the server closes or the version is too old."""
        ...

    def apply(self, body: KubeObject, options: WriteOptions) -> KubeObject:
        """Server-side apply; the object as stored. Raises ApplyConflict with `conflicts`."""
        ...

    def create(self, body: KubeObject, options: WriteOptions) -> KubeObject:
        """POST; the object as stored (generateName honoured); raises ObjectExists."""
        ...

    def replace(self, body: KubeObject, options: WriteOptions) -> KubeObject:
        """PUT; raises ObjectNotFound, and ObjectConflict where `metadata.resourceVersion` is stale."""
        ...

    def patch(self, ref: ResourceRef, kind: PatchType, patch: object, options: WriteOptions) -> KubeObject:
        """PATCH; the object as stored; raises ObjectNotFound."""
        ...

    def delete(self, ref: ResourceRef, propagation: Propagation = "Background", *, dry_run: bool = False) -> None:
        """DELETE; raises ObjectNotFound."""
        ...

    def logs(self, query: LogQuery) -> AbstractContextManager[Iterator[bytes]]:
        """A container's log line by line, line ends kept."""
        ...

    def close(self) -> None:
        """Release the connections."""
        ...
