"""Install, upgrade and remove 300 objects, whole processes beside Helm's: `python -m benchmarks.apply [ROUNDS]`.

Both talk to one API server in turns, directly and through 20 ms of latency: the bed that PUREHELM_BED names, or one of its own.
"""

from __future__ import annotations

import os
import sys
import tempfile
import uuid
from pathlib import Path

from benchmarks.measure import Cost, geometric_mean, median, process, report
from tests.bed.bed import Bed, running_bed

CHART = Path(__file__).parent.parent / "fixtures" / "charts" / "large"
OBJECTS = 300
LATENCY = 20  # milliseconds, of answers
PROXY = "benchmark"


def steps(namespace: str) -> dict[str, list[object]]:
    """What is measured, in order: each with its arguments."""
    objects = f"objects={OBJECTS}"
    return {
        "install": ["install", "large", CHART, "--set", objects, "-n", namespace, "--create-namespace"],
        "upgrade, nothing new": ["upgrade", "large", CHART, "--set", objects, "-n", namespace],
        "upgrade, all new": ["upgrade", "large", CHART, "--set", f"{objects},content=second", "-n", namespace],
        "uninstall": ["uninstall", "large", "-n", namespace],
    }


def life(program: Path, kubeconfig: Path, home: Path) -> dict[str, Cost]:
    """One release from its install to its end, in a namespace of its own."""
    environment = {f"HELM_{kind}_HOME": str(home / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}
    environment["KUBECONFIG"] = str(kubeconfig)
    namespace = f"benchmark-{uuid.uuid4().hex[:8]}"
    return {name: process([program, *arguments], environment) for name, arguments in steps(namespace).items()}


def compare(where: str, bed: Bed, kubeconfig: Path, rounds: int) -> list[float]:
    """Print a line a step; the ratios of time."""
    programs = {"ours": Path(sys.executable).parent / "purehelm", "helm": bed.helm(4)}
    found: dict[str, dict[str, list[Cost]]] = {name: {} for name in programs}
    with tempfile.TemporaryDirectory() as home:
        for _ in range(rounds):
            for name, program in programs.items():
                for step, cost in life(program, kubeconfig, Path(home) / name).items():
                    found[name].setdefault(step, []).append(cost)
    ratios = []
    for step in found["ours"]:
        ours, helm = median(found["ours"][step]), median(found["helm"][step])
        print(report(f"{where}: {step}", ours, helm), flush=True)
        ratios.append(ours.wall / helm.wall)
    return ratios


def measure(bed: Bed, rounds: int) -> None:
    """Directly, then by way of the slow proxy."""
    assert bed.cluster is not None
    ratios = compare("direct", bed, bed.kubeconfig, rounds)
    print(f"direct: geometric mean of the ratios {geometric_mean(ratios):.3f}", flush=True)
    address = bed.proxy.listen(PROXY, f"127.0.0.1:{bed.cluster.port}")
    try:
        bed.proxy.add(PROXY, "latency", latency=LATENCY)
        slow = bed.cluster.kubeconfig_for("benchmark", groups=("system:masters",), server=f"https://{address}")
        ratios = compare(f"{LATENCY} ms", bed, slow, rounds)
        print(f"{LATENCY} ms: geometric mean of the ratios {geometric_mean(ratios):.3f}", flush=True)
    finally:
        bed.proxy.close(PROXY)


def main(rounds: int) -> None:
    """Measure on the bed that there is, or on one of our own."""
    state = os.environ.get("PUREHELM_BED")
    if state:
        measure(Bed.load(Path(state)), rounds)
        return
    with running_bed(Path(tempfile.mkdtemp(prefix="benchmark-"))) as bed:
        measure(bed, rounds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
