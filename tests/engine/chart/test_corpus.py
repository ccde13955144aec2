"""Real charts: packed and loaded again they render the same, and lint says what Helm's lint says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.chart.load import load_archive, load_path
from purehelm.engine.chart.model import Chart
from purehelm.engine.chart.package import packed
from purehelm.engine.errors import EngineError
from purehelm.engine.lint.linting import lint
from purehelm.engine.release.render import render_templates
from tests.bed.parts import program


def charts(corpus: Path) -> list[Path]:
    return sorted(path for path in (corpus / "charts").iterdir() if path.is_dir())


def rendered(chart: Chart) -> Any:
    try:
        return render_templates(chart, {}, name="web", namespace="default")
    except EngineError as error:
        return str(error)


def is_random(chart: Chart) -> bool:
    """Whether any template makes passwords, keys or times."""
    words = (b"rand", b"gen", b"now", b"uuid", b"htpasswd", b"bcrypt", b"date")
    inner = any(any(word in file.data for word in words) for file in chart.templates)
    return inner or any(is_random(subchart) for subchart in chart.dependencies)


@pytest.mark.corpus
def test_packed_charts_render_the_same(corpus: Path) -> None:
    different = []
    for path in charts(corpus):
        chart = load_path(path)
        again = load_archive(packed(chart))
        if not is_random(chart) and rendered(again) != rendered(chart):
            different.append(path.name)

    assert different == []


@pytest.mark.corpus
@pytest.mark.oracle
def test_lint_agrees_with_helm(corpus: Path) -> None:
    paths = charts(corpus)
    asked = "".join(
        json.dumps({"op": "lint", "path": str(path), "values": {}, "namespace": "default"}) + "\n" for path in paths
    )
    done = subprocess.run([str(program("oracle"))], input=asked, capture_output=True, text=True, check=True)
    different = []
    for path, line in zip(paths, done.stdout.splitlines(), strict=True):
        helms = [(one["severity"], one["path"], one["error"]) for one in json.loads(line)["result"]["messages"]]
        ours = [(int(one.severity), one.path, one.text) for one in lint(path, {}).messages]
        if sorted(ours) != sorted(helms):
            different.append(path.name)

    assert different == []
