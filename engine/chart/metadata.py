"""Chart.yaml and the locks as typed data, read as Go's JSON decoder reads them into Helm's structs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from .. import yamlio
from ..errors import ChartError, YamlError
from .model import Dependency, Lock, Maintainer, Metadata

Reader = Callable[[Any, str, str], Any]
KINDS: Mapping[type, str] = {list: "array", dict: "object", str: "string", float: "number", int: "number", bool: "bool"}


def _mismatch(value: Any, where: str, wanted: str) -> YamlError:
    place = f"struct field {where}" if "." in where else "value"
    return YamlError(
        f"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {KINDS[type(value)]} into Go {place} of type {wanted}"
    )


def _text(value: Any, where: str, wanted: str = "string") -> str:
    text = yamlio.scalar_text(value)
    if text is None:
        raise _mismatch(value, where, wanted)
    return text


def _flag(value: Any, where: str, wanted: str) -> bool:
    if not isinstance(value, bool):
        raise _mismatch(value, where, wanted)
    return value


def _texts(value: Any, where: str, wanted: str) -> tuple[str, ...]:
    return tuple("" if item is None else _text(item, where) for item in _list(value, where, wanted))


def _list(value: Any, where: str, wanted: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _mismatch(value, where, wanted)
    return tuple(value)


def _annotations(value: Any, where: str, wanted: str) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise _mismatch(value, where, wanted)
    return MappingProxyType({key: "" if text is None else _text(text, where) for key, text in value.items()})


def _maintainers(value: Any, where: str, wanted: str) -> tuple[Maintainer | None, ...]:
    return tuple(
        None if item is None else Maintainer(**_struct(item, "Maintainer", MAINTAINER, where))
        for item in _list(value, where, wanted)
    )


def _dependencies(value: Any, where: str, wanted: str) -> tuple[Dependency | None, ...]:
    return tuple(
        None if item is None else Dependency(**_struct(item, "Dependency", DEPENDENCY, where))
        for item in _list(value, where, wanted)
    )


# A field's JSON name → (our name, its reader, its Go type)
MAINTAINER: Mapping[str, tuple[str, Reader, str]] = {name: (name, _text, "string") for name in ("name", "email", "url")}
DEPENDENCY: Mapping[str, tuple[str, Reader, str]] = {
    **{name: (name, _text, "string") for name in ("name", "version", "repository", "condition")},
    "tags": ("tags", _texts, "[]string"),
    "enabled": ("enabled", _flag, "bool"),
    "import-values": ("import_values", _list, "[]interface {}"),
    "alias": ("alias", _text, "string"),
}
METADATA: Mapping[str, tuple[str, Reader, str]] = {
    "name": ("name", _text, "string"),
    "home": ("home", _text, "string"),
    "sources": ("sources", _texts, "[]string"),
    "version": ("version", _text, "string"),
    "description": ("description", _text, "string"),
    "keywords": ("keywords", _texts, "[]string"),
    "maintainers": ("maintainers", _maintainers, "[]*v2.Maintainer"),
    "icon": ("icon", _text, "string"),
    "apiVersion": ("api_version", _text, "string"),
    "condition": ("condition", _text, "string"),
    "tags": ("tags", _text, "string"),
    "appVersion": ("app_version", _text, "string"),
    "deprecated": ("deprecated", _flag, "bool"),
    "annotations": ("annotations", _annotations, "map[string]string"),
    "kubeVersion": ("kube_version", _text, "string"),
    "dependencies": ("dependencies", _dependencies, "[]*v2.Dependency"),
    "type": ("type", _text, "string"),
}
API_VERSION: Mapping[str, tuple[str, Reader, str]] = {"apiVersion": ("api_version", _text, "string")}
LOCK: Mapping[str, tuple[str, Reader, str]] = {
    "generated": ("generated", _text, "time.Time"),
    "digest": ("digest", _text, "string"),
    "dependencies": ("dependencies", _dependencies, "[]*v2.Dependency"),
}


def _struct(value: Any, name: str, fields: Mapping[str, tuple[str, Reader, str]], where: str = "") -> dict[str, Any]:
    """The fields that are there; keys match whatever their case, as Go's decoder has it."""
    if not isinstance(value, dict):
        raise _mismatch(value, where, name if name == "loader.chartBase" else f"v2.{name}")
    by_lower = {key.lower(): key for key in fields}
    # Go names the innermost struct, then the whole path to the field.
    path = ".".join((name.rpartition(".")[2], *where.split(".")[1:]))
    found: dict[str, Any] = {}
    for key, item in value.items():
        known = key if key in fields else by_lower.get(key.lower())
        if known is None or item is None:
            continue
        ours, read, wanted = fields[known]
        found[ours] = read(item, f"{path}.{known}", wanted)
    return found


def metadata_fields(value: Any) -> dict[str, Any]:
    """The fields of a decoded Chart.yaml (or index entry). Raises YamlError for a wrong type."""
    return {} if value is None else _struct(value, "Metadata", METADATA)


def read_metadata(data: bytes, over: Metadata | None = None) -> Metadata:
    """Chart.yaml, or requirements.yaml laid over it. Raises ChartError with Helm's text."""
    fields = metadata_fields(yamlio.load_kubernetes(data))
    if over is not None:
        return replace(over, **fields)
    return Metadata(
        **{"api_version": "v1", **{key: item for key, item in fields.items() if key != "api_version" or item}}
    )


def read_api_version(data: bytes) -> str:
    """What Chart.yaml says of its apiVersion, before anything else is read of it. Raises YamlError."""
    fields = _struct(yamlio.load_kubernetes(data) or {}, "loader.chartBase", API_VERSION)
    return str(fields.get("api_version", ""))


def read_lock(data: bytes) -> Lock:
    """Chart.lock. Raises YamlError."""
    value = yamlio.load_kubernetes(data)
    fields = {} if value is None else _struct(value, "Lock", LOCK)
    return Lock(**{"generated": "", "digest": "", **fields})


def read_file(name: str, read: Callable[[], Any]) -> Any:
    """Whatever `read` reads, its errors told with the file's name."""
    try:
        return read()
    except YamlError as error:
        raise ChartError(f"cannot load {name}: {error}") from error
