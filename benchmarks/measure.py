"""Measure whole processes and calls, ours beside Helm's, in turns so that both see the same machine."""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process cost: seconds of wall time and CPU, MB of memory at its peak."""

    wall: float
    cpu: float
    peak: float


def process(command: Sequence[object], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end; an error with its output where it fails."""
    started = time.perf_counter()
    child = subprocess.Popen(
        list(map(str, command)),
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {said.decode(errors='replace')[-1000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def seconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("wall", "cpu", "peak")))


def geometric_mean(ratios: Sequence[float]) -> float:
    """The mean that fits ratios."""
    return math.exp(statistics.fmean(map(math.log, ratios)))


def report(what: str, ours: Cost, theirs: Cost) -> str:
    """One line: both, and the ratio."""
    return (
        f"{what:<34} {ours.wall:8.3f} s {ours.cpu:7.3f} cpu {ours.peak:7.1f} MB | helm {theirs.wall:8.3f} s {theirs.cpu:7.3f} cpu "
        f"{theirs.peak:7.1f} MB | ratio {ours.wall / theirs.wall:6.3f} time {ours.peak / theirs.peak:6.3f} memory"
    )
