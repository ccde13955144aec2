"""Deal with a pending release whose writer is gone."""

from __future__ import annotations

import datetime

from ..errors import OperationFailed, ReleaseNotFound
from ..release.model import Event, Release, Status
from .choices import nothing_to_undo
from .context import Context
from .execute import execute
from .history import History, pending, read_history, read_revision
from .lease import Held, locked
from .objects import build
from .options import PendingPolicy, RollbackOptions, WaitStrategy
from .ownership import owned
from .parallel import together
from .plan import (
    FinishRecord,
    OnFailure,
    Plan,
    RunHooks,
    Stage,
    Step,
    SupersedeDeployed,
    UpdateObjects,
    Waiting,
    WaitReady,
    Writing,
)
from .query import parse_time
from .rollback import rollback_unlocked

GONE = "its writer is gone"
EVENTS = {
    Status.PENDING_INSTALL: ("Release", Event.PRE_INSTALL, Event.POST_INSTALL, "Install complete"),
    Status.PENDING_UPGRADE: ("Upgrade", Event.PRE_UPGRADE, Event.POST_UPGRADE, "Upgrade complete"),
    Status.PENDING_ROLLBACK: ("Rollback", Event.PRE_ROLLBACK, Event.POST_ROLLBACK, ""),
}


def recover(context: Context, name: str, policy: PendingPolicy) -> Release:
    """The newest revision afterwards. Raises ReleaseNotFound, ReleaseBusy, and what resuming or rolling back raises."""
    with locked(context, name) as lock:
        _, history = together([context.cluster.check, lambda: read_history(context, name)])
        held = lock.held()
        newest = history.newest
        if newest is None:
            raise ReleaseNotFound("release: not found", release=name, namespace=context.namespace)
        if newest.status.is_pending:
            return settle(context, held, history, policy)
        return read_revision(context, newest)


def settle(context: Context, held: Held, history: History, policy: PendingPolicy) -> Release:
    """Deal with the newest revision, which is pending, under the lock; the newest revision afterwards.

    Whoever holds the lock knows that no writer of ours lives; one of Helm's leaves no trace of its life, so that asking
    for another policy than REFUSE says that there is none.
    """
    newest = history.newest
    assert newest is not None
    if policy is PendingPolicy.REFUSE:
        raise pending(context, history.name)
    stuck = read_revision(context, newest)
    writer = f" (it was {held.dead})" if held.dead else ""
    context.warn("release.recovered", f"revision {stuck.revision} of {stuck.name} is {stuck.status}: {GONE}{writer}")
    if policy is PendingPolicy.RESUME:
        return execute(context, plan_resume(context, stuck, history), nothing_to_undo)
    what = EVENTS[stuck.status][0]
    failed = stuck.with_status(Status.FAILED, f'{what} "{stuck.name}" failed: {GONE}')
    context.store.update(failed, expected=newest.resource_version or None)
    if policy is PendingPolicy.FAIL:
        return failed
    good = history.with_status(Status.SUPERSEDED, Status.DEPLOYED)
    if good is None:
        text = f"unable to find a previously successful release when attempting to rollback. original error: {GONE}"
        raise OperationFailed(text, release=stuck.name, namespace=stuck.namespace, revision=stuck.revision)
    return rollback_unlocked(context, stuck.name, RollbackOptions(revision=good.revision, max_history=0))


def is_writer_gone(context: Context, held: Held, release: Release, patience: float) -> bool:
    """Whether a pending release has no writer any more: its lease ran out, or nothing has been heard for so many seconds."""
    if held.dead:
        return True
    since = parse_time(release.info.last_deployed)
    return since is None or context.clock.now() - since > datetime.timedelta(seconds=patience)


def plan_resume(context: Context, release: Release, history: History) -> Plan:
    """The steps that a pending revision still needs: all of them, for each may be done again."""
    what, before, after, done = EVENTS[release.status]
    server_side = release.apply_method == "ssa"
    waiting = Waiting(strategy=WaitStrategy.WATCHER)
    base = next((each for each in reversed(history.headers) if each.revision < release.revision), None)
    manifest = read_revision(context, base).manifest if base is not None else ""
    objects = owned(build(context.cluster, release.manifest, context.namespace, validate=False), release)
    originals = build(context.cluster, manifest, context.namespace, validate=False)
    failure = OnFailure(description=f'{what} "{release.name}" failed: {{error}}')
    writing = Writing(server_side=server_side, migrate=server_side)
    steps: tuple[Step, ...] = (
        RunHooks(event=before, server_side=server_side, waiting=waiting),
        UpdateObjects(originals=originals, objects=objects, writing=writing),
        WaitReady(objects=objects, waiting=waiting),
        RunHooks(event=after, server_side=server_side, waiting=waiting),
        SupersedeDeployed(),
        FinishRecord(status=Status.DEPLOYED, description=done),
    )
    stages = tuple(Stage(step=step, on_failure=failure) for step in steps)
    return Plan(verb="resume", release=release, stages=stages, failure=OperationFailed, stored=True)
