"""Texts of flags are read as pflag reads them, and refused in its words."""

from __future__ import annotations

from typing import Any

import click
import pytest

from purehelm.adapter.cli.flag import Flag, Kind, read_int


@pytest.mark.parametrize(
    ("kind", "text", "want"),
    [
        ("number", "3", 3),
        ("number", "-0x10", -16),
        ("number", "010", 8),
        ("number", "0b11", 3),
        ("count", "80", 80),
        ("duration", "1h2m3.5s", 3723.5),
        ("format", "json", "json"),
        ("wait", "legacy", "legacy"),
        ("list", ('a,"b,c"', "", "d"), ("a", "b,c", "d")),
        ("pairs", ("a=1,b=2=3", "c=x,y"), {"a": "1", "b": "2=3", "c": "x,y"}),
        ("text", "as it is", "as it is"),
        ("texts", ("a,b", "c"), ("a,b", "c")),
    ],
)
def test_texts_are_read(kind: Kind, text: Any, want: Any) -> None:
    assert Flag("name", kind, "").read(text) == want


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("number", "x", 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("number", " 1", 'strconv.ParseInt: parsing " 1": invalid syntax'),
        ("number", "9223372036854775808", 'strconv.ParseInt: parsing "9223372036854775808": value out of range'),
        ("count", "-1", 'strconv.ParseUint: parsing "-1": invalid syntax'),
        ("format", "xml", "invalid format type"),
        ("wait", "x", 'invalid wait input "x". Valid inputs are watcher, hookOnly, and legacy'),
        ("pairs", ("a",), "a must be formatted as key=value"),
    ],
)
def test_what_cannot_be_read_is_refused(kind: Kind, text: Any, reason: str) -> None:
    shown = text[0] if isinstance(text, tuple) else text

    with pytest.raises(click.UsageError) as raised:
        Flag("name", kind, "", short="n").read(text)

    assert raised.value.message == f'invalid argument "{shown}" for "-n, --name" flag: {reason}'


def test_a_broken_list_is_refused() -> None:
    with pytest.raises(click.UsageError, match="parse error on line 1"):
        Flag("name", "list", "").read(('"a',))


@pytest.mark.parametrize(
    ("kind", "default", "want"),
    [("bool", None, False), ("bool", True, True), ("texts", None, ()), ("pairs", None, {}), ("number", 5, 5)],
)
def test_absent_flags_have_their_default(kind: Kind, default: Any, want: Any) -> None:
    assert Flag("name", kind, "", default=default).absent == want


def test_decimal_numbers_have_no_other_base() -> None:
    assert read_int("010", decimal=True) == 10
    with pytest.raises(ValueError, match="invalid syntax"):
        read_int("0x10", decimal=True)
