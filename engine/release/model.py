"""A release as Helm records it: frozen data, changed by copies."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

EMPTY: Mapping[str, Any] = MappingProxyType({})


def _empty() -> Mapping[str, Any]:
    """EMPTY as a field's default: Python 3.11 takes a bare mapping proxy for a mutable default."""
    return EMPTY


class Status(enum.StrEnum):
    """Helm's release statuses (pkg/release/common/status.go)."""

    UNKNOWN = "unknown"
    DEPLOYED = "deployed"
    UNINSTALLED = "uninstalled"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    UNINSTALLING = "uninstalling"
    PENDING_INSTALL = "pending-install"
    PENDING_UPGRADE = "pending-upgrade"
    PENDING_ROLLBACK = "pending-rollback"

    @property
    def is_pending(self) -> bool:
        return self in (Status.PENDING_INSTALL, Status.PENDING_UPGRADE, Status.PENDING_ROLLBACK)


class Event(enum.StrEnum):
    """When a hook runs."""

    PRE_INSTALL = "pre-install"
    POST_INSTALL = "post-install"
    PRE_DELETE = "pre-delete"
    POST_DELETE = "post-delete"
    PRE_UPGRADE = "pre-upgrade"
    POST_UPGRADE = "post-upgrade"
    PRE_ROLLBACK = "pre-rollback"
    POST_ROLLBACK = "post-rollback"
    TEST = "test"


class DeletePolicy(enum.StrEnum):
    """When a hook's object is deleted (and when its log is shown: the same words but the first)."""

    BEFORE_HOOK_CREATION = "before-hook-creation"
    HOOK_SUCCEEDED = "hook-succeeded"
    HOOK_FAILED = "hook-failed"


class Phase(enum.StrEnum):
    """How a hook's last run went; NONE where it never ran."""

    NONE = ""
    UNKNOWN = "Unknown"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRun:
    """A hook's last run; times are RFC 3339 with nanoseconds, None where there is none."""

    started_at: str | None = None
    completed_at: str | None = None
    phase: Phase = Phase.NONE
    extra: Mapping[str, Any] = field(default_factory=_empty, repr=False)  # fields that we do not know, kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A manifest document that runs at events instead of being part of the release's objects."""

    name: str
    kind: str
    path: str
    manifest: str = field(repr=False)
    events: tuple[Event, ...]
    last_run: HookRun = HookRun()
    weight: int = 0
    delete_policies: tuple[str, ...] = ()  # words of DeletePolicy; others are kept as they are
    output_log_policies: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=_empty, repr=False)  # fields that we do not know, kept as they are


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """What happened to a revision; times are RFC 3339 with nanoseconds and the writer's zone, None where there is none."""

    status: Status
    description: str = ""
    first_deployed: str | None = None
    last_deployed: str | None = None
    deleted: str | None = None
    notes: str = field(default="", repr=False)
    rollback_revision: int = 0  # 0: not a rollback
    extra: Mapping[str, Any] = field(default_factory=_empty, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One revision of a release.

    `chart` is the chart as the record holds it (Helm's JSON: metadata, lock, templates, values, schema, files; subcharts
    are not recorded), `config` the user's values only, `labels` the user's labels only. Its repr shows none of what may
    hold secrets (chart, values, manifests, notes).
    """

    name: str
    namespace: str
    revision: int
    info: Info
    chart: Mapping[str, Any] = field(default_factory=_empty, repr=False)
    config: Mapping[str, Any] = field(default_factory=_empty, repr=False)
    manifest: str = field(default="", repr=False)
    hooks: tuple[Hook, ...] = field(default=(), repr=False)
    apply_method: str = ""  # "ssa", "csa", "" (absent: csa)
    labels: Mapping[str, str] = field(default_factory=_empty)
    extra: Mapping[str, Any] = field(default_factory=_empty, repr=False)

    @property
    def status(self) -> Status:
        return self.info.status

    def with_status(self, status: Status, description: str | None = None) -> Release:
        """A copy with another status, and description where one is given."""
        text = self.info.description if description is None else description
        return replace(self, info=replace(self.info, status=status, description=text))
