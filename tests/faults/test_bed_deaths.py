"""The whole process is killed at any moment of an operation: the next one sets things right, and Helm sees a true history."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.actions.options import UninstallOptions, UpgradeOptions
from purehelm.engine.api import Engine
from purehelm.engine.chart.load import load_path
from purehelm.engine.errors import ReleaseNotFound
from purehelm.engine.kube.client import ClusterChoice, KubeClient, connect
from purehelm.engine.kube.cluster import ListQuery
from purehelm.storage.secret import SecretStore
from tests.bed.bed import Bed

pytestmark = [pytest.mark.bed, pytest.mark.timeout(900)]
CHART = Path(__file__).parents[2] / "fixtures" / "charts" / "large"
PURE = Path(sys.executable).parent / "purehelm"
OBJECTS = 40
MOMENTS = 7  # of each operation
LEASE = 31.0  # seconds until a dead writer's lease is over
Helm = Callable[..., subprocess.CompletedProcess[str]]
VERBS: dict[str, list[str]] = {
    "install": ["install", "{name}", str(CHART), "--set", f"objects={OBJECTS}"],
    "upgrade": ["upgrade", "{name}", str(CHART), "--set", f"objects={OBJECTS},content=second"],
    "rollback": ["rollback", "{name}"],
    "uninstall": ["uninstall", "{name}"],
}
EARLIER = {
    "install": [],
    "upgrade": ["install"],
    "rollback": ["install", "upgrade"],
    "uninstall": ["install", "upgrade"],
}


class Processes:
    """purehelm commands in one namespace."""

    def __init__(self, bed: Bed, namespace: str, home: Path) -> None:
        folders = {f"HELM_{kind}_HOME": str(home / kind) for kind in ("CACHE", "CONFIG", "DATA")}
        dumping = {"PYTHONFAULTHANDLER": "1"}  # a command that hangs says where, when it is aborted
        self._environment = {**os.environ, "KUBECONFIG": str(bed.kubeconfig), **folders, **dumping}
        self._said = home.with_suffix(".txt")
        self._namespace = namespace

    def start(self, verb: str, name: str) -> subprocess.Popen[bytes]:
        arguments = [part.format(name=name) for part in VERBS[verb]]
        with self._said.open("w") as errors:
            return subprocess.Popen(
                [PURE, *arguments, "-n", self._namespace], env=self._environment,
                stdout=subprocess.DEVNULL, stderr=errors,
            )  # fmt: skip

    def finish(self, verb: str, name: str) -> float:
        """Run it to its end; the seconds that it took."""
        started = time.monotonic()
        process = self.start(verb, name)
        try:
            process.wait(120)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            process.wait()
        assert process.returncode == 0, self._said.read_text()
        return time.monotonic() - started

    def kill(self, verb: str, name: str, seconds: float) -> bool:
        """Run it, and kill it after so long; whether it was still running."""
        process = self.start(verb, name)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return True
        return False


@pytest.fixture
def client(bed: Bed) -> Iterator[KubeClient]:
    opened = connect(ClusterChoice(kubeconfig=str(bed.kubeconfig)))
    yield opened
    opened.close()


@pytest.mark.parametrize("verb", VERBS)
def test_killed(verb: str, bed: Bed, client: KubeClient, namespace: str, tmp_path: Path, helm: Helm) -> None:
    processes = Processes(bed, namespace, tmp_path / "home")
    names = [f"{verb}-{number}" for number in range(MOMENTS)]
    for name in ["calm", *names]:
        for earlier in EARLIER[verb]:
            processes.finish(earlier, name)
    whole = processes.finish(verb, "calm")
    killed = [processes.kill(verb, name, whole * (number + 1) / (MOMENTS + 1)) for number, name in enumerate(names)]
    assert any(killed)
    time.sleep(LEASE)  # nothing else tells the dead from the slow

    engine = Engine(client, store=SecretStore(client), namespace=namespace)
    for name in names:
        recover(engine, verb, name)
        if verb == "uninstall":
            assert engine.list() == [] or name not in [release.name for release in engine.list()]
            continue
        revisions = history(helm, name, namespace)
        assert [one["revision"] for one in revisions] == list(range(1, len(revisions) + 1))
        assert [one["status"] for one in revisions].count("deployed") == 1
        assert [revisions[-1]["status"], {one["status"] for one in revisions[:-1]} <= {"superseded", "failed"}] == [
            "deployed",
            True,
        ]
        assert objects(client, namespace, name) == OBJECTS
        engine.uninstall(name)
        assert objects(client, namespace, name) == 0


def recover(engine: Engine, verb: str, name: str) -> None:
    """What a caller does next."""
    if verb == "uninstall":
        try:
            engine.uninstall(name, UninstallOptions())
        except ReleaseNotFound:
            return  # it had come to its end
        return
    engine.ensure(name, load_path(CHART), {"objects": float(OBJECTS)}, UpgradeOptions(max_history=0))


def history(helm: Helm, name: str, namespace: str) -> list[dict[str, Any]]:
    """The real Helm's view."""
    answer: list[dict[str, Any]] = json.loads(helm(4, "history", name, "-n", namespace, "-o", "json").stdout)
    return answer


def objects(client: KubeClient, namespace: str, name: str) -> int:
    """How many ConfigMaps of the release live."""
    found = client.list(ListQuery(api_version="v1", kind="ConfigMap", namespace=namespace))
    owner = "meta.helm.sh/release-name"
    return sum((body["metadata"].get("annotations") or {}).get(owner) == name for body in found)
