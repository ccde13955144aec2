"""A render in progress: its frames, what it may use, and the templates it can call."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..goquote import quote
from ..govalues import Addressed
from .errors import BudgetExceeded, Fault
from .function import FunctionError
from .nodes import Tree

Step: TypeAlias = "Callable[[Frame, Any], None]"
Value: TypeAlias = "Callable[[Frame, Any], Any]"
INCLUDES = 1000  # helm pkg/engine/engine.go recursionMaxNums
CHECKED_EVERY = 64  # steps between two looks at the clock and at what was written


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one render may use; the defaults suit a service that renders other people's charts."""

    steps: int = 20_000_000  # rounds of range, and templates run
    output: int = 512 * 1024 * 1024  # characters, counting what is included again
    seconds: float = 120.0
    nesting: int = 4_000  # templates that call each other


DEFAULT_BUDGET = Budget()


class Run:
    """What all frames of one render share. Not shared between threads.

    `facts` is whatever functions that want the scope need to know (the engine's: lookup, DNS, lint).
    """

    __slots__ = ("budget", "clock", "deadline", "depth", "expand", "facts", "included", "output", "steps")

    def __init__(
        self,
        expand: Callable[[Frame, str], Unit],
        *,
        facts: Any = None,
        budget: Budget = DEFAULT_BUDGET,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.expand = expand
        self.facts = facts
        self.budget = budget
        self.clock = clock
        self.deadline = clock() + budget.seconds
        self.steps = 0
        self.output = 0
        self.depth = 0
        self.included: dict[str, int] = {}

    def check(self) -> None:
        """Raise BudgetExceeded where steps or time are used up."""
        if self.steps > self.budget.steps:
            raise BudgetExceeded(f"the templates took more than {self.budget.steps} steps", limit="steps")
        if self.clock() > self.deadline:
            raise BudgetExceeded(f"the templates ran for more than {self.budget.seconds:g} seconds", limit="seconds")

    def written(self, size: int) -> None:
        """Count characters of output. Raises BudgetExceeded."""
        self.output += size
        if self.output > self.budget.output:
            raise BudgetExceeded(f"the templates wrote more than {self.budget.output} characters", limit="output")

    def enter(self) -> None:
        """Count one more template that runs inside others. Raises BudgetExceeded."""
        self.steps += 1
        self.depth += 1
        if self.depth > self.budget.nesting:
            raise BudgetExceeded(f"templates are nested more than {self.budget.nesting} deep", limit="nesting")
        if not self.steps % CHECKED_EVERY:
            self.check()


class Unit:
    """One named template, compiled when it is first run."""

    __slots__ = ("_compile", "step", "tree")

    def __init__(self, tree: Tree, compiler: Callable[[Tree], Step]) -> None:
        self.tree = tree
        self._compile = compiler
        self.step: Step | None = None

    def prepare(self) -> Step:
        """Its closure."""
        step = self.step = self._compile(self.tree)
        return step


class Frame:
    """One template being run: its variables by number (0 is `$`), and where its text goes."""

    __slots__ = ("measured", "out", "run", "templates", "variables", "write")

    def __init__(self, run: Run, templates: Mapping[str, Unit], out: list[str], data: Any = None) -> None:
        self.run = run
        self.templates = templates
        self.out = out
        self.write = out.append
        self.variables: dict[int, Any] = {0: data}
        self.measured = len(out)

    def start(self, unit: Unit, data: Any, out: list[str]) -> None:
        """Run another template with data of its own."""
        run = self.run
        run.enter()
        frame = Frame(run, self.templates, out, data)
        (unit.step or unit.prepare())(frame, data)
        run.depth -= 1

    def text(self, unit: Unit, data: Any) -> str:
        """The text of another template."""
        out: list[str] = []
        self.start(unit, data, out)
        text = "".join(out)
        self.run.written(len(text))
        return text

    def round(self) -> None:
        """Count one round of a range. Raises BudgetExceeded."""
        run = self.run
        run.steps += 1
        if not run.steps % CHECKED_EVERY:
            run.check()
            out = self.out
            run.written(sum(map(len, out[self.measured :])))
            self.measured = len(out)

    # What functions that want the scope use

    def include(self, name: str, data: Any) -> str:
        """Helm's include: the text of a named template. Raises FunctionError."""
        included = self.run.included
        count = included.get(name)
        if count is None:
            included[name] = 1
        elif count > INCLUDES:
            raise FunctionError(f"rendering template has a nested reference name: {name}: unable to execute template")
        else:
            included[name] = count + 1
        unit = self.templates.get(name)
        if unit is None:
            included[name] -= 1
            raise FunctionError(f'template: no template {quote(name)} associated with template "gotpl"')
        try:
            text = self.text(unit, data.go_copied() if isinstance(data, Addressed) else data)
        except Fault as fault:
            raise FunctionError("", fault) from None
        included[name] -= 1
        return text

    def tpl(self, text: str, data: Any) -> str:
        """Helm's tpl: the text of a template given as a string, which sees all defines. Raises FunctionError."""
        frame = Frame(self.run, self.templates, [])
        unit = self.run.expand(frame, text)
        try:
            result = frame.text(unit, data.go_copied() if isinstance(data, Addressed) else data)
        except Fault as fault:
            raise FunctionError(f"error during tpl function execution for {quote(text)}: ", fault) from None
        return result.replace("<no value>", "") if "<no value>" in result else result
