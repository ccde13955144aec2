"""Write a new chart: our own starter, or somebody's (pkg/chart/v2/util/create.go)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..errors import ChartError
from ..goquote import quote
from .load import load_path
from .model import Chart, File, Metadata
from .package import save_directory
from .sources import read_values
from .starter import FILES

PLACEHOLDER = "<CHARTNAME>"
PATTERN = "^[a-zA-Z0-9._-]+$"
LONGEST = 250


def _ignore(path: Path) -> None:
    del path


def create(path: Path, *, starter: Path | None = None, overwriting: Callable[[Path], None] = _ignore) -> Path:
    """Write a chart named like the path's last part into it; gives back its directory.

    `starter` is a chart whose files are copied with every `<CHARTNAME>` replaced. Files that exist are overwritten, each
    after `overwriting` was told; others stay. Raises ChartError with Helm's text.
    """
    name = path.name
    check_new_name(name)
    folder = path.absolute()
    if folder.exists() and not folder.is_dir():
        raise ChartError(f"file {folder} already exists and is not a directory")
    if starter is not None:
        return save_directory(from_starter(starter, name), folder.parent)
    for inner, text in FILES.items():
        file = folder / inner
        if file.exists():
            overwriting(file)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace(PLACEHOLDER, name), encoding="utf-8")
    (folder / "charts").mkdir(exist_ok=True)
    return folder


def check_new_name(name: str) -> None:
    """Raise ChartError for a name that `create` refuses."""
    if not name or len(name.encode("utf-8", "surrogateescape")) > LONGEST:
        raise ChartError(f"chart name must be between 1 and {LONGEST} characters")
    if not re.fullmatch(PATTERN.strip("^$"), name):
        raise ChartError(f"chart name must match the regular expression {quote(PATTERN)}")


def from_starter(starter: Path, name: str) -> Chart:
    """The starter under another name, `<CHARTNAME>` replaced in its templates and values. Raises ChartError."""
    try:
        chart = load_path(starter)
    except ChartError as error:
        raise type(error)(f"could not load {starter}: {error}") from error
    metadata = Metadata(
        name=name,
        description="A Helm chart for Kubernetes",
        type="application",
        version="0.1.0",
        app_version="0.1.0",
        api_version="v2",
    )
    raw = tuple(_named(file, name) if file.name == "values.yaml" else file for file in chart.raw)
    values = next((read_values(file.data) for file in raw if file.name == "values.yaml"), {})
    templates = tuple(_named(file, name) for file in chart.templates)
    return replace(chart, metadata=metadata, templates=templates, raw=raw, values=values)


def _named(file: File, name: str) -> File:
    return replace(file, data=file.data.replace(PLACEHOLDER.encode(), name.encode()))
