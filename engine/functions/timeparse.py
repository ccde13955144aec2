"""Text as a moment by Go's layouts (Go: time/format.go, parse)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from ..template.function import FunctionError
from .gotime import (
    DAY,
    LOCAL,
    MONTHS,
    UTC,
    WEEKDAYS,
    Fixed,
    Place,
    Time,
    days_in,
    days_of,
    is_leap,
    offset_named,
    quoted,
)
from .timeformat import pieces


class _Bad(Exception):
    """The text does not begin with what the piece wants."""


class _Range(Exception):
    """A number that no calendar or clock has; `str()` says of what."""


@dataclass(slots=True)
class _Read:
    """What is left to read, and what was read."""

    rest: str
    year: int = 0
    month: int = -1
    day: int = -1
    yearday: int = -1
    hour: int = 0
    minute: int = 0
    second: int = 0
    nanosecond: int = 0
    half: str = ""  # AM or PM
    place: Place | None = None
    offset: int | None = None
    zone: str = ""

    def take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self.rest)
        if found is None:
            raise _Bad
        self.rest = self.rest[found.end() :]
        return found


ONE_OR_TWO, TWO = re.compile(r"[0-9]{1,2}"), re.compile(r"[0-9]{2}")
UP_TO_THREE, THREE, FOUR = re.compile(r"[0-9]{1,3}"), re.compile(r"[0-9]{3}"), re.compile(r"[0-9]{4}")
FRACTION = re.compile(r"[.,]([0-9]+)")
SIGNED = re.compile(r"([+-]?)([0-9]*)")
HALF = {"PM": re.compile("[AP]M"), "pm": re.compile("[ap]m")}
ZONE = re.compile(
    r"ChST|MeST|GMT(?:[+-](?:[0-9]|0*1[0-9]|0*2[0-3])(?![0-9]))?|[+-][0-9]+|WITA(?![A-Z])|[A-Z]{3,4}T(?![A-Z])|[A-Z]{3}(?![A-Z])"
)
# Sign and two digits each, which are looked at one after the other.
OFFSETS = {
    "07": re.compile(r"(.)(..)", re.DOTALL),
    "0700": re.compile(r"(.)(..)(..)", re.DOTALL),
    "07:00": re.compile(r"(.)(..):(..)", re.DOTALL),
    "070000": re.compile(r"(.)(..)(..)(..)", re.DOTALL),
    "07:00:00": re.compile(r"(.)(..):(..):(..)", re.DOTALL),
}
OFFSET_BOUNDS = (("hour", 24), ("minute", 60), ("second", 60))


def _number(
    attribute: str, pattern: re.Pattern[str], what: str = "", bounds: tuple[int, int] | None = None
) -> Callable[[_Read], None]:
    def read(state: _Read) -> None:
        number = int(state.take(pattern)[0])
        setattr(state, attribute, number)
        if bounds and not bounds[0] <= number <= bounds[1]:
            raise _Range(what)

    return read


def _padded(blanks: int, read: Callable[[_Read], None]) -> Callable[[_Read], None]:
    def skip(state: _Read) -> None:
        for _ in range(blanks):
            state.rest = state.rest.removeprefix(" ")
        read(state)

    return skip


def _name(names: Sequence[str], attribute: str = "") -> Callable[[_Read], None]:
    def read(state: _Read) -> None:
        folded = state.rest.lower()
        for at, name in enumerate(names, 1):
            if folded.startswith(name.lower()):
                state.rest = state.rest[len(name) :]
                if attribute:
                    setattr(state, attribute, at)
                return
        raise _Bad

    return read


def _signed(text: str) -> int:
    """A number as Go's atoi reads it: a sign alone is 0."""
    found = SIGNED.fullmatch(text)
    if found is None:
        raise _Bad
    return int(f"{found[1]}{found[2] or 0}")


def _short_year(state: _Read) -> None:
    if len(state.rest) < 2:
        raise _Bad
    number = _signed(state.rest[:2])
    state.rest = state.rest[2:]
    state.year = number + (1900 if number >= 69 else 2000)


def _half(form: str) -> Callable[[_Read], None]:
    def read(state: _Read) -> None:
        state.half = state.take(HALF[form])[0].upper()

    return read


def _take_fraction(state: _Read, digits: str) -> None:
    state.nanosecond = int(digits[:9].ljust(9, "0"))


def _fraction(piece: str) -> Callable[[_Read], None]:
    """`.000` wants so many digits (Go lets a sign stand for one), `.999` takes any number of them, or none."""
    size = len(piece)

    def read(state: _Read) -> None:
        if piece[1] == "0":
            if state.rest[:1] not in (".", ",") or len(state.rest) < size:
                raise _Bad
            number = _signed(state.rest[1 : min(size, 10)])  # digits beyond nanoseconds are not looked at
            if number < 0:
                raise _Range("fractional second")
            state.nanosecond = number * 10 ** max(0, 10 - size)
            state.rest = state.rest[size:]
        elif found := FRACTION.match(state.rest):
            state.rest = state.rest[found.end() :]
            _take_fraction(state, found[1])

    return read


def _offset(piece: str) -> Callable[[_Read], None]:
    def read(state: _Read) -> None:
        if piece[0] == "Z" and state.rest.startswith("Z"):
            state.rest = state.rest[1:]
            state.place = UTC
            return
        sign, *parts = state.take(OFFSETS[piece[1:]]).groups()
        digits = list(takewhile(TWO.fullmatch, parts))
        hours, minutes, seconds = numbers = (*map(int, digits), 0, 0, 0)[:3]
        for number, (what, most) in reversed(list(zip(numbers, OFFSET_BOUNDS, strict=True))):
            if number > most:  # said even where the rest is no offset at all
                raise _Range(f"time zone offset {what}")
        if sign not in "+-" or len(digits) < len(parts):
            raise _Bad
        state.offset = ((hours * 60 + minutes) * 60 + seconds) * (-1 if sign == "-" else 1)

    return read


def _zone(state: _Read) -> None:
    if state.rest.startswith("UTC"):
        state.rest, state.place = state.rest[3:], UTC
        return
    name = state.take(ZONE)[0]
    if name[0] in "+-" and int(name[1:]) > 23:
        raise _Bad
    state.zone = name


READERS: Mapping[str, Callable[[_Read], None]] = {
    "2006": _number("year", FOUR),
    "06": _short_year,
    "Jan": _name([month[:3] for month in MONTHS], "month"),
    "January": _name(MONTHS, "month"),
    "1": _number("month", ONE_OR_TWO, "month", (1, 12)),
    "01": _number("month", TWO, "month", (1, 12)),
    "Mon": _name([day[:3] for day in WEEKDAYS]),
    "Monday": _name(WEEKDAYS),
    "2": _number("day", ONE_OR_TWO),
    "_2": _padded(1, _number("day", ONE_OR_TWO)),
    "02": _number("day", TWO),
    "__2": _padded(2, _number("yearday", UP_TO_THREE)),
    "002": _number("yearday", THREE),
    "15": _number("hour", ONE_OR_TWO, "hour", (0, 23)),
    "3": _number("hour", ONE_OR_TWO, "hour", (0, 12)),
    "03": _number("hour", TWO, "hour", (0, 12)),
    "4": _number("minute", ONE_OR_TWO, "minute", (0, 59)),
    "04": _number("minute", TWO, "minute", (0, 59)),
    "5": _number("second", ONE_OR_TWO, "second", (0, 59)),
    "05": _number("second", TWO, "second", (0, 59)),
    "PM": _half("PM"),
    "pm": _half("pm"),
    "MST": _zone,
}


def _reader(piece: str) -> Callable[[_Read], None]:
    known = READERS.get(piece)
    if known is not None:
        return known
    return _fraction(piece) if piece[0] in ".," else _offset(piece)


def _skip(rest: str, prefix: str) -> tuple[str, bool]:
    """What is left behind the layout's own text; blanks fit any number of blanks."""
    while prefix:
        if prefix[0] == " ":
            if rest and rest[0] != " ":
                return rest, False
            prefix, rest = prefix.lstrip(" "), rest.lstrip(" ")
        elif rest[:1] != prefix[0]:
            return rest, False
        else:
            prefix, rest = prefix[1:], rest[1:]
    return rest, True


def _as_bytes(text: str) -> str:
    """A character for each byte of the text: Go counts bytes."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _quoted(text: str) -> str:
    return quoted(text.encode("latin-1").decode("utf-8", "surrogateescape"))


def parse_moment(layout: str, text: str, place: Place = LOCAL) -> Time:
    """The moment; of a place's own clock where the text names no zone. Raises FunctionError with Go's text."""
    shown = f"parsing time {quoted(text)}"
    state = _Read(_as_bytes(text))
    pairs = pieces(_as_bytes(layout))

    def fault(value: str, piece: str) -> FunctionError:
        return FunctionError(f"{shown} as {quoted(layout)}: cannot parse {_quoted(value)} as {_quoted(piece)}")

    for at, (prefix, piece) in enumerate(pairs):
        state.rest, fits = _skip(state.rest, prefix)
        if not fits:
            raise fault(state.rest, prefix)
        if not piece:
            if state.rest:
                raise FunctionError(f"{shown}: extra text: {_quoted(state.rest)}")
            break
        held = state.rest
        try:
            _reader(piece)(state)
            if piece in ("5", "05"):
                _fraction_in_passing(state, pairs[at + 1])
        except _Bad:
            raise fault(held, piece) from None
        except _Range as error:
            raise FunctionError(f"{shown}: {error} out of range") from None
    try:
        _settle_date(state)
    except _Range as error:
        raise FunctionError(f"{shown}: {error}") from None
    return _moment(state, place)


def _fraction_in_passing(state: _Read, following: tuple[str, str]) -> None:
    """Seconds may carry a fraction that the layout does not show."""
    if following[1][:1] in (".", ","):
        return
    found = FRACTION.match(state.rest)
    if found:
        state.rest = state.rest[found.end() :]
        _take_fraction(state, found[1])


def _settle_date(state: _Read) -> None:
    if state.half == "PM" and state.hour < 12:
        state.hour += 12
    elif state.half == "AM" and state.hour == 12:
        state.hour = 0
    if state.yearday >= 0:
        if not 1 <= state.yearday <= (366 if is_leap(state.year) else 365):
            raise _Range("day-of-year out of range")
        month, day = 1, state.yearday
        while day > days_in(month, state.year):
            day -= days_in(month, state.year)
            month += 1
        if state.month >= 0 and state.month != month:
            raise _Range("day-of-year does not match month")
        if state.day >= 0 and state.day != day:
            raise _Range("day-of-year does not match day")
        state.month, state.day = month, day
    state.month = 1 if state.month < 0 else state.month
    state.day = 1 if state.day < 0 else state.day
    if not 1 <= state.day <= days_in(state.month, state.year):
        raise _Range("day out of range")


def _moment(state: _Read, place: Place) -> Time:
    clock = days_of(state.year, state.month, state.day) * DAY + (state.hour * 60 + state.minute) * 60 + state.second
    if state.place is not None:
        return Time.from_clock(clock, state.nanosecond, state.place)
    if state.offset is not None:
        name, offset = place.at(clock - state.offset)
        if offset == state.offset and state.zone in ("", name):
            return Time.of(clock - state.offset, place, state.nanosecond)
        return Time.of(clock - state.offset, Fixed(state.zone, state.offset), state.nanosecond)
    if state.zone:
        known = offset_named(place, state.zone, clock)
        if known is not None:
            return Time.of(clock - known, place, state.nanosecond)
        hours = state.zone[3:] if state.zone.startswith("GMT") and len(state.zone) > 3 else ""
        # Go reads the clock as UTC's and only tells the moment in the named zone.
        return Time.of(clock, Fixed(state.zone, int(hours or 0) * 3600), state.nanosecond)
    return Time.from_clock(clock, state.nanosecond, place)
