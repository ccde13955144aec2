"""Operations are counted by outcome, and timed."""

from __future__ import annotations

import datetime
import threading

import pytest

from purehelm.adapter.dms.errors import InvalidRequest
from purehelm.adapter.dms.metrics import Measurement, Metrics


class Steps:
    """A clock that goes on by a second at every look."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self._seconds, datetime.UTC)

    def monotonic(self) -> float:
        self._seconds += 1.0
        return self._seconds

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.is_set()


def test_outcomes_are_counted() -> None:
    metrics = Metrics(Steps())
    for _ in range(2):
        with metrics.measured("list"):
            pass
    with pytest.raises(InvalidRequest), metrics.measured("list"):
        raise InvalidRequest("no")
    with pytest.raises(KeyboardInterrupt), metrics.measured("scale"):
        raise KeyboardInterrupt

    assert metrics.read() == [
        Measurement(operation="list", outcome="dms.invalid_request", count=1, seconds=1.0),
        Measurement(operation="list", outcome="ok", count=2, seconds=2.0),
        Measurement(operation="scale", outcome="interrupted", count=1, seconds=1.0),
    ]
