"""The three patches of an API server: JSON patch (RFC 6902), merge patch (RFC 7386), strategic merge patch."""

from __future__ import annotations

import copy
from typing import Any

from ..kube.cluster import PatchType
from .answers import bad_request, invalid_patch
from .schema import ANY, Node

REPLACE, DELETE = "replace", "delete"


def patched(node: Node, kind: PatchType, body: Any, patch: Any) -> Any:
    """The patched object, a copy; raises ObjectInvalid where the patch does not fit."""
    match kind:
        case PatchType.JSON:
            return json_patched(body, patch)
        case PatchType.MERGE:
            return merge_patched(body, patch)
        case PatchType.STRATEGIC:
            return strategic_patched(node, body, patch)


def json_patched(body: Any, operations: Any) -> Any:
    """RFC 6902."""
    if not isinstance(operations, list):
        raise bad_request("error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    document = {"": copy.deepcopy(body)}
    for operation in operations:
        try:
            _operate(document, operation)
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise invalid_patch(f"the server rejected our request due to an error in our request ({error})") from error
    return document[""]


def _operate(document: dict[str, Any], operation: dict[str, Any]) -> None:
    path = ["", *_pointer(operation["path"])]
    match operation["op"]:
        case "test":
            if _find(document, path) != operation.get("value"):
                raise ValueError(f"testing value {operation['path']} failed")
        case "remove":
            _remove(document, path)
        case "replace":
            _find(document, path)
            _put(document, path, copy.deepcopy(operation["value"]), insert=False)
        case "add":
            _put(document, path, copy.deepcopy(operation["value"]), insert=True)
        case "copy" | "move" as how:
            source = ["", *_pointer(operation["from"])]
            value = copy.deepcopy(_find(document, source))
            if how == "move":
                _remove(document, source)
            _put(document, path, value, insert=True)
        case other:
            raise ValueError(f"Unexpected kind: {other}")


def _pointer(text: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def _find(document: Any, path: list[str]) -> Any:
    at = document
    for part in path:
        at = at[int(part)] if isinstance(at, list) else at[part]
    return at


def _remove(document: Any, path: list[str]) -> None:
    parent = _find(document, path[:-1])
    del parent[int(path[-1]) if isinstance(parent, list) else path[-1]]


def _put(document: Any, path: list[str], value: Any, *, insert: bool) -> None:
    parent, last = _find(document, path[:-1]), path[-1]
    if not isinstance(parent, list):
        parent[last] = value
        return
    at = len(parent) if last == "-" else int(last)
    if not 0 <= at <= len(parent):
        raise IndexError(f"Unable to access invalid index: {last}")
    parent[at : at if insert else at + 1] = [value]


def merge_patched(body: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    out = copy.deepcopy(body) if isinstance(body, dict) else {}
    for name, value in patch.items():
        if value is None:
            out.pop(name, None)
        else:
            out[name] = merge_patched(out.get(name), value)
    return out


def strategic_patched(node: Node, body: Any, patch: Any) -> Any:
    """A strategic merge patch (apimachinery pkg/util/strategicpatch): lists merge by their keys, `$patch` steers."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    steer = patch.get("$patch")
    if steer == REPLACE:
        return {name: value for name, value in patch.items() if name != "$patch"}
    if steer == DELETE:
        return {}
    out = copy.deepcopy(body) if isinstance(body, dict) else {}
    if "$retainKeys" in patch:
        out = {name: value for name, value in out.items() if name in patch["$retainKeys"]}
    for name, value in patch.items():
        if name.startswith("$"):
            _directive(node, out, name, value)
        elif value is None:
            out.pop(name, None)
        else:
            out[name] = _strategic_value(node.child(name), out.get(name), value)
    return _ordered(node, out, body, patch)


def _strategic_value(node: Node, before: Any, value: Any) -> Any:
    if isinstance(value, dict):
        return strategic_patched(node, before, value)
    if isinstance(value, list) and node.form == "list" and node.merge_key is not None:
        return _strategic_list(node, before if isinstance(before, list) else [], value)
    return copy.deepcopy(value)


def _strategic_list(node: Node, before: list[Any], patch: list[Any]) -> list[Any]:
    key, element = node.merge_key, node.element or ANY
    if not key:
        merged = before + [copy.deepcopy(item) for item in patch if item not in before]
        return _interleaved(merged, patch, before, "")
    if any(isinstance(item, dict) and item.get("$patch") == REPLACE for item in patch):
        return [copy.deepcopy(item) for item in patch if "$patch" not in item]
    out = list(before)
    for item in patch:
        if key not in item:
            raise bad_request(f"map: {item} does not contain declared merge key: {key}")
        at = next((index for index, one in enumerate(out) if one.get(key) == item[key]), None)
        if item.get("$patch") == DELETE:
            out = [one for one in out if one.get(key) != item[key]]
        elif at is None:
            out.append(strategic_patched(element, {}, item))
        else:
            out[at] = strategic_patched(element, out[at], item)
    left = [item for item in patch if "$patch" not in item]
    return _interleaved(out, left, before, key)


def _interleaved(merged: list[Any], patch: list[Any], before: list[Any], key: str) -> list[Any]:
    """Patched items in the patch's order; the others put between them where the list had them (mergeSortedSlice)."""

    def key_of(item: Any) -> Any:
        return item.get(key) if key else item

    wanted, places = [key_of(item) for item in patch], [key_of(item) for item in before]
    ours = sorted((item for item in merged if key_of(item) in wanted), key=lambda item: wanted.index(key_of(item)))
    rest = [item for item in merged if key_of(item) not in wanted]
    out: list[Any] = []
    while ours and rest:
        left, right = key_of(rest[0]), key_of(ours[0])
        first = left in places and right in places and places.index(left) < places.index(right)
        out.append((rest if first else ours).pop(0))
    return out + rest + ours


def _directive(node: Node, out: dict[str, Any], name: str, value: Any) -> None:
    if name.startswith("$deleteFromPrimitiveList/"):
        field = name.partition("/")[2]
        out[field] = [item for item in out.get(field) or () if item not in value]
    elif name not in ("$patch", "$retainKeys") and not name.startswith("$setElementOrder/"):
        raise bad_request(f"unknown directive {name} for {node.form}")


def _ordered(node: Node, out: dict[str, Any], body: Any, patch: dict[str, Any]) -> dict[str, Any]:
    """Lists in the order that `$setElementOrder` asks for."""
    for name, order in patch.items():
        field = name.partition("/")[2]
        if not name.startswith("$setElementOrder/") or not isinstance(out.get(field), list):
            continue
        key = node.child(field).merge_key
        places = list(body.get(field) or ()) if isinstance(body, dict) else []
        out[field] = _interleaved(out[field], order, places, key or "")
    return out
