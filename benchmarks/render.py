"""Rendering charts: ours cold (load, parse, render) and warm (render again), beside Helm's SDK in the same process.

    python -m benchmarks.render [--charts N] [--repeat N] [--filter TEXT]

The charts are those of the folder that PUREHELM_CORPUS names (default: ../shared/corpus), one case each, the largest
renderings last. Helm is `helm-python-sdk` (pip install purehelm[bench]): its C library in this process, a chart loaded anew
for every render. Cold: our caches are emptied first. The ratios are ours through Helm's.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import geometric_mean
from purehelm.engine import load_chart, render_templates
from purehelm.engine.release import render as rendering

CORPUS = Path(os.environ.get("PUREHELM_CORPUS") or Path(__file__).resolve().parents[2] / "shared" / "corpus")


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one case."""

    name: str
    cold: float
    warm: float
    helm: float
    templates: int


def best(call: Callable[[], object], repeat: int, before: Callable[[], object] = lambda: None) -> float:
    """The fastest of some calls: what the machine does besides only makes them slower."""
    times = []
    for _ in range(repeat):
        before()
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return min(times)


def cases(count: int, wanted: str) -> list[dict[str, Any]]:
    """One case of every chart that renders, up to `count`."""
    chosen: dict[str, dict[str, Any]] = {}
    for line in (CORPUS / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["expect"] == "ok" and wanted in case["id"]:
            chosen.setdefault(case["chart"], case)
    return list(chosen.values())[:count]


def ours(case: dict[str, Any]) -> dict[str, str]:
    return render_templates(
        load_chart(CORPUS / "charts" / case["chart"]),
        case.get("values") or {},
        name=case["name"],
        namespace=case["namespace"],
        kube_version=case["kube_version"],
        api_versions=case["api_versions"] or (),
        is_upgrade=case["is_upgrade"],
        revision=case["revision"],
    )


def helms(case: dict[str, Any]) -> str:
    """The same by Helm's SDK."""
    import helm_python
    from helm_python import _native

    options = {"name": case["name"], "namespace": case["namespace"], "revision": case["revision"]}
    options |= {"kube_version": case["kube_version"]} if case["kube_version"] else {}
    options |= {"api_versions": case["api_versions"]} if case["api_versions"] else {}
    options |= {"is_upgrade": True, "is_install": False} if case["is_upgrade"] else {}
    chart = helm_python.Chart.load(str(CORPUS / "charts" / case["chart"]))
    try:
        return str(_native.call_string("helm_render", chart._raw(), json.dumps(case["values"]), json.dumps(options)))  # noqa: SLF001 - the wrapper leaves these options out
    finally:
        chart.close()


def forget() -> None:
    """Empty what earlier renders left compiled."""
    rendering.forget_compiled()
    gc.collect()


def measure(case: dict[str, Any], repeat: int) -> Timing:
    """Ours cold and warm, and Helm's, in turns."""
    templates = len(ours(case))
    cold = best(lambda: ours(case), repeat, forget)
    chart = load_chart(CORPUS / "charts" / case["chart"])
    about = {"name": case["name"], "namespace": case["namespace"], "is_upgrade": case["is_upgrade"]}
    about |= {
        "kube_version": case["kube_version"],
        "api_versions": case["api_versions"] or (),
        "revision": case["revision"],
    }
    warm = best(lambda: render_templates(chart, case.get("values") or {}, **about), repeat)
    return Timing(case["id"], cold, warm, best(lambda: helms(case), repeat), templates)


def peak_memory(name: str, chosen: list[str]) -> float:
    """MB at the peak of a process that renders these cases once, ours or Helm's."""
    code = (
        "import json, resource, sys\n"
        "from benchmarks import render\n"
        "found = {case['id']: case for case in render.cases(10_000, '')}\n"
        f"for name in sys.argv[1:]: render.{name}(found[name])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *chosen], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--charts", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--filter", default="")
    options = parser.parse_args()
    found = cases(options.charts, options.filter)
    timings: list[Timing] = []
    for case in found:
        timing = measure(case, options.repeat)
        timings.append(timing)
        print(
            f"{timing.name:60} {timing.templates:4} templates  cold {timing.cold * 1e3:8.2f}  warm {timing.warm * 1e3:8.2f}"
            f"  helm {timing.helm * 1e3:8.2f} ms  ratios {timing.cold / timing.helm:5.2f} {timing.warm / timing.helm:5.2f}"
        )
    cold = [timing.cold / timing.helm for timing in timings]
    warm = [timing.warm / timing.helm for timing in timings]
    chosen = [timing.name for timing in timings]
    print(f"{len(timings)} charts; ours now {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    print(
        f"peak memory, all charts once: ours {peak_memory('ours', chosen):.0f} MB, Helm's {peak_memory('helms', chosen):.0f} MB"
    )
    for label, ratios in (("cold", cold), ("warm", warm)):
        print(
            f"{label}: geometric mean {geometric_mean(ratios):.3f}, median {statistics.median(ratios):.3f}, worst {max(ratios):.3f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
