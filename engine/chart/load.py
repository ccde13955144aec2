"""Load a chart from a directory, an archive, bytes or a stream, as Helm's loader does (pkg/chart/v2/loader)."""

from __future__ import annotations

import datetime as dt
import io
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..clock import timestamp
from ..errors import ArchiveError, ChartError
from .archive import BOM, LARGEST, archive_files, ensure_archive
from .ignore import Rules, parse_rules
from .metadata import read_api_version, read_file, read_lock, read_metadata
from .model import Chart, File, Lock, Metadata
from .sources import read_values
from .tarball import BadGzip, Stream
from .validate import check, sanitized


def load_chart(source: str | os.PathLike[str] | bytes | Stream) -> Chart:
    """The chart at a path, in an archive's bytes, or on an open stream. Raises ChartError with Helm's text."""
    if isinstance(source, bytes):
        return load_archive(source)
    if isinstance(source, str | os.PathLike):
        return load_path(Path(source))
    return load_archive(source)


def load_path(path: Path) -> Chart:
    """The chart in a directory or an archive file."""
    try:
        if path.is_dir():
            return load_files(directory_files(path))
        with path.open("rb") as file:
            ensure_archive(file.read(512), str(path))
            file.seek(0)
            return _load_file(file, path)
    except FileNotFoundError as error:
        raise ChartError(f"stat {path}: no such file or directory") from error
    except OSError as error:
        raise ChartError(f"open {path}: {(error.strerror or str(error)).lower()}") from error


def load_detected(path: Path) -> Chart:
    """As `load_path`, with the texts of commands, which first ask for the chart's apiVersion (pkg/chart/loader).

    Raises ChartError; charts of apiVersion v3 are refused, as Helm 4.3 refuses them everywhere but where it experiments.
    """
    if path.is_dir():
        return _detected_directory(path)
    try:
        with path.open("rb") as file:
            ensure_archive(file.read(512), str(path))
            file.seek(0)
            files = tuple(archive_files(file))
    except BadGzip as error:
        text = f"file '{path}' does not appear to be a valid chart file (details: {error})"
        raise ArchiveError(text) from error
    except ArchiveError as error:
        if str(error).startswith(f"file '{path}' "):
            raise
        raise ArchiveError("unable to load chart archive") from error
    except OSError as error:
        verb = "stat" if isinstance(error, FileNotFoundError) else "open"
        raise ChartError(f"{verb} {path}: {(error.strerror or str(error)).lower()}") from error
    for found in files:
        if found.name == "Chart.yaml":
            _check_api_version(found.data)
            return load_files(files)
    raise ChartError("unable to detect chart version, no Chart.yaml found")


def _detected_directory(path: Path) -> Chart:
    folder = path.absolute()
    chartfile = folder / "Chart.yaml"
    try:
        _check_api_version(chartfile.read_bytes())
    except OSError as error:
        verb = "read" if isinstance(error, IsADirectoryError) else "open"
        told = f"{verb} {chartfile}: {(error.strerror or str(error)).lower()}"
        raise ChartError(f"unable to detect chart at {chartfile}: {told}") from error
    return load_path(path)


def _check_api_version(data: bytes) -> None:
    version = read_file("Chart.yaml", lambda: read_api_version(data))
    if version == "v3":
        raise ChartError("invalid chart apiVersion")
    if version not in ("", "v1", "v2"):
        raise ChartError("unsupported chart version")


def _load_file(file: Stream, path: Path) -> Chart:
    try:
        return load_archive(file)
    except BadGzip as error:
        text = f"file '{path}' does not appear to be a valid chart file (details: {error})"
        raise ArchiveError(text) from error


def load_archive(source: bytes | Stream) -> Chart:
    """The chart in a gzipped tar."""
    return load_files(archive_files(io.BytesIO(source) if isinstance(source, bytes) else source))


def directory_files(root: Path) -> Iterator[File]:
    """The files below a chart's directory that .helmignore leaves, in lexical order; links are followed."""
    ignore = root / ".helmignore"
    rules = (
        parse_rules(ignore.read_text("utf-8", "surrogateescape").removeprefix("\ufeff").split("\n"))
        if ignore.is_file()
        else parse_rules()
    )
    budget = LARGEST
    for path, name, facts in _walk(root, "", rules, frozenset()):
        if not stat.S_ISREG(facts.st_mode):
            raise ChartError(f"cannot load irregular file {path} as it has file mode type bits set")
        too_large = f"error reading {path}: chart exceeds maximum decompressed size of {LARGEST} bytes"
        if facts.st_size > budget:
            raise ChartError(too_large)
        with path.open("rb", buffering=0) as file:
            data = file.readall() if facts.st_size else file.read(budget + 1)
        budget -= len(data)
        if budget < 0:
            raise ChartError(too_large)
        moment = dt.datetime.fromtimestamp(facts.st_mtime).astimezone()
        yield File(name, data.removeprefix(BOM), timestamp(moment, facts.st_mtime_ns % 1_000_000_000))


def _walk(folder: Path, prefix: str, rules: Rules, above: frozenset[str]) -> Iterator[tuple[Path, str, os.stat_result]]:
    real = os.path.realpath(folder)
    if real in above:
        raise ChartError(f"{folder} is a symbolic link that leads into itself")
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        name = prefix + entry.name
        try:
            facts = entry.stat()
        except OSError as error:
            told = f"lstat {os.path.realpath(entry.path)}: {(error.strerror or '').lower()}"
            raise ChartError(f"error evaluating symlink {entry.path}: {told}") from error
        directory = stat.S_ISDIR(facts.st_mode)
        if rules.ignores(name, directory=directory):
            continue
        if directory:
            yield from _walk(folder / entry.name, name + "/", rules, above | {real})
        else:
            yield folder / entry.name, name, facts


class _Parts:
    """What the files of a chart turn out to be."""

    def __init__(self) -> None:
        self.metadata: Metadata | None = None
        self.lock: Lock | None = None
        self.values: dict[str, object] | None = None
        self.schema: File | None = None
        self.templates: list[File] = []
        self.files: list[File] = []
        self.subcharts: dict[str, list[File]] = {}
        self.modtime: str | None = None

    def take(self, file: File) -> None:
        """Put one file where it belongs."""
        name = file.name
        handler = SPECIAL.get(name)
        if handler is not None:
            handler(self, file)
        elif name.startswith("templates/"):
            self.templates.append(file)
        elif name.startswith("charts/") and not name.endswith(".prov"):
            inner = name.removeprefix("charts/")
            self.subcharts.setdefault(inner.partition("/")[0], []).append(File(inner, file.data, file.modtime))
        else:
            self.files.append(file)

    def chart_yaml(self, file: File) -> None:
        self.metadata = read_file("Chart.yaml", lambda: read_metadata(file.data))
        self.modtime = file.modtime

    def lock_file(self, file: File) -> None:
        self.lock = read_file(file.name, lambda: read_lock(file.data))

    def values_file(self, file: File) -> None:
        self.values = read_file("values.yaml", lambda: read_values(file.data))

    def schema_file(self, file: File) -> None:
        self.schema = file

    def requirements(self, file: File) -> None:
        old = self.metadata or Metadata()
        self.metadata = read_file("requirements.yaml", lambda: read_metadata(file.data, old))
        if self.metadata is not None and self.metadata.api_version == "v1":
            self.files.append(file)

    def requirements_lock(self, file: File) -> None:
        self.lock_file(file)
        if self.metadata is not None and self.metadata.api_version == "v1":
            self.files.append(file)


SPECIAL = {
    "Chart.yaml": lambda parts, file: None,
    "Chart.lock": _Parts.lock_file,
    "values.yaml": _Parts.values_file,
    "values.schema.json": _Parts.schema_file,
    "requirements.yaml": _Parts.requirements,
    "requirements.lock": _Parts.requirements_lock,
}


def load_files(source: Iterable[File]) -> Chart:
    """The chart made of these files. Raises ChartError with Helm's text."""
    raw = tuple(source)
    parts = _Parts()
    for file in raw:
        if file.name == "Chart.yaml":
            parts.chart_yaml(file)
    for file in raw:
        parts.take(file)
    if parts.metadata is None:
        raise ChartError("Chart.yaml file is missing")
    metadata = sanitized(parts.metadata)
    check(metadata)
    return Chart(
        metadata=metadata,
        templates=tuple(parts.templates),
        files=tuple(parts.files),
        raw=raw,
        values=parts.values if parts.values is not None else {},
        schema=None if parts.schema is None else parts.schema.data,
        schema_modtime=None if parts.schema is None else parts.schema.modtime,
        modtime=parts.modtime,
        lock=parts.lock,
        dependencies=tuple(_subcharts(metadata.name, parts.subcharts)),
    )


def _subcharts(parent: str, grouped: dict[str, list[File]]) -> Iterator[Chart]:
    for name in sorted(grouped):
        if name.startswith(("_", ".")):
            continue
        files = grouped[name]
        packed = name.endswith(".tgz")
        if packed and files[0].name != name:
            raise ChartError(f"error unpacking subchart tar in {parent}: expected {name}, got {files[0].name}")
        try:
            yield load_archive(files[0].data) if packed else load_files(_inner(files))
        except ChartError as error:
            raise type(error)(f"error unpacking subchart {name} in {parent}: {error}") from error


def _inner(files: list[File]) -> list[File]:
    """The files of a subchart's folder, named from there on."""
    return [File(file.name.partition("/")[2], file.data, file.modtime) for file in files if "/" in file.name]
