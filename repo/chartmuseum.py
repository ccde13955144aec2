"""ChartMuseum's API, and that of Harbor before 2.8, which is the same: upload, delete, list and get charts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlunsplit

import orjson

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ChartExists, ChartNotFound, Unsupported

from .config import RepositoryEntry
from .index import Index
from .reference import redact, split_url
from .transport import MEBIBYTE, Request, Response, Transport, refused

LIST_LIMIT = 256 * MEBIBYTE
_NO_API = (404, 405, 501)


class ChartMuseum:
    """The API beside an indexed repository. Safe to share between threads.

    For the repository `https://host/org` the API is below `https://host/api/org`; a server below a path of its own says so in
    its index (`context_path`). Harbor's `https://host/chartrepo/project` follows the same rule.
    """

    def __init__(self, entry: RepositoryEntry, transport: Transport, *, context_path: str = "") -> None:
        self.entry = entry
        self._transport = transport
        parts = split_url(entry.url)
        context = context_path.strip("/")
        tenant = parts.path.strip("/").removeprefix(context).strip("/")
        self._path = "/" + "/".join(part for part in (context, "api", tenant, "charts") if part)
        self._parts = parts

    def upload(self, data: bytes, deadline: Deadline, *, force: bool = False) -> None:
        """Put a packaged chart into the repository; `force` replaces the same version.

        Raises ChartExists, Unsupported where the repository has no such API, RepositoryUnauthorized, RepositoryError.
        """
        mark = secrets.token_hex(16)
        head = f'--{mark}\r\nContent-Disposition: form-data; name="chart"; filename="chart.tgz"\r\nContent-Type: application/gzip\r\n\r\n'  # fmt: skip
        request = Request(
            url=self._url(query="force=true" if force else ""),
            method="POST",
            headers={"Content-Type": f"multipart/form-data; boundary={mark}"},
            body=head.encode() + data + f"\r\n--{mark}--\r\n".encode(),
            limit=MEBIBYTE,
        )
        response = self._send(request, deadline)
        if response.status == 409:
            raise ChartExists(
                f"{redact(self.entry.url)}: this chart version already exists there",
                url=redact(self.entry.url),
                status=409,
            )
        self._check(response, "uploading charts")

    def delete(self, name: str, version: str, deadline: Deadline) -> None:
        """Remove one version. Raises ChartNotFound, Unsupported, RepositoryUnauthorized, RepositoryError."""
        response = self._send(Request(url=self._url(name, version), method="DELETE", limit=MEBIBYTE), deadline)
        if response.status == 404 and _says(response):
            raise self._unknown(name, version)
        self._check(response, "deleting charts")

    def get(self, name: str, version: str, deadline: Deadline) -> Index | None:
        """An index of just this version; None where the repository has no API. Raises ChartNotFound."""
        response = self._send(Request(url=self._url(name, version), limit=MEBIBYTE), deadline)
        if response.status == 404 and _says(response):
            raise self._unknown(name, version)
        found = self._answer(response)
        return None if found is None else self._index({name: [found]})

    def charts(self, deadline: Deadline) -> Index | None:
        """Every chart and version; None where the repository has no API."""
        found = self._answer(self._send(Request(url=self._url(), limit=LIST_LIMIT), deadline))
        return None if found is None else self._index(found)

    def _answer(self, response: Response) -> dict[str, Any] | None:
        if response.status in _NO_API:
            return None
        self._check(response, "listing charts")
        try:
            body = orjson.loads(response.body)
        except orjson.JSONDecodeError:
            return None  # a page for people
        return body if isinstance(body, dict) else None

    def _index(self, entries: Mapping[str, Any]) -> Index:
        return Index({"apiVersion": "v1", "entries": dict(entries)}, redact(self.entry.url), is_json=True)

    def _send(self, request: Request, deadline: Deadline) -> Response:
        return self._transport.send(request, self.entry.access, deadline)

    def _url(self, *segments: str, query: str = "") -> str:
        path = "/".join((self._path, *(quote(segment, safe="+") for segment in segments)))
        joined = "&".join(part for part in (self._parts.query, query) if part)
        return urlunsplit((self._parts.scheme, self._parts.netloc, path, joined, ""))

    def _check(self, response: Response, what: str) -> None:
        if response.status in _NO_API:
            raise Unsupported(f"operation not supported: {redact(self.entry.url)} has no API for {what}")
        if not response.ok:
            reason = _says(response) or response.reason
            raise refused(response, f"{redact(self.entry.url)}: {what} was refused: {response.status} {reason}")

    def _unknown(self, name: str, version: str) -> ChartNotFound:
        where = redact(self.entry.url)
        return ChartNotFound(
            f'chart "{name}" version "{version}" not found in {where} repository', url=where, status=404
        )


def _says(response: Response) -> str:
    """ChartMuseum's own reason, empty where the answer is not its own."""
    try:
        body = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        return ""
    reason = body.get("error") if isinstance(body, dict) else None
    return reason[:500] if isinstance(reason, str) else ""
