"""Versions read strictly, and what the template functions do not reach (tests/engine/functions/test_versions.py has the rest)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from purehelm.engine.semver import Constraint, SemverError, Version, satisfies


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("1.2.3", Version(1, 2, 3, original="1.2.3")),
        ("0.0.0", Version(0, 0, 0, original="0.0.0")),
        ("1.2.3-a.b-c.1+d.01", Version(1, 2, 3, "a.b-c.1", "d.01", original="1.2.3-a.b-c.1+d.01")),
        ("1.2.3+a-b", Version(1, 2, 3, "", "a-b", original="1.2.3+a-b")),
        ("1.2.18446744073709551615", Version(1, 2, 18446744073709551615, original="1.2.18446744073709551615")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_strict(text: str, want: Version) -> None:
    read = Version.parse_strict(text)
    parts = ("major", "minor", "patch", "prerelease", "metadata", "original")
    assert [getattr(read, part) for part in parts] == [getattr(want, part) for part in parts]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("", "version string empty"),
        ("1" * 257, "version string is too long (max 256 bytes)"),
        ("1.2", "invalid semantic version"),
        ("v1.2.3", "invalid characters in version"),
        ("1.2.3.4", "invalid characters in version"),
        ("1.x.3", "invalid characters in version"),
        ("1.02.3", "version segment starts with 0"),
        ("1..3", 'strconv.ParseUint: parsing "": invalid syntax'),
        (
            "18446744073709551616.0.0",
            'strconv.ParseUint: parsing "18446744073709551616": value out of range',
        ),
        ("1.2.3-", "invalid prerelease string"),
        ("1.2.3-a..b", "invalid prerelease string"),
        ("1.2.3-é", "invalid prerelease string"),
        ("1.2.3-01", "version segment starts with 0"),
        ("1.2.3+", "invalid metadata string"),
        ("1.2.3+a_b", "invalid metadata string"),
    ],
)
def test_strictly_refused(text: str, want: str) -> None:
    with pytest.raises(SemverError) as caught:
        Version.parse_strict(text)
    assert str(caught.value) == want


def test_order() -> None:
    texts = ["1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-a", "1.0.0-a.1", "1.0.0-b", "1.0.0", "1.0.1", "1.1.0", "2.0.0"]
    versions = [Version.parse(text) for text in texts]
    assert all(left < right for left, right in pairwise(versions))
    assert len({Version.parse("1.0.0+a"), Version.parse("v1"), Version.parse("1.0")}) == 1
    assert Version.parse("1") != "1"


@pytest.mark.parametrize(
    ("version", "constraint", "want"),
    [("1.2.3", "^1", True), ("2.0.0", "^1", False), ("x", "^1", False), ("1.2.3", "~~", False)],
)
def test_satisfies(version: str, constraint: str, want: bool) -> None:
    assert satisfies(version, constraint) is want


@pytest.mark.parametrize("text", ["1" + ", 1" * 168 + "!", "1" + "  1" * 168 + "!", "1" + " " * 510 + "!"])
@pytest.mark.timeout(5)
def test_hostile_constraints_end(text: str) -> None:
    with pytest.raises(SemverError, match="improper constraint"):
        Constraint.parse(text)
