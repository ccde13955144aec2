"""A chart repository over HTTP: its index, and its charts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ChartNotFound, RepositoryConfigError, RepositoryError

from .cache import ContentCache, IndexCache, IndexState, sha256
from .config import RepositoryEntry
from .index import ChartVersion, Index, load_index
from .reference import redact, resolve_url, split_url
from .transport import MEBIBYTE, Access, Request, Transport, refused

INDEX_LIMIT = 256 * MEBIBYTE
CHART_LIMIT = 256 * MEBIBYTE
ACCEPT_CHART = "application/gzip,application/octet-stream"
TIMEOUT = 120.0  # seconds for one file, as Helm has it
_DIGEST = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedIndex:
    """An index as a server gave it, and the marks by which it can say that nothing changed."""

    index: Index
    body: bytes = field(repr=False)
    state: IndexState


class IndexedRepository:
    """One repository. Safe to share between threads."""

    def __init__(self, entry: RepositoryEntry, transport: Transport) -> None:
        self.entry = entry
        self._transport = transport
        scheme = split_url(entry.url).scheme
        if scheme not in ("http", "https"):
            raise RepositoryConfigError(f"could not find protocol handler for: {scheme}")

    @property
    def where(self) -> str:
        """The repository's URL, without secrets."""
        return redact(self.entry.url)

    def fetch_index(self, deadline: Deadline, known: IndexState | None = None) -> FetchedIndex | None:
        """The index; None where the server says that it is the known one.

        Raises RepositoryUnreachable, RepositoryUnauthorized, RepositoryError for a status or for what is no index.
        """
        url = resolve_url(self.entry.url, "index.yaml")
        conditions = known.conditions if known is not None and known.url == self.where else {}
        request = Request(url=url, headers=conditions, limit=INDEX_LIMIT)
        response = self._transport.send(request, self.entry.access, deadline)
        if response.status == 304 and conditions:
            return None
        if response.status != 200:
            raise refused(response, f"failed to fetch {redact(url)} : {response.status} {response.reason}")
        state = IndexState(
            url=self.where,
            etag=response.headers.get("etag", ""),
            last_modified=response.headers.get("last-modified", ""),
        )
        return FetchedIndex(index=load_index(response.body, self.where), body=response.body, state=state)

    def refresh(self, cache: IndexCache, deadline: Deadline) -> None:
        """Bring the cached index up to date; every entry is read once, so that what Helm would refuse is refused here."""
        name = self.entry.name
        fetched = self.fetch_index(deadline, cache.state(name))
        if fetched is not None:
            fetched.index.check()
            cache.store(name, fetched.body, fetched.index, fetched.state)

    def chart_url(self, version: ChartVersion) -> str:
        """Where a version's archive is. Raises ChartNotFound where the index names no place."""
        if not version.urls:
            raise ChartNotFound(f'chart "{version.name}" has no downloadable URLs', url=self.where)
        return resolve_url(self.entry.url, version.urls[0])

    def download(self, version: ChartVersion, deadline: Deadline, cache: ContentCache | None = None) -> bytes:
        """A version's archive, checked against the index's digest; from the content cache where it is there."""
        return download(self._transport, self.chart_url(version), self.entry.access, deadline, (version.digest, cache))


def download(
    transport: Transport,
    url: str,
    access: Access,
    deadline: Deadline,
    content: tuple[str, ContentCache | None] = ("", None),
) -> bytes:
    """An archive from a URL; `content` is the digest that is expected (or empty) and the cache to look in.

    Unlike Helm, an archive that does not match its index's digest is refused: it was changed after it was indexed.
    """
    expected, cache = content
    digest = _digest(expected, url)
    if digest and cache is not None and (known := cache.get(digest)) is not None:
        return known
    data = transport.get(url, access, deadline, accept=ACCEPT_CHART, limit=CHART_LIMIT).body
    found = sha256(data)
    if digest and found != digest:
        raise RepositoryError(
            f"{redact(url)}: the chart's digest is sha256:{found}, but its repository's index says sha256:{digest}; "
            "it was changed after it was indexed (update the index, or ask the repository's owner)",
            url=redact(url),
        )
    if cache is not None:
        cache.put(data)
    return data


def _digest(text: str, url: str) -> str:
    """The hexadecimal digest, empty where there is none. Raises RepositoryError for what is none (Helm does too)."""
    if not text:
        return ""
    match = _DIGEST.fullmatch(text)
    if match is None:
        raise RepositoryError(f"{redact(url)}: the index has a digest that is no SHA-256", url=redact(url))
    return match[1].lower()
