"""Templates that know each other: parse files into a set, run one of them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from ..goquote import quote
from .compiler import Shared, compile_tree
from .deep import deeply, too_deep
from .errors import Fault, TemplateExecError, TemplateSyntaxError, exec_error
from .function import Function, FunctionError
from .nodes import Tree
from .parser import parse
from .predefined import TABLE
from .quick import MOST_KEPT, Meanings
from .runtime import DEFAULT_BUDGET, Budget, Frame, Run, Step, Unit

ROOT = "gotpl"  # what Helm calls its set of templates, and the text given to tpl
NO_FUNCTIONS: Mapping[str, Function] = {}
CACHED = 64 * 1024 * 1024  # characters of source whose compiled form is kept


class Library:
    """The functions that templates may call, and what was compiled with them. Safe to share between threads.

    Compiled templates are kept by file name and content, up to `cached` characters of source.
    """

    def __init__(self, functions: Mapping[str, Function], *, strict: bool = False, cached: int = CACHED) -> None:
        self.functions = functions
        self.names = frozenset(functions) | frozenset(TABLE)
        self.strict = strict
        self._cached = cached
        self._size = 0
        self._lock = threading.Lock()
        self._meanings: Meanings = {}
        self._shared: Shared = {}
        self._units: OrderedDict[tuple[str, str], dict[str, Unit]] = OrderedDict()

    def units(self, file: str, text: str) -> dict[str, Unit]:
        """The templates of a file by their names. Raises TemplateSyntaxError."""
        key = file, text
        with self._lock:
            found = self._units.get(key)
            if found is not None:
                self._units.move_to_end(key)
                return found
        made = {name: Unit(tree, self.compile) for name, tree in parse(file, text, self.names, self._meanings).items()}
        with self._lock:
            if self._units.setdefault(key, made) is made:
                self._size += len(text)
                while self._size > self._cached and self._units:
                    (_, old), _ = self._units.popitem(last=False)
                    self._size -= len(old)
        return made

    def compile(self, tree: Tree) -> Step:
        if len(self._shared) > MOST_KEPT:
            self._shared = {}
        return compile_tree(tree, self.functions, strict=self.strict, shared=self._shared)


def joined(templates: Mapping[str, Unit], more: Mapping[str, Unit]) -> dict[str, Unit]:
    """Templates and more of them: the later wins, unless it is empty."""
    both = dict(templates)
    for name, unit in more.items():
        if name not in both or not unit.tree.empty:
            both[name] = unit
    return both


class TemplateSet:
    """Templates that can call each other by name."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.templates: dict[str, Unit] = {}

    def add(self, file: str, text: str) -> None:
        """Parse a file; its defines replace earlier ones. Raises TemplateSyntaxError."""
        templates = self.templates
        for name, unit in self.library.units(file, text).items():
            if name not in templates or not unit.tree.empty:
                templates[name] = unit

    def run(self, *, facts: Any = None, budget: Budget = DEFAULT_BUDGET) -> Run:
        """What the templates of one render share."""
        return Run(self.expand, facts=facts, budget=budget)

    def execute(self, name: str, data: Any, run: Run) -> str:
        """The text of a template. Raises TemplateExecError, BudgetExceeded."""
        unit = self.templates.get(name)
        if unit is None:
            text = f'template: no template {quote(name)} associated with template "{ROOT}"'
            raise TemplateExecError(text, go_text=text, places=(), detail=text)
        try:
            return Frame(run, self.templates, []).text(unit, data)
        except Fault as fault:
            raise exec_error(fault) from None
        except RecursionError:
            raise too_deep() from None

    def expand(self, frame: Frame, text: str) -> Unit:
        """Parse a text for tpl: the frame then sees its defines. Raises FunctionError."""
        try:
            units = self.library.units(ROOT, text)
        except TemplateSyntaxError as error:
            raise FunctionError(f"cannot parse template {quote(text)}: {error.go_text}") from None
        frame.templates = joined(frame.templates, units)
        return units[ROOT]


def render_text(text: str, data: Any, functions: Mapping[str, Function] = NO_FUNCTIONS, *, name: str = ROOT) -> str:
    """One template's text with that data. Raises TemplateSyntaxError, TemplateExecError, BudgetExceeded."""
    templates = TemplateSet(Library(functions))

    def render() -> str:
        templates.add(name, text)
        return templates.execute(name, data, templates.run())

    return deeply(render)
