"""The closure of a range (Go: text/template exec.go walkRange)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from ..gofmt import key_order, text_of
from ..govalues import Struct, TypedNil, Uint8
from .errors import Fault
from .expression import Expression
from .fields import INTERFACE, element_type
from .nodes import Site
from .runtime import Frame, Step

Make = Callable[[], Step]
Store = Callable[[Frame, Any, Any], None]
Rounds = Iterable[tuple[Any, Any]]


class Loop:
    """The parts of a range; `held` is the variable that says whether its elements are held by an interface."""

    __slots__ = ("body", "held", "otherwise", "pipe", "site", "targets")

    def __init__(
        self, site: Site, pipe: Expression, held: int, targets: tuple[Store, ...], bodies: tuple[Make, Make | None]
    ) -> None:
        self.site = site
        self.pipe = pipe
        self.held = held
        self.targets = targets
        self.body, self.otherwise = bodies

    def step(self, leave: type[Exception] | None, go_on: type[Exception] | None) -> Step:
        """The closure; `leave` and `go_on` are what break and continue raise, None where the bodies have neither."""
        value, make_body, make_other, held, site = self.pipe.value, self.body, self.otherwise, self.held, self.site
        run: Callable[[Frame, Rounds], None] | None = None
        other: Step | None = None

        def loop(frame: Frame, dot: Any) -> None:
            nonlocal run, other
            try:
                items = value(frame, dot)
                if items.__class__ is list:
                    frame.variables[held] = True
                    pairs: Rounds = enumerate(items)
                elif items.__class__ is dict:
                    frame.variables[held] = True
                    pairs = [(key, items[key]) for key in _sorted(items)]
                else:
                    items, pairs = self.other(frame, dot, items)
            except Fault as fault:
                fault.settle(site)
                raise
            if items:
                if run is None:
                    run = rounds(make_body() if go_on is None else going_on(make_body(), go_on), self.targets)
                run(frame, pairs)
            elif make_other is not None:
                frame.variables[held] = False
                if other is None:
                    other = make_other()
                other(frame, dot)

        return loop if leave is None else leaving(loop, leave)

    def other(self, frame: Frame, dot: Any, value: Any) -> tuple[Any, Rounds]:
        """Everything that is neither a plain list nor a plain map: whether there is anything, and the rounds."""
        if value is None or isinstance(value, TypedNil):
            return None, ()
        if isinstance(value, list | bytes):
            frame.variables[self.held] = not isinstance(value, bytes) and element_type(value) == INTERFACE
            return value, enumerate(map(Uint8, value) if isinstance(value, bytes) else value)
        if isinstance(value, dict):
            frame.variables[self.held] = element_type(value) == INTERFACE
            return value, [(key, value[key]) for key in _sorted(value)]
        if isinstance(value, int) and not isinstance(value, bool | Struct):
            return self.count(frame, dot, value)
        raise self.fault(frame, dot, f"range can't iterate over {self.shown(value)}")

    def count(self, frame: Frame, dot: Any, value: int) -> tuple[Any, Rounds]:
        if len(self.targets) > 1:
            raise self.fault(frame, dot, f"can't use {self.shown(value)} to iterate over more than one variable")
        frame.variables[self.held] = False
        kind = value.__class__
        numbers = range(int(value))
        return value > 0, ((None, number) for number in (numbers if kind is int else map(kind, numbers)))

    def shown(self, value: Any) -> str:
        return text_of(value)

    def fault(self, frame: Frame, dot: Any, text: str) -> Fault:
        return Fault(self.pipe.last(frame, dot), text)


def leaving(loop: Step, leave: type[Exception]) -> Step:
    """A loop that `break` ends: also one in its else, as in Go."""

    def step(frame: Frame, dot: Any) -> None:
        with suppress(leave):
            loop(frame, dot)

    return step


def going_on(body: Step, go_on: type[Exception]) -> Step:
    """A body that `continue` ends."""

    def step(frame: Frame, dot: Any) -> None:
        with suppress(go_on):
            body(frame, dot)

    return step


def rounds(body: Step, targets: tuple[Store, ...]) -> Callable[[Frame, Rounds], None]:
    """Run the body for every element."""
    if not targets:

        def plain(frame: Frame, pairs: Rounds) -> None:
            for _, item in pairs:
                frame.round()
                body(frame, item)

        return plain
    if len(targets) == 1:
        store = targets[0]

        def one(frame: Frame, pairs: Rounds) -> None:
            for _, item in pairs:
                frame.round()
                store(frame, None, item)
                body(frame, item)

        return one
    key, last = targets

    def two(frame: Frame, pairs: Rounds) -> None:
        for name, item in pairs:
            frame.round()
            key(frame, None, name)
            last(frame, None, item)
            body(frame, item)

    return two


def _sorted(table: dict[Any, Any]) -> list[Any]:
    try:
        return sorted(table)
    except TypeError:
        return sorted(table, key=key_order)
