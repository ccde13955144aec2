"""`uninstall`: take releases away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from purehelm.engine.actions.options import UninstallOptions
from purehelm.engine.clock import Deadline
from purehelm.engine.kube.cluster import Propagation

from .command import Command, Count, Invocation
from .flag import Flag
from .flags import GLOBAL, TIMEOUT, WAIT
from .options import wait_strategy
from .output import echo
from .session import session

if TYPE_CHECKING:
    from purehelm.engine.actions.uninstall import Uninstalled
    from purehelm.engine.api import Engine

CASCADES: dict[str, Propagation] = {"background": "Background", "foreground": "Foreground", "orphan": "Orphan"}


def _uninstall(call: Invocation) -> None:
    if call["cascade"] not in CASCADES:
        raise click.UsageError(
            f'invalid cascade value ({call["cascade"]}). Must be "background", "foreground", or "orphan"'
        )
    with session(call) as at:
        options = UninstallOptions(
            namespace=at.namespace,
            dry_run=call["dry_run"],
            no_hooks=call["no_hooks"],
            ignore_not_found=call["ignore_not_found"],
            keep_history=call["keep_history"],
            cascade=CASCADES[call["cascade"]],
            timeout=call["timeout"],
            description=call["description"],
            wait=wait_strategy(call),
        )
        for name in call.arguments:
            result = at.run(partial(_take_away, at.engine, name, options), name, progress=True)
            if result.info:
                echo(f"{result.info}\n")
            echo(f'release "{name}" uninstalled\n')


def _take_away(engine: Engine, name: str, options: UninstallOptions, deadline: Deadline) -> Uninstalled:
    return engine.uninstall(name, options, deadline=deadline)


UNINSTALL = Command(
    "purehelm uninstall",
    "RELEASE_NAME [...]",
    Count(1),
    (
        Flag("dry-run", "bool", "simulate a uninstall"),
        Flag("no-hooks", "bool", "prevent hooks from running during uninstallation"),
        Flag("ignore-not-found", "bool", 'treat "release not found" as a successful uninstall'),
        Flag(
            "keep-history",
            "bool",
            "remove all associated resources and mark the release as deleted, but retain the release history",
        ),
        Flag(
            "cascade",
            "text",
            'how dependents are deleted: "background", "orphan", or "foreground"',
            default="background",
        ),
        Flag("description", "text", "add a custom description", default=""),
        WAIT[0],
        *TIMEOUT,
        *GLOBAL,
    ),
    _uninstall,
    about="Uninstall releases: their objects, and their records unless --keep-history is given.",
)
