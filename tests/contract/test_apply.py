"""Server-side apply: who owns what, on both API servers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from purehelm.engine.errors import ApplyConflict, ClusterError, FieldConflict, ObjectConflict
from purehelm.engine.kube.cluster import PatchType, WriteOptions
from purehelm.engine.shapes import KubeObject
from tests.contract.conftest import OPTIONS, Place
from tests.contract.objects import deployment, service


def owners(body: KubeObject) -> dict[str, Any]:
    """Each manager's fields; updates and subresources are marked."""
    found = {}
    for entry in body["metadata"].get("managedFields") or ():
        name = entry["manager"] + ("" if entry["operation"] == "Apply" else " (update)")
        found[name + (f" {entry['subresource']}" if "subresource" in entry else "")] = entry["fieldsV1"]
    return found


DATA = {"f:data": {"f:a": {}}}


def test_the_applier_owns_what_it_names(place: Place) -> None:
    body = place.config(data={"a": "1"})
    body["metadata"] |= {"labels": {"x": "y"}, "annotations": {"example.org/a": "b"}}
    new = place.apply(body)
    assert owners(new) == {
        "helm": {
            "f:data": {"f:a": {}},
            "f:metadata": {"f:annotations": {"f:example.org/a": {}}, "f:labels": {"f:x": {}}},
        }
    }


def test_creators_own_what_the_server_filled_in_too(place: Place) -> None:
    created = place.create(place.config(data={"a": "1"}))
    assert owners(created) == {"helm (update)": {"f:data": {".": {}, "f:a": {}}}}


def test_the_same_again_changes_nothing(place: Place) -> None:
    body = deployment(place.namespace, replicas=0)
    place.apply(body)
    ref = place.ref("web", api_version="apps/v1", kind="Deployment")
    # Until its controller has said what it sees.
    before = next(
        got for _ in range(200) if (got := place.cluster.get(ref)).get("status", {}).get("observedGeneration") == 1
    )
    after = place.apply(body)
    assert after == before


def test_what_is_no_longer_applied_is_removed(place: Place) -> None:
    place.apply(place.config(data={"a": "1", "b": "1"}))
    new = place.apply(place.config(data={"b": "1"}))
    assert [new["data"], owners(new)] == [{"b": "1"}, {"helm": {"f:data": {"f:b": {}}}}]


def test_the_last_key_takes_the_map_along(place: Place) -> None:
    place.apply(place.config(data={"a": "1"}))
    new = place.apply(place.config())
    assert ["data" in new, owners(new)] == [False, {}]


def test_what_others_own_stays(place: Place) -> None:
    place.apply(place.config(data={"a": "1", "b": "1"}))
    place.apply(place.config(data={"b": "1"}), manager="other")
    new = place.apply(place.config(data={"a": "1"}))
    assert [new["data"], owners(new)] == [
        {"a": "1", "b": "1"},
        {"helm": {"f:data": {"f:a": {}}}, "other": {"f:data": {"f:b": {}}}},
    ]


def test_the_same_value_is_shared(place: Place) -> None:
    place.apply(place.config(data={"a": "1"}))
    assert owners(place.apply(place.config(data={"a": "1"}), manager="other")) == {"helm": DATA, "other": DATA}


def test_another_value_conflicts(place: Place) -> None:
    place.apply(place.config(data={"a": "1"}), manager="other")
    with pytest.raises(ApplyConflict) as caught:
        place.apply(place.config(data={"a": "2"}))
    error = caught.value
    assert [str(error), error.status, error.conflicts] == [
        'Apply failed with 1 conflict: conflict with "other": .data.a',
        409,
        (FieldConflict("other", ".data.a", 'conflict with "other"'),),
    ]


def test_force_takes_fields(place: Place) -> None:
    place.apply(place.config(data={"a": "1", "b": "1"}), manager="other")
    new = place.apply(place.config(data={"a": "2"}), force=True)
    assert [new["data"], owners(new)] == [
        {"a": "2", "b": "1"},
        {"helm": DATA, "other": {"f:data": {"f:b": {}}}},
    ]


def test_updaters_own_too(place: Place) -> None:
    place.create(place.config(data={"a": "1", "b": "1"}), manager="editor")
    with pytest.raises(ApplyConflict) as caught:
        place.apply(place.config(data={"a": "2", "b": "2"}))
    found = [(one.manager, one.field) for one in caught.value.conflicts]
    assert found == [("editor", ".data.a"), ("editor", ".data.b")]
    stamp = r'"editor" using v1( at \S+)?'
    assert re.fullmatch(
        f"Apply failed with 2 conflicts: conflicts with {stamp}:\n- .data.a\n- .data.b", str(caught.value)
    )


def test_a_patch_takes_fields_from_the_applier(place: Place) -> None:
    place.apply(place.config(data={"a": "1", "b": "1"}))
    new = place.cluster.patch(place.ref(), PatchType.MERGE, {"data": {"a": "2"}}, WriteOptions(manager="editor"))
    assert owners(new) == {"helm": {"f:data": {"f:b": {}}}, "editor (update)": {"f:data": {"f:a": {}}}}
    with pytest.raises(ApplyConflict):
        place.apply(place.config(data={"a": "1", "b": "1"}))


def test_a_patch_that_removes_ends_ownership(place: Place) -> None:
    place.apply(place.config(data={"a": "1", "b": "1"}))
    new = place.cluster.patch(place.ref(), PatchType.MERGE, {"data": {"a": None}}, WriteOptions(manager="editor"))
    assert owners(new) == {"helm": {"f:data": {"f:b": {}}}}
    assert place.apply(place.config(data={"a": "1", "b": "1"}))["data"] == {"a": "1", "b": "1"}


def test_lists_merge_by_their_keys(place: Place) -> None:
    body = deployment(place.namespace, replicas=0)
    spec = body["spec"]["template"]["spec"]
    spec["containers"][0] |= {
        "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "1"}],
        "ports": [{"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"}],
        "args": ["x", "y"],
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
    }
    spec["volumes"] = [{"name": "data", "emptyDir": {}}]
    new = place.apply(body)
    assert owners(new)["helm"]["f:spec"] == {
        "f:replicas": {},
        "f:selector": {},
        "f:template": {
            "f:metadata": {"f:labels": {"f:app": {}}},
            "f:spec": {
                "f:containers": {
                    'k:{"name":"web"}': {
                        ".": {},
                        "f:args": {},
                        "f:env": {
                            'k:{"name":"A"}': {".": {}, "f:name": {}, "f:value": {}},
                            'k:{"name":"B"}': {".": {}, "f:name": {}, "f:value": {}},
                        },
                        "f:image": {},
                        "f:name": {},
                        "f:ports": {
                            'k:{"containerPort":80,"protocol":"TCP"}': {".": {}, "f:containerPort": {}},
                            'k:{"containerPort":80,"protocol":"UDP"}': {
                                ".": {},
                                "f:containerPort": {},
                                "f:protocol": {},
                            },
                        },
                        "f:volumeMounts": {'k:{"mountPath":"/data"}': {".": {}, "f:mountPath": {}, "f:name": {}}},
                    }
                },
                "f:volumes": {'k:{"name":"data"}': {".": {}, "f:emptyDir": {}, "f:name": {}}},
            },
        },
    }
    other = deployment(place.namespace, replicas=0)
    del other["spec"]["replicas"], other["spec"]["template"]["metadata"]
    other["spec"]["template"]["spec"]["containers"] = [
        {"name": "web", "env": [{"name": "C", "value": "1"}]},
        {"name": "side", "image": "example.org/side:1"},
    ]
    both = place.apply(other, manager="other")
    containers = both["spec"]["template"]["spec"]["containers"]
    assert [(one["name"], [env["name"] for env in one.get("env") or ()]) for one in containers] == [
        ("web", ["A", "B", "C"]),
        ("side", []),
    ]
    spec["containers"][0]["env"] = [{"name": "B", "value": "2"}]
    fewer = place.apply(body)
    first = fewer["spec"]["template"]["spec"]["containers"][0]
    assert [(one["name"], one["value"]) for one in first["env"]] == [("B", "2"), ("C", "1")]


def test_atomic_lists_are_taken_whole(place: Place) -> None:
    body = deployment(place.namespace, replicas=0)
    body["spec"]["template"]["spec"]["containers"][0]["args"] = ["a", "b"]
    place.apply(body)
    body["spec"]["template"]["spec"]["containers"][0]["args"] = ["b", "c"]
    with pytest.raises(ApplyConflict) as caught:
        place.apply(body, manager="other")
    found = [(one.manager, one.field) for one in caught.value.conflicts]
    assert found == [("helm", '.spec.template.spec.containers[name="web"].args')]


def test_finalizers_are_a_set(place: Place) -> None:
    body = place.config()
    body["metadata"]["finalizers"] = ["example.org/a"]
    place.apply(body)
    body["metadata"]["finalizers"] = ["example.org/b"]
    new = place.apply(body, manager="other")
    assert new["metadata"]["finalizers"] == ["example.org/a", "example.org/b"]
    assert owners(new)["other"] == {"f:metadata": {"f:finalizers": {'v:"example.org/b"': {}}}}
    place.cluster.patch(place.ref(), PatchType.MERGE, {"metadata": {"finalizers": None}}, OPTIONS)


def test_ports_of_a_service_by_port_and_protocol(place: Place) -> None:
    new = place.apply(service(place.namespace))
    assert owners(new)["helm"]["f:spec"] == {
        "f:ports": {'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:name": {}, "f:port": {}}},
        "f:selector": {},
    }
    body = service(place.namespace, port=81)
    again = place.apply(body)
    assert [one["port"] for one in again["spec"]["ports"]] == [81]


def test_an_apply_of_an_old_version_conflicts(place: Place) -> None:
    old = place.apply(place.config(data={"a": "1"}))
    place.apply(place.config(data={"a": "2"}))
    body = place.config(data={"a": "3"})
    body["metadata"]["resourceVersion"] = old["metadata"]["resourceVersion"]
    with pytest.raises(ObjectConflict):
        place.apply(body)


def test_an_apply_must_not_name_managed_fields(place: Place) -> None:
    body = place.config()
    body["metadata"]["managedFields"] = [{"manager": "x", "operation": "Apply"}]
    with pytest.raises(ClusterError, match=r"metadata.managedFields must be nil"):
        place.apply(body)


def test_duplicate_keys_are_refused(place: Place) -> None:
    body = deployment(place.namespace, replicas=0)
    spec = body["spec"]["template"]["spec"]
    spec["containers"][0]["env"] = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    with pytest.raises(ClusterError, match=r"duplicate entries for key \[name=\"A\"\]"):
        place.apply(body)
    created = place.create(body)
    assert len(created["spec"]["template"]["spec"]["containers"][0]["env"]) == 2


def test_from_create_to_apply_the_creator_keeps_what_it_wrote(place: Place) -> None:
    place.create(place.config(data={"a": "1", "b": "1"}))
    new = place.apply(place.config(data={"a": "1"}))
    assert [new["data"], owners(new)] == [
        {"a": "1", "b": "1"},
        {"helm": DATA, "helm (update)": {"f:data": {".": {}, "f:a": {}, "f:b": {}}}},
    ]


def test_managed_fields_can_be_handed_over(place: Place) -> None:
    """As Helm migrates from client-side to server-side apply: the list is patched in place."""
    place.create(place.config(data={"a": "1", "b": "1"}))
    entries = place.cluster.get(place.ref())["metadata"]["managedFields"]
    moved = [{**entry, "operation": "Apply"} for entry in entries]
    patch = [{"op": "replace", "path": "/metadata/managedFields", "value": moved}]
    patched = place.cluster.patch(place.ref(), PatchType.JSON, patch, OPTIONS)
    assert owners(patched) == {"helm": {"f:data": {".": {}, "f:a": {}, "f:b": {}}}}
    assert place.apply(place.config(data={"a": "1"}))["data"] == {"a": "1"}


def test_managed_fields_can_be_forgotten(place: Place) -> None:
    place.create(place.config(data={"a": "1"}))
    patch = [{"op": "replace", "path": "/metadata/managedFields", "value": [{}]}]
    assert owners(place.cluster.patch(place.ref(), PatchType.JSON, patch, OPTIONS)) == {}
    new = place.apply(place.config(data={"b": "1"}))
    assert owners(new) == {
        "helm": {"f:data": {"f:b": {}}},
        "before-first-apply (update)": {"f:data": {".": {}, "f:a": {}}},
    }


def test_status_is_not_the_applier_s(place: Place) -> None:
    body = deployment(place.namespace, replicas=0) | {"status": {"replicas": 7}}
    new = place.apply(body)
    assert [new.get("status", {}).get("replicas"), "f:status" in owners(new)["helm"]] == [None, False]


def test_a_dry_run_shows_conflicts_and_changes_nothing(place: Place) -> None:
    kept = place.apply(place.config(data={"a": "1"}), manager="other")
    assert place.apply(place.config(data={"b": "1"}), dry_run=True)["data"] == {"a": "1", "b": "1"}
    with pytest.raises(ApplyConflict):
        place.apply(place.config(data={"a": "2"}), dry_run=True)
    assert place.cluster.get(place.ref()) == kept
