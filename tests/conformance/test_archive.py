"""Chart archives, well-formed and hostile: what the loader sees, or says."""

from __future__ import annotations

import base64
import gzip
import io
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.chart.load import load_path
from purehelm.engine.errors import EngineError
from tests.conformance import cases

FORMATS = {"pax": tarfile.PAX_FORMAT, "ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT}
KINDS: Mapping[str, bytes] = {
    "file": tarfile.REGTYPE,
    "dir": tarfile.DIRTYPE,
    "symlink": tarfile.SYMTYPE,
    "hardlink": tarfile.LNKTYPE,
    "fifo": tarfile.FIFOTYPE,
    "char": tarfile.CHRTYPE,
    "block": tarfile.BLKTYPE,
}


def archive(case: dict[str, Any]) -> bytes:
    """The archive that a case describes."""
    if case.get("raw") is not None:
        return base64.b64decode(case["raw"])
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w", format=FORMATS[case.get("format", "gnu")]) as tar:
        for entry in case["entries"]:
            info = tarfile.TarInfo("x")
            info.name, info.mtime, info.mode = entry["name"], 1600000000, entry.get("mode", 0o644)
            info.type = KINDS[entry.get("type", "file")]
            info.linkname = entry.get("target", "")
            content = b""
            if info.isreg():
                content = cases.data(entry["content"]) if "content" in entry else bytes(entry["size"])
                info.size = len(content)
            tar.addfile(info, io.BytesIO(content) if info.isreg() else None)
    data = body.getvalue()
    if case.get("truncate_tar"):
        data = data[: case["truncate_tar"]]
    if case.get("gzip", True):
        data = gzip.compress(data, compresslevel=1, mtime=0)
    return data[: case["truncate"]] if case.get("truncate") else data


def answer(case: dict[str, Any]) -> tuple[Any, str | None]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / case.get("filename", "c.tgz")
        path.write_bytes(archive(case))
        try:
            chart = load_path(path)
        except EngineError as error:
            return None, cases.told(str(error), path.with_suffix(""))
    return {
        "name": chart.name,
        "files": [file.name for file in chart.files],
        "templates": [file.name for file in chart.templates],
        "dependencies": [subchart.name for subchart in chart.dependencies],
    }, None


def expected(case: dict[str, Any]) -> tuple[Any, str | None]:
    return case.get("chart"), case["error"]


def compared(case: dict[str, Any]) -> tuple[Any, str | None]:
    """A few large cases say only that the archive is good."""
    chart, error = answer(case)
    return (None if case["expect"] == "ok" and case.get("chart") is None else chart), error


@pytest.mark.parametrize("path", cases.files("archive.jsonl"), ids=lambda path: path.parent.name)
def test_archives(path: Path) -> None:
    cases.check(path, compared, expected)
