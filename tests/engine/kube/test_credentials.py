"""Tokens in files, and programs that give credentials."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.errors import ClusterUnreachable
from purehelm.engine.kube.credentials import NoCredentials, TokenFile
from purehelm.engine.kube.plugins import ExecCredentials, ProviderCredentials


def test_a_tokens_file_is_read_again(tmp_path: Path) -> None:
    now = [0.0]
    path = tmp_path / "token"
    path.write_text("one\n")
    token = TokenFile(path, now=lambda: now[0])
    assert token.header() == "Bearer one"
    path.write_text("two")
    assert token.header() == "Bearer one"
    assert token.header(refused=True) == "Bearer two"
    path.write_text("three")
    now[0] = 61.0
    assert token.header() == "Bearer three"
    path.unlink()
    now[0] = 200.0
    assert token.header() == "Bearer three"


def test_a_tokens_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ClusterUnreachable, match="failed to read token file"):
        TokenFile(tmp_path / "none").header()


def test_nobody() -> None:
    nobody = NoCredentials()
    assert (nobody.header(), nobody.certificate(), nobody.renewable) == (None, None, False)


def plugin(tmp_path: Path, body: str) -> dict[str, Any]:
    path = tmp_path / "plugin"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return {"apiVersion": "client.authentication.k8s.io/v1", "command": str(path), "interactiveMode": "Never"}


def answer(**status: Any) -> str:
    return json.dumps({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status})


def test_a_plugin_is_asked_once(tmp_path: Path) -> None:
    count = tmp_path / "count"
    section = plugin(tmp_path, f"echo x >> {count}; echo '{answer(token='t')}'")
    credentials = ExecCredentials(section, {})
    assert [credentials.header(), credentials.header()] == ["Bearer t"] * 2
    assert count.read_text() == "x\n"
    assert credentials.header(refused=True) == "Bearer t"
    assert count.read_text() == "x\nx\n"
    assert credentials.certificate() is None


def test_a_plugin_whose_answer_is_over_is_asked_again(tmp_path: Path) -> None:
    count = tmp_path / "count"
    said = answer(token="t", expirationTimestamp="2020-01-01T00:00:00Z")
    credentials = ExecCredentials(plugin(tmp_path, f"echo x >> {count}; echo '{said}'"), {})
    assert [credentials.header(), credentials.header()] == ["Bearer t"] * 2
    assert count.read_text() == "x\nx\n"


def test_a_plugin_may_give_a_certificate(tmp_path: Path) -> None:
    said = answer(clientCertificateData="crt", clientKeyData="key", expirationTimestamp="2999-01-01T00:00:00Z")
    credentials = ExecCredentials(
        {**plugin(tmp_path, f"echo '{said}'"), "provideClusterInfo": True}, {"server": "https://k"}
    )
    assert (credentials.header(), credentials.certificate()) == (None, (b"crt", b"key"))


def test_a_plugin_that_fails_keeps_its_words(tmp_path: Path) -> None:
    with pytest.raises(ClusterUnreachable) as caught:
        ExecCredentials(plugin(tmp_path, "echo secret >&2; exit 1"), {}).header()
    assert str(caught.value) == f"getting credentials: exec: executable {tmp_path}/plugin failed"
    assert caught.value.__cause__ is None


def test_a_plugin_that_is_not_there() -> None:
    with pytest.raises(ClusterUnreachable) as caught:
        ExecCredentials({"command": "no-such-program"}, {}).header()
    assert str(caught.value).startswith(
        "getting credentials: exec: executable no-such-program not found\n\nIt looks like you are trying to use"
    )
    with pytest.raises(ClusterUnreachable, match=r"install me$"):
        ExecCredentials({"command": "no-such-program", "installHint": "install me"}, {}).header()


def test_a_provider() -> None:
    user = {"auth-provider": {"name": "oidc", "config": {"id-token": ""}}, "token": "t"}
    provider = ProviderCredentials(user)
    assert provider.header() == "Bearer t"
    assert provider.header(refused=True) == "Bearer t"


def test_a_provider_that_fails() -> None:
    with pytest.raises(ClusterUnreachable, match=r"^getting credentials: the auth provider failed$"):
        ProviderCredentials({"client-certificate": "/no/such/file", "auth-provider": {"name": "x"}}).header()
