"""The --set family by properties; its grammar is held by tests/conformance/test_set.py."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purehelm.engine.chart.strvals import (
    parse_json_object,
    parse_set,
    parse_set_file,
    parse_set_json,
    parse_set_literal,
    parse_set_string,
)  # fmt: skip
from purehelm.engine.errors import ValuesError
from purehelm.engine.jsonio import dumps

KEY = st.text("abcdefg-_ é", min_size=1, max_size=6)
LEAF = st.one_of(st.booleans(), st.none(), st.integers(-(1 << 63), (1 << 63) - 1), st.text("abcé.,[]=\\{} ", max_size=6).map(lambda text: f"t{text}"))  # fmt: skip
TREE = st.dictionaries(KEY, st.recursive(LEAF, lambda inner: st.dictionaries(KEY, inner, min_size=1, max_size=3), max_leaves=6), max_size=3)  # fmt: skip


def escaped(text: str, marks: str) -> str:
    return "".join(f"\\{char}" if char in marks else char for char in text)


def flags(tree: dict[str, Any], path: str = "") -> list[str]:
    """What sets the tree again."""
    found = []
    for key, value in tree.items():
        where = f"{path}.{escaped(key, '.,=[]')}" if path else escaped(key, ".,=[]")
        if isinstance(value, dict):
            found += flags(value, where)
        else:
            word = {True: "true", False: "false", None: "null"}.get(value) if not isinstance(value, int | str) or isinstance(value, bool) else str(value)  # fmt: skip
            found.append(f"{where}={escaped(str(word), chr(92) + ',')}")
    return found


@given(TREE)
def test_what_is_set_comes_back(tree: dict[str, Any]) -> None:
    values: dict[str, Any] = {}
    parse_set(",".join(flags(tree)), values)

    assert values == tree


@given(TREE)
def test_json_comes_back(tree: dict[str, Any]) -> None:
    values: dict[str, Any] = {}
    for key, value in tree.items():
        parse_set_json(f"{escaped(key, '.,=[]')}={dumps(value)}", values)

    assert values == {key: _floats(value) for key, value in tree.items()}


def _floats(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _floats(item) for key, item in value.items()}
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@given(KEY, st.text(max_size=20))
def test_a_literal_is_taken_as_it_stands(key: str, text: str) -> None:
    values: dict[str, Any] = {}
    parse_set_literal(f"{key}={text}", values)

    assert values == {key: text}


@given(st.text("ab.,=[]{}\\01-", max_size=25))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_set, parse_set_string, parse_set_json, parse_set_literal):
        values: dict[str, Any] = {}
        try:
            parse(text, values)
        except ValuesError:
            continue
        assert all(isinstance(key, str) and key for key in values)


def test_values_of_files_are_their_contents() -> None:
    values: dict[str, Any] = {}
    parse_set_file("a=x.txt,b={y.txt,z.txt}", values, lambda path: f"<{path}>")

    assert values == {"a": "<x.txt>", "b": ["<y.txt>", "<z.txt>"]}


def test_a_whole_object_is_read() -> None:
    assert parse_json_object('{"a": 1}') == {"a": 1.0}


@pytest.mark.parametrize("text", ["[1]", "{"], ids=["list", "broken"])
def test_no_object_is_refused(text: str) -> None:
    with pytest.raises(ValuesError):
        parse_json_object(text)
