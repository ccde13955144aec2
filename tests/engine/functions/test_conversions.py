"""Values that templates can hold and the tables of calls do not reach."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.functions import conversions, equality, runes
from purehelm.engine.functions.arithmetic import TABLE as NUMBERS
from purehelm.engine.functions.dicts import TABLE as DICTS
from purehelm.engine.functions.kinds import TABLE as KINDS
from purehelm.engine.functions.strings import TABLE as STRINGS
from purehelm.engine.govalues import (
    Duration,
    Int32,
    Int64,
    Pointer,
    StringList,
    Struct,
    TypedNil,
    Uint8,
    Uint64,
    Values,
)
from purehelm.engine.template.function import FunctionError


class Month(int):
    go_type = "time.Month"
    go_kind = "int"


class Float32(float):
    go_type = "float32"
    go_kind = "float32"


class Pair(Struct):
    go_type = "test.Pair"

    def __init__(self, left: Any, right: Any) -> None:
        self.left, self.right = left, right

    def go_items(self) -> list[tuple[str, Any]]:
        return [("Left", self.left), ("right", self.right)]


class Named(Pointer):
    go_type = "*test.Named"

    def go_string(self) -> str:
        return "a name"


@pytest.mark.parametrize(
    ("value", "whole", "floating"),
    [
        (Int64(5), 5, 5.0),
        (Int32(-5), -5, -5.0),
        (Uint8(5), 5, 5.0),
        (Uint64(1 << 63), -(1 << 63), 9223372036854775808.0),
        (Month(5), 5, 5.0),
        (Float32(1.5), 1, 1.5),
        (Duration(5), 0, 0.0),
        (Named(), 0, 0.0),
        (TypedNil("*x", "ptr"), 0, 0.0),
        (b"5", 0, 0.0),
        (1j, 0, 0.0),
        (9223372036854775808.0, -(1 << 63), 9223372036854775808.0),
        ("0" * 5000, 0, 0.0),
        ("1" * 5000, 0, 0.0),
    ],
    ids=lambda value: f"{type(value).__name__} {str(value)[:20]}",
)
def test_numbers(value: Any, whole: int, floating: float) -> None:
    assert (conversions.to_int(value), conversions.to_float64(value)) == (whole, floating)
    assert conversions.to_int64(value).__class__ is Int64


@pytest.mark.parametrize(
    ("text", "base", "want"),
    [
        ("12", 10, 12),
        ("-0x1f", 0, -31),
        ("9" * 5000, 10, (1 << 63) - 1),
        ("12", 2, None),
        ("_1", 0, None),
        ("0x", 0, None),
    ],
)
def test_parse_int(text: str, base: int, want: int | None) -> None:
    assert conversions.parse_int(text, base) == want


@pytest.mark.parametrize(
    ("value", "want"),
    [(b"h\xff", "h\udcff"), (Named(), "a name"), (Duration(1500), "1.5µs"), (TypedNil("[]string", "slice"), "[]")],
    ids=["bytes", "Stringer", "Duration", "nil slice"],
)
def test_strval(value: Any, want: str) -> None:
    assert conversions.strval(value) == want
    assert STRINGS["quote"].call(value) == f'"{want}"'.replace("\udcff", "\\xff")


@pytest.mark.parametrize(
    ("left", "right", "want"),
    [
        (Pair(1, [2]), Pair(1, [2]), True),
        (Pair(1, [2]), Pair(1, [3]), False),
        (b"a", b"a", True),
        (b"a", "a", False),
        (TypedNil("[]string", "slice"), TypedNil("[]string", "slice"), True),
        (TypedNil("[]string", "slice"), StringList(), False),
        (Duration(1), Duration(1), True),
        (Duration(1), Int64(1), False),
        (Values({"a": 1}), {"a": 1}, False),
        ({"a": 1}, {"b": 1}, False),
    ],
)
def test_deep_equal(left: Any, right: Any, want: bool) -> None:
    assert equality.deep_equal(left, right) is want


def test_structs_without_fields_are_equal_only_to_themselves() -> None:
    one, two = Named(), Named()
    assert (equality.deep_equal(one, one), equality.deep_equal(one, two)) == (True, False)


def test_cycles_are_equal() -> None:
    left: dict[str, Any] = {"a": 1}
    right: dict[str, Any] = {"a": 1}
    left["self"], right["self"] = left, right
    assert equality.deep_equal(left, right)


def test_a_pointer_meets_a_map() -> None:
    assert DICTS["merge"].call({"a": Named()}, {"a": {"b": 1}}) == ""
    with pytest.raises(FunctionError, match="src and dst must be of same type"):
        DICTS["mustMerge"].call({"a": Named()}, {"a": {"b": 1}})
    assert DICTS["mergeOverwrite"].call({"a": Named()}, {"a": {"b": 1}}) == {"a": {"b": 1}}


def test_merge_works_in_place_and_deep_copy_does_not() -> None:
    inner: dict[str, Any] = {}
    target = {"a": inner}
    copied = DICTS["deepCopy"].call(target)
    assert DICTS["merge"].call(target, {"a": {"b": 1}}) is target
    assert (inner, copied) == ({"b": 1}, {"a": {}})


def test_dig_wants_a_plain_map() -> None:
    want = r"interface \{\} is common.Values, not map\[string\]interface \{\}"
    with pytest.raises(FunctionError, match=want):
        DICTS["dig"].call("a", "d", Values({"a": 1}))
    assert DICTS["dig"].call("a", "d", TypedNil("map[string]interface {}", "map")) == "d"


def test_keys_come_by_their_bytes() -> None:
    assert DICTS["keys"].call({"é": 1, "z": 2, "\udcff": 3, "B": 4}) == ["B", "z", "é", "\udcff"]


def test_a_pointer_is_like_its_struct() -> None:
    assert KINDS["typeIsLike"].call("test.Named", Named())


def test_results_are_bounded() -> None:
    for call in (
        lambda: STRINGS["repeat"].call(1 << 40, "x"),
        lambda: STRINGS["indent"].call(1 << 40, "x"),
        lambda: STRINGS["replace"].call("", "x" * 100_000, "y" * 100_000),
        lambda: STRINGS["wrapWith"].call(1, "x" * 100_000, "y" * 100_000),
        lambda: NUMBERS["until"].call(1 << 40),
        lambda: NUMBERS["seq"].call(1 << 40),
    ):
        with pytest.raises(FunctionError, match="result is too large"):
            call()


def test_neighbouring_bytes_join() -> None:
    assert runes.rejoined("\udcc3\udca9") == "é"
    assert STRINGS["join"].call("", StringList(["\udcc3", "\udca9"])) == "é"


def test_results_are_plain_maps() -> None:
    values = Values({"a": 1})
    assert DICTS["set"].call(values, "b", 2) is values
    assert KINDS["typeOf"].call(values) == "map[string]interface {}"
    merged = DICTS["merge"].call(DICTS["deepCopy"].call(Values({"a": {"x": 1}})), {"a": {"y": 2}})
    assert DICTS["dig"].call("a", "y", 0, merged) == 2
    assert equality.deep_equal(merged, {"a": {"x": 1, "y": 2}})


def test_a_section_of_another_table_is_its_plain_map() -> None:
    section = {"a": 1}

    class Section(Values):
        go_plain = section

    assert DICTS["unset"].call(Section(section), "z") is section
