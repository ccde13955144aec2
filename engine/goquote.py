"""Strings as Go's strconv.Quote writes them."""

from __future__ import annotations

import re
import unicodedata

SHORT = {
    '"': '\\"',
    "\\": "\\\\",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}
PLAIN = re.compile(r"[ !#-\[\]-~]*").fullmatch
UNPRINTABLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"))


def is_printable(char: str) -> bool:
    """Go's strconv.IsPrint: letters, marks, numbers, punctuation, symbols, and the ASCII blank."""
    return char == " " or unicodedata.category(char) not in UNPRINTABLE


def _escaped(char: str, *, ascii_only: bool) -> str:
    short = SHORT.get(char)
    if short:
        return short
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if is_printable(char) and (not ascii_only or code < 0x80):
        return char
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def quote(text: str, *, ascii_only: bool = False) -> str:
    """The text in double quotes, as `%q` prints it (with `ascii_only` as `%+q`)."""
    if PLAIN(text):
        return f'"{text}"'
    return '"' + "".join(_escaped(char, ascii_only=ascii_only) for char in text) + '"'
