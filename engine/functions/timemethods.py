"""What templates may call on a moment and on a duration (Go: time.Time, time.Duration, time.Month)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from ..gofmt import duration_text
from ..govalues import Duration, Int64
from ..template.function import Function, declare
from .durations import HOUR, LARGEST, MICROSECOND, MILLISECOND, MINUTE, SECOND, in_units, round_to, truncate_to
from .gotime import DAY, LOCAL, MONTHS, UTC, WEEKDAYS, ZERO, Time, days_of
from .timeformat import format_moment


class Named(int):
    """A time.Month or time.Weekday: a number that prints as its name."""

    go_type: ClassVar[str] = "int"
    go_kind: ClassVar[str] = "int"
    names: ClassVar[tuple[str, ...]] = ()
    first: ClassVar[int] = 0
    go_methods: ClassVar[Mapping[str, Function]] = {}
    __slots__ = ()

    def go_string(self) -> str:
        return self.names[int(self) - self.first]


class Month(Named):
    go_type: ClassVar[str] = "time.Month"
    names: ClassVar[tuple[str, ...]] = MONTHS
    first: ClassVar[int] = 1
    __slots__ = ()


class Weekday(Named):
    go_type: ClassVar[str] = "time.Weekday"
    names: ClassVar[tuple[str, ...]] = WEEKDAYS
    __slots__ = ()


def _since_zero(moment: Time) -> int:
    return moment.nanoseconds - ZERO.nanoseconds


def _add_date(moment: Time, years: int, months: int, days: int) -> Time:
    civil = moment.civil()
    year, month = divmod((civil.year + years) * 12 + civil.month - 1 + months, 12)
    start = days_of(year, month + 1, 1) + civil.day - 1 + days
    clock = start * DAY + (civil.hour * 60 + civil.minute) * 60 + civil.second
    return Time.from_clock(clock, civil.nanosecond, moment.place)


def _of(part: Callable[[Any], Any]) -> Callable[[Time], Any]:
    return lambda moment: part(moment.civil())


def _shift(change: Callable[[int, int], int]) -> Callable[[Time, int], Time]:
    return lambda moment, unit: Time(change(_since_zero(moment), unit) + ZERO.nanoseconds, moment.place)


Time.go_methods = declare(
    (
        ("Format", "string -> string", format_moment),
        ("String", " -> string", Time.go_string),
        ("Year", " -> int", _of(lambda civil: civil.year)),
        ("Month", " -> time.Month", _of(lambda civil: Month(civil.month))),
        ("Day", " -> int", _of(lambda civil: civil.day)),
        ("Hour", " -> int", _of(lambda civil: civil.hour)),
        ("Minute", " -> int", _of(lambda civil: civil.minute)),
        ("Second", " -> int", _of(lambda civil: civil.second)),
        ("Nanosecond", " -> int", _of(lambda civil: civil.nanosecond)),
        ("Weekday", " -> time.Weekday", _of(lambda civil: Weekday(civil.weekday))),
        ("YearDay", " -> int", _of(lambda civil: civil.yearday)),
        ("Unix", " -> int64", lambda moment: Int64(moment.seconds)),
        ("UnixMilli", " -> int64", lambda moment: Int64(moment.nanoseconds // MILLISECOND)),
        ("UnixMicro", " -> int64", lambda moment: Int64(moment.nanoseconds // MICROSECOND)),
        ("UnixNano", " -> int64", lambda moment: Int64(moment.nanoseconds)),
        ("UTC", " -> time.Time", lambda moment: moment.within(UTC)),
        ("Local", " -> time.Time", lambda moment: moment.within(LOCAL)),
        ("Add", "time.Duration -> time.Time", lambda moment, span: Time(moment.nanoseconds + int(span), moment.place)),
        ("AddDate", "int, int, int -> time.Time", _add_date),
        ("Sub", "time.Time -> time.Duration", lambda moment, other: Duration(moment.nanoseconds - other.nanoseconds)),
        ("After", "time.Time -> bool", lambda moment, other: moment.nanoseconds > other.nanoseconds),
        ("Before", "time.Time -> bool", lambda moment, other: moment.nanoseconds < other.nanoseconds),
        ("Equal", "time.Time -> bool", lambda moment, other: moment.nanoseconds == other.nanoseconds),
        ("Compare", "time.Time -> int", lambda moment, other: (moment.nanoseconds > other.nanoseconds) - (moment.nanoseconds < other.nanoseconds)),
        ("IsZero", " -> bool", lambda moment: moment.nanoseconds == ZERO.nanoseconds),
        ("Round", "time.Duration -> time.Time", _shift(round_to)),
        ("Truncate", "time.Duration -> time.Time", _shift(truncate_to)),
    )
)  # fmt: skip
Named.go_methods = declare((("String", " -> string", lambda number: number.go_string()),))


def _whole(unit: int) -> Callable[[Duration], Int64]:
    return lambda span: Int64(truncate_to(int(span), unit) // unit)


Duration.go_methods = declare(
    (
        ("String", " -> string", duration_text),
        ("Hours", " -> float64", lambda span: in_units(int(span), HOUR)),
        ("Minutes", " -> float64", lambda span: in_units(int(span), MINUTE)),
        ("Seconds", " -> float64", lambda span: in_units(int(span), SECOND)),
        ("Milliseconds", " -> int64", _whole(MILLISECOND)),
        ("Microseconds", " -> int64", _whole(MICROSECOND)),
        ("Nanoseconds", " -> int64", lambda span: Int64(int(span))),
        ("Round", "time.Duration -> time.Duration", lambda span, unit: Duration(round_to(int(span), int(unit)))),
        ("Truncate", "time.Duration -> time.Duration", lambda span, unit: Duration(truncate_to(int(span), int(unit)))),
        ("Abs", " -> time.Duration", lambda span: Duration(min(LARGEST, abs(int(span))))),
    )
)
