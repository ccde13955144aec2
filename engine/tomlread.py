"""Read TOML as BurntSushi's toml 1.6 does (TOML 1.1), with its error texts."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

from .errors import YamlError
from .govalues import Int64, Struct

BARE = re.compile(r"[A-Za-z0-9_-]+")
BLANKS = re.compile(r"[ \t]*")
SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
NUMBER = re.compile(r"0x[0-9a-fA-F_]*|0o[0-7_]*|0b[01_]*|[-+]?[0-9][0-9_]*(?:[.eE][0-9_.eE+-]*)?")
DATE = re.compile(r"[0-9]+[-:][0-9:TtZz .+-]*")
LETTERS = re.compile(r"[^\W\d_]+")
MOMENT = re.compile(
    r"(?:(\d{4})-(\d\d)-(\d\d))?(?:(?:(?<=\d)T)?(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?"
)
ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
HEX_ESCAPES = {"x": (2, "two"), "u": (4, "four"), "U": (8, "eight")}
LINE_END = re.compile(r"\\[ \t\r]*\n[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Moment(Struct):
    """A time.Time read from TOML; `zone` is what Go prints last (`UTC`, `+0200`, `date-local` …), `offset` in seconds."""

    date: tuple[int, int, int]
    clock: tuple[int, int, int, int]  # hour, minute, second, nanosecond
    offset: int
    zone: str
    go_type: ClassVar[str] = "time.Time"

    def _fraction(self) -> str:
        return f".{self.clock[3]:09d}".rstrip("0") if self.clock[3] else ""

    def _offset(self, colon: str) -> str:
        minutes = abs(self.offset) // 60
        return f"{'-' if self.offset < 0 else '+'}{minutes // 60:02d}{colon}{minutes % 60:02d}"

    def _parts(self) -> tuple[str, str]:
        hour, minute, second, _ = self.clock
        return "{:04d}-{:02d}-{:02d}".format(*self.date), f"{hour:02d}:{minute:02d}:{second:02d}{self._fraction()}"

    def go_string(self) -> str:
        """What `%v` prints."""
        return f"{' '.join(self._parts())} {self._offset('')} {self.zone}"

    def go_json(self) -> str:
        """RFC 3339 with as many nanoseconds as there are."""
        return f"{'T'.join(self._parts())}{self._offset(':') if self.offset else 'Z'}"

    def go_toml(self) -> str:
        """As TOML writes it: a local date or time without its other half."""
        day, clock = self._parts()
        return {"date-local": day, "time-local": clock, "datetime-local": f"{day}T{clock}"}.get(
            self.zone, self.go_json()
        )


def go_quote(char: str) -> str:
    """A character as `%q` prints it; none at all as `\\x00`."""
    if not char:
        return "'\\x00'"
    return {"'": "'\\''", '"': "'\"'"}.get(char) or f"'{json.dumps(char, ensure_ascii=False)[1:-1]}'"


def key_text(parts: list[str]) -> str:
    """A dotted key, quoted where needed."""
    return ".".join(part if BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False) for part in parts)


class Reader:
    """One text, read from its start to its end."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.root: dict[str, Any] = {}
        self.context: list[str] = []
        self.key = ""
        self.implicit: set[tuple[str, ...]] = set()
        self.arrays: set[int] = set()  # ids of lists that `[[name]]` made

    def fail(self, message: str, at: int | None = None) -> NoReturn:
        at = self.at if at is None else at
        line = self.text.count("\n", 0, at) + 1
        if at >= len(self.text) and self.text.endswith("\n"):
            line -= 1
        name = (
            key_text(self.context) + ("." if self.context and self.key else "") + self.key
            if self.key
            else key_text(self.context)
        )
        last = f" (last key {json.dumps(name, ensure_ascii=False)})" if name else ""
        raise YamlError(f"toml: line {line}{last}: {message}")

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def read(self) -> dict[str, Any]:
        """document = { blank | table | pair, line end }"""
        while True:
            self.skip(SPACE)
            if self.at >= len(self.text):
                return self.root
            if self.peek() == "[":
                self.table()
            else:
                outer = self.context
                self.pair(self.root_at(outer))
                self.context, self.key = outer, ""
            self.skip(BLANKS)
            if self.peek() not in ("", "\n", "#"):
                self.fail(
                    "expected a top-level item to end with a newline, comment, or EOF, "
                    f"but got {go_quote(self.peek())} instead"
                )

    def root_at(self, context: list[str]) -> dict[str, Any]:
        table: Any = self.root
        for part in context:
            table = table[part][-1] if isinstance(table[part], list) else table[part]
        found: dict[str, Any] = table
        return found

    def table(self) -> None:
        """table = "[" key "]" | "[[" key "]]" """
        self.at += 1
        array = self.peek() == "["
        self.at += array
        parts = self.header()
        self.context = []
        if array:
            self.at += 1
            if self.peek() != "]":
                self.fail(f"expected end of table array name delimiter ']', but got {go_quote(self.peek())} instead")
        self.at += 1
        self.enter(parts, array=array)

    def header(self) -> list[str]:
        parts: list[str] = []
        while True:
            self.skip(BLANKS)
            if self.peek() == "]" or not self.peek():
                self.fail("unexpected end of table name (table names cannot be empty)")
            if self.peek() == ".":
                self.fail("unexpected table separator (table names cannot be empty)")
            parts.append(self.key_part("expected '.' or ']' to end table name, but got {} instead"))
            self.skip(BLANKS)
            if self.peek() == "]":
                return parts
            if self.peek() != ".":
                self.fail(f"expected '.' or ']' to end table name, but got {go_quote(self.peek())} instead")
            self.at += 1

    def enter(self, parts: list[str], *, array: bool) -> None:
        """Make the table that a header names."""
        table, path = self.root, []
        for part in parts[:-1]:
            path.append(part)
            if part not in table:
                self.implicit.add(tuple(path))
                table[part] = {}
            inner = table[part]
            if isinstance(inner, list) and id(inner) in self.arrays:
                inner = inner[-1]
            if not isinstance(inner, dict):
                self.fail(f"Key '{key_text(path)}' was already created as a hash.")
            table = inner
        self.context = parts[:-1]
        last = parts[-1]
        if array:
            if last not in table:
                table[last] = []
                self.arrays.add(id(table[last]))
            if id(table[last]) not in self.arrays:
                self.fail(f"Key '{key_text(parts)}' was already created and cannot be used as an array.")
            table[last].append({})
        else:
            self.set(table, last, {})
        self.context = parts

    def set(self, table: dict[str, Any], key: str, value: Any) -> None:
        path = (*self.context, key)
        if key not in table:
            table[key] = value
        elif path in self.implicit:
            self.implicit.discard(path)
        else:
            self.fail(f"Key '{key_text(list(path))}' has already been defined.")

    def pair(self, table: dict[str, Any]) -> None:
        """pair = key "=" value; leaves its key as the current one."""
        parts: list[str] = []
        while True:
            self.skip(BLANKS)
            if self.peek() in ("=", "."):
                blank = "key name appears blank" if self.peek() == "=" else "keys cannot start with a '.'"
                self.fail(f"unexpected '{self.peek()}'" + ("" if parts else f": {blank}"), self.at)
            parts.append(self.key_part("expected '.' or '=', but got {} instead"))
            self.skip(BLANKS)
            if self.peek() == "=":
                break
            if not self.peek():
                self.fail("unexpected EOF; expected key separator '='")
            if self.peek() != ".":
                self.fail(f"expected '.' or '=', but got {go_quote(self.peek())} instead")
            self.at += 1
        self.at += 1
        self.key = parts[-1]
        for part in parts[:-1]:
            self.context = [*self.context, part]
            if part not in table:
                self.implicit.add(tuple(self.context))
                table[part] = {}
            if not isinstance(table[part], dict):
                self.fail(f"Key '{key_text(self.context)}' has already been defined.")
            table = table[part]
        value = self.value()
        self.set(table, parts[-1], value)

    def key_part(self, wrong: str) -> str:
        char = self.peek()
        if char == '"':
            return self.basic()
        if char == "'":
            return self.raw()
        if match := BARE.match(self.text, self.at):
            self.at = match.end()
            return match[0]
        return self.fail(wrong.format(go_quote(char)))

    def value(self) -> Any:
        self.skip(BLANKS)
        char = self.peek()
        if char == '"':
            return self.long_basic() if self.text.startswith('"""', self.at) else self.basic()
        if char == "'":
            return self.long_raw() if self.text.startswith("'''", self.at) else self.raw()
        if char == "[":
            return self.array()
        if char == "{":
            return self.inline()
        if char.isdigit() or (char in ("+", "-") and char):
            return self.number()
        return self.word(char)

    def word(self, char: str) -> Any:
        if not char:
            self.fail("unexpected EOF; expected value")
        if char == ".":
            self.fail("floats must start with a digit, not '.'")
        for word in ("inf", "nan"):
            if self.text.startswith(word, self.at):
                self.at += 3
                return float(word)
        if match := LETTERS.match(self.text, self.at):
            if match[0] in ("true", "false"):
                self.at = match.end()
                return match[0] == "true"
            self.fail(f"expected value but found {json.dumps(match[0], ensure_ascii=False)} instead")
        return self.fail(f"expected value but found {go_quote(char)} instead")

    def number(self) -> Any:
        if match := DATE.match(self.text, self.at):
            start, self.at = self.at, self.at + len(match[0].rstrip(" "))
            return self.moment(match[0].rstrip(" "), start)
        start = self.at
        sign = self.peek() if self.peek() in "+-" else ""
        rest = self.text[self.at + len(sign) : self.at + len(sign) + 3]
        if sign and rest in ("inf", "nan"):
            self.at += 4
            return float(sign + rest)
        if sign and rest[:1] in ("i", "n"):
            self.fail(f"invalid float: '{sign}{rest[:1]}'")
        if sign and rest[:2] in ("0b", "0o", "0x"):
            self.fail(f"cannot use sign with non-decimal numbers: '{sign}{rest[:2]}'")
        if sign and rest[:1] == ".":
            self.fail("floats must start with a digit, not '.'")
        match = NUMBER.match(self.text, self.at)
        if not match:
            self.fail(f"expected a digit but got {go_quote(rest[:1])}")
        text = match[0]
        self.at = match.end()
        based = text[:2] in ("0b", "0o", "0x")
        kind = "Invalid float" if not based and re.search("[.eE]", text) else "Invalid integer"
        return self.checked(text, kind, start, based=based)

    def checked(self, text: str, kind: str, start: int, *, based: bool) -> Any:
        if based and len(text) == 2:
            base = {"0b": "a binary", "0o": "an octal", "0x": "a hexadecimal"}[text]
            self.fail(f"not {base} number: '{text}{self.peek()}'")
        if re.search(r"(?<![0-9a-fA-F])_|__", text):
            self.fail(f'{kind} "{text}": underscores must be surrounded by digits', start)
        whole = re.split("[.eE]", text.lstrip("+-"))[0]
        if not based and len(whole) > 1 and whole[0] == "0":
            self.fail(f'{kind} "{text}": cannot have leading zeroes', start)
        if kind == "Invalid float":
            if re.search(r"\.(?![0-9])", text):
                self.fail(f"{kind} \"{text}\": '.' must be followed by one or more digits", start)
            try:
                return float(text.replace("_", ""))
            except ValueError:
                self.fail(f'Invalid float value: "{text}"', start)
        if text.endswith("_"):
            self.fail(f'{kind} "{text}": underscores must be surrounded by digits', start)
        number = int(text, 0 if based else 10)
        if not -(1 << 63) <= number < 1 << 63:
            self.fail(f"{text} is out of range for int64", start)
        return Int64(number)

    def moment(self, text: str, start: int) -> Moment:
        plain = text.replace("z", "Z").replace("t", "T").replace(" ", "T")
        match = MOMENT.fullmatch(plain)
        bad = f"invalid datetime: {json.dumps(plain)}"
        if not match or (match[8] and not (match[1] and match[4])):
            self.fail(bad, start)
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
        try:
            datetime.datetime(year or 1, month or 1, day or 1, hour, minute, second)
        except ValueError:
            self.fail(bad, start)
        zone = {(True, True): "datetime-local", (True, False): "date-local"}.get(
            (bool(match[1]), bool(match[4])), "time-local"
        )
        offset = 0
        if match[8]:
            sign = -1 if match[8][0] == "-" else 1
            offset = 0 if match[8] == "Z" else sign * (int(match[8][1:3]) * 3600 + int(match[8][4:6]) * 60)
            zone = match[8].replace(":", "") if offset else "UTC"
        clock = (hour, minute, second, int((match[7] or "0")[:9].ljust(9, "0")))
        return Moment((year, month or 1, day or 1), clock, offset, zone)

    def basic(self) -> str:
        start = self.at
        self.at += 1
        out: list[str] = []
        while (char := self.peek()) != '"':
            if not char:
                self.fail("unexpected EOF; expected '\"'")
            if char == "\n":
                self.fail("strings cannot contain newlines", start)
            out.append(self.escape() if char == "\\" else self.plain(char))
        self.at += 1
        return "".join(out)

    def plain(self, char: str) -> str:
        if (char < " " and char not in "\t\n") or char == "\x7f":
            self.fail(f"TOML files cannot contain control characters: '0x{ord(char):02x}'")
        self.at += 1
        return char

    def escape(self) -> str:
        char = self.text[self.at + 1 : self.at + 2]
        if char in ESCAPES:
            self.at += 2
            return ESCAPES[char]
        if char not in HEX_ESCAPES:
            self.fail(f"invalid escape in string '\\{char}'")
        size, name = HEX_ESCAPES[char]
        digits = self.text[self.at + 2 : self.at + 2 + size]
        if not re.fullmatch(f"[0-9a-fA-F]{{{size}}}", digits):
            self.fail(f"expected {name} hexadecimal digits after '\\{char}', but got {json.dumps(digits)} instead")
        code = int(digits, 16)
        if code > 0x10FFFF or 0xD800 <= code < 0xE000:
            self.fail(f"Escaped character '\\u{digits}' is not valid UTF-8.")
        self.at += 2 + size
        return chr(code)

    def raw(self) -> str:
        start = self.at
        end = self.text.find("'", start + 1)
        line = self.text.find("\n", start)
        if end < 0 or -1 < line < end:
            if line < 0:
                self.fail('unexpected EOF; expected "\'"', len(self.text))
            self.fail("strings cannot contain newlines", start)
        self.at = end + 1
        return self.text[start + 1 : end]

    def long_basic(self) -> str:
        self.at += 3
        out: list[str] = []
        self.at += self.peek() == "\n"
        while True:
            if match := re.compile('"{3,5}').match(self.text, self.at):
                self.at = match.end()
                return "".join(out) + '"' * (len(match[0]) - 3)
            char = self.peek()
            if not char:
                self.fail('unexpected EOF; expected \'"""\'')
            if char == "\\" and (match := LINE_END.match(self.text, self.at)):
                self.at = match.end()
            else:
                out.append(self.escape() if char == "\\" else self.plain(char))

    def long_raw(self) -> str:
        self.at += 3
        self.at += self.peek() == "\n"
        match = re.compile("(.*?)'''('{0,2})", re.DOTALL).match(self.text, self.at)
        if not match:
            self.fail("unexpected EOF; expected \"'''\"", len(self.text))
        self.at = match.end()
        return match[1] + match[2]

    def array(self) -> list[Any]:
        self.at += 1
        out: list[Any] = []
        while True:
            self.skip(SPACE)
            if self.peek() == ",":
                self.fail("unexpected comma")
            if self.peek() == "]":
                break
            out.append(self.value())
            self.skip(SPACE)
            if self.peek() not in (",", "]") or not self.peek():
                found = f"'{self.peek()}'" if self.peek() else "end of file"
                self.fail(f"expected a comma (',') or array terminator (']'), but got {found}")
            self.at += self.peek() == ","
        self.at += 1
        return out

    def inline(self) -> dict[str, Any]:
        self.at += 1
        table: dict[str, Any] = {}
        context, key, implicit = self.context, self.key, self.implicit
        self.context, self.key, self.implicit = [*context, key], "", set()
        inner = self.context
        while True:
            self.skip(SPACE)
            if self.peek() == ",":
                self.fail("unexpected comma")
            if self.peek() == "}":
                break
            self.pair(table)
            self.context, self.key = inner, ""
            self.skip(SPACE)
            if self.peek() not in (",", "}") or not self.peek():
                found = f"'{self.peek()}'" if self.peek() else "end of file"
                self.fail(f"expected a comma or an inline table terminator '}}', but got {found} instead")
            self.at += self.peek() == ","
        self.at += 1
        self.context, self.key, self.implicit = context, key, implicit
        return table


def loads(text: str) -> dict[str, Any]:
    """The document: integers as Int64, times as Moment. Raises YamlError with BurntSushi's text."""
    try:
        return Reader(text).read()
    except RecursionError as error:
        raise YamlError("toml: values are nested too deeply") from error
