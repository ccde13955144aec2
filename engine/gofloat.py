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
    """The float by `e`, `E`, `f`, `g`, `G`, `b`, `x` or `X`; precision -1 is the shortest text that reads back."""
    if bits == 32:
        value = _rounded32(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if verb in ("b", "x", "X"):
        return _binary(value, bits) if verb == "b" else _hexadecimal(value, verb, precision)
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
        kind = "e" if point - 1 < -4 or point - 1 >= limit else "f"
    if kind == "e":
        power = point - 1 if digits != "0" else 0
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{digits[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02d}"
    if point <= 0:
        return f"0.{'0' * -point}{digits}" if digits != "0" else "0"
    if len(digits) <= point:
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def _parts(number: float, bits: int) -> tuple[str, int, int]:
    """The sign, the mantissa as an integer with its leading bit, and the power of two."""
    size, least = (52, -1074) if bits == 64 else (23, -149)
    fraction, power = math.frexp(abs(number))
    mantissa, exponent = int(math.ldexp(fraction, size + 1)), power - size - 1
    if number == 0:
        mantissa, exponent = 0, least
    elif exponent < least:
        mantissa, exponent = mantissa >> (least - exponent), least
    return "-" if math.copysign(1, number) < 0 else "", mantissa, exponent


def _binary(number: float, bits: int) -> str:
    sign, mantissa, power = _parts(number, bits)
    return f"{sign}{mantissa}p{power:+d}"


def _hexadecimal(number: float, verb: str, precision: int) -> str:
    """`0x1.8p+01`: one digit before the point, trailing zeros cut, at least two digits of power."""
    sign, mantissa, power = _parts(number, 64)
    if mantissa:
        shift = 61 - mantissa.bit_length()  # one digit, then fifteen more
        mantissa, power = mantissa << shift, power - shift + 60
        if 0 <= precision < 15:
            mantissa, power = _rounded(mantissa, power, precision)
    else:
        power = 0
    digits = f"{mantissa:016x}"
    fraction = digits[1:].rstrip("0") if precision < 0 else digits[1:].ljust(precision, "0")[:precision]
    shown = f"{sign}0x{digits[0]}{'.' + fraction if fraction else ''}p{'-' if power < 0 else '+'}{abs(power):02d}"
    return shown.upper() if verb == "X" else shown


def _rounded(mantissa: int, power: int, precision: int) -> tuple[int, int]:
    """Half to even at so many hexadecimal digits."""
    drop = 60 - precision * 4
    extra, mantissa = mantissa & ((1 << drop) - 1), mantissa >> drop
    if extra | (mantissa & 1) > 1 << (drop - 1):
        mantissa += 1
    mantissa <<= drop
    return (mantissa >> 1, power + 1) if mantissa & (1 << 61) else (mantissa, power)
