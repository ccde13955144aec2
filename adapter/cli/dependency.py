"""`dependency`: what a chart needs in charts/: list it, fetch it, keep its lock."""

from __future__ import annotations

from pathlib import Path

from purehelm.engine.clock import Deadline

from .chart import UPDATE_TIME, source_options
from .command import Command, Count, Group, Invocation
from .flag import Flag
from .flags import CONNECTION, GLOBAL
from .output import echo, table
from .session import session, source_date_epoch


def _folder(call: Invocation) -> Path:
    return Path(call.arguments[0]) if call.arguments else Path()


def _list(call: Invocation) -> None:
    from purehelm.engine.chart.listing import dependency_rows, dependency_warnings
    from purehelm.engine.chart.load import load_path

    folder = _folder(call)
    chart = load_path(folder)
    rows = [(row.name, row.version, row.repository, row.status) for row in dependency_rows(chart, folder)]
    if not rows:
        echo(f"WARNING: no dependencies at {folder / 'charts'}\n")
        return
    echo(table([("NAME", "VERSION", "REPOSITORY", "STATUS"), *rows], widest=call["max_col_width"]) + "\n")
    echo("".join(f"{warning}\n" for warning in dependency_warnings(chart, folder)))


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
