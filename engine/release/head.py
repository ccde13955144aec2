"""A document's head: what Helm reads of every rendered document before it sorts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from .. import yamlio
from ..errors import YamlError
from ..gofloat import format_float

_NOTHING: Mapping[str, str] = MappingProxyType({})
_METADATA_TYPE = 'struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }'


def _nothing() -> Mapping[str, str]:
    return _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """apiVersion, kind, and of the metadata the name and the annotations; empty where the document has none."""

    api_version: str = ""
    kind: str = ""
    name: str = ""
    annotations: Mapping[str, str] = field(default_factory=_nothing)


def read_head(text: str) -> Head:
    """The head of one document (Helm: release/v1/util SimpleHead, through sigs.k8s.io/yaml).

    Keys match in any case, the exact one winning; numbers and bools become text where text is wanted. Raises YamlError.
    """
    document = yamlio.load_kubernetes(text)
    if document is None:
        return Head()
    if not isinstance(document, dict):
        raise YamlError(
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal "
            f"{_json_kind(document)} into Go value of type util.SimpleHead"
        )
    found: dict[str, Any] = {"apiversion": "", "kind": "", "metadata": None}
    errors: list[str] = []
    for key in sorted(document):  # the JSON between has sorted keys: the last spelling wins, the first error is told
        name, value = key.lower(), document[key]
        if name == "metadata":
            found[name] = _metadata(value, found[name], errors)
        elif name in found:
            exact = "apiVersion" if name == "apiversion" else name
            found[name] = _text(value, found[name], f"SimpleHead.{exact}", errors)
    if errors:
        raise YamlError(errors[0])
    name, annotations = found["metadata"] or ("", _NOTHING)
    return Head(api_version=found["apiversion"], kind=found["kind"], name=name, annotations=annotations)


def _metadata(
    value: Any, before: tuple[str, Mapping[str, str]] | None, errors: list[str]
) -> tuple[str, Mapping[str, str]] | None:
    """Name and annotations."""
    if value is None:
        return None
    if not isinstance(value, dict):
        errors.append(_mismatch(value, "SimpleHead.metadata", _METADATA_TYPE))
        return before
    name, annotations = before or ("", _NOTHING)
    for key in sorted(value):
        if key.lower() == "name":
            name = _text(value[key], name, ".metadata.name", errors)
        elif key.lower() == "annotations":
            annotations = _annotations(value[key], annotations, errors)
    return name, annotations


def _annotations(value: Any, before: Mapping[str, str], errors: list[str]) -> Mapping[str, str]:
    if value is None:
        return _NOTHING
    if not isinstance(value, dict):
        errors.append(_mismatch(value, ".metadata.annotations", "map[string]string"))
        return before
    return {**before, **{key: _text(value[key], "", ".metadata.annotations", errors) for key in sorted(value)}}


def _text(value: Any, before: str, where: str, errors: list[str]) -> str:
    """A scalar as text; null changes nothing."""
    match value:
        case str():
            return value
        case None:
            return before
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return format_float(value, "g", -1, 32)  # sigs.k8s.io/yaml formats with 32 bits
    errors.append(_mismatch(value, where, "string"))
    return before


def _mismatch(value: Any, where: str, wanted: str) -> str:
    return (
        f"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {_json_kind(value)} "
        f"into Go struct field {where} of type {wanted}"
    )


def _json_kind(value: Any) -> str:
    return "object" if isinstance(value, dict) else yamlio.JSON_KINDS[type(value)]
