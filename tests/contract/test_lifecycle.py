"""Deletion, namespaces, custom kinds, workloads: what both control planes do, sooner or later."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from purehelm.engine.errors import Forbidden, KindUnknown, ObjectInvalid, ObjectNotFound
from purehelm.engine.kube.cluster import KindInfo, ListQuery, LogQuery, PatchType
from purehelm.engine.shapes import KubeObject, ResourceRef
from tests.contract.conftest import OPTIONS, Place
from tests.contract.objects import definition, deployment, job

T = TypeVar("T")
WAIT = 30.0  # seconds at most for the bed's controllers


def until(place: Place, look: Callable[[], T | None]) -> T:
    """What `look` gives once it gives something: at once on the fake."""
    end = time.monotonic() + WAIT
    while not (found := look()):
        if not place.real or time.monotonic() > end:
            pytest.fail("it never came")
        time.sleep(0.05)
    return found


def is_gone(place: Place, ref: ResourceRef) -> bool:
    """Whether the object is not there."""
    try:
        place.cluster.get(ref)
    except ObjectNotFound:
        return True
    return False


def conditions(body: KubeObject) -> dict[str, str]:
    """Each condition's status."""
    return {one["type"]: one["status"] for one in (body.get("status") or {}).get("conditions") or ()}


def with_condition(place: Place, ref: ResourceRef, type_: str) -> KubeObject:
    """The object once the condition is true."""

    def look() -> KubeObject | None:
        found = place.cluster.get(ref)
        return found if conditions(found).get(type_) == "True" else None

    return until(place, look)


def pods(place: Place) -> list[KubeObject]:
    """The namespace's pods."""
    return place.cluster.list(ListQuery(api_version="v1", kind="Pod", namespace=place.namespace))


def test_finalizers_hold_what_is_deleted(place: Place) -> None:
    body = place.config()
    body["metadata"]["finalizers"] = ["example.org/hold"]
    place.create(body)
    place.cluster.delete(place.ref())
    held = place.cluster.get(place.ref())
    assert held["metadata"]["deletionTimestamp"]
    assert held["metadata"]["deletionGracePeriodSeconds"] == 0
    place.cluster.patch(place.ref(), PatchType.MERGE, {"metadata": {"finalizers": None}}, OPTIONS)
    assert is_gone(place, place.ref())


def owned(place: Place, name: str, owner: KubeObject, *, blocks: bool = True) -> KubeObject:
    body = place.config(name)
    body["metadata"]["ownerReferences"] = [
        {
            "apiVersion": "v1", "kind": "ConfigMap", "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"],
            "blockOwnerDeletion": blocks,
        }
    ]  # fmt: skip
    return place.create(body)


def test_dependents_go_in_the_background(place: Place) -> None:
    owned(place, "child", place.create(place.config()))
    place.cluster.delete(place.ref())
    until(place, lambda: is_gone(place, place.ref("child")))


def test_dependents_go_first_in_the_foreground(place: Place) -> None:
    owned(place, "child", place.create(place.config()))
    place.cluster.delete(place.ref(), "Foreground")
    until(place, lambda: is_gone(place, place.ref()))
    assert is_gone(place, place.ref("child"))


def test_orphans_stay(place: Place) -> None:
    owned(place, "child", place.create(place.config()))
    place.cluster.delete(place.ref(), "Orphan")
    until(place, lambda: is_gone(place, place.ref()))
    assert "ownerReferences" not in place.cluster.get(place.ref("child"))["metadata"]


def test_a_namespace_has_what_every_namespace_has(place: Place) -> None:
    body = place.cluster.get(ResourceRef("v1", "Namespace", "", place.namespace))
    assert body["metadata"]["labels"] == {"kubernetes.io/metadata.name": place.namespace}
    assert [body["spec"], body["status"]] == [{"finalizers": ["kubernetes"]}, {"phase": "Active"}]
    for kind, name in (("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")):
        until(place, lambda kind=kind, name=name: not is_gone(place, place.ref(name, kind=kind)))


def test_a_namespace_takes_its_objects_along(place: Place) -> None:
    name = f"contract-{uuid.uuid4().hex[:10]}"
    ref = ResourceRef("v1", "Namespace", "", name)
    place.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    body = place.config()
    body["metadata"] |= {"namespace": name, "finalizers": ["example.org/hold"]}
    place.create(body)
    place.cluster.delete(ref)
    until(
        place, lambda: place.cluster.get(ResourceRef("v1", "ConfigMap", name, "a"))["metadata"].get("deletionTimestamp")
    )
    assert place.cluster.get(ref)["status"]["phase"] == "Terminating"
    with pytest.raises(Forbidden) as caught:
        place.create({**body, "metadata": {"name": "late", "namespace": name}})
    assert str(caught.value) == (
        f'configmaps "late" is forbidden: unable to create new content in namespace {name} because it is being terminated'
    )
    place.cluster.patch(
        ResourceRef("v1", "ConfigMap", name, "a"), PatchType.MERGE, {"metadata": {"finalizers": None}}, OPTIONS
    )
    until(place, lambda: is_gone(place, ref))


def unique_group() -> str:
    return f"g{uuid.uuid4().hex[:8]}.example.org"


def test_custom_kinds_come_and_go(place: Place) -> None:
    group = unique_group()
    crd = ResourceRef("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", f"widgets.{group}")
    with pytest.raises(KindUnknown):
        place.cluster.kind_info(f"{group}/v1", "Widget")
    place.apply(definition("widgets", group))
    established = with_condition(place, crd, "Established")
    assert conditions(established) == {"NamesAccepted": "True", "Established": "True"}
    place.cluster.forget_discovery()
    info = place.cluster.kind_info(f"{group}/v1", "Widget")
    assert info == KindInfo(
        api_version=f"{group}/v1", kind="Widget", resource="widgets", namespaced=True,
        verbs=frozenset({"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"}),
    )  # fmt: skip
    assert {f"{group}/v1", f"{group}/v1/Widget"} <= set(place.cluster.capabilities().api_versions)
    body = {
        "apiVersion": f"{group}/v1", "kind": "Widget", "metadata": {"name": "w", "namespace": place.namespace},
        "spec": {"size": 1, "parts": {"a": 1}, "list": [{"name": "x"}]},
    }  # fmt: skip
    made = place.apply(body)
    assert [made["metadata"]["generation"], made["metadata"]["managedFields"][0]["fieldsV1"]] == [
        1,
        {"f:spec": {"f:list": {}, "f:parts": {".": {}, "f:a": {}}, "f:size": {}}},
    ]
    changed = place.apply({**body, "spec": {"size": 2}})
    assert [changed["metadata"]["generation"], changed["spec"]] == [2, {"size": 2}]
    place.cluster.delete(crd)
    until(place, lambda: is_gone(place, crd))
    place.cluster.forget_discovery()

    def unknown() -> bool:
        place.cluster.forget_discovery()
        try:
            place.cluster.kind_info(f"{group}/v1", "Widget")
        except KindUnknown:
            return True
        return False

    until(place, unknown)


def test_custom_kinds_keep_their_schema(place: Place) -> None:
    group = unique_group()
    item = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
        "required": ["name"],
    }
    parts = {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], "items": item}
    schema = {"type": "object", "properties": {"size": {"type": "integer"}, "parts": parts}}
    crd = ResourceRef("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", f"gadgets.{group}")
    place.apply(definition("gadgets", group, schema=schema))
    with_condition(place, crd, "Established")
    place.cluster.forget_discovery()
    where = {"name": "g", "namespace": place.namespace}
    body = {"apiVersion": f"{group}/v1", "kind": "Gadget", "metadata": where, "spec": {"size": 1}}
    try:
        with pytest.raises(ObjectInvalid):
            place.create({**body, "spec": {"sise": 1}})
        place.apply({**body, "spec": {"parts": [{"name": "a", "size": 1}]}})
        both = place.apply({**body, "spec": {"parts": [{"name": "b", "size": 1}]}}, manager="other")
        assert [one["name"] for one in both["spec"]["parts"]] == ["a", "b"]
    finally:
        place.cluster.delete(crd)


def test_a_deployment_gets_ready(place: Place) -> None:
    place.apply(deployment(place.namespace, replicas=2))
    ref = place.ref("web", api_version="apps/v1", kind="Deployment")

    def look() -> KubeObject | None:
        found = place.cluster.get(ref)
        return found if (found.get("status") or {}).get("availableReplicas") == 2 else None

    status = until(place, look)["status"]
    counted = {
        name: value for name, value in status.items() if isinstance(value, int) and name != "terminatingReplicas"
    }
    assert counted == {
        "observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2,
    }  # fmt: skip
    assert {pod["status"]["phase"] for pod in pods(place)} == {"Running"}
    place.cluster.delete(ref)
    until(place, lambda: not pods(place))


@pytest.mark.parametrize(
    ("outcome", "want"),
    [
        ("image-pull", ("Pending", "ImagePullBackOff")),
        ("crash-loop", ("Running", "CrashLoopBackOff")),
        ("never-ready", ("Running", None)),
    ],
)
def test_pods_that_fail(place: Place, outcome: str, want: tuple[str, str | None]) -> None:
    place.apply(deployment(place.namespace, outcome=outcome))

    def look() -> tuple[str, Any, str | None] | None:
        for pod in pods(place):
            for one in pod["status"].get("containerStatuses") or ():
                return (
                    pod["status"]["phase"],
                    (one["state"].get("waiting") or {}).get("reason"),
                    conditions(pod).get("Ready"),
                )
        return None

    assert until(place, look) == (*want, "False")
    found = place.cluster.get(place.ref("web", api_version="apps/v1", kind="Deployment"))
    assert conditions(found)["Available"] == "False"


@pytest.mark.parametrize(("outcome", "want"), [("", "Complete"), ("fail", "Failed")])
def test_jobs_end(place: Place, outcome: str, want: str) -> None:
    place.create(job(place.namespace, outcome=outcome, backoffLimit=0))
    ended = with_condition(place, place.ref("work", api_version="batch/v1", kind="Job"), want)
    criteria = {"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}[want]
    assert conditions(ended) == {criteria: "True", want: "True"}
    counted = {name: ended["status"].get(name) for name in ("active", "succeeded", "failed")}
    assert counted == {
        "active": None,
        "succeeded": 1 if want == "Complete" else None,
        "failed": None if want == "Complete" else 1,
    }


def test_logs(place: Place) -> None:
    place.create(job(place.namespace))
    with_condition(place, place.ref("work", api_version="batch/v1", kind="Job"), "Complete")
    name = pods(place)[0]["metadata"]["name"]
    with place.cluster.logs(LogQuery(namespace=place.namespace, pod=name)) as lines:
        assert list(lines) == [b"hello from the container\n", b"done\n"]
    with pytest.raises(ObjectNotFound), place.cluster.logs(LogQuery(namespace=place.namespace, pod="none")) as lines:
        list(lines)
