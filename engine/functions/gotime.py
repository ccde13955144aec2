"""Moments as Go's time.Time: nanoseconds since 1970 and a place that names its offset from UTC."""

from __future__ import annotations

import datetime
import os
import time
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Protocol

from ..errors import YamlError
from ..govalues import Struct
from ..template.function import Function

SECOND = 10**9
DAY = 86_400
ZERO_SECONDS = -62_135_596_800  # 0001-01-01T00:00:00Z
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00"
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
YEAR_ONE, YEAR_LAST = ZERO_SECONDS + 2 * DAY, 253_402_300_799 - 2 * DAY  # what Python's own dates can say in every zone


class Place(Protocol):
    """Where a moment is told."""

    def __hash__(self) -> int: ...

    @property
    def name(self) -> str: ...

    def at(self, seconds: int) -> tuple[str, int]:
        """The zone's short name and its offset in seconds at a moment."""
        ...

    def is_summer(self, seconds: int) -> bool:
        """Whether summer time holds at a moment."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """One offset at all times."""

    name: str
    offset: int = 0

    def at(self, seconds: int) -> tuple[str, int]:
        return self.name, self.offset

    def is_summer(self, seconds: int) -> bool:
        return False


UTC = Fixed("UTC")


@dataclass(frozen=True, slots=True)
class Zone:
    """A place of the time zone database."""

    name: str
    info: zoneinfo.ZoneInfo

    def _told(self, seconds: int) -> datetime.datetime:
        return (EPOCH + datetime.timedelta(seconds=min(max(seconds, YEAR_ONE), YEAR_LAST))).astimezone(self.info)

    def is_summer(self, seconds: int) -> bool:
        return bool(self._told(seconds).dst())

    def at(self, seconds: int) -> tuple[str, int]:
        moment = self._told(seconds)
        offset = moment.utcoffset() or datetime.timedelta()
        return moment.tzname() or "", round(offset.total_seconds())


@dataclass(frozen=True, slots=True)
class Local:
    """Where this process is (TZ)."""

    @property
    def name(self) -> str:
        """The zone's name where TZ says it, `Local` where the machine does, `UTC` where nobody can."""
        named = os.environ.get("TZ", "/etc/localtime").removeprefix(":")
        if named == "/etc/localtime":
            return "Local"
        return named if named and load_place(named) is not None else "UTC"

    def at(self, seconds: int) -> tuple[str, int]:
        local = time.localtime(min(max(seconds, YEAR_ONE), YEAR_LAST))
        return local.tm_zone, local.tm_gmtoff

    def is_summer(self, seconds: int) -> bool:
        return time.localtime(min(max(seconds, YEAR_ONE), YEAR_LAST)).tm_isdst > 0


LOCAL = Local()


def load_place(name: str) -> Place | None:
    """The place of that name (time.LoadLocation); None where there is none."""
    if name in ("", "UTC"):
        return UTC
    if name == "Local":
        return LOCAL
    try:
        return Zone(name, zoneinfo.ZoneInfo(name))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def quoted(text: str) -> str:
    """The text as package time quotes it: other bytes than ASCII in hexadecimal."""
    data = text.encode("utf-8", "surrogateescape")
    return '"' + "".join(
        f"\\x{byte:02x}" if byte >= 0x80 or byte < 0x20 else ("\\" if byte in b'"\\' else "") + chr(byte) for byte in data
    ) + '"'  # fmt: skip


FIRST_SAMPLE, LAST_SAMPLE, STEP = -(90 * 365 * DAY), 70 * 366 * DAY, 10 * DAY


@lru_cache(maxsize=8)
def _zones(place: Place, _names: tuple[str, str]) -> tuple[tuple[str, int], ...]:
    """Every (short name, offset) that the place has had, in the order of its history."""
    samples = (YEAR_ONE, *range(FIRST_SAMPLE, LAST_SAMPLE, STEP))
    return tuple(dict.fromkeys(place.at(seconds) for seconds in samples))


def offset_named(place: Place, name: str, clock: int) -> int | None:
    """The offset that a short name means when the place's clock shows so many seconds; None where it never had that name."""
    offsets = [offset for short, offset in _zones(place, time.tzname) if short == name]
    return next((offset for offset in offsets if place.at(clock - offset)[0] == name), offsets[0] if offsets else None)


def days_of(year: int, month: int, day: int) -> int:
    """Days since 1970 of a date in the proleptic Gregorian calendar."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def date_of(days: int) -> tuple[int, int, int]:
    """Year, month and day, so many days since 1970."""
    era, of_era = divmod(days + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + (3 if shifted < 10 else -9)
    return year + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in(month: int, year: int) -> int:
    """Days of a month."""
    return 29 if month == 2 and is_leap(year) else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


@dataclass(frozen=True, slots=True)
class Civil:
    """A moment as its place's calendar and clock tell it."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nanosecond: int
    weekday: int  # 0 is Sunday
    yearday: int  # 1 is the first of January
    zone: str
    offset: int


class Time(Struct):
    """A time.Time. Its methods are in timemethods."""

    go_type: ClassVar[str] = "time.Time"
    go_kind: ClassVar[str] = "struct"
    go_methods: ClassVar[Mapping[str, Function]] = {}
    go_hidden: ClassVar[frozenset[str]] = frozenset(("wall", "ext", "loc"))
    __slots__ = ("nanoseconds", "place")

    def __init__(self, nanoseconds: int, place: Place) -> None:
        self.nanoseconds = nanoseconds
        self.place = place

    @classmethod
    def of(cls, seconds: int, place: Place, nanosecond: int = 0) -> Time:
        return cls(seconds * SECOND + nanosecond, place)

    @classmethod
    def from_clock(cls, seconds: int, nanosecond: int, place: Place) -> Time:
        """The moment at which the place's clock shows so many seconds since its 1970 (time.Date)."""
        _, offset = place.at(seconds)
        for guess in (offset, place.at(seconds - offset)[1]):
            _, real = place.at(seconds - guess)
            if real == guess:
                return cls.of(seconds - guess, place, nanosecond)
        return cls.of(seconds - place.at(seconds - offset)[1], place, nanosecond)

    @property
    def seconds(self) -> int:
        """Since 1970, rounded down."""
        return self.nanoseconds // SECOND

    def within(self, place: Place) -> Time:
        """The same moment elsewhere."""
        return Time(self.nanoseconds, place)

    def civil(self) -> Civil:
        """What the calendar and the clock say."""
        seconds, nanosecond = divmod(self.nanoseconds, SECOND)
        zone, offset = self.place.at(seconds)
        days, rest = divmod(seconds + offset, DAY)
        year, month, day = date_of(days)
        hour, rest = divmod(rest, 3600)
        return Civil(
            year, month, day, hour, rest // 60, rest % 60, nanosecond,
            (days + 4) % 7, days - days_of(year, 1, 1) + 1, zone, offset,
        )  # fmt: skip

    def go_string(self) -> str:
        from .timeformat import format_moment  # it needs this module's types

        return format_moment(self, "2006-01-02 15:04:05.999999999 -0700 MST")

    def go_json(self) -> str:
        """RFC 3339 with nanoseconds, as MarshalJSON writes it. Raises YamlError for years that it cannot say."""
        from .timeformat import format_moment  # as above

        if (fault := unwritable(self)) is not None:
            raise YamlError(f"json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: {fault}")
        return format_moment(self, RFC3339_NANO)

    def go_toml(self) -> str:
        from .timeformat import format_moment  # as above

        return format_moment(self, RFC3339_NANO)

    def go_items(self) -> Iterable[tuple[str, Any]]:
        return [("wall", self.nanoseconds % SECOND), ("ext", self.seconds - ZERO_SECONDS), ("loc", self.place.name)]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Time) and (self.nanoseconds, self.place) == (other.nanoseconds, other.place)

    def __hash__(self) -> int:
        return hash(self.nanoseconds)


ZERO = Time(ZERO_SECONDS * SECOND, UTC)


def span_between(later: Time, earlier: Time) -> int:
    """Nanoseconds from one to the other; the longest that fits where they are further apart (time.Time.Sub)."""
    return max(-(1 << 63), min((1 << 63) - 1, later.nanoseconds - earlier.nanoseconds))


def unwritable(moment: Time) -> str | None:
    """Why RFC 3339 cannot say the moment, in Go's words; None where it can."""
    civil = moment.civil()
    if not 0 <= civil.year <= 9999:
        return "year outside of range [0,9999]"
    if abs(civil.offset) >= 24 * 3600:
        return "timezone hour outside of range [0,23]"
    return None
