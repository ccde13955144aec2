"""Reading of objects that may hold anything."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.kube.fields import at, conditions_of, maps_at, number_at, ref_of, selector_of, text_at
from purehelm.engine.shapes import ResourceRef

BODY = {"a": {"b": 1, "c": "x", "d": [{"e": 1}, 2]}, "status": {"conditions": [{"type": "Ready", "status": True}]}}


def test_what_has_the_wrong_type_is_absent() -> None:
    assert [at(BODY, "a.b"), at(BODY, "a.b.c"), at(BODY, "z"), at(None, "a")] == [1, None, None, None]
    assert [text_at(BODY, "a.c"), text_at(BODY, "a.b"), text_at(BODY, "a.b", "d")] == ["x", "", "d"]
    assert [number_at(BODY, "a.b", 7), number_at(BODY, "a.c", 7), number_at({"a": True}, "a", 7)] == [1, 7, 7]
    assert [maps_at(BODY, "a.d"), maps_at(BODY, "a")] == [[{"e": 1}], []]
    assert conditions_of(BODY) == [("Ready", "", "", "")]


def test_a_reference_of_nothing() -> None:
    assert ref_of({}) == ResourceRef("", "", "", "")


@pytest.mark.parametrize(
    ("selector", "want"),
    [
        (None, None),
        ({}, ""),
        ({"matchLabels": {"b": "2", "a": "1"}}, "a=1,b=2"),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": ["1", "2"]}]}, "a in (1,2)"),
        ({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}, "a notin (1)"),
        ({"matchExpressions": [{"key": "a", "operator": "Exists"}, {"key": "b", "operator": "DoesNotExist"}]}, "a,!b"),
        ({"matchExpressions": [{"key": "a", "operator": "Like"}]}, None),
    ],
    ids=["none", "everything", "labels", "in", "not-in", "exists", "odd"],
)
def test_selectors(selector: Any, want: str | None) -> None:
    assert selector_of(selector) == want
