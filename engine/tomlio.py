"""Write TOML as BurntSushi's toml 1.6 does, byte for byte; `loads` comes from `tomlread`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from .errors import YamlError
from .gofloat import format_float
from .govalues import Duration, Struct, TypedNil, go_kind
from .tomlread import Moment, loads

__all__ = ["Moment", "dumps", "loads"]

BARE = re.compile(r"[A-Za-z0-9_-]+")
ESCAPED = re.compile('[\x00-\x1f"\\\\\x7f]')
SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def _quoted(text: str) -> str:
    return '"' + ESCAPED.sub(lambda match: SHORT.get(match[0]) or f"\\u{ord(match[0]):04x}", text) + '"'


def _key(text: str) -> str:
    return text if BARE.fullmatch(text) else _quoted(text)


def _float(value: float, bits: int = 64) -> str:
    if math.isnan(value) or math.isinf(value):
        return ("-" if math.copysign(1, value) < 0 else "") + ("nan" if math.isnan(value) else "inf")
    text = format_float(value, "g", -1, bits)
    return text if "e" in text or "." in text else text + ".0"


def duration_text(nanoseconds: int) -> str:
    """A duration as Go prints it: `1h0m0.5s`."""
    sign, left = ("-" if nanoseconds < 0 else ""), abs(nanoseconds)
    if not left:
        return "0s"
    for unit, size in (("ns", 1), ("µs", 1_000), ("ms", 1_000_000)):
        if left < 1_000 * size:
            return f"{sign}{_decimal(left, size)}{unit}"
    minutes, rest = divmod(left, 60_000_000_000)
    text = f"{_decimal(rest, 1_000_000_000)}s"
    if minutes:
        text = f"{minutes % 60}m{text}"
    return sign + (f"{minutes // 60}h{text}" if minutes >= 60 else text)


def _decimal(value: int, size: int) -> str:
    whole, rest = divmod(value, size)
    digits = str(rest).rjust(len(str(size)) - 1, "0").rstrip("0") if rest else ""
    return f"{whole}.{digits}" if digits else str(whole)


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, Struct) and not hasattr(value, "go_toml"))


def _is_tables(value: Any) -> bool:
    """Whether a list is an array of tables; raises for a nil in it."""
    if not isinstance(value, list | tuple) or not value:
        return False
    tables = True
    for item in value:
        if item is None or isinstance(item, TypedNil):
            raise YamlError("toml: cannot encode array with nil element")
        _is_tables(item)
        tables = tables and _is_table(item)
    return tables


def _entries(value: Any) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """The entries that are plain, and those that are tables; maps sorted, structs in the order of their fields."""
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise YamlError("toml: cannot encode a map with non-string key type")
        pairs = [(key, value[key]) for key in sorted(value)]
    else:
        pairs = [(name, getter(value)) for name, getter in value.go_fields.items()]
    tables = [_is_table(item) or _is_tables(item) for _, item in pairs]
    direct = [pair for pair, table in zip(pairs, tables, strict=True) if not table]
    return direct, [pair for pair, table in zip(pairs, tables, strict=True) if table]


class _Writer:
    def __init__(self) -> None:
        self.out: list[str] = []

    def newline(self) -> None:
        if self.out:
            self.out.append("\n")

    def encode(self, path: tuple[str, ...], value: Any) -> None:
        if value is None or isinstance(value, TypedNil):
            return
        indent = "  " * (len(path) - 1)
        if _is_tables(value):
            self.tables(path, value, indent)
        elif _is_table(value):
            if len(path) == 1:
                self.newline()
            if path:
                self.out.append(f"{indent}[{'.'.join(map(_key, path))}]")
                self.newline()
            self.table(path, value)
        elif path:
            self.out.append(f"{indent}{_key(path[-1])} = {self.element(value)}")
            self.newline()
        elif isinstance(value, complex):
            raise YamlError("unsupported type for key '': complex128")
        else:
            self.out.append(self.element(value))

    def tables(self, path: tuple[str, ...], value: Any, indent: str) -> None:
        if not path:
            raise YamlError("toml: top-level values must be Go maps or structs")
        for item in value:
            self.newline()
            self.out.append(f"{indent}[[{'.'.join(map(_key, path))}]]")
            self.newline()
            self.table(path, item)

    def table(self, path: tuple[str, ...], value: Any) -> None:
        direct, nested = _entries(value)
        for key, item in direct + nested:
            self.encode((*path, key), item)

    def element(self, value: Any) -> str:
        """A value on one line."""
        match value:
            case str():
                return _quoted(value)
            case bool():
                return "true" if value else "false"
            case Duration():
                return _quoted(duration_text(int(value)))
            case int():
                return str(int(value))
            case float():
                return _float(value, 32 if go_kind(value) == "float32" else 64)
            case bytes() | list() | tuple():
                return f"[{', '.join(self.element(item) for item in value)}]"
        if hasattr(value, "go_toml"):
            return str(value.go_toml())
        if _is_table(value):
            return self.inline(value)
        raise YamlError(f"unsupported type: {go_kind(value)}")

    def inline(self, value: Any) -> str:
        out: list[str] = []
        direct, nested = _entries(value)
        for pairs, more in ((direct, bool(nested)), (nested, False)):
            for at, (key, item) in enumerate(pairs):
                if item is not None and not isinstance(item, TypedNil):
                    comma = ", " if more or at != len(pairs) - 1 else ""
                    out.append(f"{_key(key)} = {self.element(item)}{comma}")
        return "{" + "".join(out) + "}"


def dumps(value: Any) -> str:
    """TOML text of a value; not for None, at which Go panics. Raises YamlError with BurntSushi's text."""
    writer = _Writer()
    try:
        writer.encode((), value)
    except RecursionError as error:
        raise YamlError("toml: values are nested too deeply") from error
    return "".join(writer.out)
