"""What `helm dependency list` tells: each declared dependency with its status, and charts that nobody declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import ChartError
from ..goquote import quote
from ..semver import Constraint, SemverError, Version
from .load import load_path
from .match import BadPattern, matches
from .model import Chart, Dependency


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyRow:
    """One line of the table; `status` is Helm's word: ok, unpacked, missing, wrong version, invalid version, corrupt,
    misnamed, too many matches or bad pattern."""

    name: str
    version: str
    repository: str
    status: str


def dependency_rows(chart: Chart, path: Path) -> tuple[DependencyRow, ...]:
    """The declared dependencies of the chart that was loaded from `path`, in their order (pkg/action/dependency.go)."""
    return tuple(
        DependencyRow(
            name=entry.name, version=entry.version, repository=entry.repository, status=_status(entry, chart, path)
        )
        for entry in chart.metadata.dependencies
    )


def dependency_warnings(chart: Chart, path: Path) -> Iterator[str]:
    """What lies in charts/ and is no chart, or is not in Chart.yaml, in Helm's words."""
    declared = {entry.name for entry in chart.metadata.dependencies}
    folder = path / "charts"
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        if entry.name.startswith(".") or not (entry.is_dir() or entry.suffix == ".tgz"):
            continue
        try:
            name = load_path(entry).name
        except ChartError:
            yield f"WARNING: {quote(str(entry))} is not a chart."
            continue
        if name not in declared:
            yield f"WARNING: {quote(str(entry))} is not in Chart.yaml."


def _status(entry: Dependency, chart: Chart, path: Path) -> str:
    folder = path / "charts"
    try:
        matches(entry.name, "")
        archives = [
            file
            for file in (sorted(folder.iterdir()) if folder.is_dir() else ())
            if matches(f"{entry.name}-*.tgz", file.name)
        ]
    except BadPattern:
        return "bad pattern"
    if len(archives) > 1:
        archives = [file for file in archives if _is_strict(file.name[len(entry.name) + 1 : -len(".tgz")])]
        if len(archives) > 1:
            return "too many matches"
    if archives and archives[0].exists():
        return _archive_status(archives[0], entry)
    found = [subchart for subchart in chart.dependencies if subchart.name == entry.name]
    return _fit(found[-1], entry, "unpacked") if found else "missing"


def _archive_status(file: Path, entry: Dependency) -> str:
    try:
        chart = load_path(file)
    except ChartError:
        return "corrupt"
    return "misnamed" if chart.name != entry.name else _fit(chart, entry, "ok")


def _fit(chart: Chart, entry: Dependency, good: str) -> str:
    if chart.metadata.version == entry.version:
        return good
    try:
        fits = Constraint.parse(entry.version).check(Version.parse(chart.metadata.version))
    except SemverError:
        return "invalid version"
    return good if fits else "wrong version"


def _is_strict(version: str) -> bool:
    try:
        Version.parse_strict(version)
    except SemverError:
        return False
    return True
