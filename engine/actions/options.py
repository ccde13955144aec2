"""What can be asked of each action: frozen options with Helm's defaults (pkg/action)."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..kube.cluster import Propagation
from ..ports import PostRenderer


class WaitStrategy(enum.StrEnum):
    """How an action waits (pkg/kube/interface.go): for objects by watches, as Helm 3 did, or for hooks only."""

    WATCHER = "watcher"
    LEGACY = "legacy"
    HOOK_ONLY = "hookOnly"


class DryRun(enum.StrEnum):
    """How much is tried: nothing on the cluster (client), reads and server-side dry runs (server)."""

    NONE = "none"
    CLIENT = "client"
    SERVER = "server"


class ValuesReuse(enum.StrEnum):
    """Which of the last revision's values an upgrade takes (Helm's flags of these names; DEFAULT is none of them)."""

    DEFAULT = "default"
    RESET = "reset-values"
    REUSE = "reuse-values"
    RESET_THEN_REUSE = "reset-then-reuse-values"


class PendingPolicy(enum.StrEnum):
    """What to do with a pending release whose writer is gone: refuse as Helm does, mark it failed, or roll it back."""

    REFUSE = "refuse"
    FAIL = "fail"
    RESUME = "resume"
    ROLLBACK = "rollback"


ServerSide = Literal["auto", "true", "false"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOptions:
    """What install, upgrade and rollback have in common. `timeout` in seconds, per wait as in Helm."""

    namespace: str = ""  # empty: the engine's
    timeout: float = 300.0
    wait: WaitStrategy = WaitStrategy.HOOK_ONLY
    wait_for_jobs: bool = False
    no_hooks: bool = False
    dry_run: DryRun = DryRun.NONE
    description: str = ""
    force_replace: bool = False
    force_conflicts: bool = False
    server_side: ServerSide = "auto"
    pending: PendingPolicy = PendingPolicy.REFUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedOptions(ChangeOptions):
    """What install and upgrade have in common."""

    create_namespace: bool = False
    rollback_on_failure: bool = False
    skip_crds: bool = False
    render_subchart_notes: bool = False
    hide_notes: bool = False
    hide_secret: bool = False
    skip_schema_validation: bool = False
    disable_openapi_validation: bool = False
    take_ownership: bool = False
    enable_dns: bool = False
    labels: Mapping[str, str | None] = field(default_factory=dict)  # None deletes one, on upgrade
    post_renderer: PostRenderer | None = None
    kube_version: str | None = None  # client dry runs only
    api_versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallOptions(RenderedOptions):
    """`install`; an empty `name` with `generate_name` is made from the chart's."""

    name: str = ""
    generate_name: bool = False
    name_template: str = ""
    replace: bool = False
    include_crds: bool = False  # template only
    is_upgrade: bool = False  # template only


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeOptions(RenderedOptions):
    """`upgrade`; `max_history` 0 keeps every revision."""

    install: bool = False
    values_reuse: ValuesReuse = ValuesReuse.DEFAULT
    max_history: int = 10
    cleanup_on_fail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackOptions(ChangeOptions):
    """`rollback`; revision 0 is the one before the newest."""

    revision: int = 0
    max_history: int = 10
    cleanup_on_fail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UninstallOptions:
    """`uninstall`."""

    namespace: str = ""
    timeout: float = 300.0
    wait: WaitStrategy = WaitStrategy.HOOK_ONLY
    no_hooks: bool = False
    dry_run: bool = False
    ignore_not_found: bool = False
    keep_history: bool = False
    cascade: Propagation = "Background"
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOptions:
    """`test`; `names` and `skipped` are exact hook names. `output` hears the logs, as Helm prints them, in pieces."""

    __test__ = False  # pytest: not a test class

    namespace: str = ""
    timeout: float = 300.0
    names: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    logs: bool = False
    output: Callable[[str], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions:
    """`list`; no status is every status, no namespace every namespace, limit 0 no limit."""

    namespace: str | None = ""  # empty: the engine's; None: all
    statuses: frozenset[str] = frozenset()
    filter: str = ""  # an RE2 pattern over names
    selector: str = ""  # a label selector over the user's labels
    by_date: bool = False
    reverse: bool = False
    limit: int = 256
    offset: int = 0
