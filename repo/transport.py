"""HTTP for repositories and registries: bounded, bound to a deadline, and careful with credentials."""

from __future__ import annotations

import os
import re
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import (
    RepositoryConfigError,
    RepositoryError,
    RepositoryUnauthorized,
    RepositoryUnreachable,
)

from .reference import origin, redact, split_url, userinfo, without_userinfo

if TYPE_CHECKING:
    import requests

USER_AGENT = "Helm/4.3"  # repositories tell Helm's requests from others by it
IDLE_TIMEOUT = 30.0  # seconds without a byte, whatever the deadline says
MAX_REDIRECTS = 10
ATTEMPTS = 3
MEBIBYTE = 1 << 20
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGAIN = frozenset({429, 502, 503, 504})
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A user and a password; never shown."""

    username: str = ""
    password: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.username and self.password)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """How a server is trusted, and how we show who we are: paths of PEM files."""

    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    insecure: bool = False  # the server's certificate is not checked


NOBODY = Credentials()
SYSTEM_TRUST = Tls()


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who we are at one place: credentials go to `url`'s scheme, host and port only, unless `pass_credentials`."""

    url: str
    credentials: Credentials = NOBODY
    tls: Tls = SYSTEM_TRUST
    pass_credentials: bool = False

    def credentials_for(self, url: str) -> Credentials:
        """The credentials that may go to this URL; none where it is another place."""
        if not (self.pass_credentials or origin(url) == origin(self.url)):
            return NOBODY
        if self.credentials:
            return self.credentials
        return own_credentials(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. `headers` go to `url`'s origin only: a redirect elsewhere drops `Authorization`."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    limit: int = 16 * MEBIBYTE  # of the answer, in bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer, whole. Header names are lower case."""

    url: str  # where it came from, after redirects
    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Transport:
    """Sends requests over pooled connections; safe to share between threads, `close` releases them."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """`environment` names proxies (HTTP_PROXY ...) as for any program; None takes the process's own."""
        self._environment = os.environ if environment is None else environment
        self._sessions: dict[Tls, requests.Session] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Release the connections."""
        with self._lock:
            sessions, self._sessions = list(self._sessions.values()), {}
        for session in sessions:
            session.close()

    def get(self, url: str, access: Access, deadline: Deadline, *, accept: str = "", limit: int) -> Response:
        """The answer to a GET, or Helm's error where its status is not 200 (getter/httpgetter.go)."""
        headers = {"Accept": accept} if accept else {}
        response = self.send(Request(url=url, headers=headers, limit=limit), access, deadline)
        if response.status != 200:
            raise refused(response, f"failed to fetch {redact(url)} : {response.status} {response.reason}")
        return response

    def send(self, request: Request, access: Access, deadline: Deadline) -> Response:
        """The answer, whatever its status; redirects are followed, a busy server is asked again (GET and HEAD only).

        Raises RepositoryUnreachable, RepositoryError for an answer over the limit, and what `deadline.check` raises.
        """
        attempts = ATTEMPTS if request.method in ("GET", "HEAD") else 1
        for attempt in range(1, attempts + 1):
            deadline.check()
            try:
                response = self._follow(request, access, deadline)
            except _ConnectionLost as error:
                if attempt == attempts:
                    raise unreachable(request.url, error) from error
            else:
                if response.status not in _AGAIN or attempt == attempts:
                    return response
            deadline.pause(0.2 * attempt)
        raise AssertionError("unreachable")  # pragma: no cover

    def _follow(self, request: Request, access: Access, deadline: Deadline) -> Response:
        """The answer after at most ten redirects."""
        asked = request
        for _ in range(MAX_REDIRECTS + 1):
            response = self._once(asked, access, deadline)
            target = response.headers.get("location", "")
            if response.status not in _REDIRECTS or not target:
                return response
            asked = _redirected(asked, urljoin(asked.url, target), response.status)
            if origin(asked.url)[0] == "http" and origin(request.url)[0] == "https" and not access.tls.insecure:
                raise RepositoryError(
                    f"{redact(request.url)} redirects to plain HTTP ({redact(asked.url)}), which is refused",
                    url=redact(request.url),
                )
        raise RepositoryError(
            f"{redact(request.url)}: stopped after {MAX_REDIRECTS} redirects", url=redact(request.url)
        )

    def _once(self, request: Request, access: Access, deadline: Deadline) -> Response:
        session = self._session(access.tls)
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **request.headers}
        auth = access.credentials_for(request.url) or own_credentials(request.url)
        with _exchange_errors(request.url, deadline):
            prepared = session.prepare_request(_library_request(request, headers, auth))
            with session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=_timeout(deadline),
                verify=False if access.tls.insecure else access.tls.ca_file or True,
                cert=(access.tls.cert_file, access.tls.key_file) if access.tls.cert_file else None,
                proxies=self._proxies(request.url),
            ) as answer:
                return Response(
                    url=request.url,
                    status=answer.status_code,
                    reason=answer.reason or "",
                    headers={name.lower(): value for name, value in answer.headers.items()},
                    body=b"" if request.method == "HEAD" else _read(answer, request, deadline),
                )

    def _proxies(self, url: str) -> dict[str, str]:
        """The proxies of our own environment for this URL."""
        import requests.utils

        if requests.utils.should_bypass_proxies(url, no_proxy=self._variable("no_proxy")):
            return {}
        found = {scheme: self._variable(f"{scheme}_proxy") for scheme in ("http", "https")}
        return {scheme: proxy for scheme, proxy in found.items() if proxy}

    def _variable(self, name: str) -> str | None:
        return self._environment.get(name) or self._environment.get(name.upper())

    def _session(self, tls: Tls) -> requests.Session:
        with self._lock:
            if tls not in self._sessions:
                self._sessions[tls] = _new_session(tls)
            return self._sessions[tls]


def refused(response: Response, message: str) -> RepositoryError:
    """The error for a status: unauthorized for 401 and 403, with what to do."""
    kind = RepositoryUnauthorized if response.status in (401, 403) else RepositoryError
    hint = " (check the username and password)" if kind is RepositoryUnauthorized else ""
    return kind(f"{message}{hint}", url=redact(response.url), status=response.status)


def unreachable(url: str, cause: BaseException) -> RepositoryUnreachable:
    """The error for a place that does not answer."""
    scheme, host, port = origin(url)
    return RepositoryUnreachable(
        f'Get "{redact(url)}": cannot reach {host}:{port or scheme}: {_reason(cause)}', url=redact(url)
    )


class _ConnectionLost(Exception):
    """The connection broke while in use: asking again may help."""


@contextmanager
def _exchange_errors(url: str, deadline: Deadline) -> Iterator[None]:
    """Turn the library's errors into ours; the deadline's own come first."""
    import requests
    import urllib3

    try:
        yield
    except (requests.exceptions.SSLError, requests.exceptions.Timeout) as error:
        deadline.check()
        raise unreachable(url, error) from error
    except requests.exceptions.ConnectionError as error:
        deadline.check()
        if isinstance(error.args[0] if error.args else None, urllib3.exceptions.ProtocolError):
            raise _ConnectionLost(_reason(error)) from error
        raise unreachable(url, error) from error
    except (requests.exceptions.ChunkedEncodingError, urllib3.exceptions.ProtocolError) as error:
        deadline.check()
        raise _ConnectionLost(_reason(error)) from error
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        deadline.check()
        raise unreachable(url, error) from error


def _reason(error: BaseException) -> str:
    """The innermost reason in one line, without the library's object addresses."""
    while isinstance(cause := getattr(error, "reason", None) or (error.args[0] if error.args else None), BaseException):
        error = cause
    text = (str(error) or type(error).__name__).rpartition(">: ")[2]
    system = re.search(r"\[Errno -?\d+\] (.+)$", text)  # what the system said, without the library's words around it
    return system[1].lower() if system else text.rpartition(" object at 0x")[0] or text


def own_credentials(url: str) -> Credentials:
    """The credentials that the URL itself carries."""
    username, password = userinfo(url)
    return Credentials(username=unquote(username), password=unquote(password))


def _library_request(request: Request, headers: dict[str, str], auth: Credentials) -> requests.Request:
    import requests

    scheme = split_url(request.url).scheme.lower()
    if scheme not in ("http", "https"):
        raise RepositoryConfigError(f"could not find protocol handler for: {scheme}")
    explicit = "Authorization" in headers or not auth
    return requests.Request(
        request.method,
        without_userinfo(request.url),
        headers=headers,
        data=request.body,
        auth=None if explicit else (auth.username.encode(), auth.password.encode()),
    )


def _read(answer: requests.Response, request: Request, deadline: Deadline) -> bytes:
    """The body as it was sent, never decoded (a .tgz must stay one), never over the limit."""
    body = bytearray()
    for chunk in answer.raw.stream(_CHUNK, decode_content=False):
        deadline.check()
        body += chunk
        if len(body) > request.limit:
            raise RepositoryError(
                f"{redact(request.url)}: the answer is larger than {request.limit} bytes", url=redact(request.url)
            )
    return bytes(body)


def _redirected(request: Request, url: str, status: int) -> Request:
    """The request at its new place: without credentials elsewhere; 301 to 303 turn a change into a GET, as Go does."""
    headers = dict(request.headers)
    if origin(url) != origin(request.url):
        headers.pop("Authorization", None)
    if status in (307, 308) or request.method in ("GET", "HEAD"):
        return replace(request, url=url, headers=headers)
    return replace(request, url=url, headers=headers, method="GET", body=None)


def _timeout(deadline: Deadline) -> float:
    left = deadline.left()
    return IDLE_TIMEOUT if left is None else max(0.001, min(IDLE_TIMEOUT, left))


def _new_session(tls: Tls) -> requests.Session:
    """A session that takes nothing from files of the user (no .netrc), keeps no cookies, and trusts the system's roots."""
    import requests

    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(_NoCookies())
    adapter = _adapter(_context(tls))
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _NoCookies() -> Any:  # noqa: N802 - stands for a class that must be made where requests is loaded
    from http.cookiejar import DefaultCookiePolicy

    return DefaultCookiePolicy(allowed_domains=[])


def _context(tls: Tls) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=tls.ca_file or None)
        if tls.cert_file:
            context.load_cert_chain(tls.cert_file, tls.key_file or None)
    except (OSError, ssl.SSLError) as error:
        raise RepositoryConfigError(f"can't create TLS config for client: {error}") from error
    if tls.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _adapter(context: ssl.SSLContext) -> Any:
    from requests.adapters import HTTPAdapter

    class ContextAdapter(HTTPAdapter):
        """Connections made with our own trust."""

        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, ssl_context=context, **options)

        def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
            return super().proxy_manager_for(*arguments, ssl_context=context, **options)

    return ContextAdapter(pool_connections=8, pool_maxsize=16)
