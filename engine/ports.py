"""What actions ask of the outside: protocols, and the events they report. No I/O happens here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from .release.model import Hook, Release, Status
from .shapes import KubeObject, ResourceRef

RecordKind = Literal["Secret", "ConfigMap"]


class RecordApi(Protocol):
    """Secrets and ConfigMaps of a cluster, as raw objects: all that a record store needs of it.

    Errors are those of `ClusterError`. Needs no discovery: both kinds are `v1`.
    """

    def get_record(self, kind: RecordKind, namespace: str, name: str) -> KubeObject:
        """The object; raises ObjectNotFound."""
        ...

    def create_record(self, kind: RecordKind, namespace: str, body: KubeObject) -> KubeObject:
        """The object as stored; raises ObjectExists."""
        ...

    def update_record(self, kind: RecordKind, namespace: str, body: KubeObject) -> KubeObject:
        """The object as stored (PUT); raises ObjectNotFound, and ObjectConflict where `metadata.resourceVersion` is stale."""
        ...

    def delete_record(self, kind: RecordKind, namespace: str, name: str) -> None:
        """Raises ObjectNotFound."""
        ...

    def list_records(
        self, kind: RecordKind, namespace: str | None, selector: str, *, metadata_only: bool = False
    ) -> Iterator[KubeObject]:
        """The objects that match the label selector, page by page; None is every namespace.

        With `metadata_only` the server is asked for `PartialObjectMetadata` only.
        """
        ...


class ReleaseStore(Protocol):
    """Where releases live: Helm's records. Safe to share between threads."""

    def create(self, release: Release) -> None:
        """Store a new revision; raises ReleaseExists, ReleaseTooLarge."""
        ...

    def update(self, release: Release, *, expected: str | None = None) -> None:
        """Replace the record of this revision; raises ReleaseNotFound, ReleaseTooLarge.

        With `expected` (a header's `resource_version`) raises ReleaseBusy where somebody else wrote meanwhile.
        """
        ...

    def get(self, namespace: str, name: str, revision: int) -> Release:
        """One revision; raises ReleaseNotFound, RecordCorrupt."""
        ...

    def delete(self, namespace: str, name: str, revision: int) -> None:
        """Remove one revision; raises ReleaseNotFound."""
        ...

    def history(self, namespace: str, name: str) -> list[Release]:
        """Every revision, oldest first; an empty list where there is none. Undecodable ones are left out and reported."""
        ...

    def summaries(self, namespace: str, name: str) -> Iterator[Release]:
        """As `history`, one at a time and without what a table does not show: only name, info, labels, chart metadata."""
        ...

    def newest(self, namespace: str | None, *, keep: Callable[[RecordHeader], bool] | None = None) -> Iterator[Release]:
        """The newest revision of every release whose header pleases `keep`, as `summaries`; by namespace and name."""
        ...

    def prune(self, namespace: str, name: str, limit: int) -> list[int]:
        """Delete the oldest revisions until `limit` are left, never the newest deployed one; what was deleted.

        A limit below zero keeps all. Before a new revision is stored, ask for release.history.next_limit, as Helm does.
        """
        ...

    def headers(self, namespace: str | None, *, name: str | None = None, selector: str = "") -> Sequence[RecordHeader]:
        """What the labels say of the records that match, without reading payloads; oldest revision first."""
        ...

    def last(self, namespace: str, name: str) -> Release:
        """The newest revision; raises ReleaseNotFound."""
        ...

    def deployed(self, namespace: str, name: str) -> Release | None:
        """The newest revision whose status is deployed."""
        ...


class RecordHeader(Protocol):
    """What a record's labels say."""

    @property
    def namespace(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def revision(self) -> int: ...
    @property
    def status(self) -> Status: ...
    @property
    def labels(self) -> Mapping[str, str]:
        """The user's labels."""
        ...

    @property
    def resource_version(self) -> str:
        """The stored record's version, for `update`; empty where the driver has none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    """A step of a plan begins; `step` is its plain text, `position` counts from 1."""

    release: str
    step: str
    position: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectChanged:
    """An object was created, configured, left unchanged, or deleted."""

    ref: ResourceRef
    change: Literal["created", "configured", "unchanged", "deleted", "kept", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChanged:
    """What waiting now sees of an object; `status` is kstatus' word (Current, InProgress, Failed …)."""

    ref: ResourceRef
    status: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HookChanged:
    """A hook started or ended; its `last_run` says which."""

    event: str
    hook: Hook


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """A line of a pod's log."""

    namespace: str
    pod: str
    container: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """A call failed and is tried again after so many seconds."""

    what: str
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """Something that Helm only logs: a stable code and the text."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The operation ended; the release as it is recorded now."""

    release: Release
    error: str = ""


Happening: TypeAlias = StepStarted | ObjectChanged | HealthChanged | HookChanged | LogLine | Retried | Warned | Finished
Reporter: TypeAlias = Callable[[Happening], None]
"""Hears everything that happens during an operation, from whichever thread it happens on. Must not raise."""

PostRenderer: TypeAlias = Callable[[str], str]
"""Manifests in as one YAML stream, manifests out (Helm: postrenderer)."""


def ignore(happening: Happening) -> None:
    """A reporter that hears nothing."""
    del happening
