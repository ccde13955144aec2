"""The same commands by the real Helm and by the engine on a real API server, and what each leaves."""

from __future__ import annotations

import base64
import gzip
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from purehelm.engine.actions.options import InstallOptions, RollbackOptions, UninstallOptions, UpgradeOptions
from purehelm.engine.api import Engine
from purehelm.engine.chart.load import load_chart
from purehelm.engine.errors import ClusterError, ObjectNotFound
from purehelm.engine.kube.client import KubeClient, connect
from purehelm.engine.kube.cluster import ListQuery
from purehelm.engine.kube.config import ClusterChoice
from purehelm.engine.release.diff import field_changes
from purehelm.engine.shapes import ResourceRef
from purehelm.storage.secret import SecretStore
from tests.bed.bed import Bed

Tree = dict[str, Any]
RANDOM = frozenset({
    "uid", "resourceVersion", "creationTimestamp", "clusterIP", "clusterIPs", "nodePort", "healthCheckNodePort", "volumeName",
    "controller-uid", "batch.kubernetes.io/controller-uid", "time", "startedAt", "generation", "caBundle",
})  # fmt: skip
ROLLOUT = "deployment.kubernetes.io/revision"  # a controller counts it, sooner or later
TIMES = frozenset({"first_deployed", "last_deployed", "deleted", "started_at", "completed_at"})
STAMPS = frozenset({"createdAt", "modifiedAt"})


def client_of(bed: Bed) -> KubeClient:
    return connect(ClusterChoice(kubeconfig=str(bed.kubeconfig)))


def masked(value: Any, names: frozenset[str]) -> Any:
    """The tree, with what differs from run to run replaced."""
    if isinstance(value, dict):
        return {key: "*" if key in names else masked(inner, names) for key, inner in value.items()}
    return [masked(item, names) for item in value] if isinstance(value, list) else value


def comparable(body: Tree) -> Tree:
    """An object as its owner made it: without status, of the field managers only helm."""
    metadata = dict(body["metadata"])
    annotations = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != ROLLOUT}
    metadata |= {"annotations": annotations} if annotations else {}
    entries = [entry for entry in metadata.pop("managedFields", []) if entry["manager"] == "helm"]
    kept = {key: value for key, value in body.items() if key != "status"}
    tree: Tree = masked({**kept, "metadata": {**metadata, "managedFields": entries}}, RANDOM)
    return tree


def record_of(body: Tree) -> Tree:
    """A record: its labels, type and decoded payload, times masked."""
    payload = json.loads(gzip.decompress(base64.b64decode(base64.b64decode(body["data"]["release"]))))
    labels = masked(body["metadata"]["labels"], STAMPS)
    return {"labels": labels, "type": body["type"], "release": masked(payload, TIMES)}


def documents(text: str) -> Iterator[Tree]:
    for document in yaml.safe_load_all(text):
        if isinstance(document, dict):
            yield document


def snapshot(client: KubeClient, namespace: str, release: str) -> Tree:
    """The records, and every object that a record's manifest or hooks name."""
    query = ListQuery(api_version="v1", kind="Secret", namespace=namespace, labels=f"owner=helm,name={release}")
    records = {body["metadata"]["name"]: record_of(body) for body in client.list(query)}
    texts = {text for record in records.values() for text in _texts(record["release"])}
    objects: Tree = {}
    for document in (document for text in sorted(texts) for document in documents(text)):
        metadata = document["metadata"]
        info = client.kind_info(document["apiVersion"], document["kind"])
        where = metadata.get("namespace", namespace) if info.namespaced else ""
        ref = ResourceRef(document["apiVersion"], document["kind"], where, metadata.get("name", ""))
        try:
            objects[str(ref)] = comparable(client.get(ref))
        except ClusterError:
            objects[str(ref)] = None
    leases = client.list(ListQuery(api_version="coordination.k8s.io/v1", kind="Lease", namespace=namespace))
    return {"records": records, "objects": objects, "leases": leases}


def _texts(release: Tree) -> Iterator[str]:
    yield release.get("manifest", "")
    yield from (hook["manifest"] for hook in release.get("hooks", []))


class HelmSide:
    """The real Helm's commands."""

    def __init__(self, helm: Callable[..., Any], namespace: str, release: str, values: Path, *, major: int = 4) -> None:
        self._helm, self._major, self._namespace = helm, major, namespace
        self.release = release
        self.values = values

    def install(self, chart: Path, *flags: str) -> str:
        return self._text(self._run("install", self.release, chart, "-f", self.values, *flags))

    def upgrade(self, chart: Path, *flags: str) -> str:
        return self._text(self._run("upgrade", self.release, chart, "-f", self.values, *flags))

    def rollback(self, *flags: str) -> str:
        return self._text(self._run("rollback", self.release, *flags))

    def uninstall(self, *flags: str) -> str:
        return self._text(self._run("uninstall", self.release, *flags))

    def _run(self, *words: Any) -> Any:
        return self._helm(self._major, *words, "-n", self._namespace, check=False)

    @staticmethod
    def _text(done: Any) -> str:
        """The error, without the command's words before it; empty where all went well."""
        if not done.returncode:
            return ""
        text: str = done.stderr[done.stderr.index("Error: ") + len("Error: ") :].strip()
        return text.removeprefix("INSTALLATION FAILED: ").removeprefix("UPGRADE FAILED: ")


class OurSide:
    """The engine's verbs."""

    def __init__(self, client: KubeClient, namespace: str, release: str, values: Path) -> None:
        self.engine = Engine(client, store=SecretStore(client), namespace=namespace)
        self.release = release
        self.values = load_values(values)

    def install(self, chart: Path, **options: Any) -> str:
        return _error(
            lambda: self.engine.install(load_chart(chart), self.values, InstallOptions(name=self.release, **options))
        )

    def upgrade(self, chart: Path, **options: Any) -> str:
        return _error(
            lambda: self.engine.upgrade(self.release, load_chart(chart), self.values, UpgradeOptions(**options))
        )

    def rollback(self, **options: Any) -> str:
        return _error(lambda: self.engine.rollback(self.release, RollbackOptions(**options)))

    def uninstall(self, **options: Any) -> str:
        return _error(lambda: self.engine.uninstall(self.release, UninstallOptions(**options)))


def load_values(path: Path) -> Tree:
    from purehelm.engine import yamlio

    return yamlio.load_values(path.read_bytes())


def _error(call: Callable[[], object]) -> str:
    from purehelm.engine.errors import EngineError

    try:
        call()
    except EngineError as error:
        return str(error).strip()
    return ""


def sweep(client: KubeClient, found: Tree, namespace: str) -> None:
    """Delete what a lifecycle leaves behind (hooks, kept objects, definitions), and wait until it is gone."""
    texts = {text for record in found["records"].values() for text in _texts(record["release"])}
    left = []
    for document in (document for text in texts for document in documents(text)):
        if document["kind"] == "CustomResourceDefinition":
            continue
        info = client.kind_info(document["apiVersion"], document["kind"])
        metadata = document["metadata"]
        where = metadata.get("namespace", namespace) if info.namespaced else ""
        left.append(ResourceRef(document["apiVersion"], document["kind"], where, metadata.get("name", "")))
    for ref in left:
        try:
            client.delete(ref)
        except ObjectNotFound:
            continue
    for _ in range(300):
        left = [ref for ref in left if _exists(client, ref)]
        if not left:
            return
        time.sleep(0.05)
    raise AssertionError(f"still there: {left}")


def _exists(client: KubeClient, ref: ResourceRef) -> bool:
    try:
        client.get(ref)
    except ObjectNotFound:
        return False
    return True


def assert_same(ours: Tree, theirs: Tree) -> None:
    """Equal, told part by part so that a difference can be read."""
    assert list(ours["records"]) == list(theirs["records"])
    for name, record in theirs["records"].items():
        mine = ours["records"][name]
        for part in record["release"]:
            changes = field_changes({"a": record["release"][part]}, {"a": mine["release"].get(part)})
            assert not changes, (name, changes)
        assert mine == record
    assert ours["objects"].keys() == theirs["objects"].keys()
    for ref, body in theirs["objects"].items():
        mine = ours["objects"][ref]
        assert mine == body, (ref, mine and body and field_changes({"a": body}, {"a": mine}))
    assert ours["leases"] == theirs["leases"] == []
