"""What lists share with their source, and slices that are no plain list."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.functions.lists import TABLE
from purehelm.engine.govalues import IntList, StringList, TypedNil, Uint8
from purehelm.engine.template.function import FunctionError


def test_sort_alpha_sorts_a_string_slice_in_its_place() -> None:
    source = StringList(["b", "a"])
    assert TABLE["sortAlpha"].call(source) is source
    assert source == ["a", "b"]


def test_append_leaves_its_source() -> None:
    source = [1]
    assert TABLE["append"].call(source, 2) == [1, 2]
    assert source == [1]


@pytest.mark.parametrize(
    ("name", "arguments", "want"),
    [
        ("first", (b"hi",), Uint8(104)),
        ("slice", (b"hello", 1, 3), b"el"),
        ("slice", (IntList([1, 2, 3]), 1), IntList([2, 3])),
        ("toStrings", (b"hi",), StringList(["104", "105"])),
        ("has", (Uint8(104), b"hi"), True),
        ("last", (TypedNil("[]string", "slice"),), None),
        ("reverse", (TypedNil("[]string", "slice"),), []),
    ],
    ids=["first", "slice of bytes", "slice of ints", "toStrings", "has", "last of nil", "reverse of nil"],
)
def test_slices_of_other_types(name: str, arguments: tuple[Any, ...], want: Any) -> None:
    got = TABLE[name].call(*arguments)
    assert (got, got.__class__) == (want, want.__class__)


def test_a_nil_map_is_no_list() -> None:
    with pytest.raises(FunctionError, match="Cannot find first on type map"):
        TABLE["first"].call(TypedNil("map[string]interface {}", "map"))
