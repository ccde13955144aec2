"""Archives, hostile ones above all: nothing is read or written outside, and every fault is a typed one."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tarfile
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purehelm.engine.chart.archive import MOST_FILES, archive_files
from purehelm.engine.chart.load import load_archive
from purehelm.engine.chart.model import File
from purehelm.engine.errors import ArchiveError, ChartError, EngineError
from tests.engine.chart.charts import METADATA, tarred


def files(data: bytes) -> list[File]:
    return list(archive_files(io.BytesIO(data)))


def fault(data: bytes) -> str:
    with pytest.raises(ArchiveError) as caught:
        files(data)
    return str(caught.value)


def entry(name: bytes = b"c/a", kind: bytes = b"0", size: int = 0, **fields: bytes) -> bytes:
    """A tar header, its checksum right unless given."""
    block = bytearray(512)
    places = {
        "name": 0,
        "mode": 100,
        "uid": 108,
        "gid": 116,
        "size": 124,
        "mtime": 136,
        "sum": 148,
        "kind": 156,
        "magic": 257,
    }
    values = {"name": name, "mode": b"0000644\0", "uid": b"0000000\0", "gid": b"0000000\0", "size": b"%011o\0" % size,
              "mtime": b"00000000000\0", "kind": kind, "magic": b"ustar\00000"} | fields  # fmt: skip
    for field, value in values.items():
        block[places[field] : places[field] + len(value)] = value
    if "sum" not in fields:
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


END = bytes(1024)


def zipped(*blocks: bytes) -> bytes:
    return gzip.compress(b"".join(blocks), mtime=0)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


NEGATIVE = bytearray(entry())
NEGATIVE[124:136] = b"\xff" * 12
NEGATIVE[148:156] = b"%06o\0 " % (sum(NEGATIVE) - sum(NEGATIVE[148:156]) + 8 * 32)

FAULTS = [
    ("empty", b"", "EOF"),
    ("four-bytes", b"nope", "unexpected EOF"),
    ("no-gzip", b"x" * 20, "gzip: invalid header"),
    ("cut-header", b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x10", "unexpected EOF"),
    ("long-comment", b"\x1f\x8b\x08\x10\0\0\0\0\0\xff" + b"c" * 600, "gzip: invalid header"),
    ("bad-header-sum", b"\x1f\x8b\x08\x02\0\0\0\0\0\xff\0\0", "gzip: invalid header"),
    ("bad-deflate", b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"\xff" * 30, "flate: corrupt input before offset 0"),
    ("bad-sum", zipped(entry())[:-8] + bytes(8), "gzip: invalid checksum"),
    ("no-blocks", zipped(), "no files in chart archive"),
    ("zeros", zipped(END), "no files in chart archive"),
    ("cut-block", zipped(b"x" * 100), "unexpected EOF"),
    ("zero-then-more", zipped(bytes(512), entry()), "archive/tar: invalid tar header"),
    ("bad-checksum", zipped(entry(sum=b"000000\0 ")), "archive/tar: invalid tar header"),
    ("checksum-no-number", zipped(entry(sum=b"zzzzzz\0 ")), "archive/tar: invalid tar header"),
    ("size-no-number", zipped(entry(size=0, uid=b"9999999\0")), "archive/tar: invalid tar header"),
    ("negative-size", zipped(bytes(NEGATIVE)), "archive/tar: invalid tar header"),
    ("missing-data", zipped(entry(size=600), b"x" * 512), "unexpected EOF"),
    ("missing-skipped", zipped(entry(b"g", b"g", 600), b"x" * 512), "unexpected EOF"),
    ("long-special", zipped(entry(kind=b"L", size=2 << 20), bytes(2 << 20), entry()), "archive/tar: header field too long"),
    ("bad-record", zipped(entry(kind=b"x", size=5), padded(b"nope\n"), entry()), "archive/tar: invalid tar header"),
    ("short-record", zipped(entry(kind=b"x", size=4), padded(b"4 a\n"), entry()), "archive/tar: invalid tar header"),
    ("record-size", zipped(entry(kind=b"x", size=14), padded(b"14 size=9x9ab\n"), entry()), "archive/tar: invalid tar header"),
    ("record-time", zipped(entry(kind=b"x", size=12), padded(b"12 mtime=ab\n"), entry()), "archive/tar: invalid tar header"),
    ("record-nul", zipped(entry(kind=b"x", size=11), padded(b"11 path=\0x\n"), entry()), "archive/tar: invalid tar header"),
    ("sparse", zipped(entry(kind=b"S"), END), "archive/tar: sparse files are not supported"),
    ("too-large", zipped(entry(size=104857601)), "decompressed chart is larger than the maximum size 104857600"),
    ("link-with-size", zipped(entry(kind=b"2", size=9), END), "decompressed chart is larger than the maximum size 104857600"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "text"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_broken_archives_are_told_in_gos_words(data: bytes, text: str) -> None:
    assert fault(data) == text


def test_headers_of_gzip_are_passed_over() -> None:
    deflate = zlib.compressobj(wbits=-15)
    content = entry(size=1) + padded(b"x") + END
    body = deflate.compress(content) + deflate.flush()
    head = b"\x1f\x8b\x08\x1e\0\0\0\0\0\xff\x02\0abname\0comment\0"
    head += (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little")
    trailer = zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")

    assert [(file.name, file.data) for file in files(head + body + trailer)] == [("a", b"x")]


def test_members_are_joined() -> None:
    content = entry(size=1) + padded(b"x") + END

    assert [file.data for file in files(gzip.compress(content[:700]) + gzip.compress(content[700:]))] == [b"x"]


NAMES = [
    ("gnu-long", zipped(entry(b"././@LongLink", b"L", 120), padded(b"c/" + b"a" * 117 + b"\0"), entry()), "a" * 117),
    ("gnu-link", zipped(entry(b"././@LongLink", b"K", 3), padded(b"xx\0"), entry()), "a"),
    ("pax-path", zipped(entry(kind=b"x", size=14), padded(b"14 path=c/b/d\n"), entry()), "b/d"),
    ("old-directory", zipped(entry(b"c/d/", b"\0"), entry(b"c/a", b"\0")), "a"),
    ("directory-by-mode", zipped(entry(b"c/d", mode=b"040755\0\0"), entry()), "a"),
    ("signed-checksum", zipped(entry(b"c/\xc3\xa9", sum=b"%06o\0 " % (sum(entry(b"c/\xc3\xa9", sum=b" " * 8)) - 512))), "é"),
    ("base-256", zipped(entry(uid=b"\x80" + bytes(7))), "a"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "name"), [row[1:] for row in NAMES], ids=[row[0] for row in NAMES])
def test_names_are_found_wherever_tar_puts_them(data: bytes, name: str) -> None:
    assert [file.name for file in files(data)] == [name]


def test_times_have_their_nanoseconds() -> None:
    data = zipped(entry(kind=b"x", size=22), padded(b"22 mtime=1600000000.5\n"), entry())

    assert [file.modtime for file in files(data)] == ["2020-09-13T12:26:40.5Z"]


def test_times_beyond_reason_are_none() -> None:
    data = zipped(entry(kind=b"x", size=32), padded(b"32 mtime=99999999999999999.0000\n"), entry())

    assert [file.modtime for file in files(data)] == [None]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_end_in_a_typed_error(data: bytes) -> None:
    with pytest.raises(ChartError):
        load_archive(data)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000))
def test_any_tar_ends_in_a_typed_error(content: bytes) -> None:
    told = ""
    try:
        load_archive(gzip.compress(content))
    except EngineError as error:
        told = str(error)

    assert told


HOSTILE = st.lists(st.sampled_from(["..", ".", "", "a", "c:", "C:", "\\", "/", "Chart.yaml", "etc", "é", "\udcff", "~", "templates"]), min_size=1, max_size=6)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(HOSTILE, st.sampled_from("/\\"))
def test_no_name_leads_outside(parts: list[str], separator: str) -> None:
    name = separator.join(parts)
    data = tarred([("c/Chart.yaml", METADATA.encode()), (name or "x/y", b"data")])
    try:
        found = files(data)
    except ArchiveError:
        return

    for file in found:
        path = Path("/root/chart") / file.name
        assert Path(os.path.normpath(path)).is_relative_to("/root/chart")
        assert not file.name.startswith(("/", ".."))


BOMB = """
import io, sys, time, zlib
sys.path[:0] = {paths!r}
from purehelm.engine.chart.load import load_archive
from purehelm.engine.errors import ChartError

class Bomb:
    def __init__(self, head):
        self.deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
        self.pending = self.deflate.compress(head)
    def read(self, size=-1):
        while len(self.pending) < size:
            self.pending += self.deflate.compress(bytes(1 << 20))
        data, self.pending = self.pending[:size], self.pending[size:]
        return data

started = time.monotonic()
try:
    load_archive(Bomb(bytes.fromhex({head!r})))
except ChartError as error:
    print(error)
# Not ru_maxrss: that begins with the parent's.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.monotonic() - started, int(peak.split()[1]) / 1024)
"""

BOMBS = {
    "one-file": entry(size=104857599),
    "announced": entry(size=1 << 33),
    "link": entry(kind=b"g", size=1 << 33),
    "pax": entry(kind=b"x", size=1 << 33),
    "skipped": entry(b"c/d/", b"7", size=1 << 33),
}


@pytest.mark.parametrize("head", BOMBS.values(), ids=BOMBS)
def test_a_bomb_costs_little(head: bytes) -> None:
    script = BOMB.format(paths=sys.path, head=head.hex())
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    told, figures = done.stdout.splitlines()
    seconds, megabytes = map(float, figures.split())

    assert told in (
        "decompressed chart is larger than the maximum size 104857600",
        "archive/tar: header field too long",
        "Chart.yaml file is missing",
    )
    assert megabytes < 200
    assert seconds < 15  # 5 s on a machine of its own


def test_an_archive_has_no_more_than_so_many_entries() -> None:
    block = entry(b"c/a")
    data = zipped(block * (MOST_FILES + 1))
    started = time.monotonic()

    assert fault(data) == f"chart archive has more than {MOST_FILES} entries"
    assert time.monotonic() - started < 15


def test_python_and_helm_agree_on_plain_tars() -> None:
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w:gz", format=tarfile.GNU_FORMAT) as archive:
        for name in ("c/a", f"c/{'d' * 150}/e", "c/é"):
            info = tarfile.TarInfo(name)
            info.size = 3
            archive.addfile(info, io.BytesIO(b"abc"))

    assert [(file.name, file.data) for file in files(body.getvalue())] == [
        ("a", b"abc"),
        (f"{'d' * 150}/e", b"abc"),
        ("é", b"abc"),
    ]
