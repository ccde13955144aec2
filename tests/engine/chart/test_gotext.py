"""Go's text of values in warnings."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.chart.gotext import go_type, shown_as_bool
from purehelm.engine.chart.match import BadPattern, matches
from purehelm.engine.gofmt import text_of

VALUES: list[tuple[Any, str, str, str]] = [
    (None, "<nil>", "%!t(<nil>)", "<nil>"),
    (True, "true", "true", "bool"),
    (1, "1", "%!t(int64=1)", "int64"),
    (1e6, "1e+06", "%!t(float64=1e+06)", "float64"),
    ("x", "x", "%!t(string=x)", "string"),
    ([1.0, "a"], "[1 a]", "[%!t(float64=1) %!t(string=a)]", "[]interface {}"),
    ({"b": False, "a": None}, "map[a:<nil> b:false]", "%!t(map[string]interface {}=map[a:<nil> b:false])", "map[string]interface {}"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text", "misplaced", "kind"), VALUES, ids=[row[3] for row in VALUES])
def test_values(value: Any, text: str, misplaced: str, kind: str) -> None:
    assert (text_of(value), shown_as_bool(value), go_type(value)) == (text, misplaced, kind)


MATCHES = [("a*c", "abc", True), ("a*c", "a/c", False), ("a?c", "abc", True), ("[^a]", "b", True), ("[a-c]", "b", True), ("[c-a]", "b", False), ("\\*", "*", True), ("a", "ab", False), ("[\\]]", "]", True)]  # fmt: skip


@pytest.mark.parametrize(("pattern", "text", "fits"), MATCHES, ids=[f"{row[0]} {row[1]}" for row in MATCHES])
def test_patterns(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits


@pytest.mark.parametrize("pattern", ["[", "[a", "\\", "[]", "[a-", "[-a]"])
def test_bad_patterns(pattern: str) -> None:
    with pytest.raises(BadPattern):
        matches(pattern, "a")
