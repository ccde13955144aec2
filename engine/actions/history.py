"""What the records say of a release before an operation: from headers, and no more payloads than are needed."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Forbidden, ReleaseBusy, ReleaseNotFound
from ..ports import RecordHeader
from ..release.model import Release, Status
from .context import Context

PENDING = "another operation (install/upgrade/rollback) is in progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Headers of a release's revisions, oldest first."""

    name: str
    headers: tuple[RecordHeader, ...] = ()

    @property
    def newest(self) -> RecordHeader | None:
        return self.headers[-1] if self.headers else None

    @property
    def deployed(self) -> RecordHeader | None:
        """The newest revision that is called deployed."""
        return self.with_status(Status.DEPLOYED)

    def with_status(self, *statuses: Status) -> RecordHeader | None:
        """The newest revision with one of these statuses."""
        return next((header for header in reversed(self.headers) if header.status in statuses), None)

    @property
    def revisions(self) -> tuple[int, ...]:
        return tuple(header.revision for header in self.headers)


def read_history(context: Context, name: str, *, lenient: bool = False) -> History:
    """The headers; with `lenient` none where records may not be listed, as Helm's install takes it."""
    try:
        return History(name=name, headers=tuple(context.store.headers(context.namespace, name=name)))
    except Forbidden:
        if lenient:
            return History(name=name)
        raise


def read_revision(context: Context, header: RecordHeader) -> Release:
    """The whole record."""
    return context.store.get(header.namespace, header.name, header.revision)


def no_deployed(context: Context, name: str) -> ReleaseNotFound:
    """Helm's text for a release that cannot be upgraded."""
    return ReleaseNotFound(f'"{name}" has no deployed releases', release=name, namespace=context.namespace)


def pending(context: Context, name: str) -> ReleaseBusy:
    """Helm's text for a release that somebody works on, or died on."""
    return ReleaseBusy(PENDING, release=name, namespace=context.namespace)
