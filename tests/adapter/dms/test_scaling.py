"""Scaling sets the value that is named, and is refused where the rendered workloads do not follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from purehelm.adapter.dms import scaling
from purehelm.adapter.dms.errors import InvalidRequest, ScaleRefused
from purehelm.engine.chart.model import Chart, Metadata

CHART = Chart(metadata=Metadata(name="web", version="1.0.0"))


def manifest(**replicas: int | None) -> str:
    """Deployments by name; None leaves the number out."""
    documents = (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec: {{{'' if number is None else f'replicas: {number}'}}}\n"
        for name, number in replicas.items()
    )
    return "kind: ConfigMap\nmetadata: {name: c}\n" + "".join(f"---\n{document}" for document in documents)


@pytest.mark.parametrize(
    ("values", "path", "want"),
    [
        ({}, "replicaCount", {"replicaCount": 3}),
        ({"a": {"b": 1, "c": 2}}, "a.b", {"a": {"b": 3, "c": 2}}),
        ({"a": None}, "a.b.c", {"a": {"b": {"c": 3}}}),
        ({}, r"a\.b.c", {"a.b": {"c": 3}}),
    ],
    ids=["new", "nested", "through nothing", "escaped dot"],
)
def test_the_number_goes_to_the_path(values: dict[str, Any], path: str, want: dict[str, Any]) -> None:
    before = repr(values)

    assert scaling.with_replicas(values, path, 3) == want
    assert repr(values) == before


@pytest.mark.parametrize("path", ["", ".", "a..b", ".a", "a."])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(InvalidRequest, match="is no values path"):
        scaling.with_replicas({}, path, 1)


def test_a_path_through_a_text_is_refused() -> None:
    with pytest.raises(InvalidRequest, match='leads through "a", which is no mapping'):
        scaling.with_replicas({"a": "text"}, "a.b", 1)


def test_the_path_is_the_requests_then_the_packages_then_the_usual_one() -> None:
    named = replace(CHART, metadata=replace(CHART.metadata, annotations={scaling.ANNOTATION: "worker.count"}))

    assert [
        scaling.replicas_path(named, "x.y"),
        scaling.replicas_path(named, ""),
        scaling.replicas_path(CHART, ""),
    ] == ["x.y", "worker.count", "replicaCount"]


def test_workloads_that_follow_are_told() -> None:
    def render(values: Mapping[str, Any]) -> str:
        return manifest(web=values["replicaCount"], fixed=3, scaled=None)

    assert scaling.check_scaling(render, {}, "replicaCount", 3) == {"Deployment/web": 3}


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("fixed", r'no workload follows the value "replicaCount" \(workloads: Deployment/web\)'),
        ("double", 'Deployment/web would get 4 replicas instead of 2 by the value "replicaCount"'),
        ("absent", 'Deployment/web would get no number of replicas instead of 2 by the value "replicaCount"'),
    ],
)
def test_other_workloads_are_refused(number: str, text: str) -> None:
    def render(values: Mapping[str, Any]) -> str:
        wanted = values["replicaCount"]
        return manifest(web={"fixed": 2, "double": wanted * 2, "absent": None if wanted == 2 else wanted}[number])

    with pytest.raises(ScaleRefused, match=text):
        scaling.check_scaling(render, {}, "replicaCount", 2)


def test_a_chart_without_workloads_is_refused() -> None:
    with pytest.raises(ScaleRefused, match=r"\(workloads: none\)"):
        scaling.check_scaling(lambda _: "", {}, "replicaCount", 2)
