"""What templates may call on a moment and on a duration (Go: time.Time, time.Duration, time.Month)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from ..gofmt import duration_text
from ..govalues import Duration, Int64, Pointer
from ..template.function import Function, FunctionError, declare
from .conversions import wrap64
from .durations import HOUR, LARGEST, MICROSECOND, MILLISECOND, MINUTE, SECOND, in_units, round_to, truncate_to
from .gotime import DAY, LOCAL, MONTHS, UTC, WEEKDAYS, ZERO, Time, days_of, quoted, span_between, unwritable
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


def _round(moment: Time, unit: int) -> Time:
    """To the nearest multiple of a unit since the first of year 1, halves up."""
    if unit <= 0:
        return moment
    rest = _since_zero(moment) % unit
    return Time(moment.nanoseconds - rest + (unit if rest * 2 >= unit else 0), moment.place)


def _truncate(moment: Time, unit: int) -> Time:
    return Time(moment.nanoseconds - (_since_zero(moment) % unit if unit > 0 else 0), moment.place)


def _go_syntax(moment: Time) -> str:
    """As Go code would make it."""
    civil, place = moment.civil(), moment.place
    name = {UTC: "time.UTC", LOCAL: "time.Local"}.get(place, f"time.Location({quoted(place.name)})")
    numbers = (civil.day, civil.hour, civil.minute, civil.second, civil.nanosecond)
    return f"time.Date({civil.year}, time.{MONTHS[civil.month - 1]}, {', '.join(map(str, numbers))}, {name})"


def _written(method: str, form: str) -> Callable[[Time], bytes]:
    def call(moment: Time) -> bytes:
        if (fault := unwritable(moment)) is not None:
            raise FunctionError(f"Time.{method}: {fault}")
        return form.format(moment.go_json()).encode()

    return call


class Location(Pointer):
    """A *time.Location."""

    go_type: ClassVar[str] = "*time.Location"
    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def go_string(self) -> str:
        return self.name

    def go_json(self) -> dict[str, Any]:
        """It has no fields to show."""
        return {}


Location.go_methods = declare((("String", " -> string", Location.go_string),))
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
        ("UnixNano", " -> int64", lambda moment: Int64(wrap64(moment.nanoseconds))),
        ("UTC", " -> time.Time", lambda moment: moment.within(UTC)),
        ("Local", " -> time.Time", lambda moment: moment.within(LOCAL)),
        ("Add", "time.Duration -> time.Time", lambda moment, span: Time(moment.nanoseconds + int(span), moment.place)),
        ("AddDate", "int, int, int -> time.Time", _add_date),
        ("Sub", "time.Time -> time.Duration", lambda moment, other: Duration(span_between(moment, other))),
        ("After", "time.Time -> bool", lambda moment, other: moment.nanoseconds > other.nanoseconds),
        ("Before", "time.Time -> bool", lambda moment, other: moment.nanoseconds < other.nanoseconds),
        ("Equal", "time.Time -> bool", lambda moment, other: moment.nanoseconds == other.nanoseconds),
        ("Compare", "time.Time -> int", lambda moment, other: (moment.nanoseconds > other.nanoseconds) - (moment.nanoseconds < other.nanoseconds)),
        ("IsDST", " -> bool", lambda moment: moment.place.is_summer(moment.seconds)),
        ("GoString", " -> string", _go_syntax),
        ("MarshalText", " -> []uint8", _written("MarshalText", "{}")),
        ("MarshalJSON", " -> []uint8", _written("MarshalJSON", '"{}"')),
        ("Location", " -> *time.Location", lambda moment: Location(moment.place.name)),
        ("IsZero", " -> bool", lambda moment: moment.nanoseconds == ZERO.nanoseconds),
        ("Round", "time.Duration -> time.Time", _round),
        ("Truncate", "time.Duration -> time.Time", _truncate),
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
