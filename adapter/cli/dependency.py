"""`dependency`: what a chart needs in charts/: list it, fetch it, keep its lock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ChartError

from .chart import UPDATE_TIME, source_options
from .command import Command, Count, Group, Invocation
from .flag import Flag
from .flags import CONNECTION, GLOBAL
from .output import echo, table
from .session import session, source_date_epoch

if TYPE_CHECKING:
    from purehelm.engine.chart.model import Chart, Dependency


def _folder(call: Invocation) -> Path:
    return Path(call.arguments[0]) if call.arguments else Path()


def _list(call: Invocation) -> None:
    from purehelm.engine.chart.load import load_path

    folder = _folder(call)
    chart = load_path(folder)
    wanted = [entry for entry in chart.metadata.dependencies if entry is not None]
    if not wanted:
        echo(f"WARNING: no dependencies at {folder / 'charts'}\n")
        return
    rows = [(entry.name, entry.version, entry.repository, dependency_status(folder, entry, chart)) for entry in wanted]
    echo(table([("NAME", "VERSION", "REPOSITORY", "STATUS"), *rows], widest=call["max_col_width"]) + "\n")
    echo("".join(_strangers(folder, {entry.name for entry in wanted})))


def dependency_status(folder: Path, wanted: Dependency, parent: Chart) -> str:
    """Helm's word for a dependency (action/dependency.go dependencyStatus)."""
    from purehelm.repo.versions import is_strict

    prefix = f"{wanted.name}-"
    found = sorted(path for path in folder.glob(f"charts/{prefix}*.tgz"))
    if len(found) > 1:
        found = [path for path in found if is_strict(path.name.removesuffix(".tgz").removeprefix(prefix))]
        if len(found) > 1:
            return "too many matches"
    if found:
        return _archive_status(found[0], wanted)
    for chart in parent.dependencies:
        if chart.name == wanted.name:
            return _version_problem(chart.metadata.version, wanted.version) or "unpacked"
    return "missing"


def _archive_status(path: Path, wanted: Dependency) -> str:
    from purehelm.engine.chart.load import load_path

    try:
        chart = load_path(path)
    except ChartError:
        return "corrupt"
    if chart.name != wanted.name:
        return "misnamed"
    return _version_problem(chart.metadata.version, wanted.version) or "ok"


def _version_problem(version: str, wanted: str) -> str:
    from purehelm.engine import semver

    if version == wanted:
        return ""
    try:
        fits = semver.Constraint.parse(wanted).check(semver.Version.parse(version))
    except semver.SemverError:
        return "invalid version"
    return "" if fits else "wrong version"


def _strangers(folder: Path, wanted: set[str]) -> Iterator[str]:
    """Warnings of what is in charts/ and in no dependency."""
    from purehelm.engine.chart.load import load_path

    for path in sorted((folder / "charts").glob("*")):
        if not path.is_dir() and path.suffix != ".tgz":
            continue
        try:
            name = load_path(path).name
        except ChartError:
            yield f'WARNING: "{path}" is not a chart.\n'
            continue
        if name not in wanted:
            yield f'WARNING: "{path}" is not in Chart.yaml.\n'


def _update(call: Invocation) -> None:
    _resolve(call, build=False)


def _build(call: Invocation) -> None:
    _resolve(call, build=True)


def _resolve(call: Invocation, *, build: bool) -> None:
    from purehelm.repo.resolve import DependencyResolver, ResolveOptions

    options = ResolveOptions(skip_refresh=call["skip_refresh"], registry=source_options(call))
    with session(call) as at:
        source_date_epoch(at.environment)
        resolver = DependencyResolver(at.charts, options, lambda line: echo(f"{line}\n"))
        (resolver.build if build else resolver.update)(_folder(call), Deadline(UPDATE_TIME))


FETCH = (
    Flag("verify", "bool", "verify the packages against signatures"),
    Flag("keyring", "text", "keyring containing public keys", default=""),
    Flag("skip-refresh", "bool", "do not refresh the local repository cache"),
    *CONNECTION,
    *GLOBAL,
)
LIST = Command(
    "purehelm dependency list",
    "CHART",
    Count(0, 1),
    (Flag("max-col-width", "count", "maximum column width for output table", default=80), *GLOBAL),
    _list,
    about="List the dependencies for the given chart.",
)
UPDATE = Command(
    "purehelm dependency update",
    "CHART",
    Count(0, 1),
    FETCH,
    _update,
    about="Update charts/ based on the contents of Chart.yaml.",
)
BUILD = Command(
    "purehelm dependency build",
    "CHART",
    Count(0, 1),
    FETCH,
    _build,
    about="Rebuild the charts/ directory based on the Chart.lock file.",
)
DEPENDENCY = Group(
    "purehelm dependency",
    {"list": "dependency:LIST", "update": "dependency:UPDATE", "build": "dependency:BUILD"},
    aliases={"ls": "list", "up": "update"},
    about="Manage a chart's dependencies.",
)
