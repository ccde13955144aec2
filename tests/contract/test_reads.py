"""Lists, selectors, watches, discovery, records, deadlines: what both API servers answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice

import pytest

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import (
    Cancelled,
    DeadlineExceeded,
    ObjectConflict,
    ObjectExists,
    ObjectInvalid,
    ObjectNotFound,
)
from purehelm.engine.kube.cluster import ListQuery, PatchType, WatchEvent
from purehelm.engine.ports import RecordApi
from purehelm.engine.shapes import KubeObject, ResourceRef
from purehelm.engine.testing import FakeCluster
from tests.contract.conftest import OPTIONS, Place

LABELS = {"a": {"app": "web", "tier": "front"}, "b": {"app": "web"}, "c": {"app": "db", "tier": "back"}, "d": {}}


@pytest.fixture
def filled(place: Place) -> Place:
    for name, labels in LABELS.items():
        body = place.config(name)
        body["metadata"]["labels"] = {"mine": "yes", **labels}
        place.create(body)
    return place


def names(found: list[KubeObject]) -> list[str]:
    return [one["metadata"]["name"] for one in found if one["metadata"]["name"] != "kube-root-ca.crt"]


@pytest.mark.parametrize(
    ("selector", "want"),
    [
        ("", "abcd"),
        ("app=web", "ab"),
        ("app==web", "ab"),
        ("app!=web", "cd"),
        ("app", "abc"),
        ("!app", "d"),
        ("app in (web, db)", "abc"),
        ("app notin (web)", "cd"),
        ("app=web,tier", "a"),
        ("app=web,tier notin (front,back)", "b"),
        ("tier=", ""),
    ],
)
def test_label_selectors(filled: Place, selector: str, want: str) -> None:
    query = ListQuery(api_version="v1", kind="ConfigMap", namespace=filled.namespace, labels=selector)
    assert names(filled.cluster.list(query)) == list(want)


@pytest.mark.parametrize(
    ("selector", "want"),
    [("metadata.name=a", "a"), ("metadata.name!=a", "bcd"), ("metadata.name=a,metadata.name=b", "")],
)
def test_field_selectors(filled: Place, selector: str, want: str) -> None:
    query = ListQuery(api_version="v1", kind="ConfigMap", namespace=filled.namespace, fields=selector)
    assert names(filled.cluster.list(query)) == list(want)


@pytest.mark.parametrize(
    "query",
    [
        ListQuery(api_version="v1", kind="ConfigMap", namespace="default", fields="data.a=b"),
        ListQuery(api_version="v1", kind="ConfigMap", namespace="default", labels="a in b"),
    ],
    ids=["field", "label"],
)
def test_bad_selectors(place: Place, query: ListQuery) -> None:
    with pytest.raises(ObjectInvalid) as caught:
        place.cluster.list(query)
    assert caught.value.status == 400


def test_listed_objects_say_what_they_are(filled: Place) -> None:
    query = ListQuery(api_version="v1", kind="ConfigMap", namespace=filled.namespace, labels="tier=back")
    [found] = filled.cluster.list(query)
    assert found == filled.cluster.get(filled.ref("c"))


def test_every_namespace(filled: Place) -> None:
    found = filled.cluster.list(ListQuery(api_version="v1", kind="ConfigMap", labels="mine=yes,app=db"))
    assert (filled.namespace, "c") in [(one["metadata"]["namespace"], one["metadata"]["name"]) for one in found]


def test_a_list_has_every_page(place: Place) -> None:
    for number in range(520):
        place.create(place.config(f"n{number:04}"))
    found = place.cluster.list(ListQuery(api_version="v1", kind="ConfigMap", namespace=place.namespace))
    assert names(found) == [f"n{number:04}" for number in range(520)]


def seen(events: Iterator[WatchEvent], count: int) -> list[tuple[str, str]]:
    real = (
        event for event in events if event.type != "BOOKMARK" and event.object["metadata"]["name"] != "kube-root-ca.crt"
    )
    return [(event.type, event.object["metadata"]["name"]) for event in islice(real, count)]


def test_a_watch_begins_with_what_is_there(filled: Place) -> None:
    query = ListQuery(api_version="v1", kind="ConfigMap", namespace=filled.namespace, labels="app")
    with filled.cluster.watch(query) as events:
        assert sorted(seen(events, 3)) == [("ADDED", "a"), ("ADDED", "b"), ("ADDED", "c")]
        filled.cluster.delete(filled.ref("b"))
        assert seen(events, 1) == [("DELETED", "b")]


def test_a_watch_tells_what_happened_since(place: Place) -> None:
    since = place.create(place.config())["metadata"]["resourceVersion"]
    query = ListQuery(api_version="v1", kind="ConfigMap", namespace=place.namespace)
    place.create(place.config("b"))
    place.cluster.patch(place.ref("b"), PatchType.MERGE, {"data": {"x": "y"}}, OPTIONS)
    place.cluster.delete(place.ref("b"))
    with place.cluster.watch(query, since) as events:
        assert seen(events, 3) == [("ADDED", "b"), ("MODIFIED", "b"), ("DELETED", "b")]


def test_a_watch_with_a_selector_sees_objects_come_and_go(place: Place) -> None:
    since = place.create(place.config())["metadata"]["resourceVersion"]
    query = ListQuery(api_version="v1", kind="ConfigMap", namespace=place.namespace, labels="on=yes")
    for labels in ({"on": "yes"}, {"x": "y"}, {"on": None}):
        place.cluster.patch(place.ref(), PatchType.MERGE, {"metadata": {"labels": labels}}, OPTIONS)
    with place.cluster.watch(query, since) as events:
        assert seen(events, 3) == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]


def test_a_watch_by_name(filled: Place) -> None:
    query = ListQuery(api_version="v1", kind="ConfigMap", namespace=filled.namespace, fields="metadata.name=b")
    with filled.cluster.watch(query) as events:
        assert seen(events, 1) == [("ADDED", "b")]


def test_a_watch_ends_with_its_deadline(place: Place) -> None:
    clock = None if place.real else place.cluster.clock  # type: ignore[attr-defined]
    bound = place.cluster.within(Deadline(0.5, clock=clock))
    query = ListQuery(api_version="v1", kind="Secret", namespace=place.namespace)
    with pytest.raises(DeadlineExceeded), bound.watch(query) as events:
        list(events)


def test_a_cancelled_deadline_stops_calls_and_watches(place: Place) -> None:
    clock = None if place.real else place.cluster.clock  # type: ignore[attr-defined]
    deadline = Deadline(None, clock=clock)
    bound = place.cluster.within(deadline)
    query = ListQuery(api_version="v1", kind="Secret", namespace=place.namespace)
    if place.real:
        threading.Timer(0.3, deadline.cancel).start()
    else:
        deadline.cancel()
    with pytest.raises(Cancelled), bound.watch(query) as events:
        list(events)
    with pytest.raises(Cancelled):
        bound.get(place.ref())
    place.cluster.check()


def test_expired_deadlines_make_no_calls(place: Place) -> None:
    bound = place.cluster.within(Deadline(0))
    with pytest.raises(DeadlineExceeded):
        bound.create(place.config(), OPTIONS)
    with pytest.raises(ObjectNotFound):
        place.cluster.get(place.ref())


def test_what_is_served(place: Place) -> None:
    served = place.cluster.capabilities()
    assert [served.kube_version.version, served.kube_version.major, served.kube_version.minor] == ["v1.36.3", "1", "36"]
    built_in = FakeCluster().capabilities().api_versions
    groups = {name.partition("/")[0] for name in built_in}
    ours = {name for name in served.api_versions if name.partition("/")[0] in groups}  # others' tests define kinds too
    assert ours == set(built_in)
    assert {"v1", "v1/Pod", "apps/v1", "apps/v1/Deployment", "batch/v1/CronJob"} <= ours


@pytest.mark.parametrize(
    ("api_version", "kind", "resource", "namespaced"),
    [
        ("v1", "Pod", "pods", True),
        ("v1", "Namespace", "namespaces", False),
        ("networking.k8s.io/v1", "Ingress", "ingresses", True),
        ("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", True),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", False),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", False),
    ],
)
def test_kinds(place: Place, api_version: str, kind: str, resource: str, namespaced: bool) -> None:
    info = place.cluster.kind_info(api_version, kind)
    assert [info.resource, info.namespaced, "patch" in info.verbs] == [resource, namespaced, True]


def test_an_empty_namespace_is_the_cluster_s(place: Place) -> None:
    assert place.cluster.namespace == "default"
    assert place.cluster.get(ResourceRef("v1", "ServiceAccount", "", "default"))["metadata"]["namespace"] == "default"


def test_records(place: Place) -> None:
    api: RecordApi = place.cluster  # type: ignore[assignment]
    body = {
        "metadata": {"name": "sh.helm.release.v1.a.v1", "labels": {"owner": "helm", "name": "a"}},
        "data": {"release": "eA=="},
    }
    made = api.create_record("Secret", place.namespace, body)
    with pytest.raises(ObjectExists):
        api.create_record("Secret", place.namespace, body)
    assert api.get_record("Secret", place.namespace, "sh.helm.release.v1.a.v1") == made
    version = made["metadata"]["resourceVersion"]
    metadata = {**body["metadata"], "resourceVersion": version}  # type: ignore[dict-item]
    api.update_record("Secret", place.namespace, {"metadata": metadata, "data": {"release": "eQ=="}})
    with pytest.raises(ObjectConflict):
        api.update_record("Secret", place.namespace, {"metadata": metadata, "data": {"release": "eg=="}})
    with pytest.raises(ObjectNotFound):
        api.update_record("Secret", place.namespace, {"metadata": {"name": "none"}})
    [whole] = api.list_records("Secret", place.namespace, "owner=helm,name=a")
    assert whole["data"] == {"release": "eQ=="}
    [partial] = api.list_records("Secret", None, "owner=helm,name=a", metadata_only=True)
    assert ["data" in partial, partial["metadata"]["labels"]] == [False, {"owner": "helm", "name": "a"}]
    assert list(api.list_records("ConfigMap", place.namespace, "owner=helm")) == []
    api.delete_record("Secret", place.namespace, "sh.helm.release.v1.a.v1")
    with pytest.raises(ObjectNotFound):
        api.delete_record("Secret", place.namespace, "sh.helm.release.v1.a.v1")


def test_fifty_threads_create_one_name_once(place: Place) -> None:
    won: list[str] = []
    lost: list[str] = []

    def race() -> None:
        try:
            won.append(place.create(place.config("raced"))["metadata"]["uid"])
        except ObjectExists as error:
            lost.append(str(error))

    threads = [threading.Thread(target=race) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [won, set(lost), len(lost)] == [
        [place.cluster.get(place.ref("raced"))["metadata"]["uid"]],
        {'configmaps "raced" already exists'},
        49,
    ]
