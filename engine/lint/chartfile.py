"""Rules about Chart.yaml (pkg/chart/v2/lint/rules/chartfile.go)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .. import yamlio
from ..chart.gotext import go_type
from ..chart.metadata import DEPENDENCY, MAINTAINER, METADATA, metadata_fields
from ..chart.model import Metadata
from ..errors import YamlError
from ..goquote import quote
from ..semver import SemverError, Version
from .addresses import is_email, is_request_url, is_url
from .message import Findings, Severity

NAME = "Chart.yaml"
LOWEST = Version.parse("0.0.0-0")


def check_chartfile(findings: Findings, folder: Path) -> None:
    """Every rule about Chart.yaml, in Helm's order."""
    path = folder / NAME
    findings.check(Severity.ERROR, NAME, "should be a file, not a directory" if path.is_dir() else None)
    try:
        data = path.read_bytes()
    except OSError as error:
        verb = "read" if isinstance(error, IsADirectoryError) else "open"
        findings.check(Severity.ERROR, NAME, f"unable to parse YAML\n\t{verb} {path}: {(error.strerror or '').lower()}")
        return
    try:
        metadata = Metadata(**metadata_fields(yamlio.load_kubernetes(data)))
    except YamlError as error:
        findings.check(Severity.ERROR, NAME, f"unable to parse YAML\n\t{error}")
        return
    if (fault := strict_fault(data)) is not None:
        findings.check(Severity.WARNING, NAME, f"failed to strictly parse chart metadata file\n\t{fault}")
    written = _written(data)
    for severity, rule in RULES:
        findings.check(severity, NAME, rule(metadata, written))


def strict_fault(data: bytes) -> str | None:
    """A key that comes twice or that nobody knows (yaml.UnmarshalStrict)."""
    try:
        tree = yamlio.load_strict(data)
    except YamlError as error:
        return f"error converting YAML to JSON: {str(error).removeprefix('error converting YAML to JSON: ')}"
    unknown = next(_unknown(tree, METADATA), None)
    if unknown is None:
        return None
    return f"error unmarshaling JSON: while decoding JSON: json: unknown field {quote(unknown)}"


def _unknown(tree: Any, known: Mapping[str, Any]) -> Iterator[str]:
    """Keys that are no field, in the order in which Go meets them: sorted."""
    if not isinstance(tree, dict):
        return
    names = {name.lower(): name for name in known}
    for key in sorted(tree):
        name = names.get(key.lower())
        if name is None:
            yield key
        elif (inner := INNER.get(name)) is not None and isinstance(tree[key], list):
            for item in tree[key]:
                yield from _unknown(item, inner)


INNER: Mapping[str, Mapping[str, Any]] = {"maintainers": MAINTAINER, "dependencies": DEPENDENCY}


def _written(data: bytes) -> Mapping[str, Any]:
    """Chart.yaml with its scalars as they are typed."""
    try:
        tree = yamlio.load(data)
    except YamlError:
        return {}
    return tree if isinstance(tree, dict) else {}


Rule = Callable[[Metadata, Mapping[str, Any]], str | None]


def _is_text(key: str) -> Rule:
    def rule(metadata: Metadata, written: Mapping[str, Any]) -> str | None:
        del metadata
        if key not in written or isinstance(written[key], str):
            return None
        return f"{key} should be of type string but it's of type {go_type(written[key])}"

    return rule


def _name(metadata: Metadata, written: Mapping[str, Any]) -> str | None:
    del written
    name = metadata.name
    if not name:
        return "name is required"
    return None if name == (name.rstrip("/").rpartition("/")[2] or "/") else f"chart name {quote(name)} is invalid"


def _api_version(metadata: Metadata, written: Mapping[str, Any]) -> str | None:
    del written
    wanted = 'The value must be either "v1" or "v2"'
    if not metadata.api_version:
        return f"apiVersion is required. {wanted}"
    return (
        None if metadata.api_version in ("v1", "v2") else f"apiVersion '{metadata.api_version}' is not valid. {wanted}"
    )


def _version(metadata: Metadata, written: Mapping[str, Any]) -> str | None:
    del written
    if not metadata.version:
        return "version is required"
    try:
        version = Version.parse(metadata.version)
    except SemverError:
        return f"version '{metadata.version}' is not a valid SemVer"
    return None if version > LOWEST else f"version {version} is less than or equal to 0.0.0-0"


def _strict_version(metadata: Metadata, written: Mapping[str, Any]) -> str | None:
    del written
    try:
        Version.parse_strict(metadata.version)
    except SemverError:
        return f"version '{metadata.version}' is not a valid SemVerV2"
    return None


def _maintainers(metadata: Metadata, written: Mapping[str, Any]) -> str | None:
    del written
    for entry in metadata.maintainers:
        if entry is None:
            return "a maintainer entry is empty"
        if not entry.name:
            return "each maintainer requires a name"
        if entry.email and not is_email(entry.email):
            return f"invalid email '{entry.email}' for maintainer '{entry.name}'"
        if entry.url and not is_url(entry.url):
            return f"invalid url '{entry.url}' for maintainer '{entry.name}'"
    return None


def _sources(metadata: Metadata, written: Mapping[str, Any]) -> str | None:
    del written
    return next((f"invalid source URL '{url}'" for url in metadata.sources if not is_request_url(url)), None)


def _icon(metadata: Metadata, written: Mapping[str, Any]) -> str | None:
    del written
    return None if metadata.icon else "icon is recommended"


def _icon_url(metadata: Metadata, written: Mapping[str, Any]) -> str | None:
    del written
    return None if not metadata.icon or is_request_url(metadata.icon) else f"invalid icon URL '{metadata.icon}'"


def _type(metadata: Metadata, written: Mapping[str, Any]) -> str | None:
    del written
    if not metadata.type or metadata.api_version == "v2":
        return None
    return f"chart type is not valid in apiVersion '{metadata.api_version}'. It is valid in apiVersion 'v2'"


def _dependencies(metadata: Metadata, written: Mapping[str, Any]) -> str | None:
    del written
    if not metadata.dependencies or metadata.api_version == "v2":
        return None
    found = f"dependencies are not valid in the Chart file with apiVersion '{metadata.api_version}'"
    return f"{found}. They are valid in apiVersion 'v2'"


RULES: tuple[tuple[Severity, Rule], ...] = (
    (Severity.ERROR, _name),
    (Severity.ERROR, _api_version),
    (Severity.ERROR, _is_text("version")),
    (Severity.ERROR, _version),
    (Severity.ERROR, _is_text("appVersion")),
    (Severity.ERROR, _maintainers),
    (Severity.ERROR, _sources),
    (Severity.INFO, _icon),
    (Severity.ERROR, _icon_url),
    (Severity.ERROR, _type),
    (Severity.ERROR, _dependencies),
    (Severity.WARNING, _strict_version),
)
