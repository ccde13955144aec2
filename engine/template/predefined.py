"""Go's own template functions (text/template funcs.go). `and` and `or` are special: the compiler short-circuits them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

from ..gofmt import sprint, sprintf, sprintln, text_of
from ..goquote import is_printable
from ..govalues import TypedNil, Uint8, go_kind, go_type
from .fields import element_type, zero_of
from .function import Function, FunctionError, declare

INT_KINDS = frozenset(("int", "int8", "int16", "int32", "int64"))
UINT_KINDS = frozenset(("uint", "uint8", "uint16", "uint32", "uint64", "uintptr"))
BASIC = {
    "bool": "bool",
    "string": "string",
    "float64": "float",
    "float32": "float",
    "complex128": "complex",
    **dict.fromkeys(INT_KINDS, "int"),
    **dict.fromkeys(UINT_KINDS, "uint"),
}
BASIC_OF_CLASS: Mapping[type, str] = {str: "string", bool: "bool", int: "int", float: "float", complex: "complex"}
HTML = str.maketrans({'"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;", "\0": "\ufffd"})
JS = {"\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D"}


def basic_kind(value: Any) -> str | None:
    """The kind by which values are compared; None for what has none."""
    kind = BASIC_OF_CLASS.get(value.__class__)
    return kind if kind is not None else None if value is None else BASIC.get(go_kind(value))


def equal(first: Any, *others: Any) -> bool:
    """`eq`: whether the first equals any of the others."""
    if not others:
        raise FunctionError("missing argument for comparison")
    kind = basic_kind(first)
    for other in others:
        kind_2 = basic_kind(other)
        if kind == kind_2:
            if first == other if kind is not None else _same(first, other):
                return True
        elif {kind, kind_2} == {"int", "uint"}:
            if int(first) == int(other):
                return True
        elif first is not None and other is not None:
            raise FunctionError(f"incompatible types for comparison: {go_type(first)} and {go_type(other)}")
    return False


def _same(first: Any, other: Any) -> bool:
    """Two values of no basic kind."""
    kind, kind_2 = go_kind(first), go_kind(other)
    if kind != kind_2 and first is not None and other is not None:
        raise FunctionError(
            f"non-comparable types {_shown(first)}: {go_type(first)}, {go_type(other)}: {text_of(other)}"
        )
    if _is_nil(first) or _is_nil(other):
        return _is_nil(first) == _is_nil(other)
    if kind_2 in ("map", "slice", "func"):
        raise FunctionError(f"non-comparable type {_shown(other)}: {go_type(other)}")
    return bool(first is other or (go_type(first) == go_type(other) and kind == "struct" and first == other))


def _shown(value: Any) -> str:
    """A reflect.Value by `%s`."""
    return sprintf("%s", [value])


def _is_nil(value: Any) -> bool:
    return value is None or isinstance(value, TypedNil)


def not_equal(first: Any, other: Any) -> bool:
    return not equal(first, other)


def less(first: Any, other: Any) -> bool:
    """`lt`"""
    kind, kind_2 = basic_kind(first), basic_kind(other)
    if kind is None or kind_2 is None:
        raise FunctionError("invalid type for comparison")
    if kind != kind_2:
        if {kind, kind_2} == {"int", "uint"}:
            return int(first) < int(other)
        raise FunctionError(f"incompatible types for comparison: {go_type(first)} and {go_type(other)}")
    if kind in ("bool", "complex"):
        raise FunctionError("invalid type for comparison")
    return bool(first < other)


def less_or_equal(first: Any, other: Any) -> bool:
    return less(first, other) or equal(first, other)


def greater(first: Any, other: Any) -> bool:
    return not less_or_equal(first, other)


def greater_or_equal(first: Any, other: Any) -> bool:
    return not less(first, other)


def negate(value: Any) -> bool:
    return not value


def length(value: Any) -> int:
    """`len`, in bytes for strings."""
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode("utf-8", "surrogateescape"))
    if isinstance(value, list | dict | bytes):
        return len(value)
    if value is None:
        raise FunctionError("len of nil pointer")
    kind = go_kind(value)
    if kind in ("map", "slice"):
        return 0
    if isinstance(value, TypedNil):
        raise FunctionError("len of nil pointer")
    raise FunctionError(f"len of type {go_type(value)}")


def index(value: Any, *keys: Any) -> Any:
    """`index`: one key after the other, of maps, lists and strings."""
    if value is None:
        raise FunctionError("index of untyped nil")
    for key in keys:
        if value.__class__ is dict and key.__class__ is str:
            value = value.get(key)
        elif value is None or (isinstance(value, TypedNil) and value.go_kind == "ptr"):
            raise FunctionError("index of nil pointer")
        else:
            value = _item(value, key)
    return value


def _item(value: Any, key: Any) -> Any:
    if isinstance(value, dict) or go_kind(value) == "map":
        _check_key(key)
        element = element_type(value)
        return value[str(key)] if isinstance(value, dict) and key in value else zero_of(element)
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    if isinstance(value, list | bytes) or go_kind(value) == "slice":
        at = _position(key, len(value))
        if at == len(value):
            # Go's indexArg lets the length itself pass; reflect then panics.
            raise FunctionError(f"reflect: {'slice' if not isinstance(value, bytes) else 'string'} index out of range")
        return Uint8(value[at]) if isinstance(value, bytes) else value[at]
    raise FunctionError(f"can't index item of type {go_type(value)}")


def _check_key(key: Any) -> None:
    if key is None:
        raise FunctionError("value is nil; should be of type string")
    if not isinstance(key, str):
        raise FunctionError(f"value has type {go_type(key)}; should be string")


def _position(key: Any, size: int) -> int:
    if key is None:
        raise FunctionError("cannot index slice/array with nil")
    if basic_kind(key) not in ("int", "uint"):
        raise FunctionError(f"cannot index slice/array with type {go_type(key)}")
    if key < 0 or key > size:
        raise FunctionError(f"index out of range: {int(key)}")
    return int(key)


def slice_of(value: Any, *ends: Any) -> Any:
    """`slice`: part of a string or list."""
    if value is None:
        raise FunctionError("slice of untyped nil")
    if len(ends) > 3:
        raise FunctionError(f"too many slice indexes: {len(ends)}")
    text = isinstance(value, str)
    if text and len(ends) == 3:
        raise FunctionError("cannot 3-index slice a string")
    data = value.encode("utf-8", "surrogateescape") if text else value
    if not isinstance(data, list | bytes):
        raise FunctionError(f"can't slice item of type {go_type(value)}")
    at = [0, len(data)]
    for number, end in enumerate(ends):
        position = _position(end, len(data))
        at[number : number + 1] = [position]
    if at[0] > at[1]:
        raise FunctionError(f"invalid slice index: {at[0]} > {at[1]}")
    if len(ends) == 3 and at[1] > at[2]:
        raise FunctionError(f"invalid slice index: {at[1]} > {at[2]}")
    part = data[at[0] : at[1]]
    return part.decode("utf-8", "surrogateescape") if text and isinstance(part, bytes) else part


def call(value: Any, *arguments: Any) -> Any:
    """`call`: no value of a chart is a function, so it always fails (the compiler adds the callee's text)."""
    del arguments
    if value is None:
        raise FunctionError("call of nil")
    raise FunctionError(f"of type {go_type(value)}")


def text_of_arguments(arguments: Sequence[Any]) -> str:
    """Go's evalArgs: one string as it is, else as Print would print them; no value at all as `<no value>`."""
    if len(arguments) == 1 and isinstance(arguments[0], str):
        return arguments[0]
    return sprint(["<no value>" if value is None else value for value in arguments])


def html(*arguments: Any) -> str:
    return text_of_arguments(arguments).translate(HTML)


def js(*arguments: Any) -> str:
    """JavaScript's escapes; what cannot be printed as `\\uXXXX`."""
    return "".join(map(_js_char, text_of_arguments(arguments)))


def _js_char(char: str) -> str:
    if char in JS:
        return JS[char]
    if char < " ":
        return f"\\u{ord(char):04X}"
    if "\udc80" <= char <= "\udcff":
        char = "\ufffd"
    return char if is_printable(char) else f"\\u{ord(char):04X}"


def urlquery(*arguments: Any) -> str:
    data = text_of_arguments(arguments).encode("utf-8", "surrogateescape")
    return quote_plus(data, safe="-_.~")


def print_(*arguments: Any) -> str:
    return sprint(arguments)


def printf(form: str, *arguments: Any) -> str:
    return sprintf(form, arguments)


def println(*arguments: Any) -> str:
    return sprintln(arguments)


def first_deciding(*arguments: Any) -> Any:
    """The place of `and` and `or` in the table; the compiler never calls it."""
    raise AssertionError(arguments)


ONE_AND_MORE = "reflect.Value, ...reflect.Value -> reflect.Value"
TWO = "reflect.Value, reflect.Value -> bool"
MANY = "...interface {} -> string"
TABLE: Mapping[str, Function] = declare(
    [
        ("and", ONE_AND_MORE, first_deciding),
        ("or", ONE_AND_MORE, first_deciding),
        ("not", "reflect.Value -> bool", negate),
        ("call", ONE_AND_MORE, call),
        ("html", MANY, html),
        ("js", MANY, js),
        ("urlquery", MANY, urlquery),
        ("index", ONE_AND_MORE, index),
        ("slice", ONE_AND_MORE, slice_of),
        ("len", "reflect.Value -> int", length),
        ("print", MANY, print_),
        ("printf", "string, ...interface {} -> string", printf),
        ("println", MANY, println),
        ("eq", "reflect.Value, ...reflect.Value -> bool", equal),
        ("ne", TWO, not_equal),
        ("lt", TWO, less),
        ("le", TWO, less_or_equal),
        ("gt", TWO, greater),
        ("ge", TWO, greater_or_equal),
    ]
)
