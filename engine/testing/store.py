"""Objects by kind and address, their versions, and the log that watches read."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..shapes import KubeObject
from .schema import Kind, built_in, custom_kinds

GroupKind: TypeAlias = tuple[str, str]
DEFINITION: GroupKind = ("apiextensions.k8s.io", "CustomResourceDefinition")


def clone(value: Any) -> Any:
    """A deep copy of JSON."""
    if isinstance(value, dict):
        return {name: clone(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [clone(inner) for inner in value]
    return value


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the log; `before` is None where the object came."""

    version: int
    type: str
    kind: GroupKind
    before: KubeObject | None
    object: KubeObject


class Store:
    """Everything that is stored. Whoever calls holds `lock`; what is given out is never changed in place."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.log: list[Change] = []
        self.listeners: list[Callable[[Change], None]] = []
        self._objects: dict[GroupKind, dict[tuple[str, str], KubeObject]] = {}
        self._versions = itertools.count(1)
        self._uids = itertools.count(1)
        self.version = 0
        self._kinds = {(kind.api_version, kind.kind): kind for kind in built_in().kinds}

    def kinds(self) -> list[Kind]:
        """Every kind that is served, in discovery's order."""
        return list(self._kinds.values())

    def kind(self, api_version: str, kind: str) -> Kind | None:
        """A served kind."""
        return self._kinds.get((api_version, kind))

    def preferred(self, group_kind: GroupKind) -> Kind:
        """A group's kind in its preferred version."""
        return next(kind for kind in self._kinds.values() if (kind.group, kind.kind) == group_kind)

    def get(self, group_kind: GroupKind, namespace: str, name: str) -> KubeObject | None:
        """An object, to read only."""
        return self._objects.get(group_kind, {}).get((namespace, name))

    def all(self, group_kind: GroupKind, namespace: str = "") -> list[KubeObject]:
        """Objects by namespace and name, to read only; no namespace is all."""
        found = self._objects.get(group_kind, {})
        return [found[key] for key in sorted(found) if namespace in ("", key[0])]

    def everything(self) -> Iterator[tuple[GroupKind, KubeObject]]:
        """Every object with its group and kind."""
        for group_kind, found in list(self._objects.items()):
            for body in list(found.values()):
                yield group_kind, body

    def uid(self) -> str:
        """A new identity."""
        return f"00000000-0000-4000-8000-{next(self._uids):012x}"

    def put(self, group_kind: GroupKind, body: KubeObject) -> KubeObject:
        """Store an object under a new version; it as stored."""
        metadata = body["metadata"]
        key = (metadata.get("namespace", ""), metadata["name"])
        before = self._objects.setdefault(group_kind, {}).get(key)
        stored = {**body, "metadata": {**metadata, "resourceVersion": self._next()}}
        self._objects[group_kind][key] = stored
        self._note("MODIFIED" if before else "ADDED", group_kind, before, stored)
        return stored

    def drop(self, group_kind: GroupKind, body: KubeObject) -> None:
        """Remove an object."""
        metadata = body["metadata"]
        before = self._objects[group_kind].pop((metadata.get("namespace", ""), metadata["name"]))
        gone = {**before, "metadata": {**before["metadata"], "resourceVersion": self._next()}}
        self._note("DELETED", group_kind, before, gone)

    def _next(self) -> str:
        self.version = next(self._versions)
        return str(self.version)

    def _note(self, how: str, group_kind: GroupKind, before: KubeObject | None, body: KubeObject) -> None:
        if group_kind == DEFINITION:
            self._serve(before, body if how != "DELETED" else None)
        change = Change(self.version, how, group_kind, before, body)
        self.log.append(change)
        for listener in self.listeners:
            listener(change)

    def _serve(self, before: KubeObject | None, now: KubeObject | None) -> None:
        """Custom kinds are served from their definition on, as long as it is there."""
        for kind in custom_kinds(before) if before else ():
            self._kinds.pop((kind.api_version, kind.kind), None)
        for kind in custom_kinds(now) if now else ():
            self._kinds[kind.api_version, kind.kind] = kind
