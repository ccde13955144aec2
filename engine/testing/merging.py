"""Compare, merge and cut objects by their schema (structured-merge-diff typed/compare.go, merge.go, remove.go)."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any, Final

from .fieldset import Path, Trie, element_of, is_keyed, is_map
from .schema import ANY, Node


class _Missing:
    """No value at all: null is one."""


MISSING: Final = _Missing()


@dataclass(slots=True)
class Comparison:
    """Which fields came, went, and changed."""

    added: set[Path] = field(default_factory=set)
    removed: set[Path] = field(default_factory=set)
    modified: set[Path] = field(default_factory=set)


def compare(node: Node, old: Any, new: Any) -> Comparison:
    """What leads from one object to the other."""
    found = Comparison()
    _compare(node, old, new, (), found)
    for paths in (found.added, found.removed, found.modified):
        paths.discard(())
    return found


def _compare(node: Node, old: Any, new: Any, path: Path, found: Comparison) -> None:
    pairs = _pairs(node, old, new)
    for element, inner, before, after in pairs or ():
        if before != after or type(before) is not type(after):
            _compare(inner, before, after, (*path, element), found)
    if old is MISSING:
        found.added.add(path)
    elif new is MISSING:
        found.removed.add(path)
    elif pairs is None and old != new:
        found.modified.add(path)


def _pairs(node: Node, old: Any, new: Any) -> list[tuple[str, Node, Any, Any]] | None:
    """The members of two values side by side; None where they are leaves."""
    sides = [side for side in (old, new) if side is not MISSING and side is not None]
    if not any(sides):
        return None
    if all(is_map(node, side) for side in sides):
        before, after = _dict(old), _dict(new)
        names = [*before, *(name for name in after if name not in before)]
        return [(f"f:{name}", node.child(name), before.get(name, MISSING), after.get(name, MISSING)) for name in names]
    if all(is_keyed(node, side) for side in sides):
        before, after = _indexed(node, old), _indexed(node, new)
        keys = [*before, *(key for key in after if key not in before)]
        return [(key, node.element or ANY, before.get(key, MISSING), after.get(key, MISSING)) for key in keys]
    return None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _indexed(node: Node, value: Any) -> dict[str, Any]:
    """Items by key; what occurs twice is compared as a whole (the server takes such lists outside of applies)."""
    found: dict[str, Any] = {}
    for item in value if isinstance(value, list) else ():
        key = element_of(node, item)
        found[key] = [found[key], item] if key in found else item
    return found


def merge(node: Node, live: Any, config: Any) -> Any:
    """The live value with the configuration laid over it; a copy."""
    if config is MISSING:
        return copy.deepcopy(live)
    if is_map(node, config) or (config is None and is_map(node, live)):
        before, after = live if is_map(node, live) else {}, config or {}
        merged = {name: merge(node.child(name), inner, after.get(name, MISSING)) for name, inner in before.items()}
        return merged | {
            name: merge(node.child(name), MISSING, inner) for name, inner in after.items() if name not in before
        }
    if is_keyed(node, config):
        return _merge_list(node, live if isinstance(live, list) else [], config)
    return copy.deepcopy(config)


def _merge_list(node: Node, live: list[Any], config: list[Any]) -> list[Any]:
    """Items in the configuration's order, those that only the live list has where they were before."""
    left, right = [element_of(node, item) for item in live], [element_of(node, item) for item in config]
    before, after = dict(zip(left, live, strict=True)), dict(zip(right, config, strict=True))
    shared = [key for key in right if key in before]
    out: list[Any] = []
    merged: set[str] = set()
    at_left = at_right = 0
    element = node.element or ANY

    def put(key: str) -> None:
        merged.add(key)
        out.append(merge(element, before.get(key, MISSING), after.get(key, MISSING)))

    while at_left < len(left) or at_right < len(right):
        if at_left < len(left) and at_right < len(right):
            key = left[at_left]
            if key == right[at_right]:
                put(key)
                at_left, at_right, shared = at_left + 1, at_right + 1, shared[1:]
                continue
            if key in after and shared and shared[0] != key:
                at_left += 1  # a shared item, but not the one whose turn it is
                continue
        if at_left < len(left):
            key = left[at_left]
            if key not in after:
                put(key)
                at_left += 1
                continue
            if key in merged:
                at_left += 1
        if at_right < len(right):
            key = right[at_right]
            put(key)
            at_right += 1
            if shared and shared[0] == key:
                shared = shared[1:]
    return out


def cut(node: Node, value: Any, unwanted: Trie) -> Any:
    """The value without the fields of a set; a copy."""
    if is_map(node, value):
        return {
            name: cut(node.child(name), inner, unwanted.get(f"f:{name}", {}))
            for name, inner in value.items()
            if "." not in unwanted.get(f"f:{name}", {})
        }
    if is_keyed(node, value):
        keyed = [(item, unwanted.get(element_of(node, item), {})) for item in value]
        return [cut(node.element or ANY, item, inner) for item, inner in keyed if "." not in inner]
    return copy.deepcopy(value)


def zero(node: Node) -> dict[str, Any]:
    """An object of a type before anybody wrote into it: what is held by value is there, empty."""
    return {
        name: zero(inner) if inner.form == "struct" else None for name, inner in node.fields.items() if inner.by_value
    }


def tidy(node: Node, value: Any) -> Any:
    """As a typed object is written back: without nulls, without empty maps and lists that a schema
    declares, with what is held by value."""
    if isinstance(value, dict) and node.form in ("struct", "map"):
        held: dict[str, Any] = {
            name: {}
            for name, inner in node.fields.items()
            if inner.by_value and inner.form == "struct" and not value.get(name)
        }
        tidied = {name: tidy(node.child(name), inner) for name, inner in {**value, **held}.items() if inner is not None}
        return {name: inner for name, inner in tidied.items() if inner or not _omitted(node.child(name), inner)}
    if isinstance(value, list) and node.element is not None:
        return [tidy(node.element, item) for item in value]
    return value


def _omitted(node: Node, value: Any) -> bool:
    return value in ({}, []) and node.form in ("map", "list")
