"""Charts examined as `helm lint` does."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.capabilities import Capabilities
from purehelm.engine.errors import EngineError
from purehelm.engine.lint.linting import lint
from purehelm.engine.lint.rules import LintOptions
from tests.conformance import cases


def answer(case: dict[str, Any]) -> Any:
    options = case.get("options", {})
    try:
        capabilities = Capabilities()
        if "kube_version" in options:
            capabilities = capabilities.with_kube_version(options["kube_version"])
    except EngineError as error:
        return str(error)
    chosen = LintOptions(
        namespace=options.get("namespace", case.get("namespace", "")),
        strict=options.get("strict", False),
        capabilities=capabilities,
    )
    with tempfile.TemporaryDirectory() as folder:
        root = cases.write_chart(Path(folder), case["files"])
        result = lint(root, cases.numbers(case["values"]), chosen)
    messages = [
        {
            "severity": int(message.severity),
            "path": cases.told(message.path, root),
            "error": cases.told(message.text, root),
        }
        for message in result.messages
    ]
    return messages, [cases.told(text, root) for text in result.errors]


def expected(case: dict[str, Any]) -> Any:
    return case["error"] if "error" in case else (case["messages"], case["errors"])


@pytest.mark.parametrize("path", cases.files("lint.jsonl"), ids=lambda path: path.parent.name)
def test_lint(path: Path) -> None:
    cases.check(path, answer, expected)
