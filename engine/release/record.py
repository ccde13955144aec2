"""A chart as a release's record holds it, and back (pkg/chart/v2/chart.go): without its subcharts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..chart.metadata import metadata_fields
from ..chart.model import Chart, File, Metadata
from ..chart.written import lock_tree, metadata_tree
from ..errors import ChartError, EngineError
from .model import Release

ZERO = "0001-01-01T00:00:00Z"


def chart_record(chart: Chart) -> dict[str, Any]:
    """Helm's JSON of a chart, its fields in Helm's order."""
    metadata = metadata_tree(chart.metadata)
    if "annotations" in metadata:
        metadata["annotations"] = dict(sorted(metadata["annotations"].items()))
    tree = {
        "metadata": metadata,
        "lock": None if chart.lock is None else lock_tree(chart.lock),
        "templates": [_file(file) for file in chart.templates] or None,
        "values": dict(chart.values) if _has_values(chart) else None,
        "schema": None if chart.schema is None else _text(chart.schema),
        "schemamodtime": chart.schema_modtime or ZERO,
        "files": [_file(file) for file in chart.files] or None,
    }
    return tree | ({"modtime": chart.modtime} if chart.modtime else {})


def _has_values(chart: Chart) -> bool:
    """Whether Helm has a map of values: read from a file, or made of what dependencies export."""
    return bool(chart.values or chart.metadata.dependencies) or any(file.name == "values.yaml" for file in chart.raw)


def _file(file: File) -> dict[str, Any]:
    tree = {"name": file.name, "data": _text(file.data)}
    return tree | ({"modtime": file.modtime} if file.modtime else {})


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def completed(release: Release) -> Release:
    """A record as Helm 4 writes it again: Helm 3 did not know the time of a schema."""
    tree = release.chart
    if not tree or "schemamodtime" in tree:
        return release
    fields: dict[str, Any] = {}
    for key, value in tree.items():
        fields[key] = value
        if key == "schema":
            fields["schemamodtime"] = ZERO
    return replace(release, chart=fields)


def recorded_chart(tree: Mapping[str, Any]) -> Chart:
    """The chart in a record, as far as the record has it; raises ChartError for one that cannot be read."""
    try:
        return Chart(
            metadata=Metadata(**metadata_fields(tree.get("metadata") or {})),
            templates=_files(tree.get("templates")),
            files=_files(tree.get("files")),
            values=tree.get("values") or {},
            schema=base64.b64decode(tree["schema"], validate=True) if tree.get("schema") else None,
        )
    except (KeyError, TypeError, ValueError, binascii.Error, EngineError) as error:
        raise ChartError(f"the recorded chart cannot be read: {error}") from error


def _files(items: list[Mapping[str, Any]] | None) -> tuple[File, ...]:
    return tuple(
        File(item["name"], base64.b64decode(item.get("data") or ""), item.get("modtime")) for item in items or ()
    )
