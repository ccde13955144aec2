"""`install`: a chart becomes a release."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from purehelm.engine.actions.options import InstallOptions
from purehelm.engine.errors import EngineError

from .chart import checked, locate
from .colors import colors_of
from .command import Command, Count, Failure, Invocation
from .flag import Flag
from .flags import CHANGE, CHART, DRY_RUN, GLOBAL, HIDE_SECRET, NAMING, OUTPUT, RENDER, VALUES, WAIT
from .options import changes, rendering
from .output import echo, show, warn
from .release import Shown, as_json, status_text
from .session import Session, session
from .values import given_values

if TYPE_CHECKING:
    from purehelm.engine.release.model import Release

FAILED = "INSTALLATION FAILED: "
EXCLUSIVE = (("force-replace", "force-conflicts"), ("force", "force-conflicts"))


LOGGED = ("cluster reachability check failed", "hiding Kubernetes secrets requires a dry-run mode")
LOGGED_APART = ("release name check failed", "chart dependencies processing failed")
"""How errors begin that Helm's install logs before it fails with them (action/install.go RunWithContext)."""


def log_failure(error: EngineError) -> None:
    """The line that Helm's logger writes of some errors of an install."""
    text = str(error)
    if text.startswith(LOGGED):
        warn(text, level="ERROR")
    for begin in LOGGED_APART:
        if text.startswith(f"{begin}: "):
            warn(begin, level="ERROR", error=text.removeprefix(f"{begin}: "))


@contextmanager
def failing_as(prefix: str) -> Iterator[None]:
    """What fails inside is told with Helm's prefix; errors of the command line stay as they are."""
    from .main import system_error

    try:
        yield
    except Failure as error:
        raise Failure(f"{prefix}{error.message}") from error
    except EngineError as error:
        raise Failure(f"{prefix}{error}") from error
    except OSError as error:
        raise Failure(f"{prefix}{system_error(error)}") from error


def name_and_chart(arguments: Sequence[str], call: Invocation, otherwise: str = "") -> tuple[str, str]:
    """The release's name and the chart's reference (action/install.go NameAndChart). Raises Failure."""
    if len(arguments) > 2:
        raise Failure(f"expected at most two arguments, unexpected arguments: {', '.join(arguments[2:])}")
    if len(arguments) == 2:
        for flag in ("generate-name", "name-template"):
            if call[flag.replace("-", "_")]:
                raise Failure(f"cannot set --{flag} and also specify a name")
        return arguments[0], arguments[1]
    (reference,) = arguments
    if call["name_template"]:
        from .templates import render_name

        return render_name(call["name_template"]), reference
    if otherwise:
        return otherwise, reference
    if not call["generate_name"]:
        raise Failure("must either provide a name or specify --generate-name")
    base = PurePath(reference).name.partition(".")[0] or "chart"
    return f"{base}-{int(time.time())}", reference


def run_install(at: Session, arguments: Sequence[str], options: InstallOptions) -> Release:
    """Install the chart that the arguments name; the release. Raises EngineError, OSError, Failure."""
    call = at.call
    name, reference = arguments
    place = locate(at, reference, echo)
    values = given_values(at)
    chart = checked(at, place)
    options = replace(options, name=name)
    try:
        return at.run(
            lambda deadline: at.engine.install(chart, values, options, deadline=deadline),
            name,
            progress=call["output"] == "table",
        )
    except EngineError as error:
        log_failure(error)
        raise


def show_release(at: Session, release: Release, *, notes: bool = True) -> None:
    """The release as install and upgrade print it."""
    debug = at.values_blocks(release) if at.environment.debug else ""
    shown = Shown(notes=notes, debug=debug, colors=colors_of(at.environment))
    show(at.call["output"], as_json(release), lambda: status_text(release, shown))


def _install(call: Invocation) -> None:
    with session(call) as at:
        common = changes(call, at.namespace)
        with failing_as(FAILED):
            named = name_and_chart(call.arguments, call)
            options = InstallOptions(**common, **rendering(call), replace=call["replace"])
            release = run_install(at, named, options)
        show_release(at, release, notes=not call["hide_notes"])


INSTALL = Command(
    "purehelm install",
    "[NAME] [CHART]",
    Count(1),
    (
        *NAMING,
        Flag("replace", "bool", "reuse the given name, only if that name is a deleted release which remains in the history"),
        Flag("server-side", "bool", "object updates run in the server instead of the client", default=True),
        *VALUES,
        *CHART,
        *CHANGE,
        *RENDER,
        HIDE_SECRET,
        *DRY_RUN,
        *WAIT,
        *OUTPUT,
        *GLOBAL,
    ),
    _install,
    about="Install a chart: a path, an archive, repo/chart, a URL, or oci://….",
    exclusive=EXCLUSIVE,
)  # fmt: skip
