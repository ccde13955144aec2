"""Changes between two states of an object."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.release.diff import ABSENT, HIDDEN, FieldChange, field_changes, without_secrets

CASES: dict[str, tuple[Any, Any, list[tuple[str, Any, Any]]]] = {
    "same": ({"a": 1}, {"a": 1}, []),
    "value": ({"a": 1}, {"a": 2}, [("spec.a", 1, 2)]),
    "type": ({"a": 1}, {"a": "1"}, [("spec.a", 1, "1")]),
    "true is not one": ({"a": [1]}, {"a": [True]}, []),
    "new": ({}, {"a": None}, [("spec.a", ABSENT, None)]),
    "gone": ({"a": {"b": 1}}, {}, [("spec.a", {"b": 1}, ABSENT)]),
    "deep": ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 2}}}, [("spec.a.b.c", 1, 2)]),
    "odd keys": ({"a": {"x.y/z": 1}}, {"a": {"x.y/z": 2}}, [("spec.a[x.y/z]", 1, 2)]),
    "list by place": ({"a": [1, 2]}, {"a": [1, 3, 4]}, [("spec.a[1]", 2, 3), ("spec.a[2]", ABSENT, 4)]),
    "list shorter": ({"a": [1, 2]}, {"a": [1]}, [("spec.a[1]", 2, ABSENT)]),
    "list by name": (
        {"a": [{"name": "x", "v": 1}, {"name": "y"}]},
        {"a": [{"name": "y"}, {"name": "x", "v": 2}, {"name": "z"}]},
        [("spec.a[x].v", 1, 2), ("spec.a[z]", ABSENT, {"name": "z"})],
    ),
    "names twice": (
        {"a": [{"name": "x"}, {"name": "x"}]},
        {"a": [{"name": "x"}, {"name": "y"}]},
        [("spec.a[1].name", "x", "y")],
    ),
}


@pytest.mark.parametrize(("old", "new", "wanted"), CASES.values(), ids=CASES)
def test_changes(old: Any, new: Any, wanted: list[tuple[str, Any, Any]]) -> None:
    found = field_changes({"kind": "X", "spec": old}, {"kind": "X", "spec": new})
    assert found == tuple(FieldChange(*change) for change in wanted)


def test_what_is_the_servers_is_left_out() -> None:
    old = {
        "kind": "X",
        "metadata": {"name": "a", "uid": "1", "resourceVersion": "1", "generation": 1},
        "status": {"a": 1},
    }
    new = {"kind": "X", "metadata": {"name": "a", "uid": "2", "managedFields": []}, "status": {"a": 2}}
    assert field_changes(old, new) == ()


def test_secrets_are_hidden() -> None:
    last = "kubectl.kubernetes.io/last-applied-configuration"
    old = {
        "kind": "Secret",
        "type": "a",
        "data": {"a": "x", "b": "y"},
        "metadata": {"annotations": {last: "x", "k": "1"}},
    }
    new = {
        "kind": "Secret",
        "type": "b",
        "data": {"a": "z", "c": "y"},
        "metadata": {"annotations": {last: "y", "k": "2"}},
    }
    assert field_changes(old, new) == (
        FieldChange("type", "a", "b"),
        FieldChange("data.a", HIDDEN, HIDDEN),
        FieldChange("data.b", HIDDEN, ABSENT),
        FieldChange("data.c", ABSENT, HIDDEN),
        FieldChange(f"metadata.annotations[{last}]", HIDDEN, HIDDEN),
        FieldChange("metadata.annotations.k", "1", "2"),
    )
    assert without_secrets(old) == {
        "kind": "Secret", "type": "a", "data": {"a": HIDDEN, "b": HIDDEN}, "metadata": {"annotations": {last: HIDDEN, "k": "1"}},
    }  # fmt: skip
    assert without_secrets({"kind": "Secret", "stringData": "odd"}) == {"kind": "Secret", "stringData": HIDDEN}
    assert without_secrets({"kind": "ConfigMap", "data": {"a": "b"}}) == {"kind": "ConfigMap", "data": {"a": "b"}}


def test_absent_shows_itself() -> None:
    assert repr(ABSENT) == "ABSENT"
