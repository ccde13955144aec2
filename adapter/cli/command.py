"""How a command is declared: its words, its arguments, its flags as a table; cobra's spelling and cobra's errors.

Helm's flags differ from click's own in three ways, which are settled here: a flag with an optional value takes it only
after `=` (`--wait=legacy`), a boolean may be given one (`--create-namespace=false`), and faults are told in cobra's words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from .flag import Flag, read_bool

HELP = {"help_option_names": ["-h", "--help"]}


class Failure(click.ClickException):
    """A command fails with this text; it needs no class of its own."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many arguments a command takes."""

    least: int = 0
    most: int | None = None

    def check(self, command: Command, arguments: Sequence[str]) -> None:
        """Raise cobra's usage error when the number is wrong."""
        given = len(arguments)
        if self.least <= given and (self.most is None or given <= self.most):
            return
        if self.most == 0:
            what = "accepts no arguments"
        elif self.least == self.most:
            what = f"requires {self.least} {_plural(self.least)}"
        elif given < self.least:
            what = f"requires at least {self.least} {_plural(self.least)}"
        else:
            what = f"accepts at most {self.most} {_plural(self.most or 0)}"
        raise click.UsageError(
            f'"{command.path}" {what}\n\nUsage:  {command.path} {command.usage} [flags]'.replace("  [", " [")
        )


def _plural(number: int) -> str:
    return "argument" if number == 1 else "arguments"


@dataclass(frozen=True, slots=True)
class Invocation:
    """What the user typed, parsed: the arguments, the flags by key, and which flags were given."""

    arguments: tuple[str, ...]
    flags: dict[str, Any]
    given: frozenset[str] = field(default_factory=frozenset)

    def __getitem__(self, key: str) -> Any:
        return self.flags[key]


class Command(click.Command):
    """A click command that keeps cobra's manners; `run` gets the Invocation."""

    def __init__(
        self,
        path: str,
        usage: str,
        count: Count,
        flags: Iterable[Flag],
        run: Callable[[Invocation], int | None],
        *,
        about: str = "",
        exclusive: Sequence[Sequence[str]] = (),
    ) -> None:
        """`exclusive` names groups of flags of which one may be given at most."""
        self.path = path
        self.exclusive = exclusive
        self.usage = usage
        self.count = count
        self.table = {flag.name: flag for flag in flags}
        options: list[click.Parameter] = [flag.option() for flag in self.table.values()]
        super().__init__(
            path.rpartition(" ")[2],
            params=[*options, click.Argument(["arguments"], nargs=-1, metavar="")],
            callback=self._call(run),
            help=about,
            context_settings=HELP,
            options_metavar=f"{usage} [flags]".strip(),
        )

    def _call(self, run: Callable[[Invocation], int | None]) -> Callable[..., int | None]:
        def call(arguments: tuple[str, ...], **values: Any) -> int | None:
            context = click.get_current_context()
            given = frozenset(
                flag.key
                for flag in self.table.values()
                if context.get_parameter_source(flag.key) is click.core.ParameterSource.COMMANDLINE
            )
            for flag in self.table.values():
                if flag.deprecated and flag.key in given:
                    click.echo(f"Flag --{flag.name} has been deprecated, {flag.deprecated}", err=True)
                values[flag.key] = flag.read(values[flag.key]) if flag.key in given else flag.absent
            self.count.check(self, arguments)
            self._check_exclusive(given)
            return run(Invocation(arguments, values, given))

        return call

    def _check_exclusive(self, given: frozenset[str]) -> None:
        """Raise cobra's error where two flags of a group are given."""
        for group in self.exclusive:
            both = sorted(name for name in group if self.table[name].key in given)
            if len(both) > 1:
                raise click.UsageError(
                    f"if any flags in the group [{' '.join(group)}] are set none of the others can be; "
                    f"[{' '.join(both)}] were all set"
                )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, [*self._plain(args)])
        except click.NoSuchOption as error:
            name = error.option_name
            text = (
                f"unknown flag: {name}" if name.startswith("--") else f"unknown shorthand flag: '{name[1:]}' in {name}"
            )
            raise click.UsageError(text) from error
        except click.BadOptionUsage as error:
            raise click.UsageError(f"flag needs an argument: {error.option_name}") from error
        except click.BadParameter as error:
            name = error.param.opts[0] if error.param else ""
            raise click.UsageError(f'invalid argument for "{name}" flag: {error.message}') from error

    def _plain(self, args: list[str]) -> Iterable[str]:
        """The arguments as click takes them: optional values filled in, `--bool=word` resolved."""
        rest = iter(args)
        for word in rest:
            if word == "--":
                yield word
                yield from rest
                return
            name, equals, value = word.removeprefix("--").partition("=")
            flag = self.table.get(name) if word.startswith("--") else None
            if flag is None:
                yield word
            elif flag.kind == "bool" and equals:
                try:
                    wanted = read_bool(value)
                except ValueError as error:
                    raise flag.invalid(value, str(error)) from error
                yield f"--{name}" if wanted else flag.off
            elif flag.bare is not None and not equals:
                yield f"--{name}={flag.bare}"
            elif flag.kind == "bool" or equals or flag.bare is not None:
                yield word
            else:  # its value is the next word, whatever that looks like
                yield word
                yield from _next(rest)


def _next(rest: Iterable[str]) -> Iterable[str]:
    for word in rest:
        yield word
        return


class Group(click.Group):
    """A group whose commands are loaded when they are called: start-up time is a promise.

    `table` maps a command's name to where it is made: `module:attribute`; `aliases` maps other names to it.
    """

    def __init__(
        self, path: str, table: dict[str, str], *, aliases: dict[str, str] | None = None, about: str = ""
    ) -> None:
        super().__init__(path.rpartition(" ")[2], help=about, subcommand_metavar="[command]", context_settings=HELP)
        self.path = path
        self.table = table
        self.aliases = aliases or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self.table.get(self.aliases.get(cmd_name, cmd_name))
        if place is None:
            return None
        from importlib import import_module

        module, _, attribute = place.partition(":")
        loaded: click.Command = getattr(import_module(f"{__package__}.{module}"), attribute)
        return loaded

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        args = self._flags_last(args)
        if args and self.get_command(ctx, args[0]) is not None:
            return super().resolve_command(ctx, args)
        if " " not in self.path and args:
            raise click.UsageError(
                f'unknown command "{args[0]}" for "{self.path}"\nRun \'{self.path} --help\' for usage.'
            )
        click.echo(ctx.get_help())  # as cobra does for a group that gets a word it does not know
        raise click.exceptions.Exit(0)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args:
            click.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args if set(args) & {"-h", "--help"} else ["--", *args])

    def _flags_last(self, args: list[str]) -> list[str]:
        """Global flags may stand before the command, as cobra has it: they are handed on to it."""
        from .flags import GLOBAL

        takes_value = {f"--{flag.name}" for flag in GLOBAL if flag.kind != "bool"} | {
            f"-{flag.short}" for flag in GLOBAL if flag.short
        }
        before: list[str] = []
        rest = list(args)
        while rest and rest[0].startswith("-") and rest[0] != "--":
            before.append(rest.pop(0))
            if before[-1] in takes_value and rest:
                before.append(rest.pop(0))
        return [*rest[:1], *before, *rest[1:]] if rest else args
