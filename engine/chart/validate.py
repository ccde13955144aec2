"""What a chart must say of itself, with Helm's texts (pkg/chart/v2/metadata.go). Pure."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import Any

from ..errors import ChartError
from ..goquote import quote
from ..semver import SemverError, Version
from .model import Dependency, Maintainer, Metadata

ALIAS = re.compile(r"[a-zA-Z0-9_-]+")


def _clean(text: str) -> str:
    """Any white space a blank, what cannot be printed left out."""
    if text.isprintable():
        return text.translate(_SPACES) if not text.isascii() else text
    return "".join(" " if char.isspace() else char for char in text if char.isspace() or char.isprintable())


_SPACES = dict.fromkeys((133, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287, 12288), " ")


def sanitized(metadata: Metadata) -> Metadata:
    """The metadata with its texts cleaned, as Helm stores and shows them."""
    changes: dict[str, Any] = {}
    for name in ("name", "description", "home", "icon", "condition", "tags", "app_version", "kube_version"):
        text = getattr(metadata, name)
        if (cleaned := _clean(text)) != text:
            changes[name] = cleaned
    for name in ("sources", "keywords"):
        texts = getattr(metadata, name)
        if (cleaned_all := tuple(map(_clean, texts))) != texts:
            changes[name] = cleaned_all
    if metadata.maintainers:
        changes["maintainers"] = tuple(_clean_maintainer(entry) for entry in metadata.maintainers)
    if metadata.dependencies:
        changes["dependencies"] = tuple(_clean_dependency(entry) for entry in metadata.dependencies)
    return replace(metadata, **changes) if changes else metadata


def _clean_maintainer(entry: Maintainer) -> Maintainer:
    if entry is None:  # a null entry: `problem` tells
        return entry
    return Maintainer(name=_clean(entry.name), email=_clean(entry.email), url=_clean(entry.url))


def _clean_dependency(entry: Dependency) -> Dependency:
    if entry is None:
        return entry
    return replace(
        entry,
        name=_clean(entry.name),
        version=_clean(entry.version),
        repository=_clean(entry.repository),
        condition=_clean(entry.condition),
        tags=tuple(map(_clean, entry.tags)),
    )


def validation_problem(metadata: Metadata, *, duplicates: bool = True) -> str | None:
    """What is wrong, in Helm's words without their prefix `validation: `; None where nothing is."""
    name = metadata.name
    quoted = quote(name)
    rules = (
        (not metadata.api_version, "chart.metadata.apiVersion is required"),
        (not name, "chart.metadata.name is required"),
        (name != (posixpath.basename(name.rstrip("/")) or "/"), f"chart.metadata.name {quoted} is invalid"),
        (name in (".", ".."), f"chart.metadata.name {quoted} is not allowed"),
        (not metadata.version, "chart.metadata.version is required"),
        (not _is_version(metadata.version), f"chart.metadata.version {quote(metadata.version)} is invalid"),
        (metadata.type not in ("", "application", "library"), "chart.metadata.type must be application or library"),
        (None in metadata.maintainers, "maintainers must not contain empty or null nodes"),
    )
    for broken, text in rules:
        if broken:
            return text
    return _dependency_problem(metadata.dependencies, duplicates=duplicates)


def _is_version(text: str) -> bool:
    try:
        Version.parse(text)
    except SemverError:
        return False
    return True


def _dependency_problem(dependencies: tuple[Dependency, ...], *, duplicates: bool) -> str | None:
    seen: set[str] = set()
    for entry in dependencies:
        if entry is None:
            return "dependencies must not contain empty or null nodes"
        if entry.alias and not ALIAS.fullmatch(entry.alias):
            return f'dependency "{entry.name}" has disallowed characters in the alias'
        key = entry.alias or entry.name
        if key in seen and duplicates:
            return f'more than one dependency with name or alias "{key}"'
        seen.add(key)
    return None


def check(metadata: Metadata) -> None:
    """Raise ChartError with Helm's text for metadata that Helm refuses."""
    if problem := validation_problem(metadata):
        raise ChartError(f"validation: {problem}")
