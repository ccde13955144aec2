"""Arguments fitted to parameters as Go's reflection does (text/template exec.go evalArg, validateType)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ..govalues import Duration, Int8, Int32, Int64, TypedNil, Uint, Uint8, Uint32, Uint64, Values, go_type
from .fields import INTERFACE
from .nodes import Bool, Nil, Node, Number, String, show

REFLECTED: Final = "reflect.Value"
ANY = frozenset((INTERFACE, REFLECTED))
INTEGERS: dict[str, Callable[[int], Any]] = {
    "int": int, "int64": Int64, "int32": Int32, "int8": Int8, "time.Duration": Duration, "time.Month": int,
}  # fmt: skip
UNSIGNED: dict[str, Callable[[int], Any]] = {"uint": Uint, "uint8": Uint8, "uint32": Uint32, "uint64": Uint64}
EXACT = {"string": str, "int": int, "float64": float, "bool": bool, "[]interface {}": list, "[]uint8": bytes}
MAP: Final = "map[string]interface {}"


class ArgumentError(Exception):
    """An argument that does not fit; `str()` is Go's text."""


def nilable(type_name: str) -> bool:
    """Whether nil is a value of the type."""
    return type_name in ANY or type_name.startswith(("map[", "[]", "*", "func(")) or type_name == "error"


def nil_of(type_name: str) -> Any:
    """The nil of a type that has one."""
    if type_name.startswith("map["):
        return TypedNil(type_name, "map")
    if type_name.startswith("[]"):
        return TypedNil(type_name, "slice")
    return TypedNil(type_name, "ptr") if type_name.startswith("*") else None


def literal(node: Node, type_name: str) -> Any:
    """The value of a constant for a parameter. Raises ArgumentError with Go's text."""
    if isinstance(node, Nil):
        if nilable(type_name):
            return nil_of(type_name)
        raise ArgumentError(f"cannot assign nil to {type_name}")
    if type_name in ANY:
        return ideal(node)
    if type_name == "bool":
        if isinstance(node, Bool):
            return node.value
        raise ArgumentError(f"expected bool; found {show(node)}")
    if type_name == "string":
        if isinstance(node, String):
            return node.value
        raise ArgumentError(f"expected string; found {show(node)}")
    return _number(node, type_name)


def _number(node: Node, type_name: str) -> Any:
    value = node.value if isinstance(node, Number) else None
    if type_name in INTEGERS:
        if value is not None and value.integer is not None:
            return INTEGERS[type_name](value.integer)
        raise ArgumentError(f"expected integer; found {show(node)}")
    if type_name in UNSIGNED:
        if value is not None and value.unsigned is not None:
            return UNSIGNED[type_name](value.unsigned)
        raise ArgumentError(f"expected unsigned integer; found {show(node)}")
    if type_name in ("float64", "float32"):
        if value is not None and value.floating is not None:
            return value.floating
        raise ArgumentError(f"expected float; found {show(node)}")
    if type_name == "complex128":
        if value is not None and value.imaginary is not None:
            return value.imaginary
        raise ArgumentError(f"expected complex; found {show(node)}")
    raise ArgumentError(f"can't handle {show(node)} for arg of type {type_name}")


def ideal(node: Any) -> Any:
    """The value of a constant where no type asks for anything (idealConstant). Raises ArgumentError."""
    if not isinstance(node, Number):
        return node.value
    value, text = node.value, node.text
    if value.imaginary is not None:
        return value.imaginary
    hexadecimal = len(text) > 2 and text[0] == "0" and text[1] in "xX" and not ("p" in text or "P" in text)
    if value.floating is not None and not hexadecimal and text[0] != "'" and any(char in text for char in ".eEpP"):
        return value.floating
    if value.integer is not None:
        return value.integer
    raise ArgumentError(f"{text} overflows int")


def fit(value: Any, held_as: str | None, type_name: str) -> Any:
    """A value as a parameter wants it; `held_as` as in fields.Looked. Raises ArgumentError with Go's text."""
    if value is None:
        if held_as is None:
            if nilable(type_name):
                return nil_of(type_name)
            raise ArgumentError(f"invalid value; expected {type_name}")
        if type_name in ANY:
            return None
        raise ArgumentError(f"wrong type for value; expected {type_name}; got {held_as}")
    if type_name in ANY:
        return value
    actual = go_type(value)
    if actual == type_name or (type_name == MAP and isinstance(value, Values)):
        return value
    if actual == f"*{type_name}":
        return value
    raise ArgumentError(f"wrong type for value; expected {type_name}; got {actual}")
