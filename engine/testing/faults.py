"""Faults on demand: calls that fail, are slow, lose their watch, or end the process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..errors import ClusterUnreachable
from ..shapes import ResourceRef

Verb = Literal["get", "list", "watch", "apply", "create", "replace", "patch", "delete", "logs", "version", "discovery"]
WRITES = frozenset({"apply", "create", "replace", "patch", "delete"})


class Killed(BaseException):
    """The process died here (kill -9): no `except Exception` stops it, and every later call raises it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the API: its number from 1, what it did, and to which object (no name: to a whole kind)."""

    number: int
    verb: Verb
    ref: ResourceRef
    manager: str = ""
    dry_run: bool = False

    @property
    def writes(self) -> bool:
        """Whether it could have changed something."""
        return self.verb in WRITES and not self.dry_run

    def __str__(self) -> str:
        return f"{self.verb} {self.ref}" + (" (dry run)" if self.dry_run else "")


When: TypeAlias = Callable[[Call], bool]
MakeError: TypeAlias = Callable[[], BaseException]


def broken() -> ClusterUnreachable:
    """The usual error of a fault: a connection that broke."""
    return ClusterUnreachable("read: connection reset by peer")


@dataclass(slots=True)
class Fault:
    """What happens to calls: an error before or after they take effect, so many times (None: always), or a delay."""

    when: When
    error: MakeError | None = None
    after: bool = False
    times: int | None = 1
    seconds: float = 0.0
    hits: int = field(default=0, init=False)


class Faults:
    """The faults of one cluster. Safe to share between threads."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._dead = False
        self.watch_events: int | None = None

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force; it counts its own `hits`."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def fail(self, when: When, error: MakeError = broken, *, after: bool = False, times: int | None = 1) -> Fault:
        """Fail calls that match; `after`: the server did what was asked, and only the answer is lost."""
        return self.add(Fault(when, error, after, times))

    def fail_call(self, number: int, error: MakeError = broken, *, after: bool = False) -> Fault:
        """Fail the call of that number."""
        return self.fail(lambda call: call.number == number, error, after=after)

    def kill(self, when: When, *, after: bool = False) -> Fault:
        """End the process at a call that matches."""
        return self.fail(when, Killed, after=after)

    def kill_call(self, number: int, *, after: bool = False) -> Fault:
        """End the process at the call of that number."""
        return self.kill(lambda call: call.number == number, after=after)

    def slow(self, seconds: float, when: When = lambda _: True, *, times: int | None = None) -> Fault:
        """Let calls that match take so long, on the cluster's clock."""
        return self.add(Fault(when, None, times=times, seconds=seconds))

    def drop_watches(self, events: int = 0) -> None:
        """End every watch opened from now on after so many events."""
        self.watch_events = events

    def clear(self) -> None:
        """No more faults; a process that was killed may call again (it is a new one)."""
        with self._lock:
            self._faults.clear()
            self._dead = False
            self.watch_events = None

    @property
    def dead(self) -> bool:
        """Whether the process was killed."""
        return self._dead

    def before(self, call: Call) -> float:
        """Raise what is due before a call takes effect; the seconds that it takes otherwise."""
        if self._dead:
            raise Killed
        self._raise(call, after=False)
        return sum(fault.seconds for fault in self._hits(call, lambda fault: fault.error is None))

    def after(self, call: Call) -> None:
        """Raise what is due after a call took effect."""
        self._raise(call, after=True)
        if self._dead:
            raise Killed

    def _raise(self, call: Call, *, after: bool) -> None:
        for fault in self._hits(call, lambda fault: fault.error is not None and fault.after is after):
            assert fault.error is not None
            error = fault.error()
            self._dead = self._dead or isinstance(error, Killed)
            raise error

    def _hits(self, call: Call, of_kind: Callable[[Fault], bool]) -> list[Fault]:
        with self._lock:
            found = [
                fault
                for fault in self._faults
                if of_kind(fault) and (fault.times is None or fault.hits < fault.times) and fault.when(call)
            ]
            for fault in found if found and found[0].error is None else found[:1]:
                fault.hits += 1
            return found
