"""Strings: trunc, indent, quote, replace, split, wrap … (Go: sprig strings.go, goutils 1.1.1, package strings).

Go's strings are bytes: lengths and positions count them. Texts that are all ASCII, the usual case, take the short way.
"""

from __future__ import annotations

from random import SystemRandom
from typing import Any

from ..gofmt import text_of
from ..goquote import quote as go_quote
from ..govalues import StringList, StringMap
from ..template.function import FunctionError, declare
from . import randomness
from .cases import (
    camel,
    initials,
    kebab,
    snake,
    swapped,
    titled,
    to_lower,
    to_upper,
    untitled,
    without_space,
)
from .conversions import INT64_MAX, LARGEST, bounded, string_list, strval
from .runes import BROKEN, SPACES, from_bytes, has_bytes, rejoined, to_bytes


def _cut(text: str, start: int, end: int) -> str:
    """The bytes from start to end; raises FunctionError with Go's panic for bounds outside the text."""
    if text.isascii():
        _check_bounds(len(text), start, end)
        return text[start:end]
    data = to_bytes(text)
    _check_bounds(len(data), start, end)
    return from_bytes(data[start:end])


def _check_bounds(length: int, start: int, end: int) -> None:
    if not 0 <= end <= length:
        shown = f"[:{end}]" if end < 0 else f"[:{end}] with length {length}"
        raise FunctionError(f"runtime error: slice bounds out of range {shown}")
    if not 0 <= start <= end:
        raise FunctionError(f"runtime error: slice bounds out of range [{start}:{end if start >= 0 else ''}]")


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(to_bytes(text))


def trunc(count: int, text: str) -> str:
    """The first bytes, with a negative count the last ones."""
    if text.isascii():
        return text[count:] if count < 0 else text[:count]
    data = to_bytes(text)
    return from_bytes(data[count:] if count < 0 else data[:count])


def substr(start: int, end: int, text: str) -> str:
    """The bytes from start to end; a negative start is the text's start, an end that is negative or too large its end."""
    if start < 0:
        return _cut(text, 0, end)
    size = _size(text)
    if end < 0 or end > size:
        if start > size:
            raise FunctionError(f"runtime error: slice bounds out of range [{start}:{size}]")
        return _cut(text, start, size)
    return _cut(text, start, end)


def abbrev(width: int, text: str) -> str:
    """The text, cut to the width with `...`; as it is for widths below 4."""
    return text if width < 4 else _abbreviated(text, 0, width)


def abbrevboth(left: int, right: int, text: str) -> str:
    """The text with `...` at both ends, from the left position, `right` bytes wide."""
    return text if right < 4 or (left > 0 and right < 7) else _abbreviated(text, left, right)


def _abbreviated(text: str, offset: int, width: int) -> str:
    data = to_bytes(text)
    room = width - 3
    if len(data) <= width:
        return text
    offset = min(offset, len(data))
    if len(data) - offset < room:
        offset = len(data) - room
    if offset <= 4:
        return from_bytes(data[:room] + b"...")
    if offset + room < len(data):
        return "..." + _abbreviated(from_bytes(data[offset:]), 0, room)
    return from_bytes(b"..." + data[len(data) - room :])


def contains(part: str, text: str) -> bool:
    """Whether the part is in the text."""
    return to_bytes(part) in to_bytes(text) if has_bytes(part) else part in text


def has_prefix(prefix: str, text: str) -> bool:
    """Whether the text begins so."""
    return to_bytes(text).startswith(to_bytes(prefix)) if has_bytes(prefix) else text.startswith(prefix)


def has_suffix(suffix: str, text: str) -> bool:
    """Whether the text ends so."""
    return to_bytes(text).endswith(to_bytes(suffix)) if has_bytes(suffix) else text.endswith(suffix)


def trim(text: str) -> str:
    """The text without blanks at its ends."""
    return text.strip(SPACES)


def trim_all(unwanted: str, text: str) -> str:
    """The text without those characters at its ends."""
    return text.strip(unwanted) if not BROKEN.search(unwanted) else text.strip(unwanted + "\ufffd")


def trim_prefix(prefix: str, text: str) -> str:
    """The text without that beginning."""
    if has_bytes(prefix):
        return from_bytes(to_bytes(text).removeprefix(to_bytes(prefix)))
    return text.removeprefix(prefix)


def trim_suffix(suffix: str, text: str) -> str:
    """The text without that end."""
    if has_bytes(suffix):
        return from_bytes(to_bytes(text).removesuffix(to_bytes(suffix)))
    return text.removesuffix(suffix)


def replace(old: str, new: str, text: str) -> str:
    """The text with every `old` replaced; an empty one is found around every character."""
    if has_bytes(old):
        return from_bytes(to_bytes(text).replace(to_bytes(old), to_bytes(new)))
    if len(text) * len(new) > LARGEST:
        bounded(len(text) + (len(new) - len(old)) * text.count(old))
    return text.replace(old, new)


def repeat(count: int, text: str) -> str:
    """The text so many times."""
    if count < 0:
        raise FunctionError("strings: negative Repeat count")
    size = _size(text) * count
    if size > INT64_MAX:
        raise FunctionError("strings: Repeat output length overflow")
    bounded(size)
    return rejoined(text * count)


def indent(count: int, text: str) -> str:
    """Every line with so many blanks before it."""
    if count < 0:
        raise FunctionError("strings: negative Repeat count")
    lines = text.count("\n") + 1
    bounded(count * lines)
    pad = " " * count
    return pad + (text.replace("\n", "\n" + pad) if lines > 1 else text)


def nindent(count: int, text: str) -> str:
    """As indent, after a line end."""
    return "\n" + indent(count, text)


def quote(*values: Any) -> str:
    """The values in double quotes, separated by blanks; nil is left out."""
    return " ".join(
        [go_quote(value if value.__class__ is str else strval(value)) for value in values if value is not None]
    )


def squote(*values: Any) -> str:
    """The values in single quotes, nothing in them escaped; nil is left out."""
    return " ".join(
        [f"'{value if value.__class__ is str else text_of(value)}'" for value in values if value is not None]
    )


def cat(*values: Any) -> str:
    """The values, separated by blanks; nil is left out."""
    return " ".join([text_of(value) for value in values if value is not None])


def plural(one: str, many: str, count: int) -> str:
    """The word for one or for any other count."""
    return one if count == 1 else many


def _parts(separator: str, text: str, limit: int = -1) -> list[str]:
    """strings.SplitN: an empty separator cuts into characters."""
    if limit == 0:
        return []
    if has_bytes(separator):
        return list(map(from_bytes, to_bytes(text).split(to_bytes(separator), limit - 1 if limit > 0 else -1)))
    if separator:
        return text.split(separator, limit - 1 if limit > 0 else -1)
    if 0 < limit < len(text):
        return [*text[: limit - 1], text[limit - 1 :]]
    return list(text)


def _numbered(parts: list[str]) -> StringMap:
    return StringMap({f"_{at}": part for at, part in enumerate(parts)})


def split(separator: str, text: str) -> StringMap:
    """The parts under the keys `_0`, `_1` …"""
    return _numbered(_parts(separator, text))


def splitn(separator: str, limit: int, text: str) -> StringMap:
    """At most so many parts, the last with the rest; none for 0, all for a negative limit."""
    return _numbered(_parts(separator, text, limit))


def split_list(separator: str, text: str) -> StringList:
    """The parts as a []string."""
    return StringList(_parts(separator, text))


def join(separator: str, values: Any) -> str:
    """The elements as text with the separator between them; nil is left out."""
    return rejoined(separator.join(string_list(values)))


def wrap(width: int, text: str) -> str:
    """Lines of at most so many bytes, cut at blanks; longer words stay whole."""
    return _wrapped(text, width, "", split_words=False)


def wrap_with(width: int, line_end: str, text: str) -> str:
    """As wrap with that line end (`\\n` if empty); longer words are cut too."""
    return _wrapped(text, width, line_end, split_words=True)


def _wrapped(text: str, width: int, line_end: str, *, split_words: bool) -> str:
    data, end_mark, width = to_bytes(text), to_bytes(line_end or "\n"), max(width, 1)
    bounded((len(data) // width + data.count(b" ")) * len(end_mark))
    out: list[bytes] = []
    at = 0
    while len(data) - at > width:
        if data[at] == 0x20:
            at += 1
            continue
        space = data.rfind(b" ", at, at + width + 1)
        if space < 0 and split_words:
            out += (data[at : at + width], end_mark)
            at += width
            continue
        if space < 0:
            space = data.find(b" ", at + width)
        if space < 0:
            out.append(data[at:])
            at = len(data)
        else:
            out += (data[at:space], end_mark)
            at = space + 1
    out.append(data[at:])
    return from_bytes(b"".join(out))


def hello() -> str:
    """Sprig's greeting."""
    return "Hello!"


ONE = "string -> string"
TWO = "string, string -> string"
COUNTED = "int, string -> string"
TEST = "string, string -> bool"
VALUES = "...interface {} -> string"
TABLE = declare(
    (
        ("abbrev", COUNTED, abbrev),
        ("abbrevboth", "int, int, string -> string", abbrevboth),
        ("camelcase", ONE, camel),
        ("cat", VALUES, cat),
        ("contains", TEST, contains),
        ("hasPrefix", TEST, has_prefix),
        ("hasSuffix", TEST, has_suffix),
        ("hello", " -> string", hello),
        ("indent", COUNTED, indent),
        ("nindent", COUNTED, nindent),
        ("initials", ONE, initials),
        ("join", "string, interface {} -> string", join),
        ("kebabcase", ONE, kebab),
        ("lower", ONE, to_lower),
        ("nospace", ONE, without_space),
        ("plural", "string, string, int -> string", plural),
        ("quote", VALUES, quote),
        ("repeat", COUNTED, repeat),
        ("replace", "string, string, string -> string", replace),
        ("snakecase", ONE, snake),
        ("split", "string, string -> map[string]string", split),
        ("splitList", "string, string -> []string", split_list),
        ("splitn", "string, int, string -> map[string]string", splitn),
        ("squote", VALUES, squote),
        ("substr", "int, int, string -> string", substr),
        ("swapcase", ONE, swapped),
        ("title", ONE, titled),
        ("toString", "interface {} -> string", strval),
        ("trim", ONE, trim),
        ("trimAll", TWO, trim_all),
        ("trimall", TWO, trim_all),
        ("trimPrefix", TWO, trim_prefix),
        ("trimSuffix", TWO, trim_suffix),
        ("trunc", COUNTED, trunc),
        ("untitle", ONE, untitled),
        ("upper", ONE, to_upper),
        ("wrap", COUNTED, wrap),
        ("wrapWith", "int, string, string -> string", wrap_with),
        *randomness.rows(SystemRandom()),
    )
)
