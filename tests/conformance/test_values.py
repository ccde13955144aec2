"""A chart's values and the user's: what the templates get."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.chart.dependencies import process
from purehelm.engine.chart.load import load_path
from purehelm.engine.chart.schema import validate
from purehelm.engine.chart.values import coalesce
from purehelm.engine.errors import EngineError
from tests.conformance import cases


def answer(case: dict[str, Any]) -> tuple[Any, str | None]:
    with tempfile.TemporaryDirectory() as folder:
        root = cases.write_chart(Path(folder), case["files"])
        try:
            chart, given = process(load_path(root), cases.numbers(case["values"]))
            values = coalesce(chart, given)
            validate(chart, values)
        except EngineError as error:
            return None, cases.told(str(error), root)
    return values, None


@pytest.mark.parametrize("path", cases.files("values.jsonl"), ids=lambda path: path.parent.name)
def test_coalesced_values(path: Path) -> None:
    cases.check(path, answer, lambda case: (cases.numbers(case["expect"]), case["error"]))
