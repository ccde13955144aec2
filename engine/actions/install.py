"""Install a chart (pkg/action/install.go)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..capabilities import Capabilities
from ..chart.crds import crds
from ..chart.model import Chart
from ..errors import ReleaseExists, ValuesError
from ..release.model import Event, Release, Status
from ..release.names import name_problem
from ..shapes import Values
from .choices import waiting_of
from .context import Context
from .crds import crd_waiting, install_crds
from .execute import execute
from .history import History, read_history, read_revision
from .kinds import first_definitions
from .lease import ReleaseLock, locked
from .objects import build
from .options import ChangeOptions, DryRun, InstallOptions, UninstallOptions
from .ownership import adopted, owned
from .parallel import together
from .plan import (
    CreateNamespace,
    CreateObjects,
    CreateRecord,
    FinishRecord,
    Objects,
    OnFailure,
    Plan,
    RunHooks,
    Stage,
    Step,
    SupersedeDeployed,
    Undo,
    UpdateObjects,
    UpdateRecord,
    WaitReady,
    Writing,
)
from .rendering import Job, Prepared, described, first_revision, prepare_chart
from .template import DRY, Place, check_name, template
from .texts import prefixed
from .uninstall import uninstall_unlocked


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """All that an install depends on, known before anything is written."""

    release: Release
    objects: Objects
    adopted: Objects = ()  # those that exist and become the release's
    definitions: Objects = ()  # those that must be served before the rest can be written
    superseded: Release | None = None  # the record that is replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was read first: the records, and what the server can do unless that may still change."""

    history: History
    capabilities: Capabilities | None


def install(context: Context, chart: Chart, values: Values, options: InstallOptions) -> Release:
    """The release as recorded; for a dry run as it would be."""
    if options.dry_run is DryRun.CLIENT:
        place = Place(namespace=context.namespace, now=context.now(), warn=context.warn)
        return template(chart, values, options, place)
    if options.dry_run is DryRun.SERVER:
        return described(foresee(context, chart, values, options).release, DRY)
    with locked(context, options.name) as lock:
        return install_locked(context, lock, chart, values, options)


def install_locked(
    context: Context, lock: ReleaseLock, chart: Chart, values: Values, options: InstallOptions
) -> Release:
    """As `install`, under a lock that is being taken; not for dry runs."""
    before = read_before(context, chart, options)
    if options.hide_secret:
        raise ValuesError("hiding Kubernetes secrets requires a dry-run mode")
    check_name(options.name)
    lock.held()
    check_free(context, before.history, options)
    prepared = prepare_chart(chart, values, options, context.warn)
    if not options.skip_crds and (files := tuple(crds(prepared.chart))):
        install_crds(context, files, options)
    decision = decide(context, prepared, options, before)
    return execute(context, plan_install(decision, options), undo_install, created=lock.again)


def foresee(context: Context, chart: Chart, values: Values, options: InstallOptions) -> Decision:
    """What an install would decide; the server is only read."""
    before = read_before(context, chart, options)
    check_name(options.name)
    prepared = prepare_chart(chart, values, options, context.warn)
    if not options.skip_crds and any(crds(prepared.chart)):
        text = "This chart or one of its subcharts contains CRDs. Rendering may fail or contain inaccuracies."
        context.warn("chart.crds", text)
    return decide(context, prepared, options, before)


def read_before(context: Context, chart: Chart, options: InstallOptions) -> Before:
    """Ask the server, the records and, unless definitions come first, for capabilities, all at the same time.

    Raises the server's error first, as Helm does.
    """
    named = name_problem(options.name) is None
    early = options.skip_crds or options.dry_run is DryRun.SERVER or not any(crds(chart))

    def reach() -> None:
        with prefixed("cluster reachability check failed: "):
            context.cluster.check()

    def records() -> History:
        return read_history(context, options.name, lenient=True) if named else History(name=options.name)

    _, history, capabilities = together(
        [reach, records, lambda: context.cluster.capabilities() if early and named else None]
    )
    return Before(history=history, capabilities=capabilities)


def check_free(context: Context, history: History, options: InstallOptions) -> None:
    """Raise ReleaseExists for a name in use; a failed or uninstalled release may be replaced on demand."""
    newest = history.newest
    if newest is None or (options.replace and newest.status in (Status.UNINSTALLED, Status.FAILED)):
        return
    raise ReleaseExists(
        "release name check failed: cannot reuse a name that is still in use",
        release=options.name, namespace=context.namespace, revision=newest.revision,
    )  # fmt: skip


def decide(context: Context, prepared: Prepared, options: InstallOptions, before: Before) -> Decision:
    """Render, build, and look at what exists. Nothing is written."""
    job = Job(
        prepared=prepared, name=options.name, namespace=context.namespace,
        is_upgrade=options.is_upgrade and options.dry_run is not DryRun.NONE,
        capabilities=before.capabilities or context.cluster.capabilities(), options=options, cluster=context.cluster,
        warn=context.warn,
    )  # fmt: skip
    release = first_revision(job, context.now())
    with prefixed("unable to build kubernetes objects from release manifest: "):
        validate = not options.disable_openapi_validation
        objects = owned(build(context.cluster, release.manifest, context.namespace, validate=validate), release)
    existing: Objects = ()
    if not job.is_upgrade:
        with prefixed("unable to continue with install: "):
            existing = adopted(context.cluster, objects, release, take=options.take_ownership)
    superseded = None
    if options.replace and options.dry_run is DryRun.NONE and (newest := before.history.newest) is not None:
        release = replace(release, revision=newest.revision + 1)
        if newest.status is not Status.FAILED:
            earlier = read_revision(context, newest)
            superseded = earlier.with_status(Status.SUPERSEDED, "superseded by new release")
    return Decision(
        release=release, objects=objects, adopted=existing,
        definitions=first_definitions(context.cluster, objects), superseded=superseded,
    )  # fmt: skip


def plan_install(decision: Decision, options: InstallOptions) -> Plan:
    """The steps of an install."""
    release, failure = decision.release, _on_failure(decision.release, options)
    server_side = release.apply_method == "ssa"
    waiting = waiting_of(options)
    steps: list[Step] = []
    if options.create_namespace:
        steps.append(CreateNamespace(name=release.namespace, server_side=server_side))
    if decision.superseded is not None:
        steps.append(UpdateRecord(release=decision.superseded, strict=True))
    steps.append(CreateRecord())
    if not options.no_hooks:
        steps.append(_hooks(Event.PRE_INSTALL, options, server_side=server_side))
    steps += _writes(decision, options, server_side=server_side)
    if decision.objects:
        steps.append(WaitReady(objects=decision.objects, waiting=waiting))
    if not options.no_hooks:
        steps.append(_hooks(Event.POST_INSTALL, options, server_side=server_side))
    if release.revision > 1:
        steps.append(SupersedeDeployed())  # Helm leaves a revision that was deployed before failures as it is
    done = options.description or "Install complete"
    steps.append(FinishRecord(status=Status.DEPLOYED, description=done, strict=False))
    stages = tuple(Stage(step=step, on_failure=failure) for step in steps)
    return Plan(verb="install", release=release, stages=stages)


def _hooks(event: Event, options: ChangeOptions, *, server_side: bool) -> RunHooks:
    return RunHooks(
        event=event, server_side=server_side, waiting=waiting_of(options), error=f"failed {event}: {{error}}"
    )


def _writes(decision: Decision, options: InstallOptions, *, server_side: bool) -> list[Step]:
    """The objects' creation; an update where something that exists is adopted."""
    creating = Writing(server_side=server_side)
    steps: list[Step] = []
    objects = decision.objects
    if decision.definitions:
        steps.append(CreateObjects(objects=decision.definitions, writing=creating))
        steps.append(WaitReady(objects=decision.definitions, waiting=crd_waiting(options.wait), defines=True))
        if not decision.adopted:
            objects = tuple(body for body in objects if body not in decision.definitions)
    if decision.adopted:
        writing = Writing(
            server_side=server_side, force_conflicts=options.force_conflicts, force_replace=options.force_replace,
            three_way=options.take_ownership and not server_side, migrate=True,
        )  # fmt: skip
        steps.append(UpdateObjects(originals=decision.adopted, objects=objects, writing=writing))
    elif objects:
        steps.append(CreateObjects(objects=objects, writing=creating))
    return steps


def _on_failure(release: Release, options: InstallOptions) -> OnFailure:
    description = f'Release "{release.name}" failed: {{error}}'
    if not options.rollback_on_failure:
        return OnFailure(description=description)
    undo = UninstallOptions(
        no_hooks=options.no_hooks, timeout=options.timeout, wait=waiting_of(options).strategy,
        namespace=release.namespace,
    )  # fmt: skip
    return OnFailure(
        description=description, undo=undo,
        undone=f"release {release.name} failed, and has been uninstalled due to rollback-on-failure being set: {{error}}",
        not_undone="an error occurred while uninstalling the release. original install error: {error}: {undo}",
    )  # fmt: skip


def undo_install(context: Context, name: str, undo: Undo) -> None:
    """Uninstall what an install left."""
    assert isinstance(undo, UninstallOptions)
    uninstall_unlocked(context, name, undo)
