"""A bad network between the engine and a real API server: what is said is true, and the next operation works."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from purehelm.engine.actions.options import InstallOptions, UpgradeOptions, WaitStrategy
from purehelm.engine.api import Engine
from purehelm.engine.chart.load import load_path
from purehelm.engine.chart.model import Chart
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import EngineError
from purehelm.engine.kube.client import ClusterChoice, KubeClient, connect
from purehelm.engine.kube.cluster import ListQuery
from purehelm.engine.release.model import Status
from purehelm.storage.secret import SecretStore
from tests.bed.bed import Bed
from tests.faults.world import chart

pytestmark = [pytest.mark.bed, pytest.mark.timeout(600)]
LARGE = Path(__file__).parents[2] / "fixtures" / "charts" / "large"
VALUES = {"objects": 20.0}


@dataclass(frozen=True)
class Line:
    """A line to the API server that can be spoiled, and one that cannot."""

    bed: Bed
    name: str
    shaky: KubeClient
    sound: KubeClient
    namespace: str

    def engine(self, client: KubeClient) -> Engine:
        return Engine(client, store=SecretStore(client), namespace=self.namespace)

    def check(self) -> None:
        """The history is true whatever came of the shaky line, and the sound one can go on."""
        records = SecretStore(self.sound).history(self.namespace, "net")
        assert [release.revision for release in records] == list(range(1, len(records) + 1))
        assert sum(release.info.status is Status.DEPLOYED for release in records) <= 1


@pytest.fixture
def line(bed: Bed, namespace: str) -> Iterator[Line]:
    assert bed.cluster is not None
    name = f"net-{uuid.uuid4().hex[:8]}"
    address = bed.proxy.listen(name, f"127.0.0.1:{bed.cluster.port}")
    path = bed.cluster.kubeconfig_for(name, groups=("system:masters",), server=f"https://{address}")
    shaky = connect(ClusterChoice(kubeconfig=str(path)))
    sound = connect(ClusterChoice(kubeconfig=str(bed.kubeconfig)))
    yield Line(bed, name, shaky, sound, namespace)
    shaky.close()
    sound.close()
    bed.proxy.close(name)


def attempt(line: Line, revision: int, large: Chart) -> Exception | None:
    engine = line.engine(line.shaky)
    deadline = Deadline(60.0)
    try:
        if revision == 1:
            engine.install(large, VALUES, InstallOptions(name="net"), deadline=deadline)
        else:
            engine.upgrade("net", large, VALUES, UpgradeOptions(max_history=0), deadline=deadline)
    except EngineError as error:
        return error
    return None


def test_latency_is_only_slow(line: Line) -> None:
    line.bed.proxy.add(line.name, "latency", latency=50, jitter=20)
    assert attempt(line, 1, load_path(LARGE)) is None
    line.check()


@pytest.mark.parametrize(
    ("toxic", "attributes"),
    [("reset_peer", {"timeout": 30}), ("limit_data", {"bytes": 40_000}), ("timeout", {"timeout": 200})],
    ids=["resets", "cut-answers", "silence"],
)
def test_broken_connections(line: Line, toxic: str, attributes: dict[str, int]) -> None:
    """Half of the connections break; the engine tries again where that is safe, else says so."""
    large = load_path(LARGE)
    line.bed.proxy.add(line.name, toxic, toxicity=0.5, **attributes)
    for revision in (1, 2, 3):
        attempt(line, revision, large)
        line.check()
    line.bed.proxy.remove(line.name, toxic)
    recovered(line)


def recovered(line: Line) -> None:
    """Bring the release to what is wanted over the sound line; the dead writer's lease may have to run out."""
    engine, pause = line.engine(line.sound), threading.Event()
    for _ in range(40):
        try:
            release = engine.ensure("net", load_path(LARGE), VALUES, UpgradeOptions(max_history=0))
        except EngineError as error:
            last = error
            pause.wait(1.0)
            continue
        assert release.info.status is Status.DEPLOYED
        line.check()
        found = line.sound.list(ListQuery(api_version="v1", kind="ConfigMap", namespace=line.namespace))
        ours = [body for body in found if "meta.helm.sh/release-name" in (body["metadata"].get("annotations") or {})]
        assert len(ours) == int(VALUES["objects"])
        return
    raise last


def test_a_watch_that_is_cut_goes_on(line: Line) -> None:
    """The line is dead for a second while an install waits for a slow pod."""
    slow = chart("slow")
    engine = line.engine(line.shaky)
    cut = threading.Timer(1.0, lambda: line.bed.proxy.enable(line.name, enabled=False))
    heal = threading.Timer(2.0, lambda: line.bed.proxy.enable(line.name, enabled=True))
    cut.start()
    heal.start()
    options = InstallOptions(name="rel", wait=WaitStrategy.WATCHER, timeout=60.0, no_hooks=True)
    release = engine.install(slow, {}, options)
    assert release.info.status is Status.DEPLOYED
    cut.join()
    heal.join()
