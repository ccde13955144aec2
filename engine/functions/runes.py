"""Single characters as Go's unicode package sees them, and texts with bytes that are not UTF-8.

Go maps a character to one character (`ß` has no upper case there), where Python's own methods may give several.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

BROKEN = re.compile("[\ud800-\udfff]")
SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
SPACE_SET = frozenset(SPACES)
LATIN_SPACES = "\t\n\v\f\r \x85\xa0"


def whole(text: str) -> str:
    """The text as Go's []rune has it: each byte that is not UTF-8 becomes U+FFFD."""
    return text if text.isascii() else BROKEN.sub("\ufffd", text)


def has_bytes(text: str) -> bool:
    """Whether the text holds bytes that are not UTF-8."""
    return not text.isascii() and BROKEN.search(text) is not None


def to_bytes(text: str) -> bytes:
    """The text's bytes."""
    return text.encode("utf-8", "surrogateescape")


def from_bytes(data: bytes) -> str:
    """The text of bytes, those that are not UTF-8 escaped."""
    return data.decode("utf-8", "surrogateescape")


def rejoined(text: str) -> str:
    """The text with neighbouring bytes that together are UTF-8 read as such, as they are in Go."""
    return from_bytes(to_bytes(text)) if has_bytes(text) else text


@cache
def upper(char: str) -> str:
    """unicode.ToUpper."""
    found = char.upper()
    if len(found) == 1:
        return found
    found = char.title()
    return found if len(found) == 1 else char


@cache
def lower(char: str) -> str:
    """unicode.ToLower."""
    if char == "\u0130":
        return "i"
    found = char.lower()
    return found if len(found) == 1 else char


@cache
def title(char: str) -> str:
    """unicode.ToTitle."""
    found = char.title()
    return found if len(found) == 1 else char


def is_upper(char: str) -> bool:
    """unicode.IsUpper."""
    return unicodedata.category(char) == "Lu"


def is_lower(char: str) -> bool:
    """unicode.IsLower."""
    return unicodedata.category(char) == "Ll"


def is_title(char: str) -> bool:
    """unicode.IsTitle."""
    return unicodedata.category(char) == "Lt"


def is_letter(char: str) -> bool:
    """unicode.IsLetter."""
    return unicodedata.category(char)[0] == "L"


def is_digit(char: str) -> bool:
    """unicode.IsDigit."""
    return unicodedata.category(char) == "Nd"


def is_number(char: str) -> bool:
    """unicode.IsNumber."""
    return unicodedata.category(char)[0] == "N"


def is_punct(char: str) -> bool:
    """unicode.IsPunct."""
    return unicodedata.category(char)[0] == "P"
