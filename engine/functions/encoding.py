"""Base64, Base32 and checksums."""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib

from ..template.function import declare


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _b64dec(text: str) -> str:
    try:
        return _text(base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True))
    except binascii.Error:
        good = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        at = next((at for at, char in enumerate(text) if char not in good), len(text))
        return f"illegal base64 data at input byte {at}"


TABLE = declare(
    (
        ("b64enc", "string -> string", lambda text: base64.b64encode(_bytes(text)).decode()),
        ("b64dec", "string -> string", _b64dec),
        ("b32enc", "string -> string", lambda text: base64.b32encode(_bytes(text)).decode()),
        ("sha1sum", "string -> string", lambda text: hashlib.sha1(_bytes(text)).hexdigest()),  # noqa: S324
        ("sha256sum", "string -> string", lambda text: hashlib.sha256(_bytes(text)).hexdigest()),
        ("sha512sum", "string -> string", lambda text: hashlib.sha512(_bytes(text)).hexdigest()),
        ("adler32sum", "string -> string", lambda text: str(zlib.adler32(_bytes(text)))),
    )
)
