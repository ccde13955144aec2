"""`rollback` and `test`: back to an earlier revision; a release's own tests."""

from __future__ import annotations

import re

from purehelm.engine.actions.options import RollbackOptions, TestOptions
from purehelm.engine.errors import TestFailed
from purehelm.engine.release.model import Release

from .colors import colors_of
from .command import Command, Count, Failure, Invocation
from .flag import Flag, read_int
from .flags import CHANGE, DRY_RUN, GLOBAL, HISTORY_MAX, TIMEOUT, WAIT
from .install import EXCLUSIVE
from .options import changes
from .output import echo
from .release import Shown, status_text
from .session import session

LONGEST_DESCRIPTION = 256
NOT_NAME = re.compile(r"!\s?name=")


def _rollback(call: Invocation) -> None:
    name, revision = call.arguments[0], 0
    if len(call.arguments) > 1:
        try:
            revision = read_int(call.arguments[1], decimal=True)
        except ValueError as error:
            reason = str(error).replace("ParseInt", "Atoi")
            raise Failure(f"could not convert revision to a number: {reason}") from error
    if len(call["description"]) > LONGEST_DESCRIPTION:
        raise Failure(f"description must be {LONGEST_DESCRIPTION} characters or less, got {len(call['description'])}")
    with session(call) as at:
        options = RollbackOptions(
            **changes(call, at.namespace),
            revision=revision,
            max_history=call["history_max"],
            cleanup_on_fail=call["cleanup_on_fail"],
        )
        at.run(lambda deadline: at.engine.rollback(name, options, deadline=deadline), name, progress=True)
    echo("Rollback was a success! Happy Helming!\n")


def _test(call: Invocation) -> None:
    names, skipped = _filters(call["filter"])
    (name,) = call.arguments
    with session(call) as at:
        failure: TestFailed | None = None
        logs: list[str] = []
        options = TestOptions(
            namespace=at.namespace,
            timeout=call["timeout"],
            names=names,
            skipped=skipped,
            logs=call["logs"],
            output=logs.append,
        )
        try:
            release = at.run(lambda deadline: at.engine.test(name, options, deadline=deadline), name, progress=True)
        except TestFailed as error:
            if not isinstance(error.record, Release):
                raise
            release, failure = error.record, error
        debug = at.values_blocks(release) if at.environment.debug else ""
        echo(status_text(release, Shown(notes=False, debug=debug, colors=colors_of(at.environment))))
        if call["logs"]:
            echo("\n" + "".join(logs))
    if failure is not None:
        raise failure


def _filters(given: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tests to run and those to skip; words of another form are passed over, as in Helm."""
    names = tuple(word.removeprefix("name=") for word in given if word.startswith("name="))
    skipped = tuple(NOT_NAME.sub("", word) for word in given if NOT_NAME.match(word))
    return names, skipped


ROLLBACK = Command(
    "purehelm rollback",
    "<RELEASE> [REVISION]",
    Count(1),
    (
        Flag("cleanup-on-fail", "bool", "allow deletion of new resources created in this rollback when rollback fails"),
        Flag("server-side", "text", 'object updates run in the server instead of the client: "true", "false" or "auto"', default="auto"),
        HISTORY_MAX,
        *CHANGE,
        *DRY_RUN,
        *WAIT,
        *GLOBAL,
    ),
    _rollback,
    about="Roll back a release to a previous revision (the one before, where none is given).",
    exclusive=EXCLUSIVE,
)  # fmt: skip
TEST = Command(
    "purehelm test",
    "[RELEASE]",
    Count(1, 1),
    (
        Flag("logs", "bool", "dump the logs from test pods (after all tests are complete, before any cleanup)"),
        Flag("filter", "list", "tests by attribute: name=test1 to choose, !name=test1 to exclude"),
        *TIMEOUT,
        *GLOBAL,
    ),
    _test,
    about="Run the tests of a release.",
)
