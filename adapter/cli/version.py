"""`version` and `env`."""

from __future__ import annotations

import os
import platform

import click

from purehelm.engine.version import HELM_VERSION, VERSION

from .command import Command, Count, Invocation
from .environment import Environment
from .flag import Flag
from .flags import GLOBAL


def _version(call: Invocation) -> None:
    if call["short"]:
        click.echo(f"v{VERSION}+helm{HELM_VERSION.removeprefix('v')}")
        return
    facts = {"Version": f"v{VERSION}", "HelmVersion": HELM_VERSION, "PythonVersion": platform.python_version()}
    if call["template"]:
        from .templates import render_text

        click.echo(render_text(call["template"], facts), nl=False)
        return
    click.echo("version.BuildInfo{" + ", ".join(f'{name}:"{value}"' for name, value in facts.items()) + "}")


VERSION_COMMAND = Command(
    "purehelm version",
    "",
    Count(0, 0),
    (
        Flag("short", "bool", "print the version number"),
        Flag("template", "text", "template for version string format", default=""),
        *GLOBAL,
    ),
    _version,
    about="Print the version, and the Helm version whose behaviour it has.",
)


def _env(call: Invocation) -> None:
    variables = Environment(os.environ, call.flags).variables()
    if call.arguments:
        click.echo(variables.get(call.arguments[0], ""))
        return
    for name, value in sorted(variables.items()):
        click.echo(f'{name}="{value}"')


ENV = Command(
    "purehelm env", "[NAME]", Count(0, 1), GLOBAL, _env, about="Print the settings that come from the environment."
)
