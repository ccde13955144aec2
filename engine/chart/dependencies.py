"""Which subcharts take part: aliases, tags, conditions, imported values (pkg/chart/v2/util/dependencies.go). Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .. import jsonio
from ..errors import DependencyError
from ..semver import satisfies
from .model import Chart, Dependency
from .values import (
    NoValue,
    Table,
    ValuesWarning,
    Warn,
    _silent,
    coalesce,
    copy,
    merge,
    merge_tables,
    table_at,
    value_at,
)


def process(chart: Chart, values: Mapping[str, Any], *, warn: Warn = _silent) -> Chart:
    """The chart as these values want it: disabled subcharts gone, aliases applied, imported values among its defaults."""
    return _import(_enabled(chart, values, "", warn), warn)


def _aliased(charts: Iterable[Chart], wanted: Dependency) -> Chart | None:
    for chart in charts:
        if chart.name == wanted.name and fits(wanted.version, chart.metadata.version):
            return replace(chart, metadata=replace(chart.metadata, name=wanted.alias)) if wanted.alias else chart
    return None


def fits(constraint: str, version: str) -> bool:
    """Whether the version is in the range; no range fits every version."""
    return not constraint or satisfies(version, constraint)


def _enabled(chart: Chart, values: Mapping[str, Any], path: str, warn: Warn) -> Chart:
    wanted = chart.metadata.dependencies
    if not wanted:
        return chart
    unlisted = [
        existing
        for existing in chart.dependencies
        if not any(existing.name == entry.name and fits(entry.version, existing.metadata.version) for entry in wanted)
    ]
    chosen = [found for entry in wanted if (found := _aliased(chart.dependencies, entry)) is not None]
    renamed = [replace(entry, name=entry.alias or entry.name, enabled=True) for entry in wanted]
    chart = replace(chart, dependencies=(*unlisted, *chosen))
    coalesced = coalesce(chart, values, warn=warn)
    entries = [_by_condition(_by_tags(entry, coalesced, warn), coalesced, path, warn) for entry in renamed]
    removed = {entry.name for entry in entries if not entry.enabled}
    kept = tuple(
        _enabled(subchart, coalesced, f"{path}{subchart.name}.", warn)
        for subchart in chart.dependencies
        if subchart.name not in removed
    )
    return replace(
        chart,
        metadata=replace(chart.metadata, dependencies=tuple(entry for entry in entries if entry.name not in removed)),
        dependencies=kept,
    )


def _by_tags(entry: Dependency, values: Mapping[str, Any], warn: Warn) -> Dependency:
    try:
        tags = table_at(values, "tags")
    except NoValue:
        return entry
    found: list[bool] = []
    for tag in entry.tags:
        if tag in tags:
            if isinstance(tags[tag], bool):
                found.append(tags[tag])
            else:
                warn(ValuesWarning(f"returned non-bool value tag={tag} chart={entry.name}"))
    return replace(entry, enabled=True in found or not found)


def _by_condition(entry: Dependency, values: Mapping[str, Any], path: str, warn: Warn) -> Dependency:
    for condition in entry.condition.strip().split(","):
        if not condition:
            continue
        try:
            value = value_at(values, path + condition)
        except NoValue:
            continue
        if isinstance(value, bool):
            return replace(entry, enabled=value)
        warn(ValuesWarning(f"returned non-bool value path={condition} chart={entry.name}"))
    return entry


def _import(chart: Chart, warn: Warn) -> Chart:
    """The chart with what it imports of its subcharts' values, deepest charts first."""
    if chart.dependencies:
        chart = replace(chart, dependencies=tuple(_import(subchart, warn) for subchart in chart.dependencies))
    if not chart.metadata.dependencies:
        return chart
    own = merge(chart, {}, warn=warn)
    imported: Table = {}
    for entry in chart.metadata.dependencies:
        for wanted in entry.import_values:
            child, parent = _ends(wanted)
            if child is None:
                continue
            try:
                table = table_at(own, f"{entry.name}.{child}")
            except NoValue:
                warn(ValuesWarning(f"ImportValues missing table from chart chart={entry.name}"))
                continue
            # Tables are shared, not copied, while they are joined: a second import into the same place is seen by the first.
            imported = merge_tables(imported, _nested(parent, table), warn=warn)
    return replace(chart, values=merge_tables(copy(own), imported, warn=warn))


def _ends(wanted: Any) -> tuple[str | None, str]:
    if isinstance(wanted, str):
        return f"exports.{wanted}", "."
    if isinstance(wanted, Mapping):
        return _text(wanted.get("child")), _text(wanted.get("parent"))
    return None, ""


def _text(value: Any) -> str:
    return "<nil>" if value is None else str(value)


def _nested(path: str, table: Table) -> Table:
    if path == ".":
        return table
    for name in reversed(path.split(".")):
        table = {name: table}
    return table


def missing(chart: Chart) -> list[str]:
    """The names of dependencies that Chart.yaml lists and charts/ lacks."""
    there = {subchart.name for subchart in chart.dependencies}
    return [entry.name for entry in chart.metadata.dependencies if entry.name not in there]


def check_dependencies(chart: Chart) -> None:
    """Raise DependencyError with Helm's text when one is missing."""
    absent = missing(chart)
    if absent:
        raise DependencyError(
            "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch "
            f"missing dependencies: found in Chart.yaml, but missing in charts/ directory: {', '.join(absent)}"
        )


class _Ordered:
    """A JSON object that keeps the order of its fields."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields

    def go_json(self) -> dict[str, Any]:
        return self.fields


def _entry(entry: Dependency) -> _Ordered:
    fields = {
        "name": entry.name,
        "version": entry.version,
        "repository": entry.repository,
        "condition": entry.condition,
        "tags": list(entry.tags),
        "enabled": entry.enabled,
        "import-values": list(entry.import_values),
        "alias": entry.alias,
    }
    return _Ordered({key: value for key, value in fields.items() if value or key in ("name", "repository")})


def lock_digest(requested: Iterable[Dependency], locked: Iterable[Dependency]) -> str:
    """What Chart.lock's `digest` must be (internal/resolver HashReq); repository aliases must be URLs already."""
    body = jsonio.dumps([[_entry(entry) for entry in requested], [_entry(entry) for entry in locked]])
    return "sha256:" + hashlib.sha256(body.encode()).hexdigest()
