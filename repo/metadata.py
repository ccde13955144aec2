"""Chart metadata as JSON, both ways: in index entries, and in a registry's config blob."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from purehelm.engine.chart.model import Dependency, Maintainer, Metadata
from purehelm.engine.errors import RepositoryError

_NAMES = {"apiVersion": "api_version", "appVersion": "app_version", "kubeVersion": "kube_version"}
_NAMES |= {"import-values": "import_values"}

Reader = Callable[[Any, str], Any]


def read_metadata(raw: Mapping[str, Any]) -> Metadata:
    """Metadata from an entry's fields; unknown fields are left alone. Raises RepositoryError for a wrong type."""
    return Metadata(**_read(raw, _METADATA))


def metadata_json(metadata: Metadata) -> dict[str, Any]:
    """Metadata as Helm's JSON has it: in the struct's order, what is empty left out."""
    return _json(metadata, tuple(_METADATA))


def _read(raw: Mapping[str, Any], fields: Mapping[str, Reader]) -> dict[str, Any]:
    return {
        _NAMES.get(name, name): reader(raw[name], name) for name, reader in fields.items() if raw.get(name) is not None
    }


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise RepositoryError(f"the field {name} is no text")
    return value


def _flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise RepositoryError(f"the field {name} is neither true nor false")
    return value


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise RepositoryError(f"the field {name} is no list")
    return value


def _texts(value: Any, name: str) -> tuple[str, ...]:
    return tuple("" if item is None else _text(item, name) for item in _list(value, name))


def _mapping(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise RepositoryError(f"the field {name} is no mapping")
    return value


def _annotations(value: Any, name: str) -> Mapping[str, str]:
    pairs = _mapping(value, name).items()
    return MappingProxyType({key: "" if text is None else _text(text, name) for key, text in pairs})


def _maintainers(value: Any, name: str) -> tuple[Maintainer, ...]:
    return tuple(
        Maintainer(**_read(_mapping(item, name), _MAINTAINER)) for item in _list(value, name) if item is not None
    )


def _dependencies(value: Any, name: str) -> tuple[Dependency, ...]:
    return tuple(
        Dependency(**_read(_mapping(item, name), _DEPENDENCY)) for item in _list(value, name) if item is not None
    )


_MAINTAINER: Mapping[str, Reader] = {"name": _text, "email": _text, "url": _text}
_DEPENDENCY: Mapping[str, Reader] = {
    "name": _text, "version": _text, "repository": _text, "condition": _text, "tags": _texts, "enabled": _flag,
    "import-values": lambda value, name: tuple(_list(value, name)), "alias": _text,
}  # fmt: skip
_METADATA: Mapping[str, Reader] = {
    "name": _text, "home": _text, "sources": _texts, "version": _text, "description": _text, "keywords": _texts,
    "maintainers": _maintainers, "icon": _text, "apiVersion": _text, "condition": _text, "tags": _text,
    "appVersion": _text, "deprecated": _flag, "annotations": _annotations, "kubeVersion": _text,
    "dependencies": _dependencies, "type": _text,
}  # fmt: skip


def dependency_json(dependency: Dependency) -> dict[str, Any]:
    """A dependency as Helm's JSON has it; `repository` is always there."""
    return _json(dependency, tuple(_DEPENDENCY), always=("name", "repository"))


def _json(value: Any, fields: tuple[str, ...], always: tuple[str, ...] = ()) -> dict[str, Any]:
    found = {name: getattr(value, _NAMES.get(name, name)) for name in fields}
    return {name: _plain(item) for name, item in found.items() if item or name in always}


def _plain(value: Any) -> Any:
    match value:
        case Dependency():
            return dependency_json(value)
        case Maintainer():
            return _json(value, tuple(_MAINTAINER))
        case Mapping():
            return {key: _plain(value[key]) for key in sorted(value)}
        case tuple() | list():
            return [_plain(item) for item in value]
        case _:
            return value
