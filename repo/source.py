"""From a chart's reference to the chart: the order in which Helm looks, and what it says where it finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from purehelm.engine.chart.load import load_archive, load_path
from purehelm.engine.chart.model import Chart
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ChartError, ChartNotFound, RepositoryConfigError, RepositoryError

from .auth import CredentialStore
from .cache import ContentCache
from .config import RepositoryEntry, load_repositories
from .indexed import TIMEOUT, IndexedRepository, download
from .oci import OciClient, RegistryOptions
from .places import Places
from .reference import is_oci, redact, split_url
from .repositories import Repositories, not_a_repository
from .transport import NOBODY, SYSTEM_TRUST, Access, Credentials, Tls, Transport

DEVELOPMENT = ">0.0.0-0"  # any version, also unstable ones


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """How to get at a chart: Helm's flags. Those of a known repository go before them."""

    credentials: Credentials = NOBODY
    tls: Tls = SYSTEM_TRUST
    pass_credentials: bool = False
    plain_http: bool = False
    provenance: bool = False  # fetch the .prov file too


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartQuery:
    """Which chart: a path, `oci://…`, a URL, `repository/chart`, or a name in `repo_url`; and which version of it."""

    reference: str
    version: str = ""
    repo_url: str = ""
    devel: bool = False
    options: SourceOptions = SourceOptions()

    @property
    def wanted(self) -> str:
        """The version or constraint, empty for the newest stable one."""
        return self.version.strip() or (DEVELOPMENT if self.devel else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedChart:
    """An archive and where it came from; `filename` is what Helm would call it, `messages` what Helm prints meanwhile."""

    data: bytes = field(repr=False)
    filename: str
    origin: str
    provenance: bytes | None = field(default=None, repr=False)
    digest: str = ""  # of a registry's manifest
    messages: tuple[str, ...] = ()


class ChartSource:
    """Finds charts for this user. Safe to share between threads; `close` releases its connections."""

    def __init__(
        self,
        places: Places | None = None,
        transport: Transport | None = None,
        *,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`warn` hears what Helm would log as a warning while it chooses a version."""
        self.places = places or Places.from_environment()
        self.transport = transport or Transport()
        self.repositories = Repositories(self.places, self.transport)
        self.credentials = CredentialStore((self.places.registry_config, self.places.docker_config))
        self.content = ContentCache(self.places.content_cache)
        self._warn = warn

    def close(self) -> None:
        """Release the connections."""
        self.transport.close()

    def load(self, query: ChartQuery, deadline: Deadline | None = None) -> Chart:
        """The chart, read. Raises ChartError for what is no chart, and what `fetch` raises."""
        path = self.local(query)
        return load_path(path) if path is not None else load_archive(self.fetch(query, deadline).data)

    def local(self, query: ChartQuery) -> Path | None:
        """The path that the reference is, None where it is to be fetched. Raises ChartError for a path that is missing."""
        name = query.reference.strip()
        if query.repo_url:
            return None
        if name and Path(name).exists():
            return Path(name).absolute()
        if Path(name).is_absolute() or name.startswith("."):
            raise ChartError(f'path "{name}" not found')
        return None

    def fetch(self, query: ChartQuery, deadline: Deadline | None = None) -> FetchedChart:
        """The archive from where it lies: a registry, a URL, or a repository. Local paths are not looked at.

        Raises ChartNotFound, RepositoryUnauthorized, RepositoryUnreachable, RepositoryConfigError, RepositoryError.
        """
        deadline = deadline or Deadline(TIMEOUT)
        name = query.reference.strip()
        if query.repo_url:
            return self._from_repository_url(name, query, deadline)
        if is_oci(name):
            return self._from_registry(name, query, deadline)
        parts = split_url(name)
        if parts.scheme and parts.netloc and parts.path:
            return self._from_url(name, self._owner(name, query), query, deadline)
        repository, slash, chart = name.partition("/")
        if not slash:
            raise RepositoryConfigError(f"non-absolute URLs should be in form of repo_name/path_to_chart, got: {name}")
        return self._from_repository(repository, chart, query, deadline)

    def registry(self, options: SourceOptions) -> OciClient:
        """A client of registries with these options."""
        spoken = RegistryOptions(credentials=options.credentials, tls=options.tls, plain_http=options.plain_http)
        return OciClient(self.transport, self.credentials, spoken)

    def _from_registry(self, name: str, query: ChartQuery, deadline: Deadline) -> FetchedChart:
        client = self.registry(query.options)
        reference = client.select(name, query.wanted, deadline)
        pulled = client.pull(reference, deadline, provenance=query.options.provenance)
        base = PurePosixPath(reference.repository).name
        suffix = reference.tag or (f"@{reference.digest.replace(':', '-')}")
        return FetchedChart(
            data=pulled.data,
            filename=f"{base}-{suffix}.tgz" if reference.tag else f"{base}{suffix}.tgz",
            origin=f"oci://{reference}",
            provenance=pulled.provenance,
            digest=pulled.digest,
            messages=(*pulled.warnings, *pulled.messages),
        )

    def _from_repository(self, repository: str, chart: str, query: ChartQuery, deadline: Deadline) -> FetchedChart:
        """`repository/chart`, by repositories.yaml and the cached index."""
        entry = self.repositories.get(repository)
        index = self.repositories.cache.load(repository)
        try:
            version = index.find(chart, query.wanted, warn=self._warn)
        except ChartNotFound as error:
            raise ChartNotFound(
                f"chart \"{chart}\" matching {query.wanted} not found in {repository} index. (try 'helm repo update'): {error}",
                url=redact(entry.url),
            ) from error
        url = IndexedRepository(entry, self.transport).chart_url(version)
        return self._from_url(url, _with_entry(query.options, entry), query, deadline, digest=version.digest)

    def _from_repository_url(self, name: str, query: ChartQuery, deadline: Deadline) -> FetchedChart:
        """A name in the repository at `--repo`; its index is fetched, and not kept."""
        options = query.options
        entry = RepositoryEntry(
            name="", url=query.repo_url, username=options.credentials.username, password=options.credentials.password,
            ca_file=options.tls.ca_file, cert_file=options.tls.cert_file, key_file=options.tls.key_file,
            insecure=options.tls.insecure, pass_credentials=options.pass_credentials,
        )  # fmt: skip
        repository = IndexedRepository(entry, self.transport)
        try:
            fetched = repository.fetch_index(deadline)
        except RepositoryError as error:
            raise not_a_repository(query.repo_url, error) from error
        assert fetched is not None, "no condition was sent"
        try:
            version = fetched.index.find(name, query.wanted, warn=self._warn)
        except ChartNotFound as error:
            what = f'chart "{name}"' + (f' version "{query.wanted}"' if query.wanted else "")
            raise ChartNotFound(f"{what} not found in {repository.where} repository", url=repository.where) from error
        return self._from_url(repository.chart_url(version), entry.access, query, deadline, digest=version.digest)

    def _from_url(
        self, url: str, access: Access, query: ChartQuery, deadline: Deadline, *, digest: str = ""
    ) -> FetchedChart:
        """An archive at a URL; an index may point into a registry, too."""
        if is_oci(url):
            version = "" if ":" in url.rpartition("/")[2] else query.wanted
            return self._from_registry(url, replace(query, version=version, devel=False), deadline)
        data = download(self.transport, url, access, deadline, (digest, self.content))
        signed = None
        if query.options.provenance:
            signed = download(self.transport, f"{url}.prov", access, deadline)
        return FetchedChart(
            data=data, filename=PurePosixPath(split_url(url).path).name, origin=redact(url), provenance=signed
        )

    def _owner(self, url: str, query: ChartQuery) -> Access:
        """The access of the repository whose cached index lists a URL, else that of the options.

        Only repositories with credentials or TLS settings are searched: for the others the answer would change nothing.
        """
        file = load_repositories(self.places.repository_config)
        for entry in file.entries if file else ():
            if entry.access != Access(url=entry.url) and self.repositories.cache.load(entry.name).lists(url):
                return _with_entry(query.options, entry)
        return _given(query.options, url)


def _given(options: SourceOptions, url: str) -> Access:
    return Access(url=url, credentials=options.credentials, tls=options.tls, pass_credentials=options.pass_credentials)


def _with_entry(options: SourceOptions, entry: RepositoryEntry) -> Access:
    """The repository's own credentials and files where it has them, else those given."""
    own, given = entry.access, _given(options, entry.url)
    if own.credentials:
        given = replace(given, credentials=own.credentials, pass_credentials=own.pass_credentials)
    if entry.cert_file or entry.key_file or entry.ca_file or entry.insecure:
        given = replace(given, tls=replace(own.tls, insecure=own.tls.insecure or given.tls.insecure))
    return given
