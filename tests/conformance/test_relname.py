"""Release names that Helm accepts or refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from purehelm.engine.release.names import name_problem
from tests.conformance import cases


@pytest.mark.parametrize("path", cases.files("relname.jsonl"), ids=lambda path: path.parent.name)
def test_release_names(path: Path) -> None:
    cases.check(path, lambda case: name_problem(case["input"]), lambda case: case["error"])
