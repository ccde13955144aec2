"""JSON merge patches, each compared with the libraries' where the oracle is there."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.errors import ClusterError
from purehelm.engine.kube.merge import three_way, two_way
from tests.conftest import Oracle

TWO = [
    ("same", {"a": 1, "b": [1, {"c": 2}]}, {"a": 1, "b": [1, {"c": 2}]}, {}),
    ("added", {}, {"a": {"b": None}}, {"a": {"b": None}}),
    ("gone", {"a": 1, "b": {"c": 1, "d": 2}}, {"b": {"d": 2}}, {"a": None, "b": {"c": None}}),
    ("changed", {"a": 1, "b": "x"}, {"a": 2, "b": "y"}, {"a": 2, "b": "y"}),
    ("type", {"a": 1, "b": {}, "c": True}, {"a": "1", "b": [], "c": 1}, {"a": "1", "b": [], "c": 1}),
    ("list", {"a": [1, 2]}, {"a": [2, 1]}, {"a": [2, 1]}),
    ("list-of-maps", {"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}]}, {"a": [{"b": 1, "c": 2}]}),
    ("numbers", {"a": 1, "b": 2}, {"a": 1.0, "b": 2}, {"a": 1.0}),
    ("null", {"a": None, "b": None, "c": 1}, {"a": None, "b": 1, "c": None}, {"b": 1, "c": None}),
]
THREE = [
    ("same", {"a": 1}, {"a": 1}, {"a": 1, "z": 1}, {}),
    ("live-only-stays", {}, {"a": 1}, {"z": 1}, {"a": 1}),
    ("gone", {"a": 1, "b": {"c": 1}}, {"b": {}}, {"a": 1, "b": {"c": 2, "d": 3}}, {"a": None, "b": {"c": None}}),
    ("drift", {"a": {"b": 1}}, {"a": {"b": 1}}, {"a": {"b": 2}}, {"a": {"b": 1}}),
    ("empty-map", {}, {"a": {}}, {}, {"a": {}}),
    ("list", {"a": [1]}, {"a": [1, 2]}, {"a": [3]}, {"a": [1, 2]}),
]


@pytest.mark.parametrize(("name", "before", "after", "want"), TWO, ids=[case[0] for case in TWO])
def test_two_way(name: str, before: Any, after: Any, want: Any) -> None:
    assert two_way(before, after) == want


@pytest.mark.oracle
@pytest.mark.parametrize(("name", "before", "after", "want"), TWO, ids=[case[0] for case in TWO])
def test_two_way_as_the_library(kube_oracle: Oracle, name: str, before: Any, after: Any, want: Any) -> None:
    assert kube_oracle.ask(op="merge", original=before, modified=after) == {"result": want}


@pytest.mark.parametrize(("name", "original", "modified", "live", "want"), THREE, ids=[case[0] for case in THREE])
def test_three_way(name: str, original: Any, modified: Any, live: Any, want: Any) -> None:
    assert three_way(original, modified, live) == want


@pytest.mark.oracle
@pytest.mark.parametrize(("name", "original", "modified", "live", "want"), THREE, ids=[case[0] for case in THREE])
def test_three_way_as_the_library(
    kube_oracle: Oracle, name: str, original: Any, modified: Any, live: Any, want: Any
) -> None:
    answer = kube_oracle.ask(op="threeway", original=original, modified=modified, current=live)
    assert answer == {"result": want}


def test_an_objects_identity_is_no_patch() -> None:
    one, other = {"kind": "A", "metadata": {"name": "a"}}, {"kind": "A", "metadata": {"name": "b"}}
    with pytest.raises(ClusterError, match="at least one field was changed: apiVersion, kind or name"):
        three_way(one, other, one)
