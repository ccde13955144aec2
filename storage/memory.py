"""Releases in memory, for tests and for renderings that leave nothing behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

from purehelm.engine.clock import Clock
from purehelm.engine.errors import ReleaseBusy
from purehelm.engine.release.model import Release

from .base import OnCorrupt, Store, exists, ignore, not_found
from .labels import Header, header_of, record_labels, user_labels

Key = tuple[str, str, int]


class MemoryStore(Store):
    """Keeps frozen releases in a dictionary; safe to share between threads."""

    def __init__(self, *, clock: Clock | None = None, on_corrupt: OnCorrupt = ignore) -> None:
        super().__init__(clock=clock, on_corrupt=on_corrupt)
        self._records: dict[Key, tuple[Release, dict[str, str], int]] = {}
        self._writes = 0
        self._lock = threading.Lock()

    def create(self, release: Release) -> None:
        with self._lock:
            if _key(release) in self._records:
                raise exists(release)
            self._write(release, "createdAt")

    def update(self, release: Release, *, expected: str | None = None) -> None:
        with self._lock:
            found = self._records.get(_key(release))
            if found is None:
                raise not_found(release.namespace, release.name, release.revision)
            if expected is not None and expected != str(found[2]):
                raise ReleaseBusy("the record has changed", release=release.name, namespace=release.namespace)
            self._write(release, "modifiedAt")

    def _write(self, release: Release, stamp: str) -> None:
        self._writes += 1
        labels = record_labels(release, stamp, self._now())
        self._records[_key(release)] = (replace(release, labels=user_labels(labels)), labels, self._writes)

    def get(self, namespace: str, name: str, revision: int) -> Release:
        if found := self._records.get((namespace, name, revision)):
            return found[0]
        raise not_found(namespace, name, revision)

    def summary(self, namespace: str, name: str, revision: int) -> Release:
        return self.get(namespace, name, revision)

    def delete(self, namespace: str, name: str, revision: int) -> None:
        with self._lock:
            if self._records.pop((namespace, name, revision), None) is None:
                raise not_found(namespace, name, revision)

    def _headers(self, namespace: str | None, name: str | None) -> Iterator[Header]:
        with self._lock:
            records = list(self._records.items())
        for key, (_, labels, version) in records:
            if namespace in (None, key[0]) and name in (None, key[1]):
                header = header_of(key[0], labels, str(version))
                if header is not None:
                    yield header


def _key(release: Release) -> Key:
    return release.namespace, release.name, release.revision
