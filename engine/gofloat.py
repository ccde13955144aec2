"""Floats as Go's strconv.FormatFloat writes them."""

from __future__ import annotations

import math
import struct


def shortest(value: float, bits: int = 64) -> tuple[str, int]:
    """The shortest digits that read back as the value, and where the decimal point stands among them."""
    text = repr(value) if bits == 64 else _shortest32(value)
    mantissa, _, power = text.lower().lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len((whole + fraction).lstrip("0")))
    digits = digits.rstrip("0")
    return (digits, point) if digits else ("0", 1)


def _rounded32(value: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def _shortest32(value: float) -> str:
    for precision in range(1, 10):
        text = f"{value:.{precision - 1}e}"
        if struct.unpack("f", struct.pack("f", float(text)))[0] == value:
            return text
    return repr(value)


def format_float(value: float, verb: str, precision: int = -1, bits: int = 64) -> str:
    """The float by `e`, `E`, `f`, `g` or `G`; precision -1 is the shortest text that reads back."""
    if bits == 32:
        value = _rounded32(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    kind = verb.lower()
    if precision >= 0:
        text = _fixed(abs(value), kind, precision)
    else:
        digits, point = shortest(abs(value), bits)
        text = _arrange(digits, point, kind, -1)
    return sign + (text.upper() if verb.isupper() else text)


def _fixed(value: float, kind: str, precision: int) -> str:
    if kind == "f":
        return f"{value:.{precision}f}"
    if kind == "e":
        mantissa, _, power = f"{value:.{precision}e}".partition("e")
        return f"{mantissa}e{power}"
    precision = precision or 1
    mantissa, _, power = f"{value:.{precision - 1}e}".partition("e")
    digits = mantissa.replace(".", "")
    trimmed = digits.rstrip("0") or "0"
    return _arrange(trimmed, int(power) + 1, "g", precision)


def _arrange(digits: str, point: int, kind: str, precision: int) -> str:
    """Digits and their decimal point as `e`, `f`, or the one of them that `g` chooses."""
    if kind == "g":
        limit = 6 if precision < 0 else precision
        if limit > len(digits) and len(digits) >= point:
            limit = len(digits)
        if precision < 0:
            limit = 6
        kind = "e" if point - 1 < -4 or point - 1 >= max(limit, 21 if precision == -2 else limit) else "f"
    if kind == "e":
        power = point - 1 if digits != "0" else 0
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{digits[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02d}"
    if point <= 0:
        return f"0.{'0' * -point}{digits}" if digits != "0" else "0"
    if len(digits) <= point:
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def format_any(value: float, bits: int = 64) -> str:
    """The float as `%v` prints it: `g`, with exponents from 1e21 on."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    digits, point = shortest(abs(value), bits)
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    return sign + _arrange(digits, point, "e" if point - 1 < -4 or point - 1 >= 21 else "f", -1)
