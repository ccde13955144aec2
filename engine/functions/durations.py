"""Durations: Go's text of them, and Helm's functions that convert, round and truncate (helm pkg/engine/funcs.go)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from ..gofmt import text_of
from ..goquote import quote
from ..govalues import Duration, Int64, TypedNil, go_type
from ..template.function import FunctionError, declare
from .conversions import float_to_int, parse_float
from .gotime import quoted
from .runes import SPACES

NANOSECOND, MICROSECOND, MILLISECOND, SECOND, MINUTE, HOUR = 1, 10**3, 10**6, 10**9, 60 * 10**9, 3600 * 10**9
UNITS = {
    "ns": NANOSECOND, "us": MICROSECOND, "µs": MICROSECOND, "μs": MICROSECOND, "ms": MILLISECOND,
    "s": SECOND, "m": MINUTE, "h": HOUR,
}  # fmt: skip
LARGEST = (1 << 63) - 1
LARGEST_SECONDS = LARGEST // SECOND
MOST_DIGITS = len(str(LARGEST))
PIECE = re.compile(r"([0-9]*)(?:(\.)([0-9]*))?([^.0-9]*)", re.DOTALL)


def parse_duration(text: str) -> int:
    """Nanoseconds of a Go duration (`1h30m`, `-1.5h`). Raises FunctionError with Go's text (time.ParseDuration)."""
    shown = quoted(text)
    invalid = FunctionError(f"time: invalid duration {shown}")
    at = 1 if text[:1] in ("-", "+") else 0
    negative = text.startswith("-")
    if text[at:] == "0":
        return 0
    if at == len(text):
        raise invalid
    total = 0
    while at < len(text):
        piece = PIECE.match(text, at)
        if piece is None or not (piece[1] or piece[3]):
            raise invalid
        digits = piece[1].lstrip("0")
        if len(digits) > MOST_DIGITS or int(digits or 0) > LARGEST + 1:
            raise invalid
        if not piece[4]:
            raise FunctionError(f"time: missing unit in duration {shown}")
        unit = UNITS.get(piece[4])
        if unit is None:
            raise FunctionError(f"time: unknown unit {quoted(piece[4])} in duration {shown}")
        total += int(digits or 0) * unit + _fraction(piece[3] or "", unit)
        if total > LARGEST + 1:
            raise invalid
        at = piece.end()
    if total > LARGEST and not negative:
        raise invalid
    return -total if negative else total


def _fraction(digits: str, unit: int) -> int:
    """What digits behind a point add, by the float arithmetic that Go does."""
    number, scale = 0, 1.0
    for digit in digits:
        larger = number * 10 + int(digit)
        if larger > LARGEST:
            break
        number, scale = larger, scale * 10
    return int(float(number) * (float(unit) / scale)) if number else 0


def _of_seconds(seconds: int) -> Duration:
    if abs(seconds) > LARGEST_SECONDS:
        raise FunctionError(f"duration seconds overflow: {seconds}")
    return Duration(seconds * SECOND)


def _of_float(seconds: float) -> Duration:
    if math.isnan(seconds) or math.isinf(seconds):
        raise FunctionError(f"invalid duration seconds: {text_of(seconds)}")
    if abs(seconds) > float(LARGEST) / float(SECOND):
        raise FunctionError(f"duration seconds overflow: {text_of(seconds)}")
    nanoseconds = seconds * float(SECOND)
    if abs(nanoseconds) > float(LARGEST):
        raise FunctionError(f"duration nanoseconds overflow: {text_of(nanoseconds)}")
    return Duration(float_to_int(nanoseconds))  # 2**63 passes the test above, and wraps around in Go


def _of_text(text: str) -> Duration:
    trimmed = text.strip(SPACES)
    if not trimmed:
        raise FunctionError("empty duration")
    try:
        return Duration(parse_duration(trimmed))
    except FunctionError:
        seconds = parse_float(trimmed)
        if seconds is None:
            raise FunctionError(f"could not parse duration {quote(text)}") from None
        return _of_float(seconds)


def as_duration(value: Any) -> Duration:
    """What a template calls a duration: one, its text, or seconds. Raises FunctionError (asDuration)."""
    if isinstance(value, Duration):
        return value
    if isinstance(value, str):
        return _of_text(value)
    if value is None or isinstance(value, TypedNil):
        raise FunctionError("invalid duration" if value is None else f"unsupported duration type {go_type(value)}")
    if isinstance(value, int) and not isinstance(value, bool):
        return _of_seconds(int(value))
    if isinstance(value, float):
        return _of_float(float(value))
    raise FunctionError(f"unsupported duration type {go_type(value)}")


def _or_zero(convert: Callable[[int], Any]) -> Callable[[Any], Any]:
    def call(value: Any) -> Any:
        try:
            return convert(int(as_duration(value)))
        except FunctionError:
            return convert(0)

    return call


def _whole(unit: int) -> Callable[[int], Any]:
    return lambda nanoseconds: Int64(-(-nanoseconds // unit) if nanoseconds < 0 else nanoseconds // unit)


def in_units(nanoseconds: int, unit: int) -> float:
    """As Go's Seconds, Minutes and Hours count: whole units and the rest added as floats."""
    whole, rest = divmod(abs(nanoseconds), unit)
    total = float(whole) + float(rest) / float(unit)
    return -total if nanoseconds < 0 else total


def round_to(nanoseconds: int, unit: int) -> int:
    """The nearest multiple, halves away from zero; the largest duration where it overflows (time.Duration.Round)."""
    if unit <= 0:
        return nanoseconds
    rest = abs(nanoseconds) % unit
    rounded = abs(nanoseconds) - rest + (unit if rest * 2 >= unit else 0)
    rounded = -rounded if nanoseconds < 0 else rounded
    return max(-LARGEST - 1, min(LARGEST, rounded))


def truncate_to(nanoseconds: int, unit: int) -> int:
    """The multiple towards zero (time.Duration.Truncate)."""
    if unit <= 0:
        return nanoseconds
    rest = abs(nanoseconds) % unit
    return nanoseconds + rest if nanoseconds < 0 else nanoseconds - rest


def _by(change: Callable[[int, int], int]) -> Callable[[Any, Any], Duration]:
    def call(value: Any, unit: Any) -> Duration:
        try:
            duration = as_duration(value)
        except FunctionError:
            return Duration(0)
        try:
            return Duration(change(int(duration), int(as_duration(unit))))
        except FunctionError:
            return duration

    return call


TABLE = declare(
    (
        ("mustToDuration", "interface {} -> time.Duration", as_duration),
        ("durationSeconds", "interface {} -> float64", _or_zero(lambda each: in_units(each, SECOND))),
        ("durationMilliseconds", "interface {} -> int64", _or_zero(_whole(MILLISECOND))),
        ("durationMicroseconds", "interface {} -> int64", _or_zero(_whole(MICROSECOND))),
        ("durationNanoseconds", "interface {} -> int64", _or_zero(_whole(NANOSECOND))),
        ("durationMinutes", "interface {} -> float64", _or_zero(lambda each: in_units(each, MINUTE))),
        ("durationHours", "interface {} -> float64", _or_zero(lambda each: in_units(each, HOUR))),
        ("durationDays", "interface {} -> float64", _or_zero(lambda each: in_units(each, HOUR) / 24.0)),
        ("durationWeeks", "interface {} -> float64", _or_zero(lambda each: in_units(each, HOUR) / 24.0 / 7.0)),
        ("durationRoundTo", "interface {}, interface {} -> time.Duration", _by(round_to)),
        ("durationTruncateTo", "interface {}, interface {} -> time.Duration", _by(truncate_to)),
    )
)
