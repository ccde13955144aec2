"""Live objects as the API server describes them for people: its tables, laid out as kubectl does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from purehelm.engine.shapes import KubeObject, ResourceRef

PADDING, NARROWEST = 3, 6  # columns between cells, and of a cell with its padding


@runtime_checkable
class TableApi(Protocol):
    """A cluster that gives an object as a table (`Accept: application/json;as=Table`)."""

    def table(self, ref: ResourceRef) -> KubeObject:
        """The Table of one object; raises ObjectNotFound."""
        ...


def resources_text(live: Mapping[str, Sequence[KubeObject]], cluster: object) -> str:
    """The RESOURCES block of `status`; empty where nothing is alive (cmd/status.go)."""
    if not live:
        return ""
    printer = _Printer(cluster)
    blocks = "".join(f"==> {heading}\n{''.join(map(printer.text, live[heading]))}\n" for heading in live)
    return f"RESOURCES:\n{blocks}\n"


class _Printer:
    """kubectl's table printer: titles are printed anew only when the columns change."""

    def __init__(self, cluster: object) -> None:
        self._cluster = cluster
        self._columns: Any = None

    def text(self, body: KubeObject) -> str:
        table = self._cluster.table(_ref(body)) if isinstance(self._cluster, TableApi) else _plain(body)
        columns = table.get("columnDefinitions") or []
        titles = columns != self._columns
        self._columns = columns
        return layout(_lines(table, titles=titles))


def _lines(table: Mapping[str, Any], *, titles: bool) -> Iterator[list[str]]:
    """The table's rows as cells; columns for wide output are left out."""
    columns = table.get("columnDefinitions") or []
    shown = [at for at, column in enumerate(columns) if not column.get("priority")]
    rows = table.get("rows") or []
    if titles and rows:
        yield [str(columns[at]["name"]).upper() for at in shown]
    for row in rows:
        yield [_cell(row["cells"][at]) for at in shown if at < len(row["cells"])]


def _cell(value: Any) -> str:
    """A cell; what follows a line end is cut off."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    end = min((at for mark in "\f\n\r" if (at := text.find(mark)) >= 0), default=-1)
    return text if end < 0 else f"{text[:end]}..."


def layout(lines: Iterable[Sequence[str]]) -> str:
    """Cells in columns, padded by blanks; the last one of a line is not padded (text/tabwriter)."""
    rows = list(lines)
    widths = [
        max(NARROWEST, max(len(row[at]) for row in rows if at < len(row) - 1) + PADDING)
        for at in range(max(map(len, rows), default=1) - 1)
    ]
    return "".join(
        "".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)) + row[-1] + "\n" for row in rows
    )


def _ref(body: KubeObject) -> ResourceRef:
    metadata = body["metadata"]
    return ResourceRef(body["apiVersion"], body["kind"], metadata.get("namespace", ""), metadata["name"])


def _plain(body: KubeObject) -> dict[str, Any]:
    """What a server without tables says: the name and when it was made."""
    metadata = body["metadata"]
    return {
        "columnDefinitions": [{"name": "Name"}, {"name": "Created At"}],
        "rows": [{"cells": [metadata["name"], metadata.get("creationTimestamp")]}],
    }
