"""The custom resource definitions below crds/ of a chart and its subcharts (pkg/chart/v2/chart.go CRDObjects). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..chart.model import Chart

EXTENSIONS = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class CrdFile:
    """A file below crds/: its name in its chart, its path from the root chart, its text."""

    name: str
    path: str
    text: str


def crd_files(chart: Chart, prefix: str = "") -> Iterator[CrdFile]:
    """The files in Helm's order: the chart's own, then those of its subcharts."""
    here = f"{prefix}{chart.name}"
    for file in chart.files:
        if file.name.startswith("crds/") and file.name.endswith(EXTENSIONS):
            yield CrdFile(name=file.name, path=f"{here}/{file.name}", text=file.data.decode("utf-8", "replace"))
    for subchart in chart.dependencies:
        yield from crd_files(subchart, f"{here}/charts/")
