"""For tests: the contract that every store keeps, a store that fails on demand, records in memory."""

from __future__ import annotations

import abc
import copy
import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

from purehelm.engine.errors import (
    EngineError,
    ObjectConflict,
    ObjectExists,
    ObjectNotFound,
    ReleaseBusy,
    ReleaseExists,
    ReleaseNotFound,
)  # fmt: skip
from purehelm.engine.ports import RecordKind, ReleaseStore
from purehelm.engine.release.model import Event, Hook, Info, Release, Status
from purehelm.engine.shapes import KubeObject

from .labels import matches

Fault = Callable[[str, int], EngineError | None]


class MemoryRecords:
    """A RecordApi without a cluster; `before` is asked before every call and may give an error to raise."""

    def __init__(self, *, before: Fault | None = None) -> None:
        self.before = before
        self.calls: list[str] = []
        self.objects: dict[tuple[str, str, str], KubeObject] = {}
        self._versions = itertools.count(1)
        self._lock = threading.Lock()

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.before and (error := self.before(name, len(self.calls))):
            raise error

    def get_record(self, kind: RecordKind, namespace: str, name: str) -> KubeObject:
        self._call("get")
        if found := self.objects.get((kind, namespace, name)):
            return copy.deepcopy(found)
        raise ObjectNotFound(f"{kind} {name!r} not found", status=404)

    def create_record(self, kind: RecordKind, namespace: str, body: KubeObject) -> KubeObject:
        self._call("create")
        with self._lock:
            key = (kind, namespace, body["metadata"]["name"])
            if key in self.objects:
                raise ObjectExists(f"{kind} {key[2]!r} already exists", status=409)
            return self._keep(key, body)

    def update_record(self, kind: RecordKind, namespace: str, body: KubeObject) -> KubeObject:
        self._call("update")
        with self._lock:
            key = (kind, namespace, body["metadata"]["name"])
            if key not in self.objects:
                raise ObjectNotFound(f"{kind} {key[2]!r} not found", status=404)
            expected = body["metadata"].get("resourceVersion")
            if expected and expected != self.objects[key]["metadata"]["resourceVersion"]:
                raise ObjectConflict("the object has been modified", status=409)
            return self._keep(key, body)

    def delete_record(self, kind: RecordKind, namespace: str, name: str) -> None:
        self._call("delete")
        if self.objects.pop((kind, namespace, name), None) is None:
            raise ObjectNotFound(f"{kind} {name!r} not found", status=404)

    def list_records(
        self, kind: RecordKind, namespace: str | None, selector: str, *, metadata_only: bool = False
    ) -> Iterator[KubeObject]:
        self._call("list")
        for key, found in sorted(self.objects.items()):
            if (
                key[0] == kind
                and namespace in (None, key[1])
                and matches(selector, found["metadata"].get("labels", {}))
            ):
                yield copy.deepcopy({"metadata": found["metadata"]} if metadata_only else found)

    def _keep(self, key: tuple[str, str, str], body: KubeObject) -> KubeObject:
        kept = copy.deepcopy(body)
        kept["metadata"] |= {"namespace": key[1], "resourceVersion": str(next(self._versions))}
        self.objects[key] = kept
        return copy.deepcopy(kept)


class FailingStore:
    """Any store, asked through faults: `fault(method, number of the call)` may give an error to raise instead."""

    def __init__(self, store: ReleaseStore, fault: Fault) -> None:
        self._store = store
        self._fault = fault
        self._calls = itertools.count(1)

    def __getattr__(self, method: str) -> Callable[..., object]:
        inner = getattr(self._store, method)

        def call(*arguments: object, **options: object) -> object:
            if error := self._fault(method, next(self._calls)):
                raise error
            return inner(*arguments, **options)

        return call


def sample_release(revision: int = 1, *, name: str = "web", status: Status = Status.DEPLOYED) -> Release:
    """A release with something in every field."""
    info = Info(
        status=status, description="Install complete", notes="<hello> & goodbye",
        first_deployed="2026-01-02T03:04:05.000000006+02:00", last_deployed="2026-01-02T03:04:05.000000006+02:00",
    )  # fmt: skip
    hook = Hook(
        name="prepare", kind="Job", path="web/templates/job.yaml", manifest="kind: Job", events=(Event.PRE_INSTALL,)
    )
    metadata = {"name": "web", "version": "1.2.3", "apiVersion": "v2", "appVersion": "9"}
    return Release(
        name=name, namespace="shop", revision=revision, info=info, hooks=(hook,), apply_method="ssa",
        chart={"metadata": metadata, "lock": None, "templates": [], "values": {"replicas": 1.0}},
        config={"replicas": 3.0, "image": None}, manifest="---\n# Source: web\nkind: ConfigMap\n",
        labels={"team": "red"},
    )  # fmt: skip


class StoreContract(abc.ABC):
    """Subclass it as a pytest class and give `make_store`: what the rest relies on in a store."""

    @abc.abstractmethod
    def make_store(self) -> ReleaseStore:
        """A fresh, empty store."""

    def filled(self, *statuses: Status) -> ReleaseStore:
        """A store with one revision of each status."""
        store = self.make_store()
        for revision, status in enumerate(statuses, 1):
            store.create(sample_release(revision, status=status))
        return store

    def test_gives_back_what_was_stored(self) -> None:
        store = self.filled(Status.DEPLOYED)
        assert store.get("shop", "web", 1) == sample_release()

    def test_a_revision_is_created_once(self) -> None:
        store = self.filled(Status.DEPLOYED)
        assert _raised(lambda: store.create(sample_release(status=Status.FAILED))) is ReleaseExists
        assert store.get("shop", "web", 1).status is Status.DEPLOYED

    def test_update_replaces_one_revision(self) -> None:
        store = self.filled(Status.PENDING_INSTALL, Status.FAILED)
        changed = replace(sample_release(1), labels={"team": "blue"}).with_status(Status.SUPERSEDED)
        store.update(changed)
        assert store.history("shop", "web") == [changed, sample_release(2, status=Status.FAILED)]
        assert [header.status for header in store.headers("shop")] == [Status.SUPERSEDED, Status.FAILED]

    def test_absent_revisions_are_not_found(self) -> None:
        store = self.filled(Status.DEPLOYED)
        assert _raised(lambda: store.get("shop", "web", 2)) is ReleaseNotFound
        assert _raised(lambda: store.get("other", "web", 1)) is ReleaseNotFound
        assert _raised(lambda: store.update(sample_release(2))) is ReleaseNotFound
        assert _raised(lambda: store.delete("shop", "web", 2)) is ReleaseNotFound
        assert _raised(lambda: store.last("shop", "api")) is ReleaseNotFound
        assert store.history("shop", "api") == []
        assert store.deployed("shop", "api") is None

    def test_an_update_may_expect_what_it_read(self) -> None:
        store = self.filled(Status.DEPLOYED)
        seen = store.headers("shop")[0].resource_version
        store.update(sample_release(), expected=seen)
        assert _raised(lambda: store.update(sample_release(), expected=seen)) is ReleaseBusy

    def test_revisions_are_ordered_by_number(self) -> None:
        store = self.filled(*[Status.SUPERSEDED] * 9, Status.DEPLOYED, Status.FAILED)
        assert [release.revision for release in store.history("shop", "web")] == list(range(1, 12))
        assert [release.revision for release in store.summaries("shop", "web")] == list(range(1, 12))
        assert store.last("shop", "web").revision == 11
        deployed = store.deployed("shop", "web")
        assert deployed is not None
        assert deployed.revision == 10

    def test_newest_of_every_release(self) -> None:
        store = self.filled(Status.SUPERSEDED, Status.DEPLOYED)
        store.create(sample_release(7, name="api", status=Status.FAILED))
        assert [(one.name, one.revision) for one in store.newest(None)] == [("api", 7), ("web", 2)]
        failed = store.newest("shop", keep=lambda header: header.status is Status.FAILED)
        assert [one.chart["metadata"]["appVersion"] for one in failed] == ["9"]

    def test_headers_by_selector(self) -> None:
        store = self.filled(Status.SUPERSEDED, Status.DEPLOYED)
        assert [header.revision for header in store.headers(None, selector="team=red,status!=superseded")] == [2]
        assert store.headers(None, selector="team in (blue)") == []
        assert store.headers("other") == []

    def test_prune_keeps_the_deployed_one(self) -> None:
        store = self.filled(Status.SUPERSEDED, Status.DEPLOYED, Status.FAILED, Status.FAILED)
        assert store.prune("shop", "web", -1) == []
        assert store.prune("shop", "web", 2) == [1, 3]
        assert [header.revision for header in store.headers("shop")] == [2, 4]
        assert store.prune("shop", "web", 0) == [4]


def _raised(action: Callable[[], object]) -> type[Exception] | None:
    try:
        action()
    except EngineError as error:
        return type(error)
    return None
