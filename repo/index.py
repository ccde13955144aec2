"""A repository's index: which charts and versions there are, read as Helm reads them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from purehelm.engine import yamlio
from purehelm.engine.chart.model import Metadata
from purehelm.engine.chart.validate import validation_problem
from purehelm.engine.errors import ChartNotFound, RepositoryError, YamlError

from .metadata import read_metadata
from .versions import find_matching, newest_first

_TOP = frozenset({"serverInfo", "apiVersion", "generated", "entries", "publicKeys", "annotations"})
_ENTRY = frozenset({
    "name", "home", "sources", "version", "description", "keywords", "maintainers", "icon", "apiVersion", "condition",
    "tags", "appVersion", "deprecated", "annotations", "kubeVersion", "dependencies", "type", "urls", "created",
    "removed", "digest", "checksum", "engine", "tillerVersion", "url",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartVersion:
    """One version of a chart in an index. `created` is the index's text, `digest` hexadecimal SHA-256 or empty."""

    metadata: Metadata
    urls: tuple[str, ...] = ()
    created: str = ""
    digest: str = ""
    removed: bool = False

    @property
    def name(self) -> str:
        return self.metadata.name

    @property
    def version(self) -> str:
        return self.metadata.version


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedEntry:
    """An entry that Helm leaves out with a warning, and why."""

    chart: str
    version: str
    source: str
    error: str  # empty for an entry that is null

    def __str__(self) -> str:
        if not self.error:
            return f'skipping loading invalid entry for chart: empty entry name={self.chart} source="{self.source}"'
        return f'skipping loading invalid entry for chart name={self.chart} version={self.version} source="{self.source}" error="{self.error}"'


class Index:
    """An index; entries are read when they are asked for, since one chart of thousands is the usual wish.

    Safe to share between threads.
    """

    def __init__(self, body: Mapping[str, Any], source: str, *, is_json: bool) -> None:
        self._body = body
        self._entries: Mapping[str, Any] = body.get("entries") or {}
        self._source = source
        self._read: dict[str, tuple[tuple[ChartVersion, ...], tuple[SkippedEntry, ...]]] = {}
        self._lock = threading.Lock()
        self.is_json = is_json

    def names(self) -> list[str]:
        """The names of the charts, sorted."""
        return sorted(self._entries)

    def versions(self, name: str) -> tuple[ChartVersion, ...]:
        """A chart's usable versions, newest first; versions that are none come last. Empty for an unknown chart."""
        return self._chart(name)[0]

    def skipped(self, name: str | None = None) -> list[SkippedEntry]:
        """The entries that were left out, of one chart or of all (which reads every entry)."""
        names = self.names() if name is None else [name]
        return [entry for each in names for entry in self._chart(each)[1]]

    def find(self, name: str, version: str = "", *, warn: Callable[[str], None] = lambda _: None) -> ChartVersion:
        """The version that Helm would take: that very text, else the newest within the constraint; "" is newest stable.

        `warn` hears when a plain version was not there and another one was taken. Raises ChartNotFound.
        """
        if name not in self._entries:
            raise ChartNotFound("no chart name found")
        versions = self.versions(name)
        if not versions:
            raise ChartNotFound("no chart version found")
        found = find_matching(versions, version, lambda each: each.version)
        if found is None:
            raise ChartNotFound(f"no chart version found for {name}-{version}")
        if not found.exact:
            warn(
                "unable to find exact version requested; falling back to closest available version "
                f"chart={name} requested={version} selected={found.item.version}"
            )
        return found.item

    def check(self) -> list[SkippedEntry]:
        """Read every entry, as Helm does on loading; what was left out. Raises RepositoryError for wrong types."""
        return self.skipped()

    def lists(self, url: str) -> bool:
        """Whether an entry has this very URL."""
        return any(
            isinstance(entry, dict) and url in (entry.get("urls") or ())
            for entries in self._entries.values()
            if isinstance(entries, list)
            for entry in entries
        )

    @property
    def context_path(self) -> str:
        """The path that a ChartMuseum below one says it has."""
        info = self._body.get("serverInfo")
        return str(info.get("contextPath") or "") if isinstance(info, dict) else ""

    def to_json(self) -> bytes:
        """The index as JSON, for a quicker reading next time."""
        return orjson.dumps(self._body, default=str)

    def _chart(self, name: str) -> tuple[tuple[ChartVersion, ...], tuple[SkippedEntry, ...]]:
        with self._lock:
            if name not in self._read:
                self._read[name] = self._parse(name, self._entries.get(name) or [])
            return self._read[name]

    def _parse(self, name: str, entries: Any) -> tuple[tuple[ChartVersion, ...], tuple[SkippedEntry, ...]]:
        if not isinstance(entries, list):
            raise RepositoryError(f"{self._source}: the entries of {name} are no list")
        found: list[ChartVersion] = []
        skipped: list[SkippedEntry] = []
        for raw in entries:
            if raw is None:
                skipped.append(SkippedEntry(chart=name, version="", source=self._source, error=""))
                continue
            entry = _entry(raw, f"{self._source}: {name}")
            problem = _problem(entry.metadata)
            if problem:
                skipped.append(SkippedEntry(chart=name, version=entry.version, source=self._source, error=problem))
            else:
                found.append(entry)
        return tuple(newest_first(found, lambda each: each.version)), tuple(skipped)


def load_index(data: bytes, source: str, *, trusted: bool = False) -> Index:
    """An index from its bytes: JSON where it is JSON, else strict YAML (repo/v1/index.go).

    Unknown and repeated keys are errors in YAML and left alone in JSON. `trusted` says that the bytes are our own JSON of a
    YAML index that was checked before. Raises RepositoryError; `source` (a path or a URL without secrets) is named in it.
    """
    if not data:
        raise RepositoryError("empty index.yaml file")
    body, is_json = _body(data, source)
    if body is not None and not isinstance(body, dict):
        raise RepositoryError(f"{source}: the index is no mapping")
    body = body or {}
    if not isinstance(body.get("entries") or {}, dict):
        raise RepositoryError(f"{source}: the index's entries are no mapping")
    if not is_json:
        _check_keys(body, source)
    if not body.get("apiVersion"):
        raise RepositoryError("no API version specified")
    return Index(body, source, is_json=is_json and not trusted)


def _body(data: bytes, source: str) -> tuple[Any, bool]:
    if data.lstrip()[:1] == b"{":
        try:
            return orjson.loads(data), True
        except orjson.JSONDecodeError:
            pass  # YAML in flow style begins so too
    try:
        return yamlio.load_strict(data), False
    except YamlError as error:
        raise RepositoryError(f"{source}: {error}") from error


def _check_keys(body: Mapping[str, Any], source: str) -> None:
    """Refuse keys that no field has, as Helm's strict reading of YAML does."""
    _check_known(body, _TOP, source)
    for name, entries in (body.get("entries") or {}).items():
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                _check_known(entry, _ENTRY, f"{source}: {name}")


def _check_known(found: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    for key in found:
        # Go finds a field by its name in any letter case.
        if key not in known and key.lower() not in {name.lower() for name in known}:
            raise RepositoryError(f'{where}: error unmarshaling JSON: while decoding JSON: json: unknown field "{key}"')


def _entry(raw: Any, where: str) -> ChartVersion:
    if not isinstance(raw, dict):
        raise RepositoryError(f"{where}: an entry is no mapping")
    try:
        metadata = read_metadata(raw)
    except RepositoryError as error:
        raise RepositoryError(f"{where}: {error}") from error
    urls = raw.get("urls") or []
    return ChartVersion(
        metadata=metadata if metadata.api_version else replace(metadata, api_version="v1"),
        urls=tuple(url for url in urls if isinstance(url, str)) if isinstance(urls, list) else (),
        created=str(raw.get("created") or ""),
        digest=str(raw.get("digest") or ""),
        removed=raw.get("removed") is True,
    )


def _problem(metadata: Metadata) -> str:
    """Why Helm would leave the entry out, empty where it would not."""
    # Some repositories drop the alias of dependencies: Helm issue 12748.
    problem = validation_problem(metadata, duplicates=False)
    return f"validation: {problem}" if problem else ""
