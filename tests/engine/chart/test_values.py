"""Coalescing by properties, its switch for Helm 3, and what it warns of."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purehelm.engine.chart.dependencies import process
from purehelm.engine.chart.model import Chart, Metadata
from purehelm.engine.chart.values import Rules, ValuesWarning, coalesce, merge
from tests.engine.chart.charts import METADATA, SUB, chart

KEY = st.sampled_from("abcs")
TABLE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(0, 9), st.lists(st.none(), max_size=2)),
    lambda inner: st.dictionaries(KEY, inner, max_size=3),
    max_leaves=8,
)
VALUES = st.dictionaries(st.sampled_from("abc"), TABLE, max_size=4)
SECTION = st.dictionaries(KEY, TABLE, max_size=3)


def made(values: dict[str, Any], sub: dict[str, Any] | None = None) -> Chart:
    inner = () if sub is None else (Chart(metadata=Metadata(name="s", version="1"), values=sub),)
    return Chart(metadata=Metadata(name="c", version="1"), values=values, dependencies=inner)


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return value


@given(VALUES, SECTION, VALUES)
def test_coalescing_again_changes_nothing(defaults: dict[str, Any], sub: dict[str, Any], user: dict[str, Any]) -> None:
    it = made(defaults, sub)
    once = without_nulls(coalesce(it, without_nulls(user)))

    assert coalesce(it, once) == once


@given(VALUES, SECTION, VALUES)
def test_nobodys_maps_change(defaults: dict[str, Any], sub: dict[str, Any], user: dict[str, Any]) -> None:
    before = copy.deepcopy((defaults, sub, user))
    coalesce(made(defaults, sub), user)
    merge(made(defaults, sub), user)

    assert (defaults, sub, user) == before


@given(VALUES)
def test_the_users_scalars_win(user: dict[str, Any]) -> None:
    result = coalesce(made({"a": 1.0, "b": {"x": 1.0}}), user)

    for key, value in user.items():
        if value is not None and not isinstance(value, dict):
            assert result[key] == value


def test_helm_3_keeps_null_defaults() -> None:
    it = made({"a": None, "m": {"x": None}}, {"b": 1.0})

    assert coalesce(it, {}) == {"m": {}, "s": {"b": 1.0, "global": {}}}
    assert coalesce(it, {}, Rules(helm3=True)) == {"a": None, "m": {"x": None}, "s": {"b": 1.0, "global": {}}}


WARNED = [
    ({"values.yaml": "a: 1\n"}, {"a": {"b": 1}}, [("values.not_a_table", "c.a", "warning: skipped value for c.a: Not a table.")]),
    ({"values.yaml": "m: {t: {x: 1}}\n"}, {"m": {"t": 1.0}}, [("values.table_overwritten", "c.m.t", "warning: cannot overwrite table with non table for c.m.t (map[x:1])")]),
    ({"values.yaml": "m: {t: 1000000}\n"}, {"m": {"t": {}}}, [("values.not_a_table", "c.m.t", "warning: destination for c.m.t is a table. Ignoring non-table value (1e+06)")]),
    ({"values.yaml": "global: x\n", "charts/s/Chart.yaml": SUB}, {}, [("values.global_not_a_table", "c", "warning: skipping globals because source global is not a table.")]),
    ({"charts/s/Chart.yaml": SUB}, {"s": {"global": 1.0}}, [("values.global_not_a_table", "c", "warning: skipping globals because destination global is not a table.")]),
    ({"values.yaml": "global: {a: {b: 1}, d: 1}\n", "charts/s/Chart.yaml": SUB}, {"s": {"global": {"a": 1.0, "d": {}}}}, [("values.global_conflict", "c.a", 'Conflict: cannot merge map onto non-map for "a". Skipping.'), ("values.global_conflict", "c.d", "key d is table. Skipping")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "user", "told"), WARNED, ids=[row[2][0][0] + str(at) for at, row in enumerate(WARNED)]
)
def test_warnings_are_events(files: dict[str, str], user: dict[str, Any], told: list[tuple[str, str, str]]) -> None:
    found: list[ValuesWarning] = []
    coalesce(chart(files), user, Rules(warn=found.append))

    assert [(one.code, one.path, one.text) for one in found] == told


DEPENDENT = (
    METADATA + "dependencies:\n- {name: s, version: '1', condition: 's.on,other', tags: [t], import-values: [data]}\n"
)
CHOICES = [
    ({"s": {"on": "no"}}, "dependency.condition", "s.on", "returned non-bool value path=s.on chart=s"),
    ({"tags": {"t": "no"}}, "dependency.tag", "tags.t", "returned non-bool value tag=t chart=s"),
    (
        {},
        "dependency.import",
        "s.exports.data",
        'ImportValues missing table from chart chart=s error="exports" is not a table',
    ),
]


@pytest.mark.parametrize(("user", "code", "path", "text"), CHOICES, ids=["condition", "tag", "import"])
def test_odd_choices_are_told(user: dict[str, Any], code: str, path: str, text: str) -> None:
    found: list[ValuesWarning] = []
    kept, _ = process(chart({"charts/s/Chart.yaml": SUB}, DEPENDENT), user, found.append)

    assert [subchart.name for subchart in kept.dependencies] == ["s"]
    assert ValuesWarning(code, path, text) in found
