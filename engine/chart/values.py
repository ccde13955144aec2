"""Coalesce a chart's values with the user's, as Helm does (pkg/chart/common/util/coalesce.go). Pure.

Neither the caller's maps nor the chart's defaults are ever changed: both are copied once, at the start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import ValuesError
from ..gofmt import text_of
from ..goquote import quote
from .gotext import shown_as_bool
from .model import Chart

Table = dict[str, Any]
GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class ValuesWarning:
    """Something that Helm only logs: a stable code, where it is, and Helm's text."""

    code: str
    path: str
    text: str


Warn = Callable[[ValuesWarning], None]


def ignore_warning(warning: ValuesWarning) -> None:
    """Take a warning and do nothing."""
    del warning


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How nulls are treated; where warnings go.

    `keep_nulls`: a null is kept instead of deleting what it stands on (Helm: MergeValues).
    `helm3`: nulls among a chart's defaults stay, as in Helm 3; Helm 4 drops them.
    """

    keep_nulls: bool = False
    helm3: bool = False
    warn: Warn = ignore_warning

    def say(self, code: str, path: str, text: str) -> None:
        self.warn(ValuesWarning(code, path, text))


DEFAULT = Rules()


def clone(value: Any) -> Any:
    """A deep copy of maps and lists; scalars are shared."""
    if isinstance(value, dict):
        return {key: clone(item) if isinstance(item, dict | list) else item for key, item in value.items()}
    if isinstance(value, list):
        return [clone(item) if isinstance(item, dict | list) else item for item in value]
    return value


def clone_table(table: Mapping[str, Any] | None) -> Table:
    """A deep copy of a map, empty for None."""
    return {} if table is None else {key: clone(item) for key, item in table.items()}


def coalesce(chart: Chart, values: Mapping[str, Any] | None = None, rules: Rules = DEFAULT) -> Table:
    """The effective values of a chart and its subcharts; the user's win. Raises ValuesError for a section that is no map."""
    return _coalesce(chart, clone_table(values), "", rules)


def merge(chart: Chart, values: Mapping[str, Any] | None = None, warn: Warn = ignore_warning) -> Table:
    """Like `coalesce`, but nulls are kept for a later coalescing (Helm: MergeValues)."""
    return coalesce(chart, values, Rules(keep_nulls=True, warn=warn))


def _coalesce(chart: Chart, into: Table, prefix: str, rules: Rules) -> Table:
    _take_defaults(chart, into, prefix, rules)
    inner = _join(prefix, chart.name)
    for subchart in chart.dependencies:
        name = subchart.name
        section = into.setdefault(name, {})
        if not isinstance(section, dict):
            raise ValuesError(f"type mismatch on {name}: {shown_as_bool(section)}")
        _pass_globals(section, into, inner, rules)
        _coalesce(subchart, section, inner, rules)
    return into


def _join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _take_defaults(chart: Chart, into: Table, prefix: str, rules: Rules) -> None:
    inner = _join(prefix, chart.name)
    subcharts = {subchart.name for subchart in chart.dependencies}
    for key, default in chart.values.items():
        if key not in into:
            if rules.keep_nulls or rules.helm3:
                into[key] = clone(default)
            elif default is not None:
                into[key] = _without_nulls(default)
            continue
        own = into[key]
        if own is None and not rules.keep_nulls:
            del into[key]
        elif isinstance(own, dict):
            if isinstance(default, dict):
                keep = rules.keep_nulls or key in subcharts
                below = (
                    rules if keep == rules.keep_nulls else Rules(keep_nulls=True, helm3=rules.helm3, warn=rules.warn)
                )
                source = clone(default) if keep or rules.helm3 else _without_nulls(default)
                lay_under(own, source, _join(inner, key), below)
            elif default is not None:
                path = f"{inner}.{key}"
                rules.say("values.not_a_table", path, f"warning: skipped value for {path}: Not a table.")


def _without_nulls(value: Any) -> Any:
    """A deep copy without the nulls of maps (those in lists stay)."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return clone(value)


def lay_under(over: Table, under: Table, prefix: str = "", rules: Rules = DEFAULT) -> Table:
    """`over` with what only `under` has, in place (parts of `under` become parts of it); Helm: CoalesceTables."""
    had = {key for key, value in under.items() if value is not None}
    for key, value in over.items():
        if value is None:
            under[key] = None
    for key, value in under.items():
        if key not in over:
            over[key] = value
            continue
        own = over[key]
        if own is None and not rules.keep_nulls and (rules.helm3 or key in had):
            del over[key]
        elif isinstance(value, dict):
            path = _join(prefix, key)
            if isinstance(own, dict):
                lay_under(own, value, path, rules)
            else:
                text = f"warning: cannot overwrite table with non table for {path} ({text_of(value)})"
                rules.say("values.table_overwritten", path, text)
        elif isinstance(own, dict) and value is not None:
            path = _join(prefix, key)
            text = f"warning: destination for {path} is a table. Ignoring non-table value ({text_of(value)})"
            rules.say("values.not_a_table", path, text)
    return over


def _pass_globals(section: Table, parent: Table, prefix: str, rules: Rules) -> None:
    own = section.get(GLOBAL, {})
    if not isinstance(own, dict):
        text = "warning: skipping globals because destination global is not a table."
        rules.say("values.global_not_a_table", prefix, text)
        return
    given = parent.get(GLOBAL, {})
    if not isinstance(given, dict):
        rules.say(
            "values.global_not_a_table", prefix, "warning: skipping globals because source global is not a table."
        )
        return
    keep = Rules(keep_nulls=True, helm3=rules.helm3, warn=rules.warn)
    for key, value in given.items():
        known = key in own
        if isinstance(value, dict):
            copied = dict(value)
            if not known:
                own[key] = copied
            elif isinstance(own[key], dict):
                own[key] = lay_under(copied, own[key], _join(prefix, key), keep)
            else:
                text = f"Conflict: cannot merge map onto non-map for {quote(key)}. Skipping."
                rules.say("values.global_conflict", _join(prefix, key), text)
        elif known and isinstance(own[key], dict):
            rules.say("values.global_conflict", _join(prefix, key), f"key {key} is table. Skipping")
        else:
            own[key] = value
    section[GLOBAL] = own
