"""Regular expressions as Go's regexp package has them: RE2's syntax, over the bytes of UTF-8 (sprig: regex.go)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import re2

from ..goquote import quote
from ..govalues import StringList, TypedNil
from ..template.function import FunctionError, declare
from .conversions import bounded

# RE2's words for a fault, and Go's (regexp/syntax, ErrorCode).
FAULTS = (
    ("missing ): ", "missing closing )"),
    ("unexpected ): ", "unexpected )"),
    ("missing ]: ", "missing closing ]"),
    ("no argument for repetition operator: ", "missing argument to repetition operator"),
    ("bad repetition operator: ", "invalid nested repetition operator"),
    ("invalid perl operator: ", "invalid or unsupported Perl syntax"),
    ("invalid escape sequence: ", "invalid escape sequence"),
    ("invalid character class range: ", "invalid character class range"),
    ("invalid character class: ", "invalid character class"),
    ("invalid repetition size: ", "invalid repeat count"),
    ("invalid named capture group: ", "invalid named capture"),
    ("invalid UTF-8", "invalid UTF-8"),
)
# One piece of an expression at a time: what is escaped, quoted or in a class has no meaning of its own.
PIECE = re.compile(
    r"""\\Q.*?(?:\\E|\Z)|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*+(?:\]|\\?\Z)|\\(?P<byte>C)|\\.
    |(?P<repeat>\{\d+(?:,\d*)?\})|\((?:\?P?<(?P<name>\w+)>|(?P<other>\?)|(?P<plain>))|.""",
    re.DOTALL | re.VERBOSE,
)
REPEAT = re.compile(r"\{(\d{1,9})(?:,(\d{0,9}))?\}\??\Z")
MOST_REPEATS = 1000
USUAL, LARGE = 1 << 20, 1 << 26
"""Bytes that RE2 may use for an expression: those that need more are few, and few of them are kept."""
TOO_LARGE = "pattern too large"
LONG_NUMBER = re.compile(r"\d{9}")
# RE2's own letters and digits: Python's \w knows more of both.
REFERENCE = re2.compile(rb"\$(?:(\$)|\{([\pL\p{Nd}_]+)\}|([\pL\p{Nd}_]+))")
NUMBER = re.compile("0|[1-9][0-9]{0,8}")
LONE = re.compile("[\ud800-\udfff]")
META = re.compile(r"[\\.+*?()|\[\]{}^$]")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _backquoted(text: str) -> str:
    """As Go's regexp names an expression: in backquotes where it can."""
    plain = all(char == "\t" or (char >= " " and char not in "`\x7f\ufeff" and not LONE.match(char)) for char in text)
    return f"`{text}`" if plain else quote(text)


def _fault(message: str, pattern: str, stands: Mapping[str, str]) -> str:
    """RE2's message in Go's words; `stands` says what some pieces stood in for."""
    if message.startswith("trailing \\"):
        return "trailing backslash at end of expression: ``"
    for theirs, gos in FAULTS:
        if message.startswith("invalid perl operator: (?<"):  # to Go it is a name that is none
            rest = pattern[pattern.index(message[-4:]) :]
            return f"invalid named capture: `{rest[: rest.find('>') + 1] or rest}`"
        if message.startswith(theirs):
            argument = message[len(theirs) :]
            if theirs.startswith("bad rep") and (repeat := REPEAT.search(argument)) and _is_impossible(repeat):
                return f"invalid repeat count: `{repeat[0].removesuffix('?')}`"  # Go looks at the numbers first
            if gos == "invalid UTF-8":
                argument = pattern[lone.start() if (lone := LONE.search(pattern)) else 0 :]
            argument = argument.removesuffix("?") if gos == "invalid repeat count" else argument
            for shown, meant in stands.items():
                argument = argument.replace(shown, meant)
            return f"{gos}: `{argument}`"
    return message


def _is_impossible(repeat: re.Match[str]) -> bool:
    """Whether `{2,1}` or `{1001}` cannot be."""
    least, most = int(repeat[1]), int(repeat[2] or repeat[1])
    return max(least, most) > MOST_REPEATS or most < least


def _stand_in(piece: re.Match[str], stands: dict[str, str]) -> str:
    """The piece, or where RE2 would take what Go refuses (any byte, long counts, names in other letters) what both refuse so."""
    if piece["byte"]:
        shown = r"\y"
    elif piece["name"] and not piece["name"].isascii():
        shown = piece[0].replace(piece["name"], "-")
    elif piece["repeat"] and LONG_NUMBER.search(piece["repeat"]):
        shown = f"{{{MOST_REPEATS + 1}}}"
    else:
        return piece[0]
    stands.setdefault(shown, piece[0])
    return shown


@lru_cache(maxsize=256)
def _groups(pattern: str) -> dict[str, list[int]]:
    """The numbers of the groups of each name; Go lets several share one."""
    names: dict[str, list[int]] = {}
    number = 0
    for piece in PIECE.finditer(pattern):
        if piece["name"] or piece["plain"] is not None:
            number += 1
            names.setdefault(piece["name"] or "", []).append(number)
    return names


def _compiled(pattern: str) -> Any:
    """The compiled expression. Raises FunctionError with Go's text."""
    return _usual(pattern) or _large(pattern)


@lru_cache(maxsize=512)
def _usual(pattern: str) -> Any:
    """The expression; None where it needs more memory than usual."""
    return _built(pattern, USUAL)


@lru_cache(maxsize=2)
def _large(pattern: str) -> Any:
    found = _built(pattern, LARGE)
    if found is None:
        raise FunctionError(f"error parsing regexp: expression too large: `{pattern}`")
    return found


def _built(pattern: str, memory: int) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    stands: dict[str, str] = {}
    doubtful = "{" in pattern or "\\C" in pattern or not pattern.isascii()
    shown = PIECE.sub(lambda piece: _stand_in(piece, stands), pattern) if doubtful else pattern
    try:
        return re2.compile(_bytes(shown), options)
    except re2.error as error:
        raw = error.args[0] if error.args else b""
        message = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
        if message.startswith(TOO_LARGE):
            return None
        raise FunctionError(f"error parsing regexp: {_fault(message, pattern, stands)}") from error


def _must(pattern: str) -> Any:
    """As `_compiled`, with the text of MustCompile's panic."""
    try:
        return _compiled(pattern)
    except FunctionError as error:
        raise FunctionError(f"regexp: Compile({_backquoted(pattern)}): {error}") from error


class _Subject:
    """A text to search: its bytes, and the same as RE2 is shown them.

    To Go each byte that is no UTF-8 is the rune U+FFFD; to RE2 it is nothing at all, so that it is shown that rune instead.
    """

    __slots__ = ("_places", "data", "shown")

    def __init__(self, text: str) -> None:
        self.data = self.shown = _bytes(text)
        self._places: list[int] | None = None
        if not text.isascii() and LONE.search(runes := _text(self.data)):
            self.shown = LONE.sub("\ufffd", runes).encode()
            self._places = list(_places(runes))

    def search(self, expression: Any, at: int = 0) -> Any:
        """The first match from a place on, None where there is none."""
        match = expression.search(self.shown, at)
        while match is not None and self._within_rune(match.start()):  # where RE2's \B holds, and Go does not look
            at = match.start() + 1
            while self._within_rune(at):
                at += 1
            match = expression.search(self.shown, at)
        return match

    def every(self, expression: Any) -> Iterator[Any]:
        """The matches one after another, from the last one's end on; an empty one may come again right after itself."""
        if self.shown.isascii():
            yield from expression.finditer(self.shown)
            return
        at = 0
        while at <= len(self.shown) and (match := self.search(expression, at)) is not None:
            yield match
            at = max(at + (_width(self.shown, at) or 1), match.end())

    def _within_rune(self, at: int) -> bool:
        return at < len(self.shown) and 0x80 <= self.shown[at] < 0xC0

    def place(self, at: int) -> int:
        """The place in the bytes of one in what is shown."""
        return at if self._places is None else self._places[at]

    def piece(self, start: int, end: int | None = None) -> bytes:
        """The bytes between two places in what is shown."""
        return self.data[self.place(start) : None if end is None else self.place(end)]

    def group(self, match: Any, number: int = 0) -> bytes | None:
        """The bytes of a group; None of one that took no part."""
        start, end = match.span(number)
        return None if start < 0 else self.piece(start, end)


def _places(runes: str) -> Iterator[int]:
    """Where the bytes of what is shown stand in the text's own, and its end."""
    at = 0
    for rune in runes:
        size = len(_bytes(rune))
        yield from (at, at, at) if LONE.match(rune) else range(at, at + size)
        at += size
    yield at


def _width(data: bytes, at: int) -> int:
    """Bytes of the rune at a place; 0 at the end."""
    if at >= len(data):
        return 0
    first = data[at]
    return 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4


def _matches(expression: Any, subject: _Subject, most: int) -> Iterator[Any]:
    """At most so many matches, or all where it is negative; none empty right after another (Go: Regexp.allMatches)."""
    before, found = -1, 0
    for match in subject.every(expression) if most else ():
        start, end = match.span()
        if start != end or start != before:
            found += 1
            yield match
            if found == most:
                return
        before = end


Expand = Callable[[_Subject, Any], bytes]
"""What stands for a match."""


def _replace(expression: Any, text: str, expand: Expand) -> str:
    """All matches replaced (Go: Regexp.replaceAll)."""
    subject = _Subject(text)
    out: list[bytes] = []
    last = size = 0
    for match in subject.every(expression):
        start, end = match.span()
        out.append(subject.piece(last, start))
        if end > last or start == 0:
            made = expand(subject, match)
            size = bounded(size + len(made))
            out.append(made)
        last = end
    out.append(subject.piece(last))
    return _text(b"".join(out))


def _template(by: str, expression: Any, pattern: str) -> Expand:
    """What `$1`, `${name}` and `$$` stand for (Go: Regexp.expand); a group that is not there is empty."""
    data = _bytes(by)
    if "$" not in by:
        return lambda _, __: data
    parts: list[bytes | tuple[int, ...]] = []
    at = 0
    for reference in REFERENCE.finditer(data):
        dollar, braced, bare = reference.groups()
        parts.append(data[at : reference.start()])
        parts.append(b"$" if dollar else _numbers(_text(braced or bare), pattern, expression.groups))
        at = reference.end()
    parts.append(data[at:])
    wanted = {part for part in parts if isinstance(part, tuple)}

    def expand(subject: _Subject, match: Any) -> bytes:
        found: dict[tuple[int, ...], bytes] = {}
        for numbers in wanted:
            groups = (subject.group(match, number) for number in numbers)
            found[numbers] = next((data for data in groups if data is not None), b"")
        return b"".join([part if isinstance(part, bytes) else found[part] for part in parts])

    return expand


def _numbers(name: str, pattern: str, most: int) -> tuple[int, ...]:
    """The groups that a reference may mean, of an expression with so many."""
    if NUMBER.fullmatch(name):
        return (int(name),) if int(name) <= most else ()
    return tuple(_groups(pattern).get(name, ()))


def _find(expression: Any, text: str) -> str:
    subject = _Subject(text)
    match = subject.search(expression)
    return "" if match is None else _text(subject.group(match) or b"")


def _find_all(expression: Any, text: str, most: int) -> StringList | TypedNil:
    subject = _Subject(text)
    found = [_text(subject.group(match) or b"") for match in _matches(expression, subject, most)]
    return StringList(found) if found else TypedNil("[]string", "slice")


def _split(expression: Any, pattern: str, text: str, most: int) -> StringList | TypedNil:
    if most == 0:
        return TypedNil("[]string", "slice")
    if pattern and not text:
        return StringList([""])
    subject = _Subject(text)
    pieces, begin, end = StringList(), 0, 0
    for match in _matches(expression, subject, most):
        if most > 0 and len(pieces) == most - 1:
            break
        end = match.start()
        if match.end():
            pieces.append(_text(subject.piece(begin, end)))
        begin = match.end()
    if end != len(subject.shown):
        pieces.append(_text(subject.piece(begin)))
    return pieces


def _holds(expression: Any, text: str) -> bool:
    return _Subject(text).search(expression) is not None


def _loose_match(pattern: str, text: str) -> bool:
    """False where the expression is broken: sprig drops the error."""
    try:
        return _holds(_compiled(pattern), text)
    except FunctionError:
        return False


def _rows(prefix: str, compiled: Callable[[str], Any]) -> list[tuple[str, str, Callable[..., Any]]]:
    def name(plain: str) -> str:
        return f"{prefix}R{plain[1:]}" if prefix else plain

    return [
        (name("regexFind"), "string, string -> string", lambda pattern, text: _find(compiled(pattern), text)),
        (
            name("regexFindAll"), "string, string, int -> []string",
            lambda pattern, text, most: _find_all(compiled(pattern), text, most),
        ),
        (
            name("regexReplaceAll"), "string, string, string -> string",
            lambda pattern, text, by: _replace(found := compiled(pattern), text, _template(by, found, pattern)),
        ),
        (
            name("regexReplaceAllLiteral"), "string, string, string -> string",
            lambda pattern, text, by: _replace(compiled(pattern), text, lambda _, __: _bytes(by)),
        ),
        (
            name("regexSplit"), "string, string, int -> []string",
            lambda pattern, text, most: _split(compiled(pattern), pattern, text, most),
        ),
    ]  # fmt: skip


TABLE = declare(
    (
        ("regexMatch", "string, string -> bool", _loose_match),
        ("mustRegexMatch", "string, string -> bool", lambda pattern, text: _holds(_compiled(pattern), text)),
        ("regexQuoteMeta", "string -> string", lambda text: META.sub(r"\\\g<0>", text)),
        *_rows("", _must),
        *_rows("must", _compiled),
    )
)
