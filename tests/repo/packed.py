"""Small charts, packed."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import Any


def packed(name: str = "web", version: str = "1.0.0", *, files: dict[str, str] | None = None, **metadata: Any) -> bytes:
    """A chart's archive; further arguments go into Chart.yaml. The same arguments give the same bytes."""
    chart = {"apiVersion": "v2", "name": name, "version": version, **metadata}
    contents = {"Chart.yaml": json.dumps(chart), "values.yaml": "replicaCount: 1\n", **(files or {})}
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w") as archive:
        for path, text in contents.items():
            info = tarfile.TarInfo(f"{name}/{path}")
            info.size, info.mode = len(text.encode()), 0o644
            archive.addfile(info, io.BytesIO(text.encode()))
    return gzip.compress(body.getvalue(), mtime=0)
