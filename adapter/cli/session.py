"""What one run of a command works with: its settings, the cluster, the records, charts, and how it is interrupted."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ClusterError, SettingsError

from .command import Invocation
from .environment import Environment
from .output import echo, warn

if TYPE_CHECKING:  # loaded when they are needed: start-up time is a promise
    from purehelm.engine.api import Engine
    from purehelm.engine.kube.client import KubeClient
    from purehelm.engine.ports import Happening, ReleaseStore
    from purehelm.engine.release.model import Release
    from purehelm.repo.source import ChartSource

Result = TypeVar("Result")
QUIET = frozenset({"lease.unavailable", "lease.unrenewed", "lease.not_released", "upgrade.installing"})
"""Warnings of what Helm does not have, or tells otherwise: shown with --debug."""


class Session:
    """One command's run. Everything is opened when it is first asked for, and closed by `close`."""

    def __init__(self, call: Invocation) -> None:
        self.call = call
        self.environment = Environment(os.environ, call.flags)
        self._reporters: list[Callable[[Happening], None]] = []

    @cached_property
    def namespace(self) -> str:
        """Helm's namespace: the flag's, the variable's, the kubeconfig context's, else `default`."""
        return self.environment.namespace or self._context_namespace()

    def _context_namespace(self) -> str:
        """A kubeconfig that cannot be read says nothing here, as in Helm: opening the cluster tells of it."""
        from purehelm.engine.kube.config import ClusterChoice, load_connection

        try:
            return load_connection(
                ClusterChoice(**self.environment.cluster_choice()), self.environment.values
            ).namespace
        except ClusterError:
            return "default"

    @cached_property
    def cluster(self) -> KubeClient:
        """The API server that the settings choose."""
        from purehelm.engine.kube.client import connect
        from purehelm.engine.kube.config import ClusterChoice

        return connect(
            ClusterChoice(**self.environment.cluster_choice()), environment=self.environment.values, warn=warn
        )

    @cached_property
    def store(self) -> ReleaseStore:
        """The records, kept where HELM_DRIVER says. Raises SettingsError for a driver that Helm does not have."""
        from .drivers import open_store

        return open_store(self.environment, lambda: self.cluster)

    @cached_property
    def engine(self) -> Engine:
        """The engine over the cluster and the records."""
        from purehelm.engine.api import Engine

        return Engine(self.cluster, store=self.store, namespace=self.namespace, reporter=self.report)

    @cached_property
    def offline(self) -> Engine:
        """An engine without a cluster: it renders."""
        from purehelm.engine.api import Engine

        return Engine(None, namespace=self.namespace, reporter=self.report)

    @cached_property
    def charts(self) -> ChartSource:
        """Where charts are found."""
        from purehelm.repo.source import ChartSource

        return ChartSource(self.environment.places, warn=warn)

    def report(self, happening: Happening) -> None:
        """Hear what an operation reports: warnings and hooks' logs go to standard error, the rest to who listens."""
        from purehelm.engine.ports import LogLine, Warned

        if isinstance(happening, Warned):
            if happening.code not in QUIET or self.environment.debug:
                warn(happening.text)
        elif isinstance(happening, LogLine):
            sys.stderr.write(happening.text if happening.text.endswith("\n") else f"{happening.text}\n")
        for reporter in self._reporters:
            reporter(happening)

    def run(self, action: Callable[[Deadline], Result], name: str, *, progress: bool = False) -> Result:
        """What an operation on a release gives; an interrupt cancels it, a second one ends the process.

        With `progress` a live display is shown on standard error where that is a terminal.
        """
        deadline = Deadline(None)
        with _interrupts(deadline, name), self._progress(name if progress else ""):
            return action(deadline)

    @contextmanager
    def _progress(self, name: str) -> Iterator[None]:
        if not name or not sys.stderr.isatty() or self.environment.values.get("TERM") == "dumb":
            yield
            return
        from .progress import Progress

        with Progress(name, color=self.environment.color) as shown:
            self._reporters.append(shown.hear)
            try:
                yield
            finally:
                self._reporters.remove(shown.hear)

    def values_blocks(self, release: Release) -> str:
        """The user's and the computed values, as `get all` and --debug show them."""
        from purehelm.engine import yamlio
        from purehelm.engine.actions.query import values_of

        blocks = (("USER-SUPPLIED VALUES", release.config), ("COMPUTED VALUES", values_of(release, computed=True)))
        return "".join(f"{title}:\n{yamlio.dump(dict(values))}\n" for title, values in blocks)

    def release(self) -> Release:
        """The release that the first argument names, in the revision that --revision asks for."""
        return self.engine.status(self.call.arguments[0], namespace=self.namespace, revision=self.call["revision"])

    def close(self) -> None:
        """Release the connections that were opened."""
        for name in ("cluster", "charts"):
            if (opened := self.__dict__.get(name)) is not None:
                opened.close()


@contextmanager
def session(call: Invocation) -> Iterator[Session]:
    """A session that is closed at the end."""
    opened = Session(call)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def _interrupts(deadline: Deadline, name: str) -> Iterator[None]:
    """SIGINT and SIGTERM cancel the deadline and say so in Helm's words; the second one acts as usual."""
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in signals}

    def cancel(number: int, frame: object) -> None:
        del number, frame
        for each in signals:
            signal.signal(each, before[each])
        deadline.cancel()
        echo(f"Release {name} has been cancelled.\n")

    try:
        for number in signals:
            signal.signal(number, cancel)
        yield
    finally:
        for number in signals:
            signal.signal(number, before[number])


def source_date_epoch(environment: Environment) -> int | None:
    """SOURCE_DATE_EPOCH in seconds, None where it is unset or empty (cmd/source_date_epoch.go). Raises SettingsError."""
    from .flag import read_int

    text = environment.values.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return None
    try:
        seconds = read_int(text)
    except ValueError as error:
        raise SettingsError(f"invalid SOURCE_DATE_EPOCH: {error}", option="SOURCE_DATE_EPOCH") from error
    if seconds < 0:
        raise SettingsError("invalid SOURCE_DATE_EPOCH: must not be negative", option="SOURCE_DATE_EPOCH")
    return seconds
