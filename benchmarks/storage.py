"""List and history over many records on a real API server, whole processes, beside Helm's.

`python -m benchmarks.storage [RELEASES] [REVISIONS]`: the client is this file's own (plain HTTPS, paged, metadata by
Accept header), so that the figures are the store's and not a Kubernetes client's.
"""

from __future__ import annotations

import http.client
import json
import ssl
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


class Records:
    """A RecordApi over one kept connection."""

    def __init__(self, folder: Path, port: int) -> None:
        context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
        context.load_cert_chain(folder / "admin.crt", folder / "admin.key")
        self._connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=60)

    def call(self, method: str, path: str, body: object = None, accept: str = "application/json") -> Any:
        headers = {"Content-Type": "application/json", "Accept": accept}
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(text[:500])
        return json.loads(text)

    @staticmethod
    def path(kind: str, namespace: str | None, name: str = "") -> str:
        where = f"/namespaces/{namespace}" if namespace else ""
        return f"/api/v1{where}/{kind.lower()}s" + (f"/{name}" if name else "")

    def get_record(self, kind: str, namespace: str, name: str) -> Any:
        return self.call("GET", self.path(kind, namespace, name))

    def create_record(self, kind: str, namespace: str, body: Any) -> Any:
        return self.call("POST", self.path(kind, namespace), body)

    def list_records(
        self, kind: str, namespace: str | None, selector: str, *, metadata_only: bool = False
    ) -> Iterator[Any]:
        accept, token = (METADATA if metadata_only else "application/json"), ""
        while True:
            query = f"?labelSelector={quote(selector)}&limit=500" + (f"&continue={quote(token)}" if token else "")
            page = self.call("GET", self.path(kind, namespace) + query, accept=accept)
            yield from page["items"]
            if not (token := page["metadata"].get("continue", "")):
                return


def read(what: str, folder: str, port: str) -> None:
    """The measured process."""
    from purehelm.storage.secret import SecretStore

    store = SecretStore(Records(Path(folder), int(port)))  # type: ignore[arg-type]
    found = store.newest("default") if what == "list" else store.summaries("default", "app-1")
    for release in found:
        print(release.name, release.revision, release.info.last_deployed, release.status, release.chart["metadata"])


def main(releases: int, revisions: int) -> None:
    """Fill a bed, then measure in turns."""
    import base64
    import random

    from benchmarks.measure import median, process, report
    from purehelm.engine.release.model import Status
    from purehelm.storage.secret import SecretStore
    from purehelm.storage.testing import sample_release
    from tests.bed.bed import running_bed

    words = [random.Random(seed).randbytes(6).hex() for seed in range(3000)]
    text = " ".join(random.Random(1).choices(words, k=23_000)).encode()  # 300 KB that packs as charts do
    file = {"name": "templates/a.yaml", "data": base64.b64encode(text).decode()}
    with tempfile.TemporaryDirectory() as folder, running_bed(Path(folder) / "bed") as bed:
        assert bed.cluster is not None
        store = SecretStore(Records(bed.cluster.folder, bed.cluster.port))  # type: ignore[arg-type]
        for number in range(releases):
            for revision in range(1, revisions + 1):
                status = Status.DEPLOYED if revision == revisions else Status.SUPERSEDED
                release = sample_release(revision, name=f"app-{number}", status=status)
                chart = {**release.chart, "templates": [file]}
                store.create(replace(release, namespace="default", chart=chart))
        for what, command in (("list", ["list", "--max", "0"]), ("history", ["history", "app-1"])):
            ours = [sys.executable, "-m", "benchmarks.storage", what, bed.cluster.folder, bed.cluster.port]
            theirs = [bed.helm(4), "--kubeconfig", bed.kubeconfig, *command]
            costs = [(process(ours, {"PYTHONPATH": "build/links"}), process(theirs)) for _ in range(3)]
            print(report(what, median([one for one, _ in costs]), median([other for _, other in costs])))


if __name__ == "__main__":
    if sys.argv[1:2] in (["list"], ["history"]):
        read(*sys.argv[1:4])
    else:
        main(*(int(text) for text in (sys.argv[1:] + ["200", "10"][len(sys.argv) - 1 :])))
