"""Which subcharts are on, under which name, and what they export (pkg/chart/v2/util/dependencies.go). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..gofmt import text_of
from ..goquote import quote
from ..semver import satisfies
from .model import Chart, Dependency
from .values import Rules, Table, ValuesWarning, Warn, clone, coalesce, ignore_warning, lay_under, merge

Found = tuple[bool, Any]


def process(
    chart: Chart, values: Mapping[str, Any] | None = None, warn: Warn = ignore_warning
) -> tuple[Chart, Mapping[str, Any]]:
    """The chart with only its enabled subcharts, renamed to their aliases and their exports imported; and the values.

    The user's values come back unchanged. Raises ValuesError where a subchart's section is no map.
    """
    given = {} if values is None else values
    return _imported(_enabled(chart, given, "", warn), warn), given


def _enabled(chart: Chart, values: Mapping[str, Any], path: str, warn: Warn) -> Chart:
    declared = chart.metadata.dependencies
    if not declared:
        return chart
    present = [chart_ for chart_ in chart.dependencies if not any(_fits(chart_, entry) for entry in declared)]
    for entry in declared:
        fitting = next((candidate for candidate in chart.dependencies if _fits(candidate, entry)), None)
        if fitting is not None:
            present.append(_named(fitting, entry.alias) if entry.alias else fitting)
    renamed = [replace(entry, name=entry.alias or entry.name, enabled=True) for entry in declared]
    chart = replace(chart, dependencies=tuple(present))
    effective = coalesce(chart, values, Rules(warn=warn))
    decided = [replace(entry, enabled=is_enabled(entry, effective, path, warn)) for entry in renamed]
    removed = {entry.name for entry in decided if not entry.enabled}
    return replace(
        chart,
        dependencies=tuple(
            _enabled(subchart, effective, f"{path}{subchart.name}.", warn)
            for subchart in present
            if subchart.name not in removed
        ),
        metadata=replace(chart.metadata, dependencies=tuple(entry for entry in decided if entry.name not in removed)),
    )


def _fits(chart: Chart, entry: Dependency) -> bool:
    return chart.name == entry.name and satisfies(chart.metadata.version, entry.version)


def _named(chart: Chart, alias: str) -> Chart:
    return replace(chart, metadata=replace(chart.metadata, name=alias))


def is_enabled(entry: Dependency, values: Mapping[str, Any], path: str = "", warn: Warn = ignore_warning) -> bool:
    """What conditions, and else tags, say of a dependency; `path` is the chain of parents that conditions start from."""
    for condition in entry.condition.strip().split(","):
        found, value = value_at(values, path + condition) if condition else (False, None)
        if not found:
            continue
        if isinstance(value, bool):
            return value
        _say(warn, "dependency.condition", condition, f"returned non-bool value path={condition} chart={entry.name}")
    tags = values.get("tags")
    if not isinstance(tags, dict):
        return True
    said = []
    for tag in entry.tags:
        if tag not in tags:
            continue
        if isinstance(tags[tag], bool):
            said.append(tags[tag])
        else:
            _say(warn, "dependency.tag", f"tags.{tag}", f"returned non-bool value tag={tag} chart={entry.name}")
    return any(said) or not said


def value_at(values: Mapping[str, Any], path: str) -> Found:
    """Whether something that is no table is at a dotted path, and what."""
    *tables, last = path.split(".")
    table = table_at(values, tables)
    if table is None or last not in table or isinstance(table[last], dict):
        return False, None
    return True, table[last]


def table_at(values: Mapping[str, Any], names: list[str]) -> Mapping[str, Any] | None:
    """The table at a path, None where there is none."""
    table: Any = values
    for name in names:
        table = table.get(name)
        if not isinstance(table, dict):
            return None
    return table  # type: ignore[no-any-return]


def _say(warn: Warn, code: str, path: str, text: str) -> None:
    warn(ValuesWarning(code, path, text))


def _imported(chart: Chart, warn: Warn) -> Chart:
    if chart.dependencies:
        chart = replace(chart, dependencies=tuple(_imported(subchart, warn) for subchart in chart.dependencies))
    if not chart.metadata.dependencies:
        return chart
    effective = merge(chart, None, warn)
    imports: Table = {}
    entries = tuple(
        replace(entry, import_values=_import(entry, effective, imports, warn)) if entry.import_values else entry
        for entry in chart.metadata.dependencies
    )
    if imports:
        # The imports share tables with the effective values: merging them needs a copy of its own.
        effective = lay_under(clone(effective), imports, "", Rules(keep_nulls=True, warn=warn))
    return replace(chart, values=effective, metadata=replace(chart.metadata, dependencies=entries))


def _import(entry: Dependency, effective: Table, imports: Table, warn: Warn) -> tuple[Any, ...]:
    """Lay what a dependency exports into `imports`; gives back the entry's import-values as Helm records them."""
    recorded: list[Any] = []
    for item in entry.import_values:
        if isinstance(item, str):
            child, parent = f"exports.{item}", "."
        elif isinstance(item, dict):
            child, parent = text_of(item.get("child")), text_of(item.get("parent"))
        else:
            continue
        recorded.append({"child": child, "parent": parent})
        names = f"{entry.name}.{child}".split(".")
        table = table_at(effective, names)
        if table is None:
            absent = next(name for at, name in enumerate(names) if table_at(effective, names[: at + 1]) is None)
            text = f"ImportValues missing table from chart chart={entry.name} error={quote(absent)} is not a table"
            _say(warn, "dependency.import", ".".join(names), text)
            continue
        lay_under(imports, _below(parent, table if table else {}), "", Rules(keep_nulls=True, warn=warn))
    return tuple(recorded)


def _below(path: str, table: Any) -> Table:
    """The table at a dotted path of a new map; `.` is the root."""
    if path != ".":
        for name in reversed(path.split(".")):
            table = {name: table}
    return table  # type: ignore[no-any-return]
