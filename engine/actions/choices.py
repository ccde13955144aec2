"""What options mean for a release: how its objects are applied and waited for, how many records stay."""

from __future__ import annotations

from ..errors import SettingsError
from ..release.history import next_limit
from ..release.model import Release
from .context import Context
from .history import History
from .options import ChangeOptions, RenderedOptions, WaitStrategy
from .plan import PruneRecords, Undo, Waiting


def waiting_of(options: ChangeOptions) -> Waiting:
    """How an operation waits: one that is undone on failure has to find out whether it failed."""
    undone = isinstance(options, RenderedOptions) and options.rollback_on_failure
    strategy = WaitStrategy.WATCHER if undone and options.wait is WaitStrategy.HOOK_ONLY else options.wait
    return Waiting(strategy=strategy, timeout=options.timeout, jobs=options.wait_for_jobs)


def is_server_side(option: str, release: Release) -> bool:
    """How objects are applied; `auto` as the release's were. Raises SettingsError for another word."""
    if option not in ("auto", "true", "false"):
        raise SettingsError(f"invalid/unknown release server-side apply method: {option}", option="server_side")
    return release.apply_method == "ssa" if option == "auto" else option == "true"


def pruning(history: History, max_history: int) -> list[PruneRecords]:
    """Room for one revision more, where there is none."""
    limit = next_limit(max_history)
    return [PruneRecords(limit=limit)] if 0 <= limit < len(history.headers) else []


def nothing_to_undo(context: Context, name: str, undo: Undo) -> None:
    """For plans that name nothing to undo."""
    del context, name, undo
