"""Charts without templating: how Helm splits, sorts and joins their files, or what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.errors import ManifestError
from purehelm.engine.release.manifest import join, sort_manifests
from purehelm.engine.release.notes import take_notes
from tests.conformance import cases


def rendered(case: dict[str, Any]) -> dict[str, str] | None:
    """The files as they are rendered; None where that takes more than copying them."""
    files = {f"c/{path}": text for path, text in case["files"].items() if path.startswith("templates/")}
    plain = all(isinstance(text, str) and "{{" not in text for text in files.values())
    about_manifest = case["error"] is None or case["error"].startswith("YAML parse error")
    alone = not any(path.startswith("charts/") for path in case["files"])
    return files if plain and alone and about_manifest else None


def answer(case: dict[str, Any]) -> Any:
    try:
        notes, others = take_notes(rendered(case) or {}, "c")
        return join(sort_manifests(others)[1]), notes, None
    except ManifestError as error:
        return None, None, str(error)


def expected(case: dict[str, Any]) -> Any:
    return case["manifest"], case["notes"], case["error"]


@pytest.mark.parametrize("path", cases.files("order.jsonl"), ids=lambda path: path.parent.name)
def test_manifests(path: Path) -> None:
    cases.check(path, answer, expected, lambda case: rendered(case) is not None)
