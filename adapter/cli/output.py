"""What commands print: tables as Helm lays them out, JSON, YAML, and Go's way to write times."""

from __future__ import annotations

import datetime as dt
import re
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click


def echo(text: str) -> None:
    """Write to standard output, whatever bytes the text carries."""
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.flush()


def err(text: str) -> None:
    """Write to standard error."""
    click.echo(text, err=True, nl=False)


def warn(message: str, level: str = "WARN", **facts: str) -> None:
    """One line on standard error, as Helm's logger writes it."""
    told = "".join(f" {name}={_quoted(text)}" for name, text in facts.items())
    click.echo(f"level={level} msg={_quoted(message)}{told}", err=True)


def _quoted(text: str) -> str:
    from purehelm.engine import jsonio  # start-up time is a promise

    return jsonio.dumps(text, escape_html=False) if re.search(r'[\s"=]', text) or not text else text


def struct_json(value: Any) -> str:
    """JSON with the keys in their own order, as Go writes structs; jsonio sorts them, as Go does maps."""
    from purehelm.engine import jsonio  # start-up time is a promise

    if isinstance(value, Mapping):
        return "{" + ",".join(f"{jsonio.dumps(key)}:{struct_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(struct_json, value)) + "]"
    return jsonio.dumps(value)


def show(form: str, data: Any, table: Callable[[], str]) -> None:
    """Print `data` in the chosen form, its keys in their own order in JSON; `table` makes the text of the table."""
    from purehelm.engine import yamlio  # start-up time is a promise

    if form == "json":
        echo(struct_json(data) + "\n")
    elif form == "yaml":
        echo(yamlio.dump(data))
    else:
        echo(table())


_PAINT = re.compile("\x1b\\[[0-9;]*m")


def _width(text: str) -> int:
    """Columns on a terminal: colours take none."""
    plain = _PAINT.sub("", text) if "\x1b" in text else text
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in plain
    )


def _resize(text: str, width: int) -> str:
    if _width(text) <= width:
        return text + " " * (width - _width(text))
    cut = text
    while _width(cut) > width - 3:
        cut = cut[:-1]
    return cut + "..."


def sorted_maps(value: Any) -> Any:
    """A copy whose keys are sorted at every level, as Go writes maps."""
    if isinstance(value, Mapping):
        return {key: sorted_maps(value[key]) for key in sorted(value)}
    return [sorted_maps(item) for item in value] if isinstance(value, (list, tuple)) else value


def table(rows: Sequence[Sequence[Any]], *, widest: int = 0) -> str:
    """Rows in columns: padded with blanks, tabs between, as github.com/gosuri/uitable does; `widest` cuts longer cells."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not cells:
        return "\n"
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    if widest:
        widths = [min(width, widest) for width in widths]
    lines = (
        "\t".join(_resize(cell, width) if width else cell for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    return "\n".join(lines) + "\n"


def parse_time(text: str | None) -> tuple[dt.datetime, str] | None:
    """The moment of a record's timestamp, and its fraction's digits as they stand."""
    if not text:
        return None
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", text)
    if match is None:
        return None
    moment = dt.datetime.fromisoformat(match[1] + match[3].replace("Z", "+00:00"))
    return moment, (match[2] or "").rstrip("0")


def ansi_c(text: str | None) -> str:
    """`Mon Jan  2 15:04:05 2006`; Go's zero time where there is none."""
    parsed = parse_time(text)
    moment = parsed[0] if parsed else dt.datetime(1, 1, 1, tzinfo=dt.UTC)
    return f"{moment:%a %b} {moment.day:2d} {moment:%H:%M:%S} {moment.year:04d}"


def go_time(text: str | None) -> str:
    """As Go's Time.String prints it: `2006-01-02 15:04:05.999 -0700 MST`."""
    parsed = parse_time(text)
    if parsed is None:
        return "-"
    moment, fraction = parsed
    offset = moment.strftime("%z")
    local = dt.datetime.fromtimestamp(moment.timestamp()).astimezone()
    zone = (
        "UTC"
        if text and text.endswith("Z")
        else (local.tzname() if local.utcoffset() == moment.utcoffset() else offset)
    )
    return f"{moment:%Y-%m-%d %H:%M:%S}{'.' + fraction if fraction else ''} {offset} {zone}"
