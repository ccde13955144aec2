"""Create, replace, patch, delete: what both API servers do."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.errors import (
    ClusterError,
    KindUnknown,
    ObjectConflict,
    ObjectExists,
    ObjectInvalid,
    ObjectNotFound,
)
from purehelm.engine.kube.cluster import PatchType, WriteOptions
from purehelm.engine.shapes import ResourceRef
from tests.contract.conftest import OPTIONS, Place
from tests.contract.objects import deployment, job, service


def test_what_is_created_is_there_with_an_identity(place: Place) -> None:
    created = place.create(place.config(data={"k": "v"}))
    metadata = created["metadata"]
    assert created == place.cluster.get(place.ref())
    assert [created["apiVersion"], created["kind"], created["data"]] == ["v1", "ConfigMap", {"k": "v"}]
    assert {"name", "namespace", "uid", "resourceVersion", "creationTimestamp", "managedFields"} == set(metadata)


def test_a_second_create_is_refused(place: Place) -> None:
    place.create(place.config())
    with pytest.raises(ObjectExists, match=r'^configmaps "a" already exists$') as caught:
        place.create(place.config())
    assert caught.value.status == 409


def test_a_name_is_generated(place: Place) -> None:
    body = place.config()
    body["metadata"] = {"generateName": "made-", "namespace": place.namespace}
    one, two = place.create(body), place.create(body)
    names = {one["metadata"]["name"], two["metadata"]["name"]}
    assert [len(names), {len(name) for name in names}] == [2, {10}]
    assert all(name.startswith("made-") for name in names)


def test_what_is_not_there_is_not_found(place: Place) -> None:
    calls = [
        lambda: place.cluster.get(place.ref("none")),
        lambda: place.cluster.delete(place.ref("none")),
        lambda: place.cluster.replace(place.config("none"), OPTIONS),
        lambda: place.cluster.patch(place.ref("none"), PatchType.MERGE, {"data": {"a": "b"}}, OPTIONS),
    ]
    said = []
    for call in calls:
        with pytest.raises(ObjectNotFound) as caught:
            call()
        said.append((str(caught.value), caught.value.status))
    assert said == [('configmaps "none" not found', 404)] * 4


def test_groups_are_in_the_text(place: Place) -> None:
    with pytest.raises(ObjectNotFound, match=r'^deployments\.apps "none" not found$'):
        place.cluster.get(place.ref("none", api_version="apps/v1", kind="Deployment"))


def test_a_missing_namespace_is_not_found(place: Place) -> None:
    body = place.config()
    body["metadata"]["namespace"] = "no-such-namespace"
    for write in (place.cluster.create, place.cluster.apply):
        with pytest.raises(ObjectNotFound, match=r'^namespaces "no-such-namespace" not found$'):
            write(body, OPTIONS)


def test_unknown_kinds(place: Place) -> None:
    with pytest.raises(KindUnknown):
        place.cluster.kind_info("example.org/v1", "Nothing")
    with pytest.raises(KindUnknown):
        place.cluster.create({"apiVersion": "example.org/v1", "kind": "Nothing", "metadata": {"name": "a"}}, OPTIONS)


def test_a_bad_name_is_invalid(place: Place) -> None:
    with pytest.raises(ObjectInvalid) as caught:
        place.create(place.config("Not_A_Name"))
    assert caught.value.status == 422
    assert str(caught.value).startswith(
        'ConfigMap "Not_A_Name" is invalid: metadata.name: Invalid value: "Not_A_Name": a lowercase RFC 1123 subdomain '
    )


def test_replace_changes_all_and_keeps_the_identity(place: Place) -> None:
    old = place.create(
        place.config(data={"k": "v"}) | {"metadata": {"name": "a", "namespace": place.namespace, "labels": {"x": "y"}}}
    )
    new = place.cluster.replace(place.config(data={"other": "w"}), OPTIONS)
    assert [new["data"], new["metadata"].get("labels")] == [{"other": "w"}, None]
    assert new["metadata"]["uid"] == old["metadata"]["uid"]
    assert new["metadata"]["resourceVersion"] != old["metadata"]["resourceVersion"]


def test_a_stale_version_conflicts(place: Place) -> None:
    old = place.create(place.config(data={"k": "v"}))
    place.cluster.replace({**old, "data": {"k": "w"}}, OPTIONS)
    with pytest.raises(ObjectConflict) as caught:
        place.cluster.replace({**old, "data": {"k": "x"}}, OPTIONS)
    assert [str(caught.value), caught.value.status] == [
        (
            'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the '
            "latest version and try again"
        ),
        409,
    ]


def test_a_replace_that_changes_nothing_keeps_the_version(place: Place) -> None:
    old = place.create(place.config(data={"k": "v"}))
    assert place.cluster.replace(old, OPTIONS) == old


PATCHES: list[tuple[str, PatchType, Any, Any]] = [
    ("merge", PatchType.MERGE, {"data": {"a": None, "b": "2", "c": "3"}}, {"b": "2", "c": "3"}),
    ("json-add", PatchType.JSON, [{"op": "add", "path": "/data/c", "value": "3"}], {"a": "1", "b": "1", "c": "3"}),
    ("json-remove", PatchType.JSON, [{"op": "remove", "path": "/data/a"}], {"b": "1"}),
    (
        "json-test-replace",
        PatchType.JSON,
        [{"op": "test", "path": "/data/a", "value": "1"}, {"op": "replace", "path": "/data/a", "value": "2"}],
        {"a": "2", "b": "1"},
    ),
    ("json-move", PatchType.JSON, [{"op": "move", "from": "/data/a", "path": "/data/c"}], {"b": "1", "c": "1"}),
    (
        "json-copy",
        PatchType.JSON,
        [{"op": "copy", "from": "/data/a", "path": "/data/c"}],
        {"a": "1", "b": "1", "c": "1"},
    ),
    ("strategic", PatchType.STRATEGIC, {"data": {"a": None, "c": "3"}}, {"b": "1", "c": "3"}),
    ("strategic-replace", PatchType.STRATEGIC, {"data": {"$patch": "replace", "c": "3"}}, {"c": "3"}),
]


@pytest.mark.parametrize(("kind", "patch", "want"), [row[1:] for row in PATCHES], ids=[row[0] for row in PATCHES])
def test_patches(place: Place, kind: PatchType, patch: Any, want: Any) -> None:
    place.create(place.config(data={"a": "1", "b": "1"}))
    assert place.cluster.patch(place.ref(), kind, patch, OPTIONS)["data"] == want


@pytest.mark.parametrize(
    "patch",
    [[{"op": "test", "path": "/data/a", "value": "2"}], [{"op": "remove", "path": "/data/none"}]],
    ids=["test-fails", "nothing-to-remove"],
)
def test_a_patch_that_does_not_fit_is_invalid(place: Place, patch: Any) -> None:
    place.create(place.config(data={"a": "1"}))
    with pytest.raises(ObjectInvalid) as caught:
        place.cluster.patch(place.ref(), PatchType.JSON, patch, OPTIONS)
    assert caught.value.status == 422


STRATEGIC: list[tuple[str, Any, Any]] = [
    ("change-one", {"containers": [{"name": "web", "image": "new"}]}, [("web", "new"), ("log", "old")]),
    ("add-one", {"containers": [{"name": "more", "image": "new"}]}, [("more", "new"), ("web", "old"), ("log", "old")]),
    ("delete-one", {"containers": [{"name": "log", "$patch": "delete"}]}, [("web", "old")]),
    ("replace-all", {"containers": [{"$patch": "replace"}, {"name": "only", "image": "new"}]}, [("only", "new")]),
    (
        "reorder",
        {"$setElementOrder/containers": [{"name": "log"}, {"name": "web"}], "containers": [{"name": "log", "image": "new"}]},
        [("log", "new"), ("web", "old")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("patch", "want"), [row[1:] for row in STRATEGIC], ids=[row[0] for row in STRATEGIC])
def test_strategic_patches_merge_lists_by_their_keys(place: Place, patch: Any, want: Any) -> None:
    body = deployment(place.namespace, replicas=0)
    body["spec"]["template"]["spec"]["containers"] = [{"name": name, "image": "old"} for name in ("web", "log")]
    place.create(body)
    ref = place.ref("web", api_version="apps/v1", kind="Deployment")
    new = place.cluster.patch(ref, PatchType.STRATEGIC, {"spec": {"template": {"spec": patch}}}, OPTIONS)
    assert [(one["name"], one["image"]) for one in new["spec"]["template"]["spec"]["containers"]] == want


def test_a_strategic_patch_removes_from_lists_of_scalars(place: Place) -> None:
    body = place.config()
    body["metadata"]["finalizers"] = ["example.org/a", "example.org/b"]
    place.create(body)
    patch = {"metadata": {"$deleteFromPrimitiveList/finalizers": ["example.org/a"], "finalizers": ["example.org/c"]}}
    new = place.cluster.patch(place.ref(), PatchType.STRATEGIC, patch, OPTIONS)
    assert sorted(new["metadata"]["finalizers"]) == ["example.org/b", "example.org/c"]
    place.cluster.patch(place.ref(), PatchType.MERGE, {"metadata": {"finalizers": None}}, OPTIONS)


def test_the_generation_follows_the_spec(place: Place) -> None:
    ref = place.ref("web", api_version="apps/v1", kind="Deployment")
    bodies = [place.create(deployment(place.namespace, replicas=0))]
    for patch in ({"metadata": {"labels": {"x": "y"}}}, {"spec": {"paused": True}}, {"spec": {"paused": True}}):
        bodies = [*bodies, place.cluster.patch(ref, PatchType.MERGE, patch, OPTIONS)]
    seen = [body["metadata"]["generation"] for body in bodies]
    assert seen == [1, 1, 2, 2]


def test_what_must_not_change_is_invalid(place: Place) -> None:
    place.create(deployment(place.namespace, replicas=0))
    place.create(place.config(data={"a": "1"}, immutable=True))
    changes: list[tuple[ResourceRef, Any, str]] = [
        (
            place.ref("web", api_version="apps/v1", kind="Deployment"),
            {"spec": {"selector": {"matchLabels": {"app": "web", "x": "y"}}, "template": {"metadata": {"labels": {"x": "y"}}}}},
            ('Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"web","x":"y"}}: field is '
            "immutable"),
        ),
        (
            place.ref(),
            {"data": {"a": "2"}},
            'ConfigMap "a" is invalid: data: Forbidden: field is immutable when `immutable` is set',
        ),
    ]  # fmt: skip
    for ref, patch, text in changes:
        with pytest.raises(ObjectInvalid) as caught:
            place.cluster.patch(ref, PatchType.MERGE, patch, OPTIONS)
        assert [str(caught.value), caught.value.status] == [text, 422]


@pytest.mark.parametrize("write", ["create", "apply"])
@pytest.mark.parametrize("case", ["selector", "containers", "image"])
def test_what_a_workload_needs(place: Place, write: str, case: str) -> None:
    body = deployment(place.namespace)
    if case == "selector":
        body["spec"]["selector"]["matchLabels"] = {"app": "other"}
        text = (
            'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'
        )
    elif case == "containers":
        body["spec"]["template"]["spec"]["containers"] = []
        text = "spec.template.spec.containers: Required value"
    else:
        del body["spec"]["template"]["spec"]["containers"][0]["image"]
        text = "spec.template.spec.containers[0].image: Required value"
    with pytest.raises(ObjectInvalid) as caught:
        getattr(place.cluster, write)(body, OPTIONS)
    assert [str(caught.value), caught.value.status] == [f'Deployment.apps "web" is invalid: {text}', 422]


def test_unknown_fields_are_refused_where_asked(place: Place) -> None:
    body = deployment(place.namespace, replicas=0)
    body["spec"]["repliacs"] = 3
    with pytest.raises(ObjectInvalid) as caught:
        place.create(body)
    assert [str(caught.value), caught.value.status] == [
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.repliacs"',
        400,
    ]
    created = place.cluster.create(body, WriteOptions(validation="Ignore"))
    assert "repliacs" not in created["spec"]


def test_unknown_fields_of_an_apply(place: Place) -> None:
    body = deployment(place.namespace, replicas=0)
    body["spec"]["repliacs"] = 3
    with pytest.raises(ClusterError) as caught:
        place.apply(body)
    assert str(caught.value) == (
        f"failed to create typed patch object ({place.namespace}/web; apps/v1, Kind=Deployment): "
        ".spec.repliacs: field not declared in schema"
    )


def test_wrong_types_are_invalid(place: Place) -> None:
    body = deployment(place.namespace)
    body["spec"]["replicas"] = "three"
    with pytest.raises(
        ObjectInvalid, match=r"^Deployment in version \"v1\" cannot be handled as a Deployment: json: "
    ) as caught:
        place.create(body)
    assert caught.value.status == 400
    with pytest.raises(ClusterError) as said:
        place.apply(body)
    assert str(said.value) == (
        f"failed to create typed patch object ({place.namespace}/web; apps/v1, Kind=Deployment): "
        ".spec.replicas: expected numeric (int or float), got string"
    )


def test_dry_runs_change_nothing(place: Place) -> None:
    dry = WriteOptions(dry_run=True)
    assert place.cluster.create(place.config(data={"a": "1"}), dry)["data"] == {"a": "1"}
    assert place.cluster.apply(place.config(data={"a": "1"}), dry)["metadata"]["uid"]
    with pytest.raises(ObjectNotFound):
        place.cluster.get(place.ref())
    kept = place.create(place.config(data={"a": "1"}))
    assert place.cluster.patch(place.ref(), PatchType.MERGE, {"data": {"b": "2"}}, dry)["data"] == {"a": "1", "b": "2"}
    assert place.cluster.replace(place.config(data={"b": "2"}), dry)["data"] == {"b": "2"}
    place.cluster.delete(place.ref(), dry_run=True)
    assert place.cluster.get(place.ref()) == kept
    with pytest.raises(ObjectExists):
        place.cluster.create(place.config(), dry)


def test_secrets_are_encoded(place: Place) -> None:
    body = place.config(stringData={"k": "v"}) | {"kind": "Secret"}
    created = place.create(body)
    assert [created["type"], created["data"], "stringData" in created] == ["Opaque", {"k": "dg=="}, False]


def test_services_keep_their_address(place: Place) -> None:
    created = place.create(service(place.namespace))
    address = created["spec"]["clusterIP"]
    new = place.cluster.replace(service(place.namespace, port=81), OPTIONS)
    assert [new["spec"]["clusterIP"], new["spec"]["ports"][0]["port"], new["spec"]["type"]] == [
        address,
        81,
        "ClusterIP",
    ]


def test_jobs_get_a_selector_of_their_own(place: Place) -> None:
    created = place.create(job(place.namespace))
    uid = created["metadata"]["uid"]
    assert created["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    assert created["spec"]["template"]["metadata"]["labels"] == {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": "work",
        "controller-uid": uid,
        "job-name": "work",
    }
