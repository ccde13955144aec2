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
# What Unicode 15, which Go 1.26 knows, has over the Unicode 14 of Python 3.11.
NEWER = (
    (0xCF3, 0xCF3), (0xECE, 0xECE), (0x10EFD, 0x10EFF), (0x1123F, 0x11241), (0x11B00, 0x11B09), (0x11F00, 0x11F10),
    (0x11F12, 0x11F3A), (0x11F3E, 0x11F59), (0x1342F, 0x1342F), (0x13440, 0x13455), (0x1B132, 0x1B132),
    (0x1B155, 0x1B155), (0x1D2C0, 0x1D2D3), (0x1DF25, 0x1DF2A), (0x1E030, 0x1E06D), (0x1E08F, 0x1E08F),
    (0x1E4D0, 0x1E4F9), (0x1F6DC, 0x1F6DC), (0x1F774, 0x1F776), (0x1F77B, 0x1F77F), (0x1F7D9, 0x1F7D9),
    (0x1FA75, 0x1FA77), (0x1FA87, 0x1FA88), (0x1FAAD, 0x1FAAF), (0x1FABB, 0x1FABD), (0x1FABF, 0x1FABF),
    (0x1FACE, 0x1FACF), (0x1FADA, 0x1FADB), (0x1FAE8, 0x1FAE8), (0x1FAF7, 0x1FAF8), (0x2B739, 0x2B739),
    (0x31350, 0x323AF),
)  # fmt: skip
SPECIAL = re.compile(r"[^ !#-\[\]-~]")
UNPRINTABLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"))


def is_printable(char: str) -> bool:
    """Go's strconv.IsPrint: letters, marks, numbers, punctuation, symbols, and the ASCII blank."""
    category = unicodedata.category(char)
    if category == "Cn":
        return any(first <= ord(char) <= last for first, last in NEWER)
    return char == " " or category not in UNPRINTABLE


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
    return '"' + SPECIAL.sub(lambda match: _escaped(match[0], ascii_only=ascii_only), text) + '"'
