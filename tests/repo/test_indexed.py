"""Repositories over HTTP: indexes, downloads, ChartMuseum's API, and the user's list of repositories."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

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
from purehelm.repo.cache import ContentCache
from purehelm.repo.chartmuseum import ChartMuseum
from purehelm.repo.config import RepositoryEntry
from purehelm.repo.indexed import IndexedRepository
from purehelm.repo.loopback import Reply
from purehelm.repo.places import Places
from purehelm.repo.repositories import Repositories
from purehelm.repo.testing import ChartServer
from purehelm.repo.transport import Credentials, Transport
from tests.repo.packed import packed

LOGIN = Credentials(username="user", password="s3cret")


@pytest.fixture
def server() -> Iterator[ChartServer]:
    with ChartServer(LOGIN) as started:
        started.add(packed("web", "1.0.0"))
        started.add(packed("web", "1.1.0"))
        yield started


@pytest.fixture
def entry(server: ChartServer) -> RepositoryEntry:
    return RepositoryEntry(name="local", url=server.url, username="user", password="s3cret")


@pytest.fixture
def repositories(tmp_path: Path) -> Repositories:
    return Repositories(Places.below(tmp_path), Transport({}))


def paths(server: ChartServer) -> list[tuple[str, str]]:
    return [(call.method, call.path) for call in server.requests]


class TestRepositories:
    def test_add_keeps_the_entry_and_the_index(
        self, repositories: Repositories, entry: RepositoryEntry, server: ChartServer
    ) -> None:
        assert repositories.add(entry, Deadline(5)) is True
        assert repositories.entries() == (entry,)
        assert repositories.get("local") == entry
        config, cache = repositories.places.repository_config, repositories.places.repository_cache
        assert stat.S_IMODE(config.stat().st_mode) == 0o600
        assert config.with_suffix(".lock").exists()
        assert (cache / "local-charts.txt").read_text() == "web\n"
        assert [each.version for each in repositories.cache.load("local").versions("web")] == ["1.1.0", "1.0.0"]

    def test_the_file_is_helms(self, repositories: Repositories, entry: RepositoryEntry) -> None:
        repositories.add(replace(entry, pass_credentials=True), Deadline(5))
        assert repositories.places.repository_config.read_text() == (
            'apiVersion: ""\ngenerated: "0001-01-01T00:00:00Z"\nrepositories:\n- caFile: ""\n  certFile: ""\n'
            '  insecure_skip_tls_verify: false\n  keyFile: ""\n  name: local\n  pass_credentials_all: true\n'
            f"  password: s3cret\n  url: {entry.url}\n  username: user\n"
        )

    def test_adding_the_same_again_does_nothing(
        self, repositories: Repositories, entry: RepositoryEntry, server: ChartServer
    ) -> None:
        repositories.add(entry, Deadline(5))
        assert repositories.add(entry, Deadline(5)) is False
        assert len(server.requests) == 1

    def test_another_configuration_needs_force(self, repositories: Repositories, entry: RepositoryEntry) -> None:
        repositories.add(entry, Deadline(5))
        changed = replace(entry, insecure=True)
        with pytest.raises(RepositoryConfigError) as caught:
            repositories.add(changed, Deadline(5))
        assert str(caught.value) == "repository name (local) already exists, please specify a different name"
        assert repositories.add(changed, Deadline(5), force=True) is True
        assert repositories.entries() == (changed,)

    @pytest.mark.parametrize(
        ("change", "kind", "text"),
        [
            ({"name": "a/b"}, RepositoryConfigError,
             "repository name (a/b) contains '/', please specify a different name without '/'"),
            ({"url": "https://kubernetes-charts.storage.googleapis.com/x"}, RepositoryConfigError,
             ('repo "https://kubernetes-charts.storage.googleapis.com/x" is no longer available; '
             'try "https://charts.helm.sh/stable" instead')),
            ({"url": "ftp://h"}, RepositoryConfigError, "could not find protocol handler for: ftp"),
            ({"password": "wrong"}, RepositoryUnauthorized,
             ('looks like "{url}" is not a valid chart repository or cannot be reached: failed to fetch '
             "{url}/index.yaml : 401 Unauthorized (check the username and password)")),
        ],
        ids=["slash", "deprecated", "scheme", "password"],
    )  # fmt: skip
    def test_what_cannot_be_added(
        self,
        repositories: Repositories,
        entry: RepositoryEntry,
        change: dict[str, str],
        kind: type[Exception],
        text: str,
    ) -> None:
        with pytest.raises(kind) as caught:
            repositories.add(replace(entry, **change), Deadline(5))  # type: ignore[arg-type]
        assert str(caught.value) == text.format(url=entry.url)
        assert not repositories.places.repository_config.exists()

    def test_no_server_there(self, repositories: Repositories, server: ChartServer, entry: RepositoryEntry) -> None:
        server.__exit__(None, None, None)
        with pytest.raises(RepositoryUnreachable) as caught:
            repositories.add(entry, Deadline(5))
        assert str(caught.value).startswith(
            f'looks like "{entry.url}" is not a valid chart repository or cannot be reached: Get "{entry.url}/index.yaml"'
        )
        assert "s3cret" not in str(caught.value)
        server._thread.join()

    def test_update_asks_whether_anything_changed(
        self, repositories: Repositories, entry: RepositoryEntry, server: ChartServer
    ) -> None:
        repositories.add(entry, Deadline(5))
        repositories.update([], Deadline(5))
        assert server.requests[1].headers["if-none-match"]
        server.add(packed("web", "2.0.0"))
        seen: list[str] = []
        repositories.update(["local"], Deadline(5), lambda result: seen.append(str(result)))
        assert seen == ['...Successfully got an update from the "local" chart repository']
        assert repositories.cache.load("local").find("web").version == "2.0.0"

    def test_an_index_that_somebody_else_wrote_is_not_taken_for_ours(
        self, repositories: Repositories, entry: RepositoryEntry, server: ChartServer
    ) -> None:
        repositories.add(entry, Deadline(5))
        repositories.cache.path("local").write_text("apiVersion: v1\nentries: {}\n")
        assert repositories.cache.load("local").names() == []
        repositories.update([], Deadline(5))
        assert "if-none-match" not in server.requests[-1].headers
        assert repositories.cache.load("local").names() == ["web"]

    def test_one_failed_update_is_told_after_all(
        self, repositories: Repositories, entry: RepositoryEntry, server: ChartServer
    ) -> None:
        repositories.add(entry, Deadline(5))
        other = replace(entry, name="other", url=f"{server.url}/other")
        server.rules.append(
            lambda call: Reply(body=b'{"apiVersion":"v1"}') if call.path == "/other/index.yaml" else None
        )
        repositories.add(other, Deadline(5))
        server.rules[0] = lambda call: Reply(status=500) if call.path == "/other/index.yaml" else None
        seen: list[str] = []
        with pytest.raises(RepositoryError) as caught:
            repositories.update([], Deadline(5), lambda result: seen.append(str(result)))
        assert str(caught.value) == f"failed to update the following repositories: [{other.url}]"
        assert seen[1] == (
            f'...Unable to get an update from the "other" chart repository ({other.url}):\n'
            f"\tfailed to fetch {other.url}/index.yaml : 500 Internal Server Error"
        )

    @pytest.mark.parametrize(
        ("names", "text"),
        [([], "no repositories found. You must add one before updating"),
         (["x"], "no repositories found. You must add one before updating")],
    )  # fmt: skip
    def test_nothing_to_update(self, repositories: Repositories, names: list[str], text: str) -> None:
        with pytest.raises(RepositoryConfigError) as caught:
            repositories.update(names, Deadline(5))
        assert str(caught.value) == text

    def test_updating_an_unknown_one(self, repositories: Repositories, entry: RepositoryEntry) -> None:
        repositories.add(entry, Deadline(5))
        with pytest.raises(RepositoryConfigError) as caught:
            repositories.update(["x"], Deadline(5))
        assert str(caught.value) == "no repositories found matching 'x'.  Nothing will be updated"

    def test_remove(self, repositories: Repositories, entry: RepositoryEntry) -> None:
        with pytest.raises(RepositoryConfigError, match=r"^no repositories configured$"):
            repositories.remove(["local"], Deadline(5))
        repositories.add(entry, Deadline(5))
        with pytest.raises(RepositoryConfigError, match=r'^no repo named "x" found$'):
            repositories.remove(["x"], Deadline(5))
        repositories.remove(["local"], Deadline(5))
        assert repositories.entries() == ()
        assert list(repositories.places.repository_cache.iterdir()) == []
        with pytest.raises(RepositoryError, match=r"no cached repo found"):
            repositories.cache.load("local")

    def test_unknown_repositories(self, repositories: Repositories, tmp_path: Path) -> None:
        with pytest.raises(RepositoryConfigError, match=r"^repo nope not found$"):
            repositories.get("nope")
        repositories.places.repository_config.parent.mkdir(parents=True)
        repositories.places.repository_config.write_text("repositories:\n- name: nope\n")
        with pytest.raises(RepositoryConfigError, match=r"^no URL found for repository nope$"):
            repositories.get("nope")

    @pytest.mark.parametrize(
        "text", ["{", "- 1", "repositories: 3", "repositories: [3]"], ids=["yaml", "list", "number", "entry"]
    )
    def test_a_broken_file_is_told_without_its_content(self, repositories: Repositories, text: str) -> None:
        path = repositories.places.repository_config
        path.parent.mkdir(parents=True)
        path.write_text(text)
        with pytest.raises(RepositoryConfigError) as caught:
            repositories.entries()
        assert str(caught.value).startswith(f"couldn't load repositories file ({path}): ")
        assert caught.value.__cause__ is None


class TestDownload:
    def repository(self, entry: RepositoryEntry) -> IndexedRepository:
        return IndexedRepository(entry, Transport({}))

    def test_a_chart_is_checked_and_kept(self, entry: RepositoryEntry, server: ChartServer, tmp_path: Path) -> None:
        repository, cache = self.repository(entry), ContentCache(tmp_path)
        fetched = repository.fetch_index(Deadline(5))
        assert fetched is not None
        version = fetched.index.find("web", "1.0.0")
        assert repository.download(version, Deadline(5), cache) == packed("web", "1.0.0")
        digest = hashlib.sha256(packed("web", "1.0.0")).hexdigest()
        assert cache.path(digest).read_bytes() == packed("web", "1.0.0")
        assert cache.path(digest) == tmp_path / digest[:2] / f"{digest}.chart"
        repository.download(version, Deadline(5), cache)
        assert paths(server) == [("GET", "/index.yaml"), ("GET", "/charts/web-1.0.0.tgz")]

    def test_a_changed_chart_is_refused(self, entry: RepositoryEntry, server: ChartServer) -> None:
        repository = self.repository(entry)
        fetched = repository.fetch_index(Deadline(5))
        assert fetched is not None
        server.rules.append(lambda call: Reply(body=b"evil") if call.path.endswith(".tgz") else None)
        with pytest.raises(
            RepositoryError, match=r"the chart's digest is sha256:.*, but its repository's index says sha256:"
        ):
            repository.download(fetched.index.find("web"), Deadline(5))

    def test_a_spoilt_cache_is_not_used(self, entry: RepositoryEntry, server: ChartServer, tmp_path: Path) -> None:
        repository, cache = self.repository(entry), ContentCache(tmp_path)
        fetched = repository.fetch_index(Deadline(5))
        assert fetched is not None
        digest = hashlib.sha256(packed("web", "1.0.0")).hexdigest()
        cache.path(digest).parent.mkdir(parents=True)
        cache.path(digest).write_bytes(b"something else")
        version = fetched.index.find("web", "1.0.0")
        assert repository.download(version, Deadline(5), cache) == packed("web", "1.0.0")

    def test_a_digest_that_is_none(self, entry: RepositoryEntry) -> None:
        repository = self.repository(entry)
        fetched = repository.fetch_index(Deadline(5))
        assert fetched is not None
        version = replace(fetched.index.find("web"), digest="abc")
        with pytest.raises(RepositoryError, match=r"the index has a digest that is no SHA-256"):
            repository.download(version, Deadline(5))

    def test_an_entry_without_a_place(self, entry: RepositoryEntry) -> None:
        repository = self.repository(entry)
        fetched = repository.fetch_index(Deadline(5))
        assert fetched is not None
        with pytest.raises(ChartNotFound, match=r'^chart "web" has no downloadable URLs$'):
            repository.chart_url(replace(fetched.index.find("web"), urls=()))


class TestChartMuseum:
    def museum(self, entry: RepositoryEntry, context: str = "") -> ChartMuseum:
        return ChartMuseum(entry, Transport({}), context_path=context)

    def test_upload_get_list_delete(self, entry: RepositoryEntry, server: ChartServer) -> None:
        museum = self.museum(entry)
        museum.upload(packed("api", "0.1.0", description="An API"), Deadline(5))
        found = museum.get("api", "0.1.0", Deadline(5))
        listed = museum.charts(Deadline(5))
        assert found is not None
        assert listed is not None
        assert found.find("api").metadata.description == "An API"
        assert listed.names() == ["api", "web"]
        museum.delete("api", "0.1.0", Deadline(5))
        with pytest.raises(ChartNotFound) as caught:
            museum.delete("api", "0.1.0", Deadline(5))
        assert str(caught.value) == f'chart "api" version "0.1.0" not found in {entry.url} repository'
        with pytest.raises(ChartNotFound):
            museum.get("api", "0.1.0", Deadline(5))

    def test_nothing_is_overwritten_unless_asked(self, entry: RepositoryEntry) -> None:
        museum = self.museum(entry)
        with pytest.raises(ChartExists):
            museum.upload(packed("web", "1.0.0", description="new"), Deadline(5))
        museum.upload(packed("web", "1.0.0", description="new"), Deadline(5), force=True)
        found = museum.get("web", "1.0.0", Deadline(5))
        assert found is not None
        assert found.find("web").metadata.description == "new"

    def test_what_is_no_chart_is_refused(self, entry: RepositoryEntry) -> None:
        with pytest.raises(RepositoryError, match=r"uploading charts was refused: 400"):
            self.museum(entry).upload(b"no chart", Deadline(5))

    def test_wrong_password(self, entry: RepositoryEntry) -> None:
        with pytest.raises(RepositoryUnauthorized, match=r"uploading charts was refused: 401 unauthorized"):
            self.museum(replace(entry, password="wrong")).upload(packed(), Deadline(5))

    def test_a_repository_without_the_api(self) -> None:
        with ChartServer(api=False) as server:
            museum = self.museum(RepositoryEntry(name="x", url=server.url))
            with pytest.raises(Unsupported, match=r"has no API for uploading charts"):
                museum.upload(packed(), Deadline(5))
            with pytest.raises(Unsupported, match=r"has no API for deleting charts"):
                museum.delete("web", "1.0.0", Deadline(5))
            assert museum.charts(Deadline(5)) is None
            assert museum.get("web", "1.0.0", Deadline(5)) is None

    @pytest.mark.parametrize(
        ("path", "context", "want"),
        [
            ("", "", "/api/charts"),
            ("/org/repo", "", "/api/org/repo/charts"),
            ("/ctx", "/ctx", "/ctx/api/charts"),
            ("/ctx/org", "/ctx", "/ctx/api/org/charts"),
            ("/chartrepo/library", "", "/api/chartrepo/library/charts"),
        ],
        ids=["plain", "tenants", "context", "context and tenant", "harbor"],
    )
    def test_where_the_api_is(self, path: str, context: str, want: str) -> None:
        museum = self.museum(RepositoryEntry(name="x", url=f"http://h{path}?a=b"), context)
        assert museum._url() == f"http://h{want}?a=b"
        assert museum._url("web", "1.0.0+b") == f"http://h{want}/web/1.0.0+b?a=b"
