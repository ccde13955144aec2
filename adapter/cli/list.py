"""`list`: the releases of a namespace, or of all."""

from __future__ import annotations

from typing import Any

from purehelm.engine.actions.options import ListOptions
from purehelm.engine.release.model import Release, Status

from .colors import Colors, colors_of
from .command import Command, Count, Invocation
from .flag import Flag
from .flags import GLOBAL, OUTPUT
from .output import go_time, parse_time, show, table
from .release import app_version, chart_name
from .session import session

STATES = {
    "uninstalled": (Status.UNINSTALLED,),
    "superseded": (Status.SUPERSEDED,),
    "uninstalling": (Status.UNINSTALLING,),
    "deployed": (Status.DEPLOYED,),
    "failed": (Status.FAILED,),
    "pending": (Status.PENDING_INSTALL, Status.PENDING_UPGRADE, Status.PENDING_ROLLBACK),
}


def _updated(release: Release, layout: str) -> str:
    parsed = parse_time(release.info.last_deployed)
    if parsed is None or not layout:
        return go_time(release.info.last_deployed)
    from purehelm.engine.functions.dates import format_time

    return format_time(parsed[0], layout)


def _row(release: Release, layout: str) -> dict[str, str]:
    return {
        "name": release.name,
        "namespace": release.namespace,
        "revision": str(release.revision),
        "updated": _updated(release, layout),
        "status": str(release.status),
        "chart": chart_name(release),
        "app_version": app_version(release),
    }


def _list(call: Invocation) -> None:
    with session(call) as at:
        colors = colors_of(at.environment)
        releases = at.engine.list(_wanted(call, at.namespace))
    if call["short"]:
        names = [release.name for release in releases]
        show(call["output"], names, lambda: "".join(f"{name}\n" for name in names))
        return
    rows = [_row(release, call["time_format"]) for release in releases]
    show(call["output"], rows, lambda: _table(rows, colors, headers=not call["no_headers"]))


def _wanted(call: Invocation, namespace: str) -> ListOptions:
    """Which releases, from the flags; no state is every state."""
    states = [state for name, states in STATES.items() if call[name] for state in states]
    return ListOptions(
        namespace=None if call["all_namespaces"] else namespace,
        statuses=frozenset(map(str, states)),
        filter=call["filter"],
        selector=call["selector"],
        by_date=call["date"],
        reverse=call["reverse"],
        limit=call["max"],
        offset=call["offset"],
    )


TITLES = ("NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION")


def _table(rows: list[dict[str, str]], colors: Colors, *, headers: bool) -> str:
    lines: list[list[Any]] = [[colors.heading(title) for title in TITLES]] if headers else []
    for row in rows:
        painted = {**row, "namespace": colors.namespace(row["namespace"]), "status": colors.status(row["status"])}
        lines.append(list(painted.values()))
    return table(lines)


LIST = Command(
    "purehelm list",
    "",
    Count(0, 0),
    (
        Flag("short", "bool", "output short (quiet) listing format", short="q"),
        Flag("no-headers", "bool", "don't print headers when using the default output format"),
        Flag("time-format", "text", "format time using a Go layout", default=""),
        Flag("date", "bool", "sort by release date", short="d"),
        Flag("reverse", "bool", "reverse the sort order", short="r"),
        *(Flag(name, "bool", f"show {name} releases") for name in STATES),
        Flag("all-namespaces", "bool", "list releases across all namespaces", short="A"),
        Flag("max", "number", "maximum number of releases to fetch", short="m", default=256),
        Flag("offset", "number", "next release index in the list, used to offset from start value", default=0),
        Flag("filter", "text", "a regular expression; releases whose name matches are listed", short="f", default=""),
        Flag("selector", "text", "label query to filter on, supports '=', '==', and '!='", short="l", default=""),
        *OUTPUT,
        *GLOBAL,
    ),
    _list,
    about="List releases.",
)
