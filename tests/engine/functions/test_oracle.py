"""Calls with arguments drawn at random, and Printf's directives: our answers beside Helm's own."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.functions import arithmetic, dicts, flow, kinds, lists, strings
from purehelm.engine.template.function import Function
from tests.engine.functions.kitchen import Kitchen, looked_at, many

pytestmark = pytest.mark.oracle

TEXTS = [
    '""', '"a"', '"abc"', '"Hello World"', '"a b  c"', '"a,b,,c"', '" "', '"é"', '"héllo wörld"', '"日本語x"', '"12"',
    '"HTTPServer2xx foo_bar-baz"', '"_a__b"', '("é" | trunc 1)', '"0x1F"', '"1.50"', '"1.0"', '"1e3"', '"a\\nb\\n"',
    '"x\\u00a0y"', '"ǅ ŉ ﬁ ᾀ ß İ"', '"%d"', '"10_000"', '"\\x00\\x1f\\u2028\\U0001F600"', '"inf"', '"010"', '"int"',
    '"999999999999999999999"', '"map"',
]  # fmt: skip
WHOLE = ["0", "1", "2", "3", "5", "7", "10", "-1", "-2", "-5", "20", "(int64 3)"]
NUMBERS = [
    *WHOLE, "1.5", "-0.5", "0.1", "0.2", '"7"', '"1.5"', '"x"', "1e10", '"0x10"', '"1_0"', "true", "nil", '"08"', '"1.00"',
    "9223372036854775807", "-9223372036854775808", '"1e400"', '"inf"', '"nan"', "1e-7", "'a'", "1e308", "1e19", '"-0"',
    "123456789.123456789", '"0x1p4"', "(list 1)",
]  # fmt: skip
MAPS = [
    "(dict)", '(dict "a" 1)', '(dict "a" 0 "b" "" "c" nil)', '(dict "a" (dict "x" 1) "b" (list 1))', '(dict "b" (dict))',
    '(dict "a" (dict "y" 2) "b" (list) "d" false)', '(dict "a" "s" "b" (dict "c" nil))', "nil", "(deepCopy .Values)",
]  # fmt: skip
ANYTHING = [
    *TEXTS, *NUMBERS, *MAPS, "false", "1i", "(list)", '(list 1 2 2 "a" nil)', '(list "b" "a" "b")', '(splitList "," "b,a,c")',
    "(until 3)", "(rest (list))", '(split "," "a,b")', "(list 1 1.0 (int64 1))", "(list (list 1) (dict))", "(chunk 2 (list 1 2 3))",
]  # fmt: skip
POOLS = {
    "string": TEXTS, "int": WHOLE, "map[string]interface {}": MAPS, "bool": ["true", "false"], "float64": ["0.5", "0.1", "1"],
    "interface {}": ANYTHING,
}  # fmt: skip
FAMILIES = {
    "strings": strings, "lists": lists, "dicts": dicts, "flow": flow, "kinds": kinds, "arithmetic": arithmetic,
}  # fmt: skip
NOT_REPEATABLE = re.compile("rand|shuffle")
# Helm's lists may have room behind their end, which slice shows as nil; ours have none.
ROOM = frozenset(("slice", "mustSlice"))
VERBS = "vTdsqxXcUefgGboOtEF"
FLAGS = "+-# 0"
CALLS = 25  # of each function
DIRECTIVES = 1500


def call(draw: random.Random, function: Function) -> str:
    """A call with as many arguments as the function may have; now and then one of the wrong type."""
    fixed = function.params[:-1] if function.variadic else function.params
    types = [*fixed, *function.params[-1:] * draw.randint(0, 3)] if function.variadic else [*fixed]
    numeric = function.name in arithmetic.TABLE
    pools = [NUMBERS if numeric and kind == "interface {}" else POOLS[kind] for kind in types]
    return " ".join([function.name, *(draw.choice(ANYTHING if draw.random() < 0.03 else pool) for pool in pools)])


def directive(draw: random.Random) -> str:
    flags = "".join(draw.sample(FLAGS, draw.randint(0, 3)))
    width, precision = draw.choice(["", "5", "12", "2", "*", "[1]"]), draw.choice(["", ".0", ".2", ".", ".7", ".*"])
    return draw.choice(["", "é", " "]) + f"%{flags}{width}{precision}{draw.choice(VERBS)}"


def printf(draw: random.Random) -> str:
    form = "".join(directive(draw) for _ in range(draw.randint(1, 3)))
    return " ".join(["printf", json.dumps(form), *(draw.choice(ANYTHING) for _ in range(draw.randint(0, 4)))])


@pytest.fixture
def kitchen(tmp_path: Path, oracle: Any) -> Kitchen:
    return Kitchen(tmp_path, oracle)


@pytest.mark.parametrize("family", FAMILIES)
def test_calls(family: str, kitchen: Kitchen) -> None:
    draw = random.Random(family)
    different: dict[str, tuple[str, str]] = {}
    for name, function in FAMILIES[family].TABLE.items():
        if NOT_REPEATABLE.search(name) or name in ROOM:
            continue
        made = (call(draw, function) for _ in range(CALLS))
        ordered = (f"sortAlpha ({each})" if name in ("keys", "values") else each for each in made)
        different |= kitchen.different(ordered, looked_at)
    assert different == {}


def test_directives(kitchen: Kitchen) -> None:
    draw = random.Random("directives")
    assert kitchen.different(many(DIRECTIVES, lambda: printf(draw)), lambda call: f"{{{{ {call} }}}}") == {}
