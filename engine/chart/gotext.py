"""Go's misplaced %t, and %T, for the few texts of this room's errors and warnings. Pure."""

from __future__ import annotations

from typing import Any

from ..gofmt import text_of

GO_TYPES = {
    dict: "map[string]interface {}",
    list: "[]interface {}",
    str: "string",
    float: "float64",
    bool: "bool",
    int: "int64",
}


def shown_as_bool(value: Any) -> str:
    """The value as Helm's misplaced %t prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "%!t(<nil>)"
    if isinstance(value, list):
        return "[" + " ".join(map(shown_as_bool, value)) + "]"
    return f"%!t({go_type(value)}={text_of(value)})"


def go_type(value: Any) -> str:
    """The type as %T prints it."""
    return "<nil>" if value is None else GO_TYPES.get(type(value), type(value).__name__)
