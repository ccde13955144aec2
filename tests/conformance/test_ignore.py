""".helmignore: which files of a directory are loaded."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.chart.load import load_path
from purehelm.engine.errors import EngineError
from tests.conformance import cases


def answer(case: dict[str, Any]) -> tuple[Any, str | None]:
    with tempfile.TemporaryDirectory() as folder:
        root = cases.write_chart(Path(folder), case["files"])
        try:
            chart = load_path(root)
        except EngineError as error:
            return None, cases.told(str(error), root)
    return sorted(file.name for file in (*chart.templates, *chart.files)), None


def expected(case: dict[str, Any]) -> tuple[Any, str | None]:
    return None if case["loaded"] is None else sorted(case["loaded"]), case["error"]


@pytest.mark.parametrize("path", cases.files("ignore.jsonl"), ids=lambda path: path.parent.name)
def test_loaded_files(path: Path) -> None:
    cases.check(path, answer, expected)
