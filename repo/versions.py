"""Which version is meant: Helm's choices among an index's entries and a registry's tags. No I/O happens here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from purehelm.engine import semver
from purehelm.engine.errors import ChartNotFound, RepositoryError

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Match(Generic[Item]):
    """What was found; not `exact` where a plain version was asked for and another one fits it as a range."""

    item: Item
    exact: bool


def find_matching(items: Sequence[Item], wanted: str, version_of: Callable[[Item], str]) -> Match[Item] | None:
    """The first item of exactly this version, else the first within the constraint; items come newest first.

    Empty is `*`: the newest stable. Raises RepositoryError for what is no constraint.
    """
    constraint = _constraint(wanted or "*")
    if wanted:
        for item in items:
            if version_of(item) == wanted:
                return Match(item, exact=True)
    for item in items:
        version = _lenient(version_of(item))
        if version is not None and constraint.check(version):
            return Match(item, exact=not wanted or is_range(wanted))
    return None


def is_range(text: str) -> bool:
    """Whether a version asks for a range on purpose (repo/v1/index.go isVersionRange)."""
    if any(mark in text for mark in "^~<>=!*") or "||" in text or " - " in text:
        return True
    core = text.partition("+")[0].partition("-")[0]
    return "x" in core.lower()


def newest_first(items: Iterable[Item], version_of: Callable[[Item], str]) -> list[Item]:
    """The items by falling version; what is no version comes last."""
    parsed = [(_lenient(version_of(item)), item) for item in items]
    usable = [(version, item) for version, item in parsed if version is not None]
    usable.sort(key=lambda pair: pair[0], reverse=True)
    return [item for _, item in usable] + [item for version, item in parsed if version is None]


def strict_versions(tags: Iterable[str]) -> list[str]:
    """The tags that are strict semantic versions (no `v`, three numbers), newest first."""
    return newest_first([tag for tag in tags if _strict(tag)], lambda tag: tag)


def choose(tags: Callable[[], list[str]], wanted: str, reference: str) -> str:
    """The tag for a version: itself where it is a version, else the first listed one that fits (registry/tag.go).

    Raises ChartNotFound where none fits, RepositoryError for what is no constraint.
    """
    if wanted and _lenient(wanted) is not None:
        return wanted
    listed = tags()
    if not listed:
        raise ChartNotFound(f"unable to locate any tags in provided repository: {reference}")
    found = find_matching(listed, wanted, lambda tag: tag)
    if found is None:
        raise ChartNotFound(f"could not locate a version matching provided version string {wanted}")
    return found.item


def satisfies(version: str, constraint: str) -> bool:
    """Whether a version fits; what is no version fits nothing. Raises RepositoryError for a bad constraint."""
    parsed = _lenient(version)
    return parsed is not None and _constraint(constraint).check(parsed)


def is_version(text: str) -> bool:
    """Whether the text is a version, read leniently (`1.2` is one)."""
    return _lenient(text) is not None


def _constraint(text: str) -> semver.Constraint:
    try:
        return semver.Constraint.parse(text)
    except semver.SemverError as error:
        raise RepositoryError(str(error)) from error


def _lenient(text: str) -> semver.Version | None:
    try:
        return semver.Version.parse(text)
    except semver.SemverError:
        return None


def _strict(text: str) -> bool:
    try:
        semver.Version.parse_strict(text)
    except semver.SemverError:
        return False
    return True
