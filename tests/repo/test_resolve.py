"""Dependencies: resolved, fetched, locked."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine import yamlio
from purehelm.engine.chart.load import load_path
from purehelm.engine.chart.model import Dependency
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import DependencyError
from purehelm.repo.config import RepositoryEntry
from purehelm.repo.places import Places
from purehelm.repo.resolve import DependencyResolver, ResolveOptions, lock_digest
from purehelm.repo.source import ChartSource, SourceOptions
from purehelm.repo.testing import ChartServer, RegistryServer
from purehelm.repo.transport import Transport
from tests.repo.packed import packed


@pytest.fixture
def server() -> Iterator[ChartServer]:
    with ChartServer() as started:
        for version in ("1.0.0", "1.1.0", "2.0.0"):
            started.add(packed("sub", version))
        yield started


@pytest.fixture
def source(tmp_path: Path) -> ChartSource:
    return ChartSource(Places.below(tmp_path / "helm"), Transport({}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "parent"


def write(folder: Path, *dependencies: dict[str, Any], **more: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    chart = {"apiVersion": "v2", "name": folder.name, "version": "0.1.0", "dependencies": list(dependencies), **more}
    (folder / "Chart.yaml").write_text(json.dumps(chart))
    return folder


def resolver(source: ChartSource, lines: list[str] | None = None, **options: Any) -> DependencyResolver:
    heard = [] if lines is None else lines
    return DependencyResolver(source, ResolveOptions(**options), heard.append)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "charts").iterdir())


def test_update_then_build(source: ChartSource, server: ChartServer, folder: Path) -> None:
    write(folder, {"name": "sub", "version": "^1", "repository": server.url, "condition": "sub.enabled"})
    lines: list[str] = []
    resolver(source, lines).update(folder, Deadline(5))
    assert names(folder) == ["sub-1.1.0.tgz"]
    assert (folder / "charts" / "sub-1.1.0.tgz").read_bytes() == packed("sub", "1.1.0")
    lock = yamlio.load((folder / "Chart.lock").read_text())
    assert lock["dependencies"] == [{"name": "sub", "repository": server.url, "version": "1.1.0"}]
    assert lines == [
        "Hang tight while we grab the latest from your chart repositories...",
        f'...Successfully got an update from the "{server.url}" chart repository',
        "Update Complete. ⎈Happy Helming!⎈",
        "Saving 1 charts",
        f"Downloading sub from repo {server.url}",
        "Deleting outdated charts",
    ]
    assert not list(folder.glob("tmpcharts*"))
    before = (folder / "Chart.lock").read_text()
    resolver(source).update(folder, Deadline(5))
    assert (folder / "Chart.lock").read_text() == before
    source.repositories.add(RepositoryEntry(name="known", url=server.url), Deadline(5))
    (folder / "charts" / "sub-1.1.0.tgz").unlink()
    resolver(source).build(folder, Deadline(5))
    assert names(folder) == ["sub-1.1.0.tgz"]
    assert load_path(folder).dependencies[0].metadata.version == "1.1.0"


def test_a_new_version_replaces_the_old_archive(source: ChartSource, server: ChartServer, folder: Path) -> None:
    write(folder, {"name": "sub", "version": "^1", "repository": server.url})
    resolver(source).update(folder, Deadline(5))
    (folder / "charts" / "_notes").write_text("kept")
    write(folder, {"name": "sub", "version": "^2", "repository": server.url})
    resolver(source).update(folder, Deadline(5))
    assert names(folder) == ["_notes", "sub-2.0.0.tgz"]


@pytest.mark.parametrize("spelling", ["@known", "alias:known"])
def test_a_repository_by_its_name(source: ChartSource, server: ChartServer, folder: Path, spelling: str) -> None:
    source.repositories.add(RepositoryEntry(name="known", url=server.url), Deadline(5))
    write(folder, {"name": "sub", "version": "1.0.0", "repository": spelling})
    resolver(source).update(folder, Deadline(5))
    lock = yamlio.load((folder / "Chart.lock").read_text())
    assert lock["dependencies"][0]["repository"] == server.url
    resolver(source).build(folder, Deadline(5))
    write(folder, {"name": "sub", "version": "2.0.0", "repository": spelling})
    with pytest.raises(DependencyError, match=r"is out of sync with the dependencies file"):
        resolver(source).build(folder, Deadline(5))


def test_local_folders(source: ChartSource, folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "beside", version="3.0.0")
    write(folder / "charts" / "inside", version="1.2.0")
    write(
        folder,
        {"name": "beside", "version": ">=3", "repository": "file://../beside"},
        {"name": "inside", "version": "^1"},
    )
    resolver(source).update(folder, Deadline(5))
    assert names(folder) == ["beside-3.0.0.tgz", "inside"]
    with tarfile.open(fileobj=io.BytesIO((folder / "charts" / "beside-3.0.0.tgz").read_bytes())) as archive:
        assert "beside/Chart.yaml" in archive.getnames()
    write(folder, {"name": "inside", "version": "^7"})
    with pytest.raises(
        DependencyError, match=r"dependency inside at version 1.2.0 does not satisfy the constraint \^7"
    ):
        resolver(source).update(folder, Deadline(5))


@pytest.mark.parametrize(("version", "want"), [("1.0.0", "1.0.0"), ("^1", "1.1.0+b")], ids=["exact", "range"])
def test_a_registry(source: ChartSource, folder: Path, version: str, want: str) -> None:
    options = SourceOptions(plain_http=True)
    with RegistryServer() as registry:
        for each in ("1.0.0", "1.1.0+b"):
            source.registry(options).push(packed("sub", each), f"oci://{registry.host}/c", Deadline(5))
        write(folder, {"name": "sub", "version": version, "repository": f"oci://{registry.host}/c"})
        resolver(source, registry=options).update(folder, Deadline(5))
    assert yamlio.load((folder / "Chart.lock").read_text())["dependencies"][0]["version"] == want
    assert load_path(folder).dependencies[0].metadata.version == want


@pytest.mark.parametrize(
    ("dependency", "text"),
    [
        ({"version": "^9", "repository": "{url}"},
         "can't get a valid version for 1 subchart(s): \"sub\" (repository \"{url}\", version \"^9\"). "),
        ({"version": "1", "repository": "file://../nope"}, "not found"),
        ({"version": "1", "repository": "stable"}, "no repository definition for stable. Please add them via 'helm repo add'\nNote"),
        ({"version": "1", "repository": "@nope"}, "no repository definition for @nope. Please add them via 'helm repo add'"),
        ({"version": "latest", "repository": "{url}"}, 'dependency "sub": improper constraint'),
        ({"version": "1", "repository": ""}, "not found"),
    ],
    ids=["version", "folder", "no url", "alias", "constraint", "not there"],
)  # fmt: skip
def test_what_cannot_be_resolved(
    source: ChartSource, server: ChartServer, folder: Path, dependency: dict[str, str], text: str
) -> None:
    wanted = {name: value.format(url=server.url) for name, value in dependency.items()}
    write(folder, {"name": "sub", **wanted})
    with pytest.raises(DependencyError) as caught:
        resolver(source).update(folder, Deadline(5))
    assert text.format(url=server.url) in str(caught.value)


def test_a_chart_that_its_repository_does_not_have(source: ChartSource, server: ChartServer, folder: Path) -> None:
    write(folder, {"name": "nope", "version": "1", "repository": server.url})
    with pytest.raises(DependencyError) as caught:
        resolver(source).update(folder, Deadline(5))
    assert str(caught.value) == f"nope chart not found in repo {server.url}"


def test_build_wants_known_repositories(source: ChartSource, server: ChartServer, folder: Path) -> None:
    write(folder, {"name": "sub", "version": "^1", "repository": server.url})
    resolver(source).build(folder, Deadline(5))  # no lock yet: an update
    with pytest.raises(DependencyError) as caught:
        resolver(source).build(folder, Deadline(5))
    assert str(caught.value) == f"no repository definition for {server.url}"


def test_a_lock_that_is_a_link_is_refused(source: ChartSource, server: ChartServer, folder: Path) -> None:
    write(folder, {"name": "sub", "version": "^1", "repository": server.url})
    (folder / "other").write_text("")
    (folder / "Chart.lock").symlink_to("other")
    with pytest.raises(DependencyError, match=r'the Chart.lock file is a symlink to "other"'):
        resolver(source).update(folder, Deadline(5))


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_only_folders(source: ChartSource, folder: Path, kind: str) -> None:
    if kind == "file":
        folder.write_text("")
    with pytest.raises(DependencyError, match=r"could not find" if kind == "missing" else "only unpacked charts"):
        resolver(source).update(folder, Deadline(5))


def test_nothing_to_do(source: ChartSource, folder: Path) -> None:
    resolver(source).update(write(folder), Deadline(5))
    assert not (folder / "charts").exists()


def test_charts_that_is_no_folder(source: ChartSource, server: ChartServer, folder: Path) -> None:
    write(folder, {"name": "sub", "version": "^1", "repository": server.url})
    (folder / "charts").write_text("")
    with pytest.raises(DependencyError, match=r"is not a directory"):
        resolver(source).update(folder, Deadline(5))


def test_skipping_the_refresh_uses_what_is_there(source: ChartSource, server: ChartServer, folder: Path) -> None:
    source.repositories.add(RepositoryEntry(name="known", url=server.url), Deadline(5))
    server.add(packed("sub", "1.9.0"))
    write(folder, {"name": "sub", "version": "^1", "repository": server.url + "/"})
    resolver(source, skip_refresh=True).update(folder, Deadline(5))
    assert names(folder) == ["sub-1.1.0.tgz"]


def test_the_locks_digest_is_helms() -> None:
    wanted = Dependency(name="s", version=">=1.0.0", repository="file://../s", condition="s.enabled", tags=("x",))
    locked = Dependency(name="s", version="1.2.3", repository="file://../s")
    assert lock_digest([wanted], [locked]).startswith("sha256:01e932e0")
