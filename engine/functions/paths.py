"""Paths, as Go's path and path/filepath take them apart."""

from __future__ import annotations

import posixpath

from ..template.function import declare


def clean(path: str) -> str:
    """The shortest equivalent path; `.` for the empty one (Go: path.Clean)."""
    if not path:
        return "."
    cleaned = posixpath.normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def base(path: str) -> str:
    """The last element; `.` for the empty path, `/` for slashes only."""
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


def folder(path: str) -> str:
    """All but the last element, cleaned."""
    return clean(path[: path.rfind("/") + 1])


def ext(path: str) -> str:
    """From the last dot of the last element on; empty where it has none."""
    last = path.rpartition("/")[2]
    return last[last.rfind(".") :] if "." in last else ""


def _absolute(path: str) -> bool:
    return path.startswith("/")


TABLE = declare(
    (
        ("base", "string -> string", base),
        ("dir", "string -> string", folder),
        ("clean", "string -> string", clean),
        ("ext", "string -> string", ext),
        ("isAbs", "string -> bool", _absolute),
        ("osBase", "string -> string", base),
        ("osDir", "string -> string", folder),
        ("osClean", "string -> string", clean),
        ("osExt", "string -> string", ext),
        ("osIsAbs", "string -> bool", _absolute),
    )
)
