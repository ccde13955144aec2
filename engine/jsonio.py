"""Read and write JSON as Go's encoding/json does: sorted keys, HTML escaping, float64 numbers, its error texts."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Mapping
from typing import Any

from .errors import YamlError
from .gofloat import format_float
from .govalues import TypedNil
from .yamlemit import jsonable, key_text

SURROGATE = re.compile("[\ud800-\udfff]")
ESCAPE = re.compile('[\x00-\x1f"\\\\\u2028\u2029\ud800-\udfff]')
ESCAPE_HTML = re.compile('[\x00-\x1f"\\\\<>&\u2028\u2029\ud800-\udfff]')
SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return SHORT.get(char) or ("\\ufffd" if "\ud800" <= char <= "\udfff" else f"\\u{ord(char):04x}")


def number(value: float) -> str:
    """A float64 as JSON text. Raises YamlError for NaN and infinities."""
    if not math.isfinite(value):
        raise YamlError(f"json: unsupported value: {'NaN' if math.isnan(value) else '+Inf' if value > 0 else '-Inf'}")
    size = abs(value)
    if size < 2**53 and value.is_integer():
        return "-0" if value == 0 and math.copysign(1, value) < 0 else str(int(value))
    if 1e-6 <= size < 1e21:
        return format_float(value, "f")
    return re.sub("e-0", "e-", format_float(value, "e"))


class _Writer:
    def __init__(self, *, escape_html: bool, indent: str) -> None:
        self.out: list[str] = []
        self.pattern = ESCAPE_HTML if escape_html else ESCAPE
        self.indent = indent

    def text(self, value: str) -> str:
        return f'"{self.pattern.sub(_escape, value)}"'

    def node(self, value: Any, margin: str) -> None:
        out = self.out
        if isinstance(value, str):
            out.append(self.text(value))
        elif value is None or isinstance(value, TypedNil):
            out.append("null")
        elif isinstance(value, bool):
            out.append("true" if value else "false")
        elif isinstance(value, int):
            out.append(str(int(value)))
        elif isinstance(value, float):
            out.append(number(value))
        elif isinstance(value, Mapping):
            entries = {key if isinstance(key, str) else key_text(key): item for key, item in value.items()}
            self.container("{}", [(self.text(key), entries[key]) for key in sorted(entries)], margin)
        elif isinstance(value, list | tuple):
            self.container("[]", [("", item) for item in value], margin)
        elif isinstance(value, bytes):
            out.append(f'"{base64.b64encode(value).decode()}"')
        else:
            self.ordered(jsonable(value), margin)

    def ordered(self, value: Any, margin: str) -> None:
        """What stands for a Go struct keeps the order of its fields."""
        if isinstance(value, dict):
            self.container("{}", [(self.text(key), item) for key, item in value.items()], margin)
        else:
            self.node(value, margin)

    def container(self, brackets: str, entries: list[tuple[str, Any]], margin: str) -> None:
        out = self.out
        if not entries:
            out.append(brackets)
            return
        inner = margin + self.indent
        lead = "\n" + inner if self.indent else ""
        colon = ": " if self.indent else ":"
        out.append(brackets[0])
        for at, (key, item) in enumerate(entries):
            out.append(("," if at else "") + lead + (key + colon if key else ""))
            self.node(item, inner)
        out.append(("\n" + margin if self.indent else "") + brackets[1])


def dumps(value: Any, *, escape_html: bool = True, indent: str = "") -> str:
    """JSON text, compact unless `indent` is given. Raises YamlError for what JSON cannot say."""
    writer = _Writer(escape_html=escape_html, indent=indent)
    try:
        writer.node(value, "")
    except RecursionError as error:
        raise YamlError("json: values are nested too deeply") from error
    return "".join(writer.out)


LONE = re.compile(r"\\u[dD][89a-fA-F]")


class _Numbers:
    """Reads numbers as float64; what is too large becomes null and is remembered, as Go's decoder does it."""

    def __init__(self) -> None:
        self.fault: str | None = None

    def __call__(self, text: str) -> float | None:
        value = float(text)
        if math.isfinite(value):
            return value
        if self.fault is None:
            self.fault = f"json: cannot unmarshal number {text} into Go value of type float64"
        return None


def loads_partly(text: str | bytes) -> tuple[Any, str | None]:
    """The value, every number a float, and Go's text about the first number that is too large for one (it is None then).

    Raises YamlError with Go's text for what is no JSON.
    """
    source = text.decode("utf-8", "replace") if isinstance(text, bytes) else SURROGATE.sub("\ufffd", text)
    numbers = _Numbers()
    try:
        value = json.loads(source, parse_int=numbers, parse_float=numbers, parse_constant=_refuse)
    except (json.JSONDecodeError, RecursionError) as error:
        raise YamlError(fault(source)) from error
    return (_whole(value) if LONE.search(source) else value), numbers.fault


def loads(text: str | bytes) -> Any:
    """The value, every number a float. Raises YamlError with Go's text."""
    value, wrong = loads_partly(text)
    if wrong is not None:
        raise YamlError(wrong)
    return value


def _whole(value: Any) -> Any:
    """The value with the escapes of half characters replaced, as Go reads them."""
    if isinstance(value, str):
        return SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def _refuse(word: str) -> Any:
    raise json.JSONDecodeError(f"constant {word}", word, 0)


SPACE = " \t\r\n"
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
END = "unexpected end of JSON input"


def fault(text: str) -> str:
    """What Go's decoder says about a text that is no JSON (encoding/json scanner.go)."""
    try:
        at = _skip(text, _value(text, _skip(text, 0), "looking for beginning of value"))
    except _Fault as found:
        return str(found)
    except RecursionError:
        return "exceeded max depth"
    return _invalid(text, at, "after top-level value") if at < len(text) else END


class _Fault(Exception):
    pass


def _invalid(text: str, at: int, where: str) -> str:
    if at >= len(text):
        return END
    char = text[at]
    quoted = {"'": "'\\''", '"': "'\"'", "\\": "'\\\\'", "\n": "'\\n'", "\t": "'\\t'", "\r": "'\\r'"}.get(char) or (
        f"'{char}'"
        if char.isprintable() and char.isascii()
        else f"'\\x{char.encode()[0]:02x}'"
        if char.isascii()
        else f"'{chr(char.encode()[0])}'"
    )
    return f"invalid character {quoted} {where}"


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in SPACE:
        at += 1
    return at


def _value(text: str, at: int, where: str) -> int:
    if at >= len(text):
        raise _Fault(END)
    char = text[at]
    if char == "{":
        return _object(text, at)
    if char == "[":
        return _array(text, at)
    if char == '"':
        return _string(text, at + 1)
    if char == "-" or (char.isdigit() and char.isascii()):
        return _number(text, at)
    for word in ("true", "false", "null"):
        if char == word[0]:
            return _word(text, at, word)
    raise _Fault(_invalid(text, at, where))


def _word(text: str, at: int, word: str) -> int:
    for offset, char in enumerate(word):
        if at + offset >= len(text) or text[at + offset] != char:
            raise _Fault(_invalid(text, at + offset, f"in literal {word} (expecting '{char}')"))
    return at + len(word)


def _number(text: str, at: int) -> int:
    if match := NUMBER.match(text, at):
        end = match.end()
        rest = text[end : end + 2]
        if rest[:1] == "." and "." not in match[0] and "e" not in match[0].lower():
            raise _Fault(_invalid(text, end + 1, "after decimal point in numeric literal"))
        if rest[:1] in ("e", "E") and "e" not in match[0].lower():
            sign = rest[1:2] in ("+", "-")
            raise _Fault(_invalid(text, end + 1 + sign, "in exponent of numeric literal"))
        return end
    raise _Fault(_invalid(text, at + 1, "in numeric literal"))


def _string(text: str, at: int) -> int:
    while at < len(text):
        char = text[at]
        if char == '"':
            return at + 1
        if char == "\\":
            if at + 1 >= len(text):
                break
            if text[at + 1] == "u":
                for digit in range(at + 2, at + 6):
                    if digit >= len(text) or text[digit] not in "0123456789abcdefABCDEF":
                        raise _Fault(_invalid(text, digit, "in \\u hexadecimal character escape"))
                at += 6
                continue
            if text[at + 1] not in 'bfnrt\\/"':
                raise _Fault(_invalid(text, at + 1, "in string escape code"))
            at += 2
            continue
        if char < " ":
            raise _Fault(_invalid(text, at, "in string literal"))
        at += 1
    raise _Fault(END)


def _object(text: str, at: int) -> int:
    at = _skip(text, at + 1)
    if text[at : at + 1] == "}":
        return at + 1
    while True:
        if text[at : at + 1] != '"':
            raise _Fault(_invalid(text, at, "looking for beginning of object key string"))
        at = _skip(text, _string(text, at + 1))
        if text[at : at + 1] != ":":
            raise _Fault(_invalid(text, at, "after object key"))
        at = _skip(text, _value(text, _skip(text, at + 1), "looking for beginning of value"))
        if text[at : at + 1] == "}":
            return at + 1
        if text[at : at + 1] != ",":
            raise _Fault(_invalid(text, at, "after object key:value pair"))
        at = _skip(text, at + 1)


def _array(text: str, at: int) -> int:
    at = _skip(text, at + 1)
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        at = _skip(text, _value(text, at, "looking for beginning of value"))
        if text[at : at + 1] == "]":
            return at + 1
        if text[at : at + 1] != ",":
            raise _Fault(_invalid(text, at, "after array element"))
        at = _skip(text, at + 1)
