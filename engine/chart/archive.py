"""The files of a chart archive, read without trust: bounded in size, and never outside the chart."""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections.abc import Iterator

from ..clock import timestamp
from ..errors import ArchiveError
from .model import File
from .tarball import Entry, Stream, Tar, Unzipped

LARGEST = 100 * 1024 * 1024
"""Bytes that a decompressed chart may have in all (Helm: MaxDecompressedChartSize)."""

MOST_FILES = 50_000
"""Entries that an archive may have; Helm has no such bound, but each costs memory and time of its own."""

OVERHEAD = MOST_FILES * 1536
"""Bytes that a tar may have beside its files' content."""

LATEST = 60_000_000_000
"""Seconds: times beyond the year 3871 are taken for none."""

BOM = b"\xef\xbb\xbf"
DRIVE = re.compile(r"[a-zA-Z]:/")
TOO_LARGE = f"decompressed chart is larger than the maximum size {LARGEST}"
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!\x1a\x07", "application/x-rar-compressed"),
    (b"wOFF", "font/woff"),
)


def ensure_archive(head: bytes, name: str) -> None:
    """Raise ArchiveError with Helm's text where the first bytes are not those of a gzipped archive."""
    if head.startswith(b"\x1f\x8b\x08"):
        return
    if name.endswith((".yml", ".yaml")):
        raise ArchiveError(f"file '{name}' seems to be a YAML file, but expected a gzipped archive")
    kind = next((kind for signature, kind in SIGNATURES if head.startswith(signature)), "application/octet-stream")
    raise ArchiveError(f"file '{name}' does not appear to be a gzipped archive; got '{kind}'")


def chart_path(name: str) -> str:
    """An entry's path below the chart's root. Raises ArchiveError for what leads anywhere else (Helm: archive/archive.go)."""
    delimiter = "\\" if "\\" in name else "/"
    parts = name.split(delimiter)
    inner = "/".join(parts[1:])
    if inner.startswith("/"):
        raise ArchiveError("chart illegally contains absolute paths")
    path = posixpath.normpath(inner) if inner else "."
    if path == ".":
        raise ArchiveError(f'chart illegally contains content outside the base directory: "{name}"')
    if path.startswith(".."):
        raise ArchiveError("chart illegally references parent directory")
    if DRIVE.match(path):
        raise ArchiveError("chart contains illegally named files")
    if parts[0] == "Chart.yaml":
        raise ArchiveError("chart yaml not in base directory")
    return path


def archive_files(source: Stream) -> Iterator[File]:
    """The files of a gzipped tar, in its order (Helm: archive/archive.go LoadArchiveFiles).

    Raises ArchiveError with Helm's text; reads no more than the budget, and no more than MOST_FILES entries.
    """
    budget = LARGEST
    tar = Tar(Unzipped(source, LARGEST + OVERHEAD, TOO_LARGE))
    empty = True
    for count, entry in enumerate(tar, 1):
        if count > MOST_FILES:
            raise ArchiveError(f"chart archive has more than {MOST_FILES} entries")
        if entry.is_directory or entry.kind == b"g":
            continue
        empty = False
        name = chart_path(entry.name)
        if entry.size >= budget:  # Helm reads before it says so of what fits exactly
            raise ArchiveError(TOO_LARGE)
        data = tar.read()
        budget -= len(data)
        if len(data) < entry.size:  # such as a link with a size
            raise ArchiveError(TOO_LARGE)
        yield File(name, data.removeprefix(BOM), _moment(entry))
    if empty:
        raise ArchiveError("no files in chart archive")


def _moment(entry: Entry) -> str | None:
    if not -LATEST < entry.mtime < LATEST:
        return None
    return timestamp(dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=entry.mtime), entry.nanoseconds)
