"""Versions: semver and semverCompare (sprig: semver.go)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from ..govalues import Pointer, Struct, Uint64
from ..semver import IDENTIFIERS, Constraint, SemverError, Version
from ..template.function import Function, FunctionError, declare

PRERELEASE = re.compile(IDENTIFIERS)


class VersionValue(Struct):
    """A semver.Version as templates see it."""

    go_type: ClassVar[str] = "semver.Version"
    go_kind: ClassVar[str] = "struct"
    go_hidden: ClassVar[frozenset[str]] = frozenset(("major", "minor", "patch", "pre", "metadata", "original"))
    __slots__ = ("version",)

    def __init__(self, version: Version) -> None:
        self.version = version

    def go_string(self) -> str:
        return str(self.version)

    def go_json(self) -> str:
        """Its text, as MarshalJSON writes it."""
        return str(self.version)

    def go_items(self) -> Iterable[tuple[str, Any]]:
        version = self.version
        numbers = (("major", version.major), ("minor", version.minor), ("patch", version.patch))
        texts = (("pre", version.prerelease), ("metadata", version.metadata), ("original", version.original))
        return [*((name, Uint64(number)) for name, number in numbers), *texts]

    def __eq__(self, other: object) -> bool:
        """Whether all fields are the same, as reflect.DeepEqual has it."""
        return isinstance(other, VersionValue) and self.go_items() == other.go_items()

    def __hash__(self) -> int:
        return hash(self.version)

    def made(self, major: int, minor: int, patch: int, prerelease: str = "", metadata: str = "") -> VersionValue:
        """Another version, written with the same leading v."""
        made = Version(major, minor, patch, prerelease, metadata)
        lead = "v" if self.version.original.startswith("v") else ""
        return VersionValue(Version(major, minor, patch, prerelease, metadata, original=f"{lead}{made}"))


class VersionPointer(VersionValue, Pointer):
    """A *semver.Version."""

    go_type: ClassVar[str] = "*semver.Version"
    go_kind: ClassVar[str] = "ptr"
    __slots__ = ()


def _next_patch(value: VersionValue) -> VersionValue:
    version = value.version
    return value.made(version.major, version.minor, version.patch + (0 if version.prerelease else 1))


def _set(part: str) -> Callable[[VersionValue, str], VersionValue]:
    def call(value: VersionValue, text: str) -> VersionValue:
        version = value.version
        if text and not PRERELEASE.fullmatch(text):
            raise FunctionError(f"invalid {part} string")
        if part == "prerelease" and any(
            len(each) > 1 and each[0] == "0" and each.isdigit() for each in text.split(".")
        ):
            raise FunctionError("version segment starts with 0")
        kept = {"prerelease": version.prerelease, "metadata": version.metadata, part: text}
        return value.made(version.major, version.minor, version.patch, **kept)

    return call


def _compare(value: VersionValue, other: VersionValue) -> int:
    return (value.version > other.version) - (value.version < other.version)


def _comparison(holds: Callable[[int], bool]) -> Callable[[VersionValue, VersionValue], bool]:
    return lambda value, other: holds(_compare(value, other))


METHODS: Mapping[str, Function] = declare(
    (
        ("Major", " -> uint64", lambda value: Uint64(value.version.major)),
        ("Minor", " -> uint64", lambda value: Uint64(value.version.minor)),
        ("Patch", " -> uint64", lambda value: Uint64(value.version.patch)),
        ("Prerelease", " -> string", lambda value: value.version.prerelease),
        ("Metadata", " -> string", lambda value: value.version.metadata),
        ("Original", " -> string", lambda value: value.version.original),
        ("String", " -> string", lambda value: str(value.version)),
        ("IncPatch", " -> semver.Version", _next_patch),
        ("IncMinor", " -> semver.Version", lambda value: value.made(value.version.major, value.version.minor + 1, 0)),
        ("IncMajor", " -> semver.Version", lambda value: value.made(value.version.major + 1, 0, 0)),
        ("SetPrerelease", "string -> semver.Version", _set("prerelease")),
        ("SetMetadata", "string -> semver.Version", _set("metadata")),
        ("Compare", "*semver.Version -> int", _compare),
        ("Equal", "*semver.Version -> bool", _comparison(lambda sign: sign == 0)),
        ("LessThan", "*semver.Version -> bool", _comparison(lambda sign: sign < 0)),
        ("LessThanEqual", "*semver.Version -> bool", _comparison(lambda sign: sign <= 0)),
        ("GreaterThan", "*semver.Version -> bool", _comparison(lambda sign: sign > 0)),
        ("GreaterThanEqual", "*semver.Version -> bool", _comparison(lambda sign: sign >= 0)),
    )
)
VersionValue.go_methods = METHODS


def _semver(text: str) -> VersionPointer:
    try:
        return VersionPointer(Version.parse(text))
    except SemverError as error:
        raise FunctionError(str(error)) from error


def _matches(constraint: str, version: str) -> bool:
    try:
        return Constraint.parse(constraint).check(Version.parse(version))
    except SemverError as error:
        raise FunctionError(str(error)) from error


TABLE = declare(
    (
        ("semver", "string -> *semver.Version", _semver),
        ("semverCompare", "string, string -> bool", _matches),
    )
)
