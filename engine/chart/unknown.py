"""Keys among the user's values that nothing in the chart knows: most of them are typing errors. Pure."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .model import Chart
from .usage import Path, Usage, text_usage, usage

ALWAYS = frozenset(("global", "tags"))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownKey:
    """A key that no template, schema or default knows, and the known one beside it that is most like it."""

    path: Path
    nearest: str | None = None

    def __str__(self) -> str:
        hint = f" (did you mean {self.nearest!r}?)" if self.nearest else ""
        return f"{'.'.join(self.path)} is not used by the chart{hint}"


def unknown_keys(chart: Chart, values: Mapping[str, Any]) -> tuple[UnknownKey, ...]:
    """The user's keys that the chart knows nothing of, in order of their paths.

    Cautious: what a template hands on as a whole may have any key, and so may an empty table among the defaults.
    """
    used = usage(chart)
    text_usage(chart.values, used)
    text_usage(values, used)
    top = _Level(chart, used, conditions=frozenset(_conditions(chart, ())))
    return tuple(sorted(_unknown(top, values), key=lambda key: key.path))


def _conditions(chart: Chart, prefix: Path) -> Iterator[Path]:
    """The paths from the root that conditions of dependencies ask for, and everything around them."""
    for entry in chart.metadata.dependencies:
        for condition in entry.condition.strip().split(","):
            path = (*prefix, *condition.split("."))
            yield from (path[: size + 1] for size in range(len(path)))
    for subchart in _named(chart):
        yield from _conditions(subchart, (*prefix, subchart.name))


@dataclass(frozen=True, slots=True)
class _Level:
    """One table of values: the chart whose section it is in, its path in that section and from the root."""

    chart: Chart
    used: Usage
    path: Path = ()
    prefix: Path = ()
    defaults: Any = None
    schema: Any = None
    conditions: frozenset[Path] = frozenset()


def _unknown(level: _Level, values: Mapping[str, Any]) -> Iterator[UnknownKey]:
    level = level if level.path else _top(level)
    if level.used.is_free(level.path) or _is_open(level):
        return
    subcharts = {subchart.name: subchart for subchart in _named(level.chart)} if not level.path else {}
    for key, value in values.items():
        where = (*level.prefix, *level.path, key)
        if key in subcharts:
            if isinstance(value, dict):
                yield from _unknown(_Level(subcharts[key], level.used, (), where, conditions=level.conditions), value)
        elif not _knows(level, key):
            yield UnknownKey(path=where, nearest=_nearest(key, _known(level) | set(subcharts)))
        elif isinstance(value, dict) and (level.path or key not in ALWAYS):
            yield from _unknown(_below(level, key), value)


def _top(level: _Level) -> _Level:
    return replace(level, defaults=level.chart.values, schema=_schema(level.chart))


def _below(level: _Level, key: str) -> _Level:
    defaults = level.defaults.get(key) if isinstance(level.defaults, Mapping) else None
    properties = _properties(level.schema)
    return replace(level, path=(*level.path, key), defaults=defaults, schema=properties.get(key))


def _named(chart: Chart) -> Iterator[Chart]:
    """The subcharts, and again by the aliases that Chart.yaml gives them."""
    yield from chart.dependencies
    for entry in chart.metadata.dependencies:
        if entry.alias:
            for subchart in chart.dependencies:
                if subchart.name == entry.name:
                    yield replace(subchart, metadata=replace(subchart.metadata, name=entry.alias))


def _is_open(level: _Level) -> bool:
    """Whether any key may stand here."""
    if isinstance(level.schema, dict) and level.schema.get("additionalProperties") not in (None, False):
        return True
    return bool(level.path) and isinstance(level.defaults, Mapping) and not level.defaults


def _known(level: _Level) -> set[str]:
    size = len(level.path)
    names = {path[size] for path in level.used.paths if len(path) > size and path[:size] == level.path}
    if isinstance(level.defaults, Mapping):
        names |= set(level.defaults)
    names |= set(_properties(level.schema))
    if not level.path:
        names |= ALWAYS
    here = (*level.prefix, *level.path)
    names |= {path[-1] for path in level.conditions if path[:-1] == here}
    return names


def _knows(level: _Level, key: str) -> bool:
    # Below a table that a template looks into, any word of a template may be a key.
    return key in _known(level) or (bool(level.path) and key in level.used.words)


def _nearest(key: str, known: set[str]) -> str | None:
    found = difflib.get_close_matches(key, sorted(name for name in known if name), n=1, cutoff=0.6)
    return found[0] if found else None


def _schema(chart: Chart) -> Any:
    try:
        return json.loads(chart.schema) if chart.schema else None
    except (ValueError, RecursionError):  # `validate` tells
        return None


def _properties(schema: Any) -> Mapping[str, Any]:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return properties if isinstance(properties, dict) else {}
