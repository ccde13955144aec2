"""Which values a chart's templates look at. Pure.

Read from the parsed templates of the whole chart: named templates of subcharts and libraries run with their caller's values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..functions.registry import all_functions
from ..template.errors import TemplateSyntaxError
from ..template.nodes import (
    Action,
    Body,
    Chain,
    Command,
    Dot,
    Field,
    Identifier,
    If,
    Pipe,
    Range,
    String,
    Template,
    Tree,
    Variable,
    With,
)  # fmt: skip
from ..template.parser import parse
from ..template.predefined import TABLE
from .model import Chart, File

Path = tuple[str, ...]

HARMLESS = frozenset(
    [
        "and",
        "or",
        "not",
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "default",
        "empty",
        "coalesce",
        "ternary",
        "kindIs",
        "typeIs",
        "quote",
        "squote",
        "print",
        "printf",
        "toString",
        "int",
        "int64",
        "float64",
        "b64enc",
        "upper",
        "lower",
        "trim",
        "trimSuffix",
        "trimPrefix",
        "trunc",
        "replace",
        "contains",
        "hasPrefix",
        "hasSuffix",
        "required",
        "fail",
        "len",
        "hasKey",
        "get",
        "index",
    ]
)
"""Functions that do not hand a table's keys on."""

LOOKING = frozenset(("index", "get", "hasKey"))
"""Functions whose text arguments are keys."""

IN_TEXT = re.compile(r"\.Values((?:\.[A-Za-z_][A-Za-z0-9_]*)+)")


@dataclass(slots=True)
class Usage:
    """What templates look at: paths, paths whose keys may be anything, and every name and text that they mention."""

    paths: set[Path] = field(default_factory=set)
    free: set[Path] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def use(self, path: Path, *, free: bool = False) -> None:
        self.paths.update(path[: size + 1] for size in range(len(path)))
        if free:
            self.free.add(path)

    def is_free(self, path: Path) -> bool:
        """Whether the path, or something around it, is used as a whole."""
        return any(path[:size] in self.free for size in range(len(path) + 1))


def usage(chart: Chart) -> Usage:
    """What the templates of a chart and of its subcharts look at; a file that cannot be parsed counts for nothing."""
    found = Usage()
    for file, _ in template_files(chart):
        for tree in trees(file):
            _walk(tree.body, found, scoped=None)
    return found


def template_files(chart: Chart, path: str = "") -> Iterator[tuple[File, str]]:
    """Every template of the chart and its subcharts, with the path by which Helm knows it."""
    where = path + chart.name
    for file in chart.templates:
        yield file, f"{where}/{file.name}"
    for subchart in chart.dependencies:
        yield from template_files(subchart, f"{where}/charts/")


def trees(file: File) -> Iterable[Tree]:
    """The named templates of a file, the file's own among them; none where it cannot be parsed."""
    names = all_functions().keys() | TABLE.keys()
    try:
        return parse(file.name, file.data.decode("utf-8", "surrogateescape"), names).values()
    except TemplateSyntaxError:
        return ()


def text_usage(values: Any, found: Usage) -> None:
    """Add what texts among values look at, which templates may run through `tpl`."""
    if isinstance(values, Mapping):
        for item in values.values():
            text_usage(item, found)
    elif isinstance(values, list):
        for item in values:
            text_usage(item, found)
    elif isinstance(values, str) and "{{" in values:
        for match in IN_TEXT.finditer(values):
            found.use(tuple(match[1].split(".")[1:]), free=True)


def _walk(body: Body | None, found: Usage, scoped: Path | None) -> None:
    """`scoped` is the path that the dot stands for inside `with`."""
    for statement in body or ():
        match statement:
            case Action():
                _pipe(statement.pipe, found, scoped)
            case Template():
                if statement.pipe is not None:
                    _pipe(statement.pipe, found, scoped, handed=True)
            case If():
                _pipe(statement.pipe, found, scoped)
                _walk(statement.body, found, scoped)
                _walk(statement.otherwise, found, scoped)
            case With():
                _pipe(statement.pipe, found, scoped)
                _walk(statement.body, found, _path_of(statement.pipe, scoped))
                _walk(statement.otherwise, found, scoped)
            case Range():
                _pipe(statement.pipe, found, scoped, handed=True)
                _walk(statement.body, found, None)
                _walk(statement.otherwise, found, scoped)
            case _:
                pass


def _pipe(pipe: Pipe, found: Usage, scoped: Path | None, *, handed: bool = False) -> None:
    """`handed`: the pipe's value goes where its keys cannot be followed."""
    last = pipe.commands[-1].arguments[0] if pipe.commands else None
    piped = len(pipe.commands) > 1 and not (isinstance(last, Identifier) and last.name in HARMLESS)
    for command in pipe.commands:
        _command(command, found, scoped, handed=handed or piped or bool(pipe.declared))


def _command(command: Command, found: Usage, scoped: Path | None, *, handed: bool) -> None:
    first = command.arguments[0]
    name = first.name if isinstance(first, Identifier) else ""
    given = handed or (bool(name) and name not in HARMLESS)
    for node in command.arguments:
        path = _path_of(node, scoped)
        if path is not None:
            found.use(path, free=given and not (name in LOOKING and not handed))
        if isinstance(node, Field | Variable | Chain):
            found.words.update(node.names)
        if isinstance(node, String):
            found.words.add(node.value)
        inner = node.operand if isinstance(node, Chain) else node
        if isinstance(inner, Pipe):
            _pipe(inner, found, scoped, handed=given)
    if name in LOOKING:
        _looked_up(command, found, scoped)


def _looked_up(command: Command, found: Usage, scoped: Path | None) -> None:
    """`index .Values.a "b"`: the path with the keys that are plain texts; any other key may be anything."""
    path = _path_of(command.arguments[1], scoped) if len(command.arguments) > 1 else None
    if path is None:
        return
    for node in command.arguments[2:]:
        if not isinstance(node, String):
            found.use(path, free=True)
            return
        path = (*path, node.value)
    found.use(path)


def _path_of(node: Any, scoped: Path | None) -> Path | None:
    """The path below .Values that a node means; None for everything else."""
    match node:
        case Field(names=names) | Variable(names=names):
            if "Values" in names:
                return tuple(names[names.index("Values") + 1 :])
            return None if scoped is None or isinstance(node, Variable) else (*scoped, *names)
        case Dot():
            return scoped
        case Chain(operand=base, names=names):
            inner = _path_of(base, scoped)
            return None if inner is None else (*inner, *names)
        case Pipe(commands=(Command(arguments=(only,)),)):
            return _path_of(only, scoped)
    return None
