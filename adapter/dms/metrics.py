"""What the adapter did: operations by name and outcome, and the seconds they took."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from purehelm.engine.clock import Clock

from .errors import DmsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One operation's numbers; `outcome` is `ok` or an error's stable code."""

    operation: str
    outcome: str
    count: int
    seconds: float  # all of them together


class Metrics:
    """Counts operations; safe to share between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: Counter[tuple[str, str]] = Counter()
        self._seconds: defaultdict[tuple[str, str], float] = defaultdict(float)
        self._lock = threading.Lock()

    @contextmanager
    def measured(self, operation: str) -> Iterator[None]:
        """Count what happens inside as one operation."""
        begun = self._clock.monotonic()
        outcome = "interrupted"
        try:
            yield
            outcome = "ok"
        except DmsError as error:
            outcome = error.code
            raise
        finally:
            with self._lock:
                self._counts[operation, outcome] += 1
                self._seconds[operation, outcome] += self._clock.monotonic() - begun

    def read(self) -> list[Measurement]:
        """Everything that was counted, by operation and outcome."""
        with self._lock:
            return [
                Measurement(
                    operation=operation, outcome=outcome, count=count, seconds=self._seconds[operation, outcome]
                )
                for (operation, outcome), count in sorted(self._counts.items())
            ]
