"""`status`: what a release is now, with its objects as they stand in the cluster."""

from __future__ import annotations

from .command import Command, Count, Invocation
from .flags import GLOBAL, OUTPUT, REVISION
from .output import show
from .release import as_json, status_text
from .session import Session


def _status(call: Invocation) -> None:
    session = Session(call)
    release = session.release()
    debug = session.values_blocks(release) if session.environment.debug else ""
    show(call["output"], as_json(release), lambda: status_text(release, debug=debug))


STATUS = Command(
    "purehelm status",
    "RELEASE_NAME",
    Count(1, 1),
    (*REVISION, *OUTPUT, *GLOBAL),
    _status,
    about="Display the status of the named release.",
)
