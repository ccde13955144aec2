"""How a command is declared: its words, its arguments, its flags as a table; cobra's spelling and cobra's errors.

Helm's flags differ from click's own in three ways, which are settled here: a flag with an optional value takes it only
after `=` (`--wait=legacy`), a boolean may be given one (`--create-namespace=false`), and faults are told in cobra's words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import click

Kind = Literal["bool", "text", "texts", "list", "number", "duration"]
TRUE_WORDS = frozenset(("1", "t", "T", "true", "TRUE", "True"))
FALSE_WORDS = frozenset(("0", "f", "F", "false", "FALSE", "False"))


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag. `texts` may repeat; `list` may repeat and is split at commas; `bare` is the value without a `=value`."""

    name: str
    kind: Kind
    help: str
    short: str = ""
    default: Any = None
    bare: str | None = None
    deprecated: str = ""  # what to use instead

    @property
    def key(self) -> str:
        """The name under which a command finds its value."""
        return self.name.replace("-", "_")

    def option(self) -> click.Option:
        """The same for click."""
        names = [f"--{self.name}", self.key, *([f"-{self.short}"] if self.short else [])]
        common = {"help": self.help, "hidden": bool(self.deprecated)}
        if self.kind == "bool":
            return click.Option(names, is_flag=True, default=bool(self.default), **common)
        if self.kind in ("texts", "list"):
            return click.Option(names, multiple=True, default=self.default or (), **common)
        kind = {"number": click.INT, "duration": DURATION}.get(self.kind, click.STRING)
        return click.Option(
            names, type=kind, default=self.default, show_default=self.default not in (None, ""), **common
        )


class _Duration(click.ParamType):
    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, (int, float)):
            return float(value)
        from purehelm.engine.functions.durations import parse_duration
        from purehelm.engine.template.function import FunctionError

        try:
            return parse_duration(value) / 1e9
        except FunctionError as error:
            name = param.opts[0] if param else ""
            raise click.UsageError(f'invalid argument "{value}" for "{name}" flag: {error}') from error


DURATION = _Duration()


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
    ) -> None:
        self.path = path
        self.usage = usage
        self.count = count
        self.table = {flag.name: flag for flag in flags}
        options: list[click.Parameter] = [flag.option() for flag in self.table.values()]
        super().__init__(
            path.rpartition(" ")[2],
            params=[*options, click.Argument(["arguments"], nargs=-1)],
            callback=self._call(run),
            help=about,
            options_metavar=f"{usage} [flags]".strip(),
        )

    def _call(self, run: Callable[[Invocation], int | None]) -> Callable[..., int | None]:
        @click.pass_context
        def call(context: click.Context, arguments: tuple[str, ...], **values: Any) -> int | None:
            self.count.check(self, arguments)
            given = frozenset(
                flag.key
                for flag in self.table.values()
                if context.get_parameter_source(flag.key) is click.core.ParameterSource.COMMANDLINE
            )
            for flag in self.table.values():
                if flag.deprecated and flag.key in given:
                    click.echo(f"Flag --{flag.name} has been deprecated, {flag.deprecated}", err=True)
                if flag.kind == "list":
                    values[flag.key] = tuple(part for text in values[flag.key] for part in text.split(","))
            return run(Invocation(arguments, values, given))

        return call

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
                if value in TRUE_WORDS:
                    yield f"--{name}"
                elif value not in FALSE_WORDS:
                    raise click.UsageError(
                        f'invalid argument "{value}" for "--{name}" flag: strconv.ParseBool: parsing "{value}": invalid syntax'
                    )
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
        super().__init__(path.rpartition(" ")[2], help=about, subcommand_metavar="[command]", no_args_is_help=True)
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
        if not args or self.get_command(ctx, args[0]) is None:
            raise click.UsageError(f'unknown command "{args[0] if args else ""}" for "{self.path}"')
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args if set(args) & {"-h", "--help"} else ["--", *args] if args else args)

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
