"""Versions and ranges as Masterminds semver 3.5.0 has them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import total_ordering
from typing import Any

from .errors import EngineError
from .goquote import quote

IDENTIFIERS = r"[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*"
LENIENT = re.compile(rf"v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?(?:-({IDENTIFIERS}))?(?:\+({IDENTIFIERS}))?")
OPERATORS = r"=>|=<|>=|<=|!=|~>|=|>|<|~|\^|"
PART = r"[0-9xX*|]+"
RANGED = rf"v?({PART})(\.{PART})?(\.{PART})?(-{IDENTIFIERS})?(\+{IDENTIFIERS})?"
PLAIN_RANGED = rf"v?(?:{PART})(?:\.{PART})?(?:\.{PART})?(?:-{IDENTIFIERS})?(?:\+{IDENTIFIERS})?"
BLANK = r"[\t\n\f\r ]"
ONE = re.compile(rf"{BLANK}*({OPERATORS}){BLANK}*({RANGED}){BLANK}*")
EACH = re.compile(rf"(?:{OPERATORS}){BLANK}*{PLAIN_RANGED}")
COMPARISON = rf"(?:{OPERATORS}){BLANK}*+{PLAIN_RANGED}"
# Blanks belong to one place only: hostile text must not make the matcher try their many partitions.
GROUP = re.compile(rf"{BLANK}*+{COMPARISON}(?:(?:{BLANK}*+,{BLANK}*+|{BLANK}++){COMPARISON})*{BLANK}*+")
HYPHEN = re.compile(rf"{BLANK}*({PLAIN_RANGED}){BLANK}+-{BLANK}+({PLAIN_RANGED}){BLANK}*")
DIGITS, ALLOWED = re.compile("[0-9]*"), re.compile(r"[0-9A-Za-z\-]+")
LARGEST = 1 << 64
LONGEST_VERSION, LONGEST_CONSTRAINT = 256, 512  # bytes
MOST_GROUPS = 32


class SemverError(EngineError):
    """A text that is no version or no constraint."""

    code = "semver"


def _identifiers(text: str) -> tuple[tuple[bool, int, str], ...]:
    """Pre-release identifiers so that they compare: numbers below words."""
    return tuple(
        (False, int(part), "") if part.isdigit() and int(part) < LARGEST else (True, 0, part)
        for part in text.split(".")
    )


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """A version; missing parts are 0, `original` is the text it was read from. Build metadata does not count in comparisons."""

    major: int
    minor: int
    patch: int
    prerelease: str = ""
    metadata: str = ""
    original: str = ""

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read leniently: `v1.2` is 1.2.0. Raises SemverError with Masterminds' text."""
        _check_length(text)
        match = LENIENT.fullmatch(text)
        if match is None:
            raise SemverError("invalid semantic version")
        try:
            major, minor, patch = (_number((part or "0").lstrip(".")) for part in match.groups()[:3])
        except SemverError as error:
            raise SemverError(f"error parsing version segment: {error}") from None
        prerelease, metadata = match[4] or "", match[5] or ""
        if prerelease:
            check_prerelease(prerelease)
        return cls(major, minor, patch, prerelease=prerelease, metadata=metadata, original=text)

    @classmethod
    def parse_strict(cls, text: str) -> Version:
        """Read with three numbers and no `v`. Raises SemverError with Masterminds' text."""
        if not text:
            raise SemverError("version string empty")
        _check_length(text)
        parts = text.split(".", 2)
        if len(parts) != 3:
            raise SemverError("invalid semantic version")
        parts[2], plus, metadata = parts[2].partition("+")
        if plus:
            check_metadata(metadata)
        parts[2], dash, prerelease = parts[2].partition("-")
        if dash:
            check_prerelease(prerelease)
        for part in parts:
            if not DIGITS.fullmatch(part):
                raise SemverError("invalid characters in version")
            if len(part) > 1 and part[0] == "0":
                raise SemverError("version segment starts with 0")
        major, minor, patch = map(_number, parts)
        return cls(major, minor, patch, prerelease=prerelease, metadata=metadata, original=text)

    def _order(self) -> tuple[Any, ...]:
        # A release stands above its pre-releases.
        return (
            self.major,
            self.minor,
            self.patch,
            not self.prerelease,
            _identifiers(self.prerelease) if self.prerelease else (),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._order() == other._order()

    def __lt__(self, other: Version) -> bool:
        return self._order() < other._order()

    def __hash__(self) -> int:
        return hash(self._order())

    def __str__(self) -> str:
        core = f"{self.major}.{self.minor}.{self.patch}"
        return (
            core + (f"-{self.prerelease}" if self.prerelease else "") + (f"+{self.metadata}" if self.metadata else "")
        )


def _check_length(text: str) -> None:
    if len(text.encode("utf-8", "surrogateescape")) > LONGEST_VERSION:
        raise SemverError(f"version string is too long (max {LONGEST_VERSION} bytes)")


def _number(digits: str) -> int:
    if not digits:
        raise SemverError('strconv.ParseUint: parsing "": invalid syntax')
    number = int(digits)
    if number >= LARGEST:
        raise SemverError(f'strconv.ParseUint: parsing "{digits}": value out of range')
    return number


def check_prerelease(text: str) -> None:
    """Raise SemverError unless the text can be a pre-release."""
    for part in text.split("."):
        if not ALLOWED.fullmatch(part):
            raise SemverError("invalid prerelease string")
        if len(part) > 1 and part[0] == "0" and part.isdigit():
            raise SemverError("version segment starts with 0")


def check_metadata(text: str) -> None:
    """Raise SemverError unless the text can be build metadata."""
    if not all(map(ALLOWED.fullmatch, text.split("."))):
        raise SemverError("invalid metadata string")


@dataclass(frozen=True, slots=True)
class _Part:
    """One comparison of a constraint; `open_*` tell which numbers were left open (`1.x`, `1`)."""

    operator: str
    version: Version
    open_minor: bool = False
    open_patch: bool = False
    open_any: bool = False

    def check(self, version: Version, *, prereleases: bool) -> bool:
        if version.prerelease and not self.version.prerelease and not prereleases:
            return False
        return CHECKS[self.operator](self, version)


def _not_equal(part: _Part, version: Version) -> bool:
    wanted = part.version
    if not part.open_any or wanted.major != version.major:
        return version != wanted
    if part.open_minor:
        return False
    if part.open_patch and wanted.minor == version.minor:
        return version.prerelease != wanted.prerelease
    return version != wanted


def _greater(part: _Part, version: Version) -> bool:
    wanted = part.version
    if not part.open_any:
        return version > wanted
    if version.major != wanted.major:
        return version.major > wanted.major
    if part.open_minor:
        return False
    if part.open_patch:
        return version.minor > wanted.minor
    return version > wanted


def _at_most(part: _Part, version: Version) -> bool:
    wanted = part.version
    if not part.open_any:
        return version <= wanted
    if version.major > wanted.major:
        return False
    return not (version.major == wanted.major and version.minor > wanted.minor and not part.open_minor)


def _tilde(part: _Part, version: Version) -> bool:
    wanted = part.version
    if version < wanted:
        return False
    if (wanted.major, wanted.minor, wanted.patch) == (0, 0, 0) and not part.open_minor and not part.open_patch:
        return True
    return version.major == wanted.major and (version.minor == wanted.minor or part.open_minor)


def _tilde_or_equal(part: _Part, version: Version) -> bool:
    return _tilde(part, version) if part.open_any else version == part.version


def _caret(part: _Part, version: Version) -> bool:
    wanted = part.version
    if version < wanted or version.major != wanted.major:
        return False
    if wanted.major > 0 or part.open_minor:
        return True
    if wanted.minor > 0 or part.open_patch:
        return version.minor == wanted.minor
    return version.minor == 0 and version.patch == wanted.patch


CHECKS: Mapping[str, Callable[[_Part, Version], bool]] = {
    "": _tilde_or_equal,
    "=": _tilde_or_equal,
    "!=": _not_equal,
    ">": _greater,
    "<": lambda part, version: version < part.version,
    ">=": lambda part, version: version >= part.version,
    "=>": lambda part, version: version >= part.version,
    "<=": _at_most,
    "=<": _at_most,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}


def _is_open(text: str) -> bool:
    return text.lstrip(".") in ("", "x", "X", "*")


def _improper(text: str) -> SemverError:
    return SemverError(f"improper constraint: {quote(text)}")


def _part(text: str) -> _Part:
    match = ONE.fullmatch(text)
    if match is None:
        raise _improper(text)
    operator, whole, major, minor, patch, prerelease = match.group(1, 2, 3, 4, 5, 6)
    tail = prerelease or ""
    flags = {}
    if _is_open(major):
        whole, flags = f"0.0.0{tail}", {"open_any": True}
    elif _is_open(minor or ""):
        whole, flags = f"{major}.0.0{tail}", {"open_any": True, "open_minor": True}
    elif _is_open(patch or ""):
        whole, flags = f"{major}{minor}.0{tail}", {"open_any": True, "open_patch": True}
    try:
        return _Part(operator, Version.parse(whole), **flags)
    except SemverError as error:
        raise SemverError("constraint parser error") from error


@dataclass(frozen=True, slots=True)
class Constraint:
    """A range: groups joined by `||`, in each all parts must fit (joined by commas or blanks)."""

    text: str
    groups: tuple[tuple[_Part, ...], ...] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Constraint:
        """Read a constraint. Raises SemverError with Masterminds' text."""
        if len(text.encode("utf-8", "surrogateescape")) > LONGEST_CONSTRAINT:
            raise SemverError(f"constraint string is too long (max {LONGEST_CONSTRAINT} bytes)")
        written = text
        for found in HYPHEN.finditer(text):
            written = written.replace(found[0], f">= {found[1]}, <= {found[2]} ", 1)
        pieces = written.split("||")
        if len(pieces) > MOST_GROUPS:
            raise SemverError(f"too many constraint groups (max {MOST_GROUPS})")
        groups = []
        for group in pieces:
            if not GROUP.fullmatch(group):
                raise _improper(group)
            groups.append(tuple(_part(piece) for piece in EACH.findall(group)) or (_part(group),))
        return cls(text, tuple(groups))

    def check(self, version: Version) -> bool:
        """Whether the version fits; a pre-release fits only a group that names one."""
        return any(
            all(part.check(version, prereleases=any(other.version.prerelease for other in group)) for part in group)
            for group in self.groups
        )


def satisfies(version: str, constraint: str) -> bool:
    """Whether both can be read and the version fits."""
    try:
        return Constraint.parse(constraint).check(Version.parse(version))
    except SemverError:
        return False
