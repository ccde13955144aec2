"""What an API server does with a write: check, default, merge, own, count, store.

Over 400 lines: the verbs share one way of storing, and what each kind keeps or is given belongs to it.
"""

from __future__ import annotations

import datetime
import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ..clock import Clock, timestamp
from ..kube.cluster import PatchType, Propagation, WriteOptions
from ..shapes import KubeObject
from .answers import bad_request, exists, forbidden, invalid, namespace_missing, not_found, stale
from .checks import check_applied, check_change, check_content, check_name, checked_shape
from .defaults import filled
from .merging import tidy
from .ownership import Owners, Writer, applied, updated, written
from .patching import patched
from .schema import Kind
from .store import GroupKind, Store, clone

_UTC = datetime.UTC
NAMESPACE: GroupKind = ("", "Namespace")
COUNTED = frozenset(
    {
        "Deployment.apps", "ReplicaSet.apps", "StatefulSet.apps", "DaemonSet.apps", "Job.batch", "CronJob.batch",
        "PodTemplate", "Ingress.networking.k8s.io", "IngressClass.networking.k8s.io", "PriorityClass.scheduling.k8s.io",
        "EndpointSlice.discovery.k8s.io", "FlowSchema.flowcontrol.apiserver.k8s.io",
        "PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io", "NetworkPolicy.networking.k8s.io", "PodDisruptionBudget.policy", "Pod",
        "CustomResourceDefinition.apiextensions.k8s.io", "APIService.apiregistration.k8s.io", "ReplicationController",
        "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
        "MutatingWebhookConfiguration.admissionregistration.k8s.io",
    }
)  # fmt: skip
"""Built-in kinds whose generation follows their spec."""
CREATED = frozenset(
    {
        "Lease.coordination.k8s.io", "Endpoints", "Event", "LimitRange", "Service", "RuntimeClass.node.k8s.io",
        "ClusterRole.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io",
        "Role.rbac.authorization.k8s.io", "RoleBinding.rbac.authorization.k8s.io",
    }
)  # fmt: skip
"""What a PUT creates where it is not there (AllowCreateOnUpdate)."""


@dataclass(frozen=True, slots=True)
class Address:
    """One object's place: its kind in a version, namespace and name."""

    kind: Kind
    namespace: str
    name: str

    @property
    def group_kind(self) -> GroupKind:
        """What objects of all versions are kept under."""
        return self.kind.group, self.kind.kind


Change = Callable[[KubeObject], KubeObject]


class Server:
    """Writes, one at a time: whoever calls holds the store's lock."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self._generated = itertools.count(1)
        self._addresses = itertools.count(1)

    def now(self) -> str:
        """The time as objects have it."""
        return timestamp(self.clock.now().replace(microsecond=0).astimezone(tz=_UTC))

    def find(self, address: Address) -> KubeObject:
        """The stored object; raises ObjectNotFound."""
        found = self.store.get(address.group_kind, address.namespace, address.name)
        if found is None:
            raise not_found(address.kind, address.name)
        return found

    def create(self, address: Address, body: KubeObject, options: WriteOptions) -> KubeObject:
        """POST."""
        body = checked_shape(address.kind, body, options.validation)
        metadata = body["metadata"] = dict(body.get("metadata") or {})
        if not metadata.get("name") and metadata.get("generateName"):
            metadata["name"] = metadata["generateName"] + self.suffix()
        if metadata.get("resourceVersion"):
            raise bad_request("resourceVersion should not be set on objects to be created")
        address = replace(address, name=metadata.get("name", ""))
        if not address.name:
            raise invalid(address.kind, "", "metadata.name: Required value: name or generateName is required")
        self._check_place(address)
        if self.store.get(address.group_kind, address.namespace, address.name):
            raise exists(address.kind, address.name)
        new = self._fresh(address, body)
        owners = updated(address.kind.node, {}, new, self._writer(address.kind, options))
        return self._store(address, None, self._with_owners(self._seeded(address, new), owners), options)

    def replace(self, address: Address, body: KubeObject, options: WriteOptions) -> KubeObject:
        """PUT."""
        if address.kind.qualified in CREATED and not self.store.get(
            address.group_kind, address.namespace, address.name
        ):
            return self.create(address, body, options)
        old = self.find(address)
        body = checked_shape(address.kind, body, options.validation)
        return self._update(address, old, body, options)

    def patch(self, address: Address, kind: PatchType, patch: Any, options: WriteOptions) -> KubeObject:
        """PATCH of one of the three common types."""
        old = self.find(address)
        if kind is PatchType.STRATEGIC and address.kind.custom:
            raise bad_request(
                "the body of the request was in an unknown format - accepted media types include: "
                "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
            )
        new = patched(address.kind.node, kind, clone(old), patch)
        new = checked_shape(address.kind, new, options.validation)
        return self._update(address, old, new, options)

    def apply(self, address: Address, body: KubeObject, options: WriteOptions) -> KubeObject:
        """PATCH with application/apply-patch+yaml."""
        check_applied(address.kind, body)
        metadata = body.get("metadata") or {}
        if metadata.get("managedFields") is not None:
            raise bad_request("metadata.managedFields must be nil")
        old = self.store.get(address.group_kind, address.namespace, address.name)
        if old is None and (metadata.get("resourceVersion") or metadata.get("uid")):
            raise (
                stale(address.kind, address.name)
                if metadata.get("resourceVersion")
                else not_found(address.kind, address.name)
            )
        if (
            old is not None
            and metadata.get("resourceVersion", old["metadata"]["resourceVersion"])
            != old["metadata"]["resourceVersion"]
        ):
            raise stale(address.kind, address.name)
        config = self._without_status(address.kind, body)
        writer = self._writer(address.kind, options)
        node = address.kind.node
        live = self._as_version(address.kind, old) if old else {}
        merged, owners = applied(node, live, config, writer, force=options.force)
        if old is None:
            self._check_place(address)
            new = self._seeded(address, self._fresh(address, merged))
            return self._store(address, None, self._with_owners(new, owners), options)
        new = self._kept(address.kind, old, filled(address.kind, merged))
        return self._store(address, old, self._with_owners(new, owners), options)

    def status(self, address: Address, change: Change, *, manager: str = "kube-controller-manager") -> KubeObject:
        """Change an object's status, or all of it, as a controller does."""
        old = self.find(address)
        new = change(clone(old))
        writer = Writer(manager=manager, api_version=address.kind.api_version, time=self.now(), subresource="status")
        owners = updated(address.kind.node, old, new, writer)
        return self._store(address, old, self._with_owners(new, owners), WriteOptions())

    def remove(self, address: Address, propagation: Propagation, *, dry_run: bool = False) -> None:
        """DELETE: at once, or where finalizers hold the object, when they are gone."""
        old = self.find(address)
        if dry_run:
            return
        metadata = old["metadata"]
        finalizers = list(metadata.get("finalizers") or ())
        extra = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}.get(propagation)
        if extra and extra not in finalizers:
            finalizers.append(extra)
        grace = self._grace(address, old)
        waits = finalizers or (address.group_kind == NAMESPACE and (old.get("spec") or {}).get("finalizers")) or grace
        if not waits:
            self.store.drop(address.group_kind, old)
            return
        marked = {
            **metadata,
            "deletionTimestamp": metadata.get("deletionTimestamp") or self.now(),
            "deletionGracePeriodSeconds": grace,
        } | ({"finalizers": finalizers} if finalizers else {})
        if "generation" in metadata and "deletionTimestamp" not in metadata:
            marked["generation"] = metadata["generation"] + 1
        new = {**old, "metadata": marked}
        if address.group_kind == NAMESPACE:
            new["status"] = {**(old.get("status") or {}), "phase": "Terminating"}
        if new != old:
            self.store.put(address.group_kind, new)

    @staticmethod
    def _grace(address: Address, body: KubeObject) -> int:
        if address.group_kind != ("", "Pod") or not (body.get("spec") or {}).get("nodeName"):
            return 0
        if (body.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
            return 0
        return int(body["spec"].get("terminationGracePeriodSeconds", 30))

    def suffix(self) -> str:
        """Five letters, as names are generated with."""
        return digest(str(next(self._generated)))[:5]

    def _writer(self, kind: Kind, options: WriteOptions) -> Writer:
        return Writer(manager=options.manager, api_version=kind.api_version, time=self.now())

    def _check_place(self, address: Address) -> None:
        check_name(address.kind, address.name)
        if not address.kind.namespaced:
            return
        namespace = self.store.get(NAMESPACE, "", address.namespace)
        if namespace is None:
            raise namespace_missing(address.namespace)
        if namespace["metadata"].get("deletionTimestamp"):
            text = f"unable to create new content in namespace {address.namespace} because it is being terminated"
            raise forbidden(address.kind, address.name, text)

    def _fresh(self, address: Address, body: KubeObject) -> KubeObject:
        """A new object: checked, defaults laid in, identity given, no status of the writer's."""
        kind = address.kind
        body = filled(kind, tidy(kind.node, self._without_status(kind, body)))
        check_content(kind, body)
        metadata = {name: value for name, value in body["metadata"].items() if name not in ("selfLink", "namespace")}
        metadata |= {"uid": self.store.uid(), "creationTimestamp": self.now()}
        if kind.namespaced:
            metadata["namespace"] = address.namespace
        if self._counts(kind):
            metadata["generation"] = 1
        return {**body, "apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata}

    def _seeded(self, address: Address, body: KubeObject) -> KubeObject:
        """What the server gives after the fields have found their owners."""
        body = clone(body)
        match address.kind.qualified:
            case "Namespace":
                body["metadata"]["labels"] = _named(body["metadata"].get("labels"), address.name)
                body["status"] = {"phase": "Active"}
            case "Pod":
                body["status"] = {"phase": "Pending", "qosClass": "BestEffort"}
            case "PersistentVolumeClaim" | "PersistentVolume":
                body["status"] = {"phase": "Pending"}
            case "Service":
                self._allocate(body["spec"])
                body["status"] = {"loadBalancer": {}}
            case "Ingress.networking.k8s.io":
                body["status"] = {"loadBalancer": {}}
            case "Job.batch":
                self._select(body)
            case qualified if qualified in COUNTED and address.kind.has_status:
                body.setdefault("status", {})
        return body

    def _allocate(self, spec: dict[str, Any]) -> None:
        if spec["type"] == "ExternalName":
            return
        if not spec.get("clusterIP"):
            number = next(self._addresses)
            spec["clusterIP"] = f"10.0.{number // 250 + 1}.{number % 250 + 1}"
        spec["clusterIPs"] = [spec["clusterIP"]]
        spec.setdefault("ipFamilies", ["IPv4"])
        spec.setdefault("ipFamilyPolicy", "SingleStack")
        if spec["type"] in ("NodePort", "LoadBalancer"):
            for port in spec.get("ports") or ():
                port.setdefault("nodePort", 30000 + next(self._addresses) % 2768)

    @staticmethod
    def _select(body: KubeObject) -> None:
        uid, spec = body["metadata"]["uid"], body["spec"]
        if spec.get("manualSelector"):
            return
        labels = {"batch.kubernetes.io/controller-uid": uid, "batch.kubernetes.io/job-name": body["metadata"]["name"]}
        spec.setdefault("selector", {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}})
        metadata = spec.setdefault("template", {}).setdefault("metadata", {})
        own = {"controller-uid": uid, "job-name": body["metadata"]["name"]}
        metadata["labels"] = {**(metadata.get("labels") or {}), **labels, **own}
        body["metadata"]["labels"] = {**(body["metadata"].get("labels") or {}), **labels, **own}

    def _update(self, address: Address, old: KubeObject, body: KubeObject, options: WriteOptions) -> KubeObject:
        kind = address.kind
        metadata = body.get("metadata") or {}
        given = metadata.get("resourceVersion")
        if given and given != old["metadata"]["resourceVersion"]:
            raise stale(kind, address.name)
        if metadata.get("uid") and metadata["uid"] != old["metadata"]["uid"]:
            raise stale(kind, address.name)
        if metadata.get("name", address.name) != address.name:
            raise bad_request(
                f"the name of the object ({metadata['name']}) does not match the name on the URL ({address.name})"
            )
        new = self._kept(kind, old, filled(kind, tidy(kind.node, body)))
        writer = self._writer(kind, options)
        owners = updated(kind.node, self._as_version(kind, old), new, writer)
        return self._store(address, old, self._with_owners(new, owners), options)

    def _kept(self, kind: Kind, old: KubeObject, new: KubeObject) -> KubeObject:
        """The new object with what no client writes taken from the old one."""
        metadata = dict(new.get("metadata") or {})
        for name in ("name", "namespace", "uid", "creationTimestamp", "resourceVersion", "generation",
                     "deletionTimestamp", "deletionGracePeriodSeconds", "generateName"):  # fmt: skip
            metadata.pop(name, None)
            if name in old["metadata"]:
                metadata[name] = old["metadata"][name]
        new = {**new, "apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata}
        if kind.has_status:
            new.pop("status", None)
            if "status" in old:
                new["status"] = old["status"]
        if kind.qualified == "Service":
            self._keep_service(old["spec"], new["spec"])
        if kind.qualified == "Job.batch":
            _lay_missing(old["spec"], new["spec"], ("selector",))
            labels = old["spec"]["template"]["metadata"].get("labels") or {}
            metadata = new["spec"].setdefault("template", {}).setdefault("metadata", {})
            metadata["labels"] = {**(metadata.get("labels") or {}), **{
                key: value for key, value in labels.items() if key.rpartition("/")[2] in ("controller-uid", "job-name")
            }}  # fmt: skip
        if kind.qualified in ("Namespace", "PersistentVolumeClaim"):
            _lay_missing(
                old.get("spec") or {}, new.setdefault("spec", {}), ("finalizers", "volumeName", "storageClassName")
            )
        if kind.qualified == "Namespace":
            new["metadata"] = {**metadata, "labels": _named(metadata.get("labels"), metadata["name"])}
        return new

    def _keep_service(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        if new["type"] == "ExternalName":
            return
        _lay_missing(old, new, ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"))
        if new["type"] in ("NodePort", "LoadBalancer"):
            ports = {(port.get("port"), port.get("protocol")): port.get("nodePort") for port in old.get("ports") or ()}
            for port in new.get("ports") or ():
                if number := ports.get((port.get("port"), port.get("protocol"))):
                    port.setdefault("nodePort", number)
        self._allocate(new)

    @staticmethod
    def _without_status(kind: Kind, body: KubeObject) -> KubeObject:
        return {name: value for name, value in body.items() if name != "status" or not kind.has_status}

    @staticmethod
    def _as_version(kind: Kind, body: KubeObject) -> KubeObject:
        return body if body["apiVersion"] == kind.api_version else {**body, "apiVersion": kind.api_version}

    @staticmethod
    def _with_owners(body: KubeObject, owners: Owners) -> KubeObject:
        metadata = {name: value for name, value in body["metadata"].items() if name != "managedFields"}
        entries = written(owners)
        return {**body, "metadata": {**metadata, **({"managedFields": entries} if entries else {})}}

    def _store(self, address: Address, old: KubeObject | None, new: KubeObject, options: WriteOptions) -> KubeObject:
        kind = address.kind
        if old is not None:
            check_content(kind, new)
            check_change(kind, old, new)
            if self._counts(kind) and self._counted(kind, old) != self._counted(kind, new):
                new["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1
        if options.dry_run:
            version = {"resourceVersion": old["metadata"]["resourceVersion"]} if old else {}
            return {**new, "metadata": {**new["metadata"], **version}}
        if old is not None and _same(old, new):
            return old
        deleted = new["metadata"].get("deletionTimestamp") and not new["metadata"].get("finalizers")
        if old is not None and deleted and old["metadata"].get("finalizers"):
            self.store.put(address.group_kind, new)
            self.store.drop(address.group_kind, new)
            return new
        return self.store.put(address.group_kind, new)

    @staticmethod
    def _counts(kind: Kind) -> bool:
        return kind.custom or kind.qualified in COUNTED

    @staticmethod
    def _counted(kind: Kind, body: KubeObject) -> Any:
        """What a generation counts changes of."""
        if "spec" in kind.node.fields and not kind.custom:
            return body.get("spec")
        hidden = {"metadata", "apiVersion", "kind"} | ({"status"} if kind.has_status else set())
        return {name: value for name, value in body.items() if name not in hidden}


def _named(labels: dict[str, str] | None, name: str) -> dict[str, str]:
    return {**(labels or {}), "kubernetes.io/metadata.name": name}


def _lay_missing(old: dict[str, Any], new: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if name in old and not new.get(name):
            new[name] = old[name]


def _same(old: KubeObject, new: KubeObject) -> bool:
    return old == {**new, "metadata": {**new["metadata"], "resourceVersion": old["metadata"]["resourceVersion"]}}


def digest(text: str) -> str:
    """Letters that stand for a text: the ones that generated names are made of."""
    letters = "bcdfghjklmnpqrstvwxz2456789"
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:12])
    out = ""
    while len(out) < 10:
        number, at = divmod(number, len(letters))
        out += letters[at]
    return out
