"""Fixtures: Helm's Kubernetes libraries to ask, and a small HTTP server that answers by script."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.bed.parts import PartMissing, program
from tests.conftest import Oracle, _missing


@pytest.fixture(scope="session")
def kube_oracle() -> Iterator[Oracle]:
    """One process for the session."""
    try:
        path = program("kubeoracle")
    except PartMissing as missing:
        _missing(str(missing))
    asked = Oracle(path)
    yield asked
    asked.close()


@dataclass(frozen=True)
class Seen:
    """A request that the server got."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Reply:
    """What to answer: JSON, bytes, or chunks one after the other; `drop` closes the connection instead."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    chunks: list[bytes] | None = None
    drop: bool = False
    hang: threading.Event | None = None  # after the chunks, until it is set


class Scripted:
    """An API server that answers by path, each path's replies in their order, the last one again and again."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.replies: dict[str, list[Reply]] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None: ...

            def answer(self) -> None:
                parts = urlsplit(self.path)
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                seen = Seen(
                    self.command, parts.path, query, dict(self.headers.items()), json.loads(raw) if raw else None
                )
                server.seen.append(seen)
                server.reply(self, server.next(parts.path))

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def on(self, path: str, *replies: Any) -> None:
        """Answer a path; what is no Reply is a body."""
        self.replies[path] = [reply if isinstance(reply, Reply) else Reply(reply) for reply in replies]

    def next(self, path: str) -> Reply:
        known = self.replies.get(path)
        if not known:
            return Reply({"kind": "Status", "message": f"no script for {path}", "reason": "NotFound"}, 404)
        return known.pop(0) if len(known) > 1 else known[0]

    def reply(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        if reply.drop:
            handler.close_connection = True
            return
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if reply.chunks is None:
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
            return
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for chunk in reply.chunks:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            handler.wfile.flush()
        if reply.hang is not None:
            reply.hang.wait(10)
        handler.wfile.write(b"0\r\n\r\n")

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


RESOURCES = {
    "kind": "APIGroupDiscoveryList",
    "items": [
        {
            "metadata": {"name": ""},
            "versions": [
                {
                    "version": "v1",
                    "resources": [
                        {
                            "resource": "pods", "responseKind": {"kind": "Pod"}, "scope": "Namespaced", "verbs": ["get", "list"],
                            "subresources": [{"subresource": "eviction", "responseKind": {"kind": "Eviction"}}],
                        },
                        {"resource": "configmaps", "responseKind": {"kind": "ConfigMap"}, "scope": "Namespaced", "verbs": ["get"]},
                        {"resource": "namespaces", "responseKind": {"kind": "Namespace"}, "scope": "Cluster", "verbs": ["get"]},
                    ],
                }
            ],
        }
    ],
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[Scripted]:
    """A scripted API server that serves pods, config maps and namespaces."""
    scripted = Scripted()
    scripted.on("/api", RESOURCES)
    scripted.on("/apis", {"kind": "APIGroupDiscoveryList", "items": []})
    yield scripted
    scripted.close()


@pytest.fixture
def refused() -> Callable[..., Reply]:
    """A Status with an error."""

    def make(code: int, reason: str, message: str, **extra: Any) -> Reply:
        headers = extra.pop("headers", {})
        return Reply(
            {"kind": "Status", "status": "Failure", "code": code, "reason": reason, "message": message, **extra},
            code, headers,
        )  # fmt: skip

    return make
