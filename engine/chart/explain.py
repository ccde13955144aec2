"""Which source set each effective value: chart defaults, parent charts, files with lines, flags. Pure but for the sources' reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .. import yamlio
from .dependencies import process
from .model import Chart
from .sources import LOCAL, Layer, Reading, ValueSources, layers
from .values import GLOBAL, clone, coalesce
from .yamllines import Lines, lines_of

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A source that has a value for a path: its name, the line in it where it is a file, and that value."""

    source: str  # `values.yaml of CHART`, `-f FILE`, `--set KEY`, `import-values of CHART`
    line: int | None = None
    value: Any = None

    def __str__(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An effective value, who set it, and whom that overrode, the nearest first."""

    path: Path
    value: Any
    origin: Origin
    overrode: tuple[Origin, ...] = ()


def explain(chart: Chart, sources: ValueSources, reading: Reading = LOCAL) -> tuple[Explained, ...]:
    """Every effective value that is no table, in the order of the paths. Raises ValuesError as `merged_values` does."""
    given: list[_Source] = []
    values: dict[str, Any] = {}
    for layer in layers(sources, reading):
        values = layer.lay(values)
        given.append(_given(layer, clone(values)))
    processed, _ = process(chart, values)
    stack = [*reversed(given), *_defaults(processed, chart)]
    effective = coalesce(processed, values)
    return tuple(sorted(_explained(effective, (), stack), key=lambda found: found.path))


@dataclass(frozen=True, slots=True)
class _Source:
    """One source: its tree as it stands in the root's values; `at` is where its own root lies in that."""

    name: str
    tree: Any
    at: Path = ()
    lines: Lines | None = None

    def origin(self, path: Path) -> Origin | None:
        """What it says of a path; None where it says nothing."""
        for own in _views(path, self.at):
            found, value = _value_at(self.tree, own)
            if found and not isinstance(value, dict):
                return Origin(source=self.name, line=None if self.lines is None else self.lines.get(own), value=value)
        return None


def _views(path: Path, at: Path) -> Iterator[Path]:
    """A path as a source sees it: below its own root; globals also come down from every parent."""
    if path[: len(at)] == at:
        yield path[len(at) :]
    if GLOBAL in path:
        place = path.index(GLOBAL)
        owner = path[:place]
        for size in range(place - 1, -1, -1):
            if owner[:size][: len(at)] == at and len(at) <= size:
                yield (*owner[len(at) : size], *path[place:])


def _value_at(tree: Any, path: Path) -> tuple[bool, Any]:
    for key in path:
        if not isinstance(tree, Mapping) or key not in tree:
            return False, None
        tree = tree[key]
    return True, tree


def _given(layer: Layer, after: Mapping[str, Any]) -> _Source:
    """What one of the user's sources set; a file's own values, or of a flag what its keys hold afterwards."""
    alone = layer.lay({})
    if layer.data is not None:
        return _Source(layer.name, alone, (), lines_of(layer.data))
    return _Source(layer.name, _held(alone, after))


def _held(keys: Any, after: Any) -> Any:
    """The part of `after` at those keys; lists count as a whole."""
    if isinstance(keys, dict) and keys and isinstance(after, Mapping):
        return {key: _held(item, after[key]) for key, item in keys.items() if key in after}
    return after


def _defaults(processed: Chart, chart: Chart) -> Iterator[_Source]:
    """The charts' own defaults, parents before their subcharts, then what was imported."""
    pending: list[tuple[Path, Chart]] = [((), processed)]
    while pending:
        at, found = pending.pop(0)
        raw = next((file.data for file in found.raw if file.name == "values.yaml"), b"")
        original = yamlio.load_values(raw) if raw else dict(found.values)
        yield _Source(f"values.yaml of {'.'.join((chart.name, *at))}", original, at, lines_of(raw))
        if original != found.values:
            imports = ", ".join(entry.name for entry in found.metadata.dependencies if entry.import_values)
            before = coalesce(replace(found, values=original))
            yield _Source(f"import-values of {imports}", _added(found.values, before), at)
        pending += [((*at, subchart.name), subchart) for subchart in found.dependencies]


def _added(after: Any, before: Any) -> Any:
    """The part of `after` whose paths `before` does not have."""
    return {
        key: _added(item, before[key]) if isinstance(item, Mapping) and key in before else item
        for key, item in after.items()
        if key not in before or (isinstance(item, Mapping) and isinstance(before[key], Mapping))
    }


def _explained(value: Any, path: Path, stack: list[_Source]) -> Iterator[Explained]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _explained(item, (*path, key), stack)
        return
    origins = [origin for source in stack if (origin := source.origin(path)) is not None]
    for place, origin in enumerate(origins):
        if origin.value == value:
            yield Explained(path=path, value=value, origin=origin, overrode=tuple(origins[place + 1 :]))
            return
    if path and path[-1] != GLOBAL:  # every subchart has an empty table of globals
        yield Explained(
            path=path, value=value, origin=Origin(source="(computed)", value=value), overrode=tuple(origins)
        )
