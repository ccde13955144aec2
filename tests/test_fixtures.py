"""The charts of our own: clean in Helm's eyes, but for the broken ones, each of which has its one fault."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

CHARTS = Path(__file__).resolve().parent.parent / "fixtures" / "charts"
ALL = sorted(path.name for path in CHARTS.iterdir() if path.is_dir())
SOUND = [name for name in ALL if not name.startswith("broken-")]
LINTED = {
    "broken-dependency": "chart directory is missing these dependencies: absent",
    "broken-required": "templates/required.yaml: object name does not conform to Kubernetes naming requirements",
    "broken-schema": "[ERROR] values.yaml: - at '/size': got string, want integer",
    "broken-template-error": "nil pointer evaluating interface {}.key",
    "broken-template-syntax": "unexpected EOF",
    "broken-values": "[ERROR] values.yaml: unable to parse YAML",
    "broken-version": "version 'one.two' is not a valid SemVer",
    "broken-yaml": "[ERROR] templates/bad.yaml: unable to parse YAML",
}
"""Where lint tells of the fault."""

RENDERED = {"broken-kube-version": "chart requires kubeVersion", "broken-required": "a name is required"}
"""Where only rendering does; an object of a kind that no server serves is refused by the server alone."""


def test_every_chart_is_in_the_list() -> None:
    listed = (CHARTS / "README.md").read_text()

    assert [name for name in ALL if f"`{name}`" not in listed] == []
    assert {name for name in ALL if name not in SOUND} == {*LINTED, *RENDERED, "broken-kind"}


@pytest.mark.bed
@pytest.mark.parametrize("name", SOUND)
def test_sound_charts_lint_clean_in_helm(name: str, helm: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = helm(4, "lint", CHARTS / name, "--strict", "--quiet")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.bed
@pytest.mark.parametrize(("command", "name", "text"), [
    *(("lint", name, text) for name, text in LINTED.items()),
    *(("template", name, text) for name, text in RENDERED.items()),
])  # fmt: skip
def test_broken_charts_have_their_fault(
    command: str, name: str, text: str, helm: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    done = helm(4, command, CHARTS / name, check=False)

    assert text in done.stdout + done.stderr
