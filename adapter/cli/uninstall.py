"""`uninstall`: take releases away."""

from __future__ import annotations

import click

from purehelm.engine.actions.options import UninstallOptions

from .command import Command, Count, Flag, Invocation
from .flags import GLOBAL, TIMEOUT, WAIT
from .session import Session

CASCADES = ("background", "foreground", "orphan")


def _uninstall(call: Invocation) -> None:
    if call["cascade"] not in CASCADES:
        raise click.UsageError(
            f'invalid cascade value ({call["cascade"]}). Must be "background", "foreground", or "orphan"'
        )
    session = Session(call)
    options = UninstallOptions(
        namespace=session.namespace,
        dry_run=call["dry_run"],
        disable_hooks=call["no_hooks"],
        ignore_not_found=call["ignore_not_found"],
        keep_history=call["keep_history"],
        cascade=call["cascade"],
        timeout=call["timeout"],
        description=call["description"],
        wait=session.wait_strategy(),
    )
    for name in call.arguments:
        result = session.run(
            lambda deadline, name=name: session.engine.uninstall(name, options, deadline=deadline), name
        )
        if result is not None and result.text:
            click.echo(result.text)
        click.echo(f'release "{name}" uninstalled')


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
