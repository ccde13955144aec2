"""Lint rules of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from purehelm.engine.lint.linting import lint
from purehelm.engine.lint.rules import LintOptions
from tests.engine.chart.charts import METADATA, SUB, written

MAP = "kind: ConfigMap\nmetadata: {name: x}\ndata:\n  n: {{ .Values.size }}\n"
FILES = {"values.yaml": "size: 1000000\nreplicas: 1\n", "templates/a.yaml": MAP + "  r: {{ .Values.replicas }}\n"}
DEFINES = {
    "templates/_a.tpl": '{{ define "same" }}x{{ end }}{{ define "t" }}one{{ end }}',
    "charts/s/Chart.yaml": SUB,
    "charts/s/templates/_a.tpl": '{{ define "same" }}x{{ end }}{{ define "t" }}two{{ end }}',
}


def told(folder: Path, files: dict[str, str], values: dict[str, object]) -> list[tuple[str, str, str]]:
    result = lint(written(folder, files, METADATA + "icon: https://x.example/i.png\n"), values, LintOptions(own=True))
    return [(message.rule, message.path, message.text) for message in result.messages if message.rule]


def test_large_numbers_are_found_where_they_show(tmp_path: Path) -> None:
    assert told(tmp_path, FILES, {}) == [
        (
            "own.exponent",
            "templates/a.yaml",
            "1e+06 stands for a number that Go prints with an exponent (templates/a.yaml: .Values.size); pipe the value through int64 or quote it",
        )
    ]


def test_unknown_values_are_found(tmp_path: Path) -> None:
    files = {**FILES, "values.yaml": "size: 1\nreplicas: 1\n"}

    assert told(tmp_path, files, {"replica": 2.0}) == [
        ("own.unknown-value", "values.yaml", "replica is not used by the chart (did you mean 'replicas'?)")
    ]


def test_templates_that_shadow_each_other_are_found(tmp_path: Path) -> None:
    files = {**FILES, "values.yaml": "size: 1\nreplicas: 1\n", **DEFINES}

    assert told(tmp_path, files, {}) == [
        (
            "own.shadowed-template",
            "c/charts/s/templates/_a.tpl",
            "template 't' is defined with different text in c/charts/s/templates/_a.tpl and c/templates/_a.tpl; only one of them is used",
        )
    ]


@pytest.mark.parametrize("values", [{}, {"replica": 1.0}], ids=["defaults", "unknown"])
def test_they_are_silent_unless_asked(tmp_path: Path, values: dict[str, object]) -> None:
    result = lint(written(tmp_path, FILES), values)

    assert [message.text for message in result.messages] == ["icon is recommended"]


def test_lists_are_looked_into(tmp_path: Path) -> None:
    files = {
        "values.yaml": "l: [{size: 2000000}]\n",
        "templates/a.yaml": "kind: A\nmetadata: {name: x}\nn: {{ (index .Values.l 0).size }}\n",
    }

    assert [text.partition(" stands")[0] for _, _, text in told(tmp_path, files, {})] == ["2e+06"]
