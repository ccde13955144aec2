"""Moments and durations, drawn at random, against Helm's answers."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engine.functions.kitchen import Kitchen, looked_at, many, written

pytestmark = pytest.mark.oracle

CALLS = 150  # of each kind
PIECES = [
    "January", "Jan", "1", "01", "_1", "2", "_2", "02", "__2", "002", "15", "3", "03", "4", "04", "5", "05", "2006", "06", "PM",
    "pm", "MST", "Mon", "Monday", "-0700", "-07:00", "-07", "Z07:00", "Z0700", "Z07", "-07:00:00", "Z070000", ".000", ".999",
    ",000000", ".9", ".0", "_2006", "Janet", "Monk",
]  # fmt: skip
BETWEEN = ["", " ", "-", "/", ":", "T", ".", ",", "  ", "é", "x", "_", "Z"]
USUAL = [
    "2006-01-02", "2006-01-02T15:04:05Z07:00", "Mon, 02 Jan 2006 15:04:05 MST", "Mon Jan _2 15:04:05 2006", "3:04PM",
    "2006-01-02T15:04:05.999999999Z07:00", "02 Jan 06 15:04 -0700", "Jan _2 15:04:05.000", "2006-002", "2006-01-02 15:04:05 MST",
    "2006-01-02 15:04:05 -0700 MST", "2006 __2", "06-1-2 3:4:5 pm",
]  # fmt: skip
ZONES = [
    "UTC", "", "Local", "America/New_York", "Europe/Zurich", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia",
    "America/Sao_Paulo", "Nowhere/None", "../etc", "EST5EDT", "Asia/Kathmandu",
]  # fmt: skip
MOMENTS = [
    "0", "1", "-1", "(int64 1700000000)", "1710054000", "1730610000", "1699163999", "-62135596800", "-62135596801", "253402300800",
    "-99999999999", "-2208988800", '(toDate "2006-01-02" "2024-02-29")', '(toDate "x" "y")', "(toDate \"2006\" \"0000\")",
    '(toDate "2006-01-02T15:04:05.999Z07:00" "2023-07-09T01:02:03.987654321+05:30")', "4102444800", "951782399",
]  # fmt: skip
SPANS = [
    "1h", "1h30m", "-1.5h", "90s", "1.000000001s", "1us", "1µs", "0", "+0", "", "-", "1", "1x", ".5s", "5.s", ".s", "1d", "1h1", "1ms1ns",
    "2562047h47m16.854775807s", "-2562047h47m16.854775808s", "2562048h", "9223372036854775808ns", "-9223372036854775808ns", " 1m ",
    "1.9223372036854775808s", "1e3", "inf", "nan", "0x10", "1_000", "1h 1m", "3m0.5s", "0.3333333333333333333h", "00001m",
    "99999999999999999999s", "9999999999", "-1e-3", "168h", "26280h1m", "8760h", "721h", "24h1s", "1y",
]  # fmt: skip
SPAN_VALUES = [
    "1", "-1", "0", "90", "(int64 3661)", "1.5", "-0.5", "1e10", "9223372036", "9223372037", "9.3e9", "9223372036.854775807",
    "true", "nil", "(list)", '(mustToDuration "90m")', '(mustToDuration "-1ms")', "1e-9", "(float64 2.5)", '(dict "a" 1)',
]  # fmt: skip
SPAN_FUNCTIONS = [
    "mustToDuration", "durationSeconds", "durationMilliseconds", "durationMicroseconds", "durationNanoseconds", "durationMinutes",
    "durationHours", "durationDays", "durationWeeks", "duration", "durationRound",
]  # fmt: skip
SPAN_METHODS = [
    "String", "Hours", "Minutes", "Seconds", "Milliseconds", "Microseconds", "Nanoseconds", "Abs",
    "Round (mustToDuration 1)", 'Round (mustToDuration "7m")', 'Truncate (mustToDuration "1ms")', "Truncate (mustToDuration 0)",
]  # fmt: skip
TIME_METHODS = [
    "String", "Year", "Month", "Day", "Hour", "Minute", "Second", "Nanosecond", "Weekday", "YearDay", "Unix", "UnixMilli",
    "UnixMicro", "UnixNano", "IsZero", "UTC", "Local", "AddDate 1 13 -40", "AddDate -1 -1 31", 'Format "Jan 2006"',
    'Round (mustToDuration "24h")', 'Truncate (mustToDuration "7m")', 'Add (mustToDuration "36h")', "Sub (toDate \"2006\" \"2020\")",
    'After (toDate "2006" "2020")', 'Before (toDate "2006" "2020")', 'Equal (toDate "2006" "2020")', 'Compare (toDate "2006" "2020")',
]  # fmt: skip
SURPRISES = ["", "9", "0", " ", "x", "-", "+", ".5", "Z", "EST", "GMT+3", "é", "12", "PM", "Feb"]
MODIFIERS = ["dateModify", "mustDateModify", "date_modify", "must_date_modify"]


def layout(draw: random.Random) -> str:
    if draw.random() < 0.4:
        return draw.choice(USUAL)
    return "".join(draw.choice(PIECES) + draw.choice(BETWEEN) for _ in range(draw.randint(1, 5)))


def changed(draw: random.Random, what: str) -> str:
    """The text, often with something else in it."""
    if not what or draw.random() < 0.4:
        return what
    at = draw.randrange(len(what))
    return what[:at] + draw.choice(SURPRISES) + what[at + draw.randint(0, 2) :]


def moment(draw: random.Random) -> str:
    return draw.choice(
        [draw.choice(MOMENTS), str(draw.randint(-(10**11), 10**11)), str(draw.randint(-(10**9), 4 * 10**9))]
    )


def show(draw: random.Random, form: str) -> str:
    return f"dateInZone {written(form)} {moment(draw)} {written(draw.choice(ZONES))}"


def read(draw: random.Random, kitchen: Kitchen) -> str:
    """Reads what a layout shows of some moment, changed a little."""
    form = layout(draw)
    text = kitchen.ours(f"{{{{ {show(draw, form)} }}}}")
    return f"{draw.choice(['mustToDate', 'mustToDate', 'toDate'])} {written(form)} {written(changed(draw, text))}"


def method(draw: random.Random) -> str:
    place = draw.choice(["Z", "+05:30", "-00:30", "+14:00"])
    year, month, day = draw.choice([0, 1, 1969, 1970, 2000, 2024, 9999]), draw.randint(1, 12), draw.randint(1, 28)
    clock = f"{draw.randint(0, 23):02}:{draw.randint(0, 59):02}:{draw.randint(0, 59):02}.{draw.randint(0, 10**9)}"
    when = f'toDate "2006-01-02T15:04:05Z07:00" "{year:04}-{month:02}-{day:02}T{clock}{place}"'
    if draw.random() < 0.3:
        return f"{draw.choice(MODIFIERS)} {span(draw)} ({when})"
    return f"({when}).{draw.choice(TIME_METHODS)}"


def span(draw: random.Random) -> str:
    if draw.random() < 0.5:
        return written(draw.choice(SPANS))
    units = ["h", "m", "s", "ms", "us", "µs", "ns", ""]
    numbers = [str(draw.randint(0, 9999)), str(draw.randint(0, 9)), f"{draw.random():.{draw.randint(1, 12)}f}", "."]
    parts = (draw.choice(numbers) + draw.choice(units) for _ in range(draw.randint(1, 3)))
    return written(draw.choice(["", "", "-", "+"]) + "".join(parts))


def duration(draw: random.Random) -> str:
    value = draw.choice([span(draw), span(draw), draw.choice(SPAN_VALUES)])
    kind = draw.random()
    if kind < 0.3:
        return f"{draw.choice(['durationRoundTo', 'durationTruncateTo'])} {value} {draw.choice([span(draw), *SPAN_VALUES[:6]])}"
    if kind < 0.5:
        return f"(mustToDuration {value}).{draw.choice(SPAN_METHODS)}"
    return f"{draw.choice(SPAN_FUNCTIONS)} {value}"


KINDS: dict[str, Callable[[random.Random, Kitchen], str]] = {
    "shown": lambda draw, kitchen: show(draw, layout(draw)),
    "read": read,
    "methods": lambda draw, kitchen: method(draw),
    "durations": lambda draw, kitchen: duration(draw),
}


@pytest.mark.parametrize("kind", KINDS)
def test_calls(kind: str, oracle: Any, tmp_path: Path) -> None:
    draw, kitchen = random.Random(kind), Kitchen(tmp_path, oracle)
    assert kitchen.different(many(CALLS, lambda: KINDS[kind](draw, kitchen)), looked_at) == {}
