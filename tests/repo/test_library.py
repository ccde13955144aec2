"""A place of charts as one thing: over HTTP, in a registry, in Harbor."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import (
    ChartExists,
    ChartNotFound,
    RepositoryConfigError,
    RepositoryError,
    RepositoryUnauthorized,
    RepositoryUnreachable,
    Unsupported,
)
from purehelm.repo.auth import CredentialStore
from purehelm.repo.library import ChartLibrary, LibraryOptions, open_library
from purehelm.repo.loopback import Call, Reply
from purehelm.repo.testing import ChartServer, RegistryServer
from purehelm.repo.transport import Credentials, Transport
from tests.repo.packed import packed

LOGIN = Credentials(username="user", password="s3cret")


@pytest.fixture(params=["http", "registry"])
def server(request: pytest.FixtureRequest) -> Iterator[ChartServer | RegistryServer]:
    with ChartServer(LOGIN) if request.param == "http" else RegistryServer(LOGIN) as started:
        yield started


def library(server: ChartServer | RegistryServer, folder: Path, credentials: Credentials = LOGIN) -> ChartLibrary:
    url = server.url if isinstance(server, ChartServer) else f"oci://{server.host}/charts"
    options = LibraryOptions(url=url, credentials=credentials, plain_http=True)
    return open_library(options, Transport({}), CredentialStore((folder / "config.json",)))


def test_upload_list_get_fetch_delete(server: ChartServer | RegistryServer, tmp_path: Path) -> None:
    opened = library(server, tmp_path)
    opened.ping(Deadline(5))
    charts = [packed("web", "1.0.0"), packed("web", "1.10.0+b.1", description="new"), packed("api", "0.1.0")]
    for chart in charts:
        opened.upload(chart, Deadline(5))
    listed = [(each.name, each.version) for each in opened.charts(Deadline(5))]
    assert listed == [("api", "0.1.0"), ("web", "1.10.0+b.1"), ("web", "1.0.0")]
    found = opened.get("web", "1.10.0+b.1", Deadline(5))
    assert (found.metadata.description, found.digest) == ("new", hashlib.sha256(charts[1]).hexdigest())
    assert opened.fetch(found, Deadline(5)) == charts[1]
    opened.delete("web", "1.10.0+b.1", Deadline(5))
    assert [each.version for each in opened.versions("web", Deadline(5))] == ["1.0.0"]
    assert opened.versions("nope", Deadline(5)) == []
    with pytest.raises(ChartNotFound):
        opened.get("web", "1.10.0+b.1", Deadline(5))
    with pytest.raises(ChartNotFound):
        opened.delete("web", "7.0.0", Deadline(5))


def test_nothing_is_overwritten_unless_asked(server: ChartServer | RegistryServer, tmp_path: Path) -> None:
    opened = library(server, tmp_path)
    opened.upload(packed("web", "1.0.0"), Deadline(5))
    with pytest.raises(ChartExists):
        opened.upload(packed("web", "1.0.0", description="new"), Deadline(5))
    opened.upload(packed("web", "1.0.0", description="new"), Deadline(5), overwrite=True)
    assert opened.get("web", "1.0.0", Deadline(5)).metadata.description == "new"


def test_a_wrong_password(server: ChartServer | RegistryServer, tmp_path: Path) -> None:
    with pytest.raises(RepositoryUnauthorized):
        library(server, tmp_path, Credentials(username="user", password="wrong")).ping(Deadline(5))


def test_nobody_there(tmp_path: Path) -> None:
    with ChartServer() as server:
        opened = library(server, tmp_path)
    with pytest.raises(RepositoryUnreachable):
        opened.ping(Deadline(5))


def test_an_unknown_scheme(tmp_path: Path) -> None:
    with pytest.raises(RepositoryConfigError, match="could not find protocol handler for: ftp"):
        open_library(LibraryOptions(url="ftp://h"), Transport({}), CredentialStore((tmp_path / "c",)))


def test_an_index_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    with ChartServer() as server:
        server.add(packed("web", "1.0.0"))
        opened = library(server, tmp_path, Credentials())
        assert [opened.charts(Deadline(5))[0].version for _ in range(2)] == ["1.0.0", "1.0.0"]
        assert "if-none-match" in server.requests[1].headers
        server.add(packed("web", "2.0.0"))
        assert opened.charts(Deadline(5))[0].version == "2.0.0"


def test_manifests_are_read_once(tmp_path: Path) -> None:
    with RegistryServer() as server:
        opened = library(server, tmp_path, Credentials())
        opened.upload(packed("web", "1.0.0"), Deadline(5))
        opened.charts(Deadline(5))
        before = len([call for call in server.requests if call.method == "GET" and "/blobs/" in call.path])
        opened.charts(Deadline(5))
        assert len([call for call in server.requests if call.method == "GET" and "/blobs/" in call.path]) == before == 1


def test_only_charts_directly_below_the_path(tmp_path: Path) -> None:
    with RegistryServer() as server:
        opened = library(server, tmp_path, Credentials())
        opened.upload(packed("web", "1.0.0"), Deadline(5))
        server.tags |= {"charts/deep/x": {"1.0.0": "sha256:0"}, "other/web": {"1.0.0": "sha256:0"}}
        assert [each.name for each in opened.charts(Deadline(5))] == ["web"]


def test_a_registry_that_lists_nothing(tmp_path: Path) -> None:
    with RegistryServer() as server:
        server.rules.append(lambda call: Reply(status=404) if call.path == "/v2/_catalog" else None)
        with pytest.raises(Unsupported, match="does not list its charts to this user"):
            library(server, tmp_path, Credentials()).charts(Deadline(5))


class TestHarbor:
    """The project's repositories, as Harbor 2 answers."""

    @staticmethod
    def pages(call: Call) -> Reply | None:
        if call.path != "/api/v2.0/projects/charts/repositories":
            return None
        names, link = ["charts/web"], '</api/v2.0/projects/charts/repositories?page=2&page_size=100>; rel="next"'
        if call.query.get("page") == ["2"]:
            names, link = ["charts/5g/demo"], '</api/v2.0/projects/charts/repositories?page=1>; rel="prev"'
        body = orjson.dumps([{"name": name, "artifact_count": 1} for name in names])
        return Reply(headers={"Content-Type": "application/json; charset=utf-8", "Link": link}, body=body)

    def test_its_repositories_are_listed(self, tmp_path: Path) -> None:
        with RegistryServer(LOGIN) as server:
            opened = library(server, tmp_path)
            opened.upload(packed("web", "1.0.0"), Deadline(5))
            server.rules += [self.pages, lambda call: Reply(status=401) if call.path == "/v2/_catalog" else None]
            assert [each.name for each in opened.charts(Deadline(5))] == ["web"]
            asked = [call for call in server.requests if call.path.startswith("/api/")]
            assert [call.query.get("page") for call in asked] == [None, ["2"]]
            assert all(call.headers["authorization"].startswith("Basic ") for call in asked)

    @pytest.mark.parametrize(
        ("reply", "kind"),
        [
            (
                Reply(status=401, headers={"Content-Type": "application/json"}, body=b'{"errors":[]}'),
                RepositoryUnauthorized,
            ),
            (Reply(headers={"Content-Type": "application/json"}, body=b"{}"), RepositoryError),
            (Reply(headers={"Content-Type": "application/json"}, body=b"["), RepositoryError),
        ],
        ids=["password", "object", "broken"],
    )
    def test_what_it_refuses(self, tmp_path: Path, reply: Reply, kind: type[RepositoryError]) -> None:
        with RegistryServer() as server:
            server.rules.append(lambda call: reply if call.path.startswith("/api/") else None)
            if reply.body == b"{}":
                assert library(server, tmp_path, Credentials()).charts(Deadline(5)) == []
                return
            with pytest.raises(kind):
                library(server, tmp_path, Credentials()).charts(Deadline(5))
