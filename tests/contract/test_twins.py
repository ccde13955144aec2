"""The same random writes on both API servers leave the same objects, owners and refusals."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from purehelm.engine.errors import ClusterError
from purehelm.engine.kube.cluster import Cluster, ListQuery, PatchType, WriteOptions
from purehelm.engine.shapes import KubeObject, ResourceRef
from purehelm.engine.testing import FakeCluster

pytestmark = pytest.mark.bed

GIVEN = ("uid", "resourceVersion", "creationTimestamp", "generateName")
"""What each server says in its own way."""
STEPS = 15
SERVED = re.compile(r"10\.0\.\d+\.\d+|[0-9a-f]{8}-[0-9a-f-]{27}| at \d{4}-\d\d-\d\dT[\d:]+Z")


def some(dice: random.Random, **choices: Any) -> dict[str, Any]:
    """Some of the choices."""
    return {name: value for name, value in choices.items() if dice.random() < 0.6}


def config(dice: random.Random) -> KubeObject:
    data = some(dice, a=dice.choice("12"), b=dice.choice("12"), c="1")
    return {"apiVersion": "v1", "kind": "ConfigMap", **some(dice, data=data, immutable=False)}


def secret(dice: random.Random) -> KubeObject:
    extra = some(dice, data=some(dice, a="MQ==", b=dice.choice(["MQ==", "Mg=="])), type="Opaque")
    return {"apiVersion": "v1", "kind": "Secret", **extra}


def service(dice: random.Random) -> KubeObject:
    names = dice.sample(["http", "https", "grpc"], dice.randint(1, 3))
    ports = [{"name": name, "port": {"http": 80, "https": 443, "grpc": 9000}[name]} for name in names]
    extra = some(dice, selector={"app": dice.choice("xy")}, sessionAffinity=dice.choice(["None", "ClientIP"]))
    return {"apiVersion": "v1", "kind": "Service", "spec": {"ports": ports, **extra}}


def container(dice: random.Random, name: str) -> KubeObject:
    env = [{"name": key, "value": dice.choice("12")} for key in dice.sample("ABC", dice.randint(0, 3))]
    ports = [
        {"containerPort": port, **some(dice, protocol="TCP")} for port in dice.sample([80, 81, 82], dice.randint(0, 2))
    ]
    mounts = [{"name": "v", "mountPath": path} for path in dice.sample(["/a", "/b"], dice.randint(0, 2))]
    extra = some(
        dice, env=env, ports=ports, args=dice.sample("xyz", 2), volumeMounts=mounts,
        resources={"limits": some(dice, cpu=dice.choice(["1", "2"]), memory="1Gi")},
        livenessProbe={"httpGet": {"port": 80}, **some(dice, periodSeconds=dice.choice([5, 10]))},
    )  # fmt: skip
    return {"name": name, "image": f"x:{dice.choice('12')}", **extra}


def pod_template(dice: random.Random) -> KubeObject:
    containers = [container(dice, name) for name in dice.sample(["web", "log", "side"], dice.randint(1, 3))]
    volumes = [
        {"name": "v", "emptyDir": {}},
        *dice.sample([{"name": "w", "configMap": {"name": "a"}}], dice.randint(0, 1)),
    ]
    spec = {"containers": containers, "volumes": volumes, **some(dice, nodeSelector={"a": dice.choice("12")})}
    labels = some(dice, a=dice.choice("12"), b="1")
    return {"apiVersion": "v1", "kind": "PodTemplate", "template": {"metadata": {"labels": labels}, "spec": spec}}


def ingress(dice: random.Random) -> KubeObject:
    def path(name: str) -> KubeObject:
        backend = {"service": {"name": name, "port": {"number": 80}}}
        return {"path": f"/{name}", "pathType": "Prefix", "backend": backend}

    rules = [
        {"host": f"{host}.example.org", "http": {"paths": [path("a"), *dice.sample([path("b")], dice.randint(0, 1))]}}
        for host in dice.sample("xyz", dice.randint(1, 2))
    ]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "spec": {"rules": rules, **some(dice, ingressClassName="nginx")},
    }


def role(dice: random.Random) -> KubeObject:
    rules = [
        {"apiGroups": [""], "resources": [name], "verbs": ["get"]}
        for name in dice.sample(["pods", "secrets"], dice.randint(1, 2))
    ]
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "rules": rules}


KINDS = {make.__name__: make for make in (config, secret, service, pod_template, ingress, role)}


class Twins:
    """Both servers, each with an empty namespace of one name."""

    def __init__(self, real: Cluster, namespace: str) -> None:
        self.servers: tuple[Cluster, ...] = (real, FakeCluster())
        self.namespace = namespace
        for server in self.servers:
            server.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}, WriteOptions())

    def both(self, what: str, *arguments: Any) -> list[Any]:
        """What each says."""
        return [said(server, what, arguments) for server in self.servers]


def said(server: Cluster, what: str, arguments: tuple[Any, ...]) -> Any:
    try:
        return plain(getattr(server, what)(*arguments))
    except ClusterError as error:
        return type(error).__name__, error.status, SERVED.sub("*", str(error))


def plain(body: Any) -> Any:
    """An object without what each server says in its own way."""
    if not isinstance(body, dict):
        return body
    metadata = {name: value for name, value in body["metadata"].items() if name not in GIVEN}
    entries = [
        {name: value for name, value in entry.items() if name != "time"}
        for entry in metadata.get("managedFields") or ()
    ]
    metadata["managedFields"] = sorted(entries, key=lambda entry: (entry["operation"], entry["manager"]))
    spec = {name: value for name, value in (body.get("spec") or {}).items() if name not in ("clusterIP", "clusterIPs")}
    return {**body, "metadata": metadata, **({"spec": spec} if "spec" in body else {})}


def difference(theirs: Any, ours: Any, path: str = "") -> Iterator[str]:
    """Where two answers differ."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in theirs.keys() | ours.keys():
            yield from difference(theirs.get(name, "absent"), ours.get(name, "absent"), f"{path}.{name}")
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for at, pair in enumerate(zip(theirs, ours, strict=True)):
            yield from difference(*pair, f"{path}[{at}]")
    elif theirs != ours or type(theirs) is not type(ours):
        yield f"{path}: theirs {theirs!r}, ours {ours!r}"


def with_metadata(dice: random.Random, body: KubeObject, namespace: str) -> KubeObject:
    labels = some(dice, a=dice.choice("12"), b="1")
    extra = some(dice, labels=labels, annotations={"example.org/a": dice.choice("12")})
    return {**body, "metadata": {"name": "a", "namespace": namespace, **extra}}


def patches(dice: random.Random, body: KubeObject) -> tuple[PatchType, Any]:
    """A patch towards the body."""
    fields = {name: value for name, value in body.items() if name not in ("apiVersion", "kind", "metadata")}
    patch = {"metadata": {"labels": {"a": dice.choice(["1", "2", None])}}, **(fields if dice.random() < 0.7 else {})}
    if dice.random() < 0.2:
        return PatchType.JSON, [
            {"op": "add", "path": "/metadata/annotations", "value": {"example.org/b": dice.choice("12")}}
        ]
    return dice.choice([PatchType.MERGE, PatchType.STRATEGIC]), patch


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(10))
def test_twins(real: Cluster, kind: str, seed: int) -> None:
    dice = random.Random(f"{kind} {seed}")
    namespace = f"twins-{uuid.uuid4().hex[:10]}"
    twins = Twins(real, namespace)
    story: list[str] = []
    try:
        for _ in range(STEPS):
            body = with_metadata(dice, KINDS[kind](dice), namespace)
            options = WriteOptions(
                manager=dice.choice(["helm", "other", "editor"]), force=dice.random() < 0.4, dry_run=dice.random() < 0.1
            )
            how = dice.choices(["apply", "create", "replace", "patch", "delete"], [6, 1, 1, 3, 0.5])[0]
            ref = ResourceRef(body["apiVersion"], body["kind"], namespace, "a")
            arguments: tuple[Any, ...] = (body, options)
            if how == "patch":
                arguments = (ref, *patches(dice, body), options)
            if how == "delete":
                arguments = (ref,)
            if how != "apply":
                arguments = tuple(
                    WriteOptions(manager=options.manager, dry_run=options.dry_run) if one is options else one
                    for one in arguments
                )
            story.append(f"{how} {arguments}")
            theirs, ours = twins.both(how, *arguments)
            assert not list(difference(theirs, ours)), "\n".join(story)
            theirs, ours = twins.both("get", ref)
            assert not list(difference(theirs, ours)), "\n".join(story)
        query = ListQuery(api_version=body["apiVersion"], kind=body["kind"], namespace=namespace, labels="a=1")
        theirs, ours = ([plain(one) for one in server.list(query)] for server in twins.servers)
        assert ours == theirs
    finally:
        real.delete(ResourceRef("v1", "Namespace", "", namespace))
