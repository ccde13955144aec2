"""Controllers that act at once, or when the clock says so: what keeps a cluster's promises.

Each is a function of one object; the table says which kind it looks after. Workloads are in workloads.py.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from ..errors import ObjectNotFound
from ..kube.cluster import WriteOptions
from ..shapes import KubeObject
from .schema import Kind
from .server import NAMESPACE, Address, Server
from .store import DEFINITION, Change, GroupKind

MANAGER = "kube-controller-manager"
OUTCOME = "bed/outcome"
NEVER = "never-ready"
OPTIONS = WriteOptions(manager=MANAGER, validation="Ignore")
ROUNDS = 100_000  # more reconciles than this for one change is a loop


class Controllers:
    """A queue of objects to look after. Whoever calls holds the store's lock.

    `delay` in seconds of the clock is what every controller takes to notice a change; 0 is at once.
    """

    def __init__(self, server: Server, *, delay: float = 0.0, nodes: int = 3) -> None:
        self.server = server
        self.store = server.store
        self.delay = delay
        self.nodes = tuple(f"node-{number}" for number in range(1, nodes + 1))
        self._queue: list[tuple[float, int, GroupKind, str, str]] = []
        self._order = itertools.count()
        self._tables: dict[GroupKind, Reconcile] = {}
        self._running = False
        self.store.listeners.append(self._changed)

    def register(self, table: Mapping[GroupKind, Reconcile]) -> None:
        """Look after more kinds."""
        self._tables |= table

    def _changed(self, change: Change) -> None:
        metadata = change.object["metadata"]
        self.schedule(change.kind, metadata.get("namespace", ""), metadata["name"], self.delay)
        for owner in metadata.get("ownerReferences") or ():
            group = owner["apiVersion"].rpartition("/")[0]
            self.schedule((group, owner["kind"]), metadata.get("namespace", ""), owner["name"], self.delay)
        if change.type == "DELETED" and metadata.get("namespace"):
            self.schedule(NAMESPACE, "", metadata["namespace"], self.delay)

    def schedule(self, group_kind: GroupKind, namespace: str, name: str, delay: float) -> None:
        """Look at an object again after so many seconds."""
        due = self.server.clock.monotonic() + delay
        heapq.heappush(self._queue, (due, next(self._order), group_kind, namespace, name))

    def next_due(self) -> float | None:
        """When there is something to do, on the clock; None: nothing is waiting."""
        return self._queue[0][0] if self._queue else None

    def run(self) -> None:
        """Do everything that is due."""
        if self._running:
            return
        self._running = True
        try:
            for _ in range(ROUNDS):
                if not self._queue or self._queue[0][0] > self.server.clock.monotonic():
                    return
                _, _, group_kind, namespace, name = heapq.heappop(self._queue)
                self._look(group_kind, namespace, name)
            raise RuntimeError(f"the controllers of the fake never came to rest: {self._queue[0]}")
        finally:
            self._running = False

    def _look(self, group_kind: GroupKind, namespace: str, name: str) -> None:
        body = self.store.get(group_kind, namespace, name)
        if body is None:
            if group_kind == DEFINITION:
                self._collect_unserved()
            self._collect_dependents()
            return
        if body["metadata"].get("deletionTimestamp"):
            self._finish_deletion(group_kind, body)
            body = self.store.get(group_kind, namespace, name)
        reconcile = self._tables.get(group_kind)
        if body is not None and reconcile is not None:
            reconcile(self, body)

    # Garbage collection (kube-controller-manager's, by ownerReferences)

    def _collect_dependents(self) -> None:
        alive = {body["metadata"]["uid"] for _, body in self.store.everything()}
        for group_kind, body in list(self.store.everything()):
            owners = body["metadata"].get("ownerReferences")
            if owners and not any(owner["uid"] in alive for owner in owners):
                self.delete(group_kind, body)

    def _collect_unserved(self) -> None:
        """Objects whose kind is no longer served are gone with it."""
        served = {(kind.group, kind.kind) for kind in self.store.kinds()}
        for group_kind, body in list(self.store.everything()):
            if group_kind not in served:
                self.store.drop(group_kind, body)

    def _finish_deletion(self, group_kind: GroupKind, body: KubeObject) -> None:
        metadata = body["metadata"]
        finalizers = metadata.get("finalizers") or []
        dependents = [
            (kind, one)
            for kind, one in list(self.store.everything())
            if any(owner["uid"] == metadata["uid"] for owner in one["metadata"].get("ownerReferences") or ())
        ]
        if "orphan" in finalizers:
            for kind, one in dependents:
                kept = [owner for owner in one["metadata"]["ownerReferences"] if owner["uid"] != metadata["uid"]]
                self.change(kind, one, partial(_with_meta, ownerReferences=kept or None))
            self._unhold(group_kind, body, "orphan")
        elif "foregroundDeletion" in finalizers:
            for kind, one in dependents:
                if not one["metadata"].get("deletionTimestamp"):
                    self.delete(kind, one)
            if not any(self._is_blocking(one, metadata["uid"]) for _, one in dependents if self._alive(_, one)):
                self._unhold(group_kind, body, "foregroundDeletion")

    def _alive(self, group_kind: GroupKind, body: KubeObject) -> bool:
        metadata = body["metadata"]
        return self.store.get(group_kind, metadata.get("namespace", ""), metadata["name"]) is not None

    @staticmethod
    def _is_blocking(body: KubeObject, uid: str) -> bool:
        owners = body["metadata"].get("ownerReferences") or ()
        return any(owner["uid"] == uid and owner.get("blockOwnerDeletion") for owner in owners)

    def _unhold(self, group_kind: GroupKind, body: KubeObject, finalizer: str) -> None:
        left = [one for one in body["metadata"]["finalizers"] if one != finalizer]
        self.change(group_kind, body, lambda new: _with_meta(new, finalizers=left or None))

    # What the functions of the table write with

    def kind(self, group_kind: GroupKind) -> Kind:
        """A kind in its preferred version."""
        return self.store.preferred(group_kind)

    def address(self, group_kind: GroupKind, body: KubeObject) -> Address:
        """An object's place."""
        metadata = body["metadata"]
        return Address(self.kind(group_kind), metadata.get("namespace", ""), metadata["name"])

    def change(self, group_kind: GroupKind, body: KubeObject, change: Callable[[KubeObject], KubeObject]) -> KubeObject:
        """Write an object changed; as stored."""
        return self.server.status(self.address(group_kind, body), change)

    def set_status(self, group_kind: GroupKind, body: KubeObject, status: Mapping[str, Any]) -> KubeObject:
        """Write an object's whole status, where it is another than before."""
        if body.get("status") == status:
            return body
        return self.change(group_kind, body, lambda new: {**new, "status": dict(status)})

    def create(self, group_kind: GroupKind, body: KubeObject) -> KubeObject:
        """Create an object."""
        kind = self.kind(group_kind)
        full = {"apiVersion": kind.api_version, "kind": kind.kind, **body}
        metadata = full["metadata"]
        address = Address(kind, metadata.get("namespace", ""), metadata["name"])
        return self.server.create(address, full, OPTIONS)

    def delete(self, group_kind: GroupKind, body: KubeObject) -> None:
        """Delete an object that may be gone meanwhile."""
        try:
            self.server.remove(self.address(group_kind, body), "Background")
        except ObjectNotFound:
            return

    def children(self, group_kind: GroupKind, owner: KubeObject) -> Iterator[KubeObject]:
        """The objects of a kind whose controller is the owner."""
        for body in self.store.all(group_kind, owner["metadata"].get("namespace", "")):
            owners = body["metadata"].get("ownerReferences") or ()
            if any(one["uid"] == owner["metadata"]["uid"] and one.get("controller") for one in owners):
                yield body


Reconcile = Callable[[Controllers, KubeObject], None]


def _with_meta(body: KubeObject, **fields: Any) -> KubeObject:
    metadata = {name: value for name, value in {**body["metadata"], **fields}.items() if value is not None}
    return {**body, "metadata": metadata}


def owner_reference(owner: KubeObject) -> dict[str, Any]:
    """The reference that a controller puts on what it makes."""
    return {
        "apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"], "controller": True, "blockOwnerDeletion": True,
    }  # fmt: skip


def condition(type_: str, *, true: bool, reason: str, at: str, message: str = "") -> dict[str, Any]:
    """One condition."""
    said = {"type": type_, "status": "True" if true else "False", "reason": reason, "lastTransitionTime": at}
    return said | ({"message": message} if message else {})


def outcome(body: KubeObject) -> str:
    """What the object's annotation asks to become of it."""
    return str((body["metadata"].get("annotations") or {}).get(OUTCOME, ""))


def namespaces(controllers: Controllers, body: KubeObject) -> None:
    """A new namespace gets what every namespace has; one that goes takes everything along."""
    name = body["metadata"]["name"]
    store = controllers.store
    if not body["metadata"].get("deletionTimestamp"):
        if store.get(("", "ServiceAccount"), name, "default") is None:
            controllers.create(("", "ServiceAccount"), {"metadata": {"namespace": name, "name": "default"}})
        if store.get(("", "ConfigMap"), name, "kube-root-ca.crt") is None:
            data = {"ca.crt": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"}
            where = {"namespace": name, "name": "kube-root-ca.crt"}
            controllers.create(("", "ConfigMap"), {"metadata": where, "data": data})
        return
    inside = [pair for pair in store.everything() if pair[1]["metadata"].get("namespace") == name]
    for group_kind, one in inside:
        if not one["metadata"].get("deletionTimestamp"):
            controllers.delete(group_kind, one)
    left = any(one["metadata"].get("namespace") == name for _, one in store.everything())
    if not left and not body["metadata"].get("finalizers"):
        store.drop(NAMESPACE, body)


def definitions(controllers: Controllers, body: KubeObject) -> None:
    """A CustomResourceDefinition is accepted and established; one that goes takes its objects along."""
    spec = body["spec"]
    names = {name: value for name, value in spec["names"].items() if name != "categories"}
    before = {one["type"]: one for one in (body.get("status") or {}).get("conditions") or ()}
    now = controllers.server.now()
    conditions = [
        before.get("NamesAccepted") or condition("NamesAccepted", true=True, reason="NoConflicts", at=now, message="no conflicts found"),
        before.get("Established") or condition("Established", true=True, reason="InitialNamesAccepted", at=now, message="the initial names have been accepted"),
    ]  # fmt: skip
    stored = [version["name"] for version in spec["versions"] if version.get("storage")]
    controllers.set_status(
        DEFINITION, body, {"acceptedNames": names, "conditions": conditions, "storedVersions": stored}
    )


def claims(controllers: Controllers, body: KubeObject) -> None:
    """A claim is bound to a volume of its own."""
    if outcome(body) == NEVER or (body.get("status") or {}).get("phase") == "Bound":
        return
    spec = body["spec"]
    volume = f"pvc-{body['metadata']['uid']}"

    def bound(new: KubeObject) -> KubeObject:
        storage = dict((spec.get("resources") or {}).get("requests") or {})
        status = {"phase": "Bound", "accessModes": spec.get("accessModes") or [], "capacity": storage}
        return {**new, "spec": {**new["spec"], "volumeName": volume}, "status": status}

    controllers.change(("", "PersistentVolumeClaim"), body, bound)


def services(controllers: Controllers, body: KubeObject) -> None:
    """A load balancer gets an address."""
    if body["spec"].get("type") != "LoadBalancer" or outcome(body) == NEVER:
        return
    address = body["spec"].get("loadBalancerIP") or "192.0.2." + body["spec"]["clusterIP"].rpartition(".")[2]
    controllers.set_status(("", "Service"), body, {"loadBalancer": {"ingress": [{"ip": address, "ipMode": "VIP"}]}})


UPKEEP: Mapping[GroupKind, Reconcile] = {
    NAMESPACE: namespaces,
    DEFINITION: definitions,
    ("", "PersistentVolumeClaim"): claims,
    ("", "Service"): services,
}
