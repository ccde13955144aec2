"""Go's %v, %t and %T for the few texts of this room's errors and warnings. Pure."""

from __future__ import annotations

from typing import Any

from ..gofloat import format_float

GO_TYPES = {
    dict: "map[string]interface {}",
    list: "[]interface {}",
    str: "string",
    float: "float64",
    bool: "bool",
    int: "int64",
}


def shown(value: Any) -> str:
    """The value as %v prints it: maps with sorted keys, floats as %g."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case float():
            return format_float(value, "g")
        case dict():
            return "map[" + " ".join(f"{key}:{shown(value[key])}" for key in sorted(value)) + "]"
        case list():
            return "[" + " ".join(map(shown, value)) + "]"
    return str(value)


def shown_as_bool(value: Any) -> str:
    """The value as Helm's misplaced %t prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "%!t(<nil>)"
    if isinstance(value, list):
        return "[" + " ".join(map(shown_as_bool, value)) + "]"
    return f"%!t({go_type(value)}={shown(value)})"


def go_type(value: Any) -> str:
    """The type as %T prints it."""
    return "<nil>" if value is None else GO_TYPES.get(type(value), type(value).__name__)
