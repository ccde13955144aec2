"""One contract, two API servers: the in-memory one, and the bed's."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from purehelm.engine.kube.client import ClusterChoice, connect
from purehelm.engine.kube.cluster import Cluster, WriteOptions
from purehelm.engine.shapes import KubeObject, ResourceRef
from purehelm.engine.testing import FakeCluster
from tests.bed.bed import Bed

OPTIONS = WriteOptions()


@dataclass(frozen=True)
class Place:
    """A cluster, and a namespace of the test's own in it."""

    cluster: Cluster
    namespace: str
    real: bool

    def config(self, name: str = "a", **extra: object) -> KubeObject:
        """A ConfigMap to write."""
        return {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": self.namespace},
            **extra,
        }

    def ref(self, name: str = "a", *, api_version: str = "v1", kind: str = "ConfigMap") -> ResourceRef:
        """An object of the namespace."""
        return ResourceRef(api_version, kind, self.namespace, name)

    def apply(
        self, body: KubeObject, *, manager: str = "helm", force: bool = False, dry_run: bool = False
    ) -> KubeObject:
        """Server-side apply."""
        return self.cluster.apply(body, WriteOptions(manager=manager, force=force, dry_run=dry_run))

    def create(self, body: KubeObject, *, manager: str = "helm") -> KubeObject:
        """Create an object."""
        return self.cluster.create(body, WriteOptions(manager=manager))


@pytest.fixture(scope="session")
def real(bed: Bed) -> Iterator[Cluster]:
    """The bed's API server."""
    client = connect(ClusterChoice(kubeconfig=str(bed.kubeconfig)))
    yield client
    client.close()


@pytest.fixture(params=["fake", pytest.param("bed", marks=pytest.mark.bed)])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """An empty namespace, on each of the two."""
    is_real = request.param == "bed"
    cluster: Cluster = request.getfixturevalue("real") if is_real else FakeCluster()
    name = f"contract-{uuid.uuid4().hex[:10]}"
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, OPTIONS)
    yield Place(cluster, name, is_real)
    cluster.delete(ResourceRef("v1", "Namespace", "", name))
