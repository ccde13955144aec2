"""Decimal numbers with exact sums and products and quotients of 16 decimals (Go: shopspring/decimal 1.4.0)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..gofloat import format_float, shortest
from ..template.function import FunctionError

DIVISION_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Decimal:
    """`value` times ten to the `power`."""

    value: int
    power: int

    @classmethod
    def of(cls, number: float) -> Decimal:
        """The shortest decimal that reads back as the float; raises FunctionError for NaN and infinities."""
        if not math.isfinite(number):
            raise FunctionError(f"Cannot create a Decimal from {format_float(number, 'g')}")
        if number == 0:
            return cls(0, 0)
        digits, point = shortest(abs(number))
        return cls(int(digits) if number > 0 else -int(digits), point - len(digits))

    def _at(self, power: int) -> int:
        return int(self.value * 10 ** (self.power - power))

    def plus(self, other: Decimal) -> Decimal:
        power = min(self.power, other.power)
        return Decimal(self._at(power) + other._at(power), power)

    def minus(self, other: Decimal) -> Decimal:
        return self.plus(Decimal(-other.value, other.power))

    def times(self, other: Decimal) -> Decimal:
        return Decimal(self.value * other.value, self.power + other.power)

    def divided(self, other: Decimal) -> Decimal:
        """The quotient, half rounded away from zero; raises FunctionError for a divisor of zero."""
        if not other.value:
            raise FunctionError("decimal division by 0")
        shift = self.power - other.power + DIVISION_DIGITS
        top, bottom = abs(self.value) * 10 ** max(shift, 0), abs(other.value) * 10 ** max(-shift, 0)
        quotient, rest = divmod(top, bottom)
        if 2 * rest >= bottom:
            quotient += 1
        return Decimal(quotient if (self.value < 0) == (other.value < 0) else -quotient, -DIVISION_DIGITS)

    def __float__(self) -> float:
        """The nearest float; an infinity for what is too large."""
        try:
            return self.value / 10**-self.power if self.power < 0 else float(self.value * 10**self.power)
        except OverflowError:
            return math.inf if self.value > 0 else -math.inf
