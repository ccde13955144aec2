"""Records as objects of a cluster: what Secrets and ConfigMaps share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from purehelm.engine.clock import Clock
from purehelm.engine.errors import (
    ClusterError,
    ClusterUnreachable,
    ObjectConflict,
    ObjectExists,
    ObjectNotFound,
    RecordCorrupt,
    ReleaseBusy,
)
from purehelm.engine.ports import RecordApi, RecordKind
from purehelm.engine.release.model import Release
from purehelm.engine.shapes import KubeObject

from .base import OnCorrupt, Store, exists, ignore, not_found
from .codec import BEST, decode, decode_summary, encode
from .labels import Header, check_value, header_of, record_labels, record_name, user_labels
from .size import LIMIT, too_large


class ClusterStore(Store):
    """Helm's records, one object a revision, in the release's namespace."""

    kind: ClassVar[RecordKind]

    def __init__(self, api: RecordApi, *, clock: Clock | None = None, on_corrupt: OnCorrupt = ignore) -> None:
        super().__init__(clock=clock, on_corrupt=on_corrupt)
        self._api = api

    def _wrap(self, body: bytes) -> KubeObject:
        """The object's fields that carry the body."""
        raise TypeError("a driver says how a body is carried")

    def _body(self, record: KubeObject) -> bytes:
        """The body that an object carries; raises RecordCorrupt."""
        raise TypeError("a driver says how a body is carried")

    def create(self, release: Release) -> None:
        record = self._record(release, "createdAt", self._fit(release))
        try:
            self._api.create_record(self.kind, release.namespace, record)
        except ObjectExists as error:
            raise exists(release) from error
        except ClusterError as error:
            raise _told("create: failed to create", error) from error

    def update(self, release: Release, *, expected: str | None = None) -> None:
        record = self._record(release, "modifiedAt", self._fit(release))
        self._replace(release, record, expected)

    def _replace(self, release: Release, record: KubeObject, expected: str | None) -> None:
        if expected is not None:
            record["metadata"]["resourceVersion"] = expected
        try:
            self._api.update_record(self.kind, release.namespace, record)
        except ObjectNotFound as error:
            raise not_found(release.namespace, release.name, release.revision) from error
        except ObjectConflict as error:
            text = "another operation changed the record"
            raise ReleaseBusy(text, release=release.name, namespace=release.namespace) from error

    def _fit(self, release: Release) -> KubeObject:
        body = encode(release)
        if len(body) > LIMIT:
            body = encode(release, level=BEST)
        if len(body) > LIMIT:
            raise too_large(release, len(body))
        return self._wrap(body)

    def _record(self, release: Release, stamp: str, content: KubeObject) -> KubeObject:
        labels = record_labels(release, stamp, self._now())
        metadata = {
            "name": record_name(release.name, release.revision), "namespace": release.namespace, "labels": labels,
        }  # fmt: skip
        return {"apiVersion": "v1", "kind": self.kind, "metadata": metadata, **content}

    def get(self, namespace: str, name: str, revision: int) -> Release:
        return self._decoded(self._get(namespace, name, revision), summary=False)

    def summary(self, namespace: str, name: str, revision: int) -> Release:
        return self._decoded(self._get(namespace, name, revision), summary=True)

    def _get(self, namespace: str, name: str, revision: int) -> KubeObject:
        try:
            return self._api.get_record(self.kind, namespace, record_name(name, revision))
        except ObjectNotFound as error:
            raise not_found(namespace, name, revision) from error

    def _decoded(self, record: KubeObject, *, summary: bool) -> Release:
        metadata = record["metadata"]
        read = decode_summary if summary else decode
        release = read(self._body(record), key=metadata["name"])
        return release_with(release, metadata.get("namespace", ""), metadata.get("labels") or {})

    def delete(self, namespace: str, name: str, revision: int) -> None:
        try:
            self._api.delete_record(self.kind, namespace, record_name(name, revision))
        except ObjectNotFound as error:
            raise not_found(namespace, name, revision) from error

    def _headers(self, namespace: str | None, name: str | None) -> Iterator[Header]:
        selector = "owner=helm" + (f",name={check_value(name)}" if name is not None else "")
        doing = "list: failed to list" if name is None else "query: failed to query with labels"
        for record in _telling(doing, self._api.list_records(self.kind, namespace, selector, metadata_only=True)):
            metadata = record["metadata"]
            where, labels = metadata.get("namespace", ""), metadata.get("labels") or {}
            if header := header_of(where, labels, metadata.get("resourceVersion", "")):
                yield header
            else:
                text = f"record {metadata['name']!r} has no name or version label"
                self._on_corrupt(RecordCorrupt(text, release=metadata["name"], namespace=where))


def release_with(release: Release, namespace: str, labels: dict[str, str]) -> Release:
    """The release with its record's user labels; a record without a namespace of its own gets its object's."""
    return replace(release, labels=user_labels(labels), namespace=release.namespace or namespace)


def _told(doing: str, error: ClusterError) -> ClusterError:
    """The same error with Helm's words for what was being done (storage/driver); a lost server is told as it is."""
    if isinstance(error, ClusterUnreachable):
        return error
    return type(error)(f"{doing}: {error}", status=error.status, ref=error.ref)


def _telling(doing: str, records: Iterator[KubeObject]) -> Iterator[KubeObject]:
    try:
        yield from records
    except ClusterError as error:
        raise _told(doing, error) from error
