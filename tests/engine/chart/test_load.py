"""Charts from directories, archives, bytes and streams."""

from __future__ import annotations

import gzip
import io
import os
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.chart.load import load_chart, load_detected, load_path
from purehelm.engine.chart.model import File
from purehelm.engine.errors import ArchiveError, ChartError
from tests.engine.chart.charts import METADATA, SUB, tarred, written

FILES = {"values.yaml": "a: 1\n", "templates/a.yaml": "x", "README.md": "r", "charts/s/Chart.yaml": SUB}


def names(files: tuple[File, ...]) -> list[str]:
    return [file.name for file in files]


@pytest.mark.parametrize("source", ["directory", "archive", "bytes", "stream", "text"])
def test_every_source_gives_the_same_chart(tmp_path: Path, source: str) -> None:
    root = written(tmp_path, FILES)
    data = tarred([(f"c/{name}", text.encode()) for name, text in {"Chart.yaml": METADATA, **FILES}.items()])
    archive = tmp_path / "c.tgz"
    archive.write_bytes(data)
    sources: dict[str, Any] = {
        "directory": root, "archive": archive, "bytes": data, "stream": io.BytesIO(data), "text": str(root)
    }  # fmt: skip

    chart = load_chart(sources[source])

    assert chart.name == "c"
    assert dict(chart.values) == {"a": 1.0}
    assert names(chart.templates) == ["templates/a.yaml"]
    assert names(chart.files) == ["README.md"]
    assert [subchart.name for subchart in chart.dependencies] == ["s"]


def test_links_are_followed(tmp_path: Path) -> None:
    root = written(tmp_path, {"templates/a.yaml": "x"})
    (tmp_path / "outside.txt").write_text("from outside")
    (root / "linked.txt").symlink_to(tmp_path / "outside.txt")

    assert [(file.name, file.data) for file in load_path(root).files] == [("linked.txt", b"from outside")]


def test_a_link_to_nothing_is_told(tmp_path: Path) -> None:
    root = written(tmp_path)
    (root / "linked").symlink_to(tmp_path / "nowhere")

    with pytest.raises(ChartError) as caught:
        load_path(root)

    assert str(caught.value) == (
        f"error evaluating symlink {root}/linked: lstat {tmp_path}/nowhere: no such file or directory"
    )


def test_a_link_into_itself_is_told(tmp_path: Path) -> None:
    root = written(tmp_path)
    (root / "loop").symlink_to(root)

    with pytest.raises(ChartError, match="is a symbolic link that leads into itself"):
        load_path(root)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    root = written(tmp_path)
    os.mkfifo(root / "pipe")

    with pytest.raises(ChartError) as caught:
        load_path(root)

    assert str(caught.value) == f"cannot load irregular file {root}/pipe as it has file mode type bits set"


def test_a_directory_has_a_budget(tmp_path: Path) -> None:
    root = written(tmp_path)
    with (root / "big").open("wb") as file:
        file.truncate(100 * 1024 * 1024)

    with pytest.raises(ChartError) as caught:
        load_path(root)

    assert str(caught.value) == f"error reading {root}/big: chart exceeds maximum decompressed size of 104857600 bytes"


def test_byte_order_marks_vanish(tmp_path: Path) -> None:
    root = written(tmp_path, {"values.yaml": "\ufeffa: 1\n", "templates/a.yaml": "\ufeffx\r\n"})

    chart = load_path(root)

    assert (dict(chart.values), chart.templates[0].data) == ({"a": 1.0}, b"x\r\n")


DETECTED = [
    ("apiVersion: v3\nname: c\nversion: 0.1.0\n", "invalid chart apiVersion"),
    ("apiVersion: v9\nname: c\nversion: 0.1.0\n", "unsupported chart version"),
    ("- a\n", "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type loader.chartBase"),
    ("apiVersion: [1]\n", "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field chartBase.apiVersion of type string"),
]  # fmt: skip


@pytest.mark.parametrize(("metadata", "text"), DETECTED, ids=["v3", "v9", "list", "list-version"])
@pytest.mark.parametrize("packed", [False, True], ids=["directory", "archive"])
def test_commands_look_at_the_version_first(tmp_path: Path, metadata: str, text: str, *, packed: bool) -> None:
    path = written(tmp_path, {}, metadata)
    if packed:
        path = tmp_path / "c.tgz"
        path.write_bytes(tarred([("c/Chart.yaml", metadata.encode())]))

    with pytest.raises(ChartError) as caught:
        load_detected(path)

    assert str(caught.value) == text


ARCHIVES = [
    (b"hello", "file '{path}' does not appear to be a gzipped archive; got 'application/octet-stream'"),
    (b"\x1f\x8b\x08", "unable to load chart archive"),
    (b"\x1f\x8b\x08" + b"a" * 40, "unable to load chart archive"),
    (gzip.compress(b"x" * 2000), "unable to load chart archive"),
    (tarred([("c/values.yaml", b"")]), "unable to detect chart version, no Chart.yaml found"),
]


@pytest.mark.parametrize(("data", "text"), ARCHIVES, ids=["plain", "cut", "garbage", "no-tar", "no-chart"])
def test_commands_speak_of_archives_in_helms_words(tmp_path: Path, data: bytes, text: str) -> None:
    path = tmp_path / "x.tgz"
    path.write_bytes(data)

    with pytest.raises(ChartError) as caught:
        load_detected(path)

    assert str(caught.value) == text.format(path=path)


def test_commands_load_what_is_good(tmp_path: Path) -> None:
    archive = tmp_path / "c.tgz"
    archive.write_bytes(tarred([("c/Chart.yaml", METADATA.encode())]))

    assert load_detected(written(tmp_path)).metadata == load_detected(archive).metadata


def test_a_folder_without_chart_is_told(tmp_path: Path) -> None:
    with pytest.raises(ChartError) as caught:
        load_detected(tmp_path)

    where = tmp_path / "Chart.yaml"
    assert str(caught.value) == f"unable to detect chart at {where}: open {where}: no such file or directory"


def test_a_missing_path_is_told(tmp_path: Path) -> None:
    for load in (load_path, load_detected):
        with pytest.raises(ChartError) as caught:
            load(tmp_path / "nowhere")
        assert str(caught.value) == f"stat {tmp_path}/nowhere: no such file or directory"


def test_a_second_member_that_is_no_gzip_is_told(tmp_path: Path) -> None:
    path = tmp_path / "c.tgz"
    path.write_bytes(gzip.compress(b"") + b"x" * 20)

    with pytest.raises(ArchiveError) as caught:
        load_path(path)

    assert (
        str(caught.value) == f"file '{path}' does not appear to be a valid chart file (details: gzip: invalid header)"
    )


def test_nested_archives_are_unpacked_with_their_errors_told() -> None:
    inner = tarred([("s/Chart.yaml", b"apiVersion: v2\nname: s\n")])
    data = tarred([("c/Chart.yaml", METADATA.encode()), ("c/charts/s-1.tgz", inner)])

    with pytest.raises(ChartError) as caught:
        load_chart(data)

    assert str(caught.value) == "error unpacking subchart s-1.tgz in c: validation: chart.metadata.version is required"


def test_a_packed_subchart_lies_directly_in_charts() -> None:
    data = tarred([("c/Chart.yaml", METADATA.encode()), ("c/charts/s.tgz/x", b"")])

    with pytest.raises(ChartError) as caught:
        load_chart(data)

    assert str(caught.value) == "error unpacking subchart tar in c: expected s.tgz, got s.tgz/x"
