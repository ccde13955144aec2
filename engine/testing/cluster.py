"""The in-memory cluster: an API server that keeps the same promises as the real one (tests/contract holds both)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..capabilities import Capabilities, KubeVersion
from ..clock import Clock, Deadline
from ..kube.cluster import (
    KindInfo,
    ListQuery,
    LogQuery,
    PatchType,
    Propagation,
    WatchEvent,
    WriteOptions,
)
from ..ports import RecordKind
from ..shapes import KubeObject, ResourceRef
from .answers import bad_request, not_found, unknown
from .controllers import UPKEEP, Controllers
from .faults import Call, Faults, Verb
from .manual import ManualClock
from .pods import POD
from .schema import Kind, built_in
from .selecting import field_test, label_test
from .server import Address, Server
from .store import Store, clone
from .watching import Watch
from .workloads import WORKLOADS

List = list  # the name is a method here
T = TypeVar("T")
NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
LOG = (b"hello from the container\n", b"done\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeOptions:
    """How a fake cluster is made.

    `delay` is what controllers take to notice a change, in seconds of the clock (0: at once, None: they never act).
    """

    namespace: str = "default"
    version: str = "v1.36.3"
    delay: float | None = 0.0
    nodes: int = 3


@dataclass(slots=True)
class _State:
    """What all views of one cluster share."""

    clock: Clock
    store: Store
    server: Server
    controllers: Controllers | None
    faults: Faults = field(default_factory=Faults)
    calls: List[Call] = field(default_factory=list)
    logs: dict[tuple[str, str], tuple[bytes, ...]] = field(default_factory=dict)


class FakeCluster:
    """An API server in memory, with its controllers; satisfies `Cluster` and `RecordApi`.

    Safe to share between threads. `clock` is manual unless another is given; `calls` records every call; `faults` holds
    what is to go wrong.
    """

    def __init__(self, options: FakeOptions | None = None, *, clock: Clock | None = None) -> None:
        self.options = options or FakeOptions()
        self.clock: Clock = clock or ManualClock()
        self._deadline: Deadline | None = None
        self._quiet = False
        self._state = _started(self.options, self.clock)
        if isinstance(self.clock, ManualClock):
            self.clock.listen(self.settle, self._next_due)

    # What tests ask and tell

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self._state.faults

    @property
    def calls(self) -> List[Call]:
        """Every call until now, oldest first."""
        with self._state.store.lock:
            return list(self._state.calls)

    def objects(self, kind: str = "", namespace: str = "") -> List[KubeObject]:
        """What is stored, of a kind where one is named, without a call being counted; by kind, namespace and name."""
        with self._state.store.lock:
            found = [
                clone(body)
                for _, body in self._state.store.everything()
                if kind in ("", body["kind"]) and namespace in ("", body["metadata"].get("namespace", ""))
            ]
        return sorted(
            found, key=lambda body: (body["kind"], body["metadata"].get("namespace", ""), body["metadata"]["name"])
        )

    def aside(self) -> FakeCluster:
        """The same cluster for a test's own questions: no call is counted, and no fault strikes."""
        return self._view(None, quiet=True)

    def settle(self) -> None:
        """Let the controllers do what is due."""
        with self._state.store.lock:
            if self._state.controllers:
                self._state.controllers.run()

    def set_status(self, ref: ResourceRef, status: Mapping[str, Any]) -> None:
        """Write an object's status, as a controller of yours would."""
        with self._state.store.lock:
            self._state.server.status(self._address(ref), lambda body: {**body, "status": clone(dict(status))})
        self.settle()

    def set_log(self, namespace: str, pod: str, lines: Iterable[bytes]) -> None:
        """What a pod's containers say; line ends included. Without it every pod says two lines."""
        self._state.logs[namespace, pod] = tuple(lines)

    # The protocol

    @property
    def namespace(self) -> str:
        return self.options.namespace

    def within(self, deadline: Deadline) -> FakeCluster:
        return self._view(deadline, quiet=self._quiet)

    def _view(self, deadline: Deadline | None, *, quiet: bool) -> FakeCluster:
        bound = object.__new__(FakeCluster)
        bound.options, bound.clock, bound._state = self.options, self.clock, self._state
        bound._deadline, bound._quiet = deadline, quiet
        return bound

    def check(self) -> None:
        self._run("version", _whole("", ""), lambda: None)

    def capabilities(self) -> Capabilities:
        return self._run("discovery", _whole("", ""), self._capabilities)

    def _capabilities(self) -> Capabilities:
        kinds = self._state.store.kinds()
        names = [kind.api_version for kind in kinds]
        names += [f"{kind.api_version}/{kind.kind}" for kind in kinds]
        version = self.options.version
        major, minor = version.removeprefix("v").split(".")[:2]
        return Capabilities(
            kube_version=KubeVersion(version, major, minor),
            api_versions=tuple(dict.fromkeys(sorted([*names, *built_in().extra]))),
        )

    def kind_info(self, api_version: str, kind: str) -> KindInfo:
        return self._run("discovery", _whole(api_version, kind), lambda: _info(self._kind(api_version, kind)))

    def forget_discovery(self) -> None:
        self._check()

    def get(self, ref: ResourceRef) -> KubeObject:
        def answer() -> KubeObject:
            address = self._address(ref)
            return _shown(address.kind, self._state.server.find(address))

        return self._run("get", ref, answer)

    def list(self, query: ListQuery) -> List[KubeObject]:
        ref = ResourceRef(query.api_version, query.kind, query.namespace, "")
        return self._run("list", ref, lambda: self._listed(query)[0])

    def _listed(self, query: ListQuery) -> tuple[List[KubeObject], Kind, Callable[[KubeObject], bool]]:
        kind = self._kind(query.api_version, query.kind)
        keep = _selected(kind, query)
        found = self._state.store.all((kind.group, kind.kind))
        return [_shown(kind, body) for body in found if keep(body)], kind, keep

    def watch(self, query: ListQuery, resource_version: str = "") -> AbstractContextManager[Iterator[WatchEvent]]:
        ref = ResourceRef(query.api_version, query.kind, query.namespace, "")
        return self._run("watch", ref, lambda: self._watch(query, resource_version))

    @contextmanager
    def _opened(self, watch: Watch) -> Iterator[Iterator[WatchEvent]]:
        try:
            yield iter(watch)
        finally:
            watch.close()

    def _watch(self, query: ListQuery, resource_version: str) -> AbstractContextManager[Iterator[WatchEvent]]:
        present, kind, keep = self._listed(query)
        store = self._state.store
        since = int(resource_version) if resource_version not in ("", "0") else store.version
        first = [WatchEvent("ADDED", body) for body in present] if resource_version in ("", "0") else []
        watch = Watch(
            store, kind, keep, show=lambda body: _shown(kind, body), since=since, first=first,
            limit=self._state.faults.watch_events,
        )  # fmt: skip
        watch.bind(self.clock, self._deadline, self._next_due, self.settle)
        return self._opened(watch)

    def _next_due(self) -> float | None:
        with self._state.store.lock:
            return self._state.controllers.next_due() if self._state.controllers else None

    def apply(self, body: KubeObject, options: WriteOptions) -> KubeObject:
        ref = self._ref(body)
        return self._run(
            "apply", ref, lambda: self._state.server.apply(self._address(ref), clone(body), options), options
        )

    def create(self, body: KubeObject, options: WriteOptions) -> KubeObject:
        ref = self._ref(body)
        return self._run(
            "create", ref, lambda: self._state.server.create(self._address(ref), clone(body), options), options
        )

    def replace(self, body: KubeObject, options: WriteOptions) -> KubeObject:
        ref = self._ref(body)
        return self._run(
            "replace", ref, lambda: self._state.server.replace(self._address(ref), clone(body), options), options
        )

    def patch(self, ref: ResourceRef, kind: PatchType, patch: object, options: WriteOptions) -> KubeObject:
        server = self._state.server
        return self._run("patch", ref, lambda: server.patch(self._address(ref), kind, clone(patch), options), options)

    def delete(self, ref: ResourceRef, propagation: Propagation = "Background", *, dry_run: bool = False) -> None:
        self._run(
            "delete",
            ref,
            lambda: self._state.server.remove(self._address(ref), propagation, dry_run=dry_run),
            WriteOptions(manager="", dry_run=dry_run),
        )

    def logs(self, query: LogQuery) -> AbstractContextManager[Iterator[bytes]]:
        ref = ResourceRef("v1", "Pod", query.namespace or self.namespace, query.pod)
        return self._run("logs", ref, lambda: self._log(ref, query))

    def _log(self, ref: ResourceRef, query: LogQuery) -> AbstractContextManager[Iterator[bytes]]:
        pod = self._state.store.get(POD, ref.namespace, ref.name)
        if pod is None:
            raise not_found(self._kind("v1", "Pod"), ref.name)
        spec = pod["spec"]
        names = [one["name"] for one in [*(spec.get("initContainers") or ()), *spec["containers"]]]
        if query.container and query.container not in names:
            raise bad_request(f"container {query.container} is not valid for pod {ref.name}")
        if not query.container and len(spec["containers"]) > 1:
            raise bad_request(
                f"a container name must be specified for pod {ref.name}, choose one of: [{' '.join(names)}]"
            )
        lines = self._state.logs.get((ref.namespace, ref.name), LOG)
        return _open_log(lines[-query.tail :] if query.tail else lines if query.tail is None else ())

    def close(self) -> None:
        """Nothing to release: the objects stay for who still holds the cluster."""

    # RecordApi

    def get_record(self, kind: RecordKind, namespace: str, name: str) -> KubeObject:
        return self.get(ResourceRef("v1", kind, namespace, name))

    def create_record(self, kind: RecordKind, namespace: str, body: KubeObject) -> KubeObject:
        return self.create(_placed(kind, namespace, body), WriteOptions())

    def update_record(self, kind: RecordKind, namespace: str, body: KubeObject) -> KubeObject:
        return self.replace(_placed(kind, namespace, body), WriteOptions())

    def delete_record(self, kind: RecordKind, namespace: str, name: str) -> None:
        self.delete(ResourceRef("v1", kind, namespace, name))

    def list_records(
        self, kind: RecordKind, namespace: str | None, selector: str, *, metadata_only: bool = False
    ) -> Iterator[KubeObject]:
        found = self.list(ListQuery(api_version="v1", kind=kind, namespace=namespace or "", labels=selector))
        for body in found:
            partial = {"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": body["metadata"]}
            yield partial if metadata_only else body

    # How a call is made

    def _check(self) -> None:
        if self._deadline is not None:
            self._deadline.check()

    def _run(self, verb: Verb, ref: ResourceRef, answer: Callable[[], T], options: WriteOptions | None = None) -> T:
        self._check()
        if self._quiet:
            return self._answer(answer)
        call = self._count(verb, ref, options)
        seconds = self.faults.before(call)
        if seconds:
            (self._deadline or unlimited(self.clock)).pause(seconds)
        given = self._answer(answer)
        self.faults.after(call)
        self._check()
        return given

    def _count(self, verb: Verb, ref: ResourceRef, options: WriteOptions | None) -> Call:
        calls = self._state.calls
        with self._state.store.lock:
            call = Call(
                number=len(calls) + 1, verb=verb, ref=ref,
                manager=options.manager if options else "", dry_run=bool(options and options.dry_run),
            )  # fmt: skip
            calls.append(call)
        return call

    def _answer(self, answer: Callable[[], T]) -> T:
        with self._state.store.lock:
            result = answer()
            given = clone(result) if isinstance(result, dict) else result
            self.settle()
        return given

    def _kind(self, api_version: str, kind: str) -> Kind:
        found = self._state.store.kind(api_version, kind)
        if found is None:
            raise unknown(api_version, kind)
        return found

    def _ref(self, body: KubeObject) -> ResourceRef:
        metadata = body.get("metadata") or {}
        return ResourceRef(
            body.get("apiVersion", ""), body.get("kind", ""), metadata.get("namespace", ""), metadata.get("name", "")
        )

    def _address(self, ref: ResourceRef) -> Address:
        kind = self._kind(ref.api_version, ref.kind)
        return Address(kind, (ref.namespace or self.namespace) if kind.namespaced else "", ref.name)


def unlimited(clock: Clock) -> Deadline:
    """A deadline that never comes."""
    return Deadline(None, clock=clock)


def _started(options: FakeOptions, clock: Clock) -> _State:
    """A cluster that has just come up."""
    store = Store()
    server = Server(store, clock)
    controllers = None
    if options.delay is not None:
        controllers = Controllers(server, delay=options.delay, nodes=options.nodes)
        controllers.register({**UPKEEP, **WORKLOADS})
    state = _State(clock, store, server, controllers)
    system = WriteOptions(manager="kube-apiserver")
    found = {"Namespace": NAMESPACES, "Node": [f"node-{number}" for number in range(1, options.nodes + 1)]}
    for kind, names in found.items():
        served = store.preferred(("", kind))
        for name in names:
            body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}
            server.create(Address(served, "", name), body, system)
    if controllers:
        controllers.run()
    return state


def _whole(api_version: str, kind: str) -> ResourceRef:
    return ResourceRef(api_version, kind, "", "")


def _info(kind: Kind) -> KindInfo:
    return KindInfo(
        api_version=kind.api_version, kind=kind.kind, resource=kind.resource, namespaced=kind.namespaced,
        verbs=kind.verbs,
    )  # fmt: skip


def _shown(kind: Kind, body: KubeObject) -> KubeObject:
    """The object as it is served in a version; a copy."""
    shown: KubeObject = clone(body)
    shown["apiVersion"] = kind.api_version
    return shown


def _selected(kind: Kind, query: ListQuery) -> Callable[[KubeObject], bool]:
    labels, fields = label_test(query.labels), field_test(kind, query.fields)
    namespace = query.namespace if kind.namespaced else ""

    def keep(body: KubeObject) -> bool:
        metadata = body["metadata"]
        there = namespace in ("", metadata.get("namespace", ""))
        return there and labels(metadata.get("labels") or {}) and fields(body)

    return keep


def _placed(kind: RecordKind, namespace: str, body: KubeObject) -> KubeObject:
    return {**body, "apiVersion": "v1", "kind": kind, "metadata": {**body["metadata"], "namespace": namespace}}


@contextmanager
def _open_log(lines: Iterable[bytes]) -> Iterator[Iterator[bytes]]:
    yield iter(tuple(lines))
