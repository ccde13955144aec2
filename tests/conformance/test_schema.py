"""Values against schemas of every draft: what Helm says, fault by fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.chart.model import Chart, Metadata
from purehelm.engine.chart.schema import validate
from purehelm.engine.errors import SchemaError
from tests.conformance import cases


def lines(text: str | None) -> list[str] | None:
    """A text's lines without their order: Go walks maps at random."""
    return None if text is None else sorted(text.split("\n"))


def answer(case: dict[str, Any]) -> list[str] | None:
    schema = case["schema"] if isinstance(case["schema"], str) else json.dumps(case["schema"])
    chart = Chart(metadata=Metadata(name="c", version="0.1.0", api_version="v2"), schema=schema.encode())
    try:
        validate(chart, cases.numbers(case["values"]))
    except SchemaError as error:
        return lines(str(error))
    return None


@pytest.mark.parametrize("path", cases.files("schema.jsonl"), ids=lambda path: path.parent.name)
def test_faults(path: Path) -> None:
    cases.check(path, answer, lambda case: lines(case["error"]))
