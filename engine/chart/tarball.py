"""Gzipped tars read as Go's compress/gzip and archive/tar read them: a stream, a block at a time, its texts for what is broken.

Nothing is written anywhere, and memory holds one entry at a time. Sparse files are refused.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from ..errors import ArchiveError

BLOCK = 512
CHUNK = 1 << 16
MOST_AT_ONCE = 1 << 20
LARGEST_SPECIAL = 1 << 20
"""Bytes that a PAX record or a long name may have (archive/tar maxSpecialFileSize)."""

BAD_HEADER = "archive/tar: invalid tar header"
CUT = "unexpected EOF"
DECIMAL = re.compile(rb"[-+]?[0-9]+")
TIME = re.compile(rb"([-+]?[0-9]+)(?:\.([0-9]*))?")
NUMERIC = (b"uid", b"gid", b"size")
TIMES = (b"mtime", b"atime", b"ctime")
HEADER_ONLY = b"123456"
DIRECTORY = 0o040000


class Stream(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class BadGzip(ArchiveError):
    """The data does not start as gzip does."""


class Unzipped:
    """A gzip stream's content. `limit` bounds how many bytes come out; more of them raise ArchiveError with `too_large`."""

    def __init__(self, source: Stream, limit: int, too_large: str) -> None:
        self.source = source
        self.pending = b""  # of the source
        self.ended = False
        self.left = limit
        self.too_large = too_large
        self.inflate = self._member(first=True)
        self.crc = self.size = 0

    def take(self, size: int) -> bytes:
        """Exactly so many bytes of content; fewer only at the end. Raises ArchiveError."""
        first = self._some(min(size, MOST_AT_ONCE))
        if len(first) == size:
            return first
        buffer = io.BytesIO()  # gives its content away without a copy
        buffer.write(first)
        while buffer.tell() < size and (more := self._some(min(size - buffer.tell(), MOST_AT_ONCE))):
            buffer.write(more)
        return buffer.getvalue()

    def skip(self, size: int) -> None:
        while size > 0:
            got = len(self._some(min(size, CHUNK)))
            if not got:
                raise ArchiveError(CUT)
            size -= got

    def _some(self, size: int) -> bytes:
        while not self.ended and size:
            if self.inflate.eof:  # what came before it has been handed out: only now its sums count
                self._finish()
                continue
            if not self.pending:
                self.pending = self.source.read(CHUNK)
                if not self.pending:
                    raise ArchiveError(CUT)
            try:
                data = self.inflate.decompress(self.pending, size)
            except zlib.error as error:
                raise ArchiveError("flate: corrupt input before offset 0") from error
            self.pending = self.inflate.unconsumed_tail
            self.crc = zlib.crc32(data, self.crc)
            self.size += len(data)
            self.left -= len(data)
            if self.left < 0:
                raise ArchiveError(self.too_large)
            if data:
                return data
        return b""

    def _finish(self) -> None:
        """Check the member's sums and go on to the next one."""
        self.pending = self.inflate.unused_data
        trailer = self._raw(8)
        if trailer != self.crc.to_bytes(4, "little") + (self.size & 0xFFFFFFFF).to_bytes(4, "little"):
            raise ArchiveError("gzip: invalid checksum")
        self.crc = self.size = 0
        self.inflate = self._member(first=False)

    def _member(self, *, first: bool) -> zlib._Decompress:
        head = self._raw(10, partial=True)
        if not head:
            if first:
                raise ArchiveError("EOF")
            self.ended = True
        elif len(head) < 10:
            raise ArchiveError(CUT)
        else:
            self._header(head)
        return zlib.decompressobj(-zlib.MAX_WBITS)

    def _header(self, head: bytes) -> None:
        if not head.startswith(b"\x1f\x8b\x08"):
            raise BadGzip("gzip: invalid header")
        flags = head[3]
        if flags & 4:
            size = self._raw(2)
            extra = self._raw(int.from_bytes(size, "little"))
            head += size + extra
        for flag in (8, 16):
            if flags & flag:
                head += self._text()
        if flags & 2 and self._raw(2) != (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little"):
            raise BadGzip("gzip: invalid header")

    def _text(self) -> bytes:
        text = b""
        while not text.endswith(b"\0"):
            if len(text) >= BLOCK:
                raise BadGzip("gzip: invalid header")
            text += self._raw(1)
        return text

    def _raw(self, size: int, *, partial: bool = False) -> bytes:
        """Bytes of the source that are not compressed."""
        while len(self.pending) < size:
            more = self.source.read(CHUNK)
            if not more:
                break
            self.pending += more
        data, self.pending = self.pending[:size], self.pending[size:]
        if len(data) < size and not partial:
            raise ArchiveError(CUT)
        return data


@dataclass(slots=True)
class Entry:
    """A tar entry's header; `kind` is its type flag, `mtime` in seconds, with nanoseconds beside it."""

    name: str
    kind: bytes
    size: int
    mode: int
    mtime: int
    nanoseconds: int = 0

    @property
    def is_directory(self) -> bool:
        return self.kind == b"5" or self.mode & ~0o7777 == DIRECTORY

    @property
    def stored(self) -> int:
        """Bytes of data that follow."""
        return 0 if self.kind in HEADER_ONLY else self.size


class Tar:
    """The entries of a tar, one after the other."""

    def __init__(self, content: Unzipped) -> None:
        self.content = content
        self.left = 0  # of the entry's data
        self.padding = 0

    def __iter__(self) -> Iterator[Entry]:
        """Every entry but those that only describe the next one. Raises ArchiveError."""
        records: dict[bytes, bytes] = {}
        long_name = b""
        while True:
            self.content.skip(self.left)
            self.content.take(self.padding)
            self.left = self.padding = 0
            entry = self._header()
            if entry is None:
                return
            self._start(entry.stored)
            if entry.kind in b"xg":
                records = _records(self._special())
                if entry.kind == b"g":
                    records = {}
                    yield entry
                continue
            if entry.kind in b"LK":
                name = self._special()
                long_name = _until_nul(name) if entry.kind == b"L" else long_name
                continue
            _merge(entry, records)
            if long_name:
                entry.name = _text(long_name)
            if entry.kind == b"\0":
                entry.kind = b"5" if entry.name.endswith("/") else b"0"
            if entry.kind == b"S" or any(key.startswith(b"GNU.sparse.") for key in records):
                raise ArchiveError("archive/tar: sparse files are not supported")
            self._start(entry.stored)
            records, long_name = {}, b""
            yield entry

    def read(self) -> bytes:
        """The data of the entry that came last."""
        wanted = self.left
        data = self.content.take(wanted)
        if len(data) < wanted:
            raise ArchiveError(CUT)
        self.left = 0
        return data

    def _start(self, size: int) -> None:
        if size < 0:
            raise ArchiveError(BAD_HEADER)
        self.left, self.padding = size, -size % BLOCK

    def _special(self) -> bytes:
        if self.left > LARGEST_SPECIAL:
            raise ArchiveError("archive/tar: header field too long")
        return self.read()

    def _block(self) -> bytes | None:
        block = self.content.take(BLOCK)
        if block and len(block) < BLOCK:
            raise ArchiveError(CUT)
        return block or None

    def _header(self) -> Entry | None:
        block = self._block()
        if block is None:
            return None
        if not block.strip(b"\0"):
            second = self._block()
            if second is None or not second.strip(b"\0"):
                return None
            raise ArchiveError(BAD_HEADER)
        if not _sum_fits(block):
            raise ArchiveError(BAD_HEADER)
        name = _until_nul(block[:100])
        magic = block[257:265]
        if magic[:6] == b"ustar\0" and (prefix := _until_nul(block[345:500])):
            name = prefix + b"/" + name
        mode, size, mtime = (_number(block[start:end]) for start, end in ((100, 108), (124, 136), (136, 148)))
        for start, end in ((108, 116), (116, 124)):  # owners: only that they can be read counts
            _number(block[start:end])
        return Entry(_text(name), block[156:157], size, mode, mtime)


def _sum_fits(block: bytes) -> bool:
    try:
        wanted = _number(block[148:156])
    except ArchiveError:
        return False
    rest = block[:148] + b" " * 8 + block[156:]
    signed = sum(byte - 256 if byte > 127 else byte for byte in rest) if not rest.isascii() else None
    return wanted in (sum(rest), signed)


def _until_nul(data: bytes) -> bytes:
    return data.partition(b"\0")[0]


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _number(data: bytes) -> int:
    """A numeric field: octal, or base 256."""
    if data[0] & 0x80:
        value = int.from_bytes(data, "big") & ((1 << (8 * len(data) - 1)) - 1)
        if data[0] & 0x40:
            value -= 1 << (8 * len(data) - 1)
        if not -(1 << 63) <= value < 1 << 63:
            raise ArchiveError(BAD_HEADER)
        return value
    digits = _until_nul(data.strip(b" \0"))
    if not digits:
        return 0
    if digits.strip(b"01234567"):
        raise ArchiveError(BAD_HEADER)
    return int(digits, 8)


def _records(data: bytes) -> dict[bytes, bytes]:
    """PAX records: `LENGTH KEY=VALUE\\n`."""
    found: dict[bytes, bytes] = {}
    while data:
        size, blank, _ = data.partition(b" ")
        if not blank or len(size) > 10 or not DECIMAL.fullmatch(size):
            raise ArchiveError(BAD_HEADER)
        end = int(size)
        record, data = data[len(size) + 1 : max(end, 0)], data[max(end, 1) :]
        key, equals, value = record[:-1].partition(b"=")
        broken = end < 5 or not record.endswith(b"\n") or len(record) != end - len(size) - 1 or not equals or not key
        if broken or b"\0" in key or (b"\0" in value and key in (b"path", b"linkpath", b"uname", b"gname")):
            raise ArchiveError(BAD_HEADER)
        found[key] = value
    return found


def _merge(entry: Entry, records: dict[bytes, bytes]) -> None:
    for key, value in records.items():
        if not value:
            continue
        if key == b"path":
            entry.name = _text(value)
        elif key in NUMERIC:
            if len(value) > 20 or not DECIMAL.fullmatch(value) or not -(1 << 63) <= int(value) < 1 << 63:
                raise ArchiveError(BAD_HEADER)
            entry.size = int(value) if key == b"size" else entry.size
        elif key in TIMES:
            match = TIME.fullmatch(value)
            if match is None or len(match[1]) > 20:
                raise ArchiveError(BAD_HEADER)
            if key == b"mtime":
                entry.mtime, entry.nanoseconds = int(match[1]), int((match[2] or b"")[:9].ljust(9, b"0"))
