"""What an operation would do, object by object: asked of the server by dry runs, nothing changes."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..chart.model import Chart
from ..errors import (
    ApplyConflict,
    Cancelled,
    ClusterError,
    DeadlineExceeded,
    FieldConflict,
    KindUnknown,
    ObjectNotFound,
)
from ..kube.cluster import Cluster
from ..release.diff import ABSENT, FieldChange, field_changes, without_secrets
from ..release.manifest import KEEP, RESOURCE_POLICY
from ..release.model import Release
from ..shapes import KubeObject, ResourceRef, Values
from . import install, rollback, uninstall, upgrade
from .changes import dry_write
from .context import Context
from .ensure import first_options, is_absent
from .history import read_history
from .objects import key_of
from .options import DryRun, InstallOptions, RollbackOptions, UninstallOptions
from .ownership import ref_of
from .parallel import in_parallel, together
from .plan import CreateObjects, DeleteObjects, Objects, Plan, UpdateObjects, Writing
from .upgrade import Wanted


class Change(enum.StrEnum):
    """What becomes of an object."""

    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"
    KEEP = "keep"  # no more wanted, but kept by its resource policy
    SKIP = "skip"  # not deleted: another's, or nobody can tell whose
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"  # other managers own fields
    REFUSED = "refused"  # the server would not take it


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectChange:
    """One object's change.

    `fields` for CHANGE and for the forced part of a CONFLICT; `body` for CREATE, as the server would store it (secrets
    hidden); `conflicts` for CONFLICT; `error` for REFUSED and CONFLICT.
    """

    ref: ResourceRef
    change: Change
    fields: tuple[FieldChange, ...] = ()
    body: KubeObject | None = None
    conflicts: tuple[FieldConflict, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An operation before it is done: the revision that it would make, its steps in words, and every object's change."""

    verb: str
    release: Release
    steps: str
    changes: tuple[ObjectChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no object would change."""
        return all(each.change in (Change.UNCHANGED, Change.KEEP, Change.SKIP) for each in self.changes)

    @property
    def problems(self) -> tuple[ObjectChange, ...]:
        """The changes that would fail."""
        return tuple(each for each in self.changes if each.change in (Change.CONFLICT, Change.REFUSED))

    def text(self) -> str:
        """The changes in words."""
        return "".join(f"{line}\n" for change in self.changes for line in _lines(change))


def of_install(context: Context, chart: Chart, values: Values, options: InstallOptions) -> Preview:
    """What an install would do. Raises as `install`, ReleaseExists for a name in use included."""
    decision = install.foresee(context, chart, values, replace(options, dry_run=DryRun.SERVER))
    install.check_free(context, read_history(context, options.name, lenient=True), options)
    return _preview(context, install.plan_install(decision, options))


def of_upgrade(context: Context, wanted: Wanted) -> Preview:
    """What an upgrade would do; with `options.install` an install where there is no release."""
    if wanted.options.install:
        upgrade.check_name(wanted.name)
        history = read_history(context, wanted.name)
        if is_absent(history):
            first = first_options(wanted.name, wanted.options, history)
            return of_install(context, wanted.chart, wanted.values, first)
    decision = upgrade.foresee(context, replace(wanted, options=replace(wanted.options, dry_run=DryRun.SERVER)))
    return _preview(context, upgrade.plan_upgrade(decision, wanted.options))


def of_rollback(context: Context, name: str, options: RollbackOptions) -> Preview:
    """What a rollback would do."""
    rollback.check(name, options)
    _, history = together([context.cluster.check, lambda: read_history(context, name)])
    decision = rollback.built(context, rollback.choose(context, history, options))
    return _preview(context, rollback.plan_rollback(decision, options))


def of_uninstall(context: Context, name: str, options: UninstallOptions) -> Preview:
    """What an uninstall would do. Raises ReleaseNotFound."""
    decision = uninstall.foresee(context, name)
    plan = uninstall.plan_uninstall(decision, options)
    preview = _preview(context, plan)
    kept = [
        ObjectChange(ref=ResourceRef(each.head.api_version, each.head.kind, "", each.head.name), change=Change.KEEP)
        for each in decision.kept
    ]
    skipped = [ObjectChange(ref=ref_of(body), change=Change.SKIP) for body in decision.foreign]
    unknown = [ObjectChange(ref=ref_of(body), change=Change.SKIP, error=error) for body, error in decision.unknown]
    return replace(preview, changes=(*preview.changes, *kept, *skipped, *unknown))


def _preview(context: Context, plan: Plan) -> Preview:
    """The plan's steps, and the changes of the objects that they write or delete; all are asked at the same time."""
    cluster = context.cluster
    written: list[tuple[KubeObject, KubeObject, Writing]] = []
    gone: list[KubeObject] = []
    for stage in plan.stages:
        match stage.step:
            case CreateObjects(objects=objects, writing=writing):
                written += [(body, body, writing) for body in objects]
            case UpdateObjects(originals=originals, objects=objects, writing=writing):
                before = {key_of(body): body for body in originals}
                written += [(before.get(key_of(body), body), body, writing) for body in objects]
                gone += _dropped(originals, objects)
            case DeleteObjects(objects=objects):
                gone += objects
            case _:
                continue
    last = {key_of(body): (original, body, writing) for original, body, writing in written}
    changes = in_parallel(lambda given: _written(cluster, *given), last.values())
    deleted = in_parallel(lambda body: _deleted(cluster, body), _without(gone, last))
    found = (*changes, *(each for each in deleted if each is not None))
    return Preview(verb=plan.verb, release=plan.release, steps=plan.text(), changes=found)


def _dropped(originals: Objects, objects: Objects) -> list[KubeObject]:
    wanted = {key_of(body) for body in objects}
    return [body for body in originals if key_of(body) not in wanted]


def _without(bodies: Iterable[KubeObject], written: Iterable[tuple[str, str, str, str]]) -> list[KubeObject]:
    """Those that no later step writes."""
    kept = set(written)
    return [body for body in bodies if key_of(body) not in kept]


def _written(cluster: Cluster, original: KubeObject, body: KubeObject, writing: Writing) -> ObjectChange:
    """What writing an object would change."""
    ref = ref_of(body)
    try:
        live = cluster.get(ref) if ref.name else None
    except (ObjectNotFound, KindUnknown):
        live = None
    try:
        after = dry_write(cluster, original, body, writing)
    except ApplyConflict as error:
        return _conflict(cluster, live, body, writing, error)
    except (Cancelled, DeadlineExceeded):
        raise
    except (ObjectNotFound, KindUnknown) as error:
        if live is None:  # its namespace or kind comes with the release
            return ObjectChange(ref=ref, change=Change.CREATE, body=without_secrets(body), error=str(error))
        return ObjectChange(ref=ref, change=Change.REFUSED, error=str(error))
    except ClusterError as error:
        return ObjectChange(ref=ref, change=Change.REFUSED, error=str(error))
    if live is None:
        return ObjectChange(ref=ref, change=Change.CREATE, body=without_secrets(after))
    fields = field_changes(live, after)
    return ObjectChange(ref=ref, change=Change.CHANGE if fields else Change.UNCHANGED, fields=fields)


def _conflict(
    cluster: Cluster, live: KubeObject | None, body: KubeObject, writing: Writing, error: ApplyConflict
) -> ObjectChange:
    """Who owns what; the fields as they would be if they were taken."""
    fields: tuple[FieldChange, ...] = ()
    if live is not None:
        forced = dry_write(cluster, body, body, replace(writing, force_conflicts=True))
        fields = field_changes(live, forced)
    return ObjectChange(
        ref=ref_of(body), change=Change.CONFLICT, fields=fields, conflicts=error.conflicts, error=str(error)
    )


def _deleted(cluster: Cluster, body: KubeObject) -> ObjectChange | None:
    """An object that is not wanted any more; None where it is gone already."""
    try:
        live = cluster.get(ref_of(body))
    except (ObjectNotFound, KindUnknown):
        return None
    annotations = live["metadata"].get("annotations") or {}
    kept = annotations.get(RESOURCE_POLICY) == KEEP
    return ObjectChange(ref=ref_of(body), change=Change.KEEP if kept else Change.DELETE)


SIGNS = {
    Change.CREATE: "+",
    Change.CHANGE: "~",
    Change.DELETE: "-",
    Change.KEEP: "=",
    Change.SKIP: "=",
    Change.UNCHANGED: " ",
    Change.CONFLICT: "!",
    Change.REFUSED: "!",
}


def _lines(change: ObjectChange) -> Iterable[str]:
    yield f"{SIGNS[change.change]} {change.ref} {change.change}" + (f": {change.error}" if change.error else "")
    for conflict in change.conflicts:
        yield f"    {conflict.field} is owned by {conflict.manager}"
    for field in change.fields:
        yield f"    {field.path}: {_shown(field.old)} -> {_shown(field.new)}"


def _shown(value: object) -> str:
    return "nothing" if value is ABSENT else repr(value)
