"""List, history and status over many records on a real API server, whole processes, beside Helm's.

`python -m benchmarks.storage [RELEASES] [REVISIONS]`.
"""

from __future__ import annotations

import base64
import random
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import median, process, report
from purehelm.engine.kube.client import connect
from purehelm.engine.kube.config import ClusterChoice
from purehelm.engine.release.model import Status
from purehelm.storage.secret import SecretStore
from purehelm.storage.testing import sample_release
from tests.bed.bed import running_bed


def main(releases: int, revisions: int) -> None:
    """Fill a bed, then measure in turns."""
    words = [random.Random(seed).randbytes(6).hex() for seed in range(3000)]
    text = " ".join(random.Random(1).choices(words, k=23_000)).encode()  # 300 KB that packs as charts do
    file = {"name": "templates/a.yaml", "data": base64.b64encode(text).decode()}
    with tempfile.TemporaryDirectory() as folder, running_bed(Path(folder) / "bed") as bed:
        store = SecretStore(connect(ClusterChoice(kubeconfig=str(bed.kubeconfig))))
        for number in range(releases):
            for revision in range(1, revisions + 1):
                status = Status.DEPLOYED if revision == revisions else Status.SUPERSEDED
                release = sample_release(revision, name=f"app-{number}", status=status)
                chart = {**release.chart, "templates": [file]}
                store.create(replace(release, namespace="default", chart=chart, manifest="", hooks=()))
        questions = (["list", "--max", "0"], ["history", "app-1"], ["status", "app-1"])
        for question in questions:
            ours = [Path(sys.executable).parent / "purehelm", "--kubeconfig", bed.kubeconfig, *question]
            theirs = [bed.helm(4), "--kubeconfig", bed.kubeconfig, *question]
            costs = [(process(ours), process(theirs)) for _ in range(5)]
            print(report(question[0], median([one for one, _ in costs]), median([other for _, other in costs])))


if __name__ == "__main__":
    main(*(int(text) for text in (sys.argv[1:] + ["200", "10"][len(sys.argv) - 1 :])))
