"""A chart as an archive or a directory again (pkg/chart/v2/util/save.go, pkg/action/package.go)."""

from __future__ import annotations

import datetime as dt
import io
import struct
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ..clock import Clock, SystemClock, timestamp
from ..errors import ChartError, DependencyError, YamlError
from ..goquote import quote
from ..jsonio import loads
from ..semver import Version
from .archive import chart_path
from .model import Chart, File
from .validate import validation_problem
from .written import lock_yaml, metadata_yaml

EXTRA = b"rr\x28\x00aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo="
"""The gzip header's extra field in every archive of Helm 4.3."""

COMMENT = b"Helm\x00"
BLOCK = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageOptions:
    """What `helm package` may change: versions, and the one time that makes two runs byte-equal (SOURCE_DATE_EPOCH)."""

    version: str = ""
    app_version: str = ""
    epoch: int | None = None  # seconds; every file's time and the lock's `generated`


UNCHANGED = PackageOptions()


def packed(chart: Chart, *, epoch: int | None = None, clock: Clock | None = None) -> bytes:
    """The chart's .tgz, its files in Helm's order. Times are the files' own; `epoch` (seconds) replaces all of them.

    The same chart gives the same bytes unless a file has no time of its own: such files get the clock's.
    Raises ChartError with Helm's text for a chart that Helm would refuse to save.
    """
    if problem := validation_problem(chart.metadata):
        raise ChartError(f"chart validation: validation: {problem}")
    if epoch is not None:
        chart = stamped(chart, epoch)
    now = (clock or SystemClock()).now()
    body = io.BytesIO()
    for file in archived_files(chart):
        body.write(_tar_entry(file, now))
    body.write(bytes(2 * BLOCK))
    return _gzipped(body.getvalue())


def stamped(chart: Chart, epoch: int) -> Chart:
    """The chart and its subcharts with every time set to that second, in UTC (Chart.StampModTimes)."""
    moment = timestamp(dt.datetime.fromtimestamp(epoch, dt.UTC))

    def all_at(files: tuple[File, ...]) -> tuple[File, ...]:
        return tuple(replace(file, modtime=moment) for file in files)

    return replace(
        chart,
        modtime=moment,
        schema_modtime=moment if chart.schema else chart.schema_modtime,
        lock=None if chart.lock is None else replace(chart.lock, generated=moment),
        raw=all_at(chart.raw),
        templates=all_at(chart.templates),
        files=all_at(chart.files),
        dependencies=tuple(stamped(subchart, epoch) for subchart in chart.dependencies),
    )


def archived_files(chart: Chart, prefix: str = "") -> Iterator[File]:
    """What an archive of the chart holds, in Helm's order; subcharts unpacked below charts/. Raises ChartError."""
    check_name(chart.name)
    base = f"{prefix}{chart.name}/"
    metadata = chart.metadata
    if metadata.api_version == "v1":  # its dependencies are in requirements.yaml, among the files
        metadata = replace(metadata, dependencies=())
    yield File(f"{base}Chart.yaml", metadata_yaml(metadata), chart.modtime)
    if metadata.api_version == "v2" and chart.lock is not None:
        yield File(f"{base}Chart.lock", lock_yaml(chart.lock), chart.lock.generated or None)
    for file in chart.raw:
        if file.name == "values.yaml":
            yield replace(file, name=f"{base}values.yaml")
    if chart.schema is not None:
        _check_schema(chart.schema)
        yield File(f"{base}values.schema.json", chart.schema, chart.schema_modtime)
    for file in (*chart.templates, *chart.files):
        yield replace(file, name=base + file.name)
    for subchart in chart.dependencies:
        yield from archived_files(subchart, f"{base}charts/")


def _check_schema(schema: bytes) -> None:
    try:
        loads(schema)
    except YamlError as error:
        raise ChartError("invalid JSON in values.schema.json") from error


def _tar_entry(file: File, now: dt.datetime) -> bytes:
    """One file as Go's tar writer has it: USTAR where that can hold the name, else with a PAX header."""
    entry = tarfile.TarInfo(file.name)
    entry.size = len(file.data)
    entry.mode = 0o644
    entry.mtime = round((moment_of(file.modtime) or now).timestamp())
    try:
        head = entry.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")
    except (ValueError, UnicodeEncodeError):
        head = entry.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
    return _with_devices(head) + file.data + bytes(-len(file.data) % BLOCK)


def _with_devices(head: bytes) -> bytes:
    """The header with device numbers written as zeros, as Go has them; Python leaves them empty for plain files."""
    block = bytearray(head[-BLOCK:])
    block[329:345] = b"0000000\0" * 2
    block[148:156] = b" " * 8  # what the checksum counts for its own field
    block[148:156] = b"%06o\0 " % sum(block)
    return head[:-BLOCK] + bytes(block)


def moment_of(text: str | None) -> dt.datetime | None:
    """A Go timestamp (RFC 3339, up to nanoseconds) as a datetime; None for none, Go's zero time and what is no time."""
    if not text or text.startswith("0001-01-01T00:00:00"):
        return None
    head, point, tail = text.partition(".")
    if point:
        digits = len(tail) - len(tail.lstrip("0123456789"))
        text = f"{head}.{tail[:digits][:6]:0<6}{tail[digits:]}"
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def _gzipped(data: bytes) -> bytes:
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    body = deflate.compress(data) + deflate.flush()
    head = b"\x1f\x8b\x08\x14" + bytes(5) + b"\xff" + struct.pack("<H", len(EXTRA)) + EXTRA + COMMENT
    return head + body + struct.pack("<LL", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def package(chart: Chart, options: PackageOptions = UNCHANGED, *, clock: Clock | None = None) -> tuple[str, bytes]:
    """The archive's file name and bytes, as `helm package` writes them.

    Raises SemverError for a version that is none, DependencyError where charts/ lacks what Chart.yaml asks for.
    """
    metadata = replace(
        chart.metadata,
        version=options.version or chart.metadata.version,
        app_version=options.app_version or chart.metadata.app_version,
    )
    Version.parse(metadata.version)
    chart = replace(chart, metadata=metadata)
    check_dependencies(chart)
    try:
        return archive_name(chart), packed(chart, epoch=options.epoch, clock=clock)
    except ChartError as error:
        raise type(error)(f"failed to save: {error}") from error


def archive_name(chart: Chart) -> str:
    """NAME-VERSION.tgz."""
    return f"{chart.name}-{chart.metadata.version}.tgz"


def check_dependencies(chart: Chart) -> None:
    """Raise DependencyError naming each dependency that charts/ lacks (pkg/action CheckDependencies)."""
    present = {subchart.name for subchart in chart.dependencies}
    missing = [entry.name for entry in chart.metadata.dependencies if entry.name not in present]
    if missing:
        raise DependencyError(f"found in Chart.yaml, but missing in charts/ directory: {', '.join(missing)}")


def save_directory(chart: Chart, destination: Path, *, clock: Clock | None = None) -> Path:
    """Write the chart's files below a folder of its name, its subcharts as archives; gives back that folder (SaveDir).

    A chart whose own .helmignore names `*.tgz` hides those archives, as in Helm; `packed` keeps everything. Raises ChartError
    for a name or path that leads out of the folder.
    """
    check_name(chart.name)
    folder = destination / chart.name
    metadata = chart.metadata
    if metadata.api_version == "v1":
        metadata = replace(metadata, dependencies=())
    files = [File("Chart.yaml", metadata_yaml(metadata))]
    if metadata.api_version == "v2" and chart.lock is not None:
        files.append(File("Chart.lock", lock_yaml(chart.lock)))  # ours: Helm forgets it here
    files += [file for file in chart.raw if file.name == "values.yaml"]
    if chart.schema is not None:
        files.append(File("values.schema.json", chart.schema))
    files += [*chart.templates, *chart.files]
    files += [File(f"charts/{archive_name(sub)}", packed(sub, clock=clock)) for sub in chart.dependencies]
    for file in files:
        path = folder / chart_path(f"{chart.name}/{file.name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    return folder


def check_name(name: str) -> None:
    """Raise ChartError for a chart name that is no single path element."""
    if name != (name.rstrip("/").rpartition("/")[2] or "/") or name in (".", ".."):
        raise ChartError(f"{quote(name)} is not a valid chart name")
