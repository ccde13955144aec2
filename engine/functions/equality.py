"""Go's reflect.DeepEqual."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..govalues import Struct, TypedNil, go_type

EXACT = frozenset((str, int, bool, bytes))


def deep_equal(left: Any, right: Any) -> bool:
    """Whether two values have one type and equal contents; a nil slice is not an empty one, NaN not NaN."""
    kind = left.__class__
    if kind in EXACT:
        return kind is right.__class__ and bool(left == right)
    return _equal(left, right, set())


def _equal(left: Any, right: Any, visited: set[tuple[int, int]]) -> bool:
    kind = left.__class__
    if kind is not right.__class__ and not _both_maps(left, right):
        return False
    if kind in EXACT or left is None:
        return bool(left == right)
    if isinstance(left, list | dict):
        if left is right:
            return True
        if len(left) != len(right):
            return False
        pair = (id(left), id(right))
        if pair in visited:  # a cycle: equal so far
            return True
        visited.add(pair)
        if isinstance(left, dict):
            return all(key in right and _equal(left[key], right[key], visited) for key in left)
        return all(_equal(a, b, visited) for a, b in zip(left, right, strict=True))
    if isinstance(left, TypedNil):
        return go_type(left) == go_type(right)
    if isinstance(left, Struct):
        return left is right or _fields_equal(left, right, visited)
    return bool(left == right)


def _both_maps(left: Any, right: Any) -> bool:
    return isinstance(left, dict) and isinstance(right, dict) and go_type(left) == go_type(right)


def _fields_equal(left: Struct, right: Struct, visited: set[tuple[int, int]]) -> bool:
    a, b = list(left.go_items()), list(right.go_items())
    if not a:
        return bool(left == right)
    return len(a) == len(b) and all(_equal(x, y, visited) for (_, x), (_, y) in zip(a, b, strict=True))


def contains(haystack: Iterable[Any], needle: Any) -> bool:
    """Whether one of the values deeply equals the needle."""
    return any(deep_equal(needle, item) for item in haystack)


def unique(values: Iterable[Any]) -> list[Any]:
    """The values without those that deeply equal an earlier one, in order; strings, the usual case, in linear time."""
    found = list(values)
    if all(item.__class__ is str for item in found):
        return list(dict.fromkeys(found))
    out: list[Any] = []
    for item in found:
        if not contains(out, item):
            out.append(item)
    return out
