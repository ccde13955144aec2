"""The three-way strategic merge patch of built-in kinds (apimachinery pkg/util/strategicpatch patch.go).

The patch is what differs between the live object and the new manifest, nothing deleted, laid over what went from the
old manifest to the new one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ..errors import ClusterError
from ..gofmt import text_of
from .strategies import Field, Shape

ORDER = "$setElementOrder/"
GONE = "$deleteFromPrimitiveList/"
RETAIN = "$retainKeys"
DIRECTIVE = "$patch"
Map = dict[str, Any]
List = list[Any]


@dataclass(frozen=True, slots=True)
class _Rule:
    """Which half of a difference is wanted."""

    changes: bool
    deletions: bool
    retains: bool = False


DELTA = _Rule(changes=True, deletions=False)
DELETIONS = _Rule(changes=False, deletions=True)


def three_way(original: Map, modified: Map, live: Map, shape: Shape) -> Map:
    """The patch that brings `live` to `modified`; `original` is what was applied before. Raises ClusterError."""
    delta = _diff_maps(live, modified, shape, DELTA)
    deletions = _diff_maps(original, modified, shape, DELETIONS)
    return _merge_maps(deletions, delta, shape)


# --- differences


def _diff_maps(before: Map, after: Map, shape: Shape, rule: _Rule) -> Map:
    patch: Map = {}
    for key, new in after.items():
        if key not in before:
            patch.update({key: new} if rule.changes else {})
        else:
            patch.update(_diff_values(key, before[key], new, shape, rule))
    if rule.deletions:
        patch.update(dict.fromkeys((key for key in before if key not in after), None))
    if rule.retains:
        retained = [key for key, value in after.items() if value is not None]
        if retained and (patch or any(value is not None and key not in after for key, value in before.items())):
            patch[RETAIN] = sorted(retained)
    return patch


def _diff_values(key: str, old: Any, new: Any, shape: Shape, rule: _Rule) -> Map:
    """What a field that both have adds to the patch."""
    if key == DIRECTIVE:
        if not isinstance(old, str) or not isinstance(new, str):
            raise ClusterError(f"invalid value for special key: {DIRECTIVE}")
        return {DIRECTIVE: new} if old != new else {}
    if type(old) is type(new) and isinstance(old, dict | list):
        return _diff_field(key, old, new, shape, rule)
    return {key: new} if rule.changes and not _same(old, new) else {}


def _diff_field(key: str, old: Any, new: Any, shape: Shape, rule: _Rule) -> Map:
    try:
        field = shape.field(key)
    except ClusterError:
        if old == new:
            return {}  # nobody knows the field, but nothing changed
        raise
    inner = replace(rule, retains=field.retains)
    if isinstance(old, dict) and not field.replaces:
        patch = _diff_maps(old, new, field.inner, inner)
        return {key: patch} if patch else {}
    if isinstance(old, list) and field.merges:
        added, gone, order = _diff_lists(old, new, field, inner)
        return {name: value for name, value in ((key, added), (GONE + key, gone), (ORDER + key, order)) if value}
    # A map that is replaced is sent even if it is the same.
    return {key: new} if rule.changes and (isinstance(old, dict) or old != new) else {}


def _diff_lists(old: List, new: List, field: Field, rule: _Rule) -> tuple[List, List, List]:
    """What is added or changed, the scalars that are gone, and the order."""
    if not old:
        return (new if rule.changes else []), [], []
    if _element_type(old, new) is dict:
        changed, gone = _diff_items(old, new, field, rule)
        changed = _in_order(changed, new, field.merge_key)
        moved = len(old) != len(new) or any(
            _key_of(left, field.merge_key) != _key_of(right, field.merge_key)
            for left, right in zip(old, new, strict=True)
        )
        changed += gone
        ordered = (rule.changes and (bool(changed) or moved)) or (rule.deletions and bool(changed))
        return changed, [], [{field.merge_key: item[field.merge_key]} for item in new] if ordered else []
    before, after = sorted(old, key=_text), sorted(new, key=_text)
    added, removed = _diff_scalars(before, after)
    added = _in_order(added, new, "") if rule.changes else []
    removed = _unique(removed) if rule.deletions else []
    # Go compares the old list after it was sorted in place.
    ordered = (rule.deletions and bool(removed)) or (rule.changes and before != new)
    return added, removed, new if ordered else []


def _diff_scalars(before: List, after: List) -> tuple[List, List]:
    """What sorted `after` has over sorted `before`, and the other way round; equal texts are equal."""
    added: List = []
    removed: List = []
    left = right = 0
    while left < len(before) or right < len(after):
        old = _text(before[left]) if left < len(before) else None
        new = _text(after[right]) if right < len(after) else None
        if old is not None and old == new:
            left, right = left + 1, right + 1
        elif old is None or (new is not None and old > new):
            added.append(after[right])
            right += 1
        else:
            removed.append(before[left])
            left += 1
    return added, removed


def _diff_items(old: List, new: List, field: Field, rule: _Rule) -> tuple[List, List]:
    """Items added and changed, and directives that delete those that are gone."""
    before, after = _by_key(old, field.merge_key), _by_key(new, field.merge_key)
    changed: List = []
    gone: List = []
    left = right = 0
    while left < len(before) or right < len(after):
        old_key = _text(_key_of(before[left], field.merge_key)) if left < len(before) else None
        new_key = _text(_key_of(after[right], field.merge_key)) if right < len(after) else None
        if old_key is not None and old_key == new_key:
            if patch := _diff_maps(before[left], after[right], field.inner, rule):
                changed.append({**patch, field.merge_key: after[right][field.merge_key]})
            left, right = left + 1, right + 1
        elif old_key is None or (new_key is not None and old_key > new_key):
            if rule.changes:
                changed.append(after[right])
            right += 1
        else:
            if rule.deletions:
                gone.append({field.merge_key: before[left][field.merge_key], DIRECTIVE: "delete"})
            left += 1
    return changed, gone


# --- laying one patch over another


def _merge_maps(base: Map, patch: Map, shape: Shape) -> Map:
    """The patch of deletions with the patch of changes laid over it; directives are kept, lists stay patches."""
    base, patch = dict(base), dict(patch)
    if RETAIN in patch:
        retained = patch.pop(RETAIN)
        if base.setdefault(RETAIN, retained) != retained:
            raise ClusterError(
                f"{text_of(base[RETAIN])} and {text_of(retained)} are not deep equal: this may happen when calculating the 3-way diff patch"
            )
    for key in [key for key in patch if key.startswith(ORDER)]:
        _merge_ordered(base, patch, key, shape)
    for key, value in patch.items():
        if value is None or key not in base or type(base[key]) is not type(value):
            base[key] = value
        elif isinstance(value, dict):
            field = shape.field(key)
            base[key] = value if field.replaces else _merge_maps(base[key], value, field.inner)
        elif isinstance(value, list):
            field = shape.field(key)
            base[key] = _merge_lists(base[key], value, field) if field.merges else value
        else:
            base[key] = value
    return base


def _merge_ordered(base: Map, patch: Map, directive: str, shape: Shape) -> None:
    """A list whose order the patch gives: items of the patch in that order, others where they were."""
    order = patch.pop(directive)
    if base.setdefault(directive, order) != order:
        raise ClusterError("patch format for $setElementOrder list is invalid")  # both are made of one manifest
    key = directive.removeprefix(ORDER)
    field = shape.field(key)
    theirs, ours = base.get(key), patch.pop(key, None)
    if theirs is None and ours is None:
        return
    merged = _merge_lists(theirs, ours, field) if theirs is not None and ours is not None else theirs or ours or []
    base[key] = _arranged(merged, order, theirs or [], field.merge_key)


def _merge_lists(base: List, patch: List, field: Field) -> List:
    if not base and not patch:
        return base
    if _element_type(base, patch) is not dict:
        return _arranged(_unique([*base, *patch]), patch, base, "")
    if not field.merge_key:
        raise ClusterError("cannot merge lists without merge key for struct")
    merged = list(base)
    for item in patch:
        key = _key_of(item, field.merge_key)
        at = next((at for at, present in enumerate(merged) if _same(present.get(field.merge_key), key)), None)
        if at is None:
            merged.append(item)
        else:
            merged[at] = _merge_maps(merged[at], item, field.inner)
    return _arranged(merged, patch, base, field.merge_key)


def _arranged(items: List, order: List, before: List, merge_key: str) -> List:
    """Items that `order` names in its order, the others in the order of `before`, interleaved by that."""
    named = [item for item in items if _index(order, item, merge_key) >= 0]
    others = [item for item in items if _index(order, item, merge_key) < 0]
    left, right = _in_order(others, before, merge_key), _in_order(named, order, merge_key)
    out: List = []
    while left and right:
        there, here = _index(before, left[0], merge_key), _index(before, right[0], merge_key)
        out.append(left.pop(0) if there >= 0 and here >= 0 and there < here else right.pop(0))
    return out + right + left


def _in_order(items: List, order: List, merge_key: str) -> List:
    """Sorted by an order; directives that delete go last."""
    deleting = [item for item in items if isinstance(item, dict) and item.get(DIRECTIVE) == "delete"]
    kept = [item for item in items if not (isinstance(item, dict) and item.get(DIRECTIVE) == "delete")]
    for item in order if kept and isinstance(kept[0], dict) else ():
        _key_of(item, merge_key)
    return sorted(kept, key=lambda item: _index(order, item, merge_key)) + deleting


def _index(order: List, item: Any, merge_key: str) -> int:
    wanted = item.get(merge_key) if isinstance(item, dict) else item
    for at, other in enumerate(order):
        if _same(other.get(merge_key) if isinstance(other, dict) else other, wanted):
            return at
    return -1


def _by_key(items: List, merge_key: str) -> List:
    """Sorted by the merge key's text; Go's sort of short lists turns those with one key round."""
    numbered = sorted(enumerate(items), key=lambda pair: (_text(_key_of(pair[1], merge_key)), -pair[0]))
    return [item for _, item in numbered]


def _key_of(item: Any, merge_key: str) -> Any:
    if merge_key not in item:
        raise ClusterError(f"map: {text_of(item)} does not contain declared merge key: {merge_key}")
    return item[merge_key]


def _element_type(*lists: Iterable[Any]) -> type:
    kinds = {type(item) for each in lists for item in each}
    if list in kinds:
        raise ClusterError("lists of lists are not supported")
    if len(kinds) > 1:
        raise ClusterError(f"list element types are not identical: {text_of(list(lists))}")
    return kinds.pop() if kinds else type(None)


def _unique(items: List) -> List:
    """Without repetitions, as Go does it: the last item takes the place of a second one."""
    items = list(items)
    at = 0
    while at < len(items):
        other = at + 1
        while other < len(items):
            if _same(items[at], items[other]):
                items[other] = items[-1]
                items.pop()
            else:
                other += 1
        at += 1
    return items


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else text_of(value)
