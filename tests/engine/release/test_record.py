"""Charts in records, and back."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from purehelm.engine.chart.model import Chart, Dependency, File, Lock, Metadata
from purehelm.engine.errors import ChartError
from purehelm.engine.release.model import Info, Release, Status
from purehelm.engine.release.record import chart_record, completed, recorded_chart

CHART = Chart(
    metadata=Metadata(name="a", version="1", api_version="v2", annotations={"z": "1", "b": "2"}),
    templates=(File("templates/x.yaml", b"x", "2026-01-01T00:00:00Z"),),
    files=(File("README.md", b"<&>"),),
    values={"a": 1.0},
    schema=b"{}",
    schema_modtime="2026-01-01T00:00:00Z",
    modtime="2026-01-02T00:00:00Z",
    lock=Lock(generated="2026-01-01T00:00:00Z", digest="sha256:1", dependencies=(Dependency(name="b"),)),
    dependencies=(Chart(metadata=Metadata(name="b")),),
)


def test_fields_come_in_helms_order() -> None:
    tree = chart_record(CHART)
    assert list(tree) == ["metadata", "lock", "templates", "values", "schema", "schemamodtime", "files", "modtime"]
    assert list(tree["metadata"]["annotations"]) == ["b", "z"]
    assert tree["templates"] == [{"name": "templates/x.yaml", "data": "eA==", "modtime": "2026-01-01T00:00:00Z"}]
    assert tree["files"] == [{"name": "README.md", "data": base64.b64encode(b"<&>").decode()}]
    assert tree["lock"]["dependencies"] == [{"name": "b", "repository": ""}]
    assert tree["schema"] == "e30="


def test_what_is_absent() -> None:
    tree = chart_record(Chart(metadata=Metadata(name="a")))
    assert tree == {
        "metadata": {"name": "a"}, "lock": None, "templates": None, "values": None, "schema": None,
        "schemamodtime": "0001-01-01T00:00:00Z", "files": None,
    }  # fmt: skip


def test_a_record_gives_its_chart_back_without_subcharts() -> None:
    back = recorded_chart(chart_record(CHART))
    assert (back.metadata, back.templates, back.files, back.values, back.schema, back.dependencies) == (
        CHART.metadata, CHART.templates, CHART.files, CHART.values, CHART.schema, (),
    )  # fmt: skip


def test_a_record_of_helm_3_is_completed() -> None:
    release = Release(name="a", namespace="b", revision=1, info=Info(status=Status.DEPLOYED))
    old = {"metadata": {}, "schema": None, "files": None}
    assert list(completed(replace(release, chart=old)).chart) == ["metadata", "schema", "schemamodtime", "files"]
    new = replace(release, chart=chart_record(CHART))
    assert completed(new) is new
    assert completed(release) is release


@pytest.mark.parametrize("tree", [{"metadata": {"name": []}}, {"templates": [{}]}, {"schema": "!"}, {"files": 3}])
def test_records_that_cannot_be_read(tree: dict[str, object]) -> None:
    with pytest.raises(ChartError, match=r"^the recorded chart cannot be read: "):
        recorded_chart(tree)
