"""Write YAML byte for byte as Helm's toYaml does (sigs.k8s.io/yaml: through JSON, then goyaml v2's emitter)."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping, Sequence
from functools import cmp_to_key, lru_cache, partial
from typing import Any

from .errors import YamlError
from .gofloat import format_float
from .govalues import TypedNil, go_type

WIDTH = 80
SAFE = re.compile(r"[A-Za-z_/][A-Za-z0-9_./ -]*[A-Za-z0-9_/.]|[A-Za-z_/]").fullmatch
PLAIN_ORDER = re.compile(r"[A-Za-z./-]*").fullmatch
WORDS = frozenset(
    word
    for base in ("y", "n", "yes", "no", "true", "false", "on", "off", "null")
    for word in (base, base.capitalize(), base.upper())
) | {"", "~", ".nan", ".NaN", ".NAN", *(f"{sign}.{word}" for sign in ("", "+", "-") for word in ("inf", "Inf", "INF"))}
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?").fullmatch
INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)").fullmatch
BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?").fullmatch
TIMESTAMP = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d*)?(?:Z|[+-]\d\d:\d\d)|[ ]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d*)?)?"
).fullmatch
FIRST_INDICATORS = frozenset("#,[]{}&*!|>'\"%@`")
BREAKS = "\r\n\x85\u2028\u2029"
ESCAPES = {
    0x00: "0", 0x07: "a", 0x08: "b", 0x09: "t", 0x0A: "n", 0x0B: "v", 0x0C: "f", 0x0D: "r", 0x1B: "e", 0x22: '"', 0x5C: "\\",
    0x85: "N", 0xA0: "_", 0x2028: "L", 0x2029: "P",
}  # fmt: skip
UNPRINTABLE = re.compile("[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
DOUBLE_ESCAPED = re.compile(r"[^\x20\x21\x23-\x5b\x5d-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
SURROGATE = re.compile("[\ud800-\udfff]")
UNREADABLE = re.compile("[\x7f-\x84\x86-\x9f\ufffe\uffff]")
LINE_START = re.compile(r"(?:\A|(?<=[\r\n\x85\u2028\u2029]))(?=[^\r\n\x85\u2028\u2029])")
NEXT_LINES = re.compile("(?: *\x85)+ *")
BOM = "\ufeff"


def _folded_next_lines(text: str) -> str:
    """Helm goes through JSON, which it reads as YAML: U+0085 stands there as it is, and is a line break that folds."""
    return NEXT_LINES.sub(lambda match: "\n" * (match[0].count("\x85") - 1) or " ", text)


def _resolves(text: str) -> bool:
    """Whether the plain text would be read as something else than a string."""
    if text in WORDS:
        return True
    first = text[0]
    if first not in "0123456789+-.":
        return False
    if first == ".":
        return FLOAT(text) is not None and not math.isinf(float(text))
    plain = text.replace("_", "")
    if INTEGER(plain):
        return True
    if FLOAT(plain):
        return not math.isinf(float(plain))
    return BASE_60(text) is not None or (TIMESTAMP(text) is not None and _is_date(text))


def _is_date(text: str) -> bool:
    year, month, day = (int(part) for part in re.split(r"[-Tt ]", text, maxsplit=3)[:3])
    days = [
        31,
        29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28,
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ]
    return 1 <= month <= 12 and 1 <= day <= days[month - 1]


@lru_cache(maxsize=8192)
def _style(text: str) -> str:
    """plain, single, double or literal, for a value outside a key (libyaml's analysis of a scalar)."""
    if SAFE(text) and text not in WORDS:
        return "plain"
    if not text:
        return "double"
    first, last = text[0], text[-1]
    special = UNPRINTABLE.search(text) is not None or re.search(" [\r\n\x85\u2028\u2029]", text) is not None
    if any(char in BREAKS for char in text):
        wants_literal = "\n" in text
        if wants_literal and not special and last != " ":
            return "literal"
        return "double" if wants_literal or special else _broken(text)
    if _resolves(text):
        return "double"
    if special:
        return "double"
    if first == " " or last == " ":
        return "single"
    return "single" if _has_indicators(text) else "plain"


def _broken(text: str) -> str:
    """A text whose only breaks are not line feeds."""
    return "double" if re.search("[\r\x85\u2028\u2029] ", text) else "single"


def _has_indicators(text: str) -> bool:
    first = text[0]
    if first in FIRST_INDICATORS or text.startswith(("---", "...")):
        return True
    if first in "?:-" and (len(text) == 1 or text[1] in " \t"):
        return True
    return bool(re.search(r":(?:[ \t]|\Z)", text[1:])) or bool(re.search(r"[ \t]#", text))


def _folded(text: str, column: int, indent: int, quote: str) -> str:
    """Plain or single-quoted text, broken at single blanks past the width."""
    last = len(text) - 1
    if column + len(text) <= WIDTH or " " not in text:
        return text
    out: list[str] = []
    spaces = False
    for at, char in enumerate(text):
        if char == " ":
            after = text[at + 1] if at < last else ""
            inside = not quote or 0 < at < last
            if not spaces and column > WIDTH and after != " " and inside:
                out.append("\n" + " " * indent)
                column = indent
            else:
                out.append(char)
                column += 1
            spaces = True
        else:
            out.append(char)
            column += 1
            spaces = False
    return "".join(out)


def _single(text: str, column: int, indent: int) -> str:
    doubled = text.replace("'", "''")
    if not any(char in BREAKS for char in text):
        return f"'{_folded(doubled, column + 1, indent, quote=chr(39))}'"
    out = ["'"]
    breaks = False
    for char in doubled:
        if char in BREAKS:
            out.append("\n" if not breaks and char == "\n" else "")
            out.append(char)
            breaks = True
        else:
            out.append(" " * indent if breaks else "")
            out.append(char)
            breaks = False
    return "".join(out) + "'"


def _double(text: str, column: int, indent: int, *, fold: bool) -> str:
    out = ['"']
    column += 1
    spaces = False
    bom = text.startswith(BOM)  # goyaml looks for the mark at the start only, so that every character counts as one
    last = len(text) - 1
    for at, char in enumerate(text):
        if char == " " and not bom:
            if fold and not spaces and column > WIDTH and 0 < at < last:
                out.append("\n" + " " * indent)
                column = indent
                if text[at + 1] == " ":
                    out.append("\\")
                    column += 1
            else:
                out.append(" ")
                column += 1
            spaces = True
            continue
        spaces = False
        if bom or DOUBLE_ESCAPED.match(char):
            code = ord(char)
            escaped = "\\" + (
                ESCAPES.get(code)
                or (f"x{code:02X}" if code <= 0xFF else f"u{code:04X}" if code <= 0xFFFF else f"U{code:08X}")
            )
            out.append(escaped)
            column += len(escaped)
        else:
            out.append(char)
            column += 1
    out.append('"')
    return "".join(out)


def _literal(text: str, indent: int) -> str:
    hint = "2" if text[0] in " " + BREAKS else ""
    if text[-1] not in BREAKS:
        chomp = "-"
    elif len(text) == 1 or text[-2] in BREAKS:
        chomp = "+"
    else:
        chomp = ""
    margin = " " * indent
    body = LINE_START.sub(margin, text)
    return f"|{hint}{chomp}\n{body}" + ("" if text[-1] in BREAKS else "\n")


def _scalar(text: str, column: int, indent: int) -> str:
    """A string as a value; a literal block ends with its own line end."""
    style = _style(text)
    if style == "plain":
        return text if column + len(text) <= WIDTH else _folded(text, column, indent, quote="")
    if style == "single":
        return _single(text, column, indent)
    if style == "double":
        return _double(text, column, indent, fold=True)
    return _literal(text, indent)


@lru_cache(maxsize=8192)
def _key(text: str) -> str:
    style = _style(text)
    if style == "plain" and text:
        return text
    if style == "single":
        return "'" + text.replace("'", "''") + "'"
    return _double(text, 0, 0, fold=False)


def _number(value: float) -> str:
    """A float as JSON and then YAML have it: integral ones as integers as far as those reach."""
    if not math.isfinite(value):
        raise YamlError(f"json: unsupported value: {'NaN' if math.isnan(value) else '+Inf' if value > 0 else '-Inf'}")
    if value.is_integer() and abs(value) < 2**53:
        return str(int(value))  # goyaml reads JSON's -0 as the integer
    if value.is_integer() and abs(value) < 1e21:
        digits = format_float(value, "f")  # the shortest digits, filled up with zeros: what JSON says
        if -(2**63) <= int(digits) < 2**64:
            return digits
    return format_float(value, "g")


def _compare(a: str, b: str, *, after_digits: bool = False) -> int:
    """goyaml's order of keys: digits by their value, letters after everything else (sorter.go).

    With `after_digits` letters stand before everything else where a digit precedes them, as goyaml v3 has it.
    """
    for at, (x, y) in enumerate(zip(a, b, strict=False)):
        if x == y:
            continue
        x_letter, y_letter = x.isalpha(), y.isalpha()
        if x_letter and y_letter:
            return -1 if x < y else 1
        if x_letter or y_letter:
            first = x_letter if after_digits and at and a[at - 1].isdecimal() else y_letter
            return -1 if first else 1
        start = 0
        if x == "0" or y == "0":
            before = at - 1
            while before >= 0 and a[before].isdecimal():
                if a[before] != "0":
                    start = 1
                    break
                before -= 1
        a_value, a_end = _digits(a, at, start)
        b_value, b_end = _digits(b, at, start)
        if a_value != b_value:
            return -1 if a_value < b_value else 1
        if a_end != b_end:
            return -1 if a_end < b_end else 1
        return -1 if x < y else 1
    return len(a) - len(b)


def _digits(text: str, at: int, value: int) -> tuple[int, int]:
    while at < len(text) and text[at].isdecimal():
        value = (value * 10 + ord(text[at]) - 48 + (1 << 63)) % (1 << 64) - (1 << 63)  # int64 wraps in Go
        at += 1
    return value, at


_NATURAL = cmp_to_key(_compare)
_NATURAL_3 = cmp_to_key(partial(_compare, after_digits=True))


def sorted_keys(keys: Sequence[str]) -> list[str]:
    """Keys in the order in which goyaml writes them."""
    if all(map(PLAIN_ORDER, keys)):
        return sorted(keys)
    return sorted(keys, key=_NATURAL)


SCALARS = frozenset((str, bool, float, dict, list, int, type(None), TypedNil))


class Fields(dict[str, Any]):
    """What stands for a struct: its keys are written in its own order."""

    __slots__ = ()


class _Emitter:
    """toYaml's way: through JSON, lists not indented under their key, folded at the width."""

    step = 0
    """What a list under a key is indented by."""

    def __init__(self) -> None:
        self.out: list[str] = []

    def text(self, value: str, column: int, indent: int) -> str:
        """A string where the cursor is."""
        if SURROGATE.search(value):
            value = SURROGATE.sub("\ufffd", value)  # what Go's JSON makes of bytes that are no UTF-8
        if "\x85" in value:
            value = _folded_next_lines(value)
        if UNREADABLE.search(value):
            raise YamlError("yaml: control characters are not allowed")
        return _scalar(value, column, indent)

    def number(self, value: float) -> str:
        return _number(value)

    def plain(self, value: Any) -> Any:
        """The value, or what stands for an object of a template."""
        return value.go_json() if value.__class__ not in SCALARS and hasattr(value, "go_json") else value

    def order(self, keys: Sequence[str]) -> list[str]:
        return sorted_keys(keys)

    def node(self, value: Any, column: int, indent: int) -> None:
        """A value where the cursor is: at `column`, its block's own indentation being `indent` (-1 at the root)."""
        out = self.out
        kind = value.__class__
        if kind is str:
            text = self.text(value, column, indent + 2 if indent >= 0 else 2)
            out.append(text if text.endswith("\n") and text[0] == "|" else text + "\n")
        elif value is None or kind is TypedNil:
            out.append("null\n")
        elif kind is bool:
            out.append("true\n" if value else "false\n")
        elif kind is float:
            out.append(self.number(value) + "\n")
        elif isinstance(value, Mapping):
            self.mapping(value, indent)
        elif isinstance(value, list | tuple):
            self.sequence(value, indent)
        else:
            self.other(value, column, indent)

    def key(self, key: Any) -> str:
        """A key as text."""
        text = key if key.__class__ is str else key_text(key)
        if "\x85" in text:
            raise YamlError("yaml: mapping values are not allowed in this context")  # a key of JSON ends with its line
        return text

    def other(self, value: Any, column: int, indent: int) -> None:
        if isinstance(value, int):
            self.out.append(f"{int(value)}\n")
        elif isinstance(value, float):
            self.out.append(self.number(float(value)) + "\n")
        elif isinstance(value, bytes):
            self.node(base64.b64encode(value).decode(), column, indent)
        elif isinstance(value, str):
            self.node(str(value), column, indent)
        else:
            self.node(jsonable(value), column, indent)

    def mapping(self, value: Mapping[Any, Any], indent: int) -> None:
        """The entries; the first where the cursor is, the others at `indent`."""
        out = self.out
        if not value:
            out.append("{}\n")
            return
        own = max(indent, 0)
        margin = " " * own
        entries = {self.key(key): item for key, item in value.items()}
        first = True
        for key in entries if value.__class__ is Fields else self.order(list(entries)):
            if not first:
                out.append(margin)
            first = False
            item = entries[key]
            if (len(key) > 40 and len(key.encode("utf-8", "replace")) > 128) or any(char in BREAKS for char in key):
                self.complex_entry(key, item, own)
            else:
                self.entry(key, item, own, margin)

    def entry(self, key: str, item: Any, own: int, margin: str) -> None:
        out = self.out
        item = self.plain(item)
        if not key.isascii() or UNREADABLE.search(key):
            self.text(key, 0, 0)  # raises for what no YAML can hold
            key = SURROGATE.sub("\ufffd", key)
        text = _key(key)
        kind = item.__class__
        if kind is not str and isinstance(item, Mapping) and item:
            out.append(f"{text}:\n{margin}  ")
            self.mapping(item, own + 2)
        elif kind is not str and isinstance(item, list | tuple) and item:
            out.append(f"{text}:\n{margin}{' ' * self.step}")
            self.sequence(item, own + self.step)
        else:
            out.append(text + ": ")
            self.node(item, own + len(text) + 2, own)

    def complex_entry(self, key: str, item: Any, own: int) -> None:
        """A key that is too long or has line breaks stands after a question mark."""
        item = self.plain(item)
        self.out.append("? ")
        self.node(key, own + 2, own)
        self.out.append(" " * own + ": ")
        nested = item.__class__ is not str and isinstance(item, Mapping | list | tuple)
        self.node(item, own + 2, own + 2 if nested else own)

    def sequence(self, value: Sequence[Any], indent: int) -> None:
        out = self.out
        if not value:
            out.append("[]\n")
            return
        own = max(indent, 0)
        margin = " " * own
        for at, item in enumerate(value):
            item = self.plain(item)
            out.append(margin + "- " if at else "- ")
            nested = item.__class__ is not str and isinstance(item, Mapping | list | tuple)
            self.node(item, own + 2, own + 2 if nested else own)


class _Pretty(_Emitter):
    """toYamlPretty's way: Go values as they are (goyaml v3), lists indented, nothing folded."""

    step = 2

    def plain(self, value: Any) -> Any:
        """goyaml looks at structs itself: their fields in order, by lower-case names."""
        return Fields(value.go_yaml()) if value.__class__ not in SCALARS and hasattr(value, "go_yaml") else value

    def other(self, value: Any, column: int, indent: int) -> None:
        fields = self.plain(value)
        if isinstance(fields, Fields):
            self.mapping(fields, indent)
        else:
            super().other(value, column, indent)

    def key(self, key: Any) -> str:
        return key if key.__class__ is str else key_text(key)

    def text(self, value: str, column: int, indent: int) -> str:
        if SURROGATE.search(value):
            encoded = base64.b64encode(value.encode("utf-8", "surrogateescape")).decode()
            return f"!!binary {encoded}"
        if (
            "\t" in value
            and "\n" in value
            and not re.search(" [\r\n]", value)
            and value[-1] != " "
            and not UNPRINTABLE.search(value.replace("\t", ""))
        ):
            return _literal(value, indent)  # a tab keeps goyaml v3 from plain text, not from a block
        return _scalar(value, -1 << 40, indent)

    def order(self, keys: Sequence[str]) -> list[str]:
        return sorted(keys) if all(map(PLAIN_ORDER, keys)) else sorted(keys, key=_NATURAL_3)

    def number(self, value: float) -> str:
        text = format_float(value, "g")
        return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(text, text)


def key_text(key: Any) -> str:
    """A key that is no string, as JSON writes it."""
    if isinstance(key, bool):
        return "true" if key else "false"
    return str(int(key)) if isinstance(key, int) else str(key)


def jsonable(value: Any) -> Any:
    """What Go's JSON makes of an object of a template: its `go_json`. Raises YamlError for what JSON cannot say."""
    convert = getattr(value, "go_json", None)
    if convert is None:
        raise YamlError(f"json: unsupported type: {go_type(value)}")
    return convert()


def dump(value: Any) -> str:
    """YAML as Helm's toYaml writes it, with its last line end (toYaml itself trims one). Raises YamlError."""
    return _write(_Emitter(), value)


def dump_pretty(value: Any) -> str:
    """YAML as Helm's toYamlPretty writes it: lists indented under their key. Raises YamlError."""
    return _write(_Pretty(), value)


def _write(emitter: _Emitter, value: Any) -> str:
    try:
        emitter.node(value, 0, -1)
    except RecursionError as error:
        raise YamlError("yaml: values are nested too deeply") from error
    return "".join(emitter.out)
