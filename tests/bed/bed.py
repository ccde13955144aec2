"""One bed: its parts started together, described by one state file that other processes can read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from .cluster import Cluster, start_cluster
from .parts import program
from .processes import Processes
from .registries import ChartServer, FaultProxy, start_chartmuseum, start_proxy, start_registry

PROVIDERS = ("local", "kind", "current")
KIND_CLUSTER = "purehelm-bed"


@dataclass(frozen=True, slots=True)
class Bed:
    """What tests use. `cluster` is None where the cluster is not ours (kind, current)."""

    folder: Path
    kubeconfig: Path
    chartmuseum: ChartServer
    registry: ChartServer
    token_registry: ChartServer
    proxy: FaultProxy
    cluster: Cluster | None

    def helm(self, major: int) -> Path:
        """The real Helm command, 4 or 3."""
        return program(f"helm{major}")

    def save(self) -> Path:
        """Write the state file."""
        path = self.folder / "bed.json"
        path.write_text(json.dumps(asdict(self), default=str, indent=1))
        return path

    @classmethod
    def load(cls, path: Path) -> Bed:
        """The bed that a state file describes."""
        state = json.loads(path.read_text())
        cluster = state["cluster"]
        return cls(
            folder=Path(state["folder"]),
            kubeconfig=Path(state["kubeconfig"]),
            chartmuseum=ChartServer(**state["chartmuseum"]),
            registry=ChartServer(**state["registry"]),
            token_registry=ChartServer(**state["token_registry"]),
            proxy=FaultProxy(**state["proxy"]),
            cluster=cluster and Cluster(Path(cluster["folder"]), cluster["port"]),
        )


def start_bed(folder: Path, *, provider: str = "local", detached: bool = False) -> tuple[Bed, Processes]:
    """Start everything in a fresh folder (about 8 s once built)."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    processes = Processes(folder.resolve(), detached=detached)
    try:
        cluster = start_cluster(processes) if provider == "local" else None
        bed = Bed(
            folder=processes.folder,
            kubeconfig=cluster.kubeconfig if cluster else foreign_kubeconfig(provider, folder),
            chartmuseum=start_chartmuseum(processes),
            registry=start_registry(processes),
            token_registry=start_registry(processes, tokens=True),
            proxy=start_proxy(processes),
            cluster=cluster,
        )
        bed.save()
    except BaseException:
        processes.stop()
        raise
    return bed, processes


@contextmanager
def running_bed(folder: Path, *, provider: str = "local") -> Iterator[Bed]:
    """A bed for as long as the block runs, ended also by Ctrl-C."""
    bed, processes = start_bed(folder, provider=provider)
    try:
        yield bed
    finally:
        processes.stop()
        shutil.rmtree(folder, ignore_errors=True)


def foreign_kubeconfig(provider: str, folder: Path) -> Path:
    """The kubeconfig of a cluster that is not ours: kind's (created if missing), or the current one."""
    if provider == "current":
        return Path(os.environ.get("KUBECONFIG") or Path.home() / ".kube" / "config")
    if shutil.which("kind") is None:
        raise RuntimeError(
            "CLUSTER=kind needs the kind command and a container engine: install kind, or use CLUSTER=local"
        )
    path = folder / "kubeconfig"
    clusters = subprocess.run(["kind", "get", "clusters"], capture_output=True, text=True, check=True).stdout.split()
    if KIND_CLUSTER not in clusters:
        subprocess.run(["kind", "create", "cluster", "--name", KIND_CLUSTER, "--wait", "120s"], check=True)
    subprocess.run(["kind", "export", "kubeconfig", "--name", KIND_CLUSTER, "--kubeconfig", str(path)], check=True)
    return path
