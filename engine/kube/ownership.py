"""Who owns which field: hand over what client-side apply owned, and tell whether an apply would change anything."""

from __future__ import annotations

import copy
from typing import Any

import orjson

from ..shapes import KubeObject
from .fields import at, maps_at, text_at

MEMBER = "."
UNOWNED_METADATA = frozenset(
    {"name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields",
     "resourceVersion"}
)  # fmt: skip
"""What never belongs to anybody (structured-merge-diff's stripmeta.go in apimachinery)."""


def handover(live: KubeObject, manager: str) -> list[dict[str, Any]] | None:
    """The JSON patch that makes a client-side manager's fields its server-side ones; None where there are none.

    The version stands in the patch, so that a write in between is a conflict (client-go csaupgrade).
    """
    entries = copy.deepcopy(maps_at(live, "metadata.managedFields"))
    target = next((entry for entry in entries if _is(entry, manager, "Apply")), None)
    if target is None:
        target = next((entry for entry in entries if _is(entry, manager, "Update")), None)
        if target is None:
            return None
        target["operation"] = "Apply"
    twin = next(
        (entry for entry in entries if _is(entry, manager, "Update") and _version(entry) == _version(target)), None
    )
    if twin is not None:
        target["fieldsV1"] = _union(target.get("fieldsV1") or {}, twin.get("fieldsV1") or {})
    left = [entry for entry in entries if not _is(entry, manager, "Update")]
    if left == maps_at(live, "metadata.managedFields"):
        return None
    return [
        {"op": "replace", "path": "/metadata/managedFields", "value": left},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": text_at(live, "metadata.resourceVersion")},
    ]


def _is(entry: dict[str, Any], manager: str, operation: str) -> bool:
    return entry.get("manager") == manager and entry.get("operation") == operation and not entry.get("subresource")


def _version(entry: dict[str, Any]) -> Any:
    return entry.get("apiVersion")


def _union(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two field sets as one; an empty map is the field itself, which beside its children is written as `.`."""
    merged = dict(one)
    for name, theirs in other.items():
        ours = merged.get(name)
        if ours is None or name == MEMBER:
            merged[name] = theirs
        elif ours and theirs:
            merged[name] = _union(ours, theirs)
        elif ours or theirs:
            merged[name] = {MEMBER: {}, **(ours or theirs)}
    return merged


def is_unchanged(body: KubeObject, live: KubeObject, manager: str) -> bool:
    """Whether a server-side apply of the body would leave the live object as it is; False where that cannot be proved.

    Proof: the manager applied in this version before and owns exactly the fields that the body names, and each of them
    has the body's value, in the body's order. Then the merge gives the live object, and no field changes hands.
    """
    if text_at(live, "metadata.deletionTimestamp") or text_at(body, "apiVersion") != text_at(live, "apiVersion"):
        return False
    entries = [entry for entry in maps_at(live, "metadata.managedFields") if _is(entry, manager, "Apply")]
    if len(entries) != 1 or entries[0].get("apiVersion") != body["apiVersion"]:
        return False
    return _holds_map(_owned_part(body), live, entries[0].get("fieldsV1") or {})


def _owned_part(body: KubeObject) -> KubeObject:
    """The body without what belongs to nobody."""
    metadata = {key: value for key, value in (at(body, "metadata") or {}).items() if key not in UNOWNED_METADATA}
    return {key: value for key, value in body.items() if key not in ("apiVersion", "kind")} | {"metadata": metadata}


def _holds(value: Any, live: Any, fields: Any) -> bool:
    """Whether the fields are exactly the value's, and the live value has them just so."""
    if not isinstance(fields, dict):
        return False
    if not fields:
        return _same(value, live)
    if isinstance(value, dict) and isinstance(live, dict):
        return _holds_map(value, live, fields)
    if isinstance(value, list) and isinstance(live, list):
        return _holds_list(value, live, fields)
    return False


def _holds_map(value: dict[str, Any], live: dict[str, Any], fields: dict[str, Any]) -> bool:
    names = {f"f:{name}" for name, inner in value.items() if not (name == "metadata" and inner == {})}
    if names != fields.keys():  # an applier owns no map with contents as such: that came from elsewhere
        return False
    return all(
        name in live and _holds(inner, live[name], fields[f"f:{name}"])
        for name, inner in value.items()
        if f"f:{name}" in names
    )


def _holds_list(value: list[Any], live: list[Any], fields: dict[str, Any]) -> bool:
    """Lists of keyed items, and sets of scalars: every one owned, in the live list in the same order."""
    left = dict(fields)
    position = -1
    for item in value:
        element = next((name for name, inner in left.items() if _names(name, item, inner)), None)
        if element is None:
            return False
        owned = left.pop(element)
        found = next((at for at, other in enumerate(live) if _names(element, other, {})), None)
        if found is None or found <= position or not _holds_item(item, live[found], owned):
            return False
        position = found
    return not left


def _holds_item(item: Any, live: Any, fields: dict[str, Any]) -> bool:
    """An item is owned as such, and its fields by themselves."""
    if not isinstance(item, dict):
        return _same(item, live) and not fields
    inner = {name: rest for name, rest in fields.items() if name != MEMBER}
    return MEMBER in fields and isinstance(live, dict) and _holds_map(item, live, inner)


def _names(element: str, item: Any, fields: dict[str, Any]) -> bool:
    """Whether a path element names the item.

    A key that the item leaves to its default may have any value, if it was left so when these fields became owned.
    """
    kind, _, text = element.partition(":")
    try:
        wanted = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    if kind == "v":
        return _same(item, wanted)
    if kind != "k" or not isinstance(item, dict) or not isinstance(wanted, dict):
        return False
    return all(
        _same(item[key], inner) if key in item else bool(fields) and f"f:{key}" not in fields
        for key, inner in wanted.items()
    )


def _same(one: Any, other: Any) -> bool:
    """Equal, numbers and truth values kept apart."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)
