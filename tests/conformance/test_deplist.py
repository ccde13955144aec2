"""The statuses of `dependency list`."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.chart.listing import dependency_rows
from purehelm.engine.chart.load import load_path
from purehelm.engine.errors import EngineError
from tests.conformance import cases


def answer(case: dict[str, Any]) -> tuple[Any, str | None]:
    with tempfile.TemporaryDirectory() as folder:
        root = cases.write_chart(Path(folder), case["files"])
        try:
            return [asdict(row) for row in dependency_rows(load_path(root), root)], None
        except EngineError as error:
            return None, cases.told(str(error), root)


@pytest.mark.parametrize("path", cases.files("deplist.jsonl"), ids=lambda path: path.parent.name)
def test_statuses(path: Path) -> None:
    cases.check(path, answer, lambda case: (case["expect"], case["error"]))
