"""Kubeconfig files, flags over them, pods, and client-go's words for what is wrong."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.errors import ClusterUnreachable
from purehelm.engine.kube import config as module
from purehelm.engine.kube.config import ClusterChoice, Connection, Tls, load_connection
from purehelm.engine.kube.credentials import NoCredentials, StaticHeader, TokenFile
from purehelm.engine.kube.plugins import ExecCredentials, ProviderCredentials


def kubeconfig(cluster: Any = None, user: Any = None, context: Any = None, **extra: Any) -> dict[str, Any]:
    return {
        "clusters": [{"name": "c", "cluster": {"server": "https://k:6443", **(cluster or {})}}],
        "users": [{"name": "u", "user": user or {}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u", **(context or {})}}],
        "current-context": "x",
        **extra,
    }


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """Load a body as the kubeconfig of a choice."""

    def loaded(body: Any, **choice: Any) -> Connection:
        path = tmp_path / "config"
        path.write_text(json.dumps(body))
        return load_connection(ClusterChoice(kubeconfig=str(path), **choice), {})

    return loaded


def test_nothing_chosen_is_localhost() -> None:
    found = load_connection(ClusterChoice(), {})
    assert (found.server, found.namespace, found.credentials.header()) == ("http://localhost:8080", "default", None)


def test_a_context(load: Any) -> None:
    found = load(kubeconfig(context={"namespace": "n"}, user={"token": "t"}))
    assert (found.server, found.namespace) == ("https://k:6443", "n")
    assert found.credentials.header() == "Bearer t"


def test_a_server_without_scheme_speaks_http(load: Any) -> None:
    assert load(kubeconfig({"server": "k:1"})).server == "http://k:1"


def test_certificates(load: Any, tmp_path: Path) -> None:
    for name in ("ca", "crt", "key"):
        (tmp_path / name).write_text(name)
    found = load(
        kubeconfig(
            {"certificate-authority": "ca", "tls-server-name": "s"},
            {"client-certificate": "crt", "client-key": str(tmp_path / "key")},
        )
    )
    assert found.tls == Tls(
        server_name="s", ca_file=str(tmp_path / "ca"), cert_file=str(tmp_path / "crt"), key_file=str(tmp_path / "key")
    )


def test_certificates_as_data(load: Any) -> None:
    coded = {name: base64.b64encode(name.encode()).decode() for name in ("ca", "crt", "key")}
    found = load(
        kubeconfig(
            {"certificate-authority-data": coded["ca"], "insecure-skip-tls-verify": True},
            {"client-certificate-data": coded["crt"], "client-key-data": coded["key"]},
        )
    )
    assert found.tls == Tls(insecure=True, ca_data=b"ca", cert_data=b"crt", key_data=b"key")
    assert "key_data" not in repr(found.tls)


@pytest.mark.parametrize(
    ("user", "want"),
    [
        ({"username": "u", "password": "p"}, "Basic dTpw"),
        ({"token": "t", "username": "u"}, "Bearer t"),
        ({}, None),
    ],
    ids=["basic", "token-first", "nobody"],
)
def test_credentials(load: Any, user: Any, want: str | None) -> None:
    assert load(kubeconfig(user=user)).credentials.header() == want


def test_kinds_of_credentials(load: Any, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t")
    assert isinstance(load(kubeconfig(user={"tokenFile": "token"})).credentials, TokenFile)
    assert isinstance(load(kubeconfig(user={"exec": {"command": "c"}})).credentials, ExecCredentials)
    assert isinstance(load(kubeconfig(user={"auth-provider": {"name": "oidc"}})).credentials, ProviderCredentials)
    assert isinstance(load(kubeconfig(user={"exec": {"command": "c"}}), token="t").credentials, StaticHeader)
    assert type(load(kubeconfig()).credentials) is NoCredentials


def test_impersonation(load: Any) -> None:
    user = {"as": "a", "as-uid": "1", "as-groups": ["g"], "as-user-extra": {"k": ["v", "w"]}}
    assert load(kubeconfig(user=user)).headers == (
        ("Impersonate-User", "a"), ("Impersonate-Uid", "1"), ("Impersonate-Group", "g"),
        ("Impersonate-Extra-k", "v"), ("Impersonate-Extra-k", "w"),
    )  # fmt: skip
    assert load(kubeconfig(user=user), as_user="b", as_groups=("h", "i")).headers == (
        ("Impersonate-User", "b"), ("Impersonate-Group", "h"), ("Impersonate-Group", "i"),
    )  # fmt: skip


def test_flags_go_over_the_file(load: Any) -> None:
    body = kubeconfig(
        {"certificate-authority-data": base64.b64encode(b"ca").decode(), "proxy-url": "http://p"}, {"token": "t"}
    )
    found = load(body, server="https://other", token="mine", ca_file="/ca", tls_server_name="s")
    assert (found.server, found.credentials.header(), found.proxy) == ("https://other", "Bearer mine", "http://p")
    assert found.tls == Tls(ca_file="/ca", server_name="s")
    assert load(body, insecure=True).tls == Tls(insecure=True)


def test_another_context(load: Any) -> None:
    body = kubeconfig()
    body["contexts"].append({"name": "y", "context": {"cluster": "c", "namespace": "other"}})
    assert load(body, context="y").namespace == "other"
    with pytest.raises(ClusterUnreachable, match=r'^context "z" does not exist$'):
        load(body, context="z")


def test_a_current_context_that_is_not_there(load: Any) -> None:
    with pytest.raises(
        ClusterUnreachable, match=r"^invalid configuration: context was not found for specified context: z$"
    ):
        load(kubeconfig(**{"current-context": "z"}))


def test_the_first_file_wins(tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "sub" / "two"
    second.parent.mkdir()
    first.write_text(json.dumps({"current-context": "x", "users": [{"name": "u", "user": {"token": "first"}}]}))
    second.write_text(
        json.dumps(kubeconfig({"certificate-authority": "ca"}, {"token": "second"}, **{"current-context": "other"}))
    )
    (second.parent / "ca").write_text("")
    found = load_connection(ClusterChoice(), {"KUBECONFIG": f"{first}:{tmp_path / 'none'}:{second}"})
    assert (found.server, found.credentials.header()) == ("https://k:6443", "Bearer first")
    assert found.tls.ca_file == str(second.parent / "ca")


def test_the_home_folder(tmp_path: Path) -> None:
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube" / "config").write_text(json.dumps(kubeconfig()))
    assert load_connection(ClusterChoice(), {"HOME": str(tmp_path)}).server == "https://k:6443"


def test_what_is_wrong_is_said_without_secrets(load: Any, tmp_path: Path) -> None:
    def message(**user: Any) -> str:
        with pytest.raises(ClusterUnreachable) as caught:
            load(kubeconfig(user=user))
        assert caught.value.__cause__ is None
        return str(caught.value)

    assert message(**{"client-certificate": "/no/crt", "client-key": "/no/key"}) == (
        "invalid configuration: [unable to read client-cert /no/crt for u due to open /no/crt: no such file or directory, "
        "unable to read client-key /no/key for u due to open /no/key: no such file or directory]"
    )
    assert message(**{"client-key-data": "secret!"}) == "invalid configuration: client-key-data is no base64"
    with pytest.raises(
        ClusterUnreachable, match=r"^invalid configuration: unable to read certificate-authority /no/ca"
    ):
        load(kubeconfig({"certificate-authority": "/no/ca"}))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ClusterUnreachable, match=rf"^stat {tmp_path}/none: no such file or directory$"):
        load_connection(ClusterChoice(kubeconfig=str(tmp_path / "none")), {})
    with pytest.raises(ClusterUnreachable, match=r"is a directory$"):
        load_connection(ClusterChoice(kubeconfig=str(tmp_path)), {})
    (tmp_path / "bad").write_text("a: [")
    with pytest.raises(ClusterUnreachable, match=rf'^error loading config file "{tmp_path}/bad": '):
        load_connection(ClusterChoice(kubeconfig=str(tmp_path / "bad")), {})
    (tmp_path / "odd").write_text("- 1\n")
    assert load_connection(ClusterChoice(kubeconfig=str(tmp_path / "odd")), {}).server == "http://localhost:8080"


def test_a_pod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ACCOUNT", tmp_path)
    environment = {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}
    assert load_connection(ClusterChoice(), environment).server == "http://localhost:8080"
    (tmp_path / "token").write_text("t\n")
    found = load_connection(ClusterChoice(), environment)
    assert (found.server, found.namespace) == ("https://[fd00::1]:443", "default")
    assert (found.credentials.header(), found.tls.ca_file) == ("Bearer t", str(tmp_path / "ca.crt"))
    (tmp_path / "namespace").write_text("mine\n")
    assert load_connection(ClusterChoice(), environment).namespace == "mine"
    assert load_connection(ClusterChoice(), {**environment, "POD_NAMESPACE": "told"}).namespace == "told"
    assert load_connection(ClusterChoice(server="https://other"), environment).server == "https://other"


def test_secrets_are_not_shown() -> None:
    shown = repr(ClusterChoice(token="secret")) + repr(
        Connection(server="s", credentials=StaticHeader("secret"), proxy="http://u:secret@p")
    )
    assert "secret" not in shown
