"""Ranges and what fits them, against what Helm 4.3.1 gave."""

from __future__ import annotations

import pytest

from purehelm.engine.semver import Constraint, SemverError, Version, satisfies

RANGES = [
    ("*", "0.0.0 0.0.3 0.2.3 0.2.9 1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 2.0.0 v1.2 1.2.3+b"),
    ("x", "0.0.0 0.0.3 0.2.3 0.2.9 1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 2.0.0 v1.2 1.2.3+b"),
    ("1", "1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 v1.2 1.2.3+b"),
    ("1.x", "1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 v1.2 1.2.3+b"),
    ("1.2", "1.2.0 1.2.3 1.2.9 v1.2 1.2.3+b"),
    ("1.2.x", "1.2.0 1.2.3 1.2.9 v1.2 1.2.3+b"),
    ("1.2.3", "1.2.3 1.2.3+b"),
    ("v1.2.3", "1.2.3 1.2.3+b"),
    ("=1.2", "1.2.0 1.2.3 1.2.9 v1.2 1.2.3+b"),
    ("!=1", "0.0.0 0.0.3 0.2.3 0.2.9 2.0.0"),
    ("!=1.2", "0.0.0 0.0.3 0.2.3 0.2.9 1.0.0 1.4.5 2.0.0"),
    ("!=1.2.3", "0.0.0 0.0.3 0.2.3 0.2.9 1.0.0 1.2.0 1.2.9 1.4.5 2.0.0 v1.2"),
    ("!=*", "0.0.3 0.2.3 0.2.9 1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 2.0.0 v1.2 1.2.3+b"),
    (
        "!=*-alpha",
        "0.0.0 0.0.3 0.2.3 0.2.9 1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 2.0.0 1.2.3-alpha 1.2.3-alpha.2 1.2.0-beta 1.0.0-a.9 1.0.0-a.b v1.2 1.2.3+b",
    ),
    (">1", "2.0.0"),
    (">1.2", "1.4.5 2.0.0"),
    (">1.2.3", "1.2.9 1.4.5 2.0.0"),
    (">*", "0.0.3 0.2.3 0.2.9 1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 2.0.0 v1.2 1.2.3+b"),
    ("<1", "0.0.0 0.0.3 0.2.3 0.2.9"),
    ("<1.2", "0.0.0 0.0.3 0.2.3 0.2.9 1.0.0"),
    ("<1.2.3", "0.0.0 0.0.3 0.2.3 0.2.9 1.0.0 1.2.0 v1.2"),
    (">=1", "1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 2.0.0 v1.2 1.2.3+b"),
    (">=1.2.3", "1.2.3 1.2.9 1.4.5 2.0.0 1.2.3+b"),
    ("=>1.2.3", "1.2.3 1.2.9 1.4.5 2.0.0 1.2.3+b"),
    ("<=1", "0.0.0 0.0.3 0.2.3 0.2.9 1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 v1.2 1.2.3+b"),
    ("<=1.2", "0.0.0 0.0.3 0.2.3 0.2.9 1.0.0 1.2.0 1.2.3 1.2.9 v1.2 1.2.3+b"),
    ("<=1.2.3", "0.0.0 0.0.3 0.2.3 0.2.9 1.0.0 1.2.0 1.2.3 v1.2 1.2.3+b"),
    ("<=*", "0.0.0 0.0.3"),
    ("=<1.2.3", "0.0.0 0.0.3 0.2.3 0.2.9 1.0.0 1.2.0 1.2.3 v1.2 1.2.3+b"),
    ("~1", "1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 v1.2 1.2.3+b"),
    ("~1.2", "1.2.0 1.2.3 1.2.9 v1.2 1.2.3+b"),
    ("~1.2.3", "1.2.3 1.2.9 1.2.3+b"),
    ("~>1.2.3", "1.2.3 1.2.9 1.2.3+b"),
    ("~0", "0.0.0 0.0.3 0.2.3 0.2.9"),
    ("~0.0.0", "0.0.0 0.0.3 0.2.3 0.2.9 1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 2.0.0 v1.2 1.2.3+b"),
    ("~*", "0.0.0 0.0.3 0.2.3 0.2.9 1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 2.0.0 v1.2 1.2.3+b"),
    ("^1", "1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 v1.2 1.2.3+b"),
    ("^1.2", "1.2.0 1.2.3 1.2.9 1.4.5 v1.2 1.2.3+b"),
    ("^1.2.3", "1.2.3 1.2.9 1.4.5 1.2.3+b"),
    ("^0", "0.0.0 0.0.3 0.2.3 0.2.9"),
    ("^0.0", "0.0.0 0.0.3"),
    ("^0.2", "0.2.3 0.2.9"),
    ("^0.2.3", "0.2.3 0.2.9"),
    ("^0.0.3", "0.0.3"),
    ("^*", "0.0.0"),
    ("1.2 - 1.4.5", "1.2.0 1.2.3 1.2.9 1.4.5 v1.2 1.2.3+b"),
    ("1 - 2", "1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 2.0.0 v1.2 1.2.3+b"),
    (">=1, <2", "1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 v1.2 1.2.3+b"),
    (">=1 <2", "1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 v1.2 1.2.3+b"),
    (">1 || <1", "0.0.0 0.0.3 0.2.3 0.2.9 2.0.0"),
    (">=1.2.3-0", "1.2.3 1.2.9 1.4.5 2.0.0 1.2.3-alpha 1.2.3-alpha.2 1.2.3+b"),
    (">=1.2.3-alpha, <2", "1.2.3 1.2.9 1.4.5 1.2.3-alpha 1.2.3-alpha.2 1.2.3+b"),
    ("~1.2-beta", "1.2.0 1.2.3 1.2.9 1.2.3-alpha 1.2.3-alpha.2 1.2.0-beta v1.2 1.2.3+b"),
    ("^1.2-beta", "1.2.0 1.2.3 1.2.9 1.4.5 1.2.3-alpha 1.2.3-alpha.2 1.2.0-beta v1.2 1.2.3+b"),
    (
        "!=1.2.x-beta",
        "0.0.0 0.0.3 0.2.3 0.2.9 1.0.0 1.2.0 1.2.3 1.2.9 1.4.5 2.0.0 1.2.3-alpha 1.2.3-alpha.2 1.0.0-a.9 1.0.0-a.b v1.2 1.2.3+b",
    ),
    ("1.2.3+b", "1.2.3 1.2.3+b"),
    (">=1.0.0-a.10 <1.0.0-b", "1.0.0-a.b"),
]
BAD_RANGES = [
    ("", 'improper constraint: ""'),
    ("1.2.3.4", 'improper constraint: "1.2.3.4"'),
    ("a", 'improper constraint: "a"'),
    ("==1", 'improper constraint: "==1"'),
    (">=1 ||", 'improper constraint: ""'),
    ("||", 'improper constraint: ""'),
    (" ", 'improper constraint: " "'),
    (">1,", 'improper constraint: ">1,"'),
    ("1||2|3", "constraint parser error"),
    ("1,,2", 'improper constraint: "1,,2"'),
    (">=1.2.3.x", 'improper constraint: ">=1.2.3.x"'),
    ("18446744073709551616", "constraint parser error"),
    (">1.2.3-01", "constraint parser error"),
    ("1x", "constraint parser error"),
    ("|", "constraint parser error"),
    (
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "constraint string is too long (max 512 bytes)",
    ),
    (
        "1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1",
        "too many constraint groups (max 32)",
    ),
    ("é", 'improper constraint: "é"'),
    (">=1 -2", 'improper constraint: ">=1 -2"'),
    ("1 - 2 - 3", 'improper constraint: ">= 1, <= 2 - 3"'),
]
BAD_VERSIONS = [
    ("", "invalid semantic version"),
    ("a", "invalid semantic version"),
    ("1.2.3.4", "invalid semantic version"),
    ("v", "invalid semantic version"),
    ("1.", "invalid semantic version"),
    ("1.2.3-", "invalid semantic version"),
    ("1.2.3+", "invalid semantic version"),
    ("1.2.3-01", "version segment starts with 0"),
    ("1.2.3-a..b", "invalid semantic version"),
    (" 1", "invalid semantic version"),
    ("1 ", "invalid semantic version"),
    (
        "18446744073709551616",
        'error parsing version segment: strconv.ParseUint: parsing "18446744073709551616": value out of range',
    ),
    (
        "1.18446744073709551616.0",
        'error parsing version segment: strconv.ParseUint: parsing "18446744073709551616": value out of range',
    ),
    ("-1", "invalid semantic version"),
    ("1.2.3-é", "invalid semantic version"),
    ("V1", "invalid semantic version"),
    (
        "11111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111",
        "version string is too long (max 256 bytes)",
    ),
    ("1.2.3+a..b", "invalid semantic version"),
]
VERSIONS = [
    "0.0.0",
    "0.0.3",
    "0.2.3",
    "0.2.9",
    "1.0.0",
    "1.2.0",
    "1.2.3",
    "1.2.9",
    "1.4.5",
    "2.0.0",
    "1.2.3-alpha",
    "1.2.3-alpha.2",
    "1.2.0-beta",
    "1.0.0-a.9",
    "1.0.0-a.b",
    "v1.2",
    "1.2.3+b",
]


@pytest.mark.parametrize(("text", "fitting"), RANGES, ids=[text for text, _ in RANGES])
def test_ranges(text: str, fitting: str) -> None:
    constraint = Constraint.parse(text)
    assert " ".join(each for each in VERSIONS if constraint.check(Version.parse(each))) == fitting
    assert [each for each in VERSIONS if satisfies(each, text)] == fitting.split()


@pytest.mark.parametrize(("text", "want"), BAD_RANGES, ids=[text[:20] for text, _ in BAD_RANGES])
def test_bad_ranges(text: str, want: str) -> None:
    with pytest.raises(SemverError) as caught:
        Constraint.parse(text)
    assert str(caught.value) == want
    assert not satisfies("1.0.0", text)


@pytest.mark.parametrize(("text", "want"), BAD_VERSIONS, ids=[text[:20] for text, _ in BAD_VERSIONS])
def test_bad_versions(text: str, want: str) -> None:
    with pytest.raises(SemverError) as caught:
        Version.parse(text)
    assert str(caught.value) == want
    assert not satisfies(text, "*")


def test_hostile_ranges_are_read_in_no_time() -> None:
    """Blanks between comparisons must not be tried in all their partitions."""
    with pytest.raises(SemverError):
        Constraint.parse(">1" + " " * 400 + "!")
