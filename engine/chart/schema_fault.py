"""What a schema says against a value: faults, and their text in the words that Helm prints. Pure.

The wording and layout are those of santhosh-tekuri/jsonschema v6.0.3 with its English printer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..gofloat import format_float
from ..goquote import quote
from .schema_document import Number, escaped

SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: where the value is, what it is, which keyword of which schema refuses it, and the faults below it."""

    at: tuple[str, ...]
    keyword: str  # such as `type`; "" for a false schema, a cycle, or several faults in one
    text: str
    schema: str = ""  # the schema's whole address
    value: Any = None
    causes: tuple[Fault, ...] = ()

    @property
    def pointer(self) -> str:
        """The value's JSON pointer; "" is the root."""
        return "".join(f"/{escaped(token)}" for token in self.at)

    def leaves(self) -> Iterator[Fault]:
        """The faults that have no further cause."""
        if not self.causes:
            yield self
        for cause in self.causes:
            yield from cause.leaves()

    def lines(self, indent: int = 0) -> Iterator[str]:
        """The fault and its causes as Helm shows them."""
        below = indent
        if not (self.keyword in REFERENCES and len(self.causes) == 1):
            yield f"{'  ' * indent}- at {single_quoted(self.pointer)}: {self.text}"
            below = indent + 1
        for cause in self.causes:
            yield from cause.lines(below)


REFERENCES = frozenset(("$ref", "$recursiveRef", "$dynamicRef"))
GROUP = "validation failed"


def single_quoted(text: str) -> str:
    """Text in single quotes, otherwise as %q."""
    # In Go's order: the closing quote takes part, so that a text that ends in a backslash loses one.
    return "'" + quote(text).replace('\\"', '"').replace("'", "\\'")[1:-1] + "'"


def listed(texts: Sequence[str]) -> str:
    return ", ".join(map(single_quoted, texts))


def displayed(value: Any) -> str:
    """A value inside a fault's text; what is no scalar is called `value`."""
    match value:
        case str():
            return single_quoted(value)
        case dict() | list():
            return "value"
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case Number():
            return value.text
        case float():
            return format_float(value, "g")
    return str(int(value))


def counted(count: int) -> str:
    """A whole number as the English printer shows it."""
    return f"{count:,}"


def measured(value: Fraction) -> str:
    """A number as the English printer shows it: 12,345.5 but 1×10⁰⁶ from a million on."""
    try:
        shortest = Decimal(repr(float(value)))
    except OverflowError:
        return "-∞" if value < 0 else "∞"
    sign, digits, exponent = shortest.normalize().as_tuple()
    assert isinstance(exponent, int)
    power = len(digits) + exponent - 1
    minus = "-" if sign else ""
    if shortest and not -4 <= power < 6:
        body = str(digits[0]) + (f".{''.join(map(str, digits[1:]))}" if len(digits) > 1 else "")
        raised = f"{'-' if power < 0 else ''}{abs(power):02d}".translate(SUPERSCRIPT)
        return f"{minus}{body}×10{raised}"
    whole, _, fraction = f"{abs(shortest):f}".partition(".")
    fraction = fraction.rstrip("0")
    return f"{minus}{int(whole):,}" + (f".{fraction}" if fraction else "")
