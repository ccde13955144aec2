"""Charts in directories: what the loader sees, or says."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.chart.crds import crds
from purehelm.engine.chart.load import load_path
from purehelm.engine.chart.model import Chart
from purehelm.engine.chart.written import metadata_tree
from purehelm.engine.errors import EngineError
from tests.conformance import cases


def seen(chart: Chart) -> dict[str, Any]:
    """A chart as the cases describe it."""
    named = any(file.name == "values.yaml" for file in chart.raw)
    return {
        "metadata": metadata_tree(chart.metadata),
        "values": dict(chart.values) if named else None,
        "files": [file.name for file in chart.files],
        "templates": [file.name for file in chart.templates],
        "dependencies": [subchart.name for subchart in chart.dependencies],
        "crds": [{"name": crd.name, "filename": crd.filename} for crd in crds(chart)],
    }


def answer(case: dict[str, Any]) -> tuple[Any, str | None]:
    with tempfile.TemporaryDirectory() as folder:
        root = cases.write_chart(Path(folder), case["files"])
        try:
            return cases.numbers(seen(load_path(root))), None
        except EngineError as error:
            return None, cases.told(str(error), root)


@pytest.mark.parametrize("path", cases.files("chart.jsonl"), ids=lambda path: path.parent.name)
def test_directories(path: Path) -> None:
    cases.check(path, answer, lambda case: (cases.numbers(case["expect"]), case["error"]))
