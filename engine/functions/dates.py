"""Dates: now, date, toDate and their relatives (sprig: date.go)."""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from ..gofmt import duration_text
from ..govalues import Int32, Int64
from ..template.function import Function, FunctionError, declare
from . import timemethods  # noqa: F401 - gives moments and durations their methods
from .conversions import INT64_MAX, INT64_MIN, parse_int, wrap64
from .durations import HOUR, MINUTE, SECOND, parse_duration, round_to
from .gotime import LOCAL, UTC, ZERO, Fixed, Time, load_place, span_between
from .timeformat import format_moment
from .timeparse import parse_moment

HTML = "2006-01-02"
ROUNDED = (
    (24 * 365 * HOUR, "y"), (24 * 30 * HOUR, "mo"), (24 * HOUR, "d"), (HOUR, "h"), (MINUTE, "m"), (SECOND, "s"),
)  # fmt: skip
Clock = Callable[[], int]
"""Nanoseconds since 1970."""


def format_time(moment: datetime.datetime, layout: str) -> str:
    """A moment with a zone by Go's layout."""
    offset = moment.utcoffset() or datetime.timedelta()
    place = Fixed(moment.tzname() or "", round(offset.total_seconds()))
    whole = int(moment.replace(microsecond=0).timestamp())
    return format_moment(Time.of(whole, place, moment.microsecond * 1000), layout)


def _shown(layout: str, moment: Time, zone: str) -> str:
    return format_moment(moment.within(load_place(zone) or UTC), layout)


def _to_date(layout: str, text: str) -> Time:
    try:
        return parse_moment(layout, text)
    except FunctionError:
        return ZERO


def _modify(text: str, moment: Time) -> Time:
    try:
        return _must_modify(text, moment)
    except FunctionError:
        return moment


def _must_modify(text: str, moment: Time) -> Time:
    return Time(moment.nanoseconds + parse_duration(text), moment.place)


WHOLE = re.compile(r"[+-]?0*([0-9]{20})")


def _duration(seconds: Any) -> str:
    """The text of so many seconds; only a string or an int64 counts."""
    number = 0
    if isinstance(seconds, str):
        number = _whole(seconds)
    elif type(seconds) is Int64:
        number = int(seconds)
    return duration_text(wrap64(number * SECOND))


def _whole(text: str) -> int:
    """What ParseInt gives beside its error: the nearest number that fits, or 0."""
    number = parse_int(text)
    if number is not None:
        return number
    # Go stops at the digit that no longer fits in 64 bits, and does not see what follows.
    digits = WHOLE.match(text)
    if digits and int(digits[1]) >= 1 << 64:
        return INT64_MIN if text[0] == "-" else INT64_MAX
    return 0


class _Functions:
    """The functions that ask for the present time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> Time:
        return Time(self._clock(), LOCAL)

    def _moment(self, value: Any) -> Time:
        """The moment that a value is: itself, or seconds since 1970; anything else is now."""
        if isinstance(value, Time):
            return value
        if type(value) in (int, Int64, Int32):
            return Time.of(int(value), LOCAL)
        return self.now()

    def date(self, layout: str, value: Any) -> str:
        return _shown(layout, self._moment(value), "Local")

    def date_in_zone(self, layout: str, value: Any, zone: str) -> str:
        return _shown(layout, self._moment(value), zone)

    def html_date(self, value: Any) -> str:
        return _shown(HTML, self._moment(value), "Local")

    def html_date_in_zone(self, value: Any, zone: str) -> str:
        return _shown(HTML, self._moment(value), zone)

    def ago(self, value: Any) -> str:
        moment = self.now() if type(value) is Int32 else self._moment(value)
        return duration_text(round_to(span_between(self.now(), moment), SECOND))

    def duration_round(self, value: Any) -> str:
        """The largest unit that a duration is more than one of, rounded down."""
        span = 0
        if isinstance(value, str):
            try:
                span = parse_duration(value)
            except FunctionError:
                span = 0  # sprig drops the error
        elif type(value) is Int64:
            span = int(value)
        elif isinstance(value, Time):
            span = span_between(self.now(), value)
        return next((f"{abs(span) // unit}{word}" for unit, word in ROUNDED if abs(span) > unit), "0s")


def table(clock: Clock) -> Mapping[str, Function]:
    """The family's functions by a clock that gives nanoseconds since 1970."""
    by = _Functions(clock)
    return declare(
        (
            ("now", " -> time.Time", by.now),
            ("date", "string, interface {} -> string", by.date),
            ("dateInZone", "string, interface {}, string -> string", by.date_in_zone),
            ("date_in_zone", "string, interface {}, string -> string", by.date_in_zone),
            ("dateModify", "string, time.Time -> time.Time", _modify),
            ("date_modify", "string, time.Time -> time.Time", _modify),
            ("mustDateModify", "string, time.Time -> time.Time", _must_modify),
            ("must_date_modify", "string, time.Time -> time.Time", _must_modify),
            ("htmlDate", "interface {} -> string", by.html_date),
            ("htmlDateInZone", "interface {}, string -> string", by.html_date_in_zone),
            ("toDate", "string, string -> time.Time", _to_date),
            ("mustToDate", "string, string -> time.Time", parse_moment),
            ("unixEpoch", "time.Time -> string", lambda moment: str(moment.seconds)),
            ("ago", "interface {} -> string", by.ago),
            ("duration", "interface {} -> string", _duration),
            ("durationRound", "interface {} -> string", by.duration_round),
        )
    )


TABLE = table(time.time_ns)
