"""Go's literals: quoted strings, character constants and numbers (Go: strconv, text/template/parse node.go)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..goquote import quote
from .lexer import CHARACTER, COMPLEX

SIMPLE = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92}
HEX = {"x": 2, "u": 4, "U": 8}
INT_MAX, INT_MIN, UINT_MAX = (1 << 63) - 1, -(1 << 63), (1 << 64) - 1
UNDERSCORED = re.compile(
    r"[+-]?(?:0[xX](?:_?[0-9a-fA-F])+(?:\.(?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?)?(?:[pP].*)?|0[bBoO](?:_?[0-9])+|[0-9](?:_?[0-9])*"
    r"(?:\.(?:[0-9](?:_?[0-9])*)?)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*(?:[eE][+-]?[0-9](?:_?[0-9])*)?)"
).fullmatch
DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?").fullmatch
HEX_FLOAT = re.compile(r"[+-]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+").fullmatch
INTEGER = re.compile(r"0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*").fullmatch
COMPLEX_PARTS = re.compile(r"(.*[^eEpP+-])([+-].*)i")


class LiteralError(Exception):
    """A literal that Go refuses; `str()` is Go's text."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A number by every reading that its text allows; None where it does not."""

    integer: int | None = None
    unsigned: int | None = None
    floating: float | None = None
    imaginary: complex | None = None


def unquote(text: str) -> str:
    """The string that a quoted or raw literal stands for. Raises LiteralError."""
    inner = text[1:-1]
    if text[0] == "`":
        return inner.replace("\r", "") if "\r" in inner else inner
    if "\\" not in inner:
        return inner
    out = bytearray()
    at = 0
    while at < len(inner):
        if inner[at] != "\\":
            stop = inner.find("\\", at)
            stop = len(inner) if stop < 0 else stop
            out += inner[at:stop].encode("utf-8", "surrogateescape")
            at = stop
            continue
        value, at, is_byte = _escape(inner, at + 1, '"')
        out += bytes((value,)) if is_byte else chr(value).encode()
    return out.decode("utf-8", "surrogateescape")


def _escape(text: str, at: int, quoted_by: str) -> tuple[int, int, bool]:
    """What the escape after a backslash stands for: its value, where it ends, whether it is a byte."""
    char = text[at : at + 1]
    if char in SIMPLE:
        return SIMPLE[char], at + 1, False
    if char and char == quoted_by:
        return ord(char), at + 1, False
    if char in HEX:
        digits = text[at + 1 : at + 1 + HEX[char]]
        if len(digits) == HEX[char] and re.fullmatch("[0-9a-fA-F]+", digits):
            value = int(digits, 16)
            if char == "x" or (value < 0x110000 and not 0xD800 <= value < 0xE000):
                return value, at + 1 + HEX[char], char == "x"
    elif char and char in "01234567":
        digits = text[at : at + 3]
        if len(digits) == 3 and re.fullmatch("[0-7]+", digits) and int(digits, 8) < 256:
            return int(digits, 8), at + 3, True
    raise LiteralError("invalid syntax")


def number(kind: int, text: str) -> Parsed:
    """A number's or character constant's value. Raises LiteralError with Go's text."""
    if kind == CHARACTER:
        return _character(text)
    if kind == COMPLEX:
        return _simplified(_complex(text))
    if text.endswith("i"):
        imaginary = _float(text[:-1])
        if imaginary is not None:
            return _simplified(complex(0, imaginary))
    return _real(text)


def _character(text: str) -> Parsed:
    if len(text) < 3 or text[1] == "'":
        raise LiteralError("invalid syntax")
    if text[1] == "\\":
        value, end, _ = _escape(text, 2, "'")
    else:
        value, end = (0xFFFD if "\ud800" <= text[1] <= "\udfff" else ord(text[1])), 2
    if text[end:] != "'":
        raise LiteralError(f"malformed character constant: {text}")
    return Parsed(value, value, float(value))


def _real(text: str) -> Parsed:
    integer = _integer(text)
    unsigned = integer if integer is not None and 0 <= integer <= UINT_MAX and text[0] not in "+-" else None
    if integer is not None and not INT_MIN <= integer <= INT_MAX:
        integer = None
    if integer is not None:
        return Parsed(integer, 0 if integer == 0 else unsigned, float(integer))
    if unsigned is not None:
        return Parsed(None, unsigned, float(unsigned))
    floating = _float(text)
    if floating is None:
        raise LiteralError(f"illegal number syntax: {quote(text)}")
    if not any(char in text for char in ".eEpP"):
        raise LiteralError(f"integer overflow: {quote(text)}")
    return Parsed(_whole(floating, INT_MIN, INT_MAX), _whole(floating, 0, UINT_MAX), floating)


def _whole(value: float, low: int, high: int) -> int | None:
    return int(value) if low <= value <= high and value.is_integer() else None


def _simplified(value: complex) -> Parsed:
    if value.imag != 0:
        return Parsed(imaginary=value)
    real = value.real
    return Parsed(_whole(real, INT_MIN, INT_MAX), _whole(real, 0, UINT_MAX), real, value)


def _integer(text: str) -> int | None:
    """The integer that ParseInt reads with base 0, of any size."""
    sign, digits = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    if "_" in digits:
        if not UNDERSCORED(digits):
            return None
        digits = digits.replace("_", "")
    if not INTEGER(digits):
        return None
    if len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
        value = int(digits, 8)
    elif digits.isdigit() and len(digits) > 40:
        return None if sign else UINT_MAX + 1
    else:
        value = int(digits, 0)
    return -value if sign == "-" else value


def _float(text: str) -> float | None:
    """What ParseFloat reads; None for what it refuses, infinities from large exponents too."""
    if "_" in text:
        if not UNDERSCORED(text):
            return None
        text = text.replace("_", "")
    try:
        if DECIMAL(text):
            value = float(text)
        elif HEX_FLOAT(text):
            value = float.fromhex(text)
        else:
            return None
    except OverflowError:
        return None
    return None if value in (float("inf"), float("-inf")) else value


def _complex(text: str) -> complex:
    match = COMPLEX_PARTS.fullmatch(text)
    real, imaginary = (_float(match[1]), _float(match[2])) if match else (None, None)
    if real is None or imaginary is None:
        raise LiteralError("syntax error scanning complex number")
    return complex(real, imaginary)
