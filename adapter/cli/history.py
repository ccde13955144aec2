"""`history`: the revisions of one release."""

from __future__ import annotations

from typing import Any

from purehelm.engine.release.model import Release

from .command import Command, Count, Invocation
from .flag import Flag
from .flags import GLOBAL, OUTPUT
from .output import ansi_c, show, table
from .release import app_version, chart_name
from .session import session


def _row(release: Release) -> dict[str, Any]:
    """One revision with Helm's keys; what is empty and omitted there is omitted here."""
    row: dict[str, Any] = {"revision": release.revision}
    if release.info.last_deployed:
        row["updated"] = release.info.last_deployed
    row |= {"status": str(release.status), "chart": chart_name(release), "app_version": app_version(release)}
    if release.info.rollback_revision:
        row["rollback_revision"] = release.info.rollback_revision
    return row | {"description": release.info.description}


def _history(call: Invocation) -> None:
    with session(call) as at:
        revisions = at.engine.history(call.arguments[0], namespace=at.namespace, limit=max(0, call["max"]))
    rows = [_row(release) for release in revisions]
    show(call["output"], rows, lambda: _table(revisions, rollbacks=call["show_rollback_revision"]))


def _table(revisions: list[Release], *, rollbacks: bool) -> str:
    titles = [
        "REVISION",
        "UPDATED",
        "STATUS",
        "CHART",
        "APP VERSION",
        *(["ROLLBACK"] if rollbacks else []),
        "DESCRIPTION",
    ]
    lines: list[list[Any]] = [titles]
    for release in revisions:
        extra = [release.info.rollback_revision or ""] if rollbacks else []
        about = [chart_name(release), app_version(release), *extra, release.info.description]
        lines.append([release.revision, ansi_c(release.info.last_deployed), release.status, *about])
    return table(lines)


HISTORY = Command(
    "purehelm history",
    "RELEASE_NAME",
    Count(1, 1),
    (
        Flag("max", "number", "maximum number of revision to include in history", default=256),
        Flag("show-rollback-revision", "bool", "show the rollback revision column in table output"),
        *OUTPUT,
        *GLOBAL,
    ),
    _history,
    about="Fetch the history of a release, oldest revision first.",
)
