"""Expressions, versions, URLs, paths and encodings, drawn at random, against Helm's answers."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engine.functions.kitchen import Kitchen, looked_at, many, written

pytestmark = pytest.mark.oracle

CALLS = 150  # of each family
ATOMS = [
    "a", "b", "é", ".", "[ab]", "[^a]", "(a)", "(?:b)", "(?P<n>a)", "(?<n>b)", "(a|b)", "^", "$", r"\b", r"\B", r"\d", r"\w", r"\s",
    r"\A", r"\z", "[[:alpha:]]", r"\pL", "()", "a|", "|b", r"\.", "(?i)A", "(?s).", "(?m)^", "(?U)a+", r"\x61", r"\Qa.b\E", "[a-c]",
]  # fmt: skip
BROKEN_ATOMS = [
    "(", ")", "[", "[b-a]", "*", "+", "**", "a{2,1}", "a{1001}", "\\", r"\8", r"\C", "(?P<n", "(?P<>a)", "(?z)", "(?=a)", "(?!a)",
    "[[:foo:]]", r"\p{Foo}", "{", "a{,2}", "x{2}{3}", "(?P<n>a)(?P<n>b)", r"\Z", "(?<=a)", "(?#c)", r"[\d-z]", "(?i", "a{1000}{1000}",
]  # fmt: skip
REPEATS = ["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,}", "{1,}?"]
SUBJECTS = ["", "a", "ab", "aab b", "éaé", "abcabc", "a.b", "aaa", "b\na\n", "x", "AbA", "12 ab", "日本a", "\U0001f600"]
INVALID = ['("é" | trunc 1)', '(printf "a%sb" ("é" | trunc 1))']
REPLACEMENTS = [
    "",
    "x",
    "$1",
    "${1}",
    "$0",
    "${n}",
    "$n",
    "$$",
    "$",
    "$1x",
    "${1}x",
    "${",
    "${}",
    "$2",
    "[$0]",
    "é$01",
    "$-",
    "$99",
]
OPERATORS = ["", "=", "!=", ">", "<", ">=", "<=", "=>", "=<", "~", "~>", "^", "==", "><"]
NUMBERS = ["0", "1", "2", "3", "10", "01", "x", "X", "*", "18446744073709551615", "18446744073709551616", "|", "1x"]
SUFFIXES = ["", "", "", "", "-0", "-alpha", "-alpha.1", "-rc.01", "+b", "-beta+x.y", "-", "+", "-a..b"]
JOINS = [",", ", ", " ", " || ", "||", " - ", "  ", "|", ",,"]
SCHEMES = ["", "http", "https", "HTTP", "mailto", "git+ssh", "1a", "a b", "ht%20", "x"]
HOSTS = [
    "", "host", "host:80", "host:", "host:x", "[::1]", "[::1]:8", "[::1", "::1", "[fe80::1%25en0]", "[1.2.3.4]", "a%20b", "a b", "%41", "é",
    "h%C3%A9", "a<b", "a^b", "[a]", "x[::1]", "127.0.0.1:65536", "h:1:2", "[::1]x", "h%zz", "*", "a|b", "[fe80::1%25%41]", "[::1%eth0]",
]  # fmt: skip
USERS = [
    "",
    "",
    "",
    "u@",
    "u:p@",
    ":p@",
    "u:@",
    "@",
    "u%40x:p%3A@",
    "u@v@",
    "u p@",
    "u%zz@",
    "é@",
    "u:p:q@",
    "u/x@",
    "u;=@",
]
URL_PATHS = [
    "", "/", "/a", "/a/b", "//x", "/a%20b", "/a b", "/é", "/%zz", "/a:b", "a:b", "a/b", "*", "/%2F", "/a?", "./a", "/..", "/a;b,c", "/%",
    "/[x]", "/a%2fb", "/a\\\"b", "/\\x7f", "///", "/~'()!*",
]  # fmt: skip
QUERIES = ["", "", "?", "?a=b", "?a=b&c=%zz", "?a?b", "?é", "? "]
FRAGMENTS = ["", "", "#", "#f", "#f%20g", "#f g", "#%zz", "#a#b", "#é", "#!*()", "#'"]
ELEMENTS = ["", "a", "b", ".", "..", "a.b", ".x", "é", "...", "a.tar.gz", " ", "a."]


def expression(draw: random.Random) -> str:
    atoms = [*ATOMS, draw.choice(BROKEN_ATOMS)] if draw.random() < 0.3 else ATOMS
    return "".join(draw.choice(atoms) + draw.choice(REPEATS) for _ in range(draw.randint(1, 4)))


def regex(draw: random.Random) -> str:
    must = draw.choice(["regex", "mustRegex"])
    subject = draw.choice([written(draw.choice(SUBJECTS)), written(draw.choice(SUBJECTS)), draw.choice(INVALID)])
    most, by = draw.choice(["-1", "0", "1", "2", "3"]), written(draw.choice(REPLACEMENTS))
    name, rest = draw.choice(
        [("Match", ""), ("Find", ""), ("FindAll", most), ("ReplaceAll", by), ("ReplaceAllLiteral", by), ("Split", most)]
    )
    return f"{must}{name} {written(expression(draw))} {subject} {rest}"


def version(draw: random.Random) -> str:
    numbers = [
        draw.choice(NUMBERS[:6]) if draw.random() < 0.95 else draw.choice(NUMBERS)
        for _ in range(draw.choice([1, 2, 3, 3, 3, 4]))
    ]
    return (
        draw.choice(["", "", "", "v", " "] if draw.random() < 0.2 else [""]) + ".".join(numbers) + draw.choice(SUFFIXES)
    )


def comparison(draw: random.Random) -> str:
    numbers = [draw.choice(NUMBERS[:9]) for _ in range(draw.choice([1, 2, 3, 3, 3]))]
    operator, blank, lead = (
        draw.choice(OPERATORS[:12] * 5 + OPERATORS),
        draw.choice(["", "", " "]),
        draw.choice(["", "", "", "v"]),
    )
    return operator + blank + lead + ".".join(numbers) + draw.choice(SUFFIXES)


def semver(draw: random.Random) -> str:
    if draw.random() < 0.25:
        methods = [
            "",
            ".IncMajor",
            ".IncPatch",
            ".IncMinor",
            ".Original",
            '.SetPrerelease "a.1"',
            ".Major",
            '.SetMetadata "x..y"',
        ]
        return f"(semver {written(version(draw))}){draw.choice(methods)}"
    constraint = comparison(draw)
    for _ in range(draw.choice([0, 0, 1, 1, 2])):
        constraint += draw.choice(JOINS) + comparison(draw)
    return f"semverCompare {written(constraint)} {written(version(draw))}"


def url(draw: random.Random) -> str:
    scheme, slashes = draw.choice(SCHEMES), draw.choice(["//", "//", "//", "", "/"])
    authority = draw.choice(USERS) + draw.choice(HOSTS) if slashes == "//" else ""
    tail = draw.choice(URL_PATHS) + draw.choice(QUERIES) + draw.choice(FRAGMENTS)
    return f"urlParse {written((scheme and scheme + ':') + slashes + authority + tail)}"


def join(draw: random.Random) -> str:
    pools = {
        "scheme": SCHEMES, "host": HOSTS, "path": URL_PATHS, "query": [each[1:] for each in QUERIES], "opaque": ["", "", "", "o/p q"],
        "fragment": [each[1:] for each in FRAGMENTS], "userinfo": [each[:-1] for each in USERS],
    }  # fmt: skip
    parts = [f"{written(name)} {written(draw.choice(pool))}" for name, pool in pools.items() if draw.random() < 0.7]
    if draw.random() < 0.1:
        parts.append(
            f"{written(draw.choice(list(pools)))} {draw.choice(['1', 'nil', 'true', '(list)', '1.5', '(dict)'])}"
        )
    return f"urlJoin (dict {' '.join(parts)})"


def path(draw: random.Random) -> str:
    names = ["base", "dir", "clean", "ext", "isAbs"]
    function = draw.choice([*names, *(f"os{name[0].upper()}{name[1:]}" for name in names)])
    joined = draw.choice(["", "", "/", "//"]) + draw.choice(["/", "//"]).join(
        draw.choice(ELEMENTS) for _ in range(draw.randint(1, 6))
    )
    return f"{function} {written(joined)}"


def encoding(draw: random.Random) -> str:
    data = draw.randbytes(draw.randint(0, 14))
    name, alphabet = draw.choice([("b64", base64.b64encode), ("b32", base64.b32encode)])
    encoded = list(alphabet(data).decode())
    for _ in range(draw.randint(0, 3)):
        at = draw.randint(0, len(encoded))
        encoded[at : at + draw.randint(0, 2)] = draw.choice(
            ["=", "==", "\n", "\r\n", "A", "!", "é", "-", " ", "", "7", "1", "a"]
        )
    return f"{name}dec {written(''.join(encoded))}"


FAMILIES: dict[str, Callable[[random.Random], str]] = {
    "regex": regex, "semver": semver, "url": url, "join": join, "path": path, "encoding": encoding,
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_calls(family: str, oracle: Any, tmp_path: Path) -> None:
    draw = random.Random(family)
    assert Kitchen(tmp_path, oracle).different(many(CALLS, lambda: FAMILIES[family](draw)), looked_at) == {}
