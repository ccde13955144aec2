"""Closures for chains of fields: the short way through maps, and the careful one for everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..govalues import Values
from .errors import Fault
from .expression import Expression
from .fields import METHOD_NAMES, FieldError, Looked, field_of, method_of
from .function import Function, FunctionError
from .runtime import Frame, Value


def walk(frame: Frame, dot: Any, base: Expression, names: tuple[str, ...], *, strict: bool, start: Any = ...) -> Looked:
    """What a chain of names gives, as Go finds it; `start` is the base's value where it is already known."""
    value = base.value(frame, dot) if start is ... else start
    held_as = base.held_as(frame, dot, value)
    for name in names:
        value, held_as = look(frame, dot, base, (value, held_as), name, strict=strict)
    return value, held_as


def look(frame: Frame, dot: Any, base: Expression, looked: Looked, name: str, *, strict: bool) -> Looked:
    """One name of a chain: a method without arguments, a field or a key. Raises Fault."""
    value, held_as = looked
    method = method_of(value, name)
    if method is not None:
        return call_method(frame, dot, base, (method, value)), method.result
    try:
        return field_of(value, held_as, name, strict=strict)
    except FieldError as error:
        known = None if error.table is None else (error.table, name)
        raise Fault(base.last(frame, dot), str(error), None, known) from None


def call_method(frame: Frame, dot: Any, base: Expression, bound: tuple[Function, Any]) -> Any:
    """A method without arguments. Raises Fault."""
    method, value = bound
    wanted = len(method.params)
    if wanted and not (method.variadic and wanted == 1):
        least, wanted = ("at least ", wanted - 1) if method.variadic else ("", wanted)
        text = f"wrong number of args for {method.name}: want {least}{wanted} got 0"
        raise Fault(base.last(frame, dot), text)
    try:
        return method.call(value)
    except FunctionError as error:
        raise Fault(base.node, f"error calling {method.name}: ", error) from None


def chain_of_dot(names: tuple[str, ...], slow: Value, *, strict: bool) -> Value:
    """A chain that starts at dot."""
    if strict or not METHOD_NAMES.isdisjoint(names):
        return slow
    build = DOT.get(len(names))
    return build(*names, slow) if build else _dot_many(names, slow)


def chain_of_variable(slot: int, names: tuple[str, ...], slow: Value, *, strict: bool) -> Value:
    """A chain that starts at a variable."""
    if strict or not METHOD_NAMES.isdisjoint(names):
        return slow
    *tables, last = names

    def many(frame: Frame, dot: Any) -> Any:
        try:
            table = frame.variables[slot]
            for name in tables:
                table = table[name]
        except (KeyError, TypeError):
            return slow(frame, dot)
        kind = table.__class__
        if kind is dict or kind is Values:
            return table.get(last)
        return slow(frame, dot)

    return many


def chain_of_value(value: Value, slow: Callable[[Frame, Any, Any], Any]) -> Value:
    """A chain that starts at a pipeline's value."""

    def many(frame: Frame, dot: Any) -> Any:
        return slow(frame, dot, value(frame, dot))

    return many


def _dot_1(last: str, slow: Value) -> Value:
    def one(frame: Frame, dot: Any) -> Any:
        kind = dot.__class__
        return dot.get(last) if kind is dict or kind is Values else slow(frame, dot)

    return one


def _dot_2(first: str, last: str, slow: Value) -> Value:
    def two(frame: Frame, dot: Any) -> Any:
        try:
            table = dot[first]
        except (KeyError, TypeError):
            return slow(frame, dot)
        kind = table.__class__
        return table.get(last) if kind is dict or kind is Values else slow(frame, dot)

    return two


def _dot_3(first: str, second: str, last: str, slow: Value) -> Value:
    def three(frame: Frame, dot: Any) -> Any:
        try:
            table = dot[first][second]
        except (KeyError, TypeError):
            return slow(frame, dot)
        kind = table.__class__
        return table.get(last) if kind is dict or kind is Values else slow(frame, dot)

    return three


def _dot_4(first: str, second: str, third: str, last: str, slow: Value) -> Value:
    def four(frame: Frame, dot: Any) -> Any:
        try:
            table = dot[first][second][third]
        except (KeyError, TypeError):
            return slow(frame, dot)
        kind = table.__class__
        return table.get(last) if kind is dict or kind is Values else slow(frame, dot)

    return four


def _dot_many(names: tuple[str, ...], slow: Value) -> Value:
    *tables, last = names

    def many(frame: Frame, dot: Any) -> Any:
        table = dot
        try:
            for name in tables:
                table = table[name]
        except (KeyError, TypeError):
            return slow(frame, dot)
        kind = table.__class__
        return table.get(last) if kind is dict or kind is Values else slow(frame, dot)

    return many


DOT: dict[int, Callable[..., Value]] = {1: _dot_1, 2: _dot_2, 3: _dot_3, 4: _dot_4}
