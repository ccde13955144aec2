"""Go's types for template values, as Python classes. Pure data.

| Go | Python |
| --- | --- |
| nil interface | None |
| bool, string, float64, int | bool, str, float, int |
| int64, int32 (rune), uint8 …, float32 | the subclasses of int and float below |
| complex128 | complex |
| []byte | bytes |
| []interface{} | list |
| []string, []int … | `Slice` subclasses of list |
| map[string]interface{} | dict |
| common.Values, map[string]string … | subclasses of dict |
| typed nil map, slice or pointer | `TypedNil` |
| time.Duration | `Duration` (nanoseconds) |
| structs (time.Time, *semver.Version …) | subclasses of `Struct` |

A string that holds bytes that are not UTF-8 carries them as Python's surrogate escapes (U+DC80 … U+DCFF); at the edge
they go out as `text.encode("utf-8", "surrogateescape")`. Every class below names its Go type in `go_type` and its
reflect kind in `go_kind`. Arithmetic on the int subclasses gives a plain int: a function that returns int64 wraps it.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar


class Int64(int):
    go_type: ClassVar[str] = "int64"
    go_kind: ClassVar[str] = "int64"
    __slots__ = ()


class Int32(int):
    """A rune, or an int32."""

    go_type: ClassVar[str] = "int32"
    go_kind: ClassVar[str] = "int32"
    __slots__ = ()


class Uint8(int):
    go_type: ClassVar[str] = "uint8"
    go_kind: ClassVar[str] = "uint8"
    __slots__ = ()


class Uint32(int):
    go_type: ClassVar[str] = "uint32"
    go_kind: ClassVar[str] = "uint32"
    __slots__ = ()


class Int8(int):
    go_type: ClassVar[str] = "int8"
    go_kind: ClassVar[str] = "int8"
    __slots__ = ()


class Uint(int):
    go_type: ClassVar[str] = "uint"
    go_kind: ClassVar[str] = "uint"
    __slots__ = ()


class Uint64(int):
    go_type: ClassVar[str] = "uint64"
    go_kind: ClassVar[str] = "uint64"
    __slots__ = ()


class Duration(int):
    """A time.Duration in nanoseconds; its text is Go's (`1h0m0s`)."""

    go_type: ClassVar[str] = "time.Duration"
    go_kind: ClassVar[str] = "int64"
    go_methods: ClassVar[Mapping[str, Any]] = {}
    __slots__ = ()


class Values(dict[str, Any]):
    """common.Values: a named map, which functions that want a plain map refuse."""

    go_type: ClassVar[str] = "common.Values"
    go_kind: ClassVar[str] = "map"
    go_methods: ClassVar[Mapping[str, Any]] = {}
    __slots__ = ()


class StringMap(dict[str, str]):
    go_type: ClassVar[str] = "map[string]string"
    go_kind: ClassVar[str] = "map"
    __slots__ = ()


class Slice(list[Any]):
    """A slice of a known element type; the subclasses name it."""

    go_type: ClassVar[str] = "[]interface {}"
    go_kind: ClassVar[str] = "slice"
    __slots__ = ()


class StringList(Slice):
    go_type: ClassVar[str] = "[]string"
    __slots__ = ()


class IntList(Slice):
    go_type: ClassVar[str] = "[]int"
    __slots__ = ()


class TypedNil:
    """A nil map, slice or pointer that knows its type: not the nil interface."""

    __slots__ = ("go_kind", "go_type")

    def __init__(self, go_type: str, go_kind: str) -> None:
        self.go_type = go_type
        self.go_kind = go_kind

    def __repr__(self) -> str:
        return f"TypedNil({self.go_type!r}, {self.go_kind!r})"

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        """A nil map or slice has no entries."""
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())


class Struct:
    """A Go struct (or a pointer to one) that templates can look into.

    `go_fields` maps the exported names to getters, `go_methods` to `Function`s whose `call` gets this object first (its
    `params` do not name it); a name that is in neither is Go's error `can't evaluate field X in type T`. `go_methods` works
    on every other class of this file too (a subclass of list, of int …). Python's truth is Go's: a struct is true.
    """

    go_type: ClassVar[str] = "struct"
    go_kind: ClassVar[str] = "struct"
    go_fields: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    go_methods: ClassVar[Mapping[str, Any]] = {}
    go_hidden: ClassVar[frozenset[str]] = frozenset()  # names of unexported fields
    __slots__ = ()

    def go_string(self) -> str | None:
        """The text of its String or Error method, None for a type that has none."""
        return None

    def go_items(self) -> Iterable[tuple[str, Any]]:
        """All fields in Go's order, unexported ones too, as `%v` shows them."""
        return [(name, getter(self)) for name, getter in self.go_fields.items()]


class Addressed(Struct, abc.ABC):
    """A struct that templates reach in its place, through a pointer: an action prints it by its pointer's String method.

    What a function gets is a copy, which has none.
    """

    __slots__ = ()

    @abc.abstractmethod
    def go_addressed(self) -> str:
        """The text that the pointer's String method gives."""

    @abc.abstractmethod
    def go_copied(self) -> Struct:
        """What a function gets."""


class Pointer(Struct):
    """A pointer to a struct: `%v` shows `&{…}`."""

    go_kind: ClassVar[str] = "ptr"
    __slots__ = ()


_TYPES: Mapping[type, tuple[str, str]] = {
    type(None): ("<nil>", "invalid"),
    bool: ("bool", "bool"),
    str: ("string", "string"),
    int: ("int", "int"),
    float: ("float64", "float64"),
    complex: ("complex128", "complex128"),
    bytes: ("[]uint8", "slice"),
    list: ("[]interface {}", "slice"),
    dict: ("map[string]interface {}", "map"),
}


def go_type(value: Any) -> str:
    """The Go type's name as reflect prints it; `<nil>` for the nil interface."""
    known = _TYPES.get(value.__class__)
    return known[0] if known else str(value.go_type)


def go_kind(value: Any) -> str:
    """The reflect kind: `invalid` for the nil interface, `ptr`, `map`, `slice`, `struct`, `func`, `int64` …"""
    known = _TYPES.get(value.__class__)
    return known[1] if known else str(value.go_kind)
