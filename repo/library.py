"""A place of charts as one thing: what is there, one chart, its archive, upload, delete; over HTTP or in a registry."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Protocol

from purehelm.engine.chart.load import load_archive
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ChartExists, ChartNotFound, RepositoryUnauthorized, Unsupported

from .auth import CredentialStore
from .chartmuseum import ChartMuseum
from .config import RepositoryEntry
from .harbor import project_repositories
from .index import ChartVersion, Index
from .indexed import FetchedIndex, IndexedRepository
from .oci import OciClient, RegistryOptions
from .reference import OCI, OciReference, is_oci, redact
from .transport import NOBODY, SYSTEM_TRUST, Access, Credentials, Tls, Transport

PARALLEL = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryOptions:
    """Where a library is, and how it is spoken to."""

    url: str  # http(s)://… of an index's folder, or oci://host/path above the charts
    credentials: Credentials = NOBODY
    tls: Tls = SYSTEM_TRUST
    plain_http: bool = False


class ChartLibrary(Protocol):
    """A place of charts. Safe to share between threads."""

    @property
    def where(self) -> str:
        """Its URL, without secrets."""
        ...

    def charts(self, deadline: Deadline) -> list[ChartVersion]:
        """Every chart version, by name, newest first."""
        ...

    def versions(self, name: str, deadline: Deadline) -> list[ChartVersion]:
        """A chart's versions, newest first; empty for an unknown chart."""
        ...

    def get(self, name: str, version: str, deadline: Deadline) -> ChartVersion:
        """This very version. Raises ChartNotFound."""
        ...

    def fetch(self, version: ChartVersion, deadline: Deadline) -> bytes:
        """A version's archive, its digest checked."""
        ...

    def upload(self, data: bytes, deadline: Deadline, *, overwrite: bool = False) -> None:
        """Publish a packaged chart. Raises ChartExists, Unsupported."""
        ...

    def delete(self, name: str, version: str, deadline: Deadline) -> None:
        """Remove a version. Raises ChartNotFound, Unsupported."""
        ...

    def ping(self, deadline: Deadline) -> None:
        """Return if it can be reached and takes our credentials. Raises RepositoryError."""
        ...


def open_library(options: LibraryOptions, transport: Transport, store: CredentialStore) -> ChartLibrary:
    """The library at a URL. Raises RepositoryConfigError for a URL that is none of them."""
    if is_oci(options.url):
        return RegistryLibrary(options, transport, store)
    return IndexedLibrary(options, transport)


class IndexedLibrary:
    """A repository with an index; it is read again only when the server says that it changed.

    Upload and delete need ChartMuseum's API (Harbor's before 2.8 is the same).
    """

    def __init__(self, options: LibraryOptions, transport: Transport) -> None:
        self.entry = RepositoryEntry(
            name="library", url=options.url, username=options.credentials.username,
            password=options.credentials.password, ca_file=options.tls.ca_file, cert_file=options.tls.cert_file,
            key_file=options.tls.key_file, insecure=options.tls.insecure,
        )  # fmt: skip
        self._repository = IndexedRepository(self.entry, transport)
        self._transport = transport
        self._fetched: FetchedIndex | None = None
        self._lock = threading.Lock()

    @property
    def where(self) -> str:
        return self._repository.where

    def charts(self, deadline: Deadline) -> list[ChartVersion]:
        index = self._index(deadline)
        return [version for name in index.names() for version in index.versions(name)]

    def versions(self, name: str, deadline: Deadline) -> list[ChartVersion]:
        return list(self._index(deadline).versions(name))

    def get(self, name: str, version: str, deadline: Deadline) -> ChartVersion:
        for found in self.versions(name, deadline):
            if found.version == version:
                return found
        raise ChartNotFound(f'chart "{name}" version "{version}" not found in {self.where} repository', url=self.where)

    def fetch(self, version: ChartVersion, deadline: Deadline) -> bytes:
        return self._repository.download(version, deadline)

    def upload(self, data: bytes, deadline: Deadline, *, overwrite: bool = False) -> None:
        self._museum(deadline).upload(data, deadline, force=overwrite)
        self._forget()

    def delete(self, name: str, version: str, deadline: Deadline) -> None:
        self._museum(deadline).delete(name, version, deadline)
        self._forget()

    def ping(self, deadline: Deadline) -> None:
        self._index(deadline)

    def _museum(self, deadline: Deadline) -> ChartMuseum:
        return ChartMuseum(self.entry, self._transport, context_path=self._index(deadline).context_path)

    def _index(self, deadline: Deadline) -> Index:
        with self._lock:
            known = self._fetched
        fresh = self._repository.fetch_index(deadline, known.state if known else None)
        if fresh is None:
            assert known is not None, "the server compared with nothing"
            return known.index
        with self._lock:
            # The bytes are in the index already; many megabytes need not be kept twice.
            self._fetched = replace(fresh, body=b"")
        return fresh.index

    def _forget(self) -> None:
        with self._lock:
            self._fetched = None


class RegistryLibrary:
    """Charts in the repositories directly below one path of a registry.

    Listing asks Harbor for its project's repositories where the registry is one, else the registry's catalog.
    """

    def __init__(self, options: LibraryOptions, transport: Transport, store: CredentialStore) -> None:
        self._options = options
        self._transport = transport
        self._client = OciClient(
            transport,
            store,
            RegistryOptions(credentials=options.credentials, tls=options.tls, plain_http=options.plain_http),
        )
        self._host, _, path = options.url.removeprefix(OCI).strip("/").partition("/")
        self._path = path.strip("/")
        # Content of a digest never changes, so that two threads may write the same entry.
        self._known: dict[str, ChartVersion] = {}  # by manifest digest

    @property
    def where(self) -> str:
        return redact(self._options.url)

    def charts(self, deadline: Deadline) -> list[ChartVersion]:
        names = sorted(self._names(deadline))
        return [version for name in names for version in self.versions(name, deadline)]

    def versions(self, name: str, deadline: Deadline) -> list[ChartVersion]:
        reference = self._reference(name)
        try:
            tags = self._client.tags(reference, deadline)
        except ChartNotFound:
            return []
        with ThreadPoolExecutor(max_workers=PARALLEL, thread_name_prefix="manifest") as pool:
            found = pool.map(lambda tag: self._read(replace(reference, tag=tag.replace("+", "_")), deadline), tags)
            return [version for version in found if version is not None]

    def get(self, name: str, version: str, deadline: Deadline) -> ChartVersion:
        found = self._read(replace(self._reference(name), tag=version.replace("+", "_")), deadline)
        if found is None or found.version != version:
            raise ChartNotFound(f'chart "{name}" version "{version}" not found in {self.where}', url=self.where)
        return found

    def fetch(self, version: ChartVersion, deadline: Deadline) -> bytes:
        reference = replace(self._reference(version.name), tag=version.version.replace("+", "_"))
        return self._client.pull(reference, deadline).data

    def upload(self, data: bytes, deadline: Deadline, *, overwrite: bool = False) -> None:
        metadata = load_archive(data).metadata
        reference = replace(self._reference(metadata.name), tag=metadata.version.replace("+", "_"))
        if not overwrite and self._client.exists(reference, deadline):
            raise ChartExists(f"{self.where}: {metadata.name} {metadata.version} already exists there", url=self.where)
        self._client.push(data, self._options.url, deadline)

    def delete(self, name: str, version: str, deadline: Deadline) -> None:
        self._client.delete(replace(self._reference(name), tag=version.replace("+", "_")), deadline)

    def ping(self, deadline: Deadline) -> None:
        self._client.ping(self._host, deadline)

    def _reference(self, name: str) -> OciReference:
        return OciReference(registry=self._host, repository=f"{self._path}/{name}" if self._path else name)

    def _read(self, reference: OciReference, deadline: Deadline) -> ChartVersion | None:
        """What is at a tag; None where it is gone or no chart."""
        try:
            manifest, artifact = self._client.inspect(reference, deadline)
        except ChartNotFound:
            return None
        known = self._known.get(manifest.digest)
        if known is None:
            metadata = self._client.metadata(reference, artifact, deadline)
            known = ChartVersion(
                metadata=metadata,
                urls=(f"{OCI}{reference}",),
                created=artifact.created,
                digest=artifact.chart.digest.removeprefix("sha256:"),
            )
            self._known[manifest.digest] = known
        return known

    def _names(self, deadline: Deadline) -> Iterable[str]:
        """The charts directly below our path."""
        prefix = f"{self._path}/" if self._path else ""
        for name in self._repositories(deadline):
            rest = name.removeprefix(prefix)
            if name.startswith(prefix) and "/" not in rest:
                yield rest

    def _repositories(self, deadline: Deadline) -> list[str]:
        scheme = "http" if self._options.plain_http else "https"
        access = Access(url=f"{scheme}://{self._host}", credentials=self._options.credentials, tls=self._options.tls)
        project = PurePosixPath(self._path).parts[:1]
        if project:
            found = project_repositories(self._transport, project[0], access, deadline)
            if found is not None:
                return found
        try:
            return self._client.catalog(self._host, deadline)
        except (ChartNotFound, RepositoryUnauthorized) as error:
            raise Unsupported(
                f"operation not supported: the registry {self._host} does not list its charts to this user"
            ) from error
