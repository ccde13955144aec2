"""Objects on a real control plane: what is written is what Helm would write, and what is skipped changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ApplyConflict, ClusterError, ClusterUnreachable, Forbidden, NotReady
from purehelm.engine.kube.apply import ApplyRule, create_all, delete_all, update_all
from purehelm.engine.kube.client import KubeClient, connect
from purehelm.engine.kube.cluster import LogQuery, WriteOptions
from purehelm.engine.kube.config import ClusterChoice
from purehelm.engine.kube.fields import ref_of
from purehelm.engine.kube.logs import pod_logs
from purehelm.engine.kube.wait import WaitRule, wait_deleted, wait_done, wait_ready
from purehelm.engine.shapes import KubeObject
from tests.bed.bed import Bed
from tests.engine.kube.objects import config, job, pod, service, workload

pytestmark = pytest.mark.bed
RULE = WaitRule(timeout=60.0)


@pytest.fixture(scope="module")
def client(bed: Bed) -> Iterator[KubeClient]:
    opened = connect(ClusterChoice(kubeconfig=str(bed.kubeconfig)), environment={})
    yield opened
    opened.close()


@pytest.fixture
def here(namespace: str) -> Callable[..., list[KubeObject]]:
    """Objects in the test's namespace."""

    def placed(*objects: KubeObject) -> list[KubeObject]:
        return [{**body, "metadata": {**body["metadata"], "namespace": namespace}} for body in objects]

    return placed


def versions(client: KubeClient, objects: list[KubeObject]) -> list[str]:
    return [client.get(ref_of(body))["metadata"]["resourceVersion"] for body in objects]


ports: dict[str, Any] = {
    "name": "c",
    "image": "x",
    "ports": [{"containerPort": 80}, {"containerPort": 53, "protocol": "UDP"}],
}


def many() -> list[KubeObject]:
    web = workload("Deployment")
    web["spec"]["template"]["spec"]["containers"] = [
        {
            **ports,
            "env": [{"name": "B", "value": "1"}, {"name": "A", "value": "2"}],
            "resources": {"limits": {"cpu": "1"}},
        }
    ]
    account: KubeObject = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a"}}
    role: KubeObject = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "r"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
    }  # fmt: skip
    return [
        config(k="1"),
        account,
        role,
        service(ports=[{"name": "http", "port": 80}, {"name": "dns", "port": 53, "protocol": "UDP"}]),
        web,
    ]


def test_what_is_skipped_changes_nothing(client: KubeClient, here: Any) -> None:
    objects = here(*many())
    create_all(client, objects, ApplyRule()).check()
    wait_ready(client, objects, RULE, Deadline(60))
    before = [client.get(ref_of(body)) for body in objects]
    assert [change.change for change in update_all(client, objects, objects, ApplyRule()).changes] == ["unchanged"] * 5
    for body in objects:
        client.apply(body, WriteOptions())  # the proof: what was left out would have changed nothing
    assert [client.get(ref_of(body)) for body in objects] == before


def test_what_is_not_skipped(client: KubeClient, here: Any) -> None:
    objects = here(config(k="1"))
    create_all(client, objects, ApplyRule()).check()
    client.apply({**objects[0], "data": {"k": "9"}}, WriteOptions(manager="other", force=True))
    applied = update_all(client, objects, objects, ApplyRule())
    assert isinstance(applied.error, ApplyConflict)
    assert [(conflict.manager, conflict.field) for conflict in applied.error.conflicts] == [("other", ".data.k")]
    assert str(applied.error) == (
        f"conflict occurred while applying object {objects[0]['metadata']['namespace']}/a /v1, Kind=ConfigMap: "
        'Apply failed with 1 conflict: conflict with "other": .data.k'
    )
    update_all(client, objects, objects, ApplyRule(force_conflicts=True)).check()
    assert client.get(ref_of(objects[0]))["data"] == {"k": "1"}


def test_from_client_side_to_server_side(client: KubeClient, here: Any) -> None:
    old, new = here(config(k="1", gone="1")), here(config(k="2"))
    create_all(client, old, ApplyRule(server_side=False)).check()
    update_all(client, old, new, ApplyRule(migrate=True)).check()
    live = client.get(ref_of(new[0]))
    assert live["data"] == {"k": "2"}
    assert [(entry["manager"], entry["operation"]) for entry in live["metadata"]["managedFields"]] == [
        ("helm", "Apply")
    ]


def test_a_field_that_nobody_knows_is_refused(client: KubeClient, here: Any) -> None:
    body = here({**config(), "nonsense": 1})
    with pytest.raises(
        ClusterError, match=r"^server-side apply failed for object .*/a /v1, Kind=ConfigMap: .*nonsense"
    ):
        create_all(client, body, ApplyRule()).check()
    create_all(client, body, ApplyRule(server_side=False)).check()


@pytest.mark.parametrize("strategy", ["watcher", "legacy"])
def test_everything_becomes_ready_and_goes(client: KubeClient, here: Any, strategy: Any) -> None:
    objects = here(
        *many(), workload("StatefulSet", "db"), workload("DaemonSet", "ds"), workload("ReplicaSet", "rs"), job()
    )
    rule = WaitRule(strategy=strategy, jobs=True, timeout=60.0)
    create_all(client, objects, ApplyRule()).check()
    wait_ready(client, objects, rule, Deadline(90))
    delete_all(client, objects, "Foreground").check()
    wait_deleted(client, objects, rule, Deadline(90))


def test_a_pod_that_cannot_pull_its_image(client: KubeClient, here: Any, namespace: str) -> None:
    objects = here(workload("Deployment", outcome="image-pull"))
    create_all(client, objects, ApplyRule()).check()
    with pytest.raises(NotReady) as caught:
        wait_ready(client, objects, WaitRule(timeout=3.0), Deadline(60))
    assert str(caught.value) == (
        f"resource Deployment/{namespace}/web not ready. status: InProgress, message: Available: 0/1\n"
        "context deadline exceeded"
    )
    assert any("Scheduled" in line for line in caught.value.objects[0].events)


def test_hooks(client: KubeClient, here: Any, namespace: str) -> None:
    objects = here(job(), pod())
    create_all(client, objects, ApplyRule()).check()
    wait_done(client, objects, RULE, Deadline(60))
    lines = [
        line.line for line in pod_logs(client, LogQuery(namespace=namespace, pod=""), "batch.kubernetes.io/job-name=j")
    ]
    assert lines[0] == b"hello from the container\n"
    bad = here(job("bad", outcome="fail", backoffLimit=0))
    create_all(client, bad, ApplyRule()).check()
    with pytest.raises(NotReady) as caught:
        wait_done(client, bad, RULE, Deadline(60))
    assert (
        str(caught.value) == f"resource Job/{namespace}/bad not ready. status: Failed, message: Job Failed. failed: 1/1"
    )


def test_who_may_not(bed: Bed, namespace: str) -> None:
    assert bed.cluster is not None
    client = connect(ClusterChoice(kubeconfig=str(bed.cluster.kubeconfig_for("nobody"))), environment={})
    with pytest.raises(
        Forbidden, match=f'cannot get resource "configmaps" in API group "" in the namespace "{namespace}"'
    ):
        client.get(ref_of({**config(), "metadata": {"name": "a", "namespace": namespace}}))
    client.close()


def test_capabilities_are_helms(client: KubeClient, helm: Any, namespace: str, tmp_path: Path) -> None:
    (tmp_path / "c" / "templates").mkdir(parents=True)
    (tmp_path / "c" / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 0.1.0\n")
    (tmp_path / "c" / "templates" / "a.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
        "data:\n  v: {{ .Capabilities.APIVersions | toJson | quote }}\n  k: {{ .Capabilities.KubeVersion.Version }}\n"
    )
    helm(4, "install", "r", tmp_path / "c", "-n", namespace)
    data = client.get(ref_of({**config(), "metadata": {"name": "a", "namespace": namespace}}))["data"]
    ours = client.capabilities()
    assert (sorted(json.loads(data["v"])), data["k"]) == (list(ours.api_versions), ours.kube_version.version)


CHART = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {a: '1', v: '{{ .Values.v }}'}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: c, image: 'x:{{ .Values.v }}', env: [{name: A, value: '{{ .Values.v }}'}, {name: B, value: b}]}
      {{- if eq .Values.v "1" }}
      - {name: gone, image: x}
      {{- end }}
"""


def test_client_side_patches_are_helms(
    client: KubeClient, helm: Any, here: Any, namespace: str, tmp_path: Path
) -> None:
    """The same change, by the real Helm and by ours, after the same edit by somebody else."""
    import yaml

    (tmp_path / "c" / "templates").mkdir(parents=True)
    (tmp_path / "c" / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 0.1.0\n")
    (tmp_path / "c" / "templates" / "a.yaml").write_text(CHART)
    edit = {"spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "sidecar", "image": "s"}]}}}}

    def bodies(version: str, name: str) -> list[KubeObject]:
        text = helm(4, "template", "r", tmp_path / "c", "--set-string", f"v={version}").stdout
        body = yaml.safe_load(text.replace("name: web,", f"name: {name},"))
        return list(here(body))

    def edited(name: str) -> None:
        from purehelm.engine.kube.cluster import PatchType

        (body,) = bodies("1", name)
        client.patch(ref_of(body), PatchType.STRATEGIC, edit, WriteOptions(manager="somebody"))

    helm(4, "install", "r", tmp_path / "c", "-n", namespace, "--server-side=false", "--set-string", "v=1")
    edited("web")
    helm(4, "upgrade", "r", tmp_path / "c", "-n", namespace, "--server-side=false", "--set-string", "v=2")
    create_all(client, bodies("1", "ours"), ApplyRule(server_side=False)).check()
    edited("ours")
    update_all(client, bodies("1", "ours"), bodies("2", "ours"), ApplyRule(server_side=False)).check()
    theirs, ours = (client.get(ref_of(bodies("2", name)[0])) for name in ("web", "ours"))
    assert ours["spec"] == theirs["spec"]
    assert [each["name"] for each in ours["spec"]["template"]["spec"]["containers"]] == ["sidecar", "c"]


def test_helm_says_the_same_of_servers_that_are_not_there(helm: Any, tmp_path: Path, bed: Bed) -> None:
    user = {"name": "u", "user": {"token": "x"}}
    for server in ("https://127.0.0.1:1", bed_server(bed)):
        body = {
            "clusters": [{"name": "c", "cluster": {"server": server}}], "users": [user],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}], "current-context": "x",
        }  # fmt: skip
        (tmp_path / "config").write_text(json.dumps(body))
        theirs = helm(4, "list", "--kubeconfig", tmp_path / "config", check=False).stderr
        with pytest.raises(ClusterUnreachable) as caught:
            connect(ClusterChoice(kubeconfig=str(tmp_path / "config")), environment={}).check()
        assert theirs == f"Error: {caught.value}\n"


def bed_server(bed: Bed) -> str:
    assert bed.cluster is not None
    return f"https://127.0.0.1:{bed.cluster.port}"
