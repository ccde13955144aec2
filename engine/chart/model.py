"""A chart as data: frozen, complete, as Helm's loader sees it. No I/O happens here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

EMPTY: Mapping[str, Any] = MappingProxyType({})


def _empty() -> Mapping[str, Any]:
    """EMPTY as a field's default: Python 3.11 takes a bare mapping proxy for a mutable default."""
    return EMPTY


@dataclass(frozen=True, slots=True)
class File:
    """One file of a chart: its path below the chart's root (`/` separators), its bytes, its time (RFC 3339 or None)."""

    name: str
    data: bytes
    modtime: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintainer:
    name: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """An entry of `dependencies:`, in Chart.yaml or a lock."""

    name: str = ""
    version: str = ""
    repository: str = ""
    condition: str = ""
    tags: tuple[str, ...] = ()
    enabled: bool = False
    import_values: tuple[Any, ...] = ()  # a string, or a mapping with child and parent
    alias: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Chart.yaml; empty where absent."""

    name: str = ""
    home: str = ""
    sources: tuple[str, ...] = ()
    version: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    maintainers: tuple[Maintainer, ...] = ()
    icon: str = ""
    api_version: str = ""
    condition: str = ""
    tags: str = ""
    app_version: str = ""
    deprecated: bool = False
    annotations: Mapping[str, str] = field(default_factory=_empty)
    kube_version: str = ""
    dependencies: tuple[Dependency, ...] = ()
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Chart.lock: what the dependencies resolved to."""

    generated: str
    digest: str
    dependencies: tuple[Dependency, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart and its subcharts.

    `values` are the chart's own defaults, typed as Helm types YAML (floats, string keys); treat them as read-only.
    `templates` holds the files below templates/, `files` everything that is neither metadata, values, schema, lock,
    template nor subchart (crds/ included), `raw` every file as it was read, for packaging.
    """

    metadata: Metadata
    templates: tuple[File, ...] = ()
    files: tuple[File, ...] = ()
    raw: tuple[File, ...] = ()
    values: Mapping[str, Any] = field(default_factory=_empty)
    schema: bytes | None = None
    schema_modtime: str | None = None
    modtime: str | None = None
    lock: Lock | None = None
    dependencies: tuple[Chart, ...] = ()  # the loaded subcharts

    @property
    def name(self) -> str:
        return self.metadata.name

    @property
    def is_library(self) -> bool:
        return self.metadata.type.lower() == "library"
