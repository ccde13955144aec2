"""Charts packed, saved and loaded again."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import os
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purehelm.engine.chart.load import load_archive, load_path
from purehelm.engine.chart.model import Chart, Dependency, File, Metadata
from purehelm.engine.chart.package import PackageOptions, package, packed, save_directory
from purehelm.engine.chart.written import lock_digest, lock_yaml, metadata_yaml
from purehelm.engine.errors import ChartError, DependencyError, EngineError
from tests.bed.parts import program
from tests.engine.chart.charts import METADATA, SUB, chart, written

FILES = {
    "values.yaml": "# kept\na: 1\n",
    "values.schema.json": "{}",
    "Chart.lock": "dependencies:\n- name: s\n  repository: ''\n  version: 1.0.0\ndigest: sha256:0\ngenerated: '2020-01-01T00:00:00.5Z'\n",
    "templates/a.yaml": "x: {{ .Values.a }}\n",
    "templates/é.yaml": "é",
    "README.md": "r",
    "crds/x.yaml": "c",
    "charts/s/Chart.yaml": SUB,
    "charts/s/values.yaml": "b: 2\n",
}
DEPENDENT = METADATA + "dependencies:\n- {name: s, version: 1.0.0, repository: ''}\n"
EPOCH = 1_700_000_000


def listed(data: bytes) -> list[tuple[str, int, int]]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return [(entry.name, entry.mode, int(entry.mtime)) for entry in archive]


def test_an_archive_has_helms_order_and_header() -> None:
    data = packed(chart(FILES, DEPENDENT), epoch=EPOCH)

    assert data[:12] == b"\x1f\x8b\x08\x14\0\0\0\0\0\xff\x2c\0"
    assert data[12:61] == b"rr\x28\0aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo=Helm\0"
    assert listed(data) == [
        (f"c/{name}", 0o644, EPOCH)
        for name in (
            "Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json", "templates/a.yaml", "templates/é.yaml",
            "README.md", "crds/x.yaml", "charts/s/Chart.yaml", "charts/s/values.yaml",
        )
    ]  # fmt: skip


def test_the_same_chart_gives_the_same_bytes(tmp_path: Path) -> None:
    root = written(tmp_path, FILES, DEPENDENT)
    first = packed(load_path(root), epoch=EPOCH)
    for path in root.rglob("*"):
        os.utime(path, (1, 1))

    assert packed(load_path(root), epoch=EPOCH) == first
    assert packed(load_path(root)) == packed(load_path(root))


def test_files_keep_their_times_and_new_ones_get_the_clocks() -> None:
    class Fixed:
        def now(self) -> dt.datetime:
            return dt.datetime(2024, 1, 1, tzinfo=dt.UTC)

    old = File("templates/a.yaml", b"x", "2020-01-01T00:00:00.6+00:00")
    odd = File("templates/b.yaml", b"x", "yesterday")
    made = replace(chart(), templates=(old, odd))

    assert [time for _, _, time in listed(packed(made, clock=Fixed()))] == [  # type: ignore[arg-type]
        1704067200, 1577836801, 1704067200,
    ]  # fmt: skip


def test_the_lock_gets_the_epoch_too() -> None:
    data = packed(chart(FILES, DEPENDENT), epoch=EPOCH)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        lock = archive.extractfile("c/Chart.lock")
        assert lock is not None
        assert b'generated: "2023-11-14T22:13:20Z"\n' in lock.read()


def test_an_archive_loads_again() -> None:
    before = chart(FILES, DEPENDENT)
    after = load_archive(packed(before))

    assert (after.metadata, after.values, after.schema, after.lock) == (
        before.metadata, before.values, before.schema, before.lock,
    )  # fmt: skip
    assert [(file.name, file.data) for file in (*after.templates, *after.files)] == [
        (file.name, file.data) for file in (*before.templates, *before.files)
    ]
    assert [dict(subchart.values) for subchart in after.dependencies] == [{"b": 2.0}]


def test_a_directory_loads_again(tmp_path: Path) -> None:
    before = chart(FILES, DEPENDENT)
    folder = save_directory(before, tmp_path)
    after = load_path(folder)

    assert folder == tmp_path / "c"
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == sorted(
        [*(name for name in FILES if not name.startswith("charts/")), "Chart.yaml", "charts/s-1.0.0.tgz"]
    )
    assert (after.metadata, after.values, after.lock) == (before.metadata, before.values, before.lock)


def test_an_old_chart_keeps_its_dependencies_in_requirements() -> None:
    files = {
        "requirements.yaml": "dependencies:\n- {name: s, version: 1.0.0, repository: ''}\n",
        "charts/s/Chart.yaml": SUB,
    }
    before = chart(files, "apiVersion: v1\nname: c\nversion: 0.1.0\n")
    after = load_archive(packed(before))

    assert metadata_yaml(replace(before.metadata, dependencies=())) == b"apiVersion: v1\nname: c\nversion: 0.1.0\n"
    assert after.metadata == before.metadata


def test_versions_can_be_given() -> None:
    name, data = package(chart(), PackageOptions(version="2.0.0+x", app_version="9", epoch=0))

    assert name == "c-2.0.0+x.tgz"
    assert (load_archive(data).metadata.version, load_archive(data).metadata.app_version) == ("2.0.0+x", "9")


REFUSED = [
    (lambda: package(chart(), PackageOptions(version="x.y")), "invalid semantic version"),
    (lambda: package(chart({}, DEPENDENT)), "found in Chart.yaml, but missing in charts/ directory: s"),
    (lambda: package(chart({"values.schema.json": "{"})), "failed to save: invalid JSON in values.schema.json"),
    (lambda: packed(Chart(metadata=Metadata(name="a/b", version="1", api_version="v2"))), 'chart validation: validation: chart.metadata.name "a/b" is invalid'),
]  # fmt: skip


@pytest.mark.parametrize(("act", "text"), REFUSED, ids=["version", "dependency", "schema", "name"])
def test_what_cannot_be_packed(act: object, text: str) -> None:
    with pytest.raises(EngineError) as caught:
        act()  # type: ignore[operator]

    assert str(caught.value) == text


def test_missing_dependencies_have_their_own_class() -> None:
    with pytest.raises(DependencyError):
        package(chart({}, DEPENDENT))


@pytest.mark.parametrize("name", ["../x", "templates/../../x", "/etc/x"])
def test_no_file_is_saved_outside(tmp_path: Path, name: str) -> None:
    hostile = replace(chart(), files=(File(name, b"x"),))

    with pytest.raises(ChartError):
        save_directory(hostile, tmp_path / "in")

    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("name", ["..", "a/b", ""])
def test_no_chart_is_saved_outside(tmp_path: Path, name: str) -> None:
    if name:
        with pytest.raises(ChartError):
            save_directory(replace(chart(), metadata=replace(chart().metadata, name=name)), tmp_path)
    assert list(tmp_path.iterdir()) == []


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)


@given(TEXT, st.lists(TEXT, max_size=3), st.dictionaries(TEXT, TEXT, max_size=3))
def test_metadata_survives(description: str, keywords: list[str], annotations: dict[str, str]) -> None:
    metadata = Metadata(
        name="c",
        version="0.1.0",
        api_version="v2",
        description=description,
        keywords=tuple(keywords),
        annotations=annotations,
    )
    first = load_archive(packed(Chart(metadata=metadata)))
    second = load_archive(packed(first))

    assert second.metadata == first.metadata
    assert dict(first.metadata.annotations) == annotations


def test_a_digest_ties_a_lock() -> None:
    wanted = Dependency(name="s", version=">=1.0.0", repository="file://../s", condition="s.enabled", tags=("x",))
    locked = Dependency(name="s", version="1.2.3", repository="file://../s")

    assert lock_digest([wanted], [locked]).startswith("sha256:01e932e0")


@pytest.mark.oracle
def test_helm_loads_what_we_pack(tmp_path: Path) -> None:
    path = tmp_path / "c-0.1.0.tgz"
    path.write_bytes(packed(chart(FILES, DEPENDENT)))
    asked = json.dumps({"op": "load", "path": str(path)})
    done = subprocess.run([program("oracle")], input=asked, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)["result"]

    assert (answer["name"], answer["templates"], answer["dependencies"]) == (
        "c", ["templates/a.yaml", "templates/é.yaml"], ["s"],
    )  # fmt: skip


@pytest.mark.oracle
def test_our_tar_is_helms(tmp_path: Path) -> None:
    root = written(tmp_path, FILES, DEPENDENT)
    command = [str(program("helm4")), "package", str(root), "-d", str(tmp_path)]
    subprocess.run(command, env={**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}, capture_output=True, check=True)
    name, data = package(load_path(root), PackageOptions(epoch=EPOCH))
    helms = (tmp_path / name).read_bytes()

    assert data[:61] == helms[:61]
    assert listed(data) == listed(helms)
    assert lock_yaml(load_archive(helms).lock) == lock_yaml(load_archive(data).lock)  # type: ignore[arg-type]
    assert load_archive(helms).metadata == load_archive(data).metadata
    assert gzip.decompress(data)[:512] == gzip.decompress(helms)[:512]
