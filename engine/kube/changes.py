"""How objects are written, and what became of them. Pure data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..errors import ClusterError, EngineError
from ..shapes import KubeObject, ResourceRef
from .cluster import Validation, WriteOptions

Done: TypeAlias = Literal["created", "configured", "unchanged", "deleted", "kept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRule:
    """How objects are written.

    `server_side`: server-side apply, else create and patch. `force_conflicts`: take fields that others own.
    `force_replace`: PUT instead of patching. `three_way`: custom kinds are patched with regard to their live state
    (client-side only). `migrate`: fields of a client-side manager of this name are handed over first.
    `skip_unchanged`: an apply that provably changes nothing is not sent.
    """

    server_side: bool = True
    force_conflicts: bool = False
    force_replace: bool = False
    three_way: bool = False
    migrate: bool = False
    dry_run: bool = False
    manager: str = "helm"
    validation: Validation = "Strict"
    skip_unchanged: bool = True

    def check(self) -> None:
        """Raise ClusterError for what does not go together."""
        if self.force_conflicts and not self.server_side:
            raise ClusterError("invalid client update option(s): forceConflicts enabled when serverSideApply disabled")
        if self.three_way and self.server_side:
            what = "three-way merge for unstructured and server-side apply"
        elif self.force_conflicts and self.force_replace:
            what = "force conflicts and force replace"
        elif self.server_side and self.force_replace:
            what = "server-side apply and force replace"
        else:
            return
        raise ClusterError(f"invalid operation: cannot use {what} together")

    @property
    def create_options(self) -> WriteOptions:
        """A create never takes fields, unless it is a server-side one that was told to."""
        return WriteOptions(
            manager=self.manager, force=self.server_side and self.force_conflicts, dry_run=self.dry_run,
            validation=self.validation if self.server_side else "Warn",
        )  # fmt: skip

    @property
    def update_options(self) -> WriteOptions:
        return WriteOptions(
            manager=self.manager, force=self.force_conflicts, dry_run=self.dry_run,
            validation=self.validation if self.server_side or self.force_replace else "Warn",
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one object; `live` is how it is stored now, None where it is not."""

    ref: ResourceRef
    change: Done
    body: KubeObject
    live: KubeObject | None = None


Heard: TypeAlias = Callable[[Change], None]
"""Told of every change, from whichever thread made it. Must not raise."""


def unheard(change: Change) -> None:
    """Listen to nothing."""
    del change


@dataclass(slots=True, kw_only=True)
class Applied:
    """What was done, in the objects' order, and what went wrong.

    `created` holds objects whose create was tried, even if it failed, so that they can be cleaned up, as in Helm's Result.
    """

    created: list[KubeObject] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    errors: tuple[EngineError, ...] = ()
    error: EngineError | None = None

    def check(self) -> None:
        """Raise what went wrong."""
        if self.error is not None:
            raise self.error
