"""From a reference to a chart: Helm's order, its texts, and who sees which credentials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import (
    ChartError,
    ChartNotFound,
    RepositoryConfigError,
    RepositoryError,
    RepositoryUnauthorized,
)
from purehelm.repo.config import RepositoryEntry
from purehelm.repo.loopback import LoopbackServer, Reply
from purehelm.repo.places import Places
from purehelm.repo.source import ChartQuery, ChartSource, SourceOptions
from purehelm.repo.testing import ChartServer, RegistryServer
from purehelm.repo.transport import Credentials, Tls, Transport
from tests.repo.packed import packed

LOGIN = Credentials(username="user", password="s3cret")
BASIC = "Basic dXNlcjpzM2NyZXQ="


@pytest.fixture
def server() -> Iterator[ChartServer]:
    with ChartServer(LOGIN) as started:
        for version in ("1.0.0", "1.1.0", "2.0.0-rc.1"):
            started.add(packed("web", version))
        yield started


@pytest.fixture
def other() -> Iterator[LoopbackServer]:
    with LoopbackServer() as started:
        started.rules.append(lambda call: Reply(body=packed("web", "1.1.0")) if call.path.endswith(".tgz") else None)
        yield started


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def source(tmp_path: Path, warnings: list[str]) -> Iterator[ChartSource]:
    made = ChartSource(Places.below(tmp_path), Transport({}), warn=warnings.append)
    yield made
    made.close()


@pytest.fixture
def known(source: ChartSource, server: ChartServer) -> ChartSource:
    """A source that knows the server as `local`."""
    entry = RepositoryEntry(name="local", url=server.url, username="user", password="s3cret")
    source.repositories.add(entry, Deadline(5))
    return source


def version_of(source: ChartSource, query: ChartQuery) -> str:
    return source.load(query, Deadline(5)).metadata.version


def test_a_path_that_exists_comes_first(source: ChartSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "web").write_bytes(packed("web", "7.0.0"))
    assert source.local(ChartQuery(reference=" local/web ")) == tmp_path / "local" / "web"
    assert version_of(source, ChartQuery(reference="local/web")) == "7.0.0"
    assert source.local(ChartQuery(reference="local/web", repo_url="http://h")) is None


@pytest.mark.parametrize("reference", ["/no/such/chart", "./chart", "../chart"])
def test_a_missing_path(source: ChartSource, reference: str) -> None:
    with pytest.raises(ChartError) as caught:
        source.load(ChartQuery(reference=reference), Deadline(5))
    assert str(caught.value) == f'path "{reference}" not found'


@pytest.mark.parametrize(
    ("version", "devel", "want"),
    [("", False, "1.1.0"), ("1.0.0", False, "1.0.0"), ("^1", False, "1.1.0"), ("", True, "2.0.0-rc.1"),
     (" 1.0.0 ", True, "1.0.0")],
)  # fmt: skip
def test_a_chart_of_a_repository(known: ChartSource, version: str, devel: bool, want: str) -> None:
    assert version_of(known, ChartQuery(reference="local/web", version=version, devel=devel)) == want


def test_what_comes_with_it(known: ChartSource, server: ChartServer) -> None:
    fetched = known.fetch(ChartQuery(reference="local/web"))
    assert (fetched.filename, fetched.origin, fetched.messages) == (
        "web-1.1.0.tgz", f"{server.url}/charts/web-1.1.0.tgz", (),
    )  # fmt: skip
    assert "data" not in repr(fetched)


def test_a_version_that_is_only_near_is_warned_of(known: ChartSource, warnings: list[str]) -> None:
    assert version_of(known, ChartQuery(reference="local/web", version="1.1")) == "1.1.0"
    assert warnings == [
        (
            "unable to find exact version requested; falling back to closest available version "
            "chart=web requested=1.1 selected=1.1.0"
        )
    ]


@pytest.mark.parametrize(
    ("reference", "version", "kind", "text"),
    [
        ("local/nope", "", ChartNotFound,
         "chart \"nope\" matching  not found in local index. (try 'helm repo update'): no chart name found"),
        ("local/web", "9.9.9", ChartNotFound,
         "chart \"web\" matching 9.9.9 not found in local index. (try 'helm repo update'): no chart version found for web-9.9.9"),
        ("other/web", "", RepositoryConfigError, "repo other not found"),
        ("web", "", RepositoryConfigError, "non-absolute URLs should be in form of repo_name/path_to_chart, got: web"),
        ("ftp://h/web.tgz", "", RepositoryConfigError, "could not find protocol handler for: ftp"),
    ],
    ids=["chart", "version", "repository", "no slash", "scheme"],
)  # fmt: skip
def test_nothing_found(known: ChartSource, reference: str, version: str, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as caught:
        known.load(ChartQuery(reference=reference, version=version), Deadline(5))
    assert str(caught.value) == text


def test_a_repository_that_was_never_updated(known: ChartSource) -> None:
    known.repositories.cache.remove("local")
    with pytest.raises(RepositoryError, match=r"^no cached repo found. \(try 'helm repo update'\): open "):
        known.load(ChartQuery(reference="local/web"), Deadline(5))


class TestRepositoryUrl:
    def test_the_index_is_fetched_and_not_kept(self, source: ChartSource, server: ChartServer) -> None:
        query = ChartQuery(reference="web", repo_url=server.url, options=SourceOptions(credentials=LOGIN))
        assert version_of(source, query) == "1.1.0"
        assert not source.places.repository_cache.exists()

    @pytest.mark.parametrize(
        ("version", "what"), [("", 'chart "nope"'), ("1.0.0", 'chart "nope" version "1.0.0"')], ids=["any", "one"]
    )
    def test_an_unknown_chart(self, source: ChartSource, server: ChartServer, version: str, what: str) -> None:
        options = SourceOptions(credentials=LOGIN)
        query = ChartQuery(reference="nope", version=version, repo_url=server.url, options=options)
        with pytest.raises(ChartNotFound) as caught:
            source.load(query, Deadline(5))
        assert str(caught.value) == f"{what} not found in {server.url} repository"

    def test_a_wrong_password(self, source: ChartSource, server: ChartServer) -> None:
        options = SourceOptions(credentials=Credentials(username="user", password="wr0ng"))
        with pytest.raises(RepositoryUnauthorized) as caught:
            source.load(ChartQuery(reference="web", repo_url=server.url, options=options), Deadline(5))
        assert str(caught.value) == (
            f'looks like "{server.url}" is not a valid chart repository or cannot be reached: failed to fetch '
            f"{server.url}/index.yaml : 401 Unauthorized (check the username and password)"
        )

    @pytest.mark.parametrize(("everywhere", "want"), [(False, None), (True, BASIC)], ids=["kept", "pass-credentials"])
    def test_a_chart_that_lies_elsewhere(
        self, source: ChartSource, server: ChartServer, other: LoopbackServer, everywhere: bool, want: str | None
    ) -> None:
        entries = {"web": [{"name": "web", "version": "1.1.0", "urls": [f"{other.url}/web-1.1.0.tgz"]}]}
        index = orjson.dumps({"apiVersion": "v1", "entries": entries})
        server.rules.append(lambda call: Reply(body=index) if call.path == "/index.yaml" else None)
        options = SourceOptions(credentials=LOGIN, pass_credentials=everywhere)
        query = ChartQuery(reference="web", repo_url=server.url, options=options)
        assert version_of(source, query) == "1.1.0"
        assert server.requests[0].headers["authorization"] == BASIC
        assert other.requests[0].headers.get("authorization") == want


class TestUrl:
    def test_an_unknown_url_gets_the_given_credentials(self, source: ChartSource, server: ChartServer) -> None:
        query = ChartQuery(reference=f"{server.url}/charts/web-1.0.0.tgz", options=SourceOptions(credentials=LOGIN))
        fetched = source.fetch(query, Deadline(5))
        assert (fetched.data, fetched.filename) == (packed("web", "1.0.0"), "web-1.0.0.tgz")

    def test_a_url_that_a_repository_lists_gets_its_credentials(
        self, known: ChartSource, server: ChartServer, other: LoopbackServer
    ) -> None:
        listed = f"{other.url}/web-1.1.0.tgz"
        entries = {"web": [{"name": "web", "version": "1.1.0", "urls": [listed]}, None]}
        index = orjson.dumps({"apiVersion": "v1", "entries": entries})
        server.rules.append(lambda call: Reply(body=index) if call.path == "/index.yaml" else None)
        known.repositories.add(replace(known.repositories.get("local"), pass_credentials=True), Deadline(5), force=True)
        known.fetch(ChartQuery(reference=listed), Deadline(5))
        known.fetch(ChartQuery(reference=f"{other.url}/other.tgz"), Deadline(5))
        assert [call.headers.get("authorization") for call in other.requests] == [BASIC, None]

    def test_provenance_is_fetched_when_asked_for(self, source: ChartSource, server: ChartServer) -> None:
        server.rules.append(lambda call: Reply(body=b"signed") if call.path.endswith(".prov") else None)
        options = SourceOptions(credentials=LOGIN, provenance=True)
        fetched = source.fetch(ChartQuery(reference=f"{server.url}/charts/web-1.0.0.tgz", options=options), Deadline(5))
        assert fetched.provenance == b"signed"


class TestRegistry:
    def test_a_chart_of_a_registry(self, source: ChartSource) -> None:
        options = SourceOptions(credentials=LOGIN, plain_http=True)
        with RegistryServer(LOGIN) as registry:
            pushed = source.registry(options).push(packed("web", "1.0.0"), f"oci://{registry.host}/c", Deadline(5))
            reference = f"oci://{registry.host}/c/web"
            fetched = source.fetch(ChartQuery(reference=reference, options=options), Deadline(5))
            assert (fetched.filename, fetched.digest, fetched.origin) == (
                "web-1.0.0.tgz", pushed.digest, f"{reference}:1.0.0",
            )  # fmt: skip
            by_digest = source.fetch(ChartQuery(reference=f"{reference}@{pushed.digest}", options=options), Deadline(5))
            assert by_digest.filename == f"web@{pushed.digest.replace(':', '-')}.tgz"

    def test_an_index_may_point_into_a_registry(self, source: ChartSource) -> None:
        with RegistryServer() as registry, ChartServer() as server:
            options = SourceOptions(plain_http=True)
            source.registry(options).push(packed("web", "1.0.0"), f"oci://{registry.host}/c", Deadline(5))
            urls = [f"oci://{registry.host}/c/web:1.0.0"]
            index = orjson.dumps(
                {"apiVersion": "v1", "entries": {"web": [{"name": "web", "version": "1.0.0", "urls": urls}]}}
            )
            server.rules.append(lambda call: Reply(body=index) if call.path == "/index.yaml" else None)
            query = ChartQuery(reference="web", version="^1", repo_url=server.url, options=options)
            assert version_of(source, query) == "1.0.0"


def test_tls_files_of_a_repository_go_before_those_given(known: ChartSource, tmp_path: Path) -> None:
    from purehelm.repo.source import _with_entry

    entry = RepositoryEntry(name="x", url="https://h", ca_file="/own.pem")
    given = SourceOptions(credentials=LOGIN, tls=Tls(ca_file="/given.pem", insecure=True))
    access = _with_entry(given, entry)
    assert (access.tls, access.credentials) == (Tls(ca_file="/own.pem", insecure=True), LOGIN)
    assert _with_entry(given, RepositoryEntry(name="x", url="https://h")).tls == given.tls
