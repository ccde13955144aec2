"""Who owns which field: server-side apply and the managedFields of every write.

Facts from structured-merge-diff merge/update.go and apimachinery pkg/util/managedfields/internal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from ..errors import ApplyConflict, FieldConflict
from ..shapes import KubeObject
from .fieldset import Fields, decode, encode, fields_of, order, text, trie_of, with_named
from .merging import Comparison, compare, cut, merge, tidy, zero
from .schema import Node

STRIPPED = frozenset(
    {("f:apiVersion",), ("f:kind",), ("f:metadata",)}
    | {
        ("f:metadata", f"f:{name}")
        for name in (
            "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields",
            "resourceVersion",
        )
    }
)  # fmt: skip
"""What never belongs to anybody (stripmeta.go)."""
MOST_UPDATERS = 10
ANCIENT = "ancient-changes"


@dataclass(frozen=True, slots=True)
class Manager:
    """Whose fields: appliers are one whatever the version, updaters one a version."""

    name: str
    operation: str
    api_version: str
    subresource: str = ""


@dataclass(frozen=True, slots=True)
class Owned:
    """A manager's fields, in which version, and when they last changed."""

    fields: Fields
    api_version: str
    time: str


Owners: TypeAlias = dict[Manager, Owned]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who writes: the field manager, the version it speaks, when, and through which subresource."""

    manager: str
    api_version: str
    time: str
    subresource: str = ""

    def applier(self) -> Manager:
        """Its identity in server-side apply."""
        return Manager(self.manager, "Apply", "", self.subresource)

    def updater(self) -> Manager:
        """Its identity in every other write."""
        return Manager(self.manager, "Update", self.api_version, self.subresource)


def owners_of(body: Mapping[str, Any]) -> Owners:
    """What an object's managedFields say."""
    owners: Owners = {}
    for entry in (body.get("metadata") or {}).get("managedFields") or ():
        if "operation" not in entry:
            continue
        version = entry.get("apiVersion", "")
        apply = entry["operation"] == "Apply"
        manager = Manager(
            entry.get("manager", ""), entry["operation"], "" if apply else version, entry.get("subresource", "")
        )
        owners[manager] = Owned(decode(entry.get("fieldsV1") or {}), version, entry.get("time", ""))
    return owners


def written(owners: Owners) -> list[dict[str, Any]]:
    """managedFields, sorted as the server does: appliers first, then by time, name, version, subresource."""
    entries = []
    for manager, owned in owners.items():
        entry = {
            "manager": manager.name, "operation": manager.operation, "apiVersion": owned.api_version,
            "time": owned.time, "fieldsType": "FieldsV1", "fieldsV1": encode(owned.fields),
        }  # fmt: skip
        entries.append(entry | ({"subresource": manager.subresource} if manager.subresource else {}))
    return sorted(
        entries,
        key=lambda one: (
            one["operation"],
            one["time"],
            str(one["manager"]),
            str(one["apiVersion"]),
            one.get("subresource", ""),
        ),
    )


def updated(node: Node, old: KubeObject, new: KubeObject, writer: Writer) -> Owners:
    """The owners after a create, replace or patch: the writer gets what it added or changed."""
    owners = owners_of(new if _has_owners(new) else old)
    if old and not owners:
        return {}  # nobody is recorded, and only an apply begins to (skipnonapplied.go)
    difference = compare(node, _plain(old) or zero(node), _plain(new))
    self = writer.updater()
    own = owners.pop(self, None)
    owners = _taken(owners, difference)
    gained = frozenset(difference.added | difference.modified) - STRIPPED
    kept = (own.fields if own else frozenset()) - frozenset(difference.removed)
    if gained | kept:
        changed = bool(gained - kept) or (own is not None and kept != own.fields) or bool(difference.modified & kept)
        time = writer.time if own is None or changed else own.time
        owners[self] = Owned(gained | kept, writer.api_version, time)
    return _capped(owners)


def _has_owners(body: KubeObject) -> bool:
    return "managedFields" in (body.get("metadata") or {})


def _plain(body: KubeObject) -> KubeObject:
    metadata = {name: value for name, value in (body.get("metadata") or {}).items() if name != "managedFields"}
    return {**body, "metadata": metadata} if body else {}


def applied(
    node: Node, live: KubeObject, config: KubeObject, writer: Writer, *, force: bool
) -> tuple[KubeObject, Owners]:
    """The object and its owners after a server-side apply; raises ApplyConflict.

    Fields that only this applier had and no longer names are removed.
    """
    self = writer.applier()
    owners = owners_of(live)
    if live and not owners:
        # What was there before anybody was recorded belongs to nobody by name (skipnonapplied.go).
        before = Manager("before-first-apply", "Update", writer.api_version)
        everything = frozenset(compare(node, zero(node), _plain(live)).added)
        owners[before] = Owned(everything - STRIPPED, writer.api_version, writer.time)
    last = owners.get(self)
    base = _plain(live)
    merged = merge(node, base, config)
    owners[self] = Owned(fields_of(node, config) - STRIPPED, writer.api_version, last.time if last else writer.time)
    if last and last.fields:
        merged = _pruned(node, merged, owners, last.fields)
    others = {manager: owned for manager, owned in owners.items() if manager != self}
    difference = compare(node, base, merged)
    _check_conflicts(others, difference, force=force)
    kept = _taken(others, difference)
    own = owners[self]
    if own.fields:
        changed = last is None or last.fields != own.fields or tidy(node, merged) != base or kept != others
        kept[self] = replace(own, time=writer.time) if changed else own
    return tidy(node, merged), kept


def _pruned(node: Node, merged: KubeObject, owners: Owners, last: Fields) -> Any:
    """The merged object without what the applier gave up, unless others own it or nobody ever said so."""
    last = with_named(node, last)
    everything = with_named(node, fields_of(node, merged))
    owned = with_named(node, frozenset().union(*(owned.fields for owned in owners.values())))
    pruned = cut(node, merged, trie_of(last))
    left = with_named(node, fields_of(node, pruned))
    pruned = cut(node, merged, trie_of(everything - (left | owned)))
    left = with_named(node, fields_of(node, pruned))
    return cut(node, merged, trie_of((everything - left) & last))


def _check_conflicts(others: Owners, difference: Comparison, *, force: bool) -> None:
    changed = difference.added | difference.modified
    found = [
        FieldConflict(manager.name, text(path), f"conflict with {_printed(manager, owned)}")
        for manager, owned in sorted(others.items(), key=lambda item: (item[0].name, item[0].operation))
        for path in sorted(owned.fields & changed, key=order)
    ]
    if found and not force:
        raise ApplyConflict(_conflict_text(found), conflicts=tuple(found))


def _printed(manager: Manager, owned: Owned) -> str:
    where = f' with subresource "{manager.subresource}"' if manager.subresource else ""
    using = f" using {owned.api_version}" if manager.operation == "Update" else ""
    return f'"{manager.name}"{where}{using}'


def _conflict_text(found: list[FieldConflict]) -> str:
    if len(found) == 1:
        return f"Apply failed with 1 conflict: {found[0].message}: {found[0].field}"
    lines = []
    for message in dict.fromkeys(conflict.message for conflict in found):
        lines.append(message.replace("conflict with", "conflicts with", 1) + ":")
        lines += [f"- {conflict.field}" for conflict in found if conflict.message == message]
    return f"Apply failed with {len(found)} conflicts: " + "\n".join(lines)


def _taken(owners: Owners, difference: Comparison) -> Owners:
    """The others' fields without those that changed hands or went."""
    gone = frozenset(difference.added | difference.modified | difference.removed)
    left = {manager: replace(owned, fields=owned.fields - gone) for manager, owned in owners.items()}
    return {manager: owned for manager, owned in left.items() if owned.fields}


def _capped(owners: Owners) -> Owners:
    """At most ten updaters: the oldest become one (capmanagers.go)."""
    updaters = sorted(
        (manager for manager in owners if manager.operation == "Update"),
        key=lambda manager: (owners[manager].time, manager.name),
    )
    extra = len(updaters) - MOST_UPDATERS
    if extra <= 0:
        return owners
    merged = dict(owners)
    for manager in updaters[: extra + 1]:
        owned = merged.pop(manager)
        key = Manager(ANCIENT, "Update", manager.api_version)
        before = merged.get(key)
        merged[key] = replace(owned, fields=owned.fields | (before.fields if before else frozenset()))
    return merged
