"""Releases beyond 1 MiB: a head Secret with Helm's labels and numbered part Secrets. What fits stays a Helm record.

Helm lists no such release: the head has no field that it reads. Parts are written first under a name of their own
content, the head last; a reader sees the old record or the new one whole.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

from purehelm.engine.errors import ObjectExists, ObjectNotFound, RecordCorrupt, ReleaseNotFound
from purehelm.engine.release.model import Release
from purehelm.engine.shapes import KubeObject

from .codec import BEST, encode
from .labels import TYPE, check_value, record_name
from .secret import SecretStore, secret_bytes
from .size import LIMIT, too_large

PART_TYPE = "purehelm.io/release-part.v1"
OWNER = "purehelm"
PART_SIZE = 1_000_000  # bytes, below the limit of one object
MOST_PARTS = 64


class ShardedSecretStore(SecretStore):
    """A SecretStore that spreads what one Secret cannot hold."""

    def update(self, release: Release, *, expected: str | None = None) -> None:
        before = self._parts_of(release.namespace, release.name, release.revision)
        super().update(release, expected=expected)
        digest = self._digest(release.namespace, release.name, release.revision)
        self._drop(release.namespace, (part for part, written in before if written != digest))

    def delete(self, namespace: str, name: str, revision: int) -> None:
        parts = self._parts_of(namespace, name, revision)
        super().delete(namespace, name, revision)  # the head first: a broken-off deletion leaves no half record
        self._drop(namespace, (part for part, _ in parts))

    def sweep(self, namespace: str, *, older_than: float = 3600.0) -> list[str]:
        """Delete parts that no head names and that are older than so many seconds (a write may be under way); their names."""
        heads: dict[tuple[str, int], str | None] = {}
        orphans: list[str] = []
        selector = f"owner={OWNER}"
        for part in list(self._api.list_records(self.kind, namespace, selector, metadata_only=True)):
            labels = part["metadata"]["labels"]
            if self._now() - int(labels.get("createdAt", "0")) < older_than:
                continue
            key = (labels["name"], int(labels["version"]))
            if key not in heads:
                heads[key] = self._digest(namespace, *key)
            if heads[key] != labels["digest"]:
                orphans.append(part["metadata"]["name"])
        self._drop(namespace, iter(orphans))
        return orphans

    def _fit(self, release: Release) -> KubeObject:
        body = encode(release)
        if len(body) > LIMIT:
            body = encode(release, level=BEST)
        if len(body) <= LIMIT:
            return self._wrap(body)
        if len(body) > MOST_PARTS * PART_SIZE:
            raise too_large(release, len(body), MOST_PARTS * PART_SIZE)
        digest = hashlib.sha256(body).hexdigest()
        pieces = [body[at : at + PART_SIZE] for at in range(0, len(body), PART_SIZE)]
        for number, piece in enumerate(pieces):
            try:
                self._api.create_record(self.kind, release.namespace, self._part(release, digest, number, piece))
            except ObjectExists:
                continue  # the same content, from a write that was broken off
        return {"type": TYPE, "data": {"parts": _b64(str(len(pieces)).encode()), "sha256": _b64(digest.encode())}}

    def _part(self, release: Release, digest: str, number: int, piece: bytes) -> KubeObject:
        labels = {
            "owner": OWNER, "name": release.name, "version": str(release.revision), "digest": digest[:16],
            "createdAt": str(self._now()),
        }  # fmt: skip
        metadata = {
            "name": _part_name(release.name, release.revision, digest, number),
            "namespace": release.namespace, "labels": labels,
        }  # fmt: skip
        return {
            "apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": PART_TYPE,
            "data": {"part": _b64(piece)},
        }  # fmt: skip

    def _get(self, namespace: str, name: str, revision: int) -> KubeObject:
        """The record; of a spread one the head with the body put together. Read again where a writer was faster."""
        for attempt in range(3):
            record = super()._get(namespace, name, revision)
            if "parts" not in (record.get("data") or {}):
                return record
            try:
                record["data"]["release"] = _b64(self._join(record, namespace, name, revision))
            except ObjectNotFound as error:
                if attempt == 2:
                    text = f"failed to decode data {record['metadata']['name']!r}: a part is missing"
                    raise RecordCorrupt(text, release=name, namespace=namespace, revision=revision) from error
                continue
            return record
        raise AssertionError("the last attempt returns or raises")

    def _join(self, head: KubeObject, namespace: str, name: str, revision: int) -> bytes:
        digest = secret_bytes(head, "sha256").decode("ascii", "replace")
        count = secret_bytes(head, "parts")
        body = b""
        if count.isdigit() and int(count) <= MOST_PARTS:
            for number in range(int(count)):
                part = self._api.get_record(self.kind, namespace, _part_name(name, revision, digest, number))
                body += secret_bytes(part, "part")
        if hashlib.sha256(body).hexdigest() != digest:
            text = f"failed to decode data {head['metadata']['name']!r}: the parts do not fit"
            raise RecordCorrupt(text, release=name, namespace=namespace, revision=revision)
        return body

    def _digest(self, namespace: str, name: str, revision: int) -> str | None:
        """The content that the head names; None where there is no head, or a plain record."""
        try:
            head = super()._get(namespace, name, revision)
        except ReleaseNotFound:
            return None
        if "sha256" not in (head.get("data") or {}):
            return None
        return secret_bytes(head, "sha256").decode("ascii", "replace")[:16]

    def _parts_of(self, namespace: str, name: str, revision: int) -> list[tuple[str, str]]:
        """Names of parts, and the content that each belongs to."""
        selector = f"owner={OWNER},name={check_value(name)},version={revision}"
        found = self._api.list_records(self.kind, namespace, selector, metadata_only=True)
        return [(part["metadata"]["name"], part["metadata"]["labels"]["digest"]) for part in found]

    def _drop(self, namespace: str, names: Iterator[str]) -> None:
        for name in names:
            try:
                self._api.delete_record(self.kind, namespace, name)
            except ObjectNotFound:
                continue  # somebody else swept


def _part_name(name: str, revision: int, digest: str, number: int) -> str:
    return f"purehelm.{record_name(name, revision)}.{digest[:16]}.{number}"


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
