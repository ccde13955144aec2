"""Go's %q and %v for the few texts of this room's errors and warnings. Pure."""

from __future__ import annotations

from typing import Any

from ..gofloat import format_float

ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
    '"': '\\"',
}
GO_TYPES = {
    dict: "map[string]interface {}",
    list: "[]interface {}",
    str: "string",
    float: "float64",
    bool: "bool",
    int: "int64",
}


def quoted(text: str) -> str:
    """The text as %q prints it."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in ESCAPES:
        return ESCAPES[char]
    if char == " " or char.isprintable():
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


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
