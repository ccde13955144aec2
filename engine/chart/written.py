"""A chart's metadata and lock as Helm's JSON and YAML have them: in the structs' order, what is empty left out. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from .. import jsonio, yamlio
from .model import Dependency, Lock, Maintainer, Metadata

METADATA = {
    "name": "name",
    "home": "home",
    "sources": "sources",
    "version": "version",
    "description": "description",
    "keywords": "keywords",
    "maintainers": "maintainers",
    "icon": "icon",
    "apiVersion": "api_version",
    "condition": "condition",
    "tags": "tags",
    "appVersion": "app_version",
    "deprecated": "deprecated",
    "annotations": "annotations",
    "kubeVersion": "kube_version",
    "dependencies": "dependencies",
    "type": "type",
}
MAINTAINER = {"name": "name", "email": "email", "url": "url"}
DEPENDENCY = {
    "name": "name",
    "version": "version",
    "repository": "repository",
    "condition": "condition",
    "tags": "tags",
    "enabled": "enabled",
    "import-values": "import_values",
    "alias": "alias",
}


def metadata_tree(metadata: Metadata) -> dict[str, Any]:
    """Chart.yaml's content as JSON data."""
    return _tree(metadata, METADATA)


def dependency_tree(dependency: Dependency) -> dict[str, Any]:
    """A dependency as JSON data; its name and repository are always there."""
    return _tree(dependency, DEPENDENCY, always=("name", "repository"))


def lock_tree(lock: Lock) -> dict[str, Any]:
    """Chart.lock's content as JSON data."""
    return {
        "generated": lock.generated or "0001-01-01T00:00:00Z",
        "digest": lock.digest,
        "dependencies": [dependency_tree(entry) for entry in lock.dependencies],
    }


def metadata_yaml(metadata: Metadata) -> bytes:
    """Chart.yaml as Helm writes it: keys sorted, no comments."""
    return _yaml(metadata_tree(metadata))


def lock_yaml(lock: Lock) -> bytes:
    """Chart.lock as Helm writes it."""
    return _yaml(lock_tree(lock))


def lock_digest(wanted: Sequence[Dependency], locked: Sequence[Dependency]) -> str:
    """What ties a lock to the dependencies it was made for (internal/resolver HashReq): `sha256:` and hex digits."""
    lists = ",".join(
        "[" + ",".join(_ordered(dependency_tree(entry)) for entry in entries) + "]" for entries in (wanted, locked)
    )
    return f"sha256:{hashlib.sha256(f'[{lists}]'.encode()).hexdigest()}"


def _ordered(tree: Mapping[str, Any]) -> str:
    """A struct as Go's JSON: in its own order, safe inside HTML."""
    return "{" + ",".join(f"{jsonio.dumps(key)}:{jsonio.dumps(item)}" for key, item in tree.items()) + "}"


def _yaml(tree: dict[str, Any]) -> bytes:
    return yamlio.dump(tree).encode("utf-8", "surrogateescape")


def _tree(value: Any, fields: Mapping[str, str], always: tuple[str, ...] = ()) -> dict[str, Any]:
    found = {name: getattr(value, ours) for name, ours in fields.items()}
    return {name: _plain(item) for name, item in found.items() if item or name in always}


def _plain(value: Any) -> Any:
    match value:
        case Dependency():
            return dependency_tree(value)
        case Maintainer():
            return _tree(value, MAINTAINER)
        case Mapping():
            return {key: _plain(value[key]) for key in sorted(value)}
        case tuple() | list():
            return [_plain(item) for item in value]
    return value
