"""Keys that nothing in the chart knows."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.chart.unknown import unknown_keys
from tests.engine.chart.charts import METADATA, SUB, chart

DEPENDENT = METADATA + "dependencies:\n- {name: s, version: 1.0.0, alias: two, condition: two.enabled}\n"
FILES = {
    "values.yaml": "replicas: 1\nimage: {tag: x}\nfree: {}\ntpl: '{{ .Values.fromText }}'\n",
    "values.schema.json": '{"properties": {"bySchema": {"properties": {"k": {}}}, "open": {"additionalProperties": {"type": "string"}}}}',
    "templates/a.yaml": """
{{ .Values.replicas }} {{ .Values.optional }} {{ $.Values.root.deep }} {{ (.Values.chained).x }}
{{ with .Values.whole }}{{ toYaml . }}{{ end }}{{ with .Values.scoped }}{{ .inner }}{{ else }}x{{ end }}
{{ range .Values.many }}{{ .z }}{{ else }}{{ end }}{{ if .Values.cond }}a{{ else }}{{ .Values.other }}{{ end }}
{{ index .Values "indexed" "key" }} {{ index .Values.dynamic $.Release.Name }} {{ template "t" .Values.handed }}
{{ $v := .Values.kept }} {{ .Values.piped | toYaml }} {{ .Values.text | quote }} {{ get .Values.got "key" }}
""",
    "templates/broken.yaml": "{{",
    "charts/s/Chart.yaml": SUB,
    "charts/s/values.yaml": "port: 1\n",
    "charts/s/templates/a.yaml": "{{ .Values.subOnly }}",
}

CASES: list[tuple[dict[str, Any], list[tuple[str, str | None]]]] = [
    ({"replicas": 1, "optional": 1, "root": {"deep": 1}, "chained": {"x": 1}, "cond": 1, "other": 1, "text": 1}, []),
    ({"replica": 1}, [("replica", "replicas")]),
    ({"image": {"tagg": 1}}, [("image.tagg", "tag")]),
    ({"xyz": {"a": 1}}, [("xyz", None)]),
    ({"free": {"any": 1}, "whole": {"any": 1}, "many": {"any": 1}, "piped": {"any": 1}, "kept": {"any": 1}, "handed": {"any": 1}, "dynamic": {"any": 1}}, []),
    ({"scoped": {"inner": 1, "innr": 1}}, [("scoped.innr", "inner")]),
    ({"indexed": {"key": 1, "kay": 1}, "got": {"key": 1}}, [("indexed.kay", "key")]),
    ({"bySchema": {"k": 1, "kk": 1}, "open": {"any": "x"}}, [("bySchema.kk", "k")]),
    ({"fromText": 1, "global": {"any": 1}, "tags": {"any": True}}, []),
    ({"two": {"port": 1, "prt": 1, "enabled": True, "subOnly": 1}}, [("two.prt", "port")]),
]  # fmt: skip


@pytest.mark.parametrize(("values", "found"), CASES, ids=[",".join(values) for values, _ in CASES])
def test_unknown_keys(values: dict[str, Any], found: list[tuple[str, str | None]]) -> None:
    keys = unknown_keys(chart(FILES, DEPENDENT), values)

    assert [(".".join(key.path), key.nearest) for key in keys] == found


def test_a_key_is_told_with_its_neighbour() -> None:
    assert [str(key) for key in unknown_keys(chart(FILES), {"replica": 1, "xyz": 1})] == [
        "replica is not used by the chart (did you mean 'replicas'?)",
        "xyz is not used by the chart",
    ]


def test_a_broken_schema_hides_nothing() -> None:
    assert unknown_keys(chart({"values.schema.json": "{"}), {"a": 1})[0].path == ("a",)
