"""What `helm show` prints of a chart (pkg/action/show.go). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .crds import crds
from .model import Chart
from .written import metadata_yaml

READMES = ("readme.md", "readme.txt", "readme")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def chart_text(chart: Chart) -> str:
    """Chart.yaml as Helm writes it, and an empty line."""
    return _text(metadata_yaml(chart.metadata)) + "\n"


def values_text(chart: Chart) -> str:
    """values.yaml as it stands, comments and all; empty where there is none."""
    return "".join(_text(file.data) + "\n" for file in chart.raw if file.name == "values.yaml")


def readme_text(chart: Chart) -> str:
    """The first README that Helm knows by name; empty where there is none."""
    found = next((file for file in chart.files if file.name.lower() in READMES), None)
    return "" if found is None else _text(found.data) + "\n"


def crds_text(chart: Chart) -> str:
    """Every CRD of the chart and its subcharts, each after a `---`."""
    return "".join(
        ("" if crd.file.data.startswith(b"---") else "---\n") + _text(crd.file.data) + "\n" for crd in crds(chart)
    )


def all_text(chart: Chart) -> str:
    """Everything, with `---` between."""
    has_values = any(file.name == "values.yaml" for file in chart.raw)
    readme = readme_text(chart)
    return "".join(
        (
            chart_text(chart),
            "---\n" + values_text(chart) if has_values else "",
            "---\n" + readme if readme else "",
            crds_text(chart),
        )
    )


SHOWN: Mapping[str, Callable[[Chart], str]] = {
    "chart": chart_text,
    "values": values_text,
    "readme": readme_text,
    "crds": crds_text,
    "all": all_text,
}
"""The subcommand's name → its text."""
