"""One flag: its spelling, its kind, and how its text is read, with pflag's words for what cannot be read."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import click

Kind = Literal["bool", "text", "texts", "list", "pairs", "number", "count", "duration", "format", "wait"]
REPEATED = ("texts", "list", "pairs")
TRUE_WORDS = frozenset(("1", "t", "T", "true", "TRUE", "True"))
FALSE_WORDS = frozenset(("0", "f", "F", "false", "FALSE", "False"))
FORMATS = ("table", "json", "yaml")
WAITS = ("watcher", "hookOnly", "legacy")
_LARGEST = 1 << 63


class _Switch(click.Option):
    """A flag that is on or off; only one of its spellings is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return (record[0].partition(" / ")[0], record[1]) if record else None


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag. `texts` may repeat; `list` and `pairs` may repeat and are split at commas, as CSV.

    `bare` is the value without a `=value`.
    """

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

    @property
    def absent(self) -> Any:
        """The value where the flag is not given."""
        if self.kind == "pairs":
            return {}
        if self.kind in REPEATED:
            return tuple(self.default or ())
        return bool(self.default) if self.kind == "bool" else self.default

    @property
    def off(self) -> str:
        """The word by which `--name=false` is handed to click: one that nobody can type."""
        return f"--{self.name}\0off"

    def option(self) -> click.Option:
        """The same for click, which hands on the texts."""
        names = [f"--{self.name}", self.key, *([f"-{self.short}"] if self.short else [])]
        hidden = bool(self.deprecated)
        if self.kind == "bool":
            names[0] += f"/{self.off}"
            return _Switch(names, is_flag=True, default=bool(self.default), help=self.help, hidden=hidden)
        if self.kind in REPEATED:
            return click.Option(names, multiple=True, default=self.default or (), help=self.help, hidden=hidden)
        shown = self.default is not None and self.default != ""
        return click.Option(
            names, type=click.STRING, default=self.default, show_default=shown, help=self.help, hidden=hidden
        )

    def read(self, value: Any) -> Any:
        """What a given text means. Raises click.UsageError in pflag's words."""
        reader = _READERS.get(self.kind)
        if reader is None or not (isinstance(value, str) or self.kind in REPEATED):
            return value
        text = value
        try:
            if self.kind not in REPEATED:
                return reader(value)
            found: list[Any] = []
            for text in value:
                found += reader(text)
            return dict(found) if self.kind == "pairs" else tuple(found)
        except ValueError as error:
            raise self.invalid(text, str(error)) from error

    def invalid(self, text: str, reason: str) -> click.UsageError:
        """pflag's error for a value."""
        name = f"-{self.short}, --{self.name}" if self.short else f"--{self.name}"
        return click.UsageError(f'invalid argument "{text}" for "{name}" flag: {reason}')


def read_bool(text: str) -> bool:
    """Go's strconv.ParseBool. Raises ValueError with its text."""
    if text in TRUE_WORDS:
        return True
    if text in FALSE_WORDS:
        return False
    raise ValueError(f'strconv.ParseBool: parsing "{text}": invalid syntax')


def _integer(text: str, name: str, least: int, limit: int, *, decimal: bool = False) -> int:
    try:
        octal = text.lstrip("+-").startswith("0") and text.lstrip("+-0_").isdecimal()
        number = int(text, 10 if decimal else 8 if octal else 0) if text == text.strip() else None
    except ValueError:
        number = None
    if number is None or (least == 0 and text[:1] in "+-"):
        raise ValueError(f'strconv.{name}: parsing "{text}": invalid syntax')
    if not least <= number < limit:
        raise ValueError(f'strconv.{name}: parsing "{text}": value out of range')
    return number


def read_int(text: str, *, decimal: bool = False) -> int:
    """Go's strconv.ParseInt with base 0, or 10 where `decimal`. Raises ValueError with its text."""
    if decimal and not text.lstrip("+-").isdecimal():
        raise ValueError(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return _integer(text, "ParseInt", -_LARGEST, _LARGEST, decimal=decimal)


def _count(text: str) -> int:
    return _integer(text, "ParseUint", 0, 2 * _LARGEST)


def read_duration(text: str) -> float:
    """Seconds. Raises ValueError with Go's text."""
    from purehelm.engine.functions.durations import parse_duration
    from purehelm.engine.template.function import FunctionError

    try:
        return parse_duration(text) / 1e9
    except FunctionError as error:
        raise ValueError(str(error)) from error


def _format(text: str) -> str:
    if text not in FORMATS:
        raise ValueError("invalid format type")
    return text


def _wait(text: str) -> str:
    if text in (*WAITS, "true", "false"):
        return text
    raise ValueError(f'invalid wait input "{text}". Valid inputs are {WAITS[0]}, {WAITS[1]}, and {WAITS[2]}')


def _words(text: str) -> list[str]:
    if not text:
        return []
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error as error:
        raise ValueError(f"parse error on line 1, column {len(text)}: {error}") from error


def _pairs(text: str) -> list[tuple[str, str]]:
    words = _words(text) if text.count("=") > 1 else [text]
    for word in words:
        if "=" not in word:
            raise ValueError(f"{word} must be formatted as key=value")
    return [(name, value) for name, _, value in (word.partition("=") for word in words)]


_READERS: dict[str, Callable[[str], Any]] = {
    "number": read_int,
    "count": _count,
    "duration": read_duration,
    "format": _format,
    "wait": _wait,
    "list": _words,
    "pairs": _pairs,
}
