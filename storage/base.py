"""What all drivers share: questions answered from headers and single records, and pruning."""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator

from purehelm.engine.clock import Clock, SystemClock
from purehelm.engine.errors import RecordCorrupt, ReleaseExists, ReleaseNotFound
from purehelm.engine.ports import RecordHeader
from purehelm.engine.release.history import revisions_to_prune
from purehelm.engine.release.model import Release, Status

from .labels import Header, matches

OnCorrupt = Callable[[RecordCorrupt], None]


def ignore(_: RecordCorrupt) -> None:
    """Nobody asked to hear of records that cannot be decoded."""


class Store(abc.ABC):
    """A ReleaseStore; a driver adds six methods."""

    def __init__(self, *, clock: Clock | None = None, on_corrupt: OnCorrupt = ignore) -> None:
        """`on_corrupt` hears of every record that a list leaves out because it cannot be decoded."""
        self._clock = clock or SystemClock()
        self._on_corrupt = on_corrupt

    @abc.abstractmethod
    def create(self, release: Release) -> None:
        """Store a new revision; raises ReleaseExists, ReleaseTooLarge."""

    @abc.abstractmethod
    def update(self, release: Release, *, expected: str | None = None) -> None:
        """Replace this revision; raises ReleaseNotFound, ReleaseTooLarge, and ReleaseBusy as ReleaseStore says."""

    @abc.abstractmethod
    def get(self, namespace: str, name: str, revision: int) -> Release:
        """One revision; raises ReleaseNotFound, RecordCorrupt."""

    @abc.abstractmethod
    def delete(self, namespace: str, name: str, revision: int) -> None:
        """Remove one revision; raises ReleaseNotFound."""

    @abc.abstractmethod
    def summary(self, namespace: str, name: str, revision: int) -> Release:
        """One revision without what a table does not show; raises as `get`."""

    @abc.abstractmethod
    def _headers(self, namespace: str | None, name: str | None) -> Iterator[Header]:
        """In any order."""

    def headers(self, namespace: str | None, *, name: str | None = None, selector: str = "") -> list[Header]:
        """By namespace and name, oldest revision first; the selector sees Helm's labels name, owner, status, version too."""
        found = [
            header for header in self._headers(namespace, name) if not selector or matches(selector, _seen(header))
        ]
        return sorted(found, key=lambda header: (header.namespace, header.name, header.revision))

    def history(self, namespace: str, name: str) -> list[Release]:
        """Every revision, oldest first."""
        return list(self._read(self.headers(namespace, name=name), self.get))

    def summaries(self, namespace: str, name: str) -> Iterator[Release]:
        """As `history`, one at a time, without what a table does not show."""
        return self._read(self.headers(namespace, name=name), self.summary)

    def newest(self, namespace: str | None, *, keep: Callable[[RecordHeader], bool] | None = None) -> Iterator[Release]:
        """The newest revision of every release whose header pleases `keep`, as `summaries`."""
        newest = {(header.namespace, header.name): header for header in self.headers(namespace)}
        return self._read([header for header in newest.values() if keep is None or keep(header)], self.summary)

    def last(self, namespace: str, name: str) -> Release:
        """The newest revision; raises ReleaseNotFound."""
        if not (headers := self.headers(namespace, name=name)):
            raise not_found(namespace, name)
        return self.get(namespace, name, headers[-1].revision)

    def deployed(self, namespace: str, name: str) -> Release | None:
        """The newest revision whose label says deployed."""
        revision = self._deployed(self.headers(namespace, name=name))
        return None if revision is None else self.get(namespace, name, revision)

    def prune(self, namespace: str, name: str, limit: int) -> list[int]:
        """Delete the oldest until `limit` are left (below zero: none), never the newest deployed one; what was deleted."""
        headers = self.headers(namespace, name=name)
        gone = revisions_to_prune((header.revision for header in headers), limit, self._deployed(headers))
        for revision in gone:
            try:
                self.delete(namespace, name, revision)
            except ReleaseNotFound:
                continue  # somebody else pruned at the same time
        return gone

    @staticmethod
    def _deployed(headers: list[Header]) -> int | None:
        return next((header.revision for header in reversed(headers) if header.status is Status.DEPLOYED), None)

    def _read(self, headers: list[Header], read: Callable[[str, str, int], Release]) -> Iterator[Release]:
        for header in headers:
            try:
                yield read(header.namespace, header.name, header.revision)
            except ReleaseNotFound:
                continue  # deleted since it was listed
            except RecordCorrupt as error:
                self._on_corrupt(error)

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _seen(header: Header) -> dict[str, str]:
    own = {"name": header.name, "owner": "helm", "status": header.status.value, "version": str(header.revision)}
    return {**header.labels, **own}


def not_found(namespace: str, name: str, revision: int | None = None) -> ReleaseNotFound:
    """Helm's text."""
    return ReleaseNotFound("release: not found", release=name, namespace=namespace, revision=revision)


def exists(release: Release) -> ReleaseExists:
    """Helm's text."""
    return ReleaseExists(
        "release: already exists", release=release.name, namespace=release.namespace, revision=release.revision
    )
