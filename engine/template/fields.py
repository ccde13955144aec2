"""Fields, keys and methods of values (Go: text/template exec.go evalField)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..goquote import quote
from ..govalues import Struct, TypedNil, Values, go_kind, go_type
from .function import Function

INTERFACE: Final = "interface {}"
PLAIN_MAPS = (dict, Values)
Looked = tuple[Any, str | None]
"""A value and the Go type that it is held as: `interface {}` for what comes out of a map, None for no value at all."""

# Names that are methods of some type: chains that have them do not take the short way through maps.
METHOD_NAMES = frozenset((
    "AsConfig", "AsMap", "AsSecrets", "Encode", "Get", "GetBytes", "Glob", "Has", "Lines", "PathValue", "String", "Table", "YAML",
))  # fmt: skip


class FieldError(Exception):
    """A field that cannot be had; `str()` is Go's text, `table` where it was looked for."""

    def __init__(self, text: str, table: Mapping[Any, Any] | None = None) -> None:
        super().__init__(text)
        self.table = table


def type_of(value: Any) -> str | None:
    """The type of a value that no interface holds."""
    return None if value is None else go_type(value)


def method_of(value: Any, name: str) -> Function | None:
    """The method of that name."""
    methods = getattr(value.__class__, "go_methods", None)
    return methods.get(name) if methods else None


def field_of(value: Any, held_as: str | None, name: str, *, strict: bool) -> Looked:
    """What a name gives that is no method. Raises FieldError."""
    if value is None:
        if held_as is None:
            if strict:
                raise FieldError(f"nil data; no entry for key {quote(name)}")
            return None, None
        raise FieldError(f"nil pointer evaluating {held_as}.{name}")
    if isinstance(value, dict):
        return _key(value, name, strict=strict)
    if isinstance(value, Struct):
        getter = value.go_fields.get(name)
        if getter is not None:
            found = getter(value)
            return found, INTERFACE if found is None else go_type(found)
        if name in value.go_hidden:
            raise FieldError(f"{name} is an unexported field of struct type {held_as}")
    elif go_kind(value) == "map":
        return None, INTERFACE
    elif go_kind(value) == "ptr":
        raise FieldError(f"nil pointer evaluating {held_as}.{name}")
    known = value.go_fields if isinstance(value, Struct) else None
    raise FieldError(f"can't evaluate field {name} in type {held_as}", known)


def _key(value: dict[Any, Any], name: str, *, strict: bool) -> Looked:
    element = INTERFACE if value.__class__ in PLAIN_MAPS else element_type(value)
    if name in value:
        own: Callable[[str], Any] | None = getattr(value, "go_field", None)
        return value[name] if own is None else own(name), element
    if strict:
        raise FieldError(f"map has no entry for key {quote(name)}", value)
    return zero_of(element), element


def element_type(value: Any) -> str:
    """The type of a map's, slice's or string's elements."""
    own: str | None = getattr(value.__class__, "go_element", None)
    return own or go_type(value).partition("]")[2] or INTERFACE


def zero_of(type_name: str) -> Any:
    """The zero value of a map's element type."""
    if type_name == INTERFACE:
        return None
    return "" if type_name == "string" else TypedNil(type_name, "slice") if type_name.startswith("[]") else 0
