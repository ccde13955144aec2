"""What changes between two states of an object, path by path. Pure; knows no cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..shapes import KubeObject

HIDDEN = "(hidden)"
SECRET_FIELDS = ("data", "stringData")
# What the API server keeps for itself; the rest of an object is its owner's.
SERVERS = frozenset({"creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"})
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


class _Absent:
    """No value at all, which is not null."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Any = _Absent()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value that changes; ABSENT where there is none before or after."""

    path: str
    old: Any
    new: Any


def field_changes(old: KubeObject, new: KubeObject) -> tuple[FieldChange, ...]:
    """The values that differ, by path. A Secret's data is hidden; status and the server's own metadata are left out.

    Items of a list are told apart by their name where all have one, else by their place.
    """
    changes = tuple(_changes("", _owned(old), _owned(new)))
    if "Secret" not in (old.get("kind"), new.get("kind")):
        return changes
    return tuple(_masked(change) if _is_secret(change.path) else change for change in changes)


def without_secrets(body: KubeObject) -> KubeObject:
    """The object, the values of a Secret's data hidden."""
    if body.get("kind") != "Secret":
        return body
    return {
        key: _all_hidden(value) if key in SECRET_FIELDS else value for key, value in _without_last_applied(body).items()
    }


def _all_hidden(value: Any) -> Any:
    return dict.fromkeys(value, HIDDEN) if isinstance(value, Mapping) else HIDDEN


def _without_last_applied(body: KubeObject) -> KubeObject:
    """kubectl keeps a copy of what it applied, in clear."""
    metadata = body.get("metadata") or {}
    annotations = metadata.get("annotations") or {}
    key = "kubectl.kubernetes.io/last-applied-configuration"
    if key not in annotations:
        return body
    return {**body, "metadata": {**metadata, "annotations": {**annotations, key: HIDDEN}}}


def _owned(body: KubeObject) -> dict[str, Any]:
    metadata = {key: value for key, value in (body.get("metadata") or {}).items() if key not in SERVERS}
    return {**{key: value for key, value in body.items() if key != "status"}, "metadata": metadata}


def _is_secret(path: str) -> bool:
    return path.startswith(SECRET_FIELDS) or "last-applied-configuration" in path


def _masked(change: FieldChange) -> FieldChange:
    hide = {False: HIDDEN, True: ABSENT}
    return FieldChange(change.path, hide[change.old is ABSENT], hide[change.new is ABSENT])


def _changes(path: str, old: Any, new: Any) -> Iterator[FieldChange]:
    if old == new and type(old) is type(new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _of_maps(path, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        named = _named(old), _named(new)
        if named[0] is not None and named[1] is not None:
            yield from _of_maps(path, named[0], named[1], listed=True)
        else:
            yield from _of_lists(path, old, new)
    elif old != new:
        yield FieldChange(path, old, new)


def _of_maps(
    path: str, old: Mapping[str, Any], new: Mapping[str, Any], *, listed: bool = False
) -> Iterator[FieldChange]:
    for key in (*old, *(key for key in new if key not in old)):
        where = f"{path}[{key}]" if listed else _joined(path, key)
        yield from _changes(where, old.get(key, ABSENT), new.get(key, ABSENT))


def _of_lists(path: str, old: list[Any], new: list[Any]) -> Iterator[FieldChange]:
    for at in range(max(len(old), len(new))):
        yield from _changes(f"{path}[{at}]", old[at] if at < len(old) else ABSENT, new[at] if at < len(new) else ABSENT)


def _named(items: list[Any]) -> dict[str, Any] | None:
    """A list's items by their names, None where these do not tell them apart."""
    named = {item["name"]: item for item in items if isinstance(item, Mapping) and isinstance(item.get("name"), str)}
    return named if len(named) == len(items) else None


def _joined(path: str, key: str) -> str:
    if not PLAIN.issuperset(key):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key
