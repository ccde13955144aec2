"""Rendered text as a stream of YAML or JSON objects, as Kubernetes' decoder reads it for lint. Pure.

apimachinery pkg/util/yaml NewYAMLOrJSONDecoder: a stream that starts with `{` is tried as JSON first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .. import jsonio, yamlio
from ..errors import YamlError

KINDS = {list: "array", dict: "object", str: "string", float: "number", int: "number", bool: "bool"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What lint looks at in an object; empty where absent."""

    api_version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""


def heads(text: str) -> Iterator[Head | None]:
    """Each object's head, None for an empty document. Raises YamlError with Kubernetes' text at the first broken one."""
    first_fault: YamlError | None = None
    if text.lstrip(" \t\r\n\v\f").startswith("{"):
        text, found, first_fault = _json_heads(text)
        yield from found
        if not text and first_fault is None:
            return
    try:
        for document in yamlio.split_documents(text.encode("utf-8", "surrogateescape")):
            yield _head(yamlio.load_kubernetes(document))
    except YamlError as error:
        raise (first_fault or error) from error


def _json_heads(text: str) -> tuple[str, list[Head | None], YamlError | None]:
    """The rest of the text after as many JSON objects as it starts with, those objects, and why the next is none."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    found: list[Head | None] = []
    whole = len(text.encode("utf-8", "surrogateescape"))
    while True:
        rest = text.lstrip(" \t\r\n")
        if not rest:
            return "", found, None
        try:
            value, end = decoder.raw_decode(rest)
            found.append(_head(value))
        except YamlError as error:
            return rest, found, error
        except (ValueError, RecursionError) as error:
            return rest, found, _json_fault(rest, error, whole)
        text = rest[end:]


def _json_fault(text: str, error: Exception, whole: int) -> YamlError:
    """What Go's decoder says; it counts from the start of the stream, which has `whole` bytes."""
    told = jsonio.fault(text)
    if told == jsonio.END:
        return YamlError("unexpected EOF")
    rest = text[error.pos :] if isinstance(error, json.JSONDecodeError) else text
    return YamlError(f"json: offset {whole - len(rest.encode('utf-8', 'surrogateescape')) + 1}: {told}")


def _refuse(word: str) -> Any:
    raise ValueError(word)


def _head(value: Any) -> Head | None:
    if value is None:
        return None
    fields = _fields(value, "", ("apiVersion", "Kind", "Metadata"))
    metadata = _fields(fields.get("Metadata"), "Metadata", ("Namespace", "Name"))
    return Head(
        api_version=_text(fields.get("apiVersion"), "apiVersion"),
        kind=_text(fields.get("Kind"), "Kind"),
        name=_text(metadata.get("Name"), "Metadata.Name"),
        namespace=_text(metadata.get("Namespace"), "Metadata.Namespace"),
    )


def _fields(value: Any, where: str, names: tuple[str, ...]) -> dict[str, Any]:
    """The struct's fields by their names, whatever the keys' case."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _mismatch(value, where, "rules.k8sYamlMetadata" if where else "rules.k8sYamlStruct")
    known = {name.lower(): name for name in names}
    return {known[key.lower()]: item for key, item in value.items() if key.lower() in known}


def _text(value: Any, where: str) -> str:
    text = "" if value is None else yamlio.scalar_text(value)
    if text is None:
        raise _mismatch(value, where, "string")
    return text


def _mismatch(value: Any, where: str, wanted: str) -> YamlError:
    place = f"struct field k8sYamlStruct.{where}" if where else "value"
    kind = KINDS[type(value)]
    return YamlError(
        f"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go {place} of type {wanted}"
    )
