"""Run the hooks of an event, one after the other (pkg/action/hooks.go)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from .. import yamlio
from ..errors import Cancelled, ClusterError, DeadlineExceeded, EngineError, ReleaseError
from ..kube.cluster import ListQuery, LogQuery
from ..ports import HookChanged, LogLine
from ..release.hooks import deletes, shows_logs, with_default_policy
from ..release.model import DeletePolicy, Event, Hook, HookRun, Phase, Release
from ..shapes import KubeObject
from .changes import Changes
from .context import Context
from .objects import build
from .plan import Waiting, Writing

KEPT_LINES = 200  # of a failed hook's log, for the error


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRule:
    """Which hooks run and how; `skipped` are not run."""

    event: Event
    server_side: bool
    waiting: Waiting


class HooksFailed(EngineError):
    """A hook failed; `logs` are the last lines of its pods."""

    code = "release.hook_failed"

    def __init__(self, message: str, *, logs: tuple[LogLine, ...] = ()) -> None:
        super().__init__(message)
        self.logs = logs


class HookRunner:
    """The hooks of one release at one event. `release` is the release with their runs in it.

    `run` starts them in order; `finish` shows logs and deletes as the policies say, and may come later (tests show their
    logs in between). `store` keeps the record while a hook runs.
    """

    def __init__(self, context: Context, release: Release, rule: HookRule, store: Callable[[Release], None]) -> None:
        self.release = release
        self._context = context
        self._rule = rule
        self._store = store
        self._changes = Changes(context)
        self._order = _order(release, rule.event)
        self._done: list[int] = []  # positions that succeeded, in the order of their runs
        self._failed: int | None = None

    def run(self) -> None:
        """Run them all. Raises HooksFailed, or what stopped one: a cluster's error, Cancelled, DeadlineExceeded."""
        for at in self._order:
            self._set(at, with_default_policy(self._hook(at)))
            self._delete(at, DeletePolicy.BEFORE_HOOK_CREATION)
            self._run(at)
            self._done.append(at)

    def finish(self) -> None:
        """Logs and deletions after the runs: of all where they succeeded, else of the failed one and those before it."""
        if self._failed is None:
            for at in reversed(self._done):
                self._show(at, DeletePolicy.HOOK_SUCCEEDED)
                self._delete(at, DeletePolicy.HOOK_SUCCEEDED)
            return
        try:
            self._delete(self._failed, DeletePolicy.HOOK_FAILED)
        except (Cancelled, DeadlineExceeded):
            raise
        except EngineError as error:
            self._context.warn("hook.not_deleted", f"error deleting the hook resource on hook failure: {error}")
        for at in self._done:
            self._delete(at, DeletePolicy.HOOK_SUCCEEDED)

    def _run(self, at: int) -> None:
        hook = self._hook(at)
        event = self._rule.event
        try:
            objects = build(self._context.cluster, hook.manifest, self.release.namespace, validate=True)
        except EngineError as error:
            text = f"unable to build kubernetes object for {event} hook {hook.path}: {error}"
            raise HooksFailed(text) from error
        hook = self._set(at, replace(hook, last_run=HookRun(started_at=self._context.now(), phase=Phase.RUNNING)))
        self._store(self.release)
        self._tell(hook)
        hook = self._set(at, replace(hook, last_run=replace(hook.last_run, phase=Phase.UNKNOWN)))
        try:
            self._changes.create(objects, Writing(server_side=self._rule.server_side))
        except (Cancelled, DeadlineExceeded):
            self._end(at, Phase.FAILED)
            raise
        except EngineError as error:
            self._end(at, Phase.FAILED)
            raise HooksFailed(f"warning: Hook {event} {hook.path} failed: {error}") from error
        try:
            self._changes.wait_done(objects, self._rule.waiting)
        except EngineError as error:
            self._end(at, Phase.FAILED)
            self._failed = at
            self._show(at, DeletePolicy.HOOK_FAILED)
            if isinstance(error, Cancelled | DeadlineExceeded):
                raise
            raise HooksFailed(str(error), logs=self._last_lines(at)) from error
        self._end(at, Phase.SUCCEEDED)

    def _end(self, at: int, phase: Phase) -> None:
        hook = self._hook(at)
        run = replace(hook.last_run, completed_at=self._context.now(), phase=phase)
        self._tell(self._set(at, replace(hook, last_run=run)))

    def _hook(self, at: int) -> Hook:
        return self.release.hooks[at]

    def _set(self, at: int, hook: Hook) -> Hook:
        hooks = self.release.hooks
        self.release = replace(self.release, hooks=(*hooks[:at], hook, *hooks[at + 1 :]))
        return hook

    def _tell(self, hook: Hook) -> None:
        self._context.report(HookChanged(event=self._rule.event, hook=hook))

    def _delete(self, at: int, policy: DeletePolicy) -> None:
        """Delete the hook's object where its policy says so, and wait until it is gone as the strategy says."""
        hook = self._hook(at)
        if not deletes(hook, policy):
            return
        try:
            objects = build(self._context.cluster, hook.manifest, self.release.namespace, validate=False)
        except EngineError as error:
            text = f"unable to build kubernetes object for deleting hook {hook.path}: {error}"
            raise HooksFailed(text) from error
        if problems := self._changes.delete(objects, "Background"):
            raise HooksFailed("; ".join(map(str, problems))) from problems[0]
        self._changes.wait_gone(objects, self._rule.waiting)

    # --- logs

    def _show(self, at: int, policy: DeletePolicy) -> None:
        """Report the logs of the hook's pods where its policy says so; a failure is only told."""
        hook = self._hook(at)
        if not shows_logs(hook, policy):
            return
        try:
            for line in self._lines(hook, tail=None):
                self._context.report(line)
        except (ClusterError, ReleaseError) as error:
            self._context.warn("hook.no_logs", f"error outputting logs for hook failure: {error}")

    def _last_lines(self, at: int) -> tuple[LogLine, ...]:
        """What the failed hook's pods said last; nothing where they cannot be asked."""
        hook = self._hook(at)
        if hook.kind not in ("Job", "Pod"):
            return ()
        try:
            return tuple(self._lines(hook, tail=KEPT_LINES))
        except EngineError:
            return ()

    def _lines(self, hook: Hook, *, tail: int | None) -> Iterator[LogLine]:
        namespace = _namespace_of(hook) or self.release.namespace
        query = ListQuery(api_version="v1", kind="Pod", namespace=namespace)
        if hook.kind == "Job":
            query = replace(query, labels=f"job-name={hook.name}")
        else:
            query = replace(query, fields=f"metadata.name={hook.name}")
        for pod in self._context.cluster.list(query):
            yield from pod_lines(self._context, pod, tail=tail)


def _order(release: Release, event: Event) -> list[int]:
    """Positions of the event's hooks as they run; one that names the event twice runs twice."""
    named = [at for at, hook in enumerate(release.hooks) for each in hook.events if each == event]
    return sorted(named, key=lambda at: (release.hooks[at].weight, release.hooks[at].name))


def pod_lines(context: Context, pod: KubeObject, *, tail: int | None) -> Iterator[LogLine]:
    """The logs of a pod's containers, one after the other (OutputContainerLogsForPodList)."""
    metadata = pod["metadata"]
    for container in (pod.get("spec") or {}).get("containers") or ():
        query = LogQuery(namespace=metadata["namespace"], pod=metadata["name"], container=container["name"], tail=tail)
        with context.cluster.logs(query) as read:
            for line in read:
                text = line.decode("utf-8", "replace").rstrip("\n")
                yield LogLine(namespace=query.namespace, pod=query.pod, container=query.container, text=text)


def _namespace_of(hook: Hook) -> str:
    body = yamlio.load_kubernetes(hook.manifest)
    metadata = body.get("metadata") if isinstance(body, dict) else None
    return str((metadata or {}).get("namespace") or "")
