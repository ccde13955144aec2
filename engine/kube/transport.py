"""Raw requests to one API server: pooled connections, deadlines, and what is tried again."""

from __future__ import annotations

import functools
import random
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.response import BaseHTTPResponse

from ..clock import Deadline
from ..errors import ClusterError, ClusterUnreachable, SettingsError
from ..version import HELM_VERSION, VERSION
from .answers import Asked, refusal
from .config import Connection, Tls

AGENT = f"Helm/{HELM_VERSION.removeprefix('v').rpartition('.')[0]} purehelm/{VERSION}"
POOL = 32
CONNECT_SECONDS = 30.0
READ_SECONDS = 60.0
ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
LONGEST_RETRY_AFTER = 60.0
AGAIN = frozenset({429, 502, 503, 504})
PASSING = (
    b"etcdserver:",
    b"leader changed",
    b"connection refused",
    b"request timed out",
    b"http2: ",
    b"unexpected EOF",
)
"""What a 500 says that goes by itself."""
LOOK = 0.2  # seconds between looks at streams whose time may be up


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. `repeatable`: made twice it does what it does made once. `silent`: an answer may begin late."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = "application/json"
    accept: str = "application/json"
    repeatable: bool = True
    silent: bool = False
    asked: Asked = field(default_factory=lambda: Asked(""))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `tries` counts from 1."""

    status: int
    body: bytes
    tries: int


class Transport:
    """Connections to one server. Safe to share between threads."""

    def __init__(
        self, connection: Connection, *, warn: Callable[[str], None] | None = None, environment: Mapping[str, str]
    ) -> None:
        self.connection = connection
        self._warn = warn
        parts = urlsplit(connection.server)
        self._root = parts.path.rstrip("/")
        self._pool = _open_pool(connection, environment)
        self._headers = [("User-Agent", AGENT), *connection.headers]
        self._answered = False  # whether the server was ever there
        self._streams = _Streams()

    def send(self, request: Request, deadline: Deadline) -> Answer:
        """The answer to a request, tried again where that may help. Raises what the answer stands for."""
        tries = 0
        refused = False
        while True:
            tries += 1
            deadline.check()
            try:
                response = self._open(request, deadline, refused=refused, stream=False)
            except ClusterUnreachable as error:
                if not self._may_repeat(request, tries, error):
                    raise
                deadline.pause(_pause(tries, None))
                continue
            body = response.data
            if response.status < 400:
                self._hear_warnings(response)
                return Answer(response.status, body, tries)
            if response.status == 404 and request.method == "DELETE" and tries > 1:
                return Answer(response.status, body, tries)  # gone by an earlier try whose answer was lost
            if response.status == 401 and not refused and self.connection.credentials.renewable:
                refused = True
                continue
            wait = _wait_again(request, response, body, tries)
            if wait is None:
                raise refusal(response.status, body, request.asked)
            deadline.pause(wait)

    @contextmanager
    def stream(self, request: Request, deadline: Deadline) -> Iterator[Iterator[bytes]]:
        """The answer's bytes as they come, ended by the deadline. Raises what the answer stands for."""
        deadline.check()
        response = self._open(request, deadline, refused=False, stream=True)
        if response.status == 401 and self.connection.credentials.renewable:
            response.close()
            response = self._open(request, deadline, refused=True, stream=True)
        try:
            if response.status >= 400:
                raise refusal(response.status, response.read(), request.asked)
            with self._streams.watched(response, deadline):
                yield _pieces(response, deadline)
        finally:
            response.close()

    def close(self) -> None:
        """Close what is open."""
        self._pool.clear()

    def _open(self, request: Request, deadline: Deadline, *, refused: bool, stream: bool) -> BaseHTTPResponse:
        left = deadline.left()
        patience = READ_SECONDS if left is None else max(0.001, min(READ_SECONDS, left))
        read = left if request.silent else patience
        connect = min(CONNECT_SECONDS, patience)
        try:
            response = self._pool.request(
                request.method,
                self._url(request),
                body=request.body,
                headers=self._request_headers(request, refused=refused),
                timeout=urllib3.Timeout(connect=connect, read=read),
                retries=False,
                redirect=False,
                preload_content=not stream,
            )
        except (HTTPError, OSError) as error:
            deadline.check()
            raise _unreachable(error, request, self.connection) from None  # a cause may show credentials' paths
        self._answered = True
        sock = getattr(response.connection, "sock", None) if stream else None
        if sock is not None:
            sock.settimeout(None)  # it may say nothing for long; its deadline is looked after
        return response

    def _url(self, request: Request) -> str:
        query = "&".join(f"{key}={_quoted(value)}" for key, value in request.query.items())
        return self.connection.server.rstrip("/") + request.path + (f"?{query}" if query else "")

    def _request_headers(self, request: Request, *, refused: bool) -> urllib3.HTTPHeaderDict:
        headers = urllib3.HTTPHeaderDict(self._headers)
        headers["Accept"] = request.accept
        if request.body is not None:
            headers["Content-Type"] = request.content_type
        if authorization := self.connection.credentials.header(refused=refused):
            headers["Authorization"] = authorization
        return headers

    def _may_repeat(self, request: Request, tries: int, error: ClusterUnreachable) -> bool:
        """Only a server that was there before may come back; what may have reached it is sent twice only if harmless."""
        sent = not isinstance(error, _NeverSent)
        return self._answered and tries < ATTEMPTS and (request.repeatable or not sent)

    def _hear_warnings(self, response: BaseHTTPResponse) -> None:
        if self._warn and (said := response.headers.getlist("Warning")):
            for text in said:
                self._warn(text.partition('"')[2].rpartition('"')[0] or text)


class _NeverSent(ClusterUnreachable):
    """No connection, so nothing was asked."""


def _wait_again(request: Request, response: BaseHTTPResponse, body: bytes, tries: int) -> float | None:
    """Seconds until another try; None where there is no point in one."""
    status, later = response.status, response.headers.get("Retry-After")
    passing = status == 500 and (later is not None or any(text in body for text in PASSING))
    if tries >= ATTEMPTS or not (status in AGAIN or passing):
        return None
    if not request.repeatable and status != 429 and later is None:
        return None
    return _pause(tries, later)


def _pause(tries: int, later: str | None) -> float:
    if later and later.isdigit():
        return min(float(later), LONGEST_RETRY_AFTER)
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (tries - 1))
    return longest * (0.5 + random.random() / 2)  # noqa: S311 - spreads load, guards nothing


@functools.lru_cache(maxsize=512)
def _quoted(value: str) -> str:
    from urllib.parse import quote

    return quote(value, safe="")


def _pieces(response: BaseHTTPResponse, deadline: Deadline) -> Iterator[bytes]:
    try:
        yield from response.stream(65536)
    except (HTTPError, OSError, ValueError, AttributeError):  # the last two: closed under the reader's hands
        deadline.check()
        return
    deadline.check()


class _Streams:
    """Ends streams when their time is up: a thread that lives as long as there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: list[tuple[BaseHTTPResponse, Deadline]] = []
        self._awake = threading.Event()

    @contextmanager
    def watched(self, response: BaseHTTPResponse, deadline: Deadline) -> Iterator[None]:
        """While the context is open the response ends with the deadline."""
        entry = (response, deadline)
        with self._lock:
            self._open.append(entry)
            if len(self._open) == 1:
                threading.Thread(target=self._watch, name="purehelm-streams", daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._open.remove(entry)

    def _watch(self) -> None:
        while True:
            with self._lock:
                if not self._open:
                    return
                over = [response for response, deadline in self._open if deadline.cancelled or deadline.left() == 0.0]
            for response in over:
                with suppress(OSError, RuntimeError, ValueError, AttributeError):
                    response.shutdown()
            self._awake.wait(LOOK)


def _unreachable(error: Exception, request: Request, connection: Connection) -> ClusterUnreachable:
    """No answer, in the words of Go's http client."""
    verb = request.method.capitalize()
    kind = _NeverSent if isinstance(error, NewConnectionError | ConnectTimeoutError | SSLError) else ClusterUnreachable
    return kind(f'{verb} "{connection.server.rstrip("/")}{request.path}": {_network_words(error, connection)}')


def _network_words(error: BaseException, connection: Connection) -> str:
    parts = urlsplit(connection.server)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if isinstance(error, ProxyError):
        return "proxyconnect tcp: " + _network_words(error.original_error, connection)
    if isinstance(error, NameResolutionError):
        return f"dial tcp: lookup {host}: no such host"
    if isinstance(error, ConnectTimeoutError) and not isinstance(error, NewConnectionError):
        return f"dial tcp {host}:{port}: i/o timeout"
    if isinstance(error, NewConnectionError):  # in some releases of urllib3 a kind of the one above
        cause = error.__cause__ or error.__context__
        words = (getattr(cause, "strerror", None) or "connection refused").lower()
        return f"dial tcp {_address(host, port)}: connect: {words}"
    if isinstance(error, SSLError | ssl.SSLError):
        return _tls_words(error, connection.tls.server_name or host)
    if isinstance(error, ReadTimeoutError):
        return "net/http: timeout awaiting response headers"
    text = str(error)
    return "EOF" if "without response" in text or "IncompleteRead" in text else text or type(error).__name__


def _address(host: str, port: int) -> str:
    """The address that was dialled, as Go prints it: resolved."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0]
    except OSError:
        return f"{host}:{port}"
    return f"[{found}]:{port}" if ":" in str(found) else f"{found}:{port}"


def _tls_words(error: BaseException, host: str) -> str:
    text = str(error)
    if "Hostname mismatch" in text or "IP address mismatch" in text:
        return f"tls: failed to verify certificate: x509: certificate is not valid for {host}"
    if "certificate has expired" in text:
        return "tls: failed to verify certificate: x509: certificate has expired or is not yet valid"
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "tls: failed to verify certificate: x509: certificate signed by unknown authority"
    if "WRONG_VERSION_NUMBER" in text or "HTTP_REQUEST" in text:
        return "http: server gave HTTP response to HTTPS client"
    return f"tls: {text}"


# --- opening


def _open_pool(connection: Connection, environment: Mapping[str, str]) -> urllib3.PoolManager:
    options: dict[str, Any] = {"maxsize": POOL, "block": False, "num_pools": 4}
    if connection.server.startswith("https:"):
        options["ssl_context"] = _tls_context(connection)
        if connection.tls.server_name:
            options["server_hostname"] = connection.tls.server_name
    proxy = connection.proxy or _proxy_of(connection.server, environment)
    if not proxy:
        return _quiet(urllib3.PoolManager(**options), connection)
    if not proxy.startswith(("http://", "https://")):
        raise SettingsError("a proxy of this kind is not supported: only http and https", option="proxy-url")
    parts = urlsplit(proxy)
    headers = (
        urllib3.make_headers(proxy_basic_auth=f"{parts.username}:{parts.password or ''}") if parts.username else None
    )
    return _quiet(urllib3.ProxyManager(proxy, proxy_headers=headers, **options), connection)


class _UnverifiedPool(urllib3.HTTPSConnectionPool):
    """Connections whose server is not verified because somebody chose so: nobody needs to be warned of it each time."""

    def _validate_conn(self, conn: Any) -> None:
        if conn.is_closed:
            conn.connect()


def _quiet(pool: urllib3.PoolManager, connection: Connection) -> urllib3.PoolManager:
    if connection.tls.insecure:
        pool.pool_classes_by_scheme = {"http": urllib3.HTTPConnectionPool, "https": _UnverifiedPool}
    return pool


def _proxy_of(server: str, environment: Mapping[str, str]) -> str | None:
    """The proxy that the environment names for a server, as Go reads it; None without one."""
    parts = urlsplit(server)
    name = f"{parts.scheme}_proxy"
    found = environment.get(name.upper()) or environment.get(name)
    host = parts.hostname or ""
    if not found or host == "localhost" or host.startswith("127.") or host == "::1":
        return None
    for rule in (environment.get("NO_PROXY") or environment.get("no_proxy") or "").split(","):
        rule = rule.strip().lower()
        if rule == "*" or (rule and _is_exempt(host, rule)):
            return None
    return found if "://" in found else f"http://{found}"


def _is_exempt(host: str, rule: str) -> bool:
    import ipaddress

    rule = rule.rpartition(":")[0] if rule.count(":") == 1 else rule
    with suppress(ValueError):
        return ipaddress.ip_address(host) in ipaddress.ip_network(rule, strict=False)
    return host == rule.lstrip(".") or host.endswith("." + rule.lstrip("."))


def _tls_context(connection: Connection) -> ssl.SSLContext:
    tls = connection.tls
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if tls.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        _trust(context, tls)
    _present(context, tls, connection)
    return context


def _trust(context: ssl.SSLContext, tls: Tls) -> None:
    try:
        if tls.ca_data is not None:
            context.load_verify_locations(cadata=tls.ca_data.decode("ascii", "replace"))
        elif tls.ca_file:
            context.load_verify_locations(cafile=tls.ca_file)
        else:
            context.load_default_certs()
    except (OSError, ssl.SSLError, ValueError) as error:
        raise ClusterUnreachable("unable to load root certificates: unable to parse bytes as PEM block") from error


def _present(context: ssl.SSLContext, tls: Tls, connection: Connection) -> None:
    """Load the client certificate; Python reads files only, so data is on disk for a moment, for nobody else's eyes."""
    pair = connection.credentials.certificate()
    cert, key = pair if pair else (tls.cert_data, tls.key_data)
    if cert is None and tls.cert_file:
        cert = Path(tls.cert_file).read_bytes()
    if key is None and tls.key_file:
        key = Path(tls.key_file).read_bytes()
    if cert is None or key is None:
        return
    with tempfile.NamedTemporaryFile(prefix="purehelm-") as file:
        file.write(cert + b"\n" + key)
        file.flush()
        try:
            context.load_cert_chain(file.name)
        except (ssl.SSLError, ValueError):
            raise ClusterUnreachable("tls: failed to find any PEM data in certificate input") from None  # no key shown


def unexpected(asked: Asked) -> ClusterError:
    """An answer of 200 that is no JSON object."""
    return ClusterError(f"the server's answer is no JSON object ({asked})")
