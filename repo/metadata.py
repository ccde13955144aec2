"""Chart metadata as Helm's JSON: what index entries, a registry's config blob and a lock's digest are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from purehelm.engine.chart.metadata import metadata_fields
from purehelm.engine.chart.model import Dependency, Maintainer, Metadata
from purehelm.engine.errors import RepositoryError, YamlError

_NAMES = {
    "apiVersion": "api_version",
    "appVersion": "app_version",
    "kubeVersion": "kube_version",
    "import-values": "import_values",
}
_METADATA = (
    "name", "home", "sources", "version", "description", "keywords", "maintainers", "icon", "apiVersion", "condition",
    "tags", "appVersion", "deprecated", "annotations", "kubeVersion", "dependencies", "type",
)  # fmt: skip
_MAINTAINER = ("name", "email", "url")
_DEPENDENCY = ("name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias")
_ESCAPED = (("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))


def read_metadata(raw: Mapping[str, Any]) -> Metadata:
    """Metadata from decoded JSON or YAML; unknown fields are left alone. Raises RepositoryError for a wrong type."""
    try:
        return Metadata(**metadata_fields(raw))
    except YamlError as error:
        raise RepositoryError(str(error)) from error


def metadata_json(metadata: Metadata) -> dict[str, Any]:
    """Metadata as Helm's JSON has it: in the struct's order, what is empty left out."""
    return _json(metadata, _METADATA)


def dependency_json(dependency: Dependency) -> dict[str, Any]:
    """A dependency as Helm's JSON has it; `repository` is always there."""
    return _json(dependency, _DEPENDENCY, always=("name", "repository"))


def go_json(value: Any) -> bytes:
    """JSON as Go writes it: compact, in the given order, and safe inside HTML."""
    text = orjson.dumps(value).decode()
    for mark, escaped in _ESCAPED:
        text = text.replace(mark, escaped)
    return text.encode()


def _json(value: Any, fields: tuple[str, ...], always: tuple[str, ...] = ()) -> dict[str, Any]:
    found = {name: getattr(value, _NAMES.get(name, name)) for name in fields}
    return {name: _plain(item) for name, item in found.items() if item or name in always}


def _plain(value: Any) -> Any:
    match value:
        case Dependency():
            return dependency_json(value)
        case Maintainer():
            return _json(value, _MAINTAINER)
        case Mapping():
            return {key: _plain(value[key]) for key in sorted(value)}
        case tuple() | list():
            return [_plain(item) for item in value]
        case _:
            return value
