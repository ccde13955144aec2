"""Bring a release into being from any earlier state."""

from __future__ import annotations

from dataclasses import fields, replace

from ..release.model import Release, Status
from . import install, upgrade
from .context import Context
from .history import History, pending, read_revision
from .lease import ReleaseLock, locked
from .options import DryRun, InstallOptions, PendingPolicy, RenderedOptions, UninstallOptions, UpgradeOptions
from .recover import is_writer_gone, settle
from .uninstall import uninstall_unlocked
from .upgrade import Wanted

SHARED = tuple(field.name for field in fields(RenderedOptions))
PATIENCE = 300.0  # seconds without a word, after which a pending release without a lease has no writer


def upgrade_or_install(context: Context, wanted: Wanted) -> Release:
    """An upgrade; with `options.install` an install where the release is not there (cmd/upgrade.go)."""
    if not wanted.options.install:
        return upgrade.upgrade(context, wanted)
    upgrade.check_name(wanted.name)
    if wanted.options.dry_run is not DryRun.NONE:
        return _dry_run(context, wanted)
    with locked(context, wanted.name) as lock:
        before = upgrade.read_before(context, wanted.name)
        held = lock.held()
        if is_absent(before.history):
            return _install(context, lock, wanted, before.history)
        return upgrade.upgrade_after(context, held, wanted, before)


def ensure(context: Context, wanted: Wanted) -> Release:
    """The release, deployed as wanted. Raises ReleaseBusy where somebody may still be working on it."""
    upgrade.check_name(wanted.name)
    if wanted.options.dry_run is not DryRun.NONE:
        return _dry_run(context, wanted)
    with locked(context, wanted.name) as lock:
        before = upgrade.read_before(context, wanted.name)
        held = lock.held()
        newest = before.history.newest
        if newest is not None and newest.status is Status.UNINSTALLING:
            uninstall_unlocked(
                context, wanted.name, UninstallOptions(keep_history=True, timeout=wanted.options.timeout)
            )
            return _install(context, lock, wanted, before.history)
        if is_absent(before.history):
            return _install(context, lock, wanted, before.history)
        if newest is not None and newest.status.is_pending and wanted.options.pending is PendingPolicy.REFUSE:
            patience = max(PATIENCE, wanted.options.timeout)
            if not is_writer_gone(context, held, read_revision(context, newest), patience):
                raise pending(context, wanted.name)
            settle(context, held, before.history, PendingPolicy.FAIL)
            before = upgrade.read_before(context, wanted.name)
        return upgrade.upgrade_after(context, held, wanted, before)


def is_absent(history: History) -> bool:
    """Whether there is no release to upgrade: none, or one that is uninstalled."""
    return history.newest is None or history.newest.status is Status.UNINSTALLED


def first_options(name: str, options: UpgradeOptions, history: History) -> InstallOptions:
    """The options of the install that an upgrade turns into."""
    shared = {field: getattr(options, field) for field in SHARED}
    server_side = "false" if options.server_side == "false" else "true"
    return InstallOptions(**{**shared, "server_side": server_side}, name=name, replace=history.newest is not None)


def _install(context: Context, lock: ReleaseLock, wanted: Wanted, history: History) -> Release:
    context.warn("upgrade.installing", f'Release "{wanted.name}" does not exist. Installing it now.')
    options = first_options(wanted.name, wanted.options, history)
    return install.install_locked(context, lock, wanted.chart, wanted.values, options)


def _dry_run(context: Context, wanted: Wanted) -> Release:
    before = upgrade.read_before(context, wanted.name)
    if is_absent(before.history):
        options = first_options(wanted.name, wanted.options, before.history)
        return install.install(context, wanted.chart, wanted.values, options)
    return upgrade.upgrade(context, replace(wanted, options=replace(wanted.options, install=False)))
