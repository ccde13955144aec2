"""The grammar of --set, --set-string, --set-json, --set-file and --set-literal (Helm: pkg/strvals).

    pairs   = pair { "," pair }
    pair    = key "=" value
    key     = name { "." name | "[" index "]" }
    value   = "{" item { "," item } "}" | text          (of --set-json: one JSON value)

A backslash takes the next character as it is, but in --set-literal, where a value is the rest of the argument.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import jsonio
from ..errors import ValuesError, YamlError
from ..goquote import quote

LARGEST_INDEX = 65536
DEEPEST = 30
INTEGER = re.compile(r"[+-]?[0-9]+")
WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "0": 0}


class _End(Exception):
    """The text is used up."""


def typed(text: str) -> Any:
    """A value of --set: true, false, null, an integer that does not start with 0, or text."""
    lowered = text.lower()
    if lowered in WORDS:
        return WORDS[lowered]
    if text and text[0] != "0" and INTEGER.fullmatch(text) and text.isascii():
        number = int(text)
        if -(1 << 63) <= number < 1 << 63:
            return number
    return text


@dataclass(slots=True)
class _Parser:
    """One argument being read; `read` makes a value of its text."""

    text: str
    read: Callable[[str], Any]
    json: bool = False
    literal: bool = False
    at: int = 0

    def rune(self) -> str:
        if self.at >= len(self.text):
            raise _End
        self.at += 1
        return self.text[self.at - 1]

    def until(self, stop: str) -> tuple[str, str]:
        """What stands before one of the stop characters, and that character; "" at the end of the text."""
        out: list[str] = []
        while self.at < len(self.text):
            char = self.rune()
            if char in stop:
                return "".join(out), char
            if char == "\\" and not self.literal:
                if self.at >= len(self.text):
                    return "".join(out), ""
                char = self.rune()
            out.append(char)
        return "".join(out), ""

    def pairs(self, data: dict[str, Any]) -> None:
        try:
            while True:
                self.key(data, 0)
        except _End:
            return

    def key(self, data: dict[str, Any], level: int) -> None:
        """One pair, set in `data`."""
        name, last = self.until("=[." if self.literal else "=[,.")
        if last == "":
            if not name:
                raise _End
            raise ValuesError(f"key {quote(name)} has no value")
        if last == "[":
            self.indexed(data, name, level)
        elif last == "=":
            self.assign(data, name)
        elif last == ",":
            _set(data, name, "")
            raise ValuesError(f"key {quote(name)} has no value (cannot end with ,)")
        else:
            self.nested(data, name, level + 1)

    def indexed(self, data: dict[str, Any], name: str, level: int) -> None:
        index = self.index()
        items: list[Any] = []
        if name in data:
            items = _expect(data[name], list)
        try:
            items = self.item(items, index, level)
        finally:
            _set(data, name, items)

    def nested(self, data: dict[str, Any], name: str, level: int) -> None:
        if level > DEEPEST:
            raise ValuesError(f"value name nested level is greater than maximum supported nested level of {DEEPEST}")
        inner: dict[str, Any] = {}
        if name in data:
            inner = _expect(data[name], dict)
        ended = False
        try:
            self.key(inner, level)
        except _End:
            ended = True
        finally:
            if inner:
                _set(data, name, inner)
        if ended:
            raise _End
        if not inner:
            raise ValuesError(f"key map {quote(name)} has no value")

    def assign(self, data: dict[str, Any], name: str) -> None:
        if self.json:
            _set(data, name, self.json_value())
            return
        try:
            value, ended = self.value()
        except _End:
            _set(data, name, "")
            raise
        _set(data, name, value)
        if ended:
            raise _End

    def value(self) -> tuple[Any, bool]:
        """A list or a text; raises _End where there is none."""
        if self.literal:
            rest, self.at = self.text[self.at :], len(self.text)
            return rest, False
        if self.at >= len(self.text):
            raise _End
        if self.text[self.at] == "{":
            self.at += 1
            return self.items(), False
        text, _ = self.until(",")
        return self.read(text), False

    def items(self) -> list[Any]:
        items: list[Any] = []
        while True:
            text, last = self.until(",}")
            if last == "":
                raise ValuesError("list must terminate with '}'")
            items.append(self.read(text))
            if last == "}":
                if self.text[self.at : self.at + 1] == ",":
                    self.at += 1
                return items

    def json_value(self) -> Any:
        """One JSON value and the comma after it; None where there is none."""
        if self.skip():
            return None
        rest = self.text[self.at :]
        try:
            value, end = json.JSONDecoder(parse_int=float, parse_constant=_constant).raw_decode(rest)
        except (json.JSONDecodeError, RecursionError) as error:
            text = jsonio.fault(rest)
            raise ValuesError("unexpected EOF" if text == jsonio.END else text) from error
        self.at += end
        self.skip()
        return value

    def skip(self) -> bool:
        """Pass blanks and one comma; whether a comma or the end was there."""
        while self.at < len(self.text):
            char = self.rune()
            if char == ",":
                return True
            if not char.isspace():
                self.at -= 1
                return False
        return True

    def index(self) -> int:
        text, last = self.until("]")
        if last == "":
            raise _End
        if not INTEGER.fullmatch(text) or not text.isascii():
            raise ValuesError(f"error parsing index: strconv.Atoi: parsing {quote(text)}: invalid syntax")
        if abs(int(text)) >= 1 << 63:
            raise ValuesError(f"error parsing index: strconv.Atoi: parsing {quote(text)}: value out of range")
        return int(text)

    def item(self, items: list[Any], index: int, level: int) -> list[Any]:
        """The list with what follows the index set in it."""
        if index < 0:
            raise ValuesError(f"negative {index} index not allowed")
        name, last = self.until("[.=")
        if name:
            raise ValuesError(f"unexpected data at end of array index: {_runes(name)}")
        if last == "":
            raise _End
        if last == "=":
            if self.json:
                return _set_index(items, index, self.json_value())
            try:
                value, _ = self.value()
            except _End:
                value = ""
            return _set_index(items, index, value)
        if last == "[":
            inner_index = self.index()
            inner: list[Any] = []
            if len(items) > index and items[index] is not None:
                inner = _expect(items[index], list)
            return _set_index(items, index, self.item(inner, inner_index, level))
        target: dict[str, Any] = {}
        if len(items) > index:
            if not isinstance(items[index], dict):
                items[index] = {}
            target = items[index]
        self.key(target, level)
        return _set_index(items, index, target)


GO_NAMES = {
    str: "string",
    int: "int64",
    float: "float64",
    bool: "bool",
    list: "[]interface {}",
    dict: "map[string]interface {}",
}


def _expect(value: Any, kind: type) -> Any:
    if isinstance(value, kind):
        return value
    found = "nil" if value is None else GO_NAMES.get(type(value), type(value).__name__)
    raise ValuesError(f"unable to parse key: interface conversion: interface {{}} is {found}, not {GO_NAMES[kind]}")


def _runes(text: str) -> str:
    """A list of characters as Go's `%q` prints it."""
    return "[" + " ".join(f"'{char}'" if char not in "'\\" else f"'\\{char}'" for char in text) + "]"


def _constant(word: str) -> Any:
    raise json.JSONDecodeError(f"constant {word}", word, 0)


def _set(data: dict[str, Any], name: str, value: Any) -> None:
    if name:
        data[name] = value


def _set_index(items: list[Any], index: int, value: Any) -> list[Any]:
    if index > LARGEST_INDEX:
        raise ValuesError(f"index of {index} is greater than maximum supported index of {LARGEST_INDEX}")
    if len(items) <= index:
        items = items + [None] * (index + 1 - len(items))
    items[index] = value
    return items


def parse_set(text: str, into: dict[str, Any]) -> None:
    """--set: laid over `into`, which is changed; whole numbers are ints. Raises ValuesError with Helm's text."""
    _Parser(text, typed).pairs(into)


def parse_set_string(text: str, into: dict[str, Any]) -> None:
    """--set-string: every value is text."""
    _Parser(text, str).pairs(into)


def parse_set_json(text: str, into: dict[str, Any]) -> None:
    """--set-json with keys: every value is one JSON value, its numbers floats."""
    _Parser(text, str, json=True).pairs(into)


def parse_set_file(text: str, into: dict[str, Any], read: Callable[[str], str]) -> None:
    """--set-file: a value is the content that `read` has for its path."""
    _Parser(text, read).pairs(into)


def parse_set_literal(text: str, into: dict[str, Any]) -> None:
    """--set-literal: the value is the rest of the argument as it stands."""
    _Parser(text, str, literal=True).pairs(into)


def parse_json_object(text: str) -> dict[str, Any]:
    """--set-json with a whole object. Raises ValuesError."""
    try:
        value = jsonio.loads(text)
    except YamlError as error:
        raise ValuesError(str(error)) from error
    if not isinstance(value, dict):
        raise ValuesError("the value of --set-json is no JSON object")
    return value
