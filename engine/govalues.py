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

from collections.abc import Callable, Mapping
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


class Uint64(int):
    go_type: ClassVar[str] = "uint64"
    go_kind: ClassVar[str] = "uint64"
    __slots__ = ()


class Duration(int):
    """A time.Duration in nanoseconds; its text is Go's (`1h0m0s`)."""

    go_type: ClassVar[str] = "time.Duration"
    go_kind: ClassVar[str] = "int64"
    __slots__ = ()


class Values(dict[str, Any]):
    """common.Values: a named map, which functions that want a plain map refuse."""

    go_type: ClassVar[str] = "common.Values"
    go_kind: ClassVar[str] = "map"
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


class Struct:
    """A Go struct (or a pointer to one) that templates can look into.

    `go_fields` maps the exported names to getters, `go_methods` to `Function`-like callables of this object; a name that is
    in neither is Go's error `can't evaluate field X in type T`.
    """

    go_type: ClassVar[str] = "struct"
    go_kind: ClassVar[str] = "struct"
    go_fields: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    go_methods: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    __slots__ = ()
