"""Which revisions to prune. Pure."""

from __future__ import annotations

from collections.abc import Iterable


def revisions_to_prune(revisions: Iterable[int], limit: int, deployed: int | None) -> list[int]:
    """The oldest revisions beyond `limit`, oldest first, without the newest deployed one (storage.go, removeLeastRecent).

    With nothing else to delete more than `limit` remain. A limit below zero keeps all.
    """
    ordered = sorted(revisions)
    surplus = len(ordered) - limit
    if limit < 0 or surplus <= 0:
        return []
    return [revision for revision in ordered if revision != deployed][:surplus]


def next_limit(max_history: int) -> int:
    """How many may stay before one more is stored; -1 (all) for a history without limit."""
    return max_history - 1 if max_history > 0 else -1
