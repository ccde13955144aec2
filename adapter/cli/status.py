"""`status`: what a release is now, with its objects as they stand in the cluster."""

from __future__ import annotations

from dataclasses import replace

from .colors import colors_of
from .command import Command, Count, Invocation
from .flags import GLOBAL, OUTPUT, REVISION
from .output import echo, show
from .release import Shown, as_json, status_text
from .session import session
from .tables import resources_text


def _status(call: Invocation) -> None:
    with session(call) as at:
        release = replace(at.release(), chart={})
        if call["output"] == "table":
            tables = resources_text(at.engine.resources(release), at.cluster)
            echo(status_text(release, Shown(resources=tables, colors=colors_of(at.environment))))
        else:
            show(call["output"], as_json(release, at.engine.resources(release)), str)


STATUS = Command(
    "purehelm status",
    "RELEASE_NAME",
    Count(1, 1),
    (*REVISION, *OUTPUT, *GLOBAL),
    _status,
    about="Display the status of the named release.",
)
