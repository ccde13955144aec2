"""Random texts and numbers: randAlphaNum, randBytes, shuffle … (Go: goutils cryptorandomstringutils.go, sprig crypto.go)."""

from __future__ import annotations

import base64
import string
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from ..template.function import FunctionError
from .conversions import bounded
from .runes import whole

Row = tuple[str, str, Callable[..., Any]]
ALPHABETS = {
    "randAlphaNum": string.ascii_letters + string.digits,
    "randAlpha": string.ascii_letters,
    "randNumeric": string.digits,
    "randAscii": "".join(map(chr, range(32, 127))),
}


def rows(source: Random) -> Iterable[Row]:
    """The functions that draw from that source; production passes the operating system's, tests a seeded one."""

    def text_of(alphabet: str) -> Callable[[int], str]:
        def random_text(count: int) -> str:
            """As many characters; none for a negative count."""
            return "".join(source.choices(alphabet, k=bounded(count))) if count > 0 else ""

        return random_text

    def random_bytes(count: int) -> str:
        """As many bytes in base64."""
        if count < 0:
            raise FunctionError("runtime error: makeslice: len out of range")
        return base64.b64encode(source.randbytes(bounded(count))).decode("ascii")

    def shuffle(text: str) -> str:
        """The characters in another order."""
        chars = list(whole(text))
        source.shuffle(chars)
        return "".join(chars)

    def random_integer(low: int, high: int) -> int:
        """A number from low up to, not including, high."""
        if high <= low:
            raise FunctionError("invalid argument to Intn")
        return source.randrange(low, high)

    yield from ((name, "int -> string", text_of(alphabet)) for name, alphabet in ALPHABETS.items())
    yield "randBytes", "int -> string", random_bytes
    yield "shuffle", "string -> string", shuffle
    yield "randInt", "int, int -> int", random_integer
