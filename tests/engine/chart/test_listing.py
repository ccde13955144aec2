"""Dependencies in a directory, with their statuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from purehelm.engine.chart.listing import dependency_rows, dependency_warnings
from purehelm.engine.chart.load import load_path
from purehelm.engine.chart.model import Chart, Dependency, Metadata
from tests.engine.chart.charts import SUB, tarred, written

GOOD = tarred([("s/Chart.yaml", SUB.encode())])


def status(folder: Path, archives: dict[str, bytes], version: str = "1.0.0", name: str = "s") -> str:
    (folder / "charts").mkdir(exist_ok=True)
    for file, data in archives.items():
        (folder / "charts" / file).write_bytes(data)
    entry = Dependency(name=name, version=version)
    chart = Chart(metadata=Metadata(name="c", version="1", dependencies=(entry,)))
    return dependency_rows(chart, folder)[0].status


CASES = [
    ({"s-1.0.0.tgz": GOOD}, "1.0.0", "ok"),
    ({"s-1.0.0.tgz": GOOD}, "^1", "ok"),
    ({"s-1.0.0.tgz": GOOD}, "^2", "wrong version"),
    ({"s-1.0.0.tgz": GOOD}, "nope", "invalid version"),
    ({"s-1.0.0.tgz": b"x"}, "1.0.0", "corrupt"),
    ({"s-1.0.0.tgz": tarred([("t/Chart.yaml", SUB.replace("name: s", "name: t").encode())])}, "1.0.0", "misnamed"),
    ({"s-1.0.0.tgz": GOOD, "s-1.1.0.tgz": GOOD}, "1.0.0", "too many matches"),
    ({"s-1.0.0.tgz": GOOD, "s-x.tgz": GOOD}, "1.0.0", "ok"),
    ({"s-y.tgz": GOOD, "s-x.tgz": GOOD}, "1.0.0", "missing"),
    ({}, "1.0.0", "missing"),
]


@pytest.mark.parametrize(
    ("archives", "version", "wanted"), CASES, ids=[f"{row[2]}-{at}" for at, row in enumerate(CASES)]
)
def test_statuses_of_archives(tmp_path: Path, archives: dict[str, bytes], version: str, wanted: str) -> None:
    assert status(tmp_path, archives, version) == wanted


def test_a_name_that_is_no_pattern(tmp_path: Path) -> None:
    assert status(tmp_path, {}, name="[") == "bad pattern"


def test_what_nobody_declared_is_told(tmp_path: Path) -> None:
    root = written(tmp_path, {"charts/s/Chart.yaml": SUB})
    chart = load_path(root)
    (root / "charts" / "bad.tgz").write_bytes(b"x")
    (root / "charts" / "notes.txt").write_text("x")

    assert list(dependency_warnings(chart, root)) == [
        f'WARNING: "{root}/charts/bad.tgz" is not a chart.',
        f'WARNING: "{root}/charts/s" is not in Chart.yaml.',
    ]
