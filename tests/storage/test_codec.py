"""Records' bytes: Helm's JSON, what survives, what is refused."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purehelm.engine.errors import RecordCorrupt, ReleaseError
from purehelm.engine.release.history import next_limit, revisions_to_prune
from purehelm.engine.release.model import Info, Release, Status
from purehelm.storage.codec import decode, decode_summary, encode, to_json
from purehelm.storage.labels import check_value, header_of, matches
from purehelm.storage.memory import MemoryStore
from purehelm.storage.observe import ObservedStore, StoreWrite
from purehelm.storage.testing import FailingStore, sample_release

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALAR = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.dictionaries(
    TEXT, st.recursive(SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3))
)


@given(config=VALUES, values=VALUES, notes=TEXT, manifest=TEXT)
def test_decode_undoes_encode(config: dict[str, object], values: dict[str, object], notes: str, manifest: str) -> None:
    info = Info(status=Status.FAILED, notes=notes, rollback_revision=3)
    release = replace(
        sample_release(), config=config, chart={"values": values}, info=info, manifest=manifest, labels={}
    )
    assert decode(encode(release)) == release


@pytest.mark.parametrize(
    ("config", "want"),
    [
        ({"b": 1.0, "a": 0.5}, b'{"a":0.5,"b":1}'),
        ({"x": 1e21, "y": 1e-7, "z": 2.0**60, "n": -0.0}, b'{"n":-0,"x":1e+21,"y":1e-7,"z":1152921504606847000}'),
        ({"h": "<&>\u2028\x7f\b\x01"}, b'{"h":"\\u003c\\u0026\\u003e\\u2028\x7f\\b\\u0001"}'),
        ({"s": "a\ud800"}, b'{"s":"a\\ufffd"}'),
        ({"i": 2**70}, b'{"i":1180591620717411303424}'),
    ],
    ids=["sorted", "numbers", "escapes", "surrogate", "large"],
)
def test_values_as_go_writes_them(config: dict[str, object], want: bytes) -> None:
    release = Release(name="a", namespace="b", revision=1, info=Info(status=Status.DEPLOYED), config=config)
    head, tail = b'{"name":"a","info":{"status":"deployed"},"config":', b',"version":1,"namespace":"b"}'
    assert to_json(release) == head + want + tail


def test_lone_surrogates_in_texts_become_replacements() -> None:
    release = Release(name="a", namespace="b", revision=1, info=Info(status=Status.DEPLOYED), manifest="x\ud800")
    assert decode(encode(release)).manifest == "x\ufffd"


PLAIN = {
    "name": "a", "future": {"x": 1}, "version": 2, "namespace": "b", "chart": {"metadata": {"name": "c"}},
    "info": {"first_deployed": "", "deleted": "0001-01-01T00:00:00Z", "status": "deployed", "more": 1, "notes": "n"},
    "hooks": [{"name": "h", "events": ["test-success"], "last_run": {"phase": "", "why": "?"}, "new": [1]}],
}  # fmt: skip


def body(tree: object) -> bytes:
    return base64.b64encode(json.dumps(tree).encode())


def test_plain_json_and_unknown_fields_survive() -> None:
    release = decode(body(PLAIN))
    assert (release.info.first_deployed, release.info.deleted) == (None, None)
    written = json.loads(to_json(release))
    assert written["future"] == {"x": 1}
    assert written["info"] == {"status": "deployed", "notes": "n", "more": 1}
    assert written["hooks"] == [{"name": "h", "events": ["test"], "last_run": {"phase": "", "why": "?"}, "new": [1]}]
    summary = decode_summary(body(PLAIN))
    assert (summary.chart, summary.hooks) == ({"metadata": {"name": "c"}}, ())


@pytest.mark.parametrize(
    "data",
    [
        b"no base64!", b"", body([]), body({"info": 1}), body({"version": "x"}),
        body({"hooks": [{"events": ["never"]}]}), base64.b64encode(gzip.compress(b"{}")[:-3]),
        base64.b64encode(gzip.compress(b"{}") + b"rest"), base64.b64encode(gzip.compress(b" " * 2000)),
    ],
    ids=["base64", "empty", "list", "info", "version", "event", "cut", "trailing", "bomb"],
)  # fmt: skip
def test_broken_records_are_corrupt(data: bytes) -> None:
    with pytest.raises(RecordCorrupt, match="failed to decode data 'key'"):
        decode(data, key="key", limit=1000)


def test_nothing_secret_is_printed() -> None:
    release = replace(sample_release(), config={"password": "hunter2"}, manifest="hunter2", extra={"x": "hunter2"})
    release = replace(release, info=replace(release.info, notes="hunter2"))
    assert "hunter2" not in repr(release)
    assert "kind: Job" not in repr(release.hooks)


@pytest.mark.parametrize(
    ("selector", "want"),
    [("a=1", True), ("a==1,b!=2", True), ("a in (1, 2)", True), ("a notin (1)", False), ("!c", True), ("b", False)],
)
def test_selectors(selector: str, want: bool) -> None:
    assert matches(selector, {"a": "1"}) is want


def test_what_is_no_selector_label_or_header() -> None:
    with pytest.raises(ReleaseError):
        matches("a=(", {})
    with pytest.raises(ReleaseError):
        check_value("a/b")
    assert header_of("b", {"name": "a", "version": "x"}) is None


@pytest.mark.parametrize(
    ("revisions", "limit", "deployed", "want"),
    [
        ([3, 1, 2], 2, 3, [1]), ([1, 2, 3], 1, 1, [2, 3]), ([1, 2], 0, 1, [2]), ([1, 2], 0, None, [1, 2]),
        ([1], -1, None, []), ([1], 5, None, []),
    ],
)  # fmt: skip
def test_pruning(revisions: list[int], limit: int, deployed: int | None, want: list[int]) -> None:
    assert revisions_to_prune(revisions, limit, deployed) == want
    assert (next_limit(0), next_limit(3)) == (-1, 2)


def test_observed_and_failing_stores() -> None:
    heard: list[StoreWrite] = []
    inner = MemoryStore()
    store = ObservedStore(inner, heard.append)
    store.create(sample_release(1))
    store.create(sample_release(2))
    store.update(sample_release(2, status=Status.FAILED))
    assert store.prune("shop", "web", 1) == [2]
    store.delete("shop", "web", 1)
    assert [(one.action, one.revision, one.status) for one in heard] == [
        ("create", 1, Status.DEPLOYED), ("create", 2, Status.DEPLOYED), ("update", 2, Status.FAILED),
        ("delete", 2, None), ("delete", 1, None),
    ]  # fmt: skip
    failing = FailingStore(
        inner, lambda method, call: ReleaseError("no", release="web") if method == "create" else None
    )
    assert failing.history("shop", "web") == []
    with pytest.raises(ReleaseError):
        failing.create(sample_release())
