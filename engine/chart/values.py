"""Values laid over charts' defaults, as Helm coalesces them (pkg/chart/common/util/coalesce.go). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import ValuesError
from .model import Chart

GLOBAL = "global"
Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ValuesWarning:
    """Something that was ignored; `str()` is Helm's text."""

    text: str

    def __str__(self) -> str:
        return self.text


Warn = Callable[[ValuesWarning], None]


def _silent(warning: ValuesWarning) -> None:
    """For callers that do not listen."""


def copy(value: Any) -> Any:
    """A deep copy of JSON-like data; scalars are shared."""
    kind = value.__class__
    if kind is dict:
        return {key: copy(item) if item.__class__ in CONTAINERS else item for key, item in value.items()}
    if kind is list:
        return [copy(item) if item.__class__ in CONTAINERS else item for item in value]
    if isinstance(value, Mapping):
        return {key: copy(item) for key, item in value.items()}
    return value


CONTAINERS = frozenset((dict, list))


def coalesce(chart: Chart, values: Mapping[str, Any], *, warn: Warn = _silent) -> Table:
    """The values over the chart's and its subcharts' defaults; nulls delete. Neither is changed. Raises ValuesError."""
    return _Coalescer(warn, merge=False).chart(chart, copy(dict(values)), "")


def merge(chart: Chart, values: Mapping[str, Any], *, warn: Warn = _silent) -> Table:
    """The same with nulls kept."""
    return _Coalescer(warn, merge=True).chart(chart, copy(dict(values)), "")


def coalesce_tables(over: Table, base: Table, *, warn: Warn = _silent) -> Table:
    """`over` with what only `base` has; nulls delete. Both may be changed."""
    return _Coalescer(warn, merge=False).tables(over, base, "")


def merge_tables(over: Table, base: Table, *, warn: Warn = _silent) -> Table:
    """The same with nulls kept."""
    return _Coalescer(warn, merge=True).tables(over, base, "")


def _join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


@dataclass(frozen=True, slots=True)
class _Coalescer:
    warn: Warn
    merge: bool

    def chart(self, chart: Chart, values: Table, prefix: str) -> Table:
        self.defaults(chart, values, prefix)
        for subchart in chart.dependencies:
            name = subchart.name
            section = values.setdefault(name, {})
            if section.__class__ is not dict:
                raise ValuesError(f"type mismatch on {name}: {go_bool_verb(section)}")
            below = _join(prefix, chart.name)
            self.globals(section, values, below)
            values[name] = self.chart(subchart, section, below)
        return values

    def defaults(self, chart: Chart, values: Table, prefix: str) -> None:
        """Lay the chart's own defaults under the values."""
        path = _join(prefix, chart.name)
        children = {subchart.name for subchart in chart.dependencies}
        for key, default in chart.values.items():
            if key in values:
                value = values[key]
                if value is None and not self.merge:
                    del values[key]
                elif value.__class__ is dict:
                    if default.__class__ is not dict:
                        if default is not None:
                            self.warn(ValuesWarning(f"warning: skipped value for {path}.{key}: Not a table."))
                        continue
                    base = copy(default)
                    keeps = self.merge or key in children
                    if not keeps:
                        _drop_nulls(base)
                    _Coalescer(self.warn, merge=keeps).tables(value, base, _join(path, key))
            elif self.merge:
                values[key] = copy(default)
            elif default is not None:
                values[key] = _without_nulls(default) if default.__class__ is dict else copy(default)

    def globals(self, section: Table, parent: Table, prefix: str) -> None:
        """The parent's globals over the child's."""
        own = section.get(GLOBAL, {})
        given = parent.get(GLOBAL, {})
        for table, side in ((own, "destination"), (given, "source")):
            if table.__class__ is not dict:
                self.warn(ValuesWarning(f"warning: skipping globals because {side} {GLOBAL} is not a table."))
                return
        for key, value in given.items():
            if value.__class__ is dict:
                table = dict(value)
                if key in own:
                    if own[key].__class__ is not dict:
                        self.warn(ValuesWarning(f'Conflict: cannot merge map onto non-map for "{key}". Skipping.'))
                        continue
                    _Coalescer(self.warn, merge=True).tables(table, own[key], _join(prefix, key))
                own[key] = table
            elif own.get(key).__class__ is dict:
                self.warn(ValuesWarning(f"key {key} is table. Skipping"))
            else:
                own[key] = value
        section[GLOBAL] = own

    def tables(self, over: Table | None, base: Table | None, prefix: str) -> Table:
        """Lay one table under another. Helm writes nulls of the upper one into the lower one, and so do we."""
        if base is None:
            return over if over is not None else {}
        if over is None:
            return base
        present = {key for key, value in base.items() if value is not None}
        for key, value in over.items():
            if value is None:
                base[key] = None
        for key, value in base.items():
            if key not in over:
                over[key] = value
                continue
            mine = over[key]
            if not self.merge and mine is None and key in present:
                del over[key]
            elif value.__class__ is dict:
                if mine.__class__ is dict:
                    self.tables(mine, value, _join(prefix, key))
                else:
                    self.warn(
                        ValuesWarning(
                            f"warning: cannot overwrite table with non table for {_join(prefix, key)} ({value})"
                        )
                    )
            elif mine.__class__ is dict and value is not None:
                self.warn(
                    ValuesWarning(
                        f"warning: destination for {_join(prefix, key)} is a table. Ignoring non-table value ({value})"
                    )
                )
        return over


def _drop_nulls(table: Table) -> None:
    for key in [key for key, value in table.items() if value is None]:
        del table[key]
    for value in table.values():
        if value.__class__ is dict:
            _drop_nulls(value)


def _without_nulls(table: Table) -> Table:
    return {
        key: _without_nulls(value) if value.__class__ is dict else copy(value)
        for key, value in table.items()
        if value is not None
    }


def trim_nulls(table: Table) -> Table:
    """A copy without nulls, at any depth."""
    return _without_nulls(table)


def go_bool_verb(value: Any) -> str:
    """The value as Go's `%t` prints what is no boolean."""
    from ..gofloat import format_any

    match value:
        case None:
            return "%!t(<nil>)"
        case bool():
            return "true" if value else "false"
        case str():
            return f"%!t(string={value})"
        case int():
            return f"%!t(int64={value})"
        case float():
            return f"%!t(float64={format_any(value)})"
        case list():
            return "[" + " ".join(go_bool_verb(item) for item in value) + "]"
    return f"%!t({type(value).__name__})"


class NoValue(Exception):
    """Nothing at a path."""


def table_at(values: Mapping[str, Any], path: str) -> Table:
    """The table at a dotted path; raises NoValue."""
    found: Any = values
    for name in path.split("."):
        found = found.get(name)
        if not isinstance(found, dict):
            raise NoValue(path)
    return found  # type: ignore[no-any-return]  # the table itself, not a copy


def value_at(values: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, unless it is a table; raises NoValue."""
    parent, _, name = path.rpartition(".")
    table = table_at(values, parent) if parent else values
    if name not in table or isinstance(table[name], dict):
        raise NoValue(path)
    return table[name]
