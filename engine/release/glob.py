"""Patterns of `.Files.Glob` (Go: github.com/gobwas/glob with `/` as separator)."""

from __future__ import annotations

import re
from functools import lru_cache


class GlobError(ValueError):
    """A pattern that Go refuses; Helm then takes `**`."""


@lru_cache(maxsize=256)
def compile_glob(pattern: str) -> re.Pattern[str]:
    """A regular expression for whole names. Raises GlobError."""
    text, _ = _sequence(pattern, 0, nested=False)
    return re.compile(text, re.DOTALL)


def glob_filter(pattern: str) -> re.Pattern[str]:
    """What Helm's `.Files.Glob` matches with."""
    try:
        return compile_glob(pattern)
    except GlobError:
        return compile_glob("**")


def _sequence(pattern: str, at: int, *, nested: bool) -> tuple[str, int]:
    """Everything up to the end, or inside braces up to a comma or the closing brace."""
    out: list[str] = []
    while at < len(pattern):
        char = pattern[at]
        if nested and char in ",}":
            break
        if char == "*":
            stars = at
            while pattern[at : at + 1] == "*":
                at += 1
            out.append(".*" if at - stars > 1 else "[^/]*")
        elif char == "?":
            out.append("[^/]")
            at += 1
        elif char == "[":
            text, at = _class(pattern, at + 1)
            out.append(text)
        elif char == "{":
            text, at = _alternatives(pattern, at + 1)
            out.append(text)
        elif char == "\\":
            out.append(re.escape(pattern[at + 1 : at + 2]))
            at += 2
        else:
            out.append(re.escape(char))
            at += 1
    return "".join(out), at


def _alternatives(pattern: str, at: int) -> tuple[str, int]:
    choices: list[str] = []
    while True:
        text, at = _sequence(pattern, at, nested=True)
        choices.append(text)
        at += 1
        if pattern[at - 1 : at] != ",":  # the end of the pattern closes what is open
            return f"(?:{'|'.join(choices)})", at


def _class(pattern: str, at: int) -> tuple[str, int]:
    """`[abc]`, `[!abc]`, `[a-z]`: a range stands alone, elsewhere a dash is a dash."""
    negated = pattern[at : at + 1] == "!"
    at += negated
    lead = "^" if negated else ""
    if pattern[at + 1 : at + 2] == "-":
        low, high = pattern[at], pattern[at + 2 : at + 3]
        if pattern[at + 3 : at + 4] != "]" or low > high:
            raise GlobError(pattern)
        return f"[{lead}{re.escape(low)}-{re.escape(high)}]", at + 4
    end = pattern.find("]", at)
    if end <= at:
        raise GlobError(pattern)
    return f"[{lead}{re.escape(pattern[at:end])}]", end + 1
