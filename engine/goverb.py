"""One value by one Printf verb, with flags, width and precision (Go: fmt print.go, format.go)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .gofloat import format_float
from .goquote import is_printable, quote
from .govalues import Duration, Struct, TypedNil, go_kind, go_type

BROKEN = re.compile("[\ud800-\udfff]")
NO_BACKQUOTE = re.compile("[\x00-\x08\x0a-\x1f`\x7f\ufeff\ud800-\udfff]")
STRING_VERBS = frozenset("vsxXq")
SIGNED = frozenset(("int", "int8", "int16", "int32", "int64"))
UNSIGNED = frozenset(("uint", "uint8", "uint16", "uint32", "uint64", "uintptr"))
FLOATS = {"float64": 64, "float32": 32}
POINTERS = frozenset(("chan", "func", "map", "ptr", "slice", "unsafe.Pointer"))
HIDDEN = re.compile("[a-z_]").match


def key_order(key: Any) -> tuple[int, Any]:
    """Map keys in the order in which Go prints and ranges over them."""
    if isinstance(key, bool):
        return 1, key
    if isinstance(key, int | float):
        return 2, key
    return 3, key if not isinstance(key, str) else key.encode("utf-8", "surrogateescape")


def sorted_keys(mapping: Mapping[Any, Any]) -> list[Any]:
    """The keys in that order."""
    if all(key.__class__ is str and key.isascii() for key in mapping):  # the usual case: characters sort as bytes do
        return sorted(mapping)
    return sorted(mapping, key=key_order)


def address(value: Any) -> int:
    """Where a map, a slice or a pointer points to; 0 for a nil one."""
    return 0 if isinstance(value, TypedNil) else id(value)


def duration_text(nanoseconds: int) -> str:
    """`1h0m0s`, `1.5s`, `100ms`, `0s`."""
    if nanoseconds == 0:
        return "0s"
    sign = "-" if nanoseconds < 0 else ""
    rest = abs(nanoseconds)
    for size, unit in ((1_000, "ns"), (1_000_000, "µs"), (1_000_000_000, "ms")):
        if rest < size:
            return sign + _decimal(rest, size // 1_000) + unit
    hours, rest = divmod(rest, 3_600_000_000_000)
    minutes, rest = divmod(rest, 60_000_000_000)
    text = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return sign + text + _decimal(rest, 1_000_000_000) + "s"


def _decimal(number: int, unit: int) -> str:
    whole, fraction = divmod(number, unit)
    digits = str(fraction).rjust(len(str(unit)) - 1, "0").rstrip("0") if unit > 1 else ""
    return f"{whole}.{digits}" if digits else str(whole)


def own_text(value: Any) -> str | None:
    """The text of the value's String or Error method, None without one."""
    if isinstance(value, Duration):
        return duration_text(int(value))
    method = getattr(value, "go_string", None)
    return None if method is None else method()


def is_bytes(value: Any) -> bool:
    """Whether it is a []byte, a nil one too."""
    return isinstance(value, bytes) or (isinstance(value, TypedNil) and value.go_type == "[]uint8")


class Spec:
    """A directive's flags, width and precision."""

    __slots__ = ("minus", "plus", "plus_v", "precision", "sharp", "sharp_v", "space", "width", "zero")

    def __init__(self, flags: str = "", width: int | None = None, precision: int | None = None, verb: str = "") -> None:
        self.minus = "-" in flags
        self.zero = "0" in flags
        self.space = " " in flags
        self.sharp = "#" in flags
        self.plus = "+" in flags
        self.sharp_v = self.plus_v = False
        self.width = width
        self.precision = precision
        if verb in ("v", "w"):
            self.sharp_v, self.sharp = self.sharp, False
            self.plus_v, self.plus = self.plus, False

    def pad(self, text: str, *, zeros: bool | None = None) -> str:
        """The text at its width; filled with zeros from the left if the flag says so, unless `zeros` is False."""
        if not self.width or len(text) >= self.width:
            return text
        fill = self.width - len(text)
        if self.minus:
            return text + " " * fill
        return ("0" if self.zero and zeros is not False else " ") * fill + text


class Printer:
    """Prints one argument; its parts are gathered as text."""

    __slots__ = ("erroring", "spec")

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.erroring = False

    def argument(self, value: Any, verb: str) -> str:
        """An argument of Printf."""
        if value is None:
            return self.spec.pad("<nil>") if verb in ("T", "v") else f"%!{verb}(<nil>)"
        if verb == "T":
            return self.string(go_type(value), "s")
        if verb == "p":
            return self.pointer(value, verb)
        if isinstance(value, bytes):
            return self.bytes(value, verb, "[]byte")
        return self.value(value, verb, 0)

    def value(self, value: Any, verb: str, depth: int, *, hidden: bool = False) -> str:
        """A value at some depth of a container; `hidden` below a field that is not exported, whose methods nobody may call."""
        if not hidden:
            by_method = self.by_method(value, verb)
            if by_method is not None:
                return by_method
        kind = go_kind(value)
        if kind == "bool":
            return self.spec.pad("true" if value else "false") if verb in ("t", "v") else self.bad(value, verb)
        if kind in SIGNED:
            return self.integer(int(value), value, verb, signed=True)
        if kind in UNSIGNED:
            return self.integer(int(value), value, verb, signed=False)
        if kind == "string":
            return self.string(str(value), verb) if verb in STRING_VERBS else self.bad(value, verb)
        if kind in FLOATS:
            return self.float(float(value), value, verb, FLOATS[kind])
        return self.composite(value, verb, depth, hidden=hidden)

    def composite(self, value: Any, verb: str, depth: int, *, hidden: bool) -> str:
        """Complex numbers, maps, structs, slices and pointers."""
        kind = go_kind(value)
        if kind == "complex128":
            return self.complex(value, verb)
        if kind == "map":
            return self.map(value, verb, depth, hidden=hidden)
        if kind == "slice":
            return self.slice(value, verb, depth, hidden=hidden)
        if kind == "struct":
            return self.struct(value, verb, depth, hidden=hidden)
        if kind == "ptr" and depth == 0 and isinstance(value, Struct):
            return "&" + self.struct(value, verb, depth + 1, hidden=hidden)
        return self.pointer(value, verb)

    def by_method(self, value: Any, verb: str) -> str | None:
        """The value by its String method, where the verb takes text."""
        if self.erroring:
            return None
        if verb == "w" and not isinstance(value, str | bool | int | float | complex):
            return self.bad(value, verb)
        if verb not in STRING_VERBS or self.spec.sharp_v:
            return None
        text = own_text(value)
        return None if text is None else self.string(text, verb)

    def bad(self, value: Any, verb: str) -> str:
        """The complaint about a verb that does not suit the value."""
        before, self.erroring = self.erroring, True
        shown = self.value(value, "v", 0) if value is not None else ""
        self.erroring = before
        return f"%!{verb}({go_type(value)}={shown})" if value is not None else f"%!{verb}(<nil>)"

    def string(self, text: str, verb: str) -> str:
        """A text by v, s, q, x or X."""
        spec = self.spec
        if verb in ("x", "X"):
            return self.hex(text.encode("utf-8", "surrogateescape"), verb)
        if spec.precision is not None:
            text = text[: spec.precision]
        if verb == "q" or (verb == "v" and spec.sharp_v):
            if spec.sharp and not NO_BACKQUOTE.search(text):
                return spec.pad(f"`{text}`")
            return spec.pad(quote(text, ascii_only=spec.plus))
        return spec.pad(text)

    def hex(self, data: bytes, verb: str) -> str:
        """Bytes as two hexadecimal digits each."""
        spec = self.spec
        if spec.precision is not None:
            data = data[: spec.precision]
        prefix = "0x" if spec.sharp and data else ""
        shown = " ".join(f"{prefix}{byte:02x}" for byte in data) if spec.space else prefix + data.hex()
        return spec.pad(shown.upper() if verb == "X" else shown)

    def bytes(self, data: bytes, verb: str, name: str) -> str:
        """A []byte."""
        if verb in ("v", "d"):
            if self.spec.sharp_v:
                return name + "{" + ", ".join(self.hexadecimal(byte) for byte in data) + "}"
            return "[" + " ".join(self.digits(byte, 10, "d") for byte in data) + "]"
        if verb in ("x", "X"):
            return self.hex(data, verb)
        if verb in ("s", "q"):
            return self.string(data.decode("utf-8", "surrogateescape"), verb)
        return self.elements(map(int, data), lambda byte: self.byte(byte, verb))

    def byte(self, byte: int, verb: str) -> str:
        """An element of a []byte."""
        shown = self.integer(byte, None, verb, signed=False)
        return (
            shown.replace("(<nil>)", f"(uint8={self.digits(byte, 10, 'd')})") if shown == f"%!{verb}(<nil>)" else shown
        )

    def elements(self, values: Iterable[Any], show: Callable[[Any], str]) -> str:
        return "[" + " ".join(map(show, values)) + "]"

    def item(self, value: Any, verb: str, depth: int, *, hidden: bool) -> str:
        """An element or entry, whose type is an interface: nil shows for itself whatever the verb."""
        if value is None:
            return "interface {}(nil)" if self.spec.sharp_v else "<nil>"
        return self.value(value, verb, depth + 1, hidden=hidden)

    def map(self, value: Any, verb: str, depth: int, *, hidden: bool) -> str:
        """A map, sorted by its keys."""
        sharp = self.spec.sharp_v
        if isinstance(value, TypedNil):
            return f"{go_type(value)}(nil)" if sharp else "map[]"
        pairs = (
            f"{self.item(key, verb, depth, hidden=hidden)}:{self.item(value[key], verb, depth, hidden=hidden)}"
            for key in sorted_keys(value)
        )
        return f"{go_type(value)}{{{', '.join(pairs)}}}" if sharp else f"map[{' '.join(pairs)}]"

    def slice(self, value: Any, verb: str, depth: int, *, hidden: bool) -> str:
        """A slice."""
        sharp = self.spec.sharp_v
        if is_bytes(value):
            if sharp and isinstance(value, TypedNil):
                return "[]uint8(nil)"
            return self.bytes(value if isinstance(value, bytes) else b"", verb, "[]uint8")
        if isinstance(value, TypedNil):
            return f"{go_type(value)}(nil)" if sharp else "[]"
        shown = (self.item(item, verb, depth, hidden=hidden) for item in value)
        return f"{go_type(value)}{{{', '.join(shown)}}}" if sharp else f"[{' '.join(shown)}]"

    def struct(self, value: Any, verb: str, depth: int, *, hidden: bool) -> str:
        """A struct's fields, with their names for `%+v` and `%#v`."""
        named = self.spec.plus_v or self.spec.sharp_v
        shown = [
            (f"{name}:" if named else "") + self.item(field, verb, depth, hidden=hidden or bool(HIDDEN(name)))
            for name, field in value.go_items()
        ]
        if self.spec.sharp_v:
            return f"{go_type(value).removeprefix('*')}{{{', '.join(shown)}}}"
        return f"{{{' '.join(shown)}}}"

    def pointer(self, value: Any, verb: str) -> str:
        """An address, `<nil>` for none."""
        spec = self.spec
        if go_kind(value) not in POINTERS:
            return self.bad(value, verb)
        where = address(value)
        if verb == "v" and spec.sharp_v:
            return f"({go_type(value)})({self.hexadecimal(where) if where else 'nil'})"
        if verb == "v" and not where:
            return spec.pad("<nil>")
        if verb in ("v", "p"):
            return self.hexadecimal(where, lead=not spec.sharp)
        return self.integer(where, None, verb, signed=False) if verb in "bodxX" else self.bad(value, verb)

    def hexadecimal(self, number: int, *, lead: bool = True) -> str:
        """A number by `%#x`, or without its prefix."""
        before, self.spec.sharp = self.spec.sharp, lead
        shown = self.digits(number, 16, "v")
        self.spec.sharp = before
        return shown

    def integer(self, number: int, value: Any, verb: str, *, signed: bool) -> str:
        """A number by v, d, b, o, O, x, X, c, q or U."""
        if verb == "v" and self.spec.sharp_v and not signed:
            return self.hexadecimal(number)
        base = BASES.get(verb)
        if base is not None:
            return self.digits(number, base, verb)
        if verb not in ("c", "q", "U"):
            return self.bad(value, verb)
        if verb == "U":
            return self.code_point(number % (1 << 64))
        char = chr(number) if 0 <= number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
        if verb == "c":
            return self.spec.pad(char)
        inner = quote(char, ascii_only=self.spec.plus)[1:-1]
        return self.spec.pad("'" + {'\\"': '"', "'": "\\'"}.get(inner, inner) + "'")

    def code_point(self, number: int) -> str:
        """`U+002D`, with the sharp flag `U+002D '-'`."""
        shown = "U+" + f"{number:X}".rjust(max(self.spec.precision or 0, 4), "0")
        if self.spec.sharp and number < 0x110000 and is_printable(chr(number)):
            shown += f" '{chr(number)}'"
        return self.spec.pad(shown, zeros=False)

    def digits(self, number: int, base: int, verb: str) -> str:
        """The number in a base with sign and prefix."""
        spec = self.spec
        width, precision = spec.width, spec.precision
        if precision == 0 and number == 0:
            return " " * (width or 0)
        shown = WRITTEN[base](abs(number))
        if verb == "X":
            shown = shown.upper()
        sign = "-" if number < 0 else "+" if spec.plus else " " if spec.space else ""
        if precision is not None:
            shown = shown.rjust(precision, "0")
        elif spec.zero and not spec.minus and width:
            shown = shown.rjust(width - len(sign), "0")
        if spec.sharp and not (base == 8 and shown[0] == "0"):
            shown = ("0X" if verb == "X" else PREFIXES[base]) + shown
        if verb == "O":
            shown = "0o" + shown
        return spec.pad(sign + shown, zeros=False)

    def float(self, number: float, value: Any, verb: str, bits: int) -> str:
        """A float by v, b, g, G, x, X, f, F, e or E."""
        default = PRECISIONS.get(verb)
        if default is None:
            return self.bad(value, verb)
        spec = self.spec
        verb = {"v": "g", "F": "f"}.get(verb, verb)
        precision = default if spec.precision is None else spec.precision
        text = format_float(number, verb, precision, bits)
        if text[0] not in "+-":
            text = "+" + text
        if spec.space and text[0] == "+" and not spec.plus:
            text = " " + text[1:]
        if not math.isfinite(number):
            if math.isnan(number) and not spec.space and not spec.plus:
                text = text[1:]
            elif text[0] == "+" and not spec.plus and not math.isnan(number):
                return spec.pad(text, zeros=False)
            return spec.pad(text, zeros=False)
        if spec.sharp and verb != "b":
            text = text[0] + with_point(text[1:], verb, precision)
        if not spec.plus and text[0] == "+":
            return spec.pad(text[1:])
        if spec.zero and not spec.minus and spec.width and spec.width > len(text):
            return text[0] + text[1:].rjust(spec.width - 1, "0")
        return spec.pad(text)

    def complex(self, value: complex, verb: str) -> str:
        """`(1+2i)`; the width is each part's."""
        if verb not in PRECISIONS:
            return self.bad(value, verb)
        real = self.float(value.real, value, verb, 64)
        before, self.spec.plus = self.spec.plus, True
        imaginary = self.float(value.imag, value, verb, 64)
        self.spec.plus = before
        return f"({real}{imaginary}i)"


BASES: Mapping[str, int] = {"v": 10, "d": 10, "b": 2, "o": 8, "O": 8, "x": 16, "X": 16}
WRITTEN: Mapping[int, Callable[[int], str]] = {10: str, 2: "{:b}".format, 8: "{:o}".format, 16: "{:x}".format}
PREFIXES: Mapping[int, str] = {10: "", 2: "0b", 8: "0", 16: "0x"}
PRECISIONS: Mapping[str, int] = {"v": -1, "b": -1, "g": -1, "G": -1, "x": -1, "X": -1, "f": 6, "F": 6, "e": 6, "E": 6}


def with_point(text: str, verb: str, precision: int) -> str:
    """The sharp flag: a decimal point always, and %g keeps its trailing zeros."""
    digits = (6 if precision == -1 else precision) if verb in "gGx" else 0
    tail_at = min(
        (at for at in (text.lower().find("p"), text.lower().find("e") if verb not in "xX" else -1) if at >= 0),
        default=len(text),
    )
    head, tail = text[:tail_at], text[tail_at:]
    digits -= len(head.replace(".", "").lstrip("0"))
    if "." not in head:
        if head == "0":
            digits -= 1
        head += "."
    return head + "0" * max(digits, 0) + tail
