"""Raw requests to one API server: pooled connections, deadlines, and what is tried again."""

from __future__ import annotations

import functools
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from ..clock import Deadline
from ..errors import ClusterError, ClusterUnreachable
from ..version import HELM_VERSION, VERSION
from .answers import Asked, refusal
from .config import Connection
from .opening import open_pool
from .unreachable import NeverSent, unreachable

AGENT = f"Helm/{HELM_VERSION.removeprefix('v').rpartition('.')[0]} purehelm/{VERSION}"
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
        self._pool = open_pool(connection, environment)
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
            raise unreachable(
                error, request.method, request.path, self.connection
            ) from None  # a cause may show credentials' paths
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
        sent = not isinstance(error, NeverSent)
        return self._answered and tries < ATTEMPTS and (request.repeatable or not sent)

    def _hear_warnings(self, response: BaseHTTPResponse) -> None:
        if self._warn and (said := response.headers.getlist("Warning")):
            for text in said:
                self._warn(text.partition('"')[2].rpartition('"')[0] or text)


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


def unexpected(asked: Asked) -> ClusterError:
    """An answer of 200 that is no JSON object."""
    return ClusterError(f"the server's answer is no JSON object ({asked})")
