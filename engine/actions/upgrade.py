"""Upgrade a release (pkg/action/upgrade.go)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..capabilities import Capabilities
from ..chart.model import Chart
from ..chart.values import clone_table, coalesce, lay_under
from ..errors import ReleaseNameError, UpgradeFailed, ValuesError
from ..release.model import Event, Info, Release, Status
from ..release.names import name_problem
from ..release.record import chart_record, recorded_chart
from ..shapes import Values
from .choices import is_server_side, pruning, waiting_of
from .context import Context
from .crds import crd_waiting
from .execute import execute
from .history import History, no_deployed, pending, read_history, read_revision
from .kinds import first_definitions
from .lease import Held, locked
from .objects import build, exact_key_of
from .options import DryRun, PendingPolicy, RollbackOptions, UpgradeOptions, ValuesReuse
from .ownership import adopted, owned
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
    Undo,
    UpdateObjects,
    UpdateRecord,
    WaitReady,
    Writing,
)
from .recover import settle
from .rendering import Job, check_labels, described, prepare_chart, render_release
from .rollback import rollback_unlocked
from .texts import prefixed


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was read first."""

    history: History
    capabilities: Capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """All that an upgrade depends on, known before anything is written."""

    release: Release
    base: Release  # what the objects are compared with
    history: History
    originals: Objects  # the base's, and those that are adopted
    objects: Objects
    definitions: Objects = ()  # those that must be served before the rest can be written


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an upgrade is to make of a release."""

    name: str
    chart: Chart
    values: Values
    options: UpgradeOptions


def upgrade(context: Context, wanted: Wanted) -> Release:
    """The new revision as recorded; for a dry run as it would be."""
    check_name(wanted.name)
    if wanted.options.dry_run is not DryRun.NONE:
        return described(foresee(context, wanted).release, wanted.options.description or "Dry run complete")
    with locked(context, wanted.name) as lock:
        before = read_before(context, wanted.name)
        return upgrade_after(context, lock.held(), wanted, before)


def upgrade_after(context: Context, held: Held, wanted: Wanted, before: Before) -> Release:
    """As `upgrade`, under a lock that is held, after the first reads; not for dry runs."""
    options = wanted.options
    if options.hide_secret:
        raise ValuesError("hiding Kubernetes secrets requires a dry-run mode")
    newest = before.history.newest
    if newest is not None and newest.status.is_pending and options.pending is not PendingPolicy.REFUSE:
        settle(context, held, before.history, options.pending)
        before = replace(before, history=read_history(context, wanted.name))
    decision = decide(context, wanted, before)
    return execute(context, plan_upgrade(decision, options), undo_upgrade)


def foresee(context: Context, wanted: Wanted) -> Decision:
    """What an upgrade would decide; the server is only read."""
    check_name(wanted.name)
    return decide(context, wanted, read_before(context, wanted.name))


def check_name(name: str) -> None:
    """Raise ReleaseNameError in the words of an upgrade."""
    if name_problem(name):
        raise ReleaseNameError(f"release name is invalid: {name}", release=name)


def read_before(context: Context, name: str) -> Before:
    """Ask the server, the records and for capabilities at the same time; the server's error comes first."""
    cluster = context.cluster
    _, history, capabilities = together([cluster.check, lambda: read_history(context, name), cluster.capabilities])
    return Before(history=history, capabilities=capabilities)


def read_base(context: Context, history: History) -> tuple[Release, Release]:
    """The newest revision, and the one that the objects are compared with: the deployed one, else the newest that ended.

    Raises ReleaseNotFound where nothing was ever deployed, ReleaseBusy for a pending revision.
    """
    newest = history.newest
    if newest is None:
        raise no_deployed(context, history.name)
    last = read_revision(context, newest)
    if last.status.is_pending:
        raise pending(context, history.name)
    if last.status is Status.DEPLOYED:
        return last, last
    if (deployed := history.deployed) is not None:
        return last, read_revision(context, deployed)
    if last.status in (Status.FAILED, Status.SUPERSEDED):
        return last, last
    raise no_deployed(context, history.name)


def decide(context: Context, wanted: Wanted, before: Before) -> Decision:
    """Choose values, render, build, and look at what exists. Nothing is written."""
    options, history = wanted.options, before.history
    last, base = read_base(context, history)
    chart, values = reuse_values(wanted.chart, base, wanted.values, options.values_reuse)
    job = Job(
        prepared=prepare_chart(chart, values, options, context.warn), name=wanted.name, namespace=base.namespace, revision=last.revision + 1,
        is_upgrade=True, capabilities=before.capabilities, options=options, warn=context.warn,
        cluster=None if options.dry_run is DryRun.CLIENT else context.cluster,
    )  # fmt: skip
    release = _new_revision(context, job, base, last)
    validate = not options.disable_openapi_validation
    objects = build(context.cluster, release.manifest, context.namespace, validate=validate)
    originals = build_current(context, base)
    objects = owned(objects, release)
    known = {exact_key_of(body) for body in originals}
    fresh = tuple(body for body in objects if exact_key_of(body) not in known)
    with prefixed("unable to continue with update: "):
        existing = adopted(context.cluster, fresh, release, take=options.take_ownership)
    return Decision(
        release=release, base=base, history=history, originals=(*originals, *existing), objects=objects,
        definitions=first_definitions(context.cluster, objects),
    )  # fmt: skip


def build_current(context: Context, base: Release) -> Objects:
    """The objects of the revision that is there."""
    with prefixed("unable to build kubernetes objects from current release manifest: "):
        return build(context.cluster, base.manifest, context.namespace, validate=False)


def _new_revision(context: Context, job: Job, base: Release, last: Release) -> Release:
    """The revision that the upgrade makes, pending."""
    options = job.options
    assert isinstance(options, UpgradeOptions)
    rendered = render_release(job)
    check_labels(options.labels)
    info = Info(
        status=Status.PENDING_UPGRADE, description="Preparing upgrade", first_deployed=base.info.first_deployed,
        last_deployed=context.now(), notes=rendered.notes,
    )  # fmt: skip
    return Release(
        name=job.name, namespace=job.namespace, revision=job.revision, info=info, chart=chart_record(job.prepared.chart),
        config=dict(job.prepared.values), manifest=rendered.manifest, hooks=rendered.hooks,
        apply_method="ssa" if is_server_side(options.server_side, last) else "csa",
        labels=merged_labels(last.labels, options.labels),
    )  # fmt: skip


def merged_labels(before: Mapping[str, str], given: Mapping[str, str | None]) -> dict[str, str]:
    """The last revision's labels with the given ones; None (in Helm the word null) deletes one."""
    merged = {**before, **given}
    return {key: value for key, value in merged.items() if value is not None and value != "null"}


def reuse_values(chart: Chart, base: Release, values: Values, reuse: ValuesReuse) -> tuple[Chart, Mapping[str, Any]]:
    """The chart and the user's values that an upgrade renders with (upgrade.go reuseValues)."""
    match reuse:
        case ValuesReuse.RESET:
            return chart, values
        case ValuesReuse.REUSE:
            with prefixed("failed to rebuild old values: "):
                old = coalesce(recorded_chart(base.chart), base.config)
            return replace(chart, values=old), lay_under(clone_table(values), clone_table(base.config))
        case ValuesReuse.RESET_THEN_REUSE:
            return chart, lay_under(clone_table(values), clone_table(base.config))
        case ValuesReuse.DEFAULT:
            return chart, values or base.config


def plan_upgrade(decision: Decision, options: UpgradeOptions) -> Plan:
    """The steps of an upgrade."""
    release, base = decision.release, decision.base
    server_side = release.apply_method == "ssa"
    waiting = waiting_of(options)
    failure = _on_failure(decision, options)
    with_base = replace(failure, store=(base,))  # Helm writes it again then
    stages: list[Stage] = []

    def add(step: Step, on_failure: OnFailure = failure) -> None:
        stages.append(Stage(step=step, on_failure=on_failure))

    for step in pruning(decision.history, options.max_history):
        add(step)
    add(CreateRecord())
    if not options.no_hooks:
        error = "pre-upgrade hooks failed: {error}"
        add(RunHooks(event=Event.PRE_UPGRADE, server_side=server_side, waiting=waiting, error=error))
    writing = Writing(
        server_side=server_side, force_conflicts=options.force_conflicts, force_replace=options.force_replace,
        migrate=server_side and base.apply_method in ("", "csa"),
    )  # fmt: skip
    if decision.definitions:
        originals = tuple(body for body in decision.originals if body["kind"] == "CustomResourceDefinition")
        wanted = {body["metadata"].get("name") for body in decision.definitions}
        chosen = tuple(body for body in originals if body["metadata"].get("name") in wanted)
        add(UpdateObjects(originals=chosen, objects=decision.definitions, writing=writing), with_base)
        add(WaitReady(objects=decision.definitions, waiting=crd_waiting(options.wait), defines=True), with_base)
    add(UpdateObjects(originals=decision.originals, objects=decision.objects, writing=writing), with_base)
    add(WaitReady(objects=decision.objects, waiting=waiting), with_base)
    if not options.no_hooks:
        error = "post-upgrade hooks failed: {error}"
        add(RunHooks(event=Event.POST_UPGRADE, server_side=server_side, waiting=waiting, error=error))
    add(UpdateRecord(release=base.with_status(Status.SUPERSEDED)))
    add(FinishRecord(status=Status.DEPLOYED, description=options.description or "Upgrade complete"))
    return Plan(verb="upgrade", release=release, stages=tuple(stages), failure=UpgradeFailed)


def _on_failure(decision: Decision, options: UpgradeOptions) -> OnFailure:
    name = decision.release.name
    failure = OnFailure(
        description=f'Upgrade "{name}" failed: {{error}}', cleanup=options.cleanup_on_fail,
        not_cleaned="an error occurred while cleaning up resources. original upgrade error: {error}: {cleanup}",
    )  # fmt: skip
    if not options.rollback_on_failure:
        return failure
    good = decision.history.with_status(Status.SUPERSEDED, Status.DEPLOYED)
    if good is None:
        text = "unable to find a previously successful release when attempting to rollback. original upgrade error: {error}"
        return replace(failure, error=text)
    undo = RollbackOptions(
        namespace=decision.release.namespace, revision=good.revision, max_history=0, wait=waiting_of(options).strategy,
        wait_for_jobs=options.wait_for_jobs, no_hooks=options.no_hooks, force_replace=options.force_replace,
        force_conflicts=options.force_conflicts, server_side=options.server_side, timeout=options.timeout,
    )  # fmt: skip
    return replace(
        failure, undo=undo,
        undone=f"release {name} failed, and has been rolled back due to rollback-on-failure being set: {{error}}",
        not_undone="an error occurred while rolling back the release. original upgrade error: {error}: {undo}",
    )  # fmt: skip


def undo_upgrade(context: Context, name: str, undo: Undo) -> None:
    """Roll back what an upgrade left."""
    assert isinstance(undo, RollbackOptions)
    rollback_unlocked(context, name, undo)
