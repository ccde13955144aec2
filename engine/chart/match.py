"""Shell patterns as Go's path.Match has them."""

from __future__ import annotations

import re
from functools import lru_cache


class BadPattern(Exception):
    """A pattern that Go refuses: `syntax error in pattern`."""


def _escaped(pattern: str, at: int) -> tuple[str, int]:
    """One character of a class, and where the next one starts."""
    if at >= len(pattern) or pattern[at] in "-]":
        raise BadPattern(pattern)
    if pattern[at] == "\\":
        at += 1
        if at >= len(pattern):
            raise BadPattern(pattern)
    if at + 1 >= len(pattern):
        raise BadPattern(pattern)
    return pattern[at], at + 1


def _class(pattern: str, at: int) -> tuple[str, int]:
    """A character class that starts after `[`, as a regular expression, and where it ends."""
    negated = pattern[at : at + 1] == "^"
    at += negated
    ranges: list[str] = []
    while True:
        if pattern[at : at + 1] == "]" and ranges:
            break
        low, at = _escaped(pattern, at)
        high = low
        if pattern[at] == "-":
            high, at = _escaped(pattern, at + 1)
        ranges.append(f"{re.escape(low)}-{re.escape(high)}" if low <= high else "")
    body = "".join(ranges)
    if not body:
        return ("." if negated else "(?!)"), at + 1
    return f"[{'^' if negated else ''}{body}]", at + 1


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    out: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            out.append("[^/]*")
        elif char == "?":
            out.append("[^/]")
        elif char == "[":
            text, at = _class(pattern, at)
            out.append(text)
        elif char == "\\":
            if at >= len(pattern):
                raise BadPattern(pattern)
            out.append(re.escape(pattern[at]))
            at += 1
        else:
            out.append(re.escape(char))
    return re.compile("".join(out), re.DOTALL)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches; `*` and `?` do not cross `/`. Raises BadPattern."""
    return _compiled(pattern).fullmatch(text) is not None
