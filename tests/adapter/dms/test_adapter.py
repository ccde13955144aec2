"""O2-DMS as a whole, on the in-memory cluster and a real HTTP repository on loopback: nothing is simulated."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from purehelm.adapter.dms import errors as dms
from purehelm.adapter.dms.adapter import HelmAdapter
from purehelm.adapter.dms.models import (
    Capability,
    DeploymentFilter,
    DeploymentRequest,
    DeploymentStatus,
    DeploymentUpdate,
    LogQuery,
    PackageFilter,
    PackageUpload,
    ScaleRequest,
)
from purehelm.adapter.dms.opening import build_adapter, credentials_of
from purehelm.adapter.dms.settings import HelmSettings
from purehelm.engine.chart.load import load_path
from purehelm.engine.chart.model import Chart
from purehelm.engine.chart.package import packed
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import Cancelled, SettingsError
from purehelm.engine.release.model import Release
from purehelm.engine.testing import FakeCluster
from purehelm.repo.testing import ChartServer
from purehelm.repo.transport import Credentials

CHARTS = Path(__file__).resolve().parents[3] / "fixtures" / "charts"
LOGIN = Credentials(username="me", password="pw")


def chart(name: str = "web", version: str = "") -> Chart:
    found = load_path(CHARTS / name)
    return replace(found, metadata=replace(found.metadata, version=version)) if version else found


@pytest.fixture
def server() -> Iterator[ChartServer]:
    with ChartServer(LOGIN) as started:
        for each in (chart(), chart(version="1.3.0-rc.1"), chart("upf"), chart("never-ready")):
            started.add(packed(each))
        yield started


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


def settings(server: ChartServer, **changed: object) -> HelmSettings:
    known = HelmSettings(
        repository_url=server.url,
        repository_username="me",
        repository_password="pw",
        namespace="lab",
        timeout=5.0,
        max_history=3,
    )
    return replace(known, **changed)  # type: ignore[arg-type]


@pytest.fixture
def adapter(server: ChartServer, cluster: FakeCluster) -> Iterator[HelmAdapter]:
    opened = build_adapter(settings(server), cluster)
    yield opened
    opened.close()


def created(adapter: HelmAdapter, name: str = "one", **values: object) -> DeploymentRequest:
    request = DeploymentRequest(name=name, package_id="web-1.2.0", values=values)
    adapter.create_deployment(request)
    return request


def test_what_it_says_of_itself(adapter: HelmAdapter) -> None:
    assert (adapter.name, adapter.version) == ("helm", "v4.3.1")
    assert sorted(adapter.capabilities) == [
        "deployment-lifecycle", "health-checks", "metrics", "package-management", "rollback", "scaling",
    ]  # fmt: skip
    assert (adapter.supports_rollback, adapter.supports_scaling, adapter.supports_gitops) == (True, True, False)
    assert Capability.GITOPS not in adapter.capabilities
    with pytest.raises(dms.OperationNotSupported, match="operation not supported"):
        adapter.sync_gitops("one")


def test_packages_are_listed_got_uploaded_and_deleted(adapter: HelmAdapter) -> None:
    ids = [package.id for package in adapter.list_packages()]
    assert ids == ["never-ready-0.1.0", "upf-0.4.1", "web-1.3.0-rc.1", "web-1.2.0"]
    assert [package.id for package in adapter.list_packages(PackageFilter(name="web", offset=1, limit=1))] == [
        "web-1.2.0"
    ]

    data = packed(chart(version="2.0.0"))
    uploaded = adapter.upload_package(PackageUpload(name="web", version="2.0.0", content=data))
    assert (uploaded.id, uploaded.extensions["helm.chartName"]) == ("web-2.0.0", "web")
    assert adapter.get_package("web-2.0.0") == uploaded
    with pytest.raises(dms.PackageExists):
        adapter.upload_package(PackageUpload(name="web", version="2.0.0", content=data))
    with pytest.raises(
        dms.InvalidRequest, match=r'the package.s version is "2\.0\.1", but its Chart\.yaml says "2\.0\.0"'
    ):
        adapter.upload_package(PackageUpload(name="web", version="2.0.1", content=data))
    adapter.delete_package("web-2.0.0")
    with pytest.raises(dms.PackageNotFound, match="chart not found"):
        adapter.get_package("web-2.0.0")


def test_a_package_in_use_is_kept(adapter: HelmAdapter) -> None:
    created(adapter)

    with pytest.raises(dms.PackageInUse) as raised:
        adapter.delete_package("web-1.2.0")

    assert raised.value.deployments == ("lab/one",)


def test_a_deployment_lives(adapter: HelmAdapter, cluster: FakeCluster) -> None:
    made = adapter.create_deployment(
        DeploymentRequest(
            name="one",
            package_id="web-1.2.0",
            values={"replicaCount": 2},
            description="first",
            extensions={"helm.labels": {"site": "north"}},
        )
    )
    assert (made.id, made.namespace, made.status, made.version, made.package_id, made.description) == (
        "one", "lab", DeploymentStatus.DEPLOYED, 1, "web-1.2.0", "first",
    )  # fmt: skip
    assert adapter.get_deployment("one") == adapter.get_deployment("lab/one") == made

    detail = adapter.deployment_status("one")
    assert (detail.progress, detail.message) == (100, "3 of 3 objects are ready")
    assert {condition.type for condition in detail.conditions} >= {
        "Deployment",
        "Deployment/one-web",
        "Service/one-web",
    }

    changed = adapter.update_deployment("one", DeploymentUpdate(extensions={"helm.chartVersion": "1.3.0-rc.1"}))
    assert (changed.version, changed.package_id) == (2, "web-1.3.0-rc.1")
    assert adapter.deployment_values("one") == {"replicaCount": 2}
    assert adapter.deployment_values("one", computed=True)["greeting"] == "hello"
    adapter.update_deployment("one", DeploymentUpdate(values={"greeting": "new"}))
    assert adapter.deployment_values("one") == {"greeting": "new"}

    back = adapter.rollback_deployment("one", 2)
    assert (back.version, back.description) == (4, "Rollback to 2")
    assert [(each.revision, each.chart_version) for each in adapter.deployment_history("one")] == [
        (2, "1.3.0-rc.1"), (3, "1.3.0-rc.1"), (4, "1.3.0-rc.1"),
    ]  # fmt: skip
    assert "kind: Deployment" in adapter.deployment_manifest("one")

    adapter.delete_deployment("one")
    assert cluster.objects("Deployment") == cluster.objects("Secret") == []
    with pytest.raises(dms.DeploymentNotFound, match="deployment not found"):
        adapter.get_deployment("one")


def test_scaling_is_real_or_refused(adapter: HelmAdapter, cluster: FakeCluster) -> None:
    created(adapter, greeting="kept")

    scaled = adapter.scale_deployment("one", ScaleRequest(replicas=3))

    (deployment,) = cluster.objects("Deployment")
    assert (scaled.version, deployment["spec"]["replicas"]) == (2, 3)
    assert adapter.deployment_values("one") == {"greeting": "kept", "replicaCount": 3}
    with pytest.raises(dms.ScaleRefused, match='no workload follows the value "other"'):
        adapter.scale_deployment("one", ScaleRequest(replicas=3, path="other"))
    with pytest.raises(dms.InvalidRequest, match="-1 replicas cannot be had"):
        adapter.scale_deployment("one", ScaleRequest(replicas=-1))
    assert adapter.scale_deployment("one", ScaleRequest(replicas=0)).version == 3
    assert adapter.get_deployment("one").version == 3


def test_lists_are_filtered_and_in_order(adapter: HelmAdapter) -> None:
    created(adapter, "b")
    adapter.create_deployment(
        DeploymentRequest(
            name="a", package_id="web-1.2.0", namespace="zone", extensions={"helm.labels": {"site": "south"}}
        )
    )

    def names(**wanted: object) -> list[str]:
        return [each.name for each in adapter.list_deployments(DeploymentFilter(**wanted))]  # type: ignore[arg-type]

    assert names() == ["b", "a"]
    assert names(namespace="zone") == ["a"]
    assert names(labels={"site": "south"}) == ["a"]
    assert names(status=DeploymentStatus.FAILED) == []
    assert names(extensions={"helm.chartName": "web"}) == ["b", "a"]
    assert names(offset=1, limit=1) == ["a"]
    assert adapter.get_deployment("a").namespace == "zone"  # the only one of the name
    with pytest.raises(dms.DeploymentNotFound):
        adapter.get_deployment("a", namespace="lab")
    created(adapter, "a")
    adapter.create_deployment(DeploymentRequest(name="b", package_id="web-1.2.0", namespace="other"))
    adapter.delete_deployment("b", namespace="lab")
    assert adapter.get_deployment("b").namespace == "other"


def test_a_name_in_several_namespaces_must_be_told_apart(adapter: HelmAdapter) -> None:
    for namespace in ("one", "two"):
        adapter.create_deployment(DeploymentRequest(name="x", package_id="web-1.2.0", namespace=namespace))

    with pytest.raises(dms.InvalidRequest, match=r"in several namespaces \(one, two\)"):
        adapter.get_deployment("x")


def test_errors_say_what_o2dms_asks_for(adapter: HelmAdapter) -> None:
    created(adapter)

    with pytest.raises(dms.DeploymentExists, match="release already exists"):
        created(adapter)
    with pytest.raises(dms.PackageNotFound, match="chart not found"):
        adapter.create_deployment(DeploymentRequest(name="two", package_id="nope-1.0.0"))
    with pytest.raises(dms.DeploymentNotFound, match="deployment not found"):
        adapter.update_deployment("nope", DeploymentUpdate())
    with pytest.raises(dms.RollbackImpossible, match="rollback failed") as missing:
        adapter.rollback_deployment("one", 7)
    with pytest.raises(dms.RollbackImpossible, match="rollback failed") as alone:
        adapter.rollback_deployment("one")
    with pytest.raises(dms.InvalidRequest):
        adapter.rollback_deployment("one", -1)
    with pytest.raises(dms.InvalidRequest):
        adapter.create_deployment(DeploymentRequest(name="Bad", package_id="web-1.2.0"))
    with pytest.raises(dms.InvalidRequest, match=r"helm\.labels must map names to texts"):
        adapter.create_deployment(
            DeploymentRequest(name="two", package_id="web-1.2.0", extensions={"helm.labels": {"a": 1}})
        )

    assert (missing.value.status, alone.value.status) == (404, 409)


def test_what_never_becomes_ready_fails_with_its_record(server: ChartServer, cluster: FakeCluster) -> None:
    adapter = build_adapter(settings(server, timeout=0.3), cluster)
    package = adapter.list_packages(PackageFilter(name="never-ready"))[0]

    with pytest.raises((dms.DeploymentFailed, dms.OperationTimeout)) as raised:
        adapter.create_deployment(DeploymentRequest(name="one", package_id=package.id))

    assert str(raised.value).startswith("helm install failed: ")
    if isinstance(raised.value, dms.DeploymentFailed):
        assert isinstance(raised.value.record, Release)
    detail = adapter.deployment_status("one")
    assert (detail.status, detail.progress < 100) == (DeploymentStatus.FAILED, True)
    adapter.close()


def test_a_cancelled_operation_says_so(adapter: HelmAdapter) -> None:
    deadline = Deadline(5.0)
    deadline.cancel()

    with pytest.raises((Cancelled, dms.DmsError)):
        adapter.create_deployment(DeploymentRequest(name="one", package_id="web-1.2.0"), deadline=deadline)


def test_logs_come_whole_and_as_a_stream(adapter: HelmAdapter) -> None:
    created(adapter)

    text = adapter.deployment_logs("one")
    with adapter.follow_logs("one", LogQuery(container="web", follow=False)) as stream:
        lines = list(stream)

    assert lines == text.splitlines(keepends=True)
    assert [line.partition(b"] ")[2] for line in lines] == [b"hello from the container\n", b"done\n"]
    assert lines[0].startswith(b"[one-web-")
    with pytest.raises(dms.InvalidRequest, match='no container is named "nope"; there are: web'):
        adapter.deployment_logs("one", LogQuery(container="nope"))


def test_health_names_what_is_ill(adapter: HelmAdapter, server: ChartServer, cluster: FakeCluster) -> None:
    adapter.health()

    cluster.faults.fail(lambda call: call.verb == "version", times=None)
    with pytest.raises(dms.ClusterFailed):
        adapter.health()
    cluster.faults.clear()
    refused = build_adapter(settings(server, repository_password="wrong"), cluster)
    with pytest.raises(dms.RepositoryFailed, match="failed to locate chart") as raised:
        refused.health()

    assert raised.value.status == 401
    refused.close()


def test_operations_are_counted(adapter: HelmAdapter) -> None:
    adapter.list_packages()
    with pytest.raises(dms.DeploymentNotFound):
        adapter.get_deployment("nope")

    assert [(each.operation, each.outcome, each.count) for each in adapter.metrics()] == [
        ("get deployment", "dms.deployment_not_found", 1),
        ("list packages", "ok", 1),
    ]


def secret(**data: str) -> dict[str, object]:
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "login", "namespace": "default"},
        "data": encoded,
    }


def test_credentials_may_be_in_a_secret(server: ChartServer, cluster: FakeCluster) -> None:
    cluster.create_record("Secret", "default", secret(username="me", password="pw"))
    known = settings(
        server,
        repository_username="",
        repository_password="",
        repository_credentials_secret="default/login",
    )

    adapter = build_adapter(known, cluster)

    assert adapter.get_package("web-1.2.0").name == "web"
    adapter.close()


@pytest.mark.parametrize(
    ("name", "text"),
    [("absent", "there is no Secret default/absent"), ("login", "the Secret default/login has no usable password")],
)
def test_a_secret_that_does_not_serve_is_named(name: str, text: str, server: ChartServer, cluster: FakeCluster) -> None:
    cluster.create_record("Secret", "default", secret(username="me"))
    known = settings(
        server, repository_username="", repository_password="", repository_credentials_secret=f"default/{name}"
    )

    with pytest.raises(SettingsError, match=text):
        credentials_of(known, cluster)
