"""How much fits into one object, and what takes the space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from purehelm.engine.errors import ReleaseTooLarge
from purehelm.engine.release.model import Release

from .codec import to_json

LIMIT = 1 << 20  # the API server's, for the sum of an object's data


def breakdown(release: Release) -> dict[str, int]:
    """Uncompressed bytes of files, templates, values, manifest, hooks and other."""
    chart = release.chart
    parts = {
        "files": _files(chart.get("files")),
        "templates": _files(chart.get("templates")),
        "values": len(orjson.dumps(dict(chart.get("values") or {}), default=str)),
        "manifest": len(release.manifest.encode("utf-8", "replace")),
        "hooks": sum(len(hook.manifest.encode("utf-8", "replace")) for hook in release.hooks),
    }
    return parts | {"other": max(0, len(to_json(release)) - sum(parts.values()))}


def _files(files: list[Mapping[str, Any]] | None) -> int:
    return sum(len(file.get("data") or "") for file in files or ())


def too_large(release: Release, size: int, limit: int = LIMIT) -> ReleaseTooLarge:
    """The error, with its report; names sizes only."""
    parts = breakdown(release)
    report = ", ".join(f"{part} {count}" for part, count in sorted(parts.items(), key=lambda item: -item[1]) if count)
    return ReleaseTooLarge(
        f"release {release.name!r} revision {release.revision} needs {size} bytes of the {limit} that one object holds"
        f" (uncompressed bytes: {report})",
        release=release.name, namespace=release.namespace, revision=release.revision,
        size=size, limit=limit, parts=parts,
    )  # fmt: skip
