"""Records on a real API server: Helm 3 and Helm 4 read and change ours, we read and change theirs."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.error
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from purehelm.engine.errors import ObjectConflict, ObjectExists, ObjectNotFound
from purehelm.engine.ports import RecordKind
from purehelm.engine.release.model import Status
from purehelm.engine.shapes import KubeObject
from purehelm.storage.codec import load, to_json
from purehelm.storage.secret import SecretStore, secret_bytes
from tests.bed.bed import Bed
from tests.bed.cluster import Cluster

pytestmark = pytest.mark.bed
Helm = Callable[..., subprocess.CompletedProcess[str]]


@dataclass
class Records:
    """A RecordApi as the bed's administrator."""

    cluster: Cluster

    def call(self, method: str, path: str, body: object = None) -> Any:
        try:
            return json.loads(self.cluster.call(method, path, body))
        except urllib.error.HTTPError as error:
            reason = json.loads(error.read())["reason"]
            kinds = {"NotFound": ObjectNotFound, "AlreadyExists": ObjectExists, "Conflict": ObjectConflict}
            raise kinds[reason](reason, status=error.code) from error

    @staticmethod
    def path(kind: RecordKind, namespace: str | None, name: str = "") -> str:
        where = f"/namespaces/{namespace}" if namespace else ""
        return f"/api/v1{where}/{kind.lower()}s" + (f"/{name}" if name else "")

    def get_record(self, kind: RecordKind, namespace: str, name: str) -> KubeObject:
        return dict(self.call("GET", self.path(kind, namespace, name)))

    def create_record(self, kind: RecordKind, namespace: str, body: KubeObject) -> KubeObject:
        return dict(self.call("POST", self.path(kind, namespace), body))

    def update_record(self, kind: RecordKind, namespace: str, body: KubeObject) -> KubeObject:
        return dict(self.call("PUT", self.path(kind, namespace, body["metadata"]["name"]), body))

    def delete_record(self, kind: RecordKind, namespace: str, name: str) -> None:
        self.call("DELETE", self.path(kind, namespace, name))

    def list_records(
        self, kind: RecordKind, namespace: str | None, selector: str, *, metadata_only: bool = False
    ) -> Iterator[KubeObject]:
        yield from self.call("GET", f"{self.path(kind, namespace)}?labelSelector={quote(selector)}")["items"]


@pytest.fixture
def store(bed: Bed) -> SecretStore:
    assert bed.cluster is not None
    return SecretStore(Records(bed.cluster))


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text(
        "{apiVersion: v2, name: web, version: 1.2.3, appVersion: '9', annotations: {b: x, a: y}}"
    )
    (folder / "values.yaml").write_text(
        "text: <a & b>\nsmall: 0.00000012\nlarge: 12345678901234567890\nmany: 1000000\nnone: null\n"
    )
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}"
    (folder / "templates" / "map.yaml").write_text(head + "\ndata:\n  text: {{ .Values.text | quote }}\n")
    hook = "\n  annotations: {helm.sh/hook: 'pre-install,pre-upgrade', helm.sh/hook-weight: '-5'}\n"
    (folder / "templates" / "hook.yaml").write_text(head + "-hook" + hook)
    (folder / "templates" / "NOTES.txt").write_text("Hello <{{ .Values.text }}> \u2028 ü\n")
    return folder


@pytest.mark.parametrize("major", [3, 4])
def test_their_records_are_written_back_byte_for_byte(
    store: SecretStore, helm: Helm, namespace: str, chart: Path, major: int
) -> None:
    helm(major, "install", "web", chart, "-n", namespace, "--labels", "team=red", "--set", "x=1,y=1.5,z.a=null")
    helm(major, "upgrade", "web", chart, "-n", namespace, "--set", "text=two")
    helm(major, "rollback", "web", 1, "-n", namespace)
    assert [header.status for header in store.headers(namespace)] == [
        Status.SUPERSEDED,
        Status.SUPERSEDED,
        Status.DEPLOYED,
    ]
    for release in store.history(namespace, "web"):
        record = store._get(namespace, "web", release.revision)
        tree = load(secret_bytes(record, "release"))
        assert release.labels == {"team": "red"}
        if major == 4:
            import base64
            import gzip

            theirs = gzip.decompress(base64.b64decode(secret_bytes(record, "release")))
            assert to_json(release) == theirs
        else:
            tree["info"].pop("deleted")
            assert json.loads(to_json(release)) | {"hooks": 0} == tree | {"hooks": 0}


def shown(helm: Helm, major: int, namespace: str, name: str) -> list[str]:
    """All that Helm says of a release."""
    questions = [("status", name), ("history", name)]
    questions += [("get", what, name) for what in ("values", "manifest", "hooks", "notes")]
    texts = [helm(major, *question, "-n", namespace).stdout for question in questions]
    return [re.sub(r" +\d+s$", " AGE", text, flags=re.MULTILINE) for text in texts]  # seconds pass meanwhile


@pytest.mark.parametrize("writer", [3, 4])
@pytest.mark.parametrize("reader", [3, 4])
def test_ours_are_shown_and_changed_by_helm(
    store: SecretStore, helm: Helm, namespace: str, chart: Path, writer: int, reader: int
) -> None:
    helm(writer, "install", "web", chart, "-n", namespace, "--labels", "team=red", "--set", "x=1")
    helm(writer, "upgrade", "web", chart, "-n", namespace, "--set", "x=2")
    before = shown(helm, reader, namespace, "web")
    for release in store.history(namespace, "web"):
        store.delete(namespace, "web", release.revision)
        store.create(release)  # now every record is ours
    assert shown(helm, reader, namespace, "web") == before
    listed = json.loads(helm(reader, "list", "-n", namespace, "-l", "team=red", "-o", "json").stdout)
    assert [(row["name"], row["revision"], row["chart"], row["app_version"]) for row in listed] == [
        ("web", "2", "web-1.2.3", "9")
    ]

    helm(reader, "upgrade", "web", chart, "-n", namespace, "--set", "x=3")
    last = store.last(namespace, "web")
    assert (last.revision, last.config) == (3, {"x": 3.0})
    store.update(last.with_status(Status.SUPERSEDED))
    store.create(replace(last, revision=4))
    helm(reader, "rollback", "web", 2, "-n", namespace)
    assert [header.status.value for header in store.headers(namespace)] == ["superseded"] * 4 + ["deployed"]
    assert [release.revision for release in store.newest(namespace)] == [5]
    helm(reader, "uninstall", "web", "-n", namespace)
    assert store.headers(namespace) == []
