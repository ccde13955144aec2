"""Uninstall a release (pkg/action/uninstall.go)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..errors import EngineError, KindUnknown, ManifestError, ReleaseNameError, ReleaseNotFound, UninstallFailed
from ..release.manifest import Manifest, for_uninstall, kept_and_deleted
from ..release.model import Event, Release, Status
from ..release.names import name_problem
from ..shapes import KubeObject
from .choices import nothing_to_undo
from .context import Context
from .execute import execute
from .history import History, read_history, read_revision
from .lease import ReleaseLock, locked
from .objects import build
from .options import UninstallOptions
from .ownership import sort_by_owner
from .parallel import together
from .plan import (
    DeleteObjects,
    FinishRecord,
    Objects,
    OnFailure,
    Plan,
    PurgeRecords,
    RunHooks,
    Stage,
    Step,
    SupersedeDeployed,
    WaitGone,
    Waiting,
)

COLLECT = OnFailure(collect=True)
IN_PROGRESS = "Deletion in progress (or silently failed)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uninstalled:
    """What became of a release: None where there was none; `info` is Helm's text about what was left.

    `kept` by their resource policy, `skipped` because they are another's or cannot be told whose, as `Kind/name`.
    """

    release: Release | None
    info: str = ""
    kept: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an uninstall depends on."""

    release: Release  # on its way out
    revisions: tuple[int, ...]
    own: Objects = ()
    kept: tuple[Manifest, ...] = ()
    foreign: Objects = ()
    unknown: tuple[tuple[KubeObject, str], ...] = ()


def uninstall(context: Context, name: str, options: UninstallOptions) -> Uninstalled:
    """What became of it; for a dry run what would. Raises ReleaseNotFound, ReleaseNameError, UninstallFailed."""
    check_name(name)
    if options.dry_run:
        return _dry_run(context, name, options)
    with locked(context, name) as lock:
        return uninstall_locked(context, lock, name, options)


def uninstall_locked(context: Context, lock: ReleaseLock, name: str, options: UninstallOptions) -> Uninstalled:
    """As `uninstall`, under a lock that is being taken."""
    _, history = together([context.cluster.check, lambda: read_history(context, name)])
    lock.held()
    return _uninstall(context, history, options)


def uninstall_unlocked(context: Context, name: str, options: UninstallOptions) -> Uninstalled:
    """As `uninstall`, under a lock that is held."""
    return _uninstall(context, read_history(context, name), options)


def check_name(name: str) -> None:
    """Raise ReleaseNameError in the words of an uninstall."""
    if name_problem(name):
        raise ReleaseNameError(f"uninstall: Release name is invalid: {name}", release=name)


def _uninstall(context: Context, history: History, options: UninstallOptions) -> Uninstalled:
    name, newest = history.name, history.newest
    if newest is None:
        if options.ignore_not_found:
            return Uninstalled(release=None)
        text = f"uninstall: Release not loaded: {name}: release: not found"
        raise ReleaseNotFound(text, release=name, namespace=context.namespace)
    release = read_revision(context, newest)
    if release.status is Status.UNINSTALLED:
        return _purge(context, release, history, options)
    decision = decide(context, release, history)
    _tell(context, decision)
    ended = execute(context, plan_uninstall(decision, options), nothing_to_undo)
    done = ended.with_status(Status.UNINSTALLED, options.description or "Uninstallation complete")
    return _uninstalled(decision, done)


def _purge(context: Context, release: Release, history: History, options: UninstallOptions) -> Uninstalled:
    """What is uninstalled already has only records."""
    if options.keep_history:
        text = f'the release named "{release.name}" is already deleted'
        raise UninstallFailed(text, release=release.name, namespace=release.namespace, revision=release.revision)
    try:
        for revision in history.revisions:
            context.store.delete(release.namespace, release.name, revision)
    except EngineError as error:
        text = f"uninstall: Failed to purge the release: {error}"
        raise UninstallFailed(text, release=release.name, namespace=release.namespace) from error
    return Uninstalled(release=release)


def decide(context: Context, release: Release, history: History) -> Decision:
    """What may be deleted, asked of the server; nothing is changed.

    A kind that the server does not serve any more has nothing to delete: such objects count as not to be told whose.
    """
    info = replace(release.info, status=Status.UNINSTALLING, description=IN_PROGRESS, deleted=context.now())
    lost: list[tuple[KubeObject, str]] = []
    try:
        kept, deleted = kept_and_deleted(for_uninstall(release.manifest))
        text = "".join(f"\n---\n{each.content}" for each in deleted)

        def unknown(body: KubeObject, error: KindUnknown) -> None:
            lost.append((body, str(error)))

        objects = build(context.cluster, text, release.namespace, validate=False, on_unknown=unknown)
    except ManifestError as error:
        context.warn("record.corrupted", f"corrupted release record. You must manually delete the resources: {error}")
        raise UninstallFailed(
            f"failed to delete release: {release.name}", release=release.name, namespace=release.namespace
        ) from error
    found = sort_by_owner(context.cluster, objects, release)
    return Decision(
        release=replace(release, info=info), revisions=history.revisions, own=found.own, kept=tuple(kept), foreign=found.foreign,
        unknown=(*found.unknown, *lost),
    )  # fmt: skip


def foresee(context: Context, name: str) -> Decision:
    """What an uninstall would decide; the server is only read. Raises ReleaseNotFound."""
    check_name(name)
    _, history = together([context.cluster.check, lambda: read_history(context, name)])
    if history.newest is None:
        raise ReleaseNotFound("release: not found", release=name, namespace=context.namespace)
    return decide(context, read_revision(context, history.newest), history)


def plan_uninstall(decision: Decision, options: UninstallOptions) -> Plan:
    """The steps of an uninstall."""
    waiting = Waiting(strategy=options.wait, timeout=options.timeout)
    stages: list[Stage] = []

    def add(step: Step, on_failure: OnFailure = OnFailure()) -> None:  # noqa: B008 - frozen
        stages.append(Stage(step=step, on_failure=on_failure))

    if not options.no_hooks:
        add(RunHooks(event=Event.PRE_DELETE, server_side=True, waiting=waiting))
    add(FinishRecord(status=Status.UNINSTALLING, description=IN_PROGRESS, strict=False))
    if decision.own:
        failed = f"failed to delete release: {decision.release.name}"
        add(DeleteObjects(objects=decision.own, cascade=options.cascade, error=failed))
        add(WaitGone(objects=decision.own, waiting=waiting), COLLECT)
    if not options.no_hooks:
        add(RunHooks(event=Event.POST_DELETE, server_side=True, waiting=waiting), COLLECT)
    if options.keep_history:
        done = options.description or "Uninstallation complete"
        add(FinishRecord(status=Status.UNINSTALLED, description=done, strict=False))
        add(SupersedeDeployed())
    else:
        purge = OnFailure(collect=True, error="uninstall: Failed to purge the release: {error}")
        add(PurgeRecords(revisions=decision.revisions), purge)
    return Plan(
        verb="uninstall", release=decision.release, stages=tuple(stages), failure=UninstallFailed, stored=True,
        collected="uninstallation completed with {count} error(s): {errors}",
    )  # fmt: skip


def _tell(context: Context, decision: Decision) -> None:
    release = decision.release.name
    for body in decision.foreign:
        text = f"skipping delete of resource not owned by this release: {_shown(body)} (release {release})"
        context.warn("uninstall.not_owned", text)
    for body, error in decision.unknown:
        text = f"skipping delete of resource because ownership could not be verified: {_shown(body)}: {error}"
        context.warn("uninstall.not_verified", text)


def _uninstalled(decision: Decision, release: Release) -> Uninstalled:
    return Uninstalled(
        release=release, info=information(decision),
        kept=tuple(f"{each.head.kind}/{each.head.name}" for each in decision.kept),
        skipped=tuple(_shown(body) for body in (*decision.foreign, *(body for body, _ in decision.unknown))),
    )  # fmt: skip


def _shown(body: KubeObject) -> str:
    return f"{body['kind']}/{(body.get('metadata') or {}).get('name', '')}"


def information(decision: Decision) -> str:
    """Helm's text about what stays: blocks with an empty line between them."""
    kept = [f"[{each.head.kind}] {each.head.name}" for each in decision.kept]
    foreign = [_listed(body) for body in decision.foreign]
    unknown = [f"{_listed(body)}: {error}" for body, error in decision.unknown]
    headed: Sequence[tuple[str, list[str]]] = (
        ("These resources were kept due to the resource policy:", kept),
        (f"{len(foreign)} resource(s) were not deleted because they are not owned by this release:", foreign),
        (
            f"{len(unknown)} resource(s) were not deleted because their ownership could not be verified:",
            unknown,
        ),
    )
    return "\n".join("".join(f"{line}\n" for line in (head, *lines)) for head, lines in headed if lines)


def _listed(body: KubeObject) -> str:
    return f"[{body['kind']}] {(body.get('metadata') or {}).get('name', '')}"


def _dry_run(context: Context, name: str, options: UninstallOptions) -> Uninstalled:
    """The newest revision and what would be kept; skipped objects are only warned of, trouble is not told."""
    _, history = together([context.cluster.check, lambda: read_history(context, name)])
    newest = history.newest
    if newest is None:
        if options.ignore_not_found:
            return Uninstalled(release=None)
        raise ReleaseNotFound("release: not found", release=name, namespace=context.namespace)
    release = read_revision(context, newest)
    try:
        decision = decide(context, release, history)
    except UninstallFailed:
        return Uninstalled(release=release)
    for code, what, bodies in (
        ("uninstall.not_owned", "they are not owned by this release", decision.foreign),
        ("uninstall.not_verified", "their ownership could not be verified", tuple(b for b, _ in decision.unknown)),
    ):
        if bodies:
            context.warn(code, f"dry-run: resources would be skipped because {what}: {', '.join(map(_shown, bodies))}")
    seen = replace(decision, foreign=(), unknown=())
    return replace(_uninstalled(decision, release), info=information(seen))
