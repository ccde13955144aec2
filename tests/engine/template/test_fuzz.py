"""Hostile template text: an error of our tree or a result, in bounded time; and both parsers agree."""

from __future__ import annotations

import random
import time

import pytest

from purehelm.engine.errors import EngineError
from purehelm.engine.template import parser, quick
from purehelm.engine.template.deep import deeply
from purehelm.engine.template.environment import Library, TemplateSet
from purehelm.engine.template.errors import TemplateSyntaxError
from purehelm.engine.template.nodes import Text, Tree
from purehelm.engine.template.predefined import TABLE
from purehelm.engine.template.runtime import Budget
from tests.engine.template import generated


class AnyFunction:
    """Every identifier that is no keyword is a function's."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.isidentifier() and name not in quick.WORDS


def absolute(node: object, base: int = 0) -> object:
    """A tree with every position counted from the file's start, so that both parsers' trees can be compared."""
    if not isinstance(node, tuple):
        return node
    if not hasattr(node, "_fields"):
        return tuple(absolute(each, base) for each in node)
    base = getattr(node, "base", base)
    fields = {}
    for name, value in node._asdict().items():
        if name == "position":
            fields[name] = 0 if isinstance(node, Text) else value + base
        elif name not in ("base", "shared"):
            fields[name] = absolute(value, base)
    return type(node).__name__, tuple(fields.items())


def trees(found: dict[str, Tree]) -> dict[str, object]:
    return {name: absolute(tree) for name, tree in found.items()}


def check_parsers(text: str) -> None:
    """The short way gives what the careful one gives, or gives up."""
    short = quick.quick_trees("f", text, AnyFunction(), {})
    try:
        careful = parser.parse_carefully("f", text, AnyFunction())
    except TemplateSyntaxError:
        assert short is None, text
        return
    assert short is None or trees(short) == trees(careful), text


@pytest.mark.parametrize("seed", range(4))
def test_parsers_agree(seed: int) -> None:
    random_ = random.Random(seed)
    for _ in range(300):
        check_parsers(generated.well_formed(random_))
        check_parsers(generated.broken(random_))


@pytest.mark.parametrize("seed", range(3))
def test_nothing_escapes_the_error_tree(seed: int) -> None:
    random_ = random.Random(seed)
    functions = {
        name: TABLE["print"] for name in [*generated.ONE, *generated.TWO, *generated.THREE] if name not in TABLE
    }
    started = time.monotonic()
    for _ in range(300):
        templates = TemplateSet(Library(functions))
        text = generated.broken(random_)

        def render(text: str = text, templates: TemplateSet = templates) -> str:
            templates.add("f", text)
            return templates.execute("f", generated.VALUES, templates.run(budget=Budget(seconds=5.0)))

        try:
            assert isinstance(deeply(render), str)
        except EngineError as error:
            assert str(error)  # noqa: PT017 - either way is right; no other exception is
    assert time.monotonic() - started < 60


DEEP = 20_000


@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "(" * DEEP + "1" + ")" * DEEP + " }}",
        "{{ if true }}" * DEEP + "{{ end }}" * DEEP,
        "{{ if false }}" + "{{ else if false }}" * DEEP + "{{ end }}",
        "{{ $" + ".a" * DEEP + " }}",
        "{{ 1" + " | print" * DEEP + " }}",
        "{{" * DEEP,
        "{{ \"" + "\\" * DEEP,
        "{{ " + " " * DEEP + "x",
        "{{/*" * DEEP,
        "{{ " + "1" * DEEP + " }}",
        "{{ `" * DEEP,
    ],
    ids=["parentheses", "ifs", "else-ifs", "chain", "stages", "openers", "escapes", "blanks", "comments", "digits", "quotes"],
)  # fmt: skip
def test_extreme_texts_end(text: str) -> None:
    templates = TemplateSet(Library({}))

    def render() -> str:
        templates.add("f", text)
        return templates.execute("f", {}, templates.run())

    try:
        assert isinstance(deeply(render), str)
    except EngineError as error:
        assert str(error)  # noqa: PT017 - either way is right; no other exception is
