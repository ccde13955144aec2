"""Many writers of one release on a real API server: each revision has one winner, and none is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from purehelm.engine.actions.options import InstallOptions, UpgradeOptions
from purehelm.engine.api import Engine
from purehelm.engine.chart.load import load_path
from purehelm.engine.errors import EngineError, ReleaseBusy, ReleaseExists
from purehelm.engine.kube.client import ClusterChoice, KubeClient, connect
from purehelm.engine.release.model import Release, Status
from purehelm.storage.secret import SecretStore
from tests.bed.bed import Bed

pytestmark = [pytest.mark.bed, pytest.mark.timeout(600)]
CHART = Path(__file__).parents[2] / "fixtures" / "charts" / "large"
VALUES = {"objects": 3.0}
THREADS = 50
PURE = Path(sys.executable).parent / "purehelm"


@pytest.fixture
def client(bed: Bed) -> Iterator[KubeClient]:
    opened = connect(ClusterChoice(kubeconfig=str(bed.kubeconfig)))
    yield opened
    opened.close()


def race(operate: Callable[[], Release]) -> tuple[list[Release], list[EngineError]]:
    """All at once; who won, and what the others were told."""
    won: list[Release] = []
    lost: list[EngineError] = []
    gate = threading.Barrier(THREADS)

    def run() -> None:
        gate.wait()
        try:
            won.append(operate())
        except EngineError as error:
            lost.append(error)

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won, lost


@pytest.mark.parametrize("shared", [True, False], ids=["one-engine", "engine-each"])
def test_fifty_threads(client: KubeClient, namespace: str, shared: bool) -> None:
    store = SecretStore(client)
    chart = load_path(CHART)

    def engine() -> Engine:
        return Engine(client, store=store, namespace=namespace)

    one = engine()
    won, lost = race(lambda: (one if shared else engine()).install(chart, VALUES, InstallOptions(name="raced")))
    assert [[release.revision for release in won], len(lost)] == [[1], THREADS - 1]
    assert {type(error) for error in lost} <= {ReleaseBusy, ReleaseExists}

    won, lost = race(
        lambda: (one if shared else engine()).upgrade("raced", chart, VALUES, UpgradeOptions(max_history=0))
    )
    assert len(won) + len(lost) == THREADS
    assert {type(error) for error in lost} <= {ReleaseBusy, ReleaseExists}
    history = store.history(namespace, "raced")
    assert [release.revision for release in history] == list(range(1, len(won) + 2))
    assert sorted(release.revision for release in won) == [release.revision for release in history[1:]]
    statuses = [release.info.status for release in history]
    assert statuses == [Status.SUPERSEDED] * len(won) + [Status.DEPLOYED]


def test_three_processes(
    bed: Bed, client: KubeClient, namespace: str, tmp_path: Path, helm: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    command = [
        PURE,
        "upgrade",
        "--install",
        "raced",
        CHART,
        "-n",
        namespace,
        "--set",
        "objects=3",
        "--history-max",
        "0",
    ]
    environment = {
        **os.environ, "KUBECONFIG": str(bed.kubeconfig),
        **{f"HELM_{kind}_HOME": str(tmp_path / kind) for kind in ("CACHE", "CONFIG", "DATA")},
    }  # fmt: skip
    wins = 0
    for _ in range(4):
        started = [
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(3)
        ]
        ended = [(*process.communicate(), process.returncode) for process in started]
        wins += sum(code == 0 for _, _, code in ended)
        said = [errors for _, errors, code in ended if code]
        assert all(
            "another operation (install/upgrade/rollback) is in progress" in text
            or "already exists" in text
            or "cannot reuse a name" in text
            for text in said
        ), said
    history = SecretStore(client).history(namespace, "raced")
    assert [release.revision for release in history] == list(range(1, wins + 1))
    assert [release.info.status for release in history] == [Status.SUPERSEDED] * (wins - 1) + [Status.DEPLOYED]
    shown = helm(4, "history", "raced", "-n", namespace, "--max", 500).stdout.splitlines()
    assert len(shown) == wins + 1
    assert "deployed" in shown[-1]
