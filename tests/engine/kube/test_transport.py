"""Servers that are not there, certificates, proxies: what is said of them."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ClusterUnreachable, DeadlineExceeded, SettingsError
from purehelm.engine.kube.client import connect
from purehelm.engine.kube.config import ClusterChoice, Connection, Tls
from purehelm.engine.kube.opening import is_exempt, proxy_of
from purehelm.engine.kube.transport import Request, Transport
from tests.bed.certificates import Authority
from tests.engine.kube.conftest import Scripted

VERSION = Request(method="GET", path="/version")


def message(connection: Connection, seconds: float = 10.0) -> str:
    transport = Transport(connection, environment={})
    with pytest.raises(ClusterUnreachable) as caught:
        transport.send(VERSION, Deadline(seconds))
    transport.close()
    return str(caught.value)


@pytest.fixture
def closed() -> int:
    """A port where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_nobody_listens(closed: int) -> None:
    said = message(Connection(server=f"http://127.0.0.1:{closed}"))
    want = f'Get "http://127.0.0.1:{closed}/version": dial tcp 127.0.0.1:{closed}: connect: connection refused'
    assert said == want


def test_no_such_host() -> None:
    said = message(Connection(server="https://nohost.invalid:6443", tls=Tls(insecure=True)))
    assert said == 'Get "https://nohost.invalid:6443/version": dial tcp: lookup nohost.invalid: no such host'


def test_a_path_before_the_api(server: Scripted) -> None:
    server.on("/cluster/a/version", {"gitVersion": "v1"})
    transport = Transport(Connection(server=f"{server.url}/cluster/a/"), environment={})
    assert transport.send(VERSION, Deadline(10)).status == 200
    transport.close()


def test_a_server_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        transport = Transport(Connection(server=f"http://127.0.0.1:{silent.getsockname()[1]}"), environment={})
        with pytest.raises(DeadlineExceeded):
            transport.send(VERSION, Deadline(0.2))
        transport.close()


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A folder of certificates, and the port of a TLS server that asks for one."""
    authority = Authority(tmp_path)
    authority.issue("server", "kube-apiserver")
    authority.issue("admin", "admin")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
    context.load_verify_locations(tmp_path / "ca.crt")
    context.verify_mode = ssl.CERT_OPTIONAL
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                raw, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(raw, server_side=True) as wrapped:
                    wrapped.recv(65536)
                    who = dict(pair[0] for pair in (wrapped.getpeercert() or {}).get("subject", ()))
                    body = b'{"who":"%s"}' % str(who.get("commonName", "")).encode()
                    wrapped.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            except OSError:
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield tmp_path, listening.getsockname()[1]
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(5)


def who(connection: Connection) -> bytes:
    transport = Transport(connection, environment={})
    body = transport.send(VERSION, Deadline(10)).body
    transport.close()
    return body


def test_certificates_are_shown(secure: tuple[Path, int]) -> None:
    folder, port = secure
    server = f"https://127.0.0.1:{port}"
    ca, crt, key = (str(folder / name) for name in ("ca.crt", "admin.crt", "admin.key"))
    assert who(Connection(server=server, tls=Tls(ca_file=ca, cert_file=crt, key_file=key))) == b'{"who":"admin"}'
    data = [(folder / name).read_bytes() for name in ("ca.crt", "admin.crt", "admin.key")]
    assert (
        who(Connection(server=server, tls=Tls(ca_data=data[0], cert_data=data[1], key_data=data[2])))
        == b'{"who":"admin"}'
    )
    assert who(Connection(server=server, tls=Tls(insecure=True))) == b'{"who":""}'
    assert who(Connection(server=server, tls=Tls(ca_file=ca, server_name="localhost"))) == b'{"who":""}'


def test_certificates_that_are_wrong(secure: tuple[Path, int], tmp_path: Path) -> None:
    folder, port = secure
    server = f"https://127.0.0.1:{port}"
    head = f'Get "{server}/version": tls: failed to verify certificate: x509: '
    assert message(Connection(server=server)) == head + "certificate signed by unknown authority"
    trusted = Tls(ca_file=str(folder / "ca.crt"), server_name="other.example")
    assert message(Connection(server=server, tls=trusted)) == head + "certificate is not valid for other.example"


def test_certificates_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("secret")
    for tls in (Tls(ca_data=b"secret"), Tls(ca_file=str(tmp_path / "x"))):
        with pytest.raises(ClusterUnreachable, match=r"^unable to load root certificates"):
            Transport(Connection(server="https://k", tls=tls), environment={})
    with pytest.raises(ClusterUnreachable, match=r"^tls: failed to find any PEM data") as caught:
        Transport(Connection(server="https://k", tls=Tls(cert_data=b"secret", key_data=b"secret")), environment={})
    assert caught.value.__cause__ is None


def test_plain_http_where_tls_was_meant(server: Scripted) -> None:
    said = message(Connection(server=server.url.replace("http:", "https:"), tls=Tls(insecure=True)))
    assert said.endswith("http: server gave HTTP response to HTTPS client")


# --- proxies

PROXY = {"HTTPS_PROXY": "proxy:8080", "NO_PROXY": "inside, .corp.example,10.0.0.0/8,other:443"}


@pytest.mark.parametrize(
    ("server", "environment", "want"),
    [
        ("https://k.example", PROXY, "http://proxy:8080"),
        ("https://k.example", {"https_proxy": "https://p"}, "https://p"),
        ("http://k.example", PROXY, None),
        ("https://k.example", {}, None),
        ("https://localhost:6443", PROXY, None),
        ("https://127.0.0.1:6443", PROXY, None),
        ("https://inside", PROXY, None),
        ("https://a.corp.example", PROXY, None),
        ("https://10.1.2.3", PROXY, None),
        ("https://11.1.2.3", PROXY, "http://proxy:8080"),
        ("https://other", PROXY, None),
        ("https://k.example", {**PROXY, "NO_PROXY": "*"}, None),
    ],
)
def test_proxies_of_the_environment(server: str, environment: dict[str, str], want: str | None) -> None:
    assert proxy_of(server, environment) == want


def test_a_network_exempts_no_names() -> None:
    assert not is_exempt("k.example", "10.0.0.0/8")


def test_a_proxy_carries_requests(server: Scripted) -> None:
    server.on("/version", {"gitVersion": "v1"})
    transport = Transport(
        Connection(server="http://k.example", proxy=server.url.replace("//", "//u:p@")), environment={}
    )
    transport.send(VERSION, Deadline(10))
    transport.close()
    assert server.seen[0].headers["proxy-authorization"] == "Basic dTpw"


def test_a_proxy_that_is_not_there(closed: int) -> None:
    said = message(Connection(server="http://k.example", proxy=f"http://u:secret@127.0.0.1:{closed}"))
    assert said.startswith('Get "http://k.example/version": proxyconnect tcp: dial tcp')
    assert "secret" not in said


def test_a_proxy_of_another_kind() -> None:
    with pytest.raises(SettingsError, match="a proxy of this kind is not supported"):
        Transport(Connection(server="http://k", proxy="socks5://p"), environment={})


def test_a_server_that_was_there_may_come_back(closed: int) -> None:
    client = connect(ClusterChoice(server=f"http://127.0.0.1:{closed}"), environment={})
    with pytest.raises(ClusterUnreachable):
        client.check()  # at once: it was never there
    client.close()
