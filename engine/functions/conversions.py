"""Values to Go's numbers, strings and slices, by the rules that Sprig's functions share.

Numbers follow spf13/cast 1.7.0 (an unreadable value is zero) and Go's strconv.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from ..gofmt import text_of
from ..govalues import (
    Duration,
    Int8,
    Int32,
    Int64,
    StringList,
    TypedNil,
    Uint,
    Uint8,
    Uint32,
    Uint64,
    go_kind,
    go_type,
)
from ..template.function import FunctionError

NIL_POINTER = "runtime error: invalid memory address or nil pointer dereference"
PLAIN_MAP = "map[string]interface {}"

# A result may not have more bytes or entries than these: hostile charts would make Go, too, end for want of memory.
LARGEST = 1 << 28
LONGEST = 1 << 23

INT64_MIN, INT64_MAX = -(1 << 63), (1 << 63) - 1
INTEGERS = frozenset((int, Int64, Int32, Uint8, Uint32, Int8, Uint, Uint64))
INTEGER_LIKE = frozenset(("time.Month", "time.Weekday"))  # cast reads these two as int
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
TRAILING_ZEROS = re.compile(r"\.0+\Z")
FLOAT = re.compile(r"[+-]?(?:[0-9_]+\.?[0-9_]*|\.[0-9_]+)(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?\Z", re.ASCII)
HEX_FLOAT = re.compile(r"([+-]?)0[xX]([0-9a-fA-F_]*)(?:\.([0-9a-fA-F_]*))?[pP]([+-]?[0-9]+(?:_[0-9]+)*)\Z", re.ASCII)
SPECIAL_FLOATS = {"inf": math.inf, "infinity": math.inf, "nan": math.nan}


def wrap64(number: int) -> int:
    """The number as 64 bits with a sign hold it."""
    if INT64_MIN <= number <= INT64_MAX:
        return number
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


def _underscores_ok(text: str) -> bool:
    """Go's strconv underscoreOK: only between digits, or after a base prefix."""
    text = text.lstrip("+-") if text[:1] in "+-" else text
    digits = "0123456789"
    before = "^"
    if text[:1] == "0" and text[1:2].lower() in ("b", "o", "x") and len(text) >= 2:
        before = "0"
        digits += "abcdefABCDEF" if text[1] in "xX" else ""
        text = text[2:]
    for char in text:
        if char in digits:
            before = "0"
        elif char == "_":
            if before != "0":
                return False
            before = "_"
        elif before == "_":
            return False
        else:
            before = "!"
    return before != "_"


def parse_int(text: str, base: int = 10) -> int | None:
    """Go's ParseInt to 64 bits; a number out of range is the nearest one that fits; None for bad syntax.

    Base 0 reads Go's prefixes (`0x`, `0b`, `0o`, a leading `0`) and underscores.
    """
    number = _read_int(text, base)
    return None if number is None else min(max(number, INT64_MIN), INT64_MAX)


def _read_int(text: str, base: int) -> int | None:
    sign, digits = (-1, text[1:]) if text[:1] == "-" else (1, text[1:] if text[:1] == "+" else text)
    if base == 0:
        if "_" in digits and not _underscores_ok(digits):
            return None
        base, digits = _base(digits)
        digits = digits.replace("_", "")
    if not digits or not digits.isascii():
        return None
    allowed = DIGITS[:base]
    if any(char not in allowed for char in digits.lower()):
        return None
    if len(digits) > 4000:  # far out of range; Python refuses to read such texts
        return sign << 64 if digits.strip("0") else 0
    return sign * int(digits, base)


def _base(digits: str) -> tuple[int, str]:
    if digits[:1] != "0":
        return 10, digits
    for prefix, base in (("0b", 2), ("0o", 8), ("0x", 16)):
        if digits[:2].lower() == prefix and len(digits) >= 3:
            return base, digits[2:]
    return (8, digits[1:]) if len(digits) > 1 else (10, digits)


def read_int(text: str) -> int:
    """cast's reading of a string as an integer: base 0, after a tail of `.000` is cut; 0 if it is none or does not fit."""
    number = _read_int(TRAILING_ZEROS.sub("", text), 0)
    return number if number is not None and INT64_MIN <= number <= INT64_MAX else 0


def parse_float(text: str) -> float | None:
    """Go's ParseFloat to 64 bits; None for bad syntax or a number out of range."""
    special = SPECIAL_FLOATS.get(text.lstrip("+-").lower() if text[:1] in ("+", "-") else text.lower())
    if special is not None:
        if text[:1] in ("+", "-"):
            if len(text) < 2 or text[1] in "+-" or math.isnan(special):
                return None
            return -special if text[0] == "-" else special
        return special
    if "_" in text and not _underscores_ok(text):
        return None
    found = HEX_FLOAT.match(text)
    if found:
        return _hex_float(*found.groups())
    if not FLOAT.match(text):
        return None
    number = float(text.replace("_", ""))
    return None if math.isinf(number) else number


def _hex_float(sign: str, whole: str, fraction: str | None, power: str) -> float | None:
    whole, fraction = whole.replace("_", ""), (fraction or "").replace("_", "")
    if not whole + fraction:
        return None
    try:
        return float.fromhex(f"{sign}0x{whole or '0'}.{fraction}p{power.replace('_', '')}")
    except OverflowError:
        return None


def float_to_int(number: float) -> int:
    """Go's int64(float64) on amd64: towards zero, and the smallest number for all that does not fit."""
    if math.isnan(number) or not -9.3e18 < number < 9.3e18:
        return INT64_MIN
    whole = int(number)
    return whole if INT64_MIN <= whole <= INT64_MAX else INT64_MIN


def to_int(value: Any) -> int:
    """cast.ToInt: an int of Go's size; 0 for what cannot be read."""
    kind = value.__class__
    if kind is int:
        return int(value)
    if kind in INTEGERS:
        return wrap64(int(value))
    if kind is bool:
        return 1 if value else 0
    if kind is str:
        return read_int(value)
    if isinstance(value, float):
        return float_to_int(value)
    if isinstance(value, int) and not isinstance(value, Duration) and go_type(value) in INTEGER_LIKE:
        return int(value)
    return 0


def to_int64(value: Any) -> Int64:
    """cast.ToInt64."""
    return Int64(to_int(value))


def to_float64(value: Any) -> float:
    """cast.ToFloat64: 0 for what cannot be read."""
    kind = value.__class__
    if kind is float:
        return float(value)
    if kind in INTEGERS:
        return float(int(value))
    if kind is bool:
        return 1.0 if value else 0.0
    if kind is str:
        number = parse_float(value)
        return 0.0 if number is None else number
    if isinstance(value, float):
        return float(value)
    if isinstance(value, int) and not isinstance(value, Duration) and go_type(value) in INTEGER_LIKE:
        return float(int(value))
    return 0.0


def strval(value: Any) -> str:
    """Sprig's strval: bytes are text, a Stringer speaks for itself, all else as `%v`."""
    if value.__class__ is str:
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return text_of(value)


def items(value: Any) -> Sequence[Any] | None:
    """The elements of a slice as Go's interface values; None for what is no slice."""
    if isinstance(value, list):
        return value
    if isinstance(value, bytes):
        return [Uint8(byte) for byte in value]
    if isinstance(value, TypedNil) and value.go_kind == "slice":
        return ()
    return None


def elements(value: Any, complaint: str) -> Sequence[Any]:
    """The elements of a slice; raises FunctionError with the complaint (which ends in the value's kind) otherwise."""
    if value.__class__ is list:
        return value
    found = items(value)
    if found is None:
        # reflect.TypeOf(nil) is a nil interface, and asking it for its kind is a panic.
        raise FunctionError(NIL_POINTER if value is None else f"{complaint} {go_kind(value)}")
    return found


def string_list(value: Any) -> list[str]:
    """Sprig's strslice: the elements as strings without the nil ones; a []string itself; a list of one for other values."""
    if isinstance(value, StringList):
        return value
    if value is None:
        return StringList()
    found = items(value)
    if found is None:
        return StringList([strval(value)])
    return StringList([strval(item) for item in found if item is not None])


def byte_order(texts: Iterable[str]) -> list[str]:
    """The strings in the order of their bytes."""
    found = list(texts)
    if all(map(str.isascii, found)):
        return sorted(found)
    return sorted(found, key=lambda text: text.encode("utf-8", "surrogateescape"))


def bounded(size: int, limit: int = LARGEST) -> int:
    """The size; raises FunctionError for one above the limit."""
    if size > limit:
        raise FunctionError(f"result is too large: {size} is more than {limit}")
    return size
