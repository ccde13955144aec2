""".helmignore: which files of a chart directory are left out (Helm: internal/ignore/rules.go). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..errors import ChartError
from .match import BadPattern, matches

BUILT_IN = "templates/.?*"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: what it compares, whether it is negated, and whether it means directories only."""

    match: Callable[[str], bool]
    negate: bool
    directories: bool


def _rule(line: str) -> Rule | None:
    pattern = line.strip()
    if not pattern or pattern.startswith("#"):
        return None
    if "**" in pattern:
        raise ChartError("double-star (**) syntax is not supported")
    try:
        matches(pattern, "abc")
    except BadPattern as error:
        raise ChartError("syntax error in pattern") from error
    negate = pattern.startswith("!")
    pattern = pattern.removeprefix("!")
    directories = pattern.endswith("/")
    pattern = pattern.removesuffix("/")
    if pattern.startswith("/"):
        rooted = pattern.removeprefix("/")
        return Rule(lambda path: _matches(rooted, path), negate, directories)
    if "/" in pattern:
        return Rule(lambda path: _matches(pattern, path), negate, directories)
    return Rule(lambda path: _matches(pattern, path.rpartition("/")[2]), negate, directories)


def _matches(pattern: str, text: str) -> bool:
    try:
        return matches(pattern, text)
    except BadPattern:
        return False


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one chart, in order; the first one that matches decides."""

    rules: tuple[Rule, ...]

    def ignores(self, path: str, *, directory: bool) -> bool:
        """Whether a path below the chart's root is left out; an ignored directory is not entered."""
        if path in ("", ".", "./"):
            return False
        for rule in self.rules:
            if rule.negate:
                if (rule.directories and not directory) or not rule.match(path):
                    return True
                continue
            if rule.directories and not directory:
                continue
            if rule.match(path):
                return True
        return False


def parse_rules(lines: Iterable[str] = ()) -> Rules:
    """The rules of a .helmignore and the built-in one. Raises ChartError for a pattern that Helm refuses."""
    parsed = [_rule(line) for line in (*lines, BUILT_IN)]
    return Rules(tuple(rule for rule in parsed if rule is not None))
