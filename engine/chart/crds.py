"""The CRDs that a chart and its subcharts carry in crds/ (pkg/chart/v2/chart.go CRDObjects). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .model import Chart, File

EXTENSIONS = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Crd:
    """One file below crds/: its path in its own chart, its path from the root chart's name on, and the file."""

    name: str
    filename: str
    file: File


def crds(chart: Chart, path: str = "") -> Iterator[Crd]:
    """The chart's own CRDs, then those of its subcharts; `path` is the chain of parents, as in `parent/charts/`."""
    where = path + chart.name
    for file in chart.files:
        if file.name.startswith("crds/") and file.name.lower().endswith(EXTENSIONS):
            yield Crd(file.name, f"{where}/{file.name}", file)
    for subchart in chart.dependencies:
        yield from crds(subchart, f"{where}/charts/")
