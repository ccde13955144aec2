"""A chart repository and an OCI registry on loopback, inside this process: for tests, demos and trying things out.

    with ChartServer(Credentials(username="u", password="p")) as server:
        server.add(Path("web-1.0.0.tgz").read_bytes())
        ...  # server.url, server.requests

They keep everything in memory and speak what clients use of ChartMuseum's and the distribution API; they are no servers
for production.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

from purehelm.engine.chart.load import load_archive
from purehelm.engine.chart.written import metadata_tree
from purehelm.engine.errors import ChartError

from .loopback import Call, LoopbackServer, Reply
from .transport import Credentials

CREATED = "2026-01-01T00:00:00Z"
_MULTIPART = re.compile(rb"\r\n\r\n(.*)\r\n--", re.DOTALL)


class ChartServer(LoopbackServer):
    """A chart repository: `index.yaml`, charts, and ChartMuseum's API (upload, delete, list, get) where `api` is set."""

    def __init__(self, credentials: Credentials | None = None, *, api: bool = True) -> None:
        super().__init__()
        self._credentials = credentials
        self._api = api
        self._charts: dict[tuple[str, str], bytes] = {}

    def add(self, data: bytes) -> tuple[str, str]:
        """Put a packaged chart into the repository; its name and version."""
        metadata = load_archive(data).metadata
        self._charts[metadata.name, metadata.version] = data
        return metadata.name, metadata.version

    def add_folder(self, folder: Path) -> None:
        """Put every `.tgz` of a folder into the repository."""
        for path in sorted(folder.glob("*.tgz")):
            self.add(path.read_bytes())

    def entries(self) -> dict[str, list[dict[str, Any]]]:
        """The index's entries."""
        found: dict[str, list[dict[str, Any]]] = {}
        for (name, version), data in self._charts.items():
            entry = metadata_tree(load_archive(data).metadata)
            marks = {"urls": [f"charts/{name}-{version}.tgz"], "created": CREATED, "digest": _hex(data)}
            found.setdefault(name, []).append({**entry, **marks})
        return found

    def answer(self, call: Call) -> Reply:
        if self._credentials and not _basic(call, self._credentials):
            return Reply(
                status=401, headers={"WWW-Authenticate": 'Basic realm="charts"'}, body=b'{"error":"unauthorized"}'
            )
        if call.method == "GET" and call.path == "/index.yaml":
            body = orjson.dumps({"apiVersion": "v1", "entries": self.entries(), "generated": CREATED, "serverInfo": {}})
            return _tagged(call, body)
        if call.method == "GET" and call.path.startswith("/charts/"):
            for (name, version), data in self._charts.items():
                if call.path == f"/charts/{name}-{version}.tgz":
                    return Reply(headers={"Content-Type": "application/gzip"}, body=data)
        if self._api and call.path.startswith("/api/charts"):
            return self._museum(call, call.path.removeprefix("/api/charts").strip("/").split("/"))
        return Reply(status=404, body=b"not found")

    def _museum(self, call: Call, rest: list[str]) -> Reply:
        match call.method, [part for part in rest if part]:
            case "POST", []:
                return self._upload(call)
            case "GET", []:
                return _json(200, self.entries())
            case "GET", [name]:
                return _json(200, self.entries()[name]) if name in self.entries() else _json(404, _no_chart())
            case (("GET" | "DELETE"), [name, version]) if (name, version) not in self._charts:
                return _json(404, _no_chart())
            case "GET", [name, version]:
                return _json(200, next(entry for entry in self.entries()[name] if entry["version"] == version))
            case "DELETE", [name, version]:
                del self._charts[name, version]
                return _json(200, {"deleted": True})
            case _:
                return Reply(status=405)

    def _upload(self, call: Call) -> Reply:
        form = _MULTIPART.search(call.body) if "multipart" in call.headers.get("content-type", "") else None
        data = form[1] if form else call.body
        try:
            metadata = load_archive(data).metadata
        except ChartError as error:
            return _json(400, {"error": str(error)})
        if (metadata.name, metadata.version) in self._charts and "force" not in call.query:
            return _json(409, {"error": "file already exists"})
        self._charts[metadata.name, metadata.version] = data
        return _json(201, {"saved": True})


class RegistryServer(LoopbackServer):
    """An OCI registry. `tokens` makes it ask for bearer tokens, which it gives to who has the credentials.

    `page` is the most tags in one answer. `grant` decides which scopes a token gets (all that were asked for).
    """

    def __init__(self, credentials: Credentials | None = None, *, tokens: bool = False, page: int = 100) -> None:
        super().__init__()
        self._credentials = credentials
        self._tokens = tokens
        self._page = page
        self._granted: dict[str, set[str]] = {}
        self._numbers = itertools.count(1)
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[tuple[str, str], tuple[str, bytes]] = {}  # (repository, digest): media type, bytes
        self.tags: dict[str, dict[str, str]] = {}  # repository: tag: digest

    def answer(self, call: Call) -> Reply:
        if call.path == "/token":
            return self._token(call)
        refused = self._refused(call)
        if refused is not None:
            return refused
        if call.path in ("/v2", "/v2/"):
            return _json(200, {})
        if call.path == "/v2/_catalog":
            return _json(200, {"repositories": sorted(self.tags)})
        for pattern, action in self._routes():
            match = re.fullmatch(pattern, call.path)
            if match:
                return action(call, **match.groupdict())
        return _problem(404, "NAME_UNKNOWN", "repository name not known to registry")

    def _routes(self) -> Iterable[tuple[str, Callable[..., Reply]]]:
        name = r"/v2/(?P<name>[a-z0-9._/-]+)"
        return (
            (rf"{name}/tags/list", self._list_tags),
            (rf"{name}/manifests/(?P<reference>[^/]+)", self._manifest),
            (rf"{name}/blobs/uploads/(?P<upload>[0-9]*)", self._upload),
            (rf"{name}/blobs/(?P<digest>[^/]+)", self._blob),
        )

    def _refused(self, call: Call) -> Reply | None:
        if self._credentials is None:
            return None
        if not self._tokens:
            return None if _basic(call, self._credentials) else _challenge('Basic realm="registry"')
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        scope = _needed(call)
        if token in self._granted and (not scope or scope in self._granted[token]):
            return None
        wanted = f',scope="{_scope_text(scope)}"' if scope else ""
        return _challenge(f'Bearer realm="{self.url}/token",service="registry"{wanted}')

    def _token(self, call: Call) -> Reply:
        if self._credentials and not _basic(call, self._credentials):
            return _problem(401, "UNAUTHORIZED", "authentication required")
        token = secrets.token_hex(8)
        self._granted[token] = {part for scope in call.query.get("scope", []) for part in _parts(scope)}
        return _json(200, {"token": token, "expires_in": 300})

    def _list_tags(self, call: Call, name: str) -> Reply:
        if name not in self.tags:
            return _problem(404, "NAME_UNKNOWN", "repository name not known to registry")
        after = call.query.get("last", [""])[0]
        rest = [tag for tag in sorted(self.tags[name]) if tag > after]
        shown, headers = rest[: self._page], {}
        if len(rest) > self._page:
            query = urlencode({"n": self._page, "last": shown[-1]})
            headers["Link"] = f'</v2/{name}/tags/list?{query}>; rel="next"'
        return _json(200, {"name": name, "tags": shown}, headers)

    def _manifest(self, call: Call, name: str, reference: str) -> Reply:
        if call.method == "PUT":
            return self._put_manifest(call, name, reference)
        digest = self.tags.get(name, {}).get(reference, reference)
        if (name, digest) not in self.manifests:
            return _problem(404, "MANIFEST_UNKNOWN", "manifest unknown")
        if call.method == "DELETE":
            del self.manifests[name, digest]
            self.tags[name] = {tag: known for tag, known in self.tags[name].items() if known != digest}
            return Reply(status=202)
        media_type, body = self.manifests[name, digest]
        return Reply(headers={"Content-Type": media_type, "Docker-Content-Digest": digest}, body=body)

    def _put_manifest(self, call: Call, name: str, reference: str) -> Reply:
        manifest = orjson.loads(call.body)
        pieces = [manifest.get("config"), *manifest.get("layers", [])]
        if any(piece and piece["digest"] not in self.blobs for piece in pieces):
            return _problem(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry")
        digest = f"sha256:{_hex(call.body)}"
        self.manifests[name, digest] = (call.headers.get("content-type", ""), call.body)
        if not reference.startswith("sha256:"):
            self.tags.setdefault(name, {})[reference] = digest
        return Reply(status=201, headers={"Docker-Content-Digest": digest, "Location": call.path})

    def _upload(self, call: Call, name: str, upload: str) -> Reply:
        if call.method == "POST":
            return Reply(status=202, headers={"Location": f"/v2/{name}/blobs/uploads/{next(self._numbers)}?state=a"})
        digest = call.query.get("digest", [""])[0]
        if digest != f"sha256:{_hex(call.body)}":
            return _problem(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
        self.blobs[digest] = call.body
        return Reply(status=201, headers={"Location": f"/v2/{name}/blobs/{digest}"})

    def _blob(self, call: Call, name: str, digest: str) -> Reply:
        if digest not in self.blobs:
            return _problem(404, "BLOB_UNKNOWN", "blob unknown to registry")
        return Reply(headers={"Content-Type": "application/octet-stream"}, body=self.blobs[digest])


def _basic(call: Call, credentials: Credentials) -> bool:
    joined = base64.b64encode(f"{credentials.username}:{credentials.password}".encode()).decode()
    return secrets.compare_digest(call.headers.get("authorization", ""), f"Basic {joined}")


def _tagged(call: Call, body: bytes) -> Reply:
    """The body, or 304 where the caller has it."""
    etag = f'"{_hex(body)[:16]}"'
    if call.headers.get("if-none-match") == etag:
        return Reply(status=304, headers={"ETag": etag})
    return Reply(headers={"ETag": etag, "Content-Type": "application/x-yaml"}, body=body)


def _json(status: int, body: object, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(
        status=status, headers={"Content-Type": "application/json", **(headers or {})}, body=orjson.dumps(body)
    )


def _problem(status: int, code: str, message: str) -> Reply:
    return _json(status, {"errors": [{"code": code, "message": message}]})


def _challenge(header: str) -> Reply:
    body = orjson.dumps({"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]})
    return Reply(status=401, headers={"WWW-Authenticate": header, "Content-Type": "application/json"}, body=body)


def _no_chart() -> dict[str, str]:
    return {"error": "chart not found"}


def _needed(call: Call) -> str:
    """The one scope that a call needs: `repository:NAME:ACTION`, empty for none."""
    name = re.match(r"/v2/(.+)/(?:tags|manifests|blobs)/", call.path)
    if name is None:
        return ""
    action = {"GET": "pull", "HEAD": "pull", "DELETE": "delete"}.get(call.method, "push")
    return f"repository:{name[1]}:{action}"


def _scope_text(scope: str) -> str:
    return scope.replace(":push", ":pull,push")


def _parts(scope: str) -> list[str]:
    """`repository:a:pull,push` taken apart into one scope an action."""
    resource, _, actions = scope.rpartition(":")
    return [f"{resource}:{action}" for action in actions.split(",")]


def _hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


__all__ = ["Call", "ChartServer", "LoopbackServer", "RegistryServer", "Reply"]
