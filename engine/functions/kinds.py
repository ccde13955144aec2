"""Questions about types and kinds: typeOf, kindIs … (Go: sprig reflect.go)."""

from __future__ import annotations

from typing import Any

from ..govalues import go_kind, go_type
from ..template.function import declare


def type_is(target: str, value: Any) -> bool:
    """Whether the value's Go type has that name."""
    return target == go_type(value)


def type_is_like(target: str, value: Any) -> bool:
    """Whether the value's Go type, or what it points to, has that name."""
    return go_type(value) in (target, f"*{target}")


def kind_is(target: str, value: Any) -> bool:
    """Whether the value's reflect kind is that one."""
    return target == go_kind(value)


TABLE = declare(
    (
        ("typeOf", "interface {} -> string", go_type),
        ("typeIs", "string, interface {} -> bool", type_is),
        ("typeIsLike", "string, interface {} -> bool", type_is_like),
        ("kindOf", "interface {} -> string", go_kind),
        ("kindIs", "string, interface {} -> bool", kind_is),
    )
)
