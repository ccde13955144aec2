"""Defaults and choices: default, empty, coalesce, all, any, ternary (Go: sprig defaults.go).

Python's truth of our Go values is exactly Sprig's "not empty": zero numbers, empty texts, maps and slices, nil and typed
nils are false; structs are true.
"""

from __future__ import annotations

from operator import not_
from typing import Any

from ..template.function import declare


def default(fallback: Any, *given: Any) -> Any:
    """The first given value, or the fallback if that one is empty or absent."""
    return given[0] if given and given[0] else fallback


def coalesce(*values: Any) -> Any:
    """The first value that is not empty, nil without one."""
    for value in values:
        if value:
            return value
    return None


def every(*values: Any) -> bool:
    """Whether no value is empty."""
    return all(values)


def some(*values: Any) -> bool:
    """Whether a value is not empty."""
    return any(values)


def ternary(when_true: Any, when_false: Any, condition: bool) -> Any:
    """The first value if the condition holds, else the second."""
    return when_true if condition else when_false


TABLE = declare(
    (
        ("default", "interface {}, ...interface {} -> interface {}", default),
        ("empty", "interface {} -> bool", not_),
        ("coalesce", "...interface {} -> interface {}", coalesce),
        ("all", "...interface {} -> bool", every),
        ("any", "...interface {} -> bool", some),
        ("ternary", "interface {}, interface {}, bool -> interface {}", ternary),
    )
)
