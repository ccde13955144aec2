"""Challenges and tokens: what is asked for, of whom, and what is remembered."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import RepositoryError, RepositoryUnauthorized
from purehelm.repo.auth import StoredCredentials
from purehelm.repo.loopback import Call, LoopbackServer, Reply
from purehelm.repo.tokens import Authorizer, Challenge, merge_scopes, parse_challenge
from purehelm.repo.transport import Credentials, Request, Tls, Transport

LOGIN = StoredCredentials(login=Credentials(username="user", password="secret"))
BASIC = "Basic dXNlcjpzZWNyZXQ="
PULL = "repository:a/web:pull"


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as started:
        yield started


def authorizer(server: LoopbackServer, stored: StoredCredentials = LOGIN) -> Authorizer:
    return Authorizer(transport=Transport({}), base=server.url, tls=Tls(), stored=stored)


def protect(server: LoopbackServer, challenge: str, accepted: str, token: object = None) -> None:
    """401 with a challenge unless the header fits; /token answers with the token."""

    def rule(call: Call) -> Reply:
        if call.path == "/token":
            return Reply(body=orjson.dumps(token))
        if call.headers.get("authorization") == accepted:
            return Reply(body=b"ok")
        return Reply(status=401, headers={"WWW-Authenticate": challenge})

    server.rules.append(rule)


@pytest.mark.parametrize(
    ("header", "want"),
    [
        ('Bearer realm="https://a/t",service="s",scope="repository:x:pull,push"',
         Challenge(scheme="bearer", parameters={"realm": "https://a/t", "service": "s", "scope": "repository:x:pull,push"})),
        ('Basic realm="a \\"quoted\\" one"', Challenge(scheme="basic", parameters={"realm": 'a "quoted" one'})),
        ("BEARER Realm=plain", Challenge(scheme="bearer", parameters={"realm": "plain"})),
        ("", Challenge(scheme="", parameters={})),
    ],
    ids=["bearer", "quotes", "no quotes", "nothing"],
)  # fmt: skip
def test_a_challenge_is_read(header: str, want: Challenge) -> None:
    assert parse_challenge(header) == want


@pytest.mark.parametrize(
    ("texts", "want"),
    [
        (("repository:a:pull", "repository:a:push"), ["repository:a:pull,push"]),
        (("repository:b:pull repository:a:pull", ""), ["repository:a:pull", "repository:b:pull"]),
        (("", ""), []),
        (("odd", ""), ["odd"]),
    ],
    ids=["joined", "two", "none", "no actions"],
)
def test_scopes_are_merged(texts: tuple[str, str], want: list[str]) -> None:
    assert merge_scopes(*texts) == want


def test_basic_credentials_are_sent_when_asked_for_and_then_at_once(server: LoopbackServer) -> None:
    protect(server, 'Basic realm="r"', BASIC)
    asked = authorizer(server)
    for _ in range(2):
        assert asked.send(Request(url=f"{server.url}/v2/"), "", Deadline(5)).body == b"ok"
    assert [call.headers.get("authorization") for call in server.requests] == [None, BASIC, BASIC]


@pytest.mark.parametrize("field", ["token", "access_token"])
def test_a_token_is_fetched_for_the_scope(server: LoopbackServer, field: str) -> None:
    challenge = f'Bearer realm="{server.url}/token",service="reg",scope="repository:a/web:push"'
    protect(server, challenge, "Bearer t1", {field: "t1"})
    asked = authorizer(server)
    for _ in range(2):
        assert asked.send(Request(url=f"{server.url}/v2/x"), PULL, Deadline(5)).body == b"ok"
    paths = [(call.path, dict(call.query), call.headers.get("authorization")) for call in server.requests]
    assert paths == [
        ("/v2/x", {}, None),
        ("/token", {"service": ["reg"], "scope": ["repository:a/web:pull,push"]}, BASIC),
        ("/v2/x", {}, "Bearer t1"),
        ("/v2/x", {}, "Bearer t1"),
    ]


def test_an_identity_token_is_exchanged(server: LoopbackServer) -> None:
    protect(server, f'Bearer realm="{server.url}/token",service="reg"', "Bearer t1", {"access_token": "t1"})
    stored = StoredCredentials(identity_token="identity")
    assert authorizer(server, stored).send(Request(url=f"{server.url}/v2/x"), PULL, Deadline(5)).ok
    call = server.requests[1]
    body = "grant_type=refresh_token&refresh_token=identity&service=reg&client_id=purehelm&scope=repository%3Aa%2Fweb%3Apull"
    assert (call.method, call.body.decode(), call.headers.get("authorization")) == ("POST", body, None)


def test_nobody_gets_an_anonymous_token(server: LoopbackServer) -> None:
    protect(server, f'Bearer realm="{server.url}/token"', "Bearer t1", {"token": "t1"})
    assert authorizer(server, StoredCredentials()).send(Request(url=f"{server.url}/v2/x"), PULL, Deadline(5)).ok
    assert server.requests[1].headers.get("authorization") is None


def test_a_token_without_rights_is_refused_once(server: LoopbackServer) -> None:
    protect(server, f'Bearer realm="{server.url}/token"', "Bearer other", {"token": "t1"})
    assert authorizer(server).send(Request(url=f"{server.url}/v2/x"), PULL, Deadline(5)).status == 401
    assert [call.path for call in server.requests] == ["/v2/x", "/token", "/v2/x"]


def test_without_credentials_the_error_says_what_to_do(server: LoopbackServer) -> None:
    protect(server, 'Basic realm="r"', BASIC)
    with pytest.raises(RepositoryUnauthorized) as caught:
        authorizer(server, StoredCredentials()).send(Request(url=f"{server.url}/v2/x"), PULL, Deadline(5))
    assert str(caught.value) == (
        f'GET "{server.url}/v2/x": basic credential not found (log in, or give a username and password)'
    )


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [(b"{}", 200, RepositoryError), (b"<html>", 200, RepositoryError), (b"[]", 200, RepositoryError),
     (b'{"token": "a\\nb"}', 200, RepositoryError), (b"{}", 401, RepositoryUnauthorized)],
    ids=["empty", "page", "list", "line break", "refused"],
)  # fmt: skip
def test_a_token_service_that_gives_none(
    server: LoopbackServer, body: bytes, status: int, kind: type[RepositoryError]
) -> None:
    protect(server, f'Bearer realm="{server.url}/token"', "Bearer t", None)
    server.rules.insert(0, lambda call: Reply(status=status, body=body) if call.path == "/token" else None)
    with pytest.raises(kind):
        authorizer(server).send(Request(url=f"{server.url}/v2/x"), PULL, Deadline(5))


@pytest.mark.parametrize("challenge", ['Negotiate realm="x"', ""], ids=["unknown", "none"])
def test_a_challenge_that_we_cannot_answer_is_handed_back(server: LoopbackServer, challenge: str) -> None:
    protect(server, challenge, "x")
    assert authorizer(server).send(Request(url=f"{server.url}/v2/x"), PULL, Deadline(5)).status == 401


def test_a_token_service_without_tls_is_refused_for_a_registry_with_it() -> None:
    asked = Authorizer(transport=Transport({}), base="https://r.example", tls=Tls(), stored=LOGIN)
    challenge = Challenge(scheme="bearer", parameters={"realm": "http://r.example/token"})
    with pytest.raises(RepositoryError, match=r"names a token service that may not be asked: http://r.example/token"):
        asked._bearer(challenge, PULL, Deadline(5))


def test_a_challenge_from_elsewhere_gets_no_credentials(server: LoopbackServer) -> None:
    with LoopbackServer() as other:
        protect(other, 'Basic realm="r"', BASIC)
        server.rules.append(lambda call: Reply(status=302, headers={"Location": f"{other.url}/blob"}))
        assert authorizer(server).send(Request(url=f"{server.url}/v2/x"), PULL, Deadline(5)).status == 401
        assert [call.headers.get("authorization") for call in other.requests] == [None]
