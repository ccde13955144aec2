"""Faults as data, and schemas that are hostile; the texts are held by tests/conformance/test_schema.py."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from purehelm.engine.chart.model import Chart, Metadata
from purehelm.engine.chart.schema import schema_faults, validate
from purehelm.engine.chart.schema_document import SchemaFault
from purehelm.engine.chart.values import ValuesWarning
from purehelm.engine.errors import SchemaError, ValuesError


def made(schema: Any, name: str = "c", *subcharts: Chart) -> Chart:
    data = None if schema is None else json.dumps(schema).encode()
    return Chart(metadata=Metadata(name=name, version="1"), schema=data, dependencies=subcharts)


STRICT = {"type": "object", "additionalProperties": False, "properties": {"a": {"type": "string"}, "global": {}}}


def test_every_fault_of_every_chart_is_listed() -> None:
    chart = made({"properties": {"a": {"type": "integer"}}, "required": ["z"]}, "c", made(STRICT, "s"), made(STRICT, "t"), made(STRICT, "u"))  # fmt: skip

    with pytest.raises(SchemaError) as caught:
        validate(chart, {"a": "x", "s": {"a": 1.0, "b": 1.0}, "t": "text", "u": None})

    assert str(caught.value) == (
        "values don't meet the specifications of the schema(s) in the following chart(s):\n"
        "c:\n- at '': missing property 'z'\n- at '/a': got string, want integer\n"
        "s:\n- at '/a': got number, want string\n- at '': additional properties 'b' not allowed\n"
        "t:\ninvalid type for values: expected object (map), got string\n"
    )
    assert [(chart.chart, chart.path) for chart in caught.value.charts] == [("c", ()), ("s", ("s",)), ("t", ("t",))]
    assert [(fault.pointer, fault.keyword, fault.value) for fault in caught.value.faults] == [
        ("", "required", {"a": "x", "s": {"a": 1.0, "b": 1.0}, "t": "text", "u": None}),
        ("/a", "type", "x"),
        ("/a", "type", 1.0),
        ("", "additionalProperties", {"a": 1.0, "b": 1.0}),
    ]
    assert isinstance(caught.value, ValuesError)


def test_a_fault_knows_its_schema_and_causes() -> None:
    schema = {"properties": {"a/b": {"anyOf": [{"type": "string"}, {"minimum": 5}]}}}
    (fault,) = schema_faults(json.dumps(schema).encode(), {"a/b": 1.0})

    assert (fault.pointer, fault.keyword) == ("/a~1b", "anyOf")
    assert [(leaf.text, leaf.schema) for leaf in fault.leaves()] == [
        ("got number, want string", "file:///values.schema.json#/properties/a~1b/anyOf/0"),
        ("minimum: got 1, want 5", "file:///values.schema.json#/properties/a~1b/anyOf/1"),
    ]


def test_good_values_raise_nothing() -> None:
    validate(made(STRICT), {"a": "x"})
    validate(made(None), {"a": 1.0})


def test_integers_of_flags_are_numbers() -> None:
    validate(made({"properties": {"a": {"type": "integer", "maximum": 3}}}), {"a": 3})


def test_references_do_not_leave_the_chart() -> None:
    for url in ("http://x.example/s.json", "https://x.example/s.json"):
        with pytest.raises(SchemaError, match="references out of the chart are not followed"):
            validate(made({"$ref": url}), {})
    with pytest.raises(SchemaError, match="open /etc/hostname: no such file or directory"):
        validate(made({"$ref": "file:///etc/hostname"}), {})


def test_unresolved_urns_are_told_and_accept_all() -> None:
    found: list[ValuesWarning] = []
    validate(made({"$ref": "urn:x:y"}), {"a": 1.0}, found.append)

    assert [(one.code, one.path) for one in found] == [("schema.unresolved_urn", "urn:x:y")]


def doubled(levels: int) -> dict[str, Any]:
    """A small schema that looks at a value 2^levels times."""
    definitions = {f"l{at}": {"allOf": [{"$ref": f"#/$defs/l{at + 1}"}] * 2} for at in range(levels)}
    return {"$ref": "#/$defs/l0", "$defs": {**definitions, f"l{levels}": {"type": "object"}}}


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("purehelm.engine.chart.schema_check.MOST_STEPS", 20_000)
    started = time.monotonic()

    with pytest.raises(SchemaFault) as caught:
        schema_faults(json.dumps(doubled(40)).encode(), {})

    assert str(caught.value) == "unable to validate schema: it takes too many steps"
    assert time.monotonic() - started < 10


def test_depth_is_bounded() -> None:
    deep: Any = {}
    for _ in range(5000):
        deep = {"a": deep}
    schema = {"properties": {"a": {"$ref": "#"}}}

    with pytest.raises(SchemaFault) as caught:
        schema_faults(json.dumps(schema).encode(), deep)

    assert str(caught.value) == "unable to validate schema: values or schema are nested too deeply"


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"a":' * 100_000], ids=["lists", "objects"])
def test_deep_schemas_are_refused(data: bytes) -> None:
    with pytest.raises(SchemaFault) as caught:
        schema_faults(data, {})

    assert str(caught.value) == "exceeded max depth"


def test_numbers_out_of_proportion_cost_nothing() -> None:
    started = time.monotonic()

    assert schema_faults(b'{"properties":{"a":{"maximum":1e999999999}}}', {"a": 1.0}) == ()
    assert time.monotonic() - started < 5


def test_infinite_values_are_no_json() -> None:
    (fault,) = schema_faults(b'{"properties":{"a":{"minimum":1}}}', {"a": float("inf")})

    assert fault.text == "invalid jsonType float64"
