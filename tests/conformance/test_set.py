"""Values from --set, --set-string, --set-json and --set-literal."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.chart.strvals import parse_set, parse_set_json, parse_set_literal, parse_set_string
from purehelm.engine.errors import ValuesError
from tests.conformance import cases

PARSERS: Mapping[str, Callable[[str, dict[str, Any]], None]] = {
    "set": parse_set,
    "set-string": parse_set_string,
    "set-json": parse_set_json,
    "set-literal": parse_set_literal,
}


def answer(case: dict[str, Any]) -> tuple[Any, str | None]:
    values = copy.deepcopy(case["base"] or {})
    try:
        for text in case.get("inputs", [case["input"]]):
            PARSERS[case["flag"]](text, values)
    except ValuesError as error:
        return None, str(error)
    summary = case.get("expect_summary")
    if summary:
        *others, last = values[summary["key"]]
        values = {"key": summary["key"], "length": len(others) + 1, "last": last, "others": None}
        assert set(others) == {None}
    return cases.numbers(values), None


def expected(case: dict[str, Any]) -> tuple[Any, str | None]:
    return cases.numbers(case.get("expect_summary", case["expect"])), case["error"]


@pytest.mark.parametrize("path", cases.files("set.jsonl"), ids=lambda path: path.parent.name)
def test_values_from_flags(path: Path) -> None:
    cases.check(path, answer, expected)
