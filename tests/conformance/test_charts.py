"""Real public charts: every template's text as the real Helm gave it.

Where Helm's own text is random or depends on the time, what two of its renderings have in common must be in ours: lines
that both have are compared, others are left out.
"""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine import load_chart, render_templates
from purehelm.engine.errors import EngineError
from tests.conformance.test_render import about


def stable(one: str, two: str) -> list[str]:
    """The lines that two renderings share, in order."""
    first, second = one.splitlines(), two.splitlines()
    blocks = difflib.SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    return [line for block in blocks for line in first[block.a : block.a + block.size]]


def contains(text: str, wanted: list[str]) -> bool:
    """Whether these lines come in the text in this order."""
    lines = iter(text.splitlines())
    return all(any(line == want for line in lines) for want in wanted)


def fault(case: dict[str, Any], folder: Path, second: dict[str, dict[str, str]]) -> str | None:
    """What is wrong with our rendering of a case."""
    try:
        got = render_templates(load_chart(folder / "charts" / case["chart"]), case["values"] or {}, **about(case))
    except EngineError as error:
        if case["expect"] == "ok":
            return f"{case['id']}: {error}"
        return None if str(error) == case["golden"] else f"{case['id']}: wanted {case['golden']!r}, got {str(error)!r}"
    if case["expect"] != "ok":
        return f"{case['id']}: no error, wanted {case['golden']!r}"
    want: dict[str, str] = json.loads((folder / case["golden"]).read_text(encoding="utf-8"))
    if got.keys() != want.keys():
        return f"{case['id']}: other templates: {sorted(got.keys() ^ want.keys())}"
    volatile = set(case["volatile"] or ())
    for path, text in want.items():
        if path not in volatile:
            if got[path] != text:
                return f"{case['id']}: {path} differs"
        elif path in second.get(case["id"], {}) and not contains(got[path], stable(text, second[case["id"]][path])):
            return f"{case['id']}: {path} differs where Helm's own renderings agree"
    return None


@pytest.mark.corpus
@pytest.mark.timeout(1800)
def test_public_charts(corpus: Path) -> None:
    lines = (corpus / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    second = json.loads((corpus / "volatile-second-sample.json").read_text(encoding="utf-8"))
    cases = [json.loads(line) for line in lines]
    faults = [found for found in (fault(case, corpus, second) for case in cases) if found]
    print(f"cases.jsonl: {len(cases) - len(faults)}/{len(cases)}")
    assert not faults, "\n".join(faults[:10])


@pytest.mark.parametrize(
    ("one", "two", "text", "same"),
    [
        ("a: 1\nb: x", "a: 1\nb: y", "a: 1\nb: z", True),
        ("a: 1\nb: x", "a: 1\nb: y", "a: 2\nb: z", False),
        ("a\nx\nb", "a\ny\nb", "b\nq\na", False),
    ],
    ids=["only the random line differs", "another line differs", "another order"],
)
def test_lines_that_helm_repeats(one: str, two: str, text: str, *, same: bool) -> None:
    assert contains(text, stable(one, two)) is same
