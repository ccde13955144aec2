"""Dependencies of a chart on disk: resolve their versions, fetch them into charts/, and keep Chart.lock."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from purehelm.engine import yamlio
from purehelm.engine.chart.load import load_path
from purehelm.engine.chart.model import Chart, Dependency, Lock
from purehelm.engine.chart.package import packed
from purehelm.engine.chart.written import dependency_tree, lock_digest
from purehelm.engine.clock import Deadline, timestamp
from purehelm.engine.errors import ChartError, DependencyError, RepositoryError

from .cache import unmanaged_name
from .config import RepositoryEntry
from .index import Index
from .indexed import IndexedRepository
from .reference import is_oci, redact, split_url
from .source import ChartQuery, ChartSource, SourceOptions
from .versions import find_matching, is_version, satisfies

PARALLEL = 8
LOCAL = "file://"
OUT_OF_SYNC = (
    "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). "
    "Please update the dependencies with 'helm dependency update'"
)
NOT_URLS = (
    '\nNote that repositories must be URLs or aliases. For example, to refer to the "example"\n'
    'repository, use "https://charts.example.com/" or "@example" instead of\n'
    "\"example\". Don't forget to add the repo, too ('helm repo add')."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveOptions:
    """`skip_refresh` uses the cached indexes as they are; `registry` says how registries are spoken to."""

    skip_refresh: bool = False
    registry: SourceOptions = SourceOptions()  # noqa: RUF009 - frozen


class DependencyResolver:
    """What `helm dependency update` and `build` do. `report` hears Helm's progress lines."""

    def __init__(
        self, source: ChartSource, options: ResolveOptions, report: Callable[[str], None] = lambda _: None
    ) -> None:
        self._source = source
        self._options = options
        self._report = report

    def update(self, folder: Path, deadline: Deadline) -> None:
        """Bring charts/ and the lock in line with Chart.yaml.

        Raises DependencyError for what cannot be resolved, ChartNotFound, RepositoryError.
        """
        chart = _load(folder)
        wanted = [entry for entry in chart.metadata.dependencies if entry is not None]
        if not wanted:
            return
        wanted = [self._located(entry, folder) for entry in wanted]
        self._refresh(wanted, deadline)
        locked = self._resolve(wanted, folder, deadline)
        locked = self._download(locked, folder, deadline)
        digest = lock_digest(wanted, locked)
        if chart.lock is None or chart.lock.digest != digest:
            write_lock(folder, Lock(generated="", digest=digest, dependencies=tuple(locked)), chart, deadline)

    def build(self, folder: Path, deadline: Deadline) -> None:
        """Fetch what the lock says; without a lock the same as `update`. Raises DependencyError where they do not fit."""
        chart = _load(folder)
        if chart.lock is None:
            self.update(folder, deadline)
            return
        wanted = [self._located(entry, folder) for entry in chart.metadata.dependencies if entry is not None]
        locked = list(chart.lock.dependencies)
        if lock_digest(wanted, locked) != chart.lock.digest:
            raise DependencyError(OUT_OF_SYNC)
        known = {_plain(entry.url) for entry in self._source.repositories.entries()}
        missing = [entry.repository for entry in locked if _remote(entry) and _plain(entry.repository) not in known]
        if missing:
            raise DependencyError(f"no repository definition for {', '.join(missing)}")
        self._refresh(locked, deadline)
        self._download(locked, folder, deadline)

    def _located(self, entry: Dependency, folder: Path) -> Dependency:
        """The dependency with its repository's name replaced by its URL. Raises DependencyError for an unknown one."""
        repository = entry.repository
        if repository.startswith(LOCAL):
            local_path(repository, folder)
            return entry
        name = repository.removeprefix("alias:").removeprefix("@")
        if name != repository:
            for known in self._source.repositories.entries():
                if known.name == name:
                    return replace(entry, repository=known.url)
        if not repository or split_url(repository).scheme:
            return entry
        hint = "" if repository.startswith(("@", "alias:")) or "//" in repository else NOT_URLS
        raise DependencyError(f"no repository definition for {repository}. Please add them via 'helm repo add'{hint}")

    def _entry(self, url: str) -> RepositoryEntry:
        """The user's repository at a URL, or one under a name made from it."""
        for known in self._source.repositories.entries():
            if _plain(known.url) == _plain(url):
                return known
        return RepositoryEntry(name=unmanaged_name(url), url=url)

    def _refresh(self, wanted: Sequence[Dependency], deadline: Deadline) -> None:
        """Fetch the indexes that are needed, and no others, several at a time."""
        if self._options.skip_refresh:
            return
        entries = list({_plain(entry.repository): self._entry(entry.repository) for entry in wanted if _remote(entry)}.values())  # fmt: skip
        if not entries:
            return
        self._report("Hang tight while we grab the latest from your chart repositories...")

        def refresh(entry: RepositoryEntry) -> str:
            where = entry.url if entry.name.startswith("helm-manager-") else entry.name
            IndexedRepository(entry, self._source.transport).refresh(self._source.repositories.cache, deadline)
            return f'...Successfully got an update from the "{redact(where)}" chart repository'

        with ThreadPoolExecutor(max_workers=PARALLEL, thread_name_prefix="index") as pool:
            for line in pool.map(refresh, entries):
                self._report(line)
        self._report("Update Complete. ⎈Happy Helming!⎈")

    def _resolve(self, wanted: Sequence[Dependency], folder: Path, deadline: Deadline) -> list[Dependency]:
        """The version of each, by Helm's rules (internal/resolver). Raises DependencyError naming those without one."""
        locked, missing = [], []
        for entry in wanted:
            version = self._version(entry, folder, deadline)
            if version is None:
                missing.append(f'"{entry.name}" (repository "{redact(entry.repository)}", version "{entry.version}")')
            else:
                locked.append(Dependency(name=entry.name, version=version, repository=entry.repository))
        if missing:
            raise DependencyError(
                f"can't get a valid version for {len(missing)} subchart(s): {', '.join(missing)}. "
                "Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml"
            )
        return locked

    def _version(self, entry: Dependency, folder: Path, deadline: Deadline) -> str | None:
        if not entry.repository:
            local_path(f"charts/{entry.name}", folder)
            return entry.version
        try:
            if entry.repository.startswith(LOCAL):
                version = load_path(local_path(entry.repository, folder)).metadata.version
                return version if satisfies(version, entry.version) else None
            if is_oci(entry.repository):
                return self._tag(entry, deadline)
            found = find_matching(self._index(entry).versions(entry.name), entry.version, lambda each: each.version)
        except RepositoryError as error:
            raise DependencyError(f'dependency "{entry.name}": {error}') from error
        return None if found is None else found.item.version

    def _tag(self, entry: Dependency, deadline: Deadline) -> str | None:
        if is_version(entry.version):
            return entry.version
        client = self._source.registry(self._options.registry)
        reference = client.select(f"{entry.repository.rstrip('/')}/{entry.name}", entry.version, deadline)
        return reference.tag.replace("_", "+")

    def _index(self, entry: Dependency) -> Index:
        index = self._source.repositories.cache.load(self._entry(entry.repository).name)
        if entry.name not in index.names():
            raise DependencyError(f"{entry.name} chart not found in repo {redact(entry.repository)}")
        return index

    def _download(self, locked: Sequence[Dependency], folder: Path, deadline: Deadline) -> list[Dependency]:
        """Put each archive into charts/, all or nothing, and take away those that are not needed any more."""
        charts = folder / "charts"
        if charts.exists() and not charts.is_dir():
            raise DependencyError(f'"{charts}" is not a directory')
        self._report(f"Saving {len(locked)} charts")
        with ThreadPoolExecutor(max_workers=PARALLEL, thread_name_prefix="chart") as pool:
            fetched = list(pool.map(lambda entry: self._fetch(entry, folder, deadline), locked))
        temporary = folder / f"tmpcharts-{os.getpid()}"
        temporary.mkdir(parents=True, exist_ok=True)
        try:
            charts.mkdir(exist_ok=True)
            for name, data, _ in fetched:
                if name:
                    (temporary / name).write_bytes(data)
            for path in temporary.iterdir():
                path.replace(charts / path.name)
        finally:
            shutil.rmtree(temporary)
        self._report("Deleting outdated charts")
        local = {entry.name for entry in locked if not entry.repository}
        _remove_outdated(charts, {name for name, _, _ in fetched}, local)
        return [replace(entry, version=version) for entry, (_, _, version) in zip(locked, fetched, strict=True)]

    def _fetch(self, entry: Dependency, folder: Path, deadline: Deadline) -> tuple[str, bytes, str]:
        """File name, archive and version; no name for what lies in charts/ already."""
        if not entry.repository:
            self._report(
                f"Dependency {entry.name} did not declare a repository. Assuming it exists in the charts directory"
            )
            return "", b"", _present(entry, folder)
        if entry.repository.startswith(LOCAL):
            chart = load_path(local_path(entry.repository, folder))
            return f"{chart.name}-{chart.metadata.version}.tgz", packed(chart), chart.metadata.version
        self._report(f"Downloading {entry.name} from repo {redact(entry.repository)}")
        if is_oci(entry.repository):
            reference = f"{entry.repository.rstrip('/')}/{entry.name}"
            query = ChartQuery(reference=reference, version=entry.version, options=self._options.registry)
            fetched = self._source.fetch(query, deadline)
            return fetched.filename, fetched.data, entry.version
        repository = IndexedRepository(self._entry(entry.repository), self._source.transport)
        version = self._index(entry).find(entry.name, entry.version)
        data = repository.download(version, deadline, self._source.content)
        return Path(split_url(repository.chart_url(version)).path).name, data, entry.version


def write_lock(folder: Path, lock: Lock, chart: Chart, deadline: Deadline) -> None:
    """Write Chart.lock (requirements.lock for an old chart); a symbolic link is refused."""
    name = "requirements.lock" if chart.metadata.api_version == "v1" else "Chart.lock"
    path = folder / name
    if path.is_symlink():
        raise DependencyError(f'the {name} file is a symlink to "{path.readlink()}"')
    body = {
        "dependencies": [dependency_tree(entry) for entry in lock.dependencies],
        "digest": lock.digest,
        "generated": timestamp(deadline.clock.now().astimezone(datetime.UTC)),
    }
    path.write_text(yamlio.dump(body))


def local_path(repository: str, folder: Path) -> Path:
    """Where a `file://` dependency (or one in charts/) lies. Raises DependencyError where nothing is."""
    path = folder / repository.removeprefix(LOCAL)
    if not path.exists():
        raise DependencyError(f"directory {path} not found")
    return path


def _load(folder: Path) -> Chart:
    if not folder.exists():
        raise DependencyError(f"could not find {folder}: stat {folder}: no such file or directory")
    if not folder.is_dir():
        raise DependencyError("only unpacked charts can be updated")
    return load_path(folder)


def _present(entry: Dependency, folder: Path) -> str:
    """The version in charts/, which must fit what is wanted."""
    chart = load_path(folder / "charts" / entry.name)
    if not satisfies(chart.metadata.version, entry.version):
        raise DependencyError(
            f"dependency {entry.name} at version {chart.metadata.version} does not satisfy the constraint {entry.version}"
        )
    return entry.version


def _remove_outdated(charts: Path, kept: set[str], local: set[str]) -> None:
    """Remove the archives of charts that are no dependencies any more; what is no chart stays."""
    for path in charts.iterdir():
        if path.is_dir() or path.name in kept:
            continue
        try:
            name = load_path(path).name
        except ChartError:
            continue
        if name not in local:
            path.unlink()


def _remote(entry: Dependency) -> bool:
    return bool(entry.repository) and not entry.repository.startswith(LOCAL) and not is_oci(entry.repository)


def _plain(url: str) -> str:
    return url.rstrip("/")
