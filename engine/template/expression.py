"""A compiled operand: its closure, and what errors about it need to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .nodes import Anywhere
from .runtime import Frame, Value

Last = Callable[[Frame, Any], Anywhere]
HeldAs = Callable[[Frame, Any, Any], "str | None"]


class Expression:
    """`value` computes it. `last` names the node that Go was at when it had evaluated it, `held_as` the type that a value
    of it is held as (fields.Looked); both are only asked after a failure, and may evaluate parts again.
    """

    __slots__ = ("constant", "held_as", "last", "node", "value")

    def __init__(self, value: Value, node: Anywhere, last: Last, held_as: HeldAs, *, constant: bool = False) -> None:
        self.value = value
        self.node = node
        self.last = last
        self.held_as = held_as
        self.constant = constant

    def plain(self, held_as: HeldAs) -> Expression:
        """The same, taken out of its interface."""
        return Expression(self.value, self.node, self.last, held_as)


def static(node: Anywhere) -> Last:
    """The same node whatever happens."""
    return lambda frame, dot: node
