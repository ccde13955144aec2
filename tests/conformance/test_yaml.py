"""One values document: what Helm reads, or says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from purehelm.engine import yamlio
from purehelm.engine.errors import YamlError
from tests.conformance import cases


def answer(case: dict[str, Any]) -> tuple[Any, str | None]:
    try:
        return yamlio.load_map(cases.data(case["input"]), "common.Values"), None
    except YamlError as error:
        return None, str(error)


@pytest.mark.parametrize("path", cases.files("yaml.jsonl"), ids=lambda path: path.parent.name)
def test_values_documents(path: Path) -> None:
    cases.check(path, answer, lambda case: (cases.numbers(case["expect"]), case["error"]))
