"""Fields change hands, and applies that would change nothing are known."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from purehelm.engine.kube.ownership import handover, is_unchanged
from tests.conftest import Oracle


def entry(operation: str, fields: Any, manager: str = "helm", version: str = "v1", **extra: Any) -> dict[str, Any]:
    return {
        "manager": manager, "operation": operation, "apiVersion": version, "fieldsType": "FieldsV1",
        "fieldsV1": fields, "time": "2026-01-01T00:00:00Z", **extra,
    }  # fmt: skip


def live(*entries: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": "a", "namespace": "n", "resourceVersion": "7", "managedFields": list(entries)}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}


DATA, OTHER = {"f:data": {".": {}, "f:a": {}}}, {"f:data": {"f:b": {}}}
HANDOVERS = [
    ("nobody", live(), None),
    ("another", live(entry("Update", DATA, "kubectl")), None),
    ("status-only", live(entry("Update", DATA, subresource="status")), None),
    ("applier-only", live(entry("Apply", DATA)), None),
    ("renamed", live(entry("Update", DATA), entry("Update", OTHER, "kubectl")), [entry("Apply", DATA), entry("Update", OTHER, "kubectl")]),
    ("united", live(entry("Apply", OTHER), entry("Update", DATA)), [entry("Apply", {"f:data": {".": {}, "f:a": {}, "f:b": {}}})]),
    ("other-version-is-dropped", live(entry("Apply", OTHER), entry("Update", DATA, version="v2")), [entry("Apply", OTHER)]),
    ("leaf-and-children", live(entry("Apply", {"f:data": {}}), entry("Update", OTHER)), [entry("Apply", {"f:data": {".": {}, "f:b": {}}})]),
    ("two-leaves", live(entry("Apply", {"f:data": {}}), entry("Update", {"f:data": {}})), [entry("Apply", {"f:data": {}})]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "want"), HANDOVERS, ids=[case[0] for case in HANDOVERS])
def test_a_client_side_managers_fields_are_handed_over(name: str, body: Any, want: Any) -> None:
    before = copy.deepcopy(body)
    patch = handover(body, "helm")
    assert body == before
    if want is None:
        assert patch is None
        return
    assert patch == [
        {"op": "replace", "path": "/metadata/managedFields", "value": want},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"},
    ]


@pytest.mark.oracle
@pytest.mark.parametrize(("name", "body", "want"), HANDOVERS, ids=[case[0] for case in HANDOVERS])
def test_client_go_hands_over_the_same(kube_oracle: Oracle, name: str, body: Any, want: Any) -> None:
    assert kube_oracle.ask(op="upgrade", object=body, manager="helm") == {"result": handover(body, "helm")}


PORT = 'k:{"containerPort":80,"protocol":"TCP"}'
FIELDS = {
    "f:metadata": {"f:labels": {"f:a": {}}, "f:finalizers": {'v:"f/a"': {}}},
    "f:spec": {
        "f:containers": {'k:{"name":"c"}': {".": {}, "f:name": {}, "f:image": {}, "f:ports": {PORT: {".": {}, "f:containerPort": {}}}}},
        "f:nodeSelector": {},
    },
}  # fmt: skip
BODY: dict[str, Any] = {
    "apiVersion": "v1", "kind": "Pod",
    "metadata": {"name": "a", "namespace": "n", "labels": {"a": "1"}, "finalizers": ["f/a"]},
    "spec": {
        "containers": [{"name": "c", "image": "x", "ports": [{"containerPort": 80}]}], "nodeSelector": {"disk": "ssd"},
    },
}  # fmt: skip


def stored(fields: Any = None, **changed: Any) -> dict[str, Any]:
    body = copy.deepcopy(BODY)
    body["metadata"] |= {"uid": "u", "resourceVersion": "7", "managedFields": [entry("Apply", fields or FIELDS)]}
    body["metadata"]["labels"]["injected"] = "1"
    container = body["spec"]["containers"][0]
    container |= {"imagePullPolicy": "Always", "ports": [{"containerPort": 80, "protocol": "TCP"}]}
    body["spec"]["containers"].insert(0, {"name": "sidecar", "image": "s"})
    body["status"] = {"phase": "Running"}
    return {**body, **changed}


def changed(path: str, value: Any, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """A copy with one place changed; no value takes it away."""
    copied = copy.deepcopy(body or BODY)
    *folders, last = path.split(".")
    place: Any = copied
    for name in folders:
        place = place[int(name)] if name.isdigit() else place[name]
    if value is None:
        del place[int(last) if last.isdigit() else last]
    elif isinstance(place, list):
        place[int(last)] = value
    else:
        place[last] = value
    return copied


def test_the_same_again_changes_nothing() -> None:
    assert is_unchanged(BODY, stored(), "helm")


@pytest.mark.parametrize(
    ("body", "now"),
    [
        (changed("metadata.labels.a", "2"), stored()),
        (changed("metadata.labels.b", "2"), stored()),
        (changed("metadata.labels", None), stored()),
        (changed("metadata.finalizers", ["f/b"]), stored()),
        (changed("metadata.finalizers", ["f/a", "f/b"]), stored()),
        (changed("spec.containers.0.image", "y"), stored()),
        (changed("spec.containers.0.image", None), stored()),
        (changed("spec.containers.0.ports", [{"containerPort": 81}]), stored()),
        (changed("spec.containers.0.ports", [{"containerPort": 80, "protocol": "UDP"}]), stored()),
        (changed("spec.containers.0.ports", [{"containerPort": "80"}]), stored()),
        (changed("spec.containers.0.name", "d"), stored()),
        (changed("spec.containers", []), stored()),
        (changed("spec.containers", "none"), stored()),
        (changed("spec.nodeSelector", {"disk": "hdd"}), stored()),
        (changed("spec.nodeSelector", {"disk": "ssd", "a": "b"}), stored()),
        (changed("apiVersion", "v2"), stored()),
        (BODY, changed("spec.containers.1.image", "drifted", stored())),
        (BODY, changed("metadata.labels.a", None, stored())),
        (BODY, changed("metadata.deletionTimestamp", "2026-01-01T00:00:00Z", stored())),
        (BODY, changed("metadata.managedFields", [], stored())),
        (BODY, changed("metadata.managedFields.0.manager", "kubectl", stored())),
        (BODY, changed("metadata.managedFields.0.operation", "Update", stored())),
        (BODY, changed("metadata.managedFields.0.apiVersion", "v0", stored())),
        (BODY, stored({**FIELDS, "f:metadata": {"f:labels": {".": {}, "f:a": {}}, "f:finalizers": {'v:"f/a"': {}}}})),
        (BODY, stored({**FIELDS, "f:metadata": {"f:labels": {"f:a": {}}, "f:finalizers": {"v:nonsense": {}}}})),
        (BODY, stored({**FIELDS, "f:metadata": {"f:labels": {"f:a": {}}, "f:finalizers": {"i:0": {}}}})),
        (BODY, stored({**FIELDS, "f:spec": []})),
    ],
)
def test_what_may_change_something_is_sent(body: Any, now: Any) -> None:
    assert not is_unchanged(body, now, "helm")


def test_order_matters() -> None:
    fields = {"f:metadata": {"f:finalizers": {'v:"a"': {}, 'v:"b"': {}}}}
    body = {"apiVersion": "v1", "kind": "X", "metadata": {"name": "a", "finalizers": ["a", "b"]}}
    now = copy.deepcopy(body)
    now["metadata"] |= {"managedFields": [entry("Apply", fields)]}
    assert is_unchanged(body, now, "helm")
    assert not is_unchanged(changed("metadata.finalizers", ["b", "a"], body), now, "helm")
