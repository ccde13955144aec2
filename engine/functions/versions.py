"""Versions: semver and semverCompare (sprig: semver.go)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any, ClassVar

from ..govalues import Pointer, Struct, TypedNil, Uint64
from ..semver import LARGEST, Constraint, SemverError, Version, check_metadata, check_prerelease
from ..template.function import FunctionError, declare


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

    def go_toml(self) -> str:
        """Its text, as MarshalText writes it."""
        return f'"{self.version}"'

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

    def changed(self, **parts: Any) -> VersionValue:
        """A version with other parts, written with the same leading v."""
        made = replace(self.version, **parts)
        lead = "v" if self.version.original.startswith("v") else ""
        return VersionValue(replace(made, original=f"{lead}{made}"))


class VersionPointer(VersionValue, Pointer):
    """A *semver.Version."""

    go_type: ClassVar[str] = "*semver.Version"
    go_kind: ClassVar[str] = "ptr"
    __slots__ = ()


PARTS = ("major", "minor", "patch")


def _next(part: str) -> Callable[[VersionValue], VersionValue]:
    """The next version by a part; a pre-release of a patch is followed by that patch."""

    def call(value: VersionValue) -> VersionValue:
        number = getattr(value.version, part) + (0 if part == "patch" and value.version.prerelease else 1)
        if number == LARGEST:
            raise FunctionError(f"{part} version increment would overflow uint64")
        below = dict.fromkeys(PARTS[PARTS.index(part) + 1 :], 0)
        return value.changed(**{part: number}, **below, prerelease="", metadata="")

    return call


def _set(part: str, check: Callable[[str], None]) -> Callable[[VersionValue, str], VersionValue]:
    def call(value: VersionValue, text: str) -> VersionValue:
        try:
            if text:
                check(text)
        except SemverError as error:
            raise FunctionError(str(error)) from error
        return value.changed(**{part: text})

    return call


def _compare(value: VersionValue, other: VersionValue | TypedNil) -> int:
    if isinstance(other, TypedNil):
        raise FunctionError("runtime error: invalid memory address or nil pointer dereference")
    return (value.version > other.version) - (value.version < other.version)


def _equal(value: VersionValue, other: VersionValue | TypedNil) -> bool:
    return not isinstance(other, TypedNil) and value.version == other.version


def _comparison(holds: Callable[[int], bool]) -> Callable[[VersionValue, VersionValue | TypedNil], bool]:
    return lambda value, other: holds(_compare(value, other))


def _text(value: VersionValue) -> str:
    return str(value.version)


def _json(value: VersionValue) -> bytes:
    return f'"{value.version}"'.encode()


VersionValue.go_methods = declare(
    (
        ("Major", " -> uint64", lambda value: Uint64(value.version.major)),
        ("Minor", " -> uint64", lambda value: Uint64(value.version.minor)),
        ("Patch", " -> uint64", lambda value: Uint64(value.version.patch)),
        ("Prerelease", " -> string", lambda value: value.version.prerelease),
        ("Metadata", " -> string", lambda value: value.version.metadata),
        ("String", " -> string", _text),
        ("Value", " -> interface {}", _text),
        ("MarshalJSON", " -> []uint8", _json),
        ("MarshalText", " -> []uint8", lambda value: _text(value).encode()),
        ("IncPatch", " -> semver.Version", _next("patch")),
        ("IncMinor", " -> semver.Version", _next("minor")),
        ("IncMajor", " -> semver.Version", _next("major")),
        ("SetPrerelease", "string -> semver.Version", _set("prerelease", check_prerelease)),
        ("SetMetadata", "string -> semver.Version", _set("metadata", check_metadata)),
    )
)
# What Go declares on the pointer only; a template cannot take the address of a version that a method returned.
VersionPointer.go_methods = {
    **VersionValue.go_methods,
    **declare(
        (
            ("Original", " -> string", lambda value: value.version.original),
            ("Compare", "*semver.Version -> int", _compare),
            ("Equal", "*semver.Version -> bool", _equal),
            ("LessThan", "*semver.Version -> bool", _comparison(lambda sign: sign < 0)),
            ("LessThanEqual", "*semver.Version -> bool", _comparison(lambda sign: sign <= 0)),
            ("GreaterThan", "*semver.Version -> bool", _comparison(lambda sign: sign > 0)),
            ("GreaterThanEqual", "*semver.Version -> bool", _comparison(lambda sign: sign >= 0)),
        )
    ),
}


def _semver(text: str) -> VersionPointer:
    try:
        return VersionPointer(Version.parse(text))
    except SemverError as error:
        raise FunctionError(str(error)) from error


# Charts ask about few versions again and again.
_version = lru_cache(maxsize=256)(Version.parse)
_constraint = lru_cache(maxsize=256)(Constraint.parse)


def _matches(constraint: str, version: str) -> bool:
    try:
        return _constraint(constraint).check(_version(version))
    except SemverError as error:
        raise FunctionError(str(error)) from error


TABLE = declare(
    (
        ("semver", "string -> *semver.Version", _semver),
        ("semverCompare", "string, string -> bool", _matches),
    )
)
