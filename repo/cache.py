"""The caches on disk, in Helm's layout: indexes by repository name, charts by their digest."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from purehelm.engine.errors import RepositoryError

from .files import write_whole
from .index import Index, load_index

STATE, PARSED = "-index.purehelm-state.json", "-index.purehelm.json"
_STATE_FIELDS = ("url", "etag", "last_modified", "size", "time", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """What is known of a cached index: where it came from, and by which marks the server can say it is unchanged."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""
    size: int = -1  # of the cached file, in bytes
    time: int = -1  # of the cached file, in nanoseconds: Helm may have written another one since
    json: bool = False  # the cached file is JSON itself

    @property
    def conditions(self) -> dict[str, str]:
        """The request headers that ask for a changed index only."""
        marks = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in marks.items() if value}


class IndexCache:
    """Cached indexes: Helm's `NAME-index.yaml` and `NAME-charts.txt`, and beside them what makes reading them quick.

    A YAML index of some megabytes takes seconds to parse; its content as JSON lies beside it and is used as long as the
    YAML file is the one it was made from.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        """The cached index of a repository (helmpath CacheIndexFile)."""
        return self.folder / f"{name}-index.yaml"

    def load(self, name: str) -> Index:
        """The cached index. Raises RepositoryError: none is there, or it cannot be read."""
        path = self.path(name)
        state = self.state(name)
        if state is not None and not state.json and (parsed := _read(self.folder / f"{name}{PARSED}")) is not None:
            return load_index(parsed, str(path), trusted=True)
        body = _read(path)
        if body is None:
            raise RepositoryError(
                f"no cached repo found. (try 'helm repo update'): open {path}: no such file or directory"
            )
        try:
            index = load_index(body, str(path))
        except RepositoryError as error:
            raise RepositoryError(
                f"no cached repo found. (try 'helm repo update'): error loading {path}: {error}"
            ) from error
        self._remember(name, IndexState(), index)
        return index

    def store(self, name: str, body: bytes, index: Index, state: IndexState) -> None:
        """Keep a fresh index. Raises RepositoryConfigError where the folder cannot be written."""
        charts = "".join(f"{chart}\n" for chart in index.names())
        write_whole(self.folder / f"{name}-charts.txt", charts.encode(), 0o644)
        write_whole(self.path(name), body, 0o644)
        self._remember(name, state, index)

    def state(self, name: str) -> IndexState | None:
        """What is known of the cached index; None where nothing is, or the file has been written by somebody else."""
        found = _stat(self.path(name))
        raw = _read(self.folder / f"{name}{STATE}")
        if found is None or raw is None:
            return None
        try:
            fields: dict[str, Any] = orjson.loads(raw)
            state = IndexState(**{field: fields[field] for field in _STATE_FIELDS})
        except (orjson.JSONDecodeError, TypeError, KeyError):
            return None
        return state if (state.size, state.time) == found else None

    def remove(self, name: str) -> None:
        """Forget a repository's index."""
        for file in (
            self.folder / f"{name}-charts.txt",
            self.path(name),
            self.folder / f"{name}{STATE}",
            self.folder / f"{name}{PARSED}",
        ):
            file.unlink(missing_ok=True)

    def _remember(self, name: str, state: IndexState, index: Index) -> None:
        """Write what makes the next reading quick; a cache that may not be written is no error for a reader."""
        found = _stat(self.path(name))
        if found is None or not os.access(self.folder, os.W_OK):
            return
        if not index.is_json:
            write_whole(self.folder / f"{name}{PARSED}", index.to_json(), 0o644)
        fields = {
            "url": state.url, "etag": state.etag, "last_modified": state.last_modified,
            "size": found[0], "time": found[1], "json": index.is_json,
        }  # fmt: skip
        write_whole(self.folder / f"{name}{STATE}", orjson.dumps(fields), 0o644)


class ContentCache:
    """Charts and provenance files by the chart's SHA-256 (Helm: downloader/cache.go). What does not fit its name is not used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str, suffix: str = ".chart") -> Path:
        """Where content of this hexadecimal digest lies."""
        return self.folder / digest[:2] / f"{digest}{suffix}"

    def get(self, digest: str) -> bytes | None:
        """The chart of this digest; None where it is absent or not what its name says."""
        data = _read(self.path(digest))
        return data if data and sha256(data) == digest else None

    def put(self, data: bytes) -> Path:
        """Keep a chart under its own digest; where it lies."""
        path = self.path(sha256(data))
        write_whole(path, data, 0o644)
        return path


def sha256(data: bytes) -> str:
    """The hexadecimal digest."""
    return hashlib.sha256(data).hexdigest()


def unmanaged_name(url: str) -> str:
    """The cache name of a repository that no entry of repositories.yaml names (Helm's `helm-manager-` form)."""
    return f"helm-manager-{sha256(url.encode())}"


def temporary_name() -> str:
    """A cache name that nobody else has."""
    return base64.b64encode(os.urandom(20)).decode().replace("/", "-")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RepositoryError(f"cannot read {path}: {error.strerror or error}") from error


def _stat(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
