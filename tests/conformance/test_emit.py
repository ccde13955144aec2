"""Values as Helm's toYaml, toYamlPretty, toJson and toToml write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from purehelm.engine import jsonio, tomlio, yamlio
from tests.conformance import cases


def answer(case: dict[str, Any]) -> dict[str, str]:
    value = cases.numbers(case["value"])
    return {
        "yaml": yamlio.dump(value).removesuffix("\n"),
        "pretty": yamlio.dump_pretty(value).removesuffix("\n"),
        "json": jsonio.dumps(value),
        "toml": tomlio.dumps(value),
    }


@pytest.mark.parametrize("path", cases.files("emit.jsonl"), ids=lambda path: path.parent.name)
def test_written_values(path: Path) -> None:
    cases.check(path, answer, lambda case: case["expect"])
