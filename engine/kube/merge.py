"""JSON merge patches, two-way and three-way (evanphx/json-patch, apimachinery pkg/util/jsonmergepatch)."""

from __future__ import annotations

from typing import Any

from ..errors import ClusterError

Map = dict[str, Any]


def two_way(before: Map, after: Map) -> Map:
    """The JSON merge patch that makes `after` of `before`; lists are replaced."""
    patch: Map = {}
    for key, new in after.items():
        if key not in before or _kind(before[key]) is not _kind(new):
            patch[key] = new
        elif isinstance(new, dict):
            if inner := two_way(before[key], new):
                patch[key] = inner
        elif not _matches(before[key], new):
            patch[key] = new
    patch.update(dict.fromkeys((key for key in before if key not in after), None))
    return patch


def three_way(original: Map, modified: Map, live: Map) -> Map:
    """Changes from live to the new manifest, deletions from the old to the new one. Raises ClusterError."""
    patch = _merged(_deletions(two_way(original, modified)), _changes(two_way(live, modified)))
    metadata = patch.get("metadata")
    if "apiVersion" in patch or "kind" in patch or (isinstance(metadata, dict) and "name" in metadata):
        raise ClusterError(
            f"precondition failed for: {patch}: at least one field was changed: apiVersion, kind or name"
        )
    return patch


def _kind(value: Any) -> type:
    """JSON's type: all numbers are one."""
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def _matches(one: Any, other: Any) -> bool:
    if _kind(one) is not _kind(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_matches(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_matches, one, other))
    return type(one) is type(other) and bool(one == other)  # numbers are compared as they are written


def _changes(patch: Map) -> Map:
    """A patch without its deletions; a map that was empty from the start is a value."""
    kept: Map = {}
    for key, value in patch.items():
        if isinstance(value, dict) and value:
            if inner := _changes(value):
                kept[key] = inner
        elif value is not None:
            kept[key] = value
    return kept


def _deletions(patch: Map) -> Map:
    """A patch's deletions only."""
    kept: Map = {}
    for key, value in patch.items():
        if value is None:
            kept[key] = None
        elif isinstance(value, dict) and (inner := _deletions(value)):
            kept[key] = inner
    return kept


def _merged(base: Map, patch: Map) -> Map:
    """One patch laid over another; what was null in the first stays so where the second says nothing."""
    merged = dict(base)
    for key, value in patch.items():
        present = merged.get(key)
        merged[key] = _merged(present, value) if isinstance(present, dict) and isinstance(value, dict) else value
    return merged
