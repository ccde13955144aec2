"""Numbers: add, div, round, divf, until, seq … (Go: sprig numeric.go, shopspring/decimal 1.4.0)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..gofmt import sprint
from ..govalues import Int64, IntList
from ..template.function import FunctionError, declare
from .conversions import INT64_MAX, INT64_MIN, LONGEST, bounded, parse_int, to_float64, to_int, to_int64, wrap64
from .decimals import Decimal

DIVIDE_BY_ZERO = "runtime error: integer divide by zero"


def add(*values: Any) -> Int64:
    """The sum, in 64 bits."""
    return Int64(wrap64(sum(map(to_int, values))))


def add_one(value: Any) -> Int64:
    """One more."""
    return Int64(wrap64(to_int(value) + 1))


def subtract(a: Any, b: Any) -> Int64:
    """The difference, in 64 bits."""
    return Int64(wrap64(to_int(a) - to_int(b)))


def multiply(first: Any, *others: Any) -> Int64:
    """The product, in 64 bits."""
    product = to_int(first)
    for other in others:
        product = wrap64(product * to_int(other))
    return Int64(product)


def divide(a: Any, b: Any) -> Int64:
    """The quotient, cut towards zero; raises FunctionError for a divisor of zero."""
    dividend, divisor = to_int(a), to_int(b)
    if not divisor:
        raise FunctionError(DIVIDE_BY_ZERO)
    quotient = abs(dividend) // abs(divisor)
    return Int64(wrap64(quotient if (dividend < 0) == (divisor < 0) else -quotient))


def modulo(a: Any, b: Any) -> Int64:
    """The remainder, with the dividend's sign; raises FunctionError for a divisor of zero."""
    dividend, divisor = to_int(a), to_int(b)
    if not divisor:
        raise FunctionError(DIVIDE_BY_ZERO)
    rest = abs(dividend) % abs(divisor)
    return Int64(-rest if dividend < 0 else rest)


def largest(first: Any, *others: Any) -> Int64:
    """The largest."""
    return Int64(max(to_int(first), *map(to_int, others)) if others else to_int(first))


def smallest(first: Any, *others: Any) -> Int64:
    """The smallest."""
    return Int64(min(to_int(first), *map(to_int, others)) if others else to_int(first))


def atoi(text: str) -> int:
    """The decimal number, 0 if the text is none; the nearest that fits in 64 bits."""
    return parse_int(text) or 0


def from_octal(value: Any) -> Int64:
    """The value's text read as an octal number, 0 if it is none or does not fit."""
    number = parse_int(sprint([value]), 8) or 0
    return Int64(0 if number in (INT64_MIN, INT64_MAX) and not _fits_octal(sprint([value])) else number)


def _fits_octal(text: str) -> bool:
    return INT64_MIN <= int(text, 8) <= INT64_MAX


def _whole(value: float, rounding: Callable[[float], int]) -> float:
    """Floor or ceil with Go's results for infinities, NaN and -0."""
    if not math.isfinite(value) or value == 0:
        return value
    return math.copysign(float(rounding(value)), value)


def floor(value: Any) -> float:
    """The whole number below."""
    return _whole(to_float64(value), math.floor)


def ceil(value: Any) -> float:
    """The whole number above."""
    return _whole(to_float64(value), math.ceil)


def power_of_ten(exponent: float) -> float:
    """Go's math.Pow(10, n), which by its steps is not always the nearest float."""
    left, power, result, result_power = int(abs(exponent)), 4, 1.0, 0
    base = 0.625
    while left:
        if not -4096 <= power <= 4096:
            result_power += power
            break
        if left & 1:
            result *= base
            result_power += power
        base *= base
        power <<= 1
        if base < 0.5:
            base += base
            power -= 1
        left >>= 1
    if exponent < 0:
        result, result_power = 1 / result, -result_power
    try:
        return math.ldexp(result, result_power)
    except OverflowError:
        return math.inf


def round_to(value: Any, places: int, *limit: float) -> float:
    """The number with so many decimals, up from the limit on (half). Negative ones: -1.5 to -2, and -1.2 to -2 too."""
    power = power_of_ten(places)
    number = to_float64(value)
    digits = power * number
    rest = math.modf(digits)[0] if math.isfinite(digits) else math.nan
    rounded = _whole(digits, math.ceil if rest >= (limit[0] if limit else 0.5) else math.floor)
    if power == 0:
        return math.nan if rounded == 0 or math.isnan(rounded) else math.copysign(math.inf, rounded)
    return rounded / power


def _calculate(start: Any, others: tuple[Any, ...], step: Callable[[Decimal, Decimal], Decimal]) -> float:
    result = Decimal.of(to_float64(start))
    for other in others:
        result = step(result, Decimal.of(to_float64(other)))
    return float(result)


def add_decimal(*values: Any) -> float:
    """The decimal sum."""
    return _calculate(0.0, values, Decimal.plus)


def add_one_decimal(value: Any) -> float:
    """One more, decimally."""
    return _calculate(value, (1,), Decimal.plus)


def subtract_decimal(first: Any, *others: Any) -> float:
    """The decimal difference."""
    return _calculate(first, others, Decimal.minus)


def multiply_decimal(first: Any, *others: Any) -> float:
    """The decimal product."""
    return _calculate(first, others, Decimal.times)


def divide_decimal(first: Any, *others: Any) -> float:
    """The decimal quotient with 16 decimals; raises FunctionError for a divisor of zero."""
    return _calculate(first, others, Decimal.divided)


def largest_float(first: Any, *others: Any) -> float:
    """The largest; infinity before NaN before all else."""
    result = to_float64(first)
    for other in map(to_float64, others):
        if math.inf in (result, other):
            result = math.inf
        elif math.isnan(result) or math.isnan(other):
            result = math.nan
        elif result == other == 0:
            result = other if math.copysign(1, result) < 0 else result
        else:
            result = max(result, other)
    return result


def smallest_float(first: Any, *others: Any) -> float:
    """The smallest; negative infinity before NaN before all else."""
    result = to_float64(first)
    for other in map(to_float64, others):
        if -math.inf in (result, other):
            result = -math.inf
        elif math.isnan(result) or math.isnan(other):
            result = math.nan
        elif result == other == 0:
            result = result if math.copysign(1, result) < 0 else other
        else:
            result = min(result, other)
    return result


def until_step(start: int, stop: int, step: int) -> IntList:
    """The numbers from start up to, not including, stop; none if the step does not lead there."""
    if step == 0:
        return IntList()
    numbers = range(start, stop, step)
    if numbers:
        bounded((numbers[-1] - start) // step + 1, LONGEST)
    return IntList(numbers)


def until(count: int) -> IntList:
    """0 up to, not including, the count; downwards for a negative one."""
    return until_step(0, count, -1 if count < 0 else 1)


def seq(*bounds: int) -> str:
    """Numbers as the shell's seq prints them, in one line: END, START END, or START STEP END."""
    if not 1 <= len(bounds) <= 3:
        return ""
    start = bounds[0] if len(bounds) > 1 else 1
    end = bounds[-1]
    towards = -1 if end < start else 1
    step = bounds[1] if len(bounds) == 3 else towards
    if towards < 0 < step:
        return ""
    return " ".join(map(str, until_step(start, end + towards, step)))


ANY = "interface {}"
INTS = f"{ANY}, ...{ANY} -> int64"
FLOATS = f"{ANY}, ...{ANY} -> float64"
TABLE = declare(
    (
        ("add", f"...{ANY} -> int64", add),
        ("add1", f"{ANY} -> int64", add_one),
        ("sub", f"{ANY}, {ANY} -> int64", subtract),
        ("mul", INTS, multiply),
        ("div", f"{ANY}, {ANY} -> int64", divide),
        ("mod", f"{ANY}, {ANY} -> int64", modulo),
        ("max", INTS, largest),
        ("biggest", INTS, largest),
        ("min", INTS, smallest),
        ("int", f"{ANY} -> int", to_int),
        ("int64", f"{ANY} -> int64", to_int64),
        ("float64", f"{ANY} -> float64", to_float64),
        ("atoi", "string -> int", atoi),
        ("toDecimal", f"{ANY} -> int64", from_octal),
        ("floor", f"{ANY} -> float64", floor),
        ("ceil", f"{ANY} -> float64", ceil),
        ("round", f"{ANY}, int, ...float64 -> float64", round_to),
        ("addf", f"...{ANY} -> float64", add_decimal),
        ("add1f", f"{ANY} -> float64", add_one_decimal),
        ("subf", FLOATS, subtract_decimal),
        ("mulf", FLOATS, multiply_decimal),
        ("divf", FLOATS, divide_decimal),
        ("maxf", FLOATS, largest_float),
        ("minf", FLOATS, smallest_float),
        ("until", "int -> []int", until),
        ("untilStep", "int, int, int -> []int", until_step),
        ("seq", "...int -> string", seq),
    )
)
