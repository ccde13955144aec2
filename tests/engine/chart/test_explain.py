"""Where each value comes from."""

from __future__ import annotations

from pathlib import Path

from purehelm.engine.chart.explain import explain
from purehelm.engine.chart.sources import ValueSources
from purehelm.engine.chart.yamllines import lines_of
from tests.engine.chart.charts import METADATA, SUB, chart

DEPENDENT = METADATA + "dependencies:\n- {name: s, version: 1.0.0, import-values: [data]}\n"
FILES = {
    "values.yaml": "a: 1\n\nm:\n  x: 1\n  w: 1\ns:\n  b: parent\nglobal:\n  g: root\n",
    "charts/s/Chart.yaml": SUB,
    "charts/s/values.yaml": "b: child\nc: child\nglobal: {g: child}\nexports:\n  data:\n    i: 1\n",
}


def test_every_value_has_its_source(tmp_path: Path) -> None:
    file = tmp_path / "v.yaml"
    file.write_text("m:\n  x: 2\n---\na: 3\n")
    sources = ValueSources(files=(str(file),), set=("a=4", "l[1]=x"))

    found = {
        ".".join(one.path): (str(one.origin), [str(other) for other in one.overrode])
        for one in explain(chart(FILES, DEPENDENT), sources)
    }

    assert found == {
        "a": ("--set a", [f"-f {file}:4", "values.yaml of c:1"]),
        "global.g": ("values.yaml of c:9", []),
        "i": ("import-values of s", []),
        "l": ("--set l[1]", []),
        "m.x": (f"-f {file}:2", ["values.yaml of c:4"]),
        "m.w": ("values.yaml of c:5", []),
        "s.b": ("values.yaml of c:7", ["values.yaml of c.s:1"]),
        "s.c": ("values.yaml of c.s:2", []),
        "s.exports.data.i": ("values.yaml of c.s:6", []),
        "s.global.g": ("values.yaml of c:9", ["values.yaml of c.s:3"]),
    }


def test_a_secret_is_not_part_of_a_sources_name() -> None:
    (found,) = explain(chart(), ValueSources(set=("password=hunter2",)))

    assert (found.origin.source, found.value) == ("--set password", "hunter2")


def test_lines_are_counted_through_documents() -> None:
    data = b"a: 1\n---\ny: {b: 1}\n'n':\n  - c\n---\na: 2\n"

    assert lines_of(data) == {("a",): 7, ("true",): 3, ("true", "b"): 3, ("n",): 4}


def test_broken_yaml_has_no_lines() -> None:
    assert lines_of(b"a: [\n") == {}
