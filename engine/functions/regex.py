"""Regular expressions as Go's regexp package has them: RE2's syntax, over the bytes of UTF-8 (sprig: regex.go)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import re2

from ..goquote import quote
from ..govalues import StringList, TypedNil
from ..template.function import FunctionError, declare

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
    r"""\\Q.*?(?:\\E|\Z)|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\\(?P<byte>C)|\\.
    |(?P<repeat>\{\d+(?:,\d*)?\})|\((?:\?P?<(?P<name>\w+)>|(?P<other>\?)|(?P<plain>))|.""",
    re.DOTALL | re.VERBOSE,
)
LONG_NUMBER = re.compile(r"\d{9}")
REFERENCE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<braced>\w+)\}|(?P<bare>\w+))")
META = re.compile(r"[\\.+*?()|\[\]{}^$]")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _backquoted(text: str) -> str:
    """As Go's regexp names an expression: in backquotes where it can."""
    plain = "`" not in text and all(char == "\t" or (char >= " " and char not in "\x7f\ufeff") for char in text)
    return f"`{text}`" if plain else quote(text)


def _fault(message: str, pattern: str) -> str:
    """RE2's message in Go's words."""
    if message.startswith("trailing \\"):
        return "trailing backslash at end of expression: ``"
    for theirs, gos in FAULTS:
        if message.startswith("invalid perl operator: (?<"):  # to Go it is a name that is none
            rest = pattern[pattern.index(message[-4:]) :]
            return f"invalid named capture: `{rest[: rest.find('>') + 1] or rest}`"
        if message.startswith(theirs):
            argument = message[len(theirs) :]
            return f"{gos}: `{argument if gos != 'invalid UTF-8' else pattern}`"
    return message


def _refusal(pattern: str) -> str | None:
    """Why Go refuses what RE2 takes (any byte, counts beyond its integers); None where it does not."""
    for piece in PIECE.finditer(pattern):
        if piece["byte"]:
            return "invalid escape sequence: `\\C`"
        if piece["repeat"] and LONG_NUMBER.search(piece["repeat"]):
            return f"invalid repeat count: `{piece['repeat']}`"
    return None


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


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    """The compiled expression. Raises FunctionError with Go's text."""
    options = re2.Options()
    options.log_errors = False
    if ("{" in pattern or "\\C" in pattern) and (refusal := _refusal(pattern)):
        raise FunctionError(f"error parsing regexp: {refusal}")
    try:
        return re2.compile(_bytes(pattern), options)
    except re2.error as error:
        raw = error.args[0] if error.args else b""
        message = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
        raise FunctionError(f"error parsing regexp: {_fault(message, pattern)}") from error


def _must(pattern: str) -> Any:
    """As `_compiled`, with the text of MustCompile's panic."""
    try:
        return _compiled(pattern)
    except FunctionError as error:
        raise FunctionError(f"regexp: Compile({_backquoted(pattern)}): {error}") from error


def _width(data: bytes, at: int) -> int:
    """Bytes of the rune at a position; 0 at the end."""
    if at >= len(data):
        return 0
    first = data[at]
    size = 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    try:
        data[at : at + size].decode("utf-8")
    except UnicodeDecodeError:
        return 1
    return size


def _matches(expression: Any, data: bytes, most: int) -> Iterator[Any]:
    """At most so many matches, none empty right after another (Go: Regexp.allMatches)."""
    at, before, found = 0, -1, 0
    while found < most and at <= len(data):
        match = expression.search(data, at)
        if match is None:
            return
        start, end = match.span()
        accept = True
        if end == at:
            accept = start != before
            at += _width(data, at) or 1
        else:
            at = end
        before = end
        if accept:
            found += 1
            yield match


def _replace(expression: Any, text: str, expand: Callable[[Any], bytes]) -> str:
    """All matches replaced (Go: Regexp.replaceAll)."""
    data = _bytes(text)
    out: list[bytes] = []
    last = at = 0
    while at <= len(data):
        match = expression.search(data, at)
        if match is None:
            break
        start, end = match.span()
        out.append(data[last:start])
        if end > last or start == 0:
            out.append(expand(match))
        last = end
        at = max(at + (_width(data, at) or 1), end)
    out.append(data[last:])
    return _text(b"".join(out))


def _template(by: str, pattern: str) -> Callable[[Any], bytes]:
    """What `$1`, `${name}` and `$$` stand for (Go: Regexp.expand); a group that is not there is empty."""
    if "$" not in by:
        plain = _bytes(by)
        return lambda _: plain

    def expand(match: Any) -> bytes:
        groups = (match.group(0), *match.groups())

        def group(reference: re.Match[str]) -> str:
            if reference["dollar"]:
                return "$"
            name = reference["braced"] or reference["bare"]
            if name.isascii() and name.isdigit() and (name == "0" or name[0] != "0"):
                numbers = [int(name)] if int(name) < len(groups) else []
            else:
                numbers = _groups(pattern).get(name, [])
            return _text(next((found for number in numbers if (found := groups[number]) is not None), b""))

        return _bytes(REFERENCE.sub(group, by))

    return expand


def _find(expression: Any, text: str) -> str:
    match = expression.search(_bytes(text))
    return "" if match is None else _text(match.group(0))


def _find_all(expression: Any, text: str, most: int) -> StringList | TypedNil:
    data = _bytes(text)
    found = [_text(match.group(0)) for match in _matches(expression, data, len(data) + 1 if most < 0 else most)]
    return StringList(found) if found else TypedNil("[]string", "slice")


def _split(expression: Any, pattern: str, text: str, most: int) -> StringList | TypedNil:
    if most == 0:
        return TypedNil("[]string", "slice")
    if pattern and not text:
        return StringList([""])
    data, pieces, begin, end = _bytes(text), StringList(), 0, 0
    for match in _matches(expression, data, len(data) + 1 if most < 0 else most):
        if most > 0 and len(pieces) == most - 1:
            break
        end = match.start()
        if match.end():
            pieces.append(_text(data[begin:end]))
        begin = match.end()
    if end != len(data):
        pieces.append(_text(data[begin:]))
    return pieces


def _loose_match(pattern: str, text: str) -> bool:
    """False where the expression is broken: sprig drops the error."""
    try:
        return _compiled(pattern).search(_bytes(text)) is not None
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
            lambda pattern, text, by: _replace(compiled(pattern), text, _template(by, pattern)),
        ),
        (
            name("regexReplaceAllLiteral"), "string, string, string -> string",
            lambda pattern, text, by: _replace(compiled(pattern), text, lambda _: _bytes(by)),
        ),
        (
            name("regexSplit"), "string, string, int -> []string",
            lambda pattern, text, most: _split(compiled(pattern), pattern, text, most),
        ),
    ]  # fmt: skip


TABLE = declare(
    (
        ("regexMatch", "string, string -> bool", _loose_match),
        (
            "mustRegexMatch",
            "string, string -> bool",
            lambda pattern, text: _compiled(pattern).search(_bytes(text)) is not None,
        ),
        ("regexQuoteMeta", "string -> string", lambda text: META.sub(r"\\\g<0>", text)),
        *_rows("", _must),
        *_rows("must", _compiled),
    )
)
