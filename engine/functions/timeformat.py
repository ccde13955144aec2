"""Moments as text by Go's layouts, which show how one certain moment looks (Go: time/format.go)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from .gotime import MONTHS, WEEKDAYS, Civil, Time

# The pieces of a layout that stand for something, the longer ones of a kind first.
PIECE = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|1|2006|2|__2|_(?=2006)|_2|3|4|5|PM|pm"
    r"|-07:00:00|-070000|-07:00|-0700|-07|Z07:00:00|Z070000|Z07:00|Z0700|Z07"
    r"|[.,](?:0+|9+)(?![0-9])"
)


@lru_cache(maxsize=256)
def pieces(layout: str) -> tuple[tuple[str, str], ...]:
    """(text before, piece) pairs; the last piece is empty."""
    found: list[tuple[str, str]] = []
    before, at = "", 0
    for piece in PIECE.finditer(layout):
        before += layout[at : piece.start()]
        at = piece.end()
        if piece[0] == "_":  # stands for itself before a year
            before += "_"
            continue
        found.append((before, piece[0]))
        before = ""
    return (*found, (before + layout[at:], ""))


def _offset(offset: int, form: str) -> str:
    """`form` shows sign, colons and seconds: 07:00:00, 0700, 07 …"""
    sign = "-" if offset < 0 else "+"
    minutes, seconds = divmod(abs(offset), 60)
    numbers = (minutes // 60, minutes % 60, seconds)
    count = len(form.replace(":", "")) // 2
    return sign + (":" if ":" in form else "").join(f"{number:02d}" for number in numbers[:count])


def _zone(moment: Civil) -> str:
    if moment.zone:
        return moment.zone
    minutes = abs(moment.offset) // 60
    return f"{'-' if moment.offset < 0 else '+'}{minutes // 60:02d}{minutes % 60:02d}"


def _year(year: int) -> str:
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"


def _fraction(nanosecond: int, piece: str) -> str:
    digits = f"{nanosecond:09d}"[: len(piece) - 1]  # nine at most, however many the layout shows
    if piece[1] == "9":
        digits = digits.rstrip("0")
        return piece[0] + digits if digits else ""
    return piece[0] + digits


def _hour12(hour: int) -> int:
    return hour % 12 or 12


FORMS: Mapping[str, Callable[[Civil], str]] = {
    "January": lambda civil: MONTHS[civil.month - 1],
    "Jan": lambda civil: MONTHS[civil.month - 1][:3],
    "1": lambda civil: str(civil.month),
    "01": lambda civil: f"{civil.month:02d}",
    "Monday": lambda civil: WEEKDAYS[civil.weekday],
    "Mon": lambda civil: WEEKDAYS[civil.weekday][:3],
    "2": lambda civil: str(civil.day),
    "_2": lambda civil: f"{civil.day:2d}",
    "02": lambda civil: f"{civil.day:02d}",
    "__2": lambda civil: f"{civil.yearday:3d}",
    "002": lambda civil: f"{civil.yearday:03d}",
    "15": lambda civil: f"{civil.hour:02d}",
    "3": lambda civil: str(_hour12(civil.hour)),
    "03": lambda civil: f"{_hour12(civil.hour):02d}",
    "4": lambda civil: str(civil.minute),
    "04": lambda civil: f"{civil.minute:02d}",
    "5": lambda civil: str(civil.second),
    "05": lambda civil: f"{civil.second:02d}",
    "2006": lambda civil: _year(civil.year),
    "06": lambda civil: f"{abs(civil.year) % 100:02d}",
    "PM": lambda civil: "PM" if civil.hour >= 12 else "AM",
    "pm": lambda civil: "pm" if civil.hour >= 12 else "am",
    "MST": _zone,
}


def _shown(civil: Civil, pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for before, piece in pairs:
        yield before
        form = FORMS.get(piece)
        if form is not None:
            yield form(civil)
        elif piece and piece[0] in ".,":
            yield _fraction(civil.nanosecond, piece)
        elif piece:
            yield "Z" if piece[0] == "Z" and civil.offset == 0 else _offset(civil.offset, piece[1:])


def format_moment(moment: Time, layout: str) -> str:
    """The moment by the layout (time.Time.Format)."""
    return "".join(_shown(moment.civil(), pieces(layout)))
