"""The files of a chart archive, read without trust: bounded in size, and never outside the chart."""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import tarfile
import zlib
from collections.abc import Iterator
from typing import Protocol

from ..clock import timestamp
from ..errors import ArchiveError
from .model import File

LARGEST = 100 * 1024 * 1024
"""Bytes that a decompressed chart may have in all (Helm: MaxDecompressedChartSize)."""

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


class Stream(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def ensure_archive(head: bytes, name: str) -> None:
    """Raise ArchiveError with Helm's text where the first bytes are not those of a gzipped archive."""
    if head.startswith(b"\x1f\x8b\x08"):
        return
    if name.endswith((".yml", ".yaml")):
        raise ArchiveError(f"file '{name}' seems to be a YAML file, but expected a gzipped archive")
    kind = next((kind for signature, kind in SIGNATURES if head.startswith(signature)), "application/octet-stream")
    raise ArchiveError(f"file '{name}' does not appear to be a gzipped archive; got '{kind}'")


class _Unzipped:
    """A gzip stream's content, never more than a block at a time in memory."""

    def __init__(self, source: Stream) -> None:
        self.source = source
        self.inflate = zlib.decompressobj(31)
        self.rest = b""
        self.seen = 0

    def read(self, size: int) -> bytes:
        out = b""
        while len(out) < size:
            block = self.rest or self.source.read(1 << 16)
            if not block:
                if self.inflate.eof and not self.inflate.unused_data:
                    return out
                raise ArchiveError("unexpected EOF" if self.seen else "EOF")
            self.seen += len(block)
            try:
                out += self.inflate.decompress(block, size - len(out))
            except zlib.error as error:
                raise ArchiveError(
                    "gzip: invalid header"
                    if not self.inflate.unconsumed_tail and self.seen < 20
                    else "gzip: invalid checksum"
                ) from error
            self.rest = self.inflate.unconsumed_tail
            if self.inflate.eof:
                trailing = self.inflate.unused_data
                if trailing:  # another member
                    self.inflate, self.rest = zlib.decompressobj(31), trailing
                elif not self.rest and len(out) < size:
                    return out
        return out


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
    """The files of a gzipped tar, in its order. Raises ArchiveError with Helm's text; reads no more than the budget."""
    budget = LARGEST
    seen = False
    unzipped = _Unzipped(source)
    try:
        with tarfile.open(fileobj=unzipped, mode="r|", errorlevel=2, bufsize=1 << 16) as tar:
            for entry in tar:
                if entry.isdir() or entry.type in (tarfile.XGLTYPE, tarfile.XHDTYPE):
                    continue
                seen = True
                name = chart_path(entry.name + ("/" if entry.name == "" else ""))
                if entry.size > budget:
                    raise ArchiveError(TOO_LARGE)
                content = tar.extractfile(entry) if entry.isreg() else None
                data = content.read(entry.size) if content else b""
                if content and len(data) < entry.size:
                    raise ArchiveError("unexpected EOF")
                budget -= len(data)
                if budget <= 0:
                    raise ArchiveError(TOO_LARGE)
                moment = (
                    timestamp(dt.datetime.fromtimestamp(entry.mtime, dt.UTC)) if 0 <= entry.mtime < 1 << 37 else None
                )
                yield File(name, data.removeprefix(BOM), moment)
    except tarfile.EmptyHeaderError:
        pass
    except tarfile.ReadError as error:
        if str(error) in ("empty file", "empty header"):
            pass
        else:
            text = "unexpected EOF" if "unexpected end" in str(error) else "archive/tar: invalid tar header"
            raise ArchiveError(text) from error
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise ArchiveError("archive/tar: invalid tar header") from error
    if not seen:
        raise ArchiveError("no files in chart archive")
