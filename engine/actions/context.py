"""What an action works with: one cluster bound to one deadline, the records, time, and who hears of it."""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass

from ..clock import Clock, Deadline, timestamp
from ..kube.cluster import Cluster
from ..ports import ReleaseStore, Reporter, Warned

LAST_WORDS = 10.0  # seconds for telling the truth after the deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every operation of one engine shares."""

    clock: Clock
    reporter: Reporter
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One operation's surroundings; `cluster` is bound to the deadline, `unbound` is not."""

    cluster: Cluster
    unbound: Cluster
    store: ReleaseStore
    namespace: str
    deadline: Deadline
    around: Surroundings

    @property
    def clock(self) -> Clock:
        return self.around.clock

    @property
    def report(self) -> Reporter:
        return self.around.reporter

    def now(self) -> str:
        """The time as records have it."""
        return timestamp(self.clock.now())

    def warn(self, code: str, text: str) -> None:
        """Tell of something that Helm only logs."""
        self.report(Warned(code=code, text=text))

    def afterwards(self) -> Cluster:
        """The cluster for last words: with a fresh, short deadline."""
        return self.unbound.within(Deadline(LAST_WORDS, clock=self.clock))


def open_context(
    cluster: Cluster, store: ReleaseStore, namespace: str, deadline: Deadline, around: Surroundings
) -> Context:
    """A context in a namespace; the cluster's where empty."""
    return Context(
        cluster=cluster.within(deadline), unbound=cluster, store=store, namespace=namespace or cluster.namespace,
        deadline=deadline, around=around,
    )  # fmt: skip


def new_identity() -> str:
    """A name for this process that no other has."""
    return f"purehelm/{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"
