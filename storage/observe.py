"""A store that tells of its writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from purehelm.engine.ports import RecordHeader, ReleaseStore
from purehelm.engine.release.model import Release, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreWrite:
    """One write that succeeded; `status` is None for a deletion."""

    action: Literal["create", "update", "delete"]
    namespace: str
    name: str
    revision: int
    status: Status | None = None


class ObservedStore:
    """Any store; `observe` hears of every write after it succeeded. Reads go straight through."""

    def __init__(self, store: ReleaseStore, observe: Callable[[StoreWrite], None]) -> None:
        self._store = store
        self._observe = observe

    def create(self, release: Release) -> None:
        self._store.create(release)
        self._observe(_write("create", release))

    def update(self, release: Release, *, expected: str | None = None) -> None:
        self._store.update(release, expected=expected)
        self._observe(_write("update", release))

    def delete(self, namespace: str, name: str, revision: int) -> None:
        self._store.delete(namespace, name, revision)
        self._observe(StoreWrite(action="delete", namespace=namespace, name=name, revision=revision))

    def prune(self, namespace: str, name: str, limit: int) -> list[int]:
        gone = self._store.prune(namespace, name, limit)
        for revision in gone:
            self._observe(StoreWrite(action="delete", namespace=namespace, name=name, revision=revision))
        return gone

    def get(self, namespace: str, name: str, revision: int) -> Release:
        return self._store.get(namespace, name, revision)

    def history(self, namespace: str, name: str) -> list[Release]:
        return self._store.history(namespace, name)

    def summaries(self, namespace: str, name: str) -> Iterator[Release]:
        return self._store.summaries(namespace, name)

    def newest(self, namespace: str | None, *, keep: Callable[[RecordHeader], bool] | None = None) -> Iterator[Release]:
        return self._store.newest(namespace, keep=keep)

    def headers(self, namespace: str | None, *, name: str | None = None, selector: str = "") -> Sequence[RecordHeader]:
        return self._store.headers(namespace, name=name, selector=selector)

    def last(self, namespace: str, name: str) -> Release:
        return self._store.last(namespace, name)

    def deployed(self, namespace: str, name: str) -> Release | None:
        return self._store.deployed(namespace, name)


def _write(action: Literal["create", "update"], release: Release) -> StoreWrite:
    return StoreWrite(
        action=action, namespace=release.namespace, name=release.name, revision=release.revision, status=release.status
    )
