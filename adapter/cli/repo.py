"""`repo`: the user's chart repositories."""

from __future__ import annotations

from pathlib import Path

import click

from purehelm.engine.clock import Deadline

from .command import Command, Count, Group, Invocation
from .flag import Flag
from .flags import GLOBAL, OUTPUT, TLS
from .output import echo, show, table
from .secrets import password_of
from .session import Session, session

TIMEOUT = Flag("timeout", "duration", "time to wait for the index file download to complete", default=120.0)


def _add(call: Invocation) -> None:
    from purehelm.repo.config import RepositoryEntry

    name, url = call.arguments
    entry = RepositoryEntry(
        name=name,
        url=url,
        username=call["username"],
        password=_password(call),
        cert_file=call["cert_file"],
        key_file=call["key_file"],
        ca_file=call["ca_file"],
        insecure=call["insecure_skip_tls_verify"],
        pass_credentials=call["pass_credentials"],
    )
    with session(call) as at:
        added = at.charts.repositories.add(
            entry,
            Deadline(call["timeout"]),
            force=call["force_update"],
            allow_deprecated=call["allow_deprecated_repos"],
        )
    done = "has been added to your repositories" if added else "already exists with the same configuration, skipping"
    echo(f'"{name}" {done}\n')


def _password(call: Invocation) -> str:
    if not call["username"] or call["password"]:
        return str(call["password"])
    return password_of("Password: ", from_stdin=call["password_stdin"])


def _list(call: Invocation) -> None:
    from purehelm.engine.errors import RepositoryError

    with session(call) as at:
        try:
            entries = at.charts.repositories.entries()
        except RepositoryError:  # as in Helm: a file that cannot be read lists nothing
            entries = ()
    if not entries and call["output"] == "table":
        click.echo("no repositories to show", err=True)
        return
    titles = [] if call["no_headers"] else [("NAME", "URL")]
    rows = [(entry.name, entry.url) for entry in entries]
    show(call["output"], [{"name": name, "url": url} for name, url in rows], lambda: table([*titles, *rows]))


def _update(call: Invocation) -> None:
    with session(call) as at:
        _hang_tight(at, call)


def _hang_tight(at: Session, call: Invocation) -> None:
    repositories = at.charts.repositories
    begun = False

    def say(line: object) -> None:
        nonlocal begun
        if not begun:
            echo("Hang tight while we grab the latest from your chart repositories...\n")
            begun = True
        echo(f"{line}\n")

    repositories.update(call.arguments, Deadline(call["timeout"]), say)
    say("Update Complete. ⎈Happy Helming!⎈")


def _remove(call: Invocation) -> None:
    with session(call) as at:
        for name in call.arguments:
            at.charts.repositories.remove([name], Deadline(30.0))
            echo(f'"{name}" has been removed from your repositories\n')


def _index(call: Invocation) -> None:
    from purehelm.repo.indexing import IndexOptions, write_index

    options = IndexOptions(url=call["url"], merge=Path(call["merge"]) if call["merge"] else None, as_json=call["json"])
    write_index(Path(call.arguments[0]).absolute(), options)


ADD = Command(
    "purehelm repo add",
    "[NAME] [URL]",
    Count(2, 2),
    (
        Flag("username", "text", "chart repository username", default=""),
        Flag("password", "text", "chart repository password", default=""),
        Flag("password-stdin", "bool", "read chart repository password from stdin"),
        Flag("force-update", "bool", "replace (overwrite) the repo if it already exists"),
        Flag("allow-deprecated-repos", "bool", "allow adding official repos that have been permanently deleted"),
        Flag("pass-credentials", "bool", "pass credentials to all domains"),
        TIMEOUT,
        *TLS,
        *GLOBAL,
    ),
    _add,
    about="Add a chart repository.",
)
LIST = Command(
    "purehelm repo list",
    "",
    Count(0, 0),
    (Flag("no-headers", "bool", "suppress headers in the output"), *OUTPUT, *GLOBAL),
    _list,
    about="List chart repositories.",
)
UPDATE = Command(
    "purehelm repo update",
    "[REPO1 [REPO2 ...]]",
    Count(0),
    (TIMEOUT, *GLOBAL),
    _update,
    about="Update information of available charts locally from chart repositories.",
)
REMOVE = Command(
    "purehelm repo remove",
    "[REPO1 [REPO2 ...]]",
    Count(1),
    GLOBAL,
    _remove,
    about="Remove one or more chart repositories.",
)
INDEX = Command(
    "purehelm repo index",
    "[DIR]",
    Count(1, 1),
    (
        Flag("url", "text", "url of chart repository", default=""),
        Flag("merge", "text", "merge the generated index into the given index", default=""),
        Flag("json", "bool", "output in JSON format"),
        *GLOBAL,
    ),
    _index,
    about="Generate an index file given a directory containing packaged charts.",
)
REPO = Group(
    "purehelm repo",
    {"add": "repo:ADD", "list": "repo:LIST", "update": "repo:UPDATE", "remove": "repo:REMOVE", "index": "repo:INDEX"},
    aliases={"ls": "list", "up": "update", "rm": "remove"},
    about="Add, list, remove, update, and index chart repositories.",
)
