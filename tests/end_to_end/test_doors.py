"""The main job through the other doors, on a real cluster and real repositories: the O2-DMS adapter and the library."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from purehelm.adapter.dms.adapter import HelmAdapter
from purehelm.adapter.dms.errors import DeploymentNotFound, PackageInUse, PackageNotFound
from purehelm.adapter.dms.models import (
    DeploymentFilter,
    DeploymentRequest,
    DeploymentUpdate,
    PackageFilter,
    PackageUpload,
    ScaleRequest,
)
from purehelm.adapter.dms.opening import open_registry
from purehelm.engine import Engine
from purehelm.engine.actions.options import InstallOptions, RollbackOptions, UpgradeOptions, WaitStrategy
from purehelm.engine.chart.load import load_path
from purehelm.engine.chart.package import packed
from purehelm.engine.errors import ReleaseNotFound
from purehelm.engine.kube.client import connect
from purehelm.engine.kube.config import ClusterChoice
from purehelm.storage.secret import SecretStore
from tests.bed.bed import Bed

pytestmark = pytest.mark.bed
Helm = Callable[..., subprocess.CompletedProcess[str]]
CHARTS = Path(__file__).resolve().parents[2] / "fixtures" / "charts"
CONFIGURATION = """
plugins:
  dms:
    - name: helm-deployer
      type: helm
      enabled: true
      default: true
      config:
        kubeconfig: {kubeconfig}
        namespace: {namespace}
        repositoryUrl: {url}
        repositoryUsername: {username}
        repositoryPassword: ${{BED_PASSWORD}}
        repositoryPlainHTTP: {plain}
        timeout: 90s
"""


@pytest.fixture(params=["chartmuseum", "oci"])
def adapter(request: pytest.FixtureRequest, bed: Bed, namespace: str, tmp_path: Path) -> Iterator[HelmAdapter]:
    """The adapter that a configuration file asks for, on the bed's cluster and one of its repositories."""
    server = bed.chartmuseum if request.param == "chartmuseum" else bed.registry
    # A repository of the test's own in the registry; ChartMuseum has one for all.
    url = server.url if request.param == "chartmuseum" else f"oci://{server.url}/{uuid.uuid4().hex[:8]}"
    text = CONFIGURATION.format(
        kubeconfig=bed.kubeconfig,
        namespace=namespace,
        url=url,
        username=server.username,
        plain=str(request.param == "oci").lower(),
    )
    path = tmp_path / "dms.yaml"
    path.write_text(text)
    opened = open_registry(path, {"BED_PASSWORD": server.password}).get()
    yield opened
    opened.close()


def statuses(helm: Helm, major: int, name: str, namespace: str) -> list[tuple[int, str]]:
    """What Helm says of a release's revisions."""
    told = json.loads(helm(major, "history", name, "-n", namespace, "-o", "json").stdout)
    return [(step["revision"], step["status"]) for step in told]


def test_the_adapter_does_the_main_job(adapter: HelmAdapter, helm: Helm, namespace: str) -> None:
    adapter.health()
    chart = load_path(CHARTS / "upf")
    version = f"0.0.0-t{uuid.uuid4().hex[:10]}"
    content = packed(replace(chart, metadata=replace(chart.metadata, version=version)))
    package = adapter.upload_package(PackageUpload(name="upf", version=version, content=content))
    assert package == adapter.get_package(f"upf-{version}")
    assert package in adapter.list_packages(PackageFilter(name="upf"))

    made = adapter.create_deployment(
        DeploymentRequest(name="core", package_id=package.id, values={"replicaCount": 1}, description="first")
    )
    assert (made.namespace, made.version, str(made.status)) == (namespace, 1, "deployed")
    detail = adapter.deployment_status("core")
    assert (detail.progress, str(detail.status)) == (100, "deployed")
    with pytest.raises(PackageInUse):
        adapter.delete_package(package.id)

    adapter.update_deployment("core", DeploymentUpdate(values={"replicaCount": 1, "hugepages": "2Gi"}))
    scaled = adapter.scale_deployment("core", ScaleRequest(replicas=3))
    assert scaled.version == 3
    assert [each.id for each in adapter.list_deployments(DeploymentFilter(namespace=namespace))] == ["core"]
    assert json.loads(helm(4, "get", "values", "core", "-n", namespace, "-o", "json").stdout) == {
        "replicaCount": 3, "hugepages": "2Gi",
    }  # fmt: skip
    back = adapter.rollback_deployment("core", 1)
    assert [each.revision for each in adapter.deployment_history("core")] == [1, 2, 3, 4]
    assert back.version == 4
    seen = [(1, "superseded"), (2, "superseded"), (3, "superseded"), (4, "deployed")]
    assert [statuses(helm, major, "core", namespace) for major in (3, 4)] == [seen, seen]
    assert adapter.deployment_logs("core") != b""

    adapter.delete_deployment("core")
    with pytest.raises(DeploymentNotFound):
        adapter.get_deployment("core")
    assert json.loads(helm(4, "list", "-n", namespace, "-o", "json").stdout) == []
    adapter.delete_package(package.id)
    with pytest.raises(PackageNotFound):
        adapter.get_package(package.id)


@pytest.mark.parametrize("name", ["web", "upf"])
def test_the_library_does_the_main_job(bed: Bed, helm: Helm, namespace: str, name: str) -> None:
    cluster = connect(ClusterChoice(kubeconfig=str(bed.kubeconfig)))
    engine = Engine(cluster, store=SecretStore(cluster), namespace=namespace)
    chart = load_path(CHARTS / name)
    wait = WaitStrategy.WATCHER

    engine.install(chart, {"replicaCount": 1}, InstallOptions(name="lib", wait=wait, timeout=90))
    engine.upgrade("lib", chart, {"replicaCount": 2}, UpgradeOptions(wait=wait, timeout=90))
    assert helm(4, "get", "manifest", "lib", "-n", namespace).stdout == engine.get_manifest("lib") + "\n"
    helm(4, "upgrade", "lib", CHARTS / name, "-n", namespace, "--set", "replicaCount=1")
    engine.rollback("lib", RollbackOptions(revision=2, wait=wait, timeout=90))
    seen = [(each.revision, str(each.status)) for each in engine.history("lib")]
    assert seen == [(1, "superseded"), (2, "superseded"), (3, "superseded"), (4, "deployed")]
    assert [statuses(helm, major, "lib", namespace) for major in (3, 4)] == [seen, seen]
    assert dict(engine.get_values("lib")) == {"replicaCount": 2}

    engine.uninstall("lib")
    with pytest.raises(ReleaseNotFound):
        engine.status("lib")
    engine.close()
