"""Roll a release back (pkg/action/rollback.go)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..errors import ReleaseNameError, ReleaseNotFound, RollbackFailed, SettingsError
from ..release.model import Event, Info, Release, Status
from ..release.names import name_problem
from .choices import is_server_side, nothing_to_undo, pruning, waiting_of
from .context import Context
from .execute import execute
from .history import History, read_history, read_revision
from .lease import ReleaseLock, locked
from .objects import build
from .options import DryRun, RollbackOptions
from .ownership import owned
from .parallel import together
from .plan import (
    CreateRecord,
    FinishRecord,
    Objects,
    OnFailure,
    Plan,
    RunHooks,
    Stage,
    Step,
    SupersedeDeployed,
    UpdateObjects,
    WaitReady,
    Writing,
)
from .texts import prefixed

LONGEST = 256  # characters of a description


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """All that a rollback depends on."""

    release: Release
    current: Release  # the newest revision
    history: History
    originals: Objects = ()
    objects: Objects = ()


def rollback(context: Context, name: str, options: RollbackOptions) -> Release:
    """The new revision as recorded; for a dry run as it would be."""
    check(name, options)
    if options.dry_run is not DryRun.NONE:
        _, history = together([context.cluster.check, lambda: read_history(context, name)])
        return choose(context, history, options).release
    with locked(context, name) as lock:
        return rollback_locked(context, lock, name, options)


def rollback_locked(context: Context, lock: ReleaseLock, name: str, options: RollbackOptions) -> Release:
    """As `rollback`, under a lock that is being taken; not for dry runs."""
    _, history = together([context.cluster.check, lambda: read_history(context, name)])
    lock.held()
    return _rollback(context, history, options)


def rollback_unlocked(context: Context, name: str, options: RollbackOptions) -> Release:
    """As `rollback`, under a lock that is held."""
    return _rollback(context, read_history(context, name), options)


def _rollback(context: Context, history: History, options: RollbackOptions) -> Release:
    decision = built(context, choose(context, history, options))
    return execute(context, plan_rollback(decision, options), nothing_to_undo)


def check(name: str, options: RollbackOptions) -> None:
    """Raise for what is wrong before anything is read."""
    if (length := len(options.description)) > LONGEST:
        text = f"description must be {LONGEST} characters or less, got {length}"
        raise SettingsError(text, option="description")
    if name_problem(name):
        raise ReleaseNameError(f"prepareRollback: Release name is invalid: {name}", release=name)
    if options.revision < 0:
        raise SettingsError("invalid release revision", option="revision")


def choose(context: Context, history: History, options: RollbackOptions) -> Decision:
    """The target, and the revision that becomes what it was. Raises ReleaseNotFound."""
    name, newest = history.name, history.newest
    if newest is None:
        raise ReleaseNotFound("release: not found", release=name, namespace=context.namespace)
    wanted = options.revision or newest.revision - 1
    header = next((each for each in history.headers if each.revision == wanted), None)
    if header is None:
        raise ReleaseNotFound(
            f"release has no {wanted} version", release=name, namespace=context.namespace, revision=wanted
        )
    current, target = together([lambda: read_revision(context, newest), lambda: read_revision(context, header)])
    info = Info(
        status=Status.PENDING_ROLLBACK, description=options.description or f"Rollback to {wanted}",
        first_deployed=current.info.first_deployed, last_deployed=context.now(), notes=target.info.notes,
        rollback_revision=wanted,
    )  # fmt: skip
    release = replace(
        target, namespace=current.namespace, revision=current.revision + 1, info=info, extra={},
        apply_method="ssa" if is_server_side(options.server_side, target) else "csa",
    )  # fmt: skip
    return Decision(release=release, current=current, history=history)


def built(context: Context, decision: Decision) -> Decision:
    """With the objects of both revisions."""
    release = decision.release
    with prefixed("unable to build kubernetes objects from current release manifest: "):
        originals = build(context.cluster, decision.current.manifest, context.namespace, validate=False)
    with prefixed("unable to build kubernetes objects from new release manifest: "):
        objects = build(context.cluster, release.manifest, context.namespace, validate=False)
    return replace(decision, originals=originals, objects=owned(objects, release))


def plan_rollback(decision: Decision, options: RollbackOptions) -> Plan:
    """The steps of a rollback. A failing hook leaves the record pending, as Helm does."""
    release, current = decision.release, decision.current
    name, server_side = release.name, release.apply_method == "ssa"
    waiting = waiting_of(options)
    stages: list[Stage] = []

    def add(step: Step, on_failure: OnFailure | None = None) -> None:
        stages.append(Stage(step=step, on_failure=on_failure or OnFailure()))

    for step in pruning(decision.history, options.max_history):
        add(step)
    add(CreateRecord())
    if not options.no_hooks:
        add(RunHooks(event=Event.PRE_ROLLBACK, server_side=server_side, waiting=waiting))
    writing = Writing(
        server_side=server_side,
        force_conflicts=options.force_conflicts,
        force_replace=options.force_replace,
        migrate=True,
    )
    not_updated = OnFailure(
        description=f'Rollback "{name}" failed: {{error}}', store=(current.with_status(Status.SUPERSEDED),),
        cleanup=options.cleanup_on_fail,
        not_cleaned="an error occurred while cleaning up resources. original rollback error: {cleanup}",
    )  # fmt: skip
    add(UpdateObjects(originals=decision.originals, objects=decision.objects, writing=writing), not_updated)
    not_ready = OnFailure(
        description=f'Release "{name}" failed: {{error}}', error=f"release {name} failed: {{error}}", store=(current,)
    )
    add(WaitReady(objects=decision.objects, waiting=waiting), not_ready)
    if not options.no_hooks:
        add(RunHooks(event=Event.POST_ROLLBACK, server_side=server_side, waiting=waiting))
    add(SupersedeDeployed())
    add(FinishRecord(status=Status.DEPLOYED))
    return Plan(verb="rollback", release=release, stages=tuple(stages), failure=RollbackFailed)
