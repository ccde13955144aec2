"""Patterns of `.Files.Glob` (Go: github.com/gobwas/glob with `/` as separator)."""

from __future__ import annotations

import re
from functools import lru_cache


class GlobError(ValueError):
    """A pattern that Go refuses; Helm then takes `**`."""


@lru_cache(maxsize=256)
def compile_glob(pattern: str) -> re.Pattern[str]:
    """A regular expression for whole names. Raises GlobError."""
    text, at = _sequence(pattern, 0, nested=False)
    if at < len(pattern):
        raise GlobError(pattern)
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
            if at + 1 >= len(pattern):
                raise GlobError(pattern)
            out.append(re.escape(pattern[at + 1]))
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
        if at >= len(pattern):
            raise GlobError(pattern)
        at += 1
        if pattern[at - 1] == "}":
            return f"(?:{'|'.join(choices)})", at


def _class(pattern: str, at: int) -> tuple[str, int]:
    """`[abc]`, `[!abc]`, `[a-z]`; a range is one pair only."""
    negated = pattern[at : at + 1] == "!"
    at += negated
    end = pattern.find("]", at)
    inner = pattern[at:end]
    if end < 0 or not inner:
        raise GlobError(pattern)
    lead = "^" if negated else ""
    if len(inner) == 3 and inner[1] == "-":
        if inner[0] > inner[2]:
            raise GlobError(pattern)
        return f"[{lead}{re.escape(inner[0])}-{re.escape(inner[2])}]", end + 1
    return f"[{lead}{re.escape(inner)}]", end + 1
