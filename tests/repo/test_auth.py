"""Stored registry credentials: Docker's formats, helper programs, and writing them back."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import DeadlineExceeded, RepositoryConfigError
from purehelm.repo.auth import CredentialStore, StoredCredentials
from purehelm.repo.transport import Credentials

LOGIN = Credentials(username="user", password="pass:word")
AUTH = "dXNlcjpwYXNzOndvcmQ="
FOUND = StoredCredentials(login=LOGIN)
NOTHING = StoredCredentials()


def write(path: Path, config: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(config))
    return path


def helper(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / f"docker-credential-{name}"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.parametrize(
    ("config", "registry", "want"),
    [
        ({"auths": {"r.example": {"auth": AUTH}}}, "r.example", FOUND),
        ({"auths": {"r.example": {"username": "user", "password": "pass:word"}}}, "r.example", FOUND),
        ({"auths": {"https://r.example/v1/": {"auth": AUTH}}}, "r.example", FOUND),
        ({"auths": {"https://index.docker.io/v1/": {"auth": AUTH}}}, "docker.io", FOUND),
        ({"auths": {"https://index.docker.io/v1/": {"auth": AUTH}}}, "registry-1.docker.io", FOUND),
        ({"auths": {"r.example": {"identitytoken": "tok"}}}, "r.example", StoredCredentials(identity_token="tok")),
        ({"auths": {"r.example:5000": {"auth": AUTH}}}, "r.example", NOTHING),
        ({"auths": {"r.example": {}}}, "r.example", NOTHING),
        ({}, "r.example", NOTHING),
    ],
    ids=["auth", "plain", "url key", "docker hub", "docker hub host", "identity token", "port", "empty", "no auths"],
)
def test_credentials_are_found(tmp_path: Path, config: object, registry: str, want: StoredCredentials) -> None:
    store = CredentialStore((write(tmp_path / "config.json", config),))
    assert store.get(registry, Deadline(5)) == want


def test_the_second_file_is_asked_where_the_first_has_nothing(tmp_path: Path) -> None:
    second = write(tmp_path / "docker.json", {"auths": {"r.example": {"auth": AUTH}}})
    assert CredentialStore((tmp_path / "missing.json", second)).get("r.example", Deadline(5)) == FOUND


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"auths": 1}', '{"auths": {"r.example": {"auth": "%%"}}}', '{"credsStore": "../evil"}'],
    ids=["json", "list", "auths", "base64", "helper name"],
)  # fmt: skip
def test_a_broken_file_is_told_without_its_content(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(RepositoryConfigError) as caught:
        CredentialStore((path,)).get("r.example", Deadline(5))
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("config", "script", "want"),
    [
        ({"credsStore": "x"}, """echo '{"Username":"user","Secret":"pass:word"}'""", FOUND),
        ({"credHelpers": {"r.example": "x"}}, """echo '{"Username":"user","Secret":"pass:word"}'""", FOUND),
        ({"credHelpers": {"other.example": "x"}}, "exit 9", NOTHING),
        ({"credsStore": "x"}, """echo '{"Username":"<token>","Secret":"tok"}'""", StoredCredentials(identity_token="tok")),
        ({"credsStore": "x"}, "echo credentials not found in native keychain; exit 1", NOTHING),
        ({"credsStore": "x"}, """read host; echo "{\\"Username\\":\\"$host\\",\\"Secret\\":\\"$1\\"}" """,
         StoredCredentials(login=Credentials(username="r.example", password="get"))),
    ],
    ids=["store", "helper", "other registry", "token", "not found", "protocol"],
)  # fmt: skip
def test_a_helper_program_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: object, script: str, want: StoredCredentials
) -> None:
    helper(tmp_path, "x", script, monkeypatch)
    store = CredentialStore((write(tmp_path / "config.json", config),))
    assert store.get("r.example", Deadline(5)) == want


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo secret-in-output; exit 3", "docker-credential-x get failed with exit code 3"),
        ("echo '{}'", "docker-credential-x gave no credentials that can be read"),
    ],
    ids=["fails", "unreadable"],
)
def test_a_helper_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, message: str) -> None:
    helper(tmp_path, "x", script, monkeypatch)
    store = CredentialStore((write(tmp_path / "config.json", {"credsStore": "x"}),))
    with pytest.raises(RepositoryConfigError, match=f"^{message}$"):
        store.get("r.example", Deadline(5))


def test_a_helper_that_hangs_ends_with_the_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helper(tmp_path, "x", "exec sleep 5", monkeypatch)
    store = CredentialStore((write(tmp_path / "config.json", {"credsStore": "x"}),))
    with pytest.raises(DeadlineExceeded):
        store.get("r.example", Deadline(0.05))


def test_a_helper_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    store = CredentialStore((write(tmp_path / "config.json", {"credsStore": "x"}),))
    with pytest.raises(RepositoryConfigError, match="docker-credential-x is configured but not in PATH"):
        store.get("r.example", Deadline(5))


def test_a_login_is_stored_and_removed(tmp_path: Path) -> None:
    path = write(tmp_path / "config.json", {"auths": {"other.example": {"auth": "x"}}, "kept": 1})
    store = CredentialStore((path,))
    store.put("r.example", LOGIN, Deadline(5))
    assert store.get("r.example", Deadline(5)) == FOUND
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    store.remove("r.example", Deadline(5))
    assert json.loads(path.read_text()) == {"auths": {"other.example": {"auth": "x"}}, "kept": 1}


def test_removing_from_nothing_writes_nothing(tmp_path: Path) -> None:
    CredentialStore((tmp_path / "config.json",)).remove("r.example", Deadline(5))
    assert not (tmp_path / "config.json").exists()


def test_a_login_goes_to_the_helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helper(tmp_path, "x", f'echo "$1 $(cat)" >> {tmp_path}/log', monkeypatch)
    store = CredentialStore((write(tmp_path / "config.json", {"credsStore": "x"}),))
    store.put("r.example", LOGIN, Deadline(5))
    store.remove("r.example", Deadline(5))
    stored, erased = (tmp_path / "log").read_text().splitlines()
    verb, _, secret = stored.partition(" ")
    assert (verb, json.loads(secret), erased) == (
        "store", {"ServerURL": "r.example", "Username": "user", "Secret": "pass:word"}, "erase r.example",
    )  # fmt: skip
