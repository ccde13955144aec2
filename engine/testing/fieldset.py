"""Sets of fields: which an object has, as text in managedFields, and as the server's messages name them.

A path is a tuple of the elements of FieldsV1: `f:name`, `k:{"name":"web"}`, `v:"value"`. Facts from
sigs.k8s.io/structured-merge-diff (typed/tofieldset.go, fieldpath/serialize.go).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from .schema import Node

Path: TypeAlias = tuple[str, ...]
Fields: TypeAlias = frozenset[Path]
Trie: TypeAlias = "dict[str, Trie]"


def compact(value: Any) -> str:
    """JSON without spaces, keys sorted."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def is_map(node: Node, value: Any) -> bool:
    """Whether the value is merged member by member."""
    return isinstance(value, dict) and not node.atomic and node.form in ("struct", "map", "any")


def is_keyed(node: Node, value: Any) -> bool:
    """Whether the value is a list merged item by item."""
    return isinstance(value, list) and not node.atomic and node.form == "list" and node.keys is not None


def element_of(node: Node, item: Any) -> str:
    """The path element of an item of a set or list map; raises ValueError where it lacks its keys."""
    if not node.keys:
        return f"v:{compact(item)}"
    if not isinstance(item, dict):
        raise ValueError("associative list with keys may not have non-map elements")  # noqa: TRY004  a bad object, no bug
    found = {key: item.get(key, node.defaults.get(key)) for key in node.keys}
    present = {key: value for key, value in found.items() if value is not None}
    if not present:
        shown = "[" + " ".join(f'"{key}"' for key in node.keys) + "]"
        raise ValueError(
            f"associative list with keys has an element that omits all key fields {shown} "
            "(and doesn't have default values for any key fields)"
        )
    return f"k:{compact(present)}"


def fields_of(node: Node, value: Any) -> Fields:
    """The fields that an applied configuration names."""
    found: set[Path] = set()
    _collect(node, value, (), found)
    found.discard(())
    return frozenset(found)


def _collect(node: Node, value: Any, path: Path, found: set[Path]) -> None:
    if is_map(node, value):
        for name, inner in value.items():
            at = (*path, f"f:{name}")
            _collect(node.child(name), inner, at, found)
            if inner is None or inner == {} or name not in node.fields:
                found.add(at)
    elif is_keyed(node, value):
        assert node.element is not None
        for item in value:
            at = (*path, element_of(node, item))
            _collect(node.element, item, at, found)
            found.add(at)
    else:
        found.add(path)


def trie_of(fields: Iterable[Path]) -> Trie:
    """The same set as FieldsV1: a member is an empty object, or holds `.` where it has members itself."""
    root: Trie = {}
    for path in fields:
        at = root
        for element in path:
            at = at.setdefault(element, {})
        at["."] = {}
    return root


def encode(fields: Fields) -> dict[str, Any]:
    """FieldsV1 of a set."""
    return _encode(trie_of(fields))


def _encode(trie: Trie) -> dict[str, Any]:
    return {
        element: {} if element == "." or set(inner) == {"."} else _encode(inner)
        for element, inner in sorted(trie.items())
    }


def decode(written: Mapping[str, Any]) -> Fields:
    """The set that FieldsV1 says."""
    return frozenset(_decode(written, ()))


def _decode(written: Mapping[str, Any], path: Path) -> Iterator[Path]:
    for element, inner in written.items():
        if element == ".":
            yield path
        elif not inner:
            yield (*path, element)
        else:
            yield from _decode(inner, (*path, element))


def with_named(node: Node, fields: Fields) -> Fields:
    """The set with every struct field that holds a member made a member (EnsureNamedFieldsAreMembers)."""
    found = set(fields)
    seen: set[Path] = set()
    for path in fields:
        at = node
        for length, element in enumerate(path[:-1], 1):
            name = element[2:] if element.startswith("f:") else None
            prefix = path[:length]
            if name is not None and name in at.fields and prefix not in seen:
                seen.add(prefix)
                found.add(prefix)
            at = (at.element if name is None else at.child(name)) or at
    return frozenset(found)


def order(path: Path) -> list[tuple[bool, str]]:
    """The sort key of a set's iteration: at every level members come before what has members itself."""
    return [(at < len(path) - 1, element) for at, element in enumerate(path)]


def text(path: Path) -> str:
    """A path as the server's messages have it: `.spec.containers[name="web"].image`."""
    return "".join(_text(element) for element in path)


def _text(element: str) -> str:
    kind, value = element[:2], element[2:]
    if kind == "f:":
        return f".{value}"
    if kind == "v:":
        return f"[={value}]"
    return "[" + ",".join(f"{key}={compact(inner)}" for key, inner in sorted(json.loads(value).items())) + "]"
