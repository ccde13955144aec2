"""One writer for each release: a Lease beside Helm's own record lock, with a holder, a heartbeat and an end.

Helm knows only the record: a pending one means that somebody works on the release, or died. The lease says which. It is
deleted at the end, and Helm never sees it.
"""

from __future__ import annotations

import datetime
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..errors import (
    ClusterError,
    EngineError,
    Forbidden,
    KindUnknown,
    ObjectConflict,
    ObjectExists,
    ObjectNotFound,
    ReleaseBusy,
)
from ..kube.cluster import PatchType, WriteOptions
from ..shapes import KubeObject, ResourceRef
from .context import Context
from .parallel import in_background

API_VERSION = "coordination.k8s.io/v1"
SECONDS = 30  # without a heartbeat for so long, a holder counts as dead
BEAT = 10.0  # seconds between heartbeats
MANAGER = WriteOptions(manager="purehelm", validation="Ignore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How the lock was taken: whether there is one, and whom it was taken from (dead by then)."""

    leased: bool
    dead: str = ""


def lease_ref(namespace: str, release: str) -> ResourceRef:
    """Where the lease of a release lies."""
    return ResourceRef(API_VERSION, "Lease", namespace, f"purehelm.{release}")


class ReleaseLock:
    """The lock of one release for one operation. `start` takes it in the background, `held` waits for that."""

    def __init__(self, context: Context, release: str, *, every: float = BEAT) -> None:
        self._context = context
        self._every = every
        self._holder = f"{context.around.identity}#{uuid.uuid4().hex[:8]}"  # two threads of one engine are two holders
        self._ref = lease_ref(context.namespace, release)
        self._release = release
        self._taking: Future[Held] | None = None
        self._mine = False
        self._version = ""
        self._stop = threading.Event()
        self._beating: threading.Thread | None = None

    def start(self) -> None:
        """Begin to take it."""
        self._taking = in_background(self._take)

    def held(self) -> Held:
        """Wait until it is taken; raises ReleaseBusy, naming the holder, where it is another's."""
        if self._taking is None:
            self.start()
        assert self._taking is not None
        held = self._taking.result()
        if not held.leased:
            return held
        if self._beating is None:
            self._beating = threading.Thread(target=self._beat, name="purehelm-lease", daemon=True)
            self._beating.start()
        return held

    def again(self) -> None:
        """Take it where that was not possible before: its namespace has come into being meanwhile. Raises ReleaseBusy."""
        if not self._mine:
            self.start()
            self.held()

    def release(self) -> None:
        """Give it back; a failure is only told, for it ends by itself."""
        self._stop.set()
        if self._taking is not None and not self._taking.cancel():
            self._taking.exception()  # wait: what is being taken must be given back
        if self._beating is not None:
            self._beating.join()
        if not self._mine:
            return
        self._mine = False
        try:
            self._context.afterwards().delete(self._ref)
        except ObjectNotFound:
            return
        except ClusterError as error:
            self._context.warn("lease.not_released", f"lease {self._ref.name} was not released: {error}")

    def _take(self) -> Held:
        cluster = self._context.cluster
        try:
            made = cluster.create(self._body(0), MANAGER)
        except ObjectExists:
            return self._take_over()
        except ObjectNotFound:
            return Held(leased=False)  # the namespace is not there: the record will say so, or bring it into being
        except (Forbidden, KindUnknown) as error:
            return self._without(error)
        return self._took(made, "")

    def _take_over(self) -> Held:
        """Another's lease: dead, or busy."""
        cluster = self._context.cluster
        try:
            found = cluster.get(self._ref)
        except ObjectNotFound:
            return self._take()
        except Forbidden as error:
            return self._without(error)
        spec = found.get("spec") or {}
        holder = str(spec.get("holderIdentity") or "")
        if not self._is_over(spec):
            raise self._busy(holder)
        body = self._body(int(spec.get("leaseTransitions") or 0) + 1)
        body["metadata"]["resourceVersion"] = found["metadata"].get("resourceVersion", "")
        try:
            return self._took(cluster.replace(body, MANAGER), holder)
        except (ObjectConflict, ObjectNotFound):
            return self._take()

    def _took(self, lease: KubeObject, dead: str) -> Held:
        self._mine = True
        self._version = lease["metadata"].get("resourceVersion", "")
        return Held(leased=True, dead=dead)

    def _without(self, error: EngineError) -> Held:
        text = f"releases are not locked by leases, only by their records: {error}"
        self._context.warn("lease.unavailable", text)
        return Held(leased=False)

    def _busy(self, holder: str) -> ReleaseBusy:
        return ReleaseBusy(
            f"another operation (install/upgrade/rollback) is in progress: held by {holder}",
            release=self._release, namespace=self._context.namespace, holder=holder,
        )  # fmt: skip

    def _is_over(self, spec: dict[str, Any]) -> bool:
        renewed = _moment(spec.get("renewTime") or spec.get("acquireTime"))
        seconds = spec.get("leaseDurationSeconds")
        if renewed is None or not isinstance(seconds, int):
            return True
        return self._context.clock.now() > renewed + datetime.timedelta(seconds=seconds)

    def _body(self, transitions: int) -> KubeObject:
        now = self._now()
        return {
            "apiVersion": API_VERSION,
            "kind": "Lease",
            "metadata": {"name": self._ref.name, "namespace": self._ref.namespace, "labels": {"purehelm/release": self._release}},
            "spec": {
                "holderIdentity": self._holder, "leaseDurationSeconds": SECONDS, "acquireTime": now,
                "renewTime": now, "leaseTransitions": transitions,
            },
        }  # fmt: skip

    def _now(self) -> str:
        return self._context.clock.now().astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def _beat(self) -> None:
        """Renew until told to stop, in the machine's own time; an operation whose lease is lost is cancelled."""
        while not self._stop.wait(self._every):
            try:
                self._renew()
            except (ObjectConflict, ObjectNotFound):
                self._lose()
                return
            except EngineError as error:
                self._context.warn("lease.unrenewed", f"lease {self._ref.name} could not be renewed: {error}")

    def _renew(self) -> None:
        patch = {"metadata": {"resourceVersion": self._version}, "spec": {"renewTime": self._now()}}
        renewed = self._context.afterwards().patch(self._ref, PatchType.MERGE, patch, MANAGER)
        self._version = renewed["metadata"].get("resourceVersion", "")

    def _lose(self) -> None:
        self._mine = False
        self._context.warn("lease.lost", f"another took over the release {self._release}: this operation stops")
        self._context.deadline.cancel()


@contextmanager
def locked(context: Context, release: str) -> Iterator[ReleaseLock]:
    """The release's lock, being taken; given back at the end."""
    lock = ReleaseLock(context, release)
    lock.start()
    try:
        yield lock
    finally:
        lock.release()


def _moment(text: Any) -> datetime.datetime | None:
    if not isinstance(text, str):
        return None
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
