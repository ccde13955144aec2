"""Watches: the store's log, read on from a version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event

from ..clock import Clock, Deadline
from ..kube.cluster import WatchEvent
from ..shapes import KubeObject
from .manual import ManualClock
from .schema import Kind
from .store import Change, Store

LONGEST = 300.0  # seconds until the server ends a watch
SLICE = 0.05  # real seconds between looks at a deadline that somebody may cancel


class Watch:
    """Events of one kind from a version on, as an iterator; each view of an object that comes or goes counts as such."""

    def __init__(
        self, store: Store, kind: Kind, keep: Callable[[KubeObject], bool], *,
        show: Callable[[KubeObject], KubeObject], since: int, first: list[WatchEvent], limit: int | None,
    ) -> None:  # fmt: skip
        self._store = store
        self._group_kind = (kind.group, kind.kind)
        self._keep = keep
        self._show = show
        self._left = limit
        self._ready = list(first)
        self._at = next((at for at, change in enumerate(store.log) if change.version > since), len(store.log))
        self._changed = Event()
        self._closed = False
        store.listeners.append(self._hear)

    def bind(
        self, clock: Clock, deadline: Deadline | None, next_due: Callable[[], float | None], settle: Callable[[], None]
    ) -> None:
        """By which clock to wait, how long, and what happens meanwhile."""
        self._clock = clock
        self._deadline = deadline
        self._next_due = next_due
        self._settle = settle
        self._until = clock.monotonic() + LONGEST

    def _hear(self, change: Change) -> None:
        del change
        self._changed.set()

    def close(self) -> None:
        """Stop listening."""
        self._closed = True
        with self._store.lock:
            if self._hear in self._store.listeners:
                self._store.listeners.remove(self._hear)

    def __iter__(self) -> Iterator[WatchEvent]:
        while not self._closed:
            if self._left == 0:
                return
            if self._deadline is not None:
                self._deadline.check()
            self._collect()
            if self._ready:
                self._left = None if self._left is None else self._left - 1
                yield self._ready.pop(0)
            elif self._clock.monotonic() >= self._until:
                return
            else:
                self._wait()

    def _collect(self) -> None:
        with self._store.lock:
            self._changed.clear()
            while self._at < len(self._store.log):
                change = self._store.log[self._at]
                self._at += 1
                event = self._event(change)
                if event:
                    self._ready.append(event)

    def _event(self, change: Change) -> WatchEvent | None:
        if change.kind != self._group_kind:
            return None
        before = change.before is not None and self._keep(change.before)
        after = change.type != "DELETED" and self._keep(change.object)
        if not before and not after:
            return None
        how = "MODIFIED" if before and after else "ADDED" if after else "DELETED"
        return WatchEvent(how, self._show(change.object))

    def _wait(self) -> None:
        """Let time pass until something changes, is due, or must end."""
        now = self._clock.monotonic()
        times = [self._until, self._next_due(), None if self._left_until() is None else now + (self._left_until() or 0)]
        until = min(time for time in times if time is not None)
        if isinstance(self._clock, ManualClock):
            self._clock.wait_for(self._woken, max(0.0, until - now))
        else:
            self._clock.wait(self._changed, min(SLICE, max(0.0, until - now)))
            self._settle()

    def _left_until(self) -> float | None:
        return None if self._deadline is None else self._deadline.left()

    def _woken(self) -> bool:
        return self._changed.is_set() or self._closed or (self._deadline is not None and self._deadline.cancelled)
