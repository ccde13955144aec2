"""Base64, Base32 and checksums (sprig: strings.go, crypto.go; Go: encoding/base64, encoding/base32)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib

from ..template.function import FunctionError, declare

BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
WHOLE_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
BASE32 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
PAD = ord("=")
LINE_ENDS = b"\r\n"


def to_bytes(text: str) -> bytes:
    """The bytes of a template's string."""
    return text.encode("utf-8", "surrogateescape")


def to_text(data: bytes) -> str:
    """Bytes as a template's string."""
    return data.decode("utf-8", "surrogateescape")


def decode_base64(text: str) -> bytes:
    """The bytes that Base64 stands for; line ends do not count. Raises FunctionError with Go's text."""
    data = to_bytes(text)
    plain = data.translate(None, LINE_ENDS)
    if not WHOLE_BASE64.fullmatch(plain):  # Python's decoder would take padding where nothing is to be padded
        raise FunctionError(f"illegal base64 data at input byte {_base64_fault(data)}")
    return binascii.a2b_base64(plain)


def _base64_fault(data: bytes) -> int:
    """Where Go's decoder stops."""
    held = 0
    for at, byte in enumerate(data):
        if byte in LINE_ENDS:
            continue
        if byte == PAD:
            return _padding_fault(data, at, held)
        if byte not in BASE64:
            return at
        held = (held + 1) % 4
    return len(data) - held


def _padding_fault(data: bytes, at: int, held: int) -> int:
    """Where padding is wrong that begins at a place, with so many characters of its group before it."""
    if held < 2:
        return at
    following = [index for index in range(at + 1, len(data)) if data[index] not in LINE_ENDS]
    if held == 2:
        if not following:
            return len(data)
        if data[following[0]] != PAD:
            return following[0] - 1
        following = following[1:]
    return following[0] if following else len(data)


def decode_base32(text: str) -> bytes:
    """The bytes that Base32 stands for; line ends do not count. Raises FunctionError with Go's text."""
    data = to_bytes(text).translate(None, LINE_ENDS)
    return base64.b32decode(data[: _base32_end(data)])


def _base32_end(data: bytes) -> int:
    """How many bytes count: Go overlooks what follows padding in fewer than eight bytes. Raises FunctionError."""
    for start in range(0, len(data), 8):
        for held in range(8):
            at = start + held
            if at >= len(data):
                raise _base32_fault(start)
            if data[at] == PAD and held >= 2 and len(data) - at <= 8:
                _check_base32_padding(data, at, held)
                return start + 8
            if data[at] not in BASE32:
                raise _base32_fault(at)
    return len(data)


def _check_base32_padding(data: bytes, at: int, held: int) -> None:
    """Raise FunctionError unless padding that begins at a place, with so many characters of its group before it, is right."""
    end = at - held + 8
    if end > len(data):
        raise _base32_fault(len(data))
    for wrong in range(at + 1, end):
        if data[wrong] != PAD:
            raise _base32_fault(wrong - 1)
    if held in (3, 6):  # no whole byte ends there
        raise _base32_fault(at)


def _base32_fault(at: int) -> FunctionError:
    return FunctionError(f"illegal base32 data at input byte {at}")


def _b64dec(text: str) -> str:
    """What was encoded; the error's text where it is none: sprig hides the error so."""
    try:
        return to_text(decode_base64(text))
    except FunctionError as error:
        return str(error)


def _b32dec(text: str) -> str:
    """As `_b64dec`."""
    try:
        return to_text(decode_base32(text))
    except FunctionError as error:
        return str(error)


TABLE = declare(
    (
        ("b64enc", "string -> string", lambda text: base64.b64encode(to_bytes(text)).decode("ascii")),
        ("b64dec", "string -> string", _b64dec),
        ("b32enc", "string -> string", lambda text: base64.b32encode(to_bytes(text)).decode("ascii")),
        ("b32dec", "string -> string", _b32dec),
        ("sha1sum", "string -> string", lambda text: hashlib.sha1(to_bytes(text), usedforsecurity=False).hexdigest()),
        ("sha256sum", "string -> string", lambda text: hashlib.sha256(to_bytes(text)).hexdigest()),
        ("sha512sum", "string -> string", lambda text: hashlib.sha512(to_bytes(text)).hexdigest()),
        ("adler32sum", "string -> string", lambda text: str(zlib.adler32(to_bytes(text)))),
    )
)
