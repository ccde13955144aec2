"""An index of the packaged charts in a folder: `index.yaml`, as `helm repo index` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from purehelm.engine import jsonio, yamlio
from purehelm.engine.chart.load import load_path
from purehelm.engine.chart.validate import validation_problem
from purehelm.engine.chart.written import metadata_tree
from purehelm.engine.clock import Clock, SystemClock, timestamp
from purehelm.engine.errors import ChartError, RepositoryError

from .cache import sha256
from .files import write_whole
from .index import ChartVersion, load_index
from .versions import newest_first


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexOptions:
    """`url` stands before every chart's name; charts of the index at `merge` are kept where the folder has none."""

    url: str = ""
    merge: Path | None = None
    as_json: bool = False


def write_index(folder: Path, options: IndexOptions, clock: Clock | None = None) -> Path:
    """Write the folder's index.yaml; its path. Raises RepositoryError."""
    now = timestamp((clock or SystemClock()).now())
    found = list(index_folder(folder, options.url, now))
    if options.merge is not None:
        found += _merged(options.merge, found, options, now)
    path = folder / "index.yaml"
    write_whole(path, _text(found, now, as_json=options.as_json), 0o644)
    return path


def index_folder(folder: Path, url: str = "", created: str = "") -> Iterator[ChartVersion]:
    """The charts in a folder and in the folders below it; what is no chart is left out (repo/v1 IndexDirectory)."""
    for archive in (*sorted(folder.glob("*.tgz")), *sorted(folder.glob("*/*.tgz"))):
        try:
            metadata = load_path(archive).metadata
        except ChartError:
            continue
        if not metadata.api_version:
            metadata = replace(metadata, api_version="v1")
        if problem := validation_problem(metadata):
            raise RepositoryError(
                f"failed adding to {archive.name} to index: validate failed for {archive.name}: validation: {problem}"
            )
        below = "" if archive.parent == folder else archive.parent.name
        yield ChartVersion(
            metadata=metadata,
            urls=("/".join(part for part in (url.rstrip("/"), below, archive.name) if part),),
            created=created,
            digest=sha256(archive.read_bytes()),
        )


def _merged(path: Path, own: list[ChartVersion], options: IndexOptions, now: str) -> list[ChartVersion]:
    """The versions of another index that the folder does not have; an index that is missing is made, empty."""
    if not path.exists():
        write_whole(path, _text([], now, as_json=options.as_json), 0o644)
        return []
    try:
        index = load_index(path.read_bytes(), str(path))
    except RepositoryError as error:
        raise RepositoryError(f"merge failed: {error}") from error
    known = {(version.name, version.version) for version in own}
    other = [version for name in index.names() for version in index.versions(name)]
    return [version for version in other if (version.name, version.version) not in known]


def _text(versions: list[ChartVersion], now: str, *, as_json: bool) -> bytes:
    entries: dict[str, list[dict[str, Any]]] = {}
    for name in sorted({version.name for version in versions}):
        fitting = [version for version in versions if version.name == name]
        entries[name] = [_entry(version) for version in newest_first(fitting, lambda each: each.version)]
    body = {"apiVersion": "v1", "generated": now, "entries": entries}
    return (jsonio.dumps(body, indent="  ") if as_json else yamlio.dump(body)).encode()


def _entry(version: ChartVersion) -> dict[str, Any]:
    entry = {**metadata_tree(version.metadata), "urls": list(version.urls), "created": version.created}
    if version.removed:
        entry["removed"] = True
    return {**entry, "digest": version.digest} if version.digest else entry
