"""Strategic merge patches: what charts do to them, and the same as Helm's library over random objects."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from purehelm.engine.errors import ClusterError
from purehelm.engine.kube.strategic import three_way
from purehelm.engine.kube.strategies import shape_of
from tests.conftest import Oracle


def deployment(spec: Any = None, **extra: Any) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", **extra},
        "spec": {"template": {"spec": spec or {}}},
    }  # fmt: skip


def patch(original: dict[str, Any], modified: dict[str, Any], live: dict[str, Any]) -> dict[str, Any]:
    shape = shape_of(modified["apiVersion"], modified["kind"])
    assert shape is not None
    return three_way(original, modified, live, shape)


def containers(*items: dict[str, Any]) -> dict[str, Any]:
    return deployment({"containers": list(items)})


def inside(spec: dict[str, Any]) -> dict[str, Any]:
    return {"spec": {"template": {"spec": spec}}}


WEB, SIDE = {"name": "web", "image": "x:1"}, {"name": "side", "image": "s"}
ORDER = "$setElementOrder/containers"
CASES = [
    ("nothing", containers(WEB), containers(WEB), containers({**WEB, "imagePullPolicy": "Always"}), {}),
    (
        "image", containers(WEB), containers({**WEB, "image": "x:2"}), containers(WEB, SIDE),
        inside({"containers": [{"name": "web", "image": "x:2"}], ORDER: [{"name": "web"}]}),
    ),
    (
        "container-gone", containers(WEB, SIDE), containers(WEB), containers(WEB, SIDE),
        inside({"containers": [{"name": "side", "$patch": "delete"}], ORDER: [{"name": "web"}]}),
    ),
    ("label-gone", deployment(labels={"a": "1", "b": "2"}), deployment(labels={"a": "1"}), deployment(labels={"a": "1", "b": "2"}), {"metadata": {"labels": {"b": None}}}),
    ("live-only-stays", deployment(), deployment(), deployment(labels={"injected": "1"}), {}),
    ("drift-is-mended", deployment(labels={"a": "1"}), deployment(labels={"a": "1"}), deployment(labels={"a": "9"}), {"metadata": {"labels": {"a": "1"}}}),
    (
        "finalizer-gone", deployment(finalizers=["f/a", "f/b"]), deployment(finalizers=["f/b"]), deployment(finalizers=["f/a", "f/b"]),
        {"metadata": {"$deleteFromPrimitiveList/finalizers": ["f/a"], "$setElementOrder/finalizers": ["f/b"]}},
    ),
    (
        "volume-changes-kind", deployment({"volumes": [{"name": "v", "emptyDir": {}}]}), deployment({"volumes": [{"name": "v", "configMap": {"name": "c"}}]}),
        deployment({"volumes": [{"name": "v", "emptyDir": {}}]}),
        inside({"$setElementOrder/volumes": [{"name": "v"}], "volumes": [{"name": "v", "configMap": {"name": "c"}, "emptyDir": None, "$retainKeys": ["configMap", "name"]}]}),
    ),
    (
        "plain-list-is-replaced", deployment({"tolerations": [{"key": "a"}]}), deployment({"tolerations": [{"key": "b"}]}),
        deployment({"tolerations": [{"key": "a"}, {"key": "c"}]}), inside({"tolerations": [{"key": "b"}]}),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "original", "modified", "live", "want"), CASES, ids=[case[0] for case in CASES])
def test_patches(name: str, original: Any, modified: Any, live: Any, want: Any) -> None:
    assert patch(original, modified, live) == want


def test_the_arguments_stay_as_they_are() -> None:
    original, modified, live = containers(WEB, SIDE), containers({**WEB, "image": "2"}), containers(SIDE, WEB)
    before = copy.deepcopy((original, modified, live))
    patch(original, modified, live)
    assert (original, modified, live) == before


@pytest.mark.parametrize(
    ("live", "modified", "want"),
    [
        (containers(WEB), containers({"image": "y"}), "map: map[image:y] does not contain declared merge key: name"),
        (deployment({"nonsense": {"a": 1}}), deployment({"nonsense": {"a": 2}}), 'unable to find api field in struct PodSpec for the json field "nonsense"'),
        (deployment({"containers": [WEB, 1]}), containers(WEB), "list element types are not identical: [[map[image:x:1 name:web] 1] [map[image:x:1 name:web]]]"),
        (deployment({"containers": [[1]]}), deployment({"containers": [[2]]}), "lists of lists are not supported"),
        (deployment(annotations={"a": {"b": 1}}), deployment(annotations={"a": {"b": 2}}), "merging an object in json but data type is not struct, instead is: map"),
        (deployment({"$patch": 1}), deployment({"$patch": 1}), "invalid value for special key: $patch"),
    ],
    ids=["no-key", "no-field", "mixed", "nested", "map", "directive"],
)  # fmt: skip
def test_what_cannot_be_merged(live: Any, modified: Any, want: str) -> None:
    with pytest.raises(ClusterError) as caught:
        patch(modified, modified, live)
    assert str(caught.value) == want


def test_unknown_fields_matter_only_where_they_differ() -> None:
    assert patch(deployment(), deployment({"nonsense": {"a": 1}}), deployment({"nonsense": {"a": 1}})) == {}


def test_custom_kinds_have_no_shape() -> None:
    assert shape_of("example.org/v1", "Thing") is None
    assert shape_of("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition") is None
    assert shape_of("apiextensions.k8s.io/v1", "CustomResourceDefinition") is not None


class Maker:
    """Random deployments that have much in common."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def some(self, chance: float) -> bool:
        return self.dice.random() < chance

    def drawn(self, items: Any, most: int) -> list[Any]:
        return self.dice.sample(list(items), self.dice.randint(0, most))

    def container(self, name: str) -> dict[str, Any]:
        body: dict[str, Any] = {"name": name, "image": self.dice.choice("xyz")}
        if self.some(0.5):
            body["ports"] = [{"containerPort": port} for port in self.drawn([80, 81, 443, 8], 4)]
        if self.some(0.2):
            body["ports"] = [{"containerPort": 80, "protocol": proto} for proto in self.drawn(["TCP", "UDP"], 2)]
        if self.some(0.6):
            body["env"] = [
                {"name": each, "value": self.dice.choice("12")}
                if self.some(0.8)
                else {"name": each, "valueFrom": {"fieldRef": {"fieldPath": self.dice.choice("ab")}}}
                for each in self.drawn("ABCD", 4)
            ]
        if self.some(0.4):
            body["args"] = self.dice.choices("pqr", k=self.dice.randint(0, 3))
        if self.some(0.4):
            body["volumeMounts"] = [{"mountPath": path, "name": "v"} for path in self.drawn(["/a", "/b", "/c"], 3)]
        return body

    def deployment(self) -> dict[str, Any]:
        spec: dict[str, Any] = {"containers": [self.container(name) for name in self.drawn(["web", "side", "log"], 3)]}
        if self.some(0.5):
            volumes = [{"emptyDir": {}}, {"configMap": {"name": "a"}}, {"secret": {"secretName": "b"}}]
            spec["volumes"] = [{"name": name, **self.dice.choice(volumes)} for name in self.drawn("vwx", 3)]
        if self.some(0.3):
            spec["imagePullSecrets"] = [{"name": name} for name in self.drawn("abc", 3)]
        if self.some(0.2):
            spec["tolerations"] = [{"key": key} for key in self.drawn("ab", 2)]
        body = deployment(spec)
        if self.some(0.5):
            body["metadata"]["labels"] = {key: self.dice.choice("12") for key in self.drawn("abc", 3)}
        if self.some(0.3):
            body["metadata"]["finalizers"] = self.drawn(["f/a", "f/b", "f/c"], 3)
        if self.some(0.5):
            body["spec"]["replicas"] = self.dice.choice([None, 1, 2])
        if self.some(0.4):
            rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": self.dice.choice([1, "25%"])}}
            body["spec"]["strategy"] = self.dice.choice([{"type": "Recreate"}, rolling])
        return body


@pytest.mark.oracle
@pytest.mark.parametrize("seed", range(4))
def test_helms_library_makes_the_same_patches(kube_oracle: Oracle, seed: int) -> None:
    maker = Maker(seed)
    for _ in range(150):
        original = maker.deployment()
        modified = maker.deployment() if maker.some(0.6) else copy.deepcopy(original)
        live = maker.deployment() if maker.some(0.6) else copy.deepcopy(original)
        theirs = kube_oracle.ask(op="strategic", original=original, modified=modified, current=live)
        try:
            ours: dict[str, Any] = {"result": patch(original, modified, live)}
        except ClusterError as error:
            ours = {"error": str(error)}
        assert ours == theirs, (original, modified, live)
