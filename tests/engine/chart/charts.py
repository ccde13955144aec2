"""Small charts for tests, made of files."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

from purehelm.engine.chart.load import load_files
from purehelm.engine.chart.model import Chart, File

METADATA = "apiVersion: v2\nname: c\nversion: 0.1.0\n"
SUB = "apiVersion: v2\nname: s\nversion: 1.0.0\n"


def chart(files: dict[str, str] | None = None, metadata: str = METADATA) -> Chart:
    """The chart with these files and this Chart.yaml."""
    contents = {"Chart.yaml": metadata, **(files or {})}
    return load_files([File(name, text.encode()) for name, text in contents.items()])


def written(folder: Path, files: dict[str, str] | None = None, metadata: str = METADATA) -> Path:
    """The chart's directory, written below a folder."""
    root = folder / "c"
    for name, text in {"Chart.yaml": metadata, **(files or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def tarred(entries: list[tuple[str, bytes]]) -> bytes:
    """A gzipped tar of plain files."""
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in entries:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(body.getvalue(), mtime=0)
