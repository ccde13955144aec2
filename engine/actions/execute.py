"""Run a plan: one step after the other, and what it says of failures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from ..clock import Deadline
from ..errors import Cancelled, ClusterError, DeadlineExceeded, EngineError, ObjectExists, ReleaseError, ReleaseTooLarge
from ..kube.cluster import WriteOptions
from ..ports import Finished, StepStarted
from ..release.model import Release, Status
from ..release.record import completed
from .changes import Changes
from .context import Context
from .hooks_run import HookRule, HookRunner
from .plan import (
    CreateNamespace,
    CreateObjects,
    CreateRecord,
    DeleteObjects,
    FinishRecord,
    OnFailure,
    Plan,
    PruneRecords,
    PurgeRecords,
    RunHooks,
    Stage,
    Step,
    SupersedeDeployed,
    Undo,
    UpdateObjects,
    UpdateRecord,
    WaitGone,
    WaitReady,
    describe,
)

RunUndo = Callable[[Context, str, Undo], None]
PLACE = re.compile(r"\{(\w+)\}")
SHORT = 2000  # characters of a description that must fit


def execute(context: Context, plan: Plan, undo: RunUndo, *, created: Callable[[], None] | None = None) -> Release:
    """The release as it is recorded at the end.

    Raises a step's own error where nothing was recorded yet, else the plan's failure, with the record. `undo` runs what a
    plan names as such; `created` is called when the release's namespace has come into being.
    """
    return _Execution(context, plan, undo, created).run()


class _Execution:
    """A plan being run; `release` is what is known of the release by now."""

    def __init__(self, context: Context, plan: Plan, undo: RunUndo, created: Callable[[], None] | None) -> None:
        self._context = context
        self._plan = plan
        self._undo = undo
        self._namespace_created = created
        self._changes = Changes(context)
        self._stored = plan.stored
        self._collected: list[str] = []
        self._late: list[Release] = []  # earlier revisions whose record could not be written at its turn
        self.release = plan.release

    def run(self) -> Release:
        total = len(self._plan.stages)
        for position, stage in enumerate(self._plan.stages, 1):
            text = describe(stage.step)
            self._context.report(StepStarted(release=self.release.name, step=text, position=position, total=total))
            self._run_stage(stage)
        for earlier in self._late:
            self._update(earlier, strict=False)
        if self._collected:
            texts = "; ".join(self._collected)
            raise self._failure(_filled(self._plan.collected, count=str(len(self._collected)), errors=texts))
        self._context.report(Finished(release=self.release))
        return self.release

    def _run_stage(self, stage: Stage) -> None:
        try:
            self._context.deadline.check()
            self._do(stage.step)
        except EngineError as error:
            if stage.on_failure.collect and not _stopped(error):
                self._collected.append(_filled(stage.on_failure.error, error=str(error)))
                return
            raise self._fail(stage.on_failure, error) from error
        except BaseException as error:
            self._record_failure(f"{type(error).__name__}: {error}")
            raise

    # --- steps

    def _do(self, step: Step) -> None:
        match step:
            case CreateNamespace():
                self._create_namespace(step)
            case RunHooks():
                self._run_hooks(step)
            case CreateObjects():
                self._changes.create(step.objects, step.writing)
            case UpdateObjects():
                self._changes.update(step.originals, step.objects, step.writing)
            case WaitReady():
                self._changes.wait_ready(step.objects, step.waiting)
                if step.defines:
                    self._context.cluster.forget_discovery()
            case DeleteObjects():
                self._delete(step)
            case WaitGone():
                self._changes.wait_gone(step.objects, step.waiting)
            case _:
                self._do_record(step)

    def _do_record(
        self, step: PruneRecords | CreateRecord | UpdateRecord | FinishRecord | SupersedeDeployed | PurgeRecords
    ) -> None:
        store, release = self._context.store, self.release
        match step:
            case PruneRecords():
                store.prune(release.namespace, release.name, step.limit)
            case CreateRecord():
                store.create(release)
                self._stored = True
            case UpdateRecord():
                if not self._update(step.release, strict=step.strict) and step.release.revision != release.revision:
                    self._late.append(step.release)
            case FinishRecord():
                finished = release.with_status(step.status, step.description or None)
                self._update(finished, strict=step.strict)
                self.release = finished
            case SupersedeDeployed():
                self._supersede(strict=step.strict)
            case PurgeRecords():
                for revision in step.revisions:
                    store.delete(release.namespace, release.name, revision)
            case _:
                assert_never(step)

    def _create_namespace(self, step: CreateNamespace) -> None:
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": step.name, "labels": {"name": step.name}}}
        cluster = self._context.cluster
        if step.server_side:
            cluster.apply(body, WriteOptions())
        else:
            try:
                cluster.create(body, WriteOptions())
            except ObjectExists:
                return
        if self._namespace_created is not None:
            self._namespace_created()

    def _run_hooks(self, step: RunHooks) -> None:
        rule = HookRule(event=step.event, server_side=step.server_side, waiting=step.waiting)
        runner = HookRunner(self._context, self.release, rule, self._keep)
        try:
            try:
                runner.run()
            finally:
                self.release = runner.release
                runner.finish()
        except (Cancelled, DeadlineExceeded):
            raise
        except EngineError as error:
            raise _Framed(_filled(step.error, error=str(error)), error) from error

    def _delete(self, step: DeleteObjects) -> None:
        if problems := self._changes.delete(step.objects, step.cascade):
            text = _filled(step.error, error="; ".join(map(str, problems)))
            raise _Framed(text, problems[0]) from problems[0]

    def _supersede(self, *, strict: bool) -> None:
        store, own = self._context.store, self.release
        for header in store.headers(own.namespace, name=own.name):
            if header.status is Status.DEPLOYED and header.revision != own.revision:
                earlier = store.get(own.namespace, own.name, header.revision)
                superseded = earlier.with_status(Status.SUPERSEDED)
                if not self._update(superseded, strict=strict):
                    self._late.append(superseded)

    def _keep(self, release: Release) -> None:
        """Store the release as it is while a hook runs."""
        self._update(release, strict=False)

    def _update(self, release: Release, *, strict: bool) -> bool:
        """Store a revision; unless `strict`, a failure is only told, as Helm does. Whether it was stored."""
        try:
            self._context.store.update(completed(release))
        except (ClusterError, ReleaseError) as error:
            if strict:
                raise
            text = f"revision {release.revision} of {release.name} could not be recorded: {error}"
            self._context.warn("record.not_updated", text)
            return False
        return True

    # --- failures

    def _fail(self, rule: OnFailure, error: EngineError) -> EngineError:
        """What to raise for a step's error, after what the plan says of it was done."""
        if not self._stored:
            return error.cause if isinstance(error, _Framed) else error
        for release in rule.store:
            self._update(release, strict=False)
        description = rule.description
        if description is None and _stopped(error) and self.release.status.is_pending:
            description = (
                f'{self._plan.verb.capitalize()} "{self.release.name}" failed: {{error}}'  # Helm leaves it pending
            )
        if description is not None:
            self._record_failure(_filled(description, error=str(error)))
        text = _filled(rule.error, error=str(error))
        if (problems := self._cleanup(rule, error)) is not None:
            return self._failure(_filled(rule.not_cleaned, error=str(error), cleanup=problems), error)
        if rule.undo is not None:
            text = self._undone(rule, rule.undo, error)
        return self._failure(text, error)

    def _cleanup(self, rule: OnFailure, error: EngineError) -> str | None:
        """Delete what the operation created, where that is asked for; what went wrong with it."""
        created = tuple(self._changes.created)
        if not rule.cleanup or not created or _stopped(error):
            return None
        problems = self._changes.delete(created, "Background")
        return f"unable to cleanup resources: {', '.join(map(str, problems))}" if problems else None

    def _undone(self, rule: OnFailure, undo: Undo, error: EngineError) -> str:
        """Run another operation, within time of its own; the text of the error after it."""
        deadline = Deadline(None, clock=self._context.clock)
        context = replace(self._context, deadline=deadline, cluster=self._context.unbound.within(deadline))
        try:
            self._undo(context, self.release.name, undo)
        except EngineError as problem:
            return _filled(rule.not_undone, error=str(error), undo=str(problem))
        return _filled(rule.undone, error=str(error))

    def _record_failure(self, description: str) -> None:
        """The record becomes failed; a description that does not fit is cut."""
        if not self._stored or not self.release.status.is_pending:
            return
        self.release = self.release.with_status(Status.FAILED, description)
        try:
            self._context.store.update(self.release)
        except ReleaseTooLarge:
            self._update(self.release.with_status(Status.FAILED, description[:SHORT]), strict=False)
        except (ClusterError, ReleaseError) as error:
            self._context.warn("record.not_updated", f"the failed revision could not be recorded: {error}")

    def _failure(self, text: str, error: EngineError | None = None) -> EngineError:
        release = self.release
        failure = self._plan.failure(text, release=release.name, namespace=release.namespace, revision=release.revision)
        failure.record = release
        failure.logs = getattr(error.cause if isinstance(error, _Framed) else error, "logs", ())
        self._context.report(Finished(release=release, error=text))
        return failure


class _Framed(EngineError):
    """An error with Helm's words before it."""

    def __init__(self, message: str, cause: EngineError) -> None:
        super().__init__(message)
        self.cause = cause


def _stopped(error: EngineError) -> bool:
    return isinstance(error, Cancelled | DeadlineExceeded)


def _filled(text: str, **values: str) -> str:
    """The text with its places filled; what is filled in is not looked at again."""
    return PLACE.sub(lambda found: values.get(found[1], found[0]), text)
