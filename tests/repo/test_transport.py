"""HTTP: who gets credentials, what is refused, and what each failure says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import (
    Cancelled,
    DeadlineExceeded,
    RepositoryConfigError,
    RepositoryError,
    RepositoryUnauthorized,
    RepositoryUnreachable,
)
from purehelm.repo.loopback import Call, LoopbackServer, Reply
from purehelm.repo.transport import Access, Credentials, Request, Tls, Transport

BASIC = "Basic dXNlcjpzZWNyZXQ="
LOGIN = Credentials(username="user", password="secret")


@pytest.fixture
def transport() -> Iterator[Transport]:
    made = Transport({})
    yield made
    made.close()


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as started:
        started.rules.append(lambda call: Reply(body=b"here") if call.path == "/here" else None)
        yield started


@pytest.fixture
def other() -> Iterator[LoopbackServer]:
    with LoopbackServer() as started:
        started.rules.append(lambda call: Reply(body=b"there") if call.path == "/there" else None)
        yield started


def redirect(target: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"Location": target})


def test_credentials_go_to_their_own_place(transport: Transport, server: LoopbackServer) -> None:
    access = Access(url=server.url, credentials=LOGIN)
    assert transport.get(f"{server.url}/here", access, Deadline(5), accept="text/x", limit=10).body == b"here"
    headers = server.requests[0].headers
    assert (headers["authorization"], headers["user-agent"], headers["accept"], headers["accept-encoding"]) == (
        BASIC, "Helm/4.3", "text/x", "identity",
    )  # fmt: skip


@pytest.mark.parametrize(("everywhere", "want"), [(False, None), (True, BASIC)], ids=["kept", "pass-credentials"])
def test_credentials_stay_with_their_origin(
    transport: Transport, server: LoopbackServer, other: LoopbackServer, everywhere: bool, want: str | None
) -> None:
    access = Access(url=server.url, credentials=LOGIN, pass_credentials=everywhere)
    transport.get(f"{other.url}/there", access, Deadline(5), limit=10)
    assert other.requests[0].headers.get("authorization") == want


def test_credentials_in_a_url_are_used_and_not_sent_in_it(transport: Transport, server: LoopbackServer) -> None:
    url = f"http://user:secret@{server.host}"
    transport.get(f"{url}/here", Access(url=url), Deadline(5), limit=10)
    assert server.requests[0].headers["authorization"] == BASIC
    assert server.requests[0].headers["host"] == server.host


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_without_credentials(
    transport: Transport, server: LoopbackServer, other: LoopbackServer, status: int
) -> None:
    server.rules.insert(0, lambda call: redirect(f"{other.url}/there", status))
    response = transport.get(f"{server.url}/x", Access(url=server.url, credentials=LOGIN), Deadline(5), limit=10)
    assert (response.body, response.url) == (b"there", f"{other.url}/there")
    assert "authorization" in server.requests[0].headers
    assert "authorization" not in other.requests[0].headers


def test_a_header_of_ours_does_not_leave_its_origin(
    transport: Transport, server: LoopbackServer, other: LoopbackServer
) -> None:
    server.rules.insert(0, lambda call: redirect(f"{other.url}/there"))
    request = Request(url=f"{server.url}/x", headers={"Authorization": "Bearer t"})
    transport.send(request, Access(url=server.url), Deadline(5))
    assert server.requests[0].headers["authorization"] == "Bearer t"
    assert "authorization" not in other.requests[0].headers


@pytest.mark.parametrize(
    ("status", "want"), [(302, ("GET", b"")), (307, ("POST", b"data"))], ids=["becomes GET", "kept"]
)
def test_a_redirected_change(
    transport: Transport, server: LoopbackServer, status: int, want: tuple[str, bytes]
) -> None:
    server.rules.insert(0, lambda call: redirect("/here", status) if call.path == "/x" else None)
    request = Request(url=f"{server.url}/x", method="POST", body=b"data")
    assert transport.send(request, Access(url=server.url), Deadline(5)).body == b"here"
    assert (server.requests[1].method, server.requests[1].body) == want


def test_endless_redirects_end(transport: Transport, server: LoopbackServer) -> None:
    server.rules.insert(0, lambda call: redirect("/again"))
    with pytest.raises(RepositoryError, match="stopped after 10 redirects"):
        transport.send(Request(url=f"{server.url}/x"), Access(url=server.url), Deadline(5))
    assert len(server.requests) == 11


def test_a_redirect_to_another_scheme_is_refused(transport: Transport, server: LoopbackServer) -> None:
    server.rules.insert(0, lambda call: redirect("file:///etc/passwd"))
    with pytest.raises(RepositoryConfigError, match="could not find protocol handler for: file"):
        transport.send(Request(url=f"{server.url}/x"), Access(url=server.url), Deadline(5))


def test_an_answer_over_the_limit_is_refused(transport: Transport, server: LoopbackServer) -> None:
    server.rules.insert(0, lambda call: Reply(body=b"x" * 11))
    with pytest.raises(RepositoryError, match="the answer is larger than 10 bytes"):
        transport.get(f"{server.url}/x", Access(url=server.url), Deadline(5), limit=10)


def test_a_compressed_answer_stays_as_it_was_sent(transport: Transport, server: LoopbackServer) -> None:
    server.rules.insert(0, lambda call: Reply(headers={"Content-Encoding": "gzip"}, body=b"no gzip"))
    assert transport.get(f"{server.url}/x", Access(url=server.url), Deadline(5), limit=10).body == b"no gzip"


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (404, RepositoryError, "failed to fetch {url}/x?REDACTED : 404 Not Found"),
        (401, RepositoryUnauthorized, "failed to fetch {url}/x?REDACTED : 401 Unauthorized (check the username and password)"),
        (403, RepositoryUnauthorized, "failed to fetch {url}/x?REDACTED : 403 Forbidden (check the username and password)"),
        (500, RepositoryError, "failed to fetch {url}/x?REDACTED : 500 Internal Server Error"),
    ],
)  # fmt: skip
def test_a_status_is_told(
    transport: Transport, server: LoopbackServer, status: int, kind: type[RepositoryError], text: str
) -> None:
    server.rules.insert(0, lambda call: Reply(status=status))
    with pytest.raises(kind) as caught:
        transport.get(f"{server.url}/x?token=secret", Access(url=server.url, credentials=LOGIN), Deadline(5), limit=10)
    assert (str(caught.value), caught.value.status) == (text.format(url=server.url), status)


def test_a_busy_server_is_asked_again(transport: Transport, server: LoopbackServer) -> None:
    server.rules.insert(0, lambda call: Reply(status=503) if len(server.requests) == 1 else None)
    assert transport.get(f"{server.url}/here", Access(url=server.url), Deadline(5), limit=10).body == b"here"
    assert len(server.requests) == 2


def test_a_change_is_never_sent_twice(transport: Transport, server: LoopbackServer) -> None:
    server.rules.insert(0, lambda call: Reply(status=503))
    assert transport.send(Request(url=server.url, method="POST"), Access(url=server.url), Deadline(5)).status == 503
    assert len(server.requests) == 1


def test_nobody_listens(transport: Transport) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, but not listening
        port = held.getsockname()[1]
        with pytest.raises(RepositoryUnreachable) as caught:
            transport.send(Request(url=f"http://127.0.0.1:{port}/x"), Access(url="http://h"), Deadline(5))
    assert f'Get "http://127.0.0.1:{port}/x": cannot reach 127.0.0.1:{port}' in str(caught.value)
    assert "connection refused" in str(caught.value)
    assert "0x" not in str(caught.value)


def test_a_connection_that_breaks_is_tried_three_times(transport: Transport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        seen: list[int] = []

        def hang_up() -> None:
            while len(seen) < 3:
                connection, _ = listener.accept()
                connection.recv(1000)
                seen.append(1)
                connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        with pytest.raises(RepositoryUnreachable):
            transport.send(Request(url=url), Access(url=url), Deadline(5))
        thread.join()
    assert len(seen) == 3


def test_the_deadline_ends_waiting(transport: Transport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:  # accepts, never answers
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        with pytest.raises(DeadlineExceeded):
            transport.send(Request(url=url), Access(url=url), Deadline(0.1))


def test_a_cancelled_deadline_sends_nothing(transport: Transport, server: LoopbackServer) -> None:
    deadline = Deadline(5)
    deadline.cancel()
    with pytest.raises(Cancelled):
        transport.send(Request(url=server.url), Access(url=server.url), deadline)
    assert server.requests == []


def test_cancelling_ends_a_long_answer(transport: Transport, server: LoopbackServer) -> None:
    deadline = Deadline(5)

    def cancel(call: Call) -> Reply:
        deadline.cancel()
        return Reply(body=b"x" * 1000)

    server.rules.insert(0, cancel)
    with pytest.raises(Cancelled):
        transport.send(Request(url=server.url), Access(url=server.url), deadline)


def test_a_missing_ca_file_is_a_configuration_error(transport: Transport) -> None:
    access = Access(url="https://h", tls=Tls(ca_file="/nowhere/ca.pem"))
    with pytest.raises(RepositoryConfigError, match="can't create TLS config for client"):
        transport.send(Request(url="https://h/x"), access, Deadline(5))


def test_a_proxy_of_the_environment_is_used(server: LoopbackServer) -> None:
    transport = Transport({"http_proxy": server.url, "no_proxy": "inside.example"})
    server.rules.insert(0, lambda call: Reply(body=b"by proxy"))
    response = transport.send(Request(url="http://charts.example/x"), Access(url="http://charts.example"), Deadline(5))
    assert response.body == b"by proxy"
    transport.close()


def test_secrets_are_not_shown() -> None:
    assert "secret" not in repr(Access(url="http://h", credentials=LOGIN))
