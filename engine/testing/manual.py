"""A clock that moves only when told to, so that nothing sleeps."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
POLL = 0.005  # real seconds between looks, where a thread waits for another to move the clock


class ManualClock:
    """The Clock protocol by hand; safe to share between threads.

    With `auto` (the default) whoever waits moves the time on at once: a minute's wait takes none. Without it a waiting
    thread blocks until another one calls `advance`, or the event it waits for is set.
    """

    def __init__(self, start: datetime.datetime = START, *, auto: bool = True) -> None:
        self.auto = auto
        self._start = start
        self._passed = 0.0
        self._lock = threading.Lock()
        self._listeners: list[tuple[Callable[[], None], Callable[[], float | None]]] = []

    def now(self) -> datetime.datetime:
        return self._start + datetime.timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        with self._lock:
            return self._passed

    def advance(self, seconds: float) -> None:
        """Let time pass; what was due meanwhile (a cluster's controllers) happens before this returns."""
        self._move(self.monotonic() + seconds, lambda: False)

    def listen(self, listener: Callable[[], None], next_due: Callable[[], float | None]) -> None:
        """Call it whenever the time moved, and stop on the way where it has something to do."""
        self._listeners.append((listener, next_due))

    def wait(self, event: threading.Event, seconds: float) -> bool:
        self.wait_for(event.is_set, seconds)
        return event.is_set()

    def wait_for(self, happened: Callable[[], bool], seconds: float) -> None:
        """Wait until something happened, at most so long."""
        until = self.monotonic() + max(0.0, seconds)
        if self.auto:
            if not happened():
                self._move(until, happened)
            return
        pause = threading.Event()
        while not happened() and self.monotonic() < until:
            pause.wait(POLL)

    def _move(self, until: float, happened: Callable[[], bool]) -> None:
        """Go there step by step, as long as nothing happened."""
        while not happened() and self.monotonic() < until:
            waiting = [due for _, next_due in self._listeners for due in [next_due()] if due is not None]
            step = min([until, *(due for due in waiting if due > self.monotonic())])
            with self._lock:
                self._passed = max(self._passed, step)  # another thread may be further on
            for listener, _ in tuple(self._listeners):
                listener()
