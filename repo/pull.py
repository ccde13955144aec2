"""`pull`: a chart's archive into a folder, or unpacked below one."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from purehelm.engine.chart.archive import archive_files
from purehelm.engine.chart.load import load_archive
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ChartError, RepositoryConfigError

from .files import write_whole
from .source import ChartQuery, ChartSource, FetchedChart


@dataclass(frozen=True, slots=True, kw_only=True)
class PullOptions:
    """Where the chart goes; `untar_folder` is below `destination` unless it is absolute."""

    destination: Path = Path()
    untar: bool = False
    untar_folder: Path = Path()


def pull(source: ChartSource, query: ChartQuery, options: PullOptions, deadline: Deadline) -> tuple[FetchedChart, Path]:
    """The fetched chart, and the file or folder where it is now.

    Raises what `ChartSource.fetch` raises, and RepositoryConfigError where the place is taken or cannot be written.
    """
    if not options.untar:
        fetched = source.fetch(query, deadline)
        path = options.destination / fetched.filename
        if not options.destination.is_dir():
            raise RepositoryConfigError(f"open {path}: no such file or directory")
        write_whole(path, fetched.data, 0o644)
        if fetched.provenance is not None:
            write_whole(path.with_name(f"{path.name}.prov"), fetched.provenance, 0o644)
        return fetched, path
    folder = options.destination / options.untar_folder
    taken = folder / PurePosixPath(query.reference).name
    if taken.exists():
        raise RepositoryConfigError(f"failed to untar: a file or directory with the name {taken} already exists")
    fetched = source.fetch(query, deadline)
    return fetched, expand(fetched.data, folder)


def expand(data: bytes, folder: Path) -> Path:
    """Unpack an archive below a folder, as the folder of the chart's name; never anywhere else.

    Every path was checked by the reader of archives, which hands out no links, and the folder is a fresh one.
    """
    name = load_archive(data).name
    if PurePosixPath(name).name != name or name in (".", ".."):
        raise ChartError(f'chart name "{name}" is no name of a folder')
    root = folder / name
    try:
        root.mkdir(parents=True)
        for file in archive_files(io.BytesIO(data)):
            path = root / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.data)
    except FileExistsError as error:
        raise RepositoryConfigError(f"failed to untar: {error.filename} already exists") from error
    except OSError as error:
        raise RepositoryConfigError(f"failed to untar: {error.filename}: {error.strerror}") from error
    return root
