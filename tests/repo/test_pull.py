"""Charts pulled into folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ArchiveError, ChartError, RepositoryConfigError
from purehelm.repo.loopback import Reply
from purehelm.repo.places import Places
from purehelm.repo.pull import PullOptions, expand, pull
from purehelm.repo.source import ChartQuery, ChartSource, SourceOptions
from purehelm.repo.testing import ChartServer
from purehelm.repo.transport import Transport
from tests.repo.packed import packed


@pytest.fixture
def server() -> Iterator[ChartServer]:
    with ChartServer() as started:
        started.add(packed("web", "1.0.0", files={"templates/a/b.yaml": "x: 1\n"}))
        yield started


def query(server: ChartServer, **options: bool) -> ChartQuery:
    return ChartQuery(reference="web", repo_url=server.url, options=SourceOptions(**options))  # type: ignore[arg-type]


@pytest.fixture
def source(tmp_path: Path) -> ChartSource:
    return ChartSource(Places.below(tmp_path / "helm"), Transport({}))


def test_an_archive(source: ChartSource, server: ChartServer, tmp_path: Path) -> None:
    server.rules.append(lambda call: Reply(body=b"signed") if call.path.endswith(".prov") else None)
    options = PullOptions(destination=tmp_path / "out")
    options.destination.mkdir()
    fetched, path = pull(source, query(server, provenance=True), options, Deadline(5))
    assert path == tmp_path / "out" / "web-1.0.0.tgz"
    assert path.read_bytes() == fetched.data
    assert (tmp_path / "out" / "web-1.0.0.tgz.prov").read_bytes() == b"signed"


def test_unpacked(source: ChartSource, server: ChartServer, tmp_path: Path) -> None:
    options = PullOptions(destination=tmp_path, untar=True, untar_folder=Path("charts"))
    _, path = pull(source, query(server), options, Deadline(5))
    assert path == tmp_path / "charts" / "web"
    files = sorted(str(file.relative_to(path)) for file in path.rglob("*") if file.is_file())
    assert files == ["Chart.yaml", "templates/a/b.yaml", "values.yaml"]
    with pytest.raises(RepositoryConfigError) as caught:
        pull(source, query(server), options, Deadline(5))
    assert str(caught.value) == f"failed to untar: a file or directory with the name {path} already exists"


def test_nothing_is_unpacked_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        expand(packed(files={"../../evil": "x"}), tmp_path / "a" / "b")
    with pytest.raises(ChartError):
        expand(packed(".."), tmp_path / "a" / "b")
    assert not (tmp_path / "evil").exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RepositoryConfigError, match=r"^failed to untar: "):
        expand(packed(), tmp_path / "file")
    (tmp_path / "web").mkdir()
    with pytest.raises(RepositoryConfigError, match=r"already exists"):
        expand(packed(), tmp_path)
