"""Follow objects' health by watches, each kind and namespace in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import TypeAlias

from ..clock import Deadline
from ..errors import Cancelled, ClusterError, DeadlineExceeded, EngineError, Forbidden, ObjectNotFound
from ..shapes import KubeObject, ResourceRef
from .cluster import Cluster, ListQuery
from .fields import at, ref_of, selector_of, text_at
from .health import (
    NOT_FOUND,
    UNKNOWN,
    GroupKind,
    Health,
    HealthStatus,
    Rule,
    group_kind,
    health,
    hopeless,
    is_unschedulable,
    seconds_to_schedule,
)

THREADS = 32
SINGLY = 4  # objects of a group that are read one by one
POLL = 2.0  # seconds between looks where watching is forbidden
BETWEEN = 0.05  # seconds until a watch that ended is opened again
AFTER_ERROR = 1.0  # seconds until a watch that failed is opened again
LOOK_AT_PODS = 10.0  # seconds between looks at the pods of sets that are not ready
LOOK_AGAIN = 3.0  # seconds between looks at the pods of what is not ready, where hopeless ones are looked for
PATIENCE = 20.0  # seconds for which pods must have been hopeless
LAST_LOOK = 5.0  # seconds for a last look after the deadline
POD_OWNERS = frozenset({("apps", "ReplicaSet"), ("extensions", "ReplicaSet"), ("apps", "StatefulSet")})
"""Kinds whose pods kstatus looks at (polling/statusreaders/pod_controller.go)."""
SELECTING = POD_OWNERS | {("apps", "Deployment"), ("apps", "DaemonSet"), ("batch", "Job")}
NOT_ALLOWED = 405

Heard: TypeAlias = Callable[[ResourceRef, Health], None]


def unheard(ref: ResourceRef, found: Health) -> None:
    """Listen to nothing."""
    del ref, found


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRule:
    """Which rules go before kstatus' own, and whether hopeless objects end the wait."""

    rules: Mapping[GroupKind, Rule] = field(default_factory=dict)
    fail_fast: bool = False


@dataclass(slots=True, kw_only=True)
class Outcome:
    """How a wait ended: what is not as wanted and why, the objects as last seen, and an error that ended it."""

    missed: dict[ResourceRef, Health]
    bodies: dict[ResourceRef, KubeObject]
    out_of_time: bool = False
    error: EngineError | None = None


Key: TypeAlias = tuple[str, str, str, str]


class Watching:
    """One wait for many objects, until a deadline."""

    def __init__(
        self, cluster: Cluster, objects: Sequence[KubeObject], rule: WatchRule, deadline: Deadline, heard: Heard
    ) -> None:
        self._unbound = cluster
        self._outer = deadline
        self._deadline = deadline.shorter()  # cancelled alone, too: when there is no point in going on
        self._cluster = cluster.within(self._deadline)
        self._rule = rule
        self._heard = heard
        self._lock = threading.Lock()
        self._over = False
        self._found: dict[ResourceRef, Health] = {ref_of(body): UNKNOWN for body in objects}
        self._refs: dict[Key, ResourceRef] = {_key(ref): ref for ref in self._found}
        self._bodies: dict[ResourceRef, KubeObject] = {}
        self._hopeless: dict[ResourceRef, float] = {}  # since when

    # --- the three waits

    def until_ready(self) -> Outcome:
        """Until every object is current, or failed."""
        problems = self._in_threads(self._look_first, _groups(self._found))
        groups = self._unsettled()
        problems = problems or self._in_threads(self._follow_ready, groups)
        while not problems and len(groups) > 1 and not self._over:
            # Others took their time: what was ready at first must still be.
            self._look([ref for ref in self._found if group_kind_of(ref) in SELECTING])
            groups = self._unsettled()
            if not groups:
                break
            problems = self._in_threads(self._follow_ready, groups)
        return self._outcome(problems, lambda found: found.is_current)

    def until_gone(self) -> Outcome:
        """Until no object is there."""
        problems = self._in_threads(self._follow_gone, _groups(self._found))
        return self._outcome(problems, _is_gone)

    def _look_first(self, group: list[ResourceRef]) -> None:
        """What is ready by being there needs no watch. What cannot be read is the watch's trouble."""
        try:
            self._look(group, absent=UNKNOWN)
        except ClusterError:
            return

    def _unsettled(self) -> list[list[ResourceRef]]:
        return _groups(ref for ref, found in self._found.items() if not _is_settled(found))

    def _in_threads(
        self, follow: Callable[[list[ResourceRef]], None], groups: Sequence[list[ResourceRef]]
    ) -> list[EngineError]:
        """Follow every group; what ended one before its time."""

        def safely(group: list[ResourceRef]) -> EngineError | None:
            try:
                follow(group)
            except Cancelled as error:
                return None if self._over else error
            except DeadlineExceeded as error:
                return error
            except EngineError as error:
                self._end()
                return error
            return None

        if len(groups) == 1:
            results = [safely(groups[0])]
        else:
            with ThreadPoolExecutor(min(THREADS, max(1, len(groups))), thread_name_prefix="purehelm-wait") as pool:
                results = [
                    future.result()
                    for future in [pool.submit(copy_context().run, safely, group) for group in groups]
                ]  # fmt: skip
        return [error for error in results if error is not None]

    def _end(self) -> None:
        """Let all threads come to an end."""
        self._over = True
        self._deadline.cancel()

    def _outcome(self, problems: list[EngineError], wanted: Callable[[Health], bool]) -> Outcome:
        fatal = [error for error in problems if not isinstance(error, DeadlineExceeded)]
        out_of_time = bool(problems) and not fatal
        error = next((each for each in fatal if isinstance(each, Cancelled)), fatal[0] if fatal else None)
        if not fatal:
            # What failed may have recovered while others were waited for; after the deadline, what is there now.
            self._last_look([ref for ref, found in self._found.items() if not wanted(found)])
        missed = {ref: found for ref, found in self._found.items() if not wanted(found)}
        return Outcome(missed=missed, bodies=self._bodies, out_of_time=out_of_time, error=error)

    def _last_look(self, refs: list[ResourceRef]) -> None:
        if not refs or self._outer.cancelled:
            return
        cluster = self._unbound.within(Deadline(LAST_LOOK, clock=self._deadline.clock))
        for ref in refs:
            if self._found[ref] is UNKNOWN or self._over:
                continue  # never seen, as Helm says; or judged hopeless
            try:
                self._see(ref, cluster.get(ref))
            except ObjectNotFound:
                self._set(ref, NOT_FOUND)
            except EngineError:
                return  # the last look is a courtesy: what was seen before stands

    # --- ready

    def _follow_ready(self, group: list[ResourceRef]) -> None:
        self._follow(group, self._watch_ready)

    def _watch_ready(self, group: list[ResourceRef]) -> bool:
        """One watch of a group; whether all of it is settled."""
        seconds = self._next_look(group)
        deadline = self._deadline if seconds is None else self._deadline.shorter(seconds)
        try:
            with self._unbound.within(deadline).watch(_query(group)) as events:
                for event in events:
                    ref = self._refs.get(_key(ref_of(event.object)))
                    if ref is not None and event.type == "DELETED":
                        self._set(ref, NOT_FOUND)
                    elif ref is not None and event.type in ("ADDED", "MODIFIED"):
                        self._see(ref, event.object)
                    if self._is_done(group):
                        return True
        except DeadlineExceeded:
            self._deadline.check()  # else only the time to look again has come
        return self._is_done(group)

    def _is_done(self, group: list[ResourceRef]) -> bool:
        return self._over or all(_is_settled(self._found[ref]) for ref in group)

    def _next_look(self, group: list[ResourceRef]) -> float | None:
        """Seconds until time alone may change a verdict."""
        now = self._deadline.clock.now()
        bodies = [self._bodies[ref] for ref in group if ref in self._bodies and not _is_settled(self._found[ref])]
        looks = [
            max(0.1, seconds_to_schedule(body, now) + 0.1)
            for body in bodies
            if text_at(body, "kind") == "Pod" and is_unschedulable(body)
        ]
        if self._rule.fail_fast:
            looks.append(LOOK_AGAIN)
        if any(group_kind(body) in POD_OWNERS for body in bodies):
            looks.append(LOOK_AT_PODS)  # a pod may fail without a word of its owner
        return min(looks, default=None)

    def _see(self, ref: ResourceRef, body: KubeObject) -> None:
        found = self._health(body)
        with self._lock:
            self._bodies[ref] = body
        self._set(ref, found)
        if self._rule.fail_fast and found.status is HealthStatus.IN_PROGRESS and (why := self._hopeless_now(ref, body)):
            self._set(ref, Health(HealthStatus.FAILED, f"{found.message}: {why}" if found.message else why))
            self._end()

    def _health(self, body: KubeObject) -> Health:
        now = self._deadline.clock.now()
        found = health(body, now, rules=self._rule.rules)
        if found.status is HealthStatus.IN_PROGRESS and group_kind(body) in POD_OWNERS:
            try:
                pods = self._pods(body)
            except ClusterError:
                return UNKNOWN
            failed = [
                pod for pod in pods
                if health(pod, now).status is HealthStatus.FAILED and not is_unschedulable(pod)
                and not text_at(pod, "metadata.deletionTimestamp")
            ]  # fmt: skip
            if failed:
                return Health(HealthStatus.FAILED, f"{len(failed)} pods have failed")
        return found

    def _pods(self, body: KubeObject) -> list[KubeObject]:
        selector = selector_of(at(body, "spec.selector"))
        if not selector:
            return []
        namespace = text_at(body, "metadata.namespace")
        return self._cluster.list(ListQuery(api_version="v1", kind="Pod", namespace=namespace, labels=selector))

    def _hopeless_now(self, ref: ResourceRef, body: KubeObject) -> str | None:
        """Why an object will not become ready, where that has held for a while."""
        now = self._deadline.clock.now()
        why = hopeless(body, now)
        if why is None and group_kind(body) in SELECTING:
            why = next((reason for pod in self._pods(body) if (reason := hopeless(pod, now))), None)
        if why is None:
            self._hopeless.pop(ref, None)
            return None
        since = self._hopeless.setdefault(ref, self._deadline.clock.monotonic())
        return why if self._deadline.clock.monotonic() - since >= PATIENCE else None

    # --- gone

    def _follow_gone(self, group: list[ResourceRef]) -> None:
        self._look(group)
        left = [ref for ref in group if not _is_gone(self._found[ref])]
        if left:
            self._follow(left, self._watch_gone)

    def _watch_gone(self, group: list[ResourceRef]) -> bool:
        with self._cluster.watch(_query(group)) as events:
            # What is there after the watch began is told of when it goes.
            self._look([ref for ref in group if not _is_gone(self._found[ref])])
            if self._all_gone(group):
                return True
            for event in events:
                ref = self._refs.get(_key(ref_of(event.object)))
                if ref is None or _is_gone(self._found[ref]):
                    continue
                self._set(ref, NOT_FOUND if event.type == "DELETED" else health(event.object))
                if self._all_gone(group):
                    return True
        return False

    def _all_gone(self, group: list[ResourceRef]) -> bool:
        return self._over or all(_is_gone(self._found[ref]) for ref in group)

    # --- both

    def _follow(self, group: list[ResourceRef], watch: Callable[[list[ResourceRef]], bool]) -> None:
        """Watch until it is done; a watch that ends is opened again, and where none is allowed the objects are read."""
        while True:
            self._deadline.check()
            try:
                if watch(group):
                    return
                self._deadline.pause(BETWEEN)
            except Forbidden:
                self._poll(group, gone=watch == self._watch_gone)
                return
            except ClusterError as error:
                if error.status == NOT_ALLOWED:
                    self._poll(group, gone=watch == self._watch_gone)
                    return
                self._deadline.pause(AFTER_ERROR)

    def _poll(self, group: list[ResourceRef], *, gone: bool) -> None:
        is_done = self._all_gone if gone else self._is_done
        while True:
            self._look(group)
            if is_done(group):
                return
            self._deadline.pause(POLL)

    def _look(self, refs: Sequence[ResourceRef], *, absent: Health = NOT_FOUND) -> None:
        """Read objects: few one by one, many of a kind by one list."""
        for group in _groups(refs):
            listed = len(group) > SINGLY
            query = _query(group)
            present = {text_at(body, "metadata.name"): body for body in self._cluster.list(query)} if listed else {}
            for ref in group:
                try:
                    body = present.get(ref.name) if listed else self._cluster.get(ref)
                except ObjectNotFound:
                    body = None
                if body is None:
                    self._set(ref, absent)
                else:
                    self._see(ref, body)

    def _set(self, ref: ResourceRef, found: Health) -> None:
        with self._lock:
            if self._found[ref] == found:
                return
            self._found[ref] = found
        self._heard(ref, found)


def _is_settled(found: Health) -> bool:
    return found.status in (HealthStatus.CURRENT, HealthStatus.FAILED)


def _is_gone(found: Health) -> bool:
    return found.status in (HealthStatus.NOT_FOUND, HealthStatus.UNKNOWN)


def group_kind_of(ref: ResourceRef) -> GroupKind:
    """An address' group and kind."""
    return ref.group, ref.kind


def _key(ref: ResourceRef) -> Key:
    """What stays the same when a version changes."""
    return ref.group, ref.kind, ref.namespace, ref.name


def _groups(refs: Iterable[ResourceRef]) -> list[list[ResourceRef]]:
    """Addresses by what one watch covers; kinds that take their time first."""
    groups: dict[tuple[str, str, str], list[ResourceRef]] = {}
    for ref in refs:
        groups.setdefault((ref.api_version, ref.kind, ref.namespace), []).append(ref)
    return sorted(groups.values(), key=lambda group: group_kind_of(group[0]) not in SELECTING)


def _query(group: list[ResourceRef]) -> ListQuery:
    first = group[0]
    fields = f"metadata.name={first.name}" if len(group) == 1 else ""
    return ListQuery(api_version=first.api_version, kind=first.kind, namespace=first.namespace, fields=fields)
