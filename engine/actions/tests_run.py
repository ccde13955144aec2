"""Run a release's test hooks (pkg/action/release_testing.go)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..errors import Cancelled, ClusterError, DeadlineExceeded, EngineError, ReleaseError, ReleaseNameError, TestFailed
from ..kube.cluster import LogQuery
from ..ports import LogLine
from ..release.model import Event, Hook, Release
from ..release.names import name_problem
from ..shapes import ResourceRef
from .context import Context
from .hooks_run import HookRule, HookRunner
from .lease import locked
from .options import TestOptions, WaitStrategy
from .plan import Waiting


def run_tests(context: Context, name: str, options: TestOptions) -> Release:
    """The newest revision with its tests' runs. Raises ReleaseNotFound, TestFailed with the release as recorded.

    With `options.logs` the logs of the test pods are told to `options.output`, or as LogLines, before the pods go.
    """
    if name_problem(name):
        raise ReleaseNameError(f"releaseTest: Release name is invalid: {name}", release=name)
    with locked(context, name) as lock:
        context.cluster.check()
        lock.held()
        release = context.store.last(context.namespace, name)
        return _run(context, release, options)


def _run(context: Context, release: Release, options: TestOptions) -> Release:
    skipped, chosen = _chosen(release.hooks, options)

    def whole(part: Release) -> Release:
        return replace(part, hooks=(*skipped, *part.hooks))

    def store(part: Release) -> None:  # as Helm does: without the skipped hooks while one runs
        _store(context, part)

    waiting = Waiting(strategy=WaitStrategy.WATCHER, timeout=options.timeout)
    rule = HookRule(event=Event.TEST, server_side=release.apply_method == "ssa", waiting=waiting)
    runner = HookRunner(context, replace(release, hooks=chosen), rule, store)
    problem: EngineError | None = None
    try:
        runner.run()
    except EngineError as error:
        problem = error
        _store(context, whole(runner.release))
    else:
        context.store.update(whole(runner.release))
    problem = _finish(context, runner, options, problem)
    done = whole(runner.release)
    if problem is None:
        return done
    if isinstance(problem, Cancelled | DeadlineExceeded):
        raise problem
    failure = TestFailed(str(problem), release=done.name, namespace=done.namespace, revision=done.revision)
    failure.record = done
    failure.logs = getattr(problem, "logs", ())
    raise failure from problem


def _finish(
    context: Context, runner: HookRunner, options: TestOptions, problem: EngineError | None
) -> EngineError | None:
    """Show logs, then delete as policies say; the first problem."""
    if options.logs:
        try:
            _show_logs(context, runner.release, options)
        except EngineError as error:
            problem = problem or error
    try:
        runner.finish()
    except EngineError as error:
        problem = problem or error
    return problem


def _chosen(hooks: tuple[Hook, ...], options: TestOptions) -> tuple[tuple[Hook, ...], tuple[Hook, ...]]:
    """Hooks that the filters leave out, and the rest; Helm stores them in this order afterwards."""
    skipped = [hook for hook in hooks if hook.name in options.skipped] if options.skipped else []
    rest = [hook for hook in hooks if hook not in skipped]
    if options.names:
        skipped += [hook for hook in rest if hook.name not in options.names]
        rest = [hook for hook in rest if hook.name in options.names]
    return tuple(skipped), tuple(rest)


def _store(context: Context, release: Release) -> None:
    try:
        context.store.update(release)
    except (ClusterError, ReleaseError) as error:
        context.warn("record.not_updated", f"the tests of {release.name} could not be recorded: {error}")


def _show_logs(context: Context, release: Release, options: TestOptions) -> None:
    """The logs of every container of the test pods that were chosen; problems are collected."""
    problems: list[str] = []
    for hook in sorted(release.hooks, key=lambda hook: (hook.weight, hook.name)):
        for event in hook.events:
            if event == Event.TEST and hook.kind == "Pod":
                _show_pod(context, hook.name, options, problems)
    if problems:
        raise ClusterError("\n".join(problems))


def _show_pod(context: Context, name: str, options: TestOptions, problems: list[str]) -> None:
    try:
        pod = context.cluster.get(ResourceRef("v1", "Pod", context.namespace, name))
    except ClusterError as error:
        raise type(error)(f"unable to get pod {name}: {error}", status=error.status) from error
    spec = pod.get("spec") or {}
    for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        query = LogQuery(namespace=context.namespace, pod=name, container=container["name"])
        try:
            _show_container(context, query, options)
        except ClusterError as error:
            problems.append(f"unable to get logs for pod {name}, container {container['name']}: {error}")


def _show_container(context: Context, query: LogQuery, options: TestOptions) -> None:
    """As Helm prints it: a heading, the log, an empty line."""
    with context.cluster.logs(query) as lines:
        if options.output is None:
            for line in _log_lines(query, lines):
                context.report(line)
            return
        options.output(f"POD LOGS: {query.pod} ({query.container})\n")
        for raw in lines:
            options.output(raw.decode("utf-8", "replace"))
        options.output("\n")


def _log_lines(query: LogQuery, lines: Iterator[bytes]) -> Iterator[LogLine]:
    for line in lines:
        text = line.decode("utf-8", "replace").rstrip("\n")
        yield LogLine(namespace=query.namespace, pod=query.pod, container=query.container, text=text)
