"""Indexes: how they are read, what is left out, which version is taken, and how they are cached."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from purehelm.engine.chart.model import Dependency, Maintainer, Metadata
from purehelm.engine.chart.written import metadata_tree
from purehelm.engine.errors import ChartNotFound, RepositoryError
from purehelm.repo.cache import IndexCache, IndexState
from purehelm.repo.index import Index, load_index
from purehelm.repo.metadata import read_metadata


def index(entries: Any, **more: Any) -> bytes:
    return json.dumps({"apiVersion": "v1", "entries": entries, **more}).encode()


def of_versions(*versions: str) -> Index:
    entries = [{"apiVersion": "v2", "name": "web", "version": version} for version in versions]
    return load_index(index({"web": entries}), "source")


@pytest.mark.parametrize(
    ("wanted", "want", "warned"),
    [
        ("", "2.0.0", False),
        ("*", "2.0.0", False),
        ("1.2", "1.2.5", True),
        ("1", "1.10.0", True),
        ("1.2.0", "1.2.0", False),
        ("1.2.0+build5", "1.2.0+build5", False),
        ("v1.10.0", "1.10.0", True),
        (">=2-0", "3.0.0-rc1", False),
        (">0.0.0-0", "3.0.0-rc1", False),
        ("~1.2", "1.2.5", False),
        (">=1 <1.3", "1.2.5", False),
    ],
)
def test_which_version_is_taken(wanted: str, want: str, warned: bool) -> None:
    found = of_versions("1.2.0+build5", "1.2.0", "3.0.0-rc1", "1.10.0", "1.2.5", "2.0.0")
    warnings: list[str] = []
    assert (found.find("web", wanted, warn=warnings.append).version, bool(warnings)) == (want, warned)


@pytest.mark.parametrize(
    ("name", "wanted", "text"),
    [
        ("nope", "", "no chart name found"),
        ("web", ">=2", "no chart version found for web->=2"),
        ("empty", "", "no chart version found"),
    ],
)
def test_no_version_fits(name: str, wanted: str, text: str) -> None:
    entries = {"web": [{"name": "web", "version": "2.0.0-rc.1"}], "empty": []}
    with pytest.raises(ChartNotFound) as caught:
        load_index(index(entries), "s").find(name, wanted)
    assert str(caught.value) == text


def test_a_bad_constraint() -> None:
    with pytest.raises(RepositoryError, match="improper constraint"):
        of_versions("1.0.0").find("web", "latest")


def test_the_newest_comes_first_and_what_is_no_version_last() -> None:
    found = of_versions("1.0.0", "2.0.0", "1.10.0", "1.9.0")
    assert [each.version for each in found.versions("web")] == ["2.0.0", "1.10.0", "1.9.0", "1.0.0"]


def test_bad_entries_are_left_out_and_told() -> None:
    entries = {"web": [None, {"name": "web", "version": "1.0.0"}, {"name": "", "version": "2.0.0"}]}
    found = load_index(index(entries), "http://h")
    assert [each.version for each in found.versions("web")] == ["1.0.0"]
    texts = [str(entry) for entry in found.skipped()]
    assert texts[0] == 'skipping loading invalid entry for chart: empty entry name=web source="http://h"'
    assert texts[1].startswith(
        'skipping loading invalid entry for chart name=web version=2.0.0 source="http://h" error="'
    )
    assert found.versions("web")[0].metadata.api_version == "v1"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "empty index.yaml file"),
        (b"entries: {}\n", "no API version specified"),
        (b"{}", "no API version specified"),
        (b"- 1", "s: the index is no mapping"),
        (b"[1]", "s: the index is no mapping"),
        (b'{"apiVersion": "v1", "entries": []}', None),
        (b'{"apiVersion": "v1", "entries": [1]}', "s: the index's entries are no mapping"),
        (b"apiVersion: v1\nentries: {a: [{name: a, version: 1.0.0, colour: red}]}\n", 'unknown field "colour"'),
        (b"apiVersion: v1\nother: 1\n", 'unknown field "other"'),
        (b"apiVersion: v1\napiVersion: v1\n", "already set in map"),
        (b"apiVersion: [", "s: "),
    ],
    ids=["empty", "no version", "empty json", "list", "json list", "empty list", "entries", "field", "top", "twice", "syntax"],
)  # fmt: skip
def test_what_is_no_index(data: bytes, text: str | None) -> None:
    if text is None:
        assert load_index(data, "s").names() == []
        return
    with pytest.raises(RepositoryError) as caught:
        load_index(data, "s")
    assert text in str(caught.value)


def test_json_may_hold_anything_more() -> None:
    data = b'{"apiVersion":"v1","other":1,"entries":{"a":[{"name":"a","version":"1.0.0","colour":"red"}]}}'
    assert load_index(data, "s").names() == ["a"]


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        ({"a": {"name": "a"}}, "s: the entries of a are no list"),
        ({"a": [1]}, "s: a: an entry is no mapping"),
        ({"a": [{"name": []}]}, "cannot unmarshal array into Go struct field Metadata.name of type string"),
        (
            {"a": [{"deprecated": "yes"}]},
            "cannot unmarshal string into Go struct field Metadata.deprecated of type bool",
        ),
        ({"a": [{"keywords": "x"}]}, "cannot unmarshal string into Go struct field Metadata.keywords of type []string"),
    ],
)
def test_wrong_types(entries: Any, text: str) -> None:
    with pytest.raises(RepositoryError) as caught:
        load_index(index(entries), "s").check()
    assert str(caught.value).startswith("s: ")
    assert text in str(caught.value)


def test_numbers_in_yaml_become_text() -> None:
    data = b"apiVersion: v1\nentries:\n  a:\n  - {name: a, version: 1.0.0, appVersion: 1.10, created: 2026-01-01T00:00:00Z}\n"
    (found,) = load_index(data, "s").versions("a")
    assert (found.metadata.app_version, found.created) == ("1.1", "2026-01-01T00:00:00Z")


def test_where_a_server_below_a_path_is() -> None:
    assert load_index(index({}, serverInfo={"contextPath": "/ctx"}), "s").context_path == "/ctx"
    assert load_index(index({}), "s").context_path == ""


METADATA = Metadata(
    name="web", home="h", sources=("s",), version="1.0.0", description="d", keywords=("k",),
    maintainers=(Maintainer(name="n", email="e", url="u"), Maintainer(name="m")), icon="i", api_version="v2",
    condition="c", tags="t", app_version="a", deprecated=True, annotations={"b": "2", "a": "1"}, kube_version=">=1",
    dependencies=(Dependency(name="x", version="1", import_values=("y", {"child": "c", "parent": "p"}), tags=("t",), enabled=True),
                  Dependency(name="y", repository="https://r", alias="z", condition="c")),
    type="application",
)  # fmt: skip


def test_metadata_goes_both_ways() -> None:
    raw = metadata_tree(METADATA)
    assert list(raw) == [
        "name", "home", "sources", "version", "description", "keywords", "maintainers", "icon", "apiVersion",
        "condition", "tags", "appVersion", "deprecated", "annotations", "kubeVersion", "dependencies", "type",
    ]  # fmt: skip
    assert list(raw["annotations"]) == ["a", "b"]
    assert raw["maintainers"] == [{"name": "n", "email": "e", "url": "u"}, {"name": "m"}]
    assert raw["dependencies"][0] == {
        "name": "x", "version": "1", "repository": "", "tags": ["t"], "enabled": True,
        "import-values": ["y", {"child": "c", "parent": "p"}],
    }  # fmt: skip
    assert read_metadata(orjson.loads(orjson.dumps(raw))) == METADATA
    assert metadata_tree(Metadata()) == {}


class TestCache:
    YAML = b"apiVersion: v1\nentries:\n  web:\n  - {name: web, version: 1.0.0}\n"

    def test_a_yaml_index_is_parsed_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "r-index.yaml").write_bytes(self.YAML)
        cache = IndexCache(tmp_path)
        assert cache.load("r").names() == ["web"]
        monkeypatch.setattr("purehelm.repo.index.yamlio.load_strict", lambda data: pytest.fail("parsed again"))
        assert cache.load("r").find("web").version == "1.0.0"

    def test_another_file_is_parsed_again(self, tmp_path: Path) -> None:
        cache, path = IndexCache(tmp_path), tmp_path / "r-index.yaml"
        path.write_bytes(self.YAML)
        cache.load("r")
        path.write_bytes(self.YAML.replace(b"1.0.0", b"2.0.0"))
        os.utime(path, ns=(1, 1))
        assert cache.load("r").find("web").version == "2.0.0"

    @pytest.mark.parametrize("text", ["{", "[]", "{}"])
    def test_a_broken_state_is_no_state(self, tmp_path: Path, text: str) -> None:
        cache = IndexCache(tmp_path)
        (tmp_path / "r-index.yaml").write_bytes(self.YAML)
        (tmp_path / "r-index.purehelm-state.json").write_text(text)
        assert cache.state("r") is None
        assert cache.load("r").names() == ["web"]

    def test_a_broken_index(self, tmp_path: Path) -> None:
        (tmp_path / "r-index.yaml").write_bytes(b"[")
        with pytest.raises(RepositoryError, match=r"^no cached repo found. \(try 'helm repo update'\): error loading "):
            IndexCache(tmp_path).load("r")

    def test_what_asks_for_a_change_only(self) -> None:
        assert IndexState().conditions == {}
        assert IndexState(etag='"a"', last_modified="b").conditions == {
            "If-None-Match": '"a"',
            "If-Modified-Since": "b",
        }
