"""Flags and arguments behave as cobra's do, and faults are told in cobra's words."""

from __future__ import annotations

from typing import Any

import click
import pytest

from purehelm.adapter.cli.command import Command, Count, Group, Invocation
from purehelm.adapter.cli.flag import Flag
from purehelm.adapter.cli.flags import GLOBAL

FLAGS = (
    Flag("install", "bool", "", short="i"),
    Flag("set", "texts", ""),
    Flag("values", "list", "", short="f"),
    Flag("history-max", "number", "", default=10),
    Flag("timeout", "duration", "", default=300.0),
    Flag("wait", "wait", "", default="hookOnly", bare="watcher"),
    Flag("atomic", "bool", "", deprecated="use --rollback-on-failure instead"),
    *GLOBAL,
)


def invoke(*arguments: str, count: Count | None = None) -> Invocation:
    """What a command with these flags gets."""
    seen: list[Invocation] = []
    command = Command("purehelm try", "NAME", count or Count(0), FLAGS, seen.append)
    command.main(list(arguments), standalone_mode=False)
    return seen[0]


@pytest.mark.parametrize(
    ("arguments", "key", "want"),
    [
        ([], "wait", "hookOnly"),
        (["--wait"], "wait", "watcher"),
        (["--wait=legacy"], "wait", "legacy"),
        (["-i"], "install", True),
        (["--install=false"], "install", False),
        (["--install=T"], "install", True),
        (["--set", "a=1", "--set=b=2"], "set", ("a=1", "b=2")),
        (["--set", "--wait"], "set", ("--wait",)),
        (["-f", "a.yaml,b.yaml", "-f", "c.yaml"], "values", ("a.yaml", "b.yaml", "c.yaml")),
        (["--history-max", "3"], "history_max", 3),
        (["--timeout", "1m30s"], "timeout", 90.0),
        (["-n", "lab"], "namespace", "lab"),
    ],
    ids=lambda case: " ".join(case) if isinstance(case, list) else None,
)
def test_flags_are_read_as_cobra_reads_them(arguments: list[str], key: str, want: Any) -> None:
    assert invoke(*arguments)[key] == want


def test_a_bare_optional_value_does_not_swallow_the_next_word() -> None:
    assert invoke("--wait", "name").arguments == ("name",)


def test_words_after_two_dashes_are_arguments() -> None:
    assert invoke("--", "--wait").arguments == ("--wait",)


def test_given_flags_are_told_from_defaults() -> None:
    assert invoke("--history-max", "10").given == {"history_max"}


def test_deprecated_flags_say_what_to_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke("--atomic")["atomic"] is True

    assert capsys.readouterr().err == "Flag --atomic has been deprecated, use --rollback-on-failure instead\n"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--nope"], "unknown flag: --nope"),
        (["-z"], "unknown shorthand flag: 'z' in -z"),
        (["--set"], "flag needs an argument: --set"),
        (
            ["--install=maybe"],
            'invalid argument "maybe" for "-i, --install" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
        ),
        (["--timeout", "5x"], 'invalid argument "5x" for "--timeout" flag: time: unknown unit "x" in duration "5x"'),
    ],
    ids=lambda case: " ".join(case) if isinstance(case, list) else None,
)
def test_faults_are_told_in_cobras_words(arguments: list[str], text: str) -> None:
    with pytest.raises(click.UsageError) as raised:
        invoke(*arguments)

    assert raised.value.message == text


@pytest.mark.parametrize(
    ("count", "arguments", "what"),
    [
        (Count(0, 0), ["a"], "accepts no arguments"),
        (Count(1, 1), [], "requires 1 argument"),
        (Count(2, 2), ["a"], "requires 2 arguments"),
        (Count(1), [], "requires at least 1 argument"),
        (Count(0, 1), ["a", "b"], "accepts at most 1 argument"),
    ],
    ids=lambda case: case if isinstance(case, str) else None,
)
def test_the_number_of_arguments_is_checked(count: Count, arguments: list[str], what: str) -> None:
    with pytest.raises(click.UsageError) as raised:
        invoke(*arguments, count=count)

    assert raised.value.message == f'"purehelm try" {what}\n\nUsage:  purehelm try NAME [flags]'


def test_a_group_knows_aliases_and_global_flags_before_the_command() -> None:
    group = Group("purehelm", {"version": "version:VERSION_COMMAND"}, aliases={"v": "version"})

    assert group.list_commands(click.Context(group)) == ["version"]
    group.main(["--namespace", "lab", "--debug", "v", "--short"], standalone_mode=False)


def test_an_unknown_command_is_named() -> None:
    with pytest.raises(click.UsageError) as raised:
        Group("purehelm", {}).main(["nope"], standalone_mode=False)

    assert raised.value.message == 'unknown command "nope" for "purehelm"\nRun \'purehelm --help\' for usage.'
