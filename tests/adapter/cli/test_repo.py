"""Repositories and registries by the command: Helm's words, and nothing left behind where it fails."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from purehelm.engine import yamlio
from purehelm.engine.chart.load import load_path
from purehelm.engine.chart.package import packed
from purehelm.repo.loopback import Reply
from purehelm.repo.testing import ChartServer, RegistryServer
from purehelm.repo.transport import Credentials

from .conftest import CHARTS, Ask

LOGIN = Credentials(username="me", password="pw")
FLAGS = ("--username", "me", "--password", "pw")


@pytest.fixture
def server() -> Iterator[ChartServer]:
    with ChartServer(LOGIN) as started:
        started.add(packed(load_path(CHARTS / "web")))
        yield started


def nobody() -> str:
    """A {url} where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def test_a_repository_is_added_listed_updated_and_removed(ask: Ask, server: ChartServer) -> None:
    url = server.url

    assert [
        ask("repo", "add", "mine", url, *FLAGS),
        ask("repo", "add", "mine", url, *FLAGS),
        ask("repo", "list"),
        ask("repo", "list", "--no-headers"),
        ask("repo", "list", "-o", "json"),
        ask("repo", "list", "-o", "yaml"),
        ask("repo", "update"),
        ask("repo", "update", "mine"),
        ask("repo", "remove", "mine"),
    ] == [
        (0, '"mine" has been added to your repositories\n', ""),
        (0, '"mine" already exists with the same configuration, skipping\n', ""),
        (0, f"NAME\tURL{' ' * (len(url) - 3)}\nmine\t{url}\n", ""),
        (0, f"mine\t{url}\n", ""),
        (0, f'[{{"name":"mine","url":"{url}"}}]\n', ""),
        (0, f"- name: mine\n  url: {url}\n", ""),
        *[(0, 'Hang tight while we grab the latest from your chart repositories...\n...Successfully got an update from the "mine" chart repository\nUpdate Complete. ⎈Happy Helming!⎈\n', "")] * 2,
        (0, '"mine" has been removed from your repositories\n', ""),
    ]  # fmt: skip


def test_no_repositories_are_told_on_standard_error(ask: Ask) -> None:
    assert ask("repo", "list") == (0, "", "no repositories to show\n")
    assert ask("repo", "list", "-o", "json") == (0, "[]\n", "")


def test_the_password_may_come_from_standard_input(
    ask: Ask, server: ChartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("pw\n"))

    assert ask("repo", "add", "mine", server.url, "--username", "me", "--password-stdin")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["repo", "add", "a/b", "{url}", *FLAGS], "repository name (a/b) contains '/', please specify a different name without '/'"),
        (["repo", "add", "x", "{url}", "--username", "me", "--password", "no"], 'looks like "{url}" is not a valid chart repository or cannot be reached: failed to fetch {url}/index.yaml : 401 Unauthorized (check the username and password)'),
        (["repo", "add", "x", "{url}/nowhere", *FLAGS], 'looks like "{url}/nowhere" is not a valid chart repository or cannot be reached: failed to fetch {url}/nowhere/index.yaml : 404 Not Found'),
        (["repo", "add", "x", "NOBODY"], 'looks like "NOBODY" is not a valid chart repository or cannot be reached: Get "NOBODY/index.yaml": cannot reach HOST: connection refused'),
        (["repo", "add", "x", "ftp://h"], "could not find protocol handler for: ftp"),
        (["repo", "add", "x", "https://kubernetes-charts.storage.googleapis.com"], 'repo "https://kubernetes-charts.storage.googleapis.com" is no longer available; try "https://charts.helm.sh/stable" instead'),
        (["repo", "update"], "no repositories found. You must add one before updating"),
        (["repo", "remove", "x"], "no repositories configured"),
        (["pull", "none/web"], "repo none not found"),
        (["pull", "web"], "non-absolute URLs should be in form of repo_name/path_to_chart, got: web"),
        (["pull", "nope", "--repo", "{url}", *FLAGS], 'chart "nope" not found in {url} repository'),
        (["pull", "web", "--repo", "{url}", "--version", "9", *FLAGS], 'chart "web" version "9" not found in {url} repository'),
        (["pull", "web", "--repo", "{url}", *FLAGS, "--verify"], "--verify: signatures of charts cannot be checked yet; fetch without it, or check with gpg"),
        (["pull", "web", "--repo", "{url}", *FLAGS, "-d", "/no/such/folder"], "open /no/such/folder/web-1.2.0.tgz: no such file or directory"),
    ],
    ids=lambda case: " ".join(case) if isinstance(case, list) else None,
)  # fmt: skip
def test_what_fails_is_one_clear_line(
    arguments: list[str], text: str, ask: Ask, server: ChartServer, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(places)
    closed = nobody()
    marks = {"{url}": server.url, "NOBODY": closed, "HOST": closed.removeprefix("http://")}

    def filled(word: str) -> str:
        for mark, value in marks.items():
            word = word.replace(mark, value)
        return word

    assert ask(*map(filled, arguments)) == (1, "", f"Error: {filled(text)}\n")
    assert not (places / "config" / "repositories.yaml").exists()
    assert [path.name for path in places.glob("*.tgz")] == []


def test_an_unknown_chart_of_a_known_repository(ask: Ask, server: ChartServer) -> None:
    ask("repo", "add", "mine", server.url, *FLAGS)

    assert ask("pull", "mine/nope") == (
        1,
        "",
        "Error: chart \"nope\" matching  not found in mine index. (try 'helm repo update'): no chart name found\n",
    )


def test_a_failed_update_names_the_repositories(ask: Ask, server: ChartServer) -> None:
    ask("repo", "add", "mine", server.url, *FLAGS)
    server.rules.append(lambda _: Reply(status=500))

    status, out, err = ask("repo", "update")

    assert (status, err) == (1, f"Error: failed to update the following repositories: [{server.url}]\n")
    assert f'...Unable to get an update from the "mine" chart repository ({server.url}):\n\t' in out


def test_charts_are_pulled_as_archives_and_folders(
    ask: Ask, server: ChartServer, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(places)
    ask("repo", "add", "mine", server.url, *FLAGS)

    assert ask("pull", "mine/web") == (0, "", "")
    assert ask("pull", "mine/web", "--untar", "--untardir", "open") == (0, "", "")
    assert ask("pull", "mine/web", "--untar", "--untardir", "open") == (
        1,
        "",
        "Error: failed to untar: a file or directory with the name open/web already exists\n",
    )
    assert load_path(places / "web-1.2.0.tgz").metadata == load_path(places / "open" / "web").metadata


def test_charts_go_to_registries_and_come_back(ask: Ask, places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(places)
    (places / "web-1.2.0.tgz").write_bytes(packed(load_path(CHARTS / "web")))
    with RegistryServer(LOGIN) as registry:
        host = registry.host
        login = ask("registry", "login", host, "-u", "me", "-p", "pw", "--plain-http")
        status, pushed, _ = ask("push", "web-1.2.0.tgz", f"oci://{host}/charts", "--plain-http")
        pulled = ask("pull", f"oci://{host}/charts/web", "--plain-http", "-d", places)[1]
        logout = ask("registry", "logout", host)
        refused = ask("registry", "login", host, "-u", "me", "-p", "no", "--plain-http")

    insecure = 'level=WARN msg="using --password via the CLI is insecure. Use --password-stdin"\n'
    assert login == (0, "Login Succeeded\n", insecure)
    assert (status, pushed.splitlines()[0]) == (0, f"Pushed: {host}/charts/web:1.2.0")
    assert pulled == pushed.replace("Pushed", "Pulled")
    assert logout == (0, f"Removing login credentials for {host}\n", "")
    assert refused[0] == 1
    assert refused[2].startswith(
        f'{insecure}Error: authenticating to "{host}": GET "http://{host}/v2/": response status code 401'
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["nope.tgz", "oci://h/x"], "nope.tgz: no such file"),
        (["web", "oci://h/x"], "cannot push directory, must provide chart archive (.tgz)"),
        (["web", "http://h/x"], 'scheme "http" not supported'),
        (["web", "h/x"], 'scheme prefix missing from remote (e.g. "oci://")'),
    ],
)
def test_what_cannot_be_pushed_is_told(
    arguments: list[str], text: str, ask: Ask, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (places / "web").mkdir()
    monkeypatch.chdir(places)

    assert ask("push", *arguments) == (1, "", f"Error: {text}\n")


def test_an_index_is_written_and_merged(ask: Ask, places: Path) -> None:
    folder = places / "site"
    (folder / "below").mkdir(parents=True)
    (folder / "web-1.2.0.tgz").write_bytes(packed(load_path(CHARTS / "web")))
    (folder / "below" / "upf.tgz").write_bytes(packed(load_path(CHARTS / "upf")))
    (folder / "no-chart.tgz").write_bytes(b"text")

    assert ask("repo", "index", folder, "--url", "https://h/c") == (0, "", "")
    index = yamlio.load((folder / "index.yaml").read_bytes())
    assert {name: entries[0]["urls"] for name, entries in index["entries"].items()} == {
        "upf": ["https://h/c/below/upf.tgz"],
        "web": ["https://h/c/web-1.2.0.tgz"],
    }
    other = places / "other"
    other.mkdir()
    assert ask("repo", "index", other, "--merge", folder / "index.yaml", "--json") == (0, "", "")
    merged = json.loads((other / "index.yaml").read_bytes())
    assert merged["entries"] == index["entries"]
    assert ask("repo", "index", other, "--merge", other / "absent.yaml") == (0, "", "")
    assert yamlio.load((other / "absent.yaml").read_bytes())["entries"] == {}


def test_a_broken_index_cannot_be_merged(ask: Ask, places: Path) -> None:
    (places / "bad.yaml").write_text("entries: {}\n")

    assert ask("repo", "index", places, "--merge", places / "bad.yaml") == (
        1,
        "",
        "Error: merge failed: no API version specified\n",
    )


def test_a_password_that_nobody_can_type_is_told(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    assert ask("repo", "add", "x", "http://h", "--username", "me") == (
        1,
        "",
        "Error: a password is needed, and standard input is no terminal: use --password-stdin\n",
    )
    assert ask("registry", "login", "h") == (
        1,
        "",
        "Error: a user name is needed, and standard input is no terminal: use --username\n",
    )
