"""A registry's challenge answered: basic credentials, or a bearer token for just the scopes that are needed."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

import orjson

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import RepositoryError, RepositoryUnauthorized

from .auth import StoredCredentials
from .reference import origin, redact
from .transport import MEBIBYTE, Access, Request, Response, Tls, Transport, refused

CLIENT_ID = "purehelm"
_PARAMETER = re.compile(r'([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What a 401 asks for: `basic` or `bearer`, and its parameters."""

    scheme: str
    parameters: Mapping[str, str]


def parse_challenge(header: str) -> Challenge:
    """
    challenge = scheme " " parameter { "," parameter }
    parameter = name "=" ( token | quoted )
    """
    scheme, _, rest = header.strip().partition(" ")
    found = {name.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain for name, quoted, plain in _PARAMETER.findall(rest)}
    return Challenge(scheme=scheme.lower(), parameters=found)


@dataclass(slots=True)
class Authorizer:
    """Sends requests to one registry as one user, answering its challenges; remembers what was granted.

    Credentials and tokens go to the registry's own origin, and to the token service it names; a token service on plain
    HTTP is refused where the registry itself is on HTTPS.
    """

    transport: Transport
    base: str  # the registry's URL, without a path
    tls: Tls
    stored: StoredCredentials = field(repr=False)
    _granted: dict[str, str] = field(default_factory=dict, repr=False)  # Authorization header by scope; "" for basic
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def send(self, request: Request, scope: str, deadline: Deadline) -> Response:
        """The answer; a 401 is answered once. Raises RepositoryUnauthorized where there is nothing to answer with."""
        access = Access(url=self.base, tls=self.tls)
        header = self._known(scope) if origin(request.url) == origin(self.base) else None
        response = self.transport.send(_with(request, header), access, deadline)
        if response.status != 401 or origin(response.url) != origin(self.base):
            return response
        challenge = parse_challenge(response.headers.get("www-authenticate", ""))
        match challenge.scheme:
            case "basic":
                fresh = self._basic(request)
            case "bearer":
                fresh = self._bearer(challenge, scope, deadline)
            case _:
                return response
        if fresh == header:
            return response
        return self.transport.send(_with(request, fresh), access, deadline)

    def _known(self, scope: str) -> str | None:
        with self._lock:
            return self._granted.get(scope) or self._granted.get("")

    def _remember(self, scope: str, header: str) -> str:
        with self._lock:
            self._granted[scope] = header
        return header

    def _basic(self, request: Request) -> str:
        login = self.stored.login
        if not login:
            raise RepositoryUnauthorized(
                f'{request.method} "{redact(request.url)}": basic credential not found (log in, or give a username and password)',
                url=redact(request.url),
                status=401,
            )
        joined = base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
        return self._remember("", f"Basic {joined}")

    def _bearer(self, challenge: Challenge, scope: str, deadline: Deadline) -> str:
        """A fresh token for the wanted scope and what the challenge names."""
        realm = challenge.parameters.get("realm", "")
        target, own = origin(realm), origin(self.base)
        if target[0] not in ("http", "https") or (own[0] == "https" and target[0] == "http" and not self.tls.insecure):
            raise RepositoryError(
                f"{redact(self.base)} names a token service that may not be asked: {redact(realm)}",
                url=redact(self.base),
            )
        scopes = merge_scopes(scope, challenge.parameters.get("scope", ""))
        request = self._token_request(realm, challenge.parameters.get("service", ""), scopes)
        # The credentials are in the request itself, so that no redirect carries them to another origin.
        answer = self.transport.send(request, Access(url=realm, tls=self.tls), deadline)
        if answer.status != 200:
            raise refused(
                answer, f'GET "{redact(realm)}": response status code {answer.status}: {answer.reason.lower()}'
            )
        return self._remember(scope, f"Bearer {_token(answer)}")

    def _token_request(self, realm: str, service: str, scopes: list[str]) -> Request:
        query = [("service", service)] if service else []
        if self.stored.identity_token:
            form = [
                ("grant_type", "refresh_token"), ("refresh_token", self.stored.identity_token), *query,
                ("client_id", CLIENT_ID), *([("scope", " ".join(scopes))] if scopes else []),
            ]  # fmt: skip
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            return Request(url=realm, method="POST", headers=headers, body=urlencode(form).encode(), limit=MEBIBYTE)
        query += [("scope", scope) for scope in scopes]
        headers = {}
        if login := self.stored.login:
            joined = base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
            headers["Authorization"] = f"Basic {joined}"
        mark = "&" if "?" in realm else "?"
        return Request(url=f"{realm}{mark}{urlencode(query)}" if query else realm, headers=headers, limit=MEBIBYTE)


def merge_scopes(*texts: str) -> list[str]:
    """The scopes of all texts, the actions of one resource joined, sorted: `repository:charts/web:pull,push`."""
    actions: dict[str, set[str]] = {}
    for scope in " ".join(texts).split():
        resource, colon, verbs = scope.rpartition(":")
        actions.setdefault(resource if colon else scope, set()).update(verbs.split(",") if colon else ())
    return [
        f"{resource}:{','.join(sorted(verbs))}" if verbs else resource for resource, verbs in sorted(actions.items())
    ]


def _token(answer: Response) -> str:
    try:
        body = orjson.loads(answer.body)
        token = body.get("access_token") or body.get("token")
    except (orjson.JSONDecodeError, AttributeError):
        token = None
    if not isinstance(token, str) or not token.isprintable():
        raise RepositoryError(f'GET "{redact(answer.url)}": empty token returned', url=redact(answer.url))
    return token


def _with(request: Request, header: str | None) -> Request:
    return request if header is None else replace(request, headers={**request.headers, "Authorization": header})
