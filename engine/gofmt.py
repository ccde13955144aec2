"""Values as Go's fmt package prints them: %v and its relatives, Print, Printf."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .gofloat import format_any, format_float
from .goquote import quote
from .govalues import Duration, Struct, TypedNil

TYPES: Mapping[type, str] = {
    type(None): "<nil>",
    bool: "bool",
    str: "string",
    int: "int",
    float: "float64",
    complex: "complex128",
    bytes: "[]uint8",
    dict: "map[string]interface {}",
    list: "[]interface {}",
}
UNITS = ((3_600_000_000_000, "h"), (60_000_000_000, "m"))


def type_name(value: Any) -> str:
    """The value's Go type, as `%T` prints it."""
    return TYPES.get(value.__class__) or str(value.go_type)


def duration_text(nanoseconds: int) -> str:
    """`1h0m0s`, `1.5s`, `100ms`, `0s`."""
    if nanoseconds == 0:
        return "0s"
    sign = "-" if nanoseconds < 0 else ""
    rest = abs(nanoseconds)
    for size, unit in ((1_000_000_000, ""), (1_000_000, "ms"), (1_000, "µs"), (1, "ns")):
        if rest >= size and unit:
            return sign + _decimal(rest, size) + unit
        if not unit and rest >= size:
            break
    text = ""
    hours, rest = divmod(rest, 3_600_000_000_000)
    minutes, rest = divmod(rest, 60_000_000_000)
    if hours:
        text = f"{hours}h{minutes}m"
    elif minutes:
        text = f"{minutes}m"
    return sign + text + _decimal(rest, 1_000_000_000) + "s"


def _decimal(number: int, unit: int) -> str:
    whole, fraction = divmod(number, unit)
    digits = str(fraction).rjust(len(str(unit)) - 1, "0").rstrip("0") if unit > 1 else ""
    return f"{whole}.{digits}" if digits else str(whole)


def text_of(value: Any) -> str:
    """The value as `%v` prints it."""
    kind = value.__class__
    if kind is str:
        return str(value)
    simple = SIMPLE.get(kind)
    return simple(value) if simple is not None else _other(value, plus=False)


def _list(value: Sequence[Any]) -> str:
    return "[" + " ".join(text_of(item) for item in value) + "]"


def key_order(key: Any) -> tuple[int, Any]:
    """Map keys in the order in which Go prints and ranges over them."""
    if isinstance(key, bool):
        return 1, key
    if isinstance(key, int | float):
        return 2, key
    return 3, key


def _map(value: Mapping[Any, Any]) -> str:
    return "map[" + " ".join(f"{text_of(key)}:{text_of(value[key])}" for key in sorted(value, key=key_order)) + "]"


def _complex(value: complex) -> str:
    real, imaginary = format_any(value.real), format_any(value.imag)
    return f"({real}{'' if imaginary[0] in '+-' else '+'}{imaginary}i)"


SIMPLE: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda value: "<nil>",  # noqa: ARG005
    bool: lambda value: "true" if value else "false",
    int: str,
    float: format_any,
    list: _list,
    dict: _map,
    complex: _complex,
    bytes: lambda value: "[" + " ".join(map(str, value)) + "]",
}


def _other(value: Any, *, plus: bool) -> str:
    if isinstance(value, Duration):
        return duration_text(int(value))
    if isinstance(value, bool | int):
        return str(int(value))
    if isinstance(value, float):
        return format_any(float(value), 32 if type_name(value) == "float32" else 64)
    if isinstance(value, Mapping):
        return _map(value)
    if isinstance(value, list | tuple):
        return _list(value)
    if isinstance(value, TypedNil):
        return {"map": "map[]", "slice": "[]"}.get(value.go_kind, "<nil>")
    if isinstance(value, str):
        return str(value)
    return struct_text(value, plus=plus)


def struct_text(value: Any, *, plus: bool = False) -> str:
    """A struct by its own String method, else by its fields."""
    own = getattr(value, "go_string", None)
    if own is not None:
        return str(own())
    if isinstance(value, Struct):
        parts = ((name, text_of(get(value))) for name, get in value.go_fields.items())
        return "{" + " ".join(f"{name}:{text}" if plus else text for name, text in parts) + "}"
    return str(value)


def sprint(values: Sequence[Any]) -> str:
    """Go's Sprint: blanks only between operands of which neither is a string."""
    out: list[str] = []
    before_text = True
    for at, value in enumerate(values):
        is_text = isinstance(value, str)
        if at and not is_text and not before_text:
            out.append(" ")
        out.append(text_of(value))
        before_text = is_text
    return "".join(out)


def sprintln(values: Sequence[Any]) -> str:
    """Go's Sprintln: blanks between all operands, and a line end."""
    return " ".join(map(text_of, values)) + "\n"


DIRECTIVE = re.compile(r"%([+\-# 0]*)(\[[^\]]*\])?(\*|\d+)?(?:(\.)(\[[^\]]*\])?(\*|\d*))?(\[[^\]]*\])?(.)?", re.DOTALL)


class _Printer:
    """One Printf: the arguments, and which come next."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values
        self.next = 0
        self.reordered = False
        self.good = True

    def index(self, text: str | None) -> None:
        if text is None:
            return
        self.reordered = True
        number = text[1:-1]
        if number.isdigit() and 1 <= int(number) <= len(self.values):
            self.next = int(number) - 1
        else:
            self.good = False

    def star(self) -> int | None:
        """A width or precision from the arguments."""
        if self.next >= len(self.values):
            return None
        value = self.values[self.next]
        self.next += 1
        return (
            int(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 1_000_000 else None
        )

    def directive(self, match: re.Match[str]) -> str:
        flags, first, width_text, dot, second, precision_text, third, verb = match.groups()
        out = ""
        self.good = True
        self.index(first)
        width: int | None = None
        if width_text == "*":
            width = self.star()
            if width is None:
                out += "%!(BADWIDTH)"
            elif width < 0:
                flags += "-"
                width = -width
        elif width_text:
            width = int(width_text)
        self.index(second)
        precision: int | None = None
        if dot:
            if precision_text == "*":
                precision = self.star()
                if precision is None or precision < 0:
                    precision = None
                    out += "%!(BADPREC)"
            else:
                precision = int(precision_text or 0)
        self.index(third)
        if verb is None:
            return out + "%!(NOVERB)"
        if verb == "%":
            return out + "%"
        if not self.good:
            return out + f"%!{verb}(BADINDEX)"
        if self.next >= len(self.values):
            return out + f"%!{verb}(MISSING)"
        value = self.values[self.next]
        self.next += 1
        return out + format_verb(value, verb, Spec(flags, width, precision))

    def extra(self) -> str:
        if self.reordered or self.next >= len(self.values):
            return ""
        rest = ", ".join(
            "<nil>" if value is None else f"{type_name(value)}={text_of(value)}" for value in self.values[self.next :]
        )
        return f"%!(EXTRA {rest})"


class Spec:
    """The flags, width and precision of a directive."""

    __slots__ = ("flags", "precision", "width")

    def __init__(self, flags: str = "", width: int | None = None, precision: int | None = None) -> None:
        self.flags = flags
        self.width = width
        self.precision = precision

    def pad(self, text: str, *, zeros: bool = False) -> str:
        if self.width is None or len(text) >= self.width:
            return text
        fill = self.width - len(text)
        if "-" in self.flags:
            return text + " " * fill
        if zeros and "0" in self.flags:
            sign = text[:1] if text[:1] in "+- " else ""
            return sign + "0" * fill + text[len(sign) :]
        return " " * fill + text


def sprintf(form: str, values: Sequence[Any]) -> str:
    """Go's Sprintf."""
    if "%" not in form:
        return form if not values else form + _Printer(values).extra()
    printer = _Printer(values)
    return DIRECTIVE.sub(printer.directive, form) + printer.extra()


def _bad(value: Any, verb: str) -> str:
    if value is None:
        return f"%!{verb}(<nil>)"
    return f"%!{verb}({type_name(value)}={text_of(value)})"


def format_verb(value: Any, verb: str, spec: Spec) -> str:
    """One value by one verb."""
    if verb == "T":
        return spec.pad(type_name(value))
    if value is None:
        return spec.pad("<nil>") if verb == "v" else _bad(value, verb)
    if verb == "v" and "#" in spec.flags:
        return spec.pad(_go_syntax(value))
    if verb == "v" and isinstance(value, Struct):
        return spec.pad(struct_text(value, plus="+" in spec.flags))
    if isinstance(value, bool):
        return spec.pad("true" if value else "false") if verb in "tv" else _bad(value, verb)
    if isinstance(value, Duration) and verb in "vsq":
        return _text(duration_text(int(value)), "s" if verb == "v" else verb, spec)
    if isinstance(value, int):
        return _integer(int(value), value, verb, spec)
    if isinstance(value, float):
        return _float(float(value), value, verb, spec)
    if isinstance(value, str):
        return _text(str(value), verb, spec) if verb in "vsqxX" else _bad(value, verb)
    if isinstance(value, bytes) and verb in "sqxX":
        return _text(value.decode("utf-8", "surrogateescape"), verb, spec)
    if isinstance(value, complex):
        real, imaginary = (
            _float(value.real, value, verb, spec),
            _float(value.imag, value, verb, Spec(spec.flags + "+", None, spec.precision)),
        )
        return spec.pad(f"({real}{imaginary}i)") if verb in "vgGfFeE" else _bad(value, verb)
    return _container(value, verb, spec)


def _container(value: Any, verb: str, spec: Spec) -> str:
    if isinstance(value, Mapping):
        pairs = (
            f"{format_verb(key, verb, spec)}:{format_verb(value[key], verb, spec)}"
            for key in sorted(value, key=key_order)
        )
        return "map[" + " ".join(pairs) + "]"
    if isinstance(value, list | tuple | bytes):
        return "[" + " ".join(format_verb(item, verb, spec) for item in value) + "]"
    if isinstance(value, TypedNil) and value.go_kind not in ("map", "slice"):
        return "<nil>" if verb == "v" else f"%!{verb}({value.go_type}=<nil>)"
    text = text_of(value)
    if hasattr(value, "go_string") and verb in "vsqxX":
        return _text(text, "s" if verb == "v" else verb, spec)
    if isinstance(value, Struct) and verb != "v":
        return "{" + " ".join(format_verb(get(value), verb, spec) for get in value.go_fields.values()) + "}"
    return spec.pad(text)


def _text(text: str, verb: str, spec: Spec) -> str:
    if spec.precision is not None and verb in "vsq":
        text = text[: spec.precision]
    if verb == "q":
        if "#" in spec.flags and "`" not in text and text.isprintable():
            return spec.pad(f"`{text}`")
        return spec.pad(quote(text, ascii_only="+" in spec.flags))
    if verb in "xX":
        data = text.encode("utf-8", "surrogateescape")
        if spec.precision is not None:
            data = data[: spec.precision]
        prefix = "0x" if "#" in spec.flags and data else ""
        if " " in spec.flags:
            shown = " ".join(prefix + f"{byte:02x}" for byte in data)
        else:
            shown = prefix + data.hex()
        return spec.pad(shown.upper() if verb == "X" else shown)
    return spec.pad(text, zeros=True)


BASES = {"b": (2, "0b"), "o": (8, "0"), "O": (8, "0o"), "d": (10, ""), "x": (16, "0x"), "X": (16, "0X"), "v": (10, "")}


def _integer(number: int, value: Any, verb: str, spec: Spec) -> str:
    if verb == "c":
        return spec.pad(chr(number) if 0 <= number < 0x110000 else "\ufffd")
    if verb == "q":
        char = chr(number) if 0 <= number < 0x110000 else "\ufffd"
        inner = quote(char, ascii_only="+" in spec.flags)[1:-1]
        return spec.pad("'" + {'\\"': '"', "'": "\\'"}.get(inner, inner) + "'")
    if verb == "U":
        shown = f"U+{number:04X}"
        return spec.pad(f"{shown} '{chr(number)}'" if "#" in spec.flags else shown)
    if verb not in BASES:
        return _bad(value, verb)
    base, prefix = BASES[verb]
    digits = {2: f"{abs(number):b}", 8: f"{abs(number):o}", 10: str(abs(number)), 16: f"{abs(number):x}"}[base]
    digits = digits.upper() if verb == "X" else digits
    if spec.precision is not None:
        digits = "" if spec.precision == 0 and number == 0 else digits.rjust(spec.precision, "0")
    sign = "-" if number < 0 else "+" if "+" in spec.flags else " " if " " in spec.flags else ""
    if spec.precision is None and spec.width is not None and "0" in spec.flags and "-" not in spec.flags:
        digits = digits.rjust(spec.width - len(sign), "0")
    lead = (
        prefix
        if ("#" in spec.flags and not (base == 8 and verb == "o" and digits.startswith("0"))) or verb == "O"
        else ""
    )
    return spec.pad(sign + lead + digits)


def _float(number: float, value: Any, verb: str, spec: Spec) -> str:
    if verb not in "vbgGeEfFxX":
        return _bad(value, verb)
    bits = 32 if type_name(value) == "float32" else 64
    if verb == "v":
        text = format_any(number, bits) if spec.precision is None else format_float(number, "g", spec.precision, bits)
    elif verb in "gG" and spec.precision is None:
        text = format_any(number, bits)
        text = text.upper() if verb == "G" else text
    elif verb in "bxX":
        text = number.hex() if verb in "xX" else format_float(number, "g")
    else:
        kind = {"F": "f"}.get(verb, verb)
        text = format_float(
            number,
            kind,
            6 if spec.precision is None and verb in "eEfF" else -1 if spec.precision is None else spec.precision,
            bits,
        )
    if text[0] not in "+-":
        text = ("+" if "+" in spec.flags else " " if " " in spec.flags else "") + text
    elif text[0] == "+" and "+" not in spec.flags:
        text = text if text == "+Inf" else text[1:]
    return spec.pad(text, zeros=text.lstrip("+- ")[:1].isdigit())


def _go_syntax(value: Any) -> str:
    """`%#v`."""
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, bool | int | float) and not isinstance(value, Duration):
        return text_of(value)
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_go_syntax(key)}:{_go_syntax(value[key])}" for key in sorted(value, key=key_order))
        return f"{type_name(value)}{{{pairs}}}"
    if isinstance(value, list | tuple):
        return f"{type_name(value)}{{{', '.join(map(_go_syntax, value))}}}"
    if isinstance(value, bytes):
        return "[]byte{" + ", ".join(f"0x{byte:x}" for byte in value) + "}"
    if isinstance(value, TypedNil):
        return f"{value.go_type}(nil)"
    return text_of(value) if not isinstance(value, int) else str(int(value))
