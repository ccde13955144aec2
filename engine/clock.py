"""Time as an argument: now, deadlines, and Helm's timestamps."""

from __future__ import annotations

import datetime
import threading
import time
import weakref
from typing import Protocol

from .errors import Cancelled, DeadlineExceeded


class Clock(Protocol):
    """What the time is, and how to let it pass."""

    def now(self) -> datetime.datetime:
        """The wall-clock time, with its zone."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        ...

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait for the event, at most so long; whether it was set."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime.datetime:
        return datetime.datetime.now().astimezone()

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.wait(seconds)


class Deadline:
    """The time that is left, and a way to stop early; safe to share between threads."""

    def __init__(self, seconds: float | None, *, clock: Clock | None = None) -> None:
        """`seconds` from now; None waits without limit."""
        self.clock: Clock = clock or SystemClock()
        self._until = None if seconds is None else self.clock.monotonic() + seconds
        self._cancelled = threading.Event()
        self._inner: weakref.WeakSet[Deadline] = weakref.WeakSet()
        self._lock = threading.Lock()

    def shorter(self, seconds: float | None = None) -> Deadline:
        """A deadline in so many seconds, or this one's end where that is sooner; cancelled together with it, or alone."""
        left = self.left()
        inner = Deadline(left if seconds is None else seconds if left is None else min(seconds, left), clock=self.clock)
        with self._lock:
            self._inner.add(inner)
        if self._cancelled.is_set():
            inner.cancel()
        return inner

    def left(self) -> float | None:
        """Seconds that are left, never below zero; None without a limit."""
        return None if self._until is None else max(0.0, self._until - self.clock.monotonic())

    def cancel(self) -> None:
        """Ask everyone who holds this deadline to stop."""
        self._cancelled.set()
        with self._lock:
            inner = list(self._inner)
        for deadline in inner:
            deadline.cancel()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise `Cancelled` or `DeadlineExceeded` when it is time to stop."""
        if self._cancelled.is_set():
            raise Cancelled("context canceled")
        if self._until is not None and self.clock.monotonic() >= self._until:
            raise DeadlineExceeded("context deadline exceeded")

    def pause(self, seconds: float) -> None:
        """Let time pass, at most what is left; raises as `check` does when it is time to stop."""
        left = self.left()
        self.clock.wait(self._cancelled, seconds if left is None else min(seconds, left))
        self.check()


def timestamp(moment: datetime.datetime, nanoseconds: int | None = None) -> str:
    """RFC 3339 as Go writes it: trailing zeros of the fraction dropped, `Z` for UTC."""
    fraction = f"{nanoseconds if nanoseconds is not None else moment.microsecond * 1000:09d}".rstrip("0")
    text = moment.isoformat(timespec="seconds")
    zone = text[19:25]  # Go drops an offset's seconds
    return text[:19] + (f".{fraction}" if fraction else "") + ("Z" if zone in ("", "+00:00") else zone)
