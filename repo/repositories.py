"""The user's repositories: add, update, list, remove, as `helm repo` does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import EngineError, RepositoryConfigError, RepositoryError

from .cache import IndexCache
from .config import RepositoryEntry, RepositoryFile, load_repositories, save_repositories
from .files import locked
from .indexed import IndexedRepository
from .places import Places
from .reference import redact
from .transport import Transport

PARALLEL = 8
# Repositories that are gone for good, and where their charts went (Helm: cmd/repo_add.go).
DEPRECATED = {
    "//kubernetes-charts.storage.googleapis.com": "https://charts.helm.sh/stable",
    "//kubernetes-charts-incubator.storage.googleapis.com": "https://charts.helm.sh/incubator",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """How an update of one repository went; `error` is None where it went well. `str()` is Helm's line."""

    entry: RepositoryEntry
    error: EngineError | None = None

    def __str__(self) -> str:
        if self.error is None:
            return f'...Successfully got an update from the "{self.entry.name}" chart repository'
        where = f'"{self.entry.name}" chart repository ({redact(self.entry.url)})'
        return f"...Unable to get an update from the {where}:\n\t{self.error}"


class Repositories:
    """repositories.yaml and the cached indexes of one user; Helm may use the same files at the same time."""

    def __init__(self, places: Places, transport: Transport) -> None:
        self.places = places
        self.cache = IndexCache(places.repository_cache)
        self._transport = transport

    def entries(self) -> tuple[RepositoryEntry, ...]:
        """The repositories, in the file's order; none where there is no file."""
        return self._load().entries

    def get(self, name: str) -> RepositoryEntry:
        """One repository. Raises RepositoryConfigError where there is none of the name, or it has no URL."""
        entry = self._load().get(name)
        if entry is None:
            raise RepositoryConfigError(f"repo {name} not found")
        if not entry.url:
            raise RepositoryConfigError(f"no URL found for repository {name}")
        return entry

    def add(
        self, entry: RepositoryEntry, deadline: Deadline, *, force: bool = False, allow_deprecated: bool = False
    ) -> bool:
        """Add (with `force`: or replace) a repository, once its index was fetched; whether anything was written.

        False: it was there, with the same configuration. Raises RepositoryConfigError for a name that is taken or bad,
        RepositoryError where the index cannot be had.
        """
        gone = next((new for old, new in DEPRECATED.items() if old in entry.url), None)
        if gone and not allow_deprecated:
            raise RepositoryConfigError(f'repo "{redact(entry.url)}" is no longer available; try "{gone}" instead')
        with locked(self.places.repository_config, deadline):
            file = self._load()
            if "/" in entry.name:
                raise RepositoryConfigError(
                    f"repository name ({entry.name}) contains '/', please specify a different name without '/'"
                )
            existing = file.get(entry.name)
            if existing is not None and not force:
                if existing == entry:
                    return False
                raise RepositoryConfigError(
                    f"repository name ({entry.name}) already exists, please specify a different name"
                )
            self._first_index(entry, deadline)
            save_repositories(self.places.repository_config, file.with_entry(entry))
        return True

    def update(
        self, names: Sequence[str], deadline: Deadline, report: Callable[[Updated], None] = lambda _: None
    ) -> list[Updated]:
        """Refresh the named repositories' indexes (none named: all), several at a time; `report` hears of each.

        Raises RepositoryConfigError where there are none or a name is unknown, and RepositoryError once all are through
        and any of them failed.
        """
        entries = self._load().entries
        if not entries:
            raise RepositoryConfigError("no repositories found. You must add one before updating")
        for name in names:
            if name not in {entry.name for entry in entries}:
                raise RepositoryConfigError(f"no repositories found matching '{name}'.  Nothing will be updated")
        wanted = [entry for entry in entries if not names or entry.name in names]

        def refresh(entry: RepositoryEntry) -> Updated:
            try:
                IndexedRepository(entry, self._transport).refresh(self.cache, deadline)
            except RepositoryError as error:
                return Updated(entry=entry, error=error)
            return Updated(entry=entry)

        results = []
        with ThreadPoolExecutor(max_workers=min(PARALLEL, len(wanted)), thread_name_prefix="index") as pool:
            for result in pool.map(refresh, wanted):
                report(result)
                results.append(result)
        if failed := [redact(result.entry.url) for result in results if result.error is not None]:
            raise RepositoryError(f"failed to update the following repositories: [{' '.join(failed)}]")
        return results

    def remove(self, names: Sequence[str], deadline: Deadline) -> None:
        """Remove repositories and their cached indexes. Raises RepositoryConfigError for an unknown name."""
        with locked(self.places.repository_config, deadline):
            if not self._load().entries:
                raise RepositoryConfigError("no repositories configured")
            for name in names:
                file = self._load()
                if file.get(name) is None:
                    raise RepositoryConfigError(f'no repo named "{name}" found')
                save_repositories(self.places.repository_config, file.without(name))
                self.cache.remove(name)

    def _first_index(self, entry: RepositoryEntry, deadline: Deadline) -> None:
        try:
            IndexedRepository(entry, self._transport).refresh(self.cache, deadline)
        except RepositoryConfigError:
            raise
        except RepositoryError as error:
            raise not_a_repository(entry.url, error) from error

    def _load(self) -> RepositoryFile:
        return load_repositories(self.places.repository_config) or RepositoryFile()


def not_a_repository(url: str, error: RepositoryError) -> RepositoryError:
    """The same kind of error with Helm's text for a repository that cannot be used."""
    text = f'looks like "{redact(url)}" is not a valid chart repository or cannot be reached: {error}'
    return type(error)(text, url=redact(url), status=error.status)
