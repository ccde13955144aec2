"""Small charts: every template's text, or the error's."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine import load_chart, render_templates
from purehelm.engine.errors import EngineError
from tests.conformance import cases


def about(case: dict[str, Any]) -> dict[str, Any]:
    """The options of a case."""
    options = {"name": case.get("name", "rel"), "namespace": case.get("namespace", "default")}
    names = ("kube_version", "api_versions", "is_upgrade", "is_install", "revision")
    return options | {name: case[name] for name in names if case.get(name) not in (None, [])}


def write_chart(case: dict[str, Any], root: Path) -> None:
    """The chart of a case as files."""
    for name, content in case["files"].items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cases.data(content))


def lines(text: str) -> list[str]:
    """A text whose lines may come in any order."""
    return sorted(text.splitlines())


def answer(case: dict[str, Any]) -> Any:
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / case.get("chart", "c")
        write_chart(case, root)
        try:
            rendered = render_templates(load_chart(root), case.get("values") or {}, **about(case))
        except EngineError as error:
            text = str(error).replace(str(root), "$DIR").replace(scratch, "$TMP")
            return lines(text) if "specifications of the schema" in text else text
    return {path: lines(text) for path, text in rendered.items()} if case.get("unordered_lines") else rendered


def expected(case: dict[str, Any]) -> Any:
    if "error" in case:
        text: str = case["error"]
        return lines(text) if "specifications of the schema" in text else text
    if case.get("unordered_lines"):
        return {path: lines(text) for path, text in case["expect"].items()}
    return case["expect"]


@pytest.mark.parametrize("path", cases.files("render.jsonl"), ids=lambda path: path.parent.name)
def test_rendered_charts(path: Path) -> None:
    # Where a text is random only that it renders is asked.
    cases.check(path, answer, expected, lambda case: not case.get("volatile"))


@pytest.mark.parametrize("path", cases.files("render.jsonl"), ids=lambda path: path.parent.name)
def test_charts_of_random_text(path: Path) -> None:
    def known(case: dict[str, Any], texts: Any) -> Any:
        return (
            texts
            if isinstance(texts, str)
            else {name: None if name in case["volatile"] else texts[name] for name in texts}
        )

    cases.check(
        path,
        lambda case: known(case, answer(case)),
        lambda case: known(case, expected(case)),
        lambda case: bool(case.get("volatile")),
    )
