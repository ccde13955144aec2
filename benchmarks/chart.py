"""Load the largest charts of a folder, beside Helm's own loader: `python -m benchmarks.chart FOLDER [HOW_MANY]`.

Both run in a warm process, in turns; the figure of a chart is the median of the rounds, the last line the geometric mean of
the ratios. Helm's side is the oracle (tests/bed), whose answer lists what it loaded, so a little JSON is in its time.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import geometric_mean, seconds
from purehelm.engine.chart.load import load_path
from tests.bed.parts import program

ROUNDS = 7


class Oracle:
    """Helm's loader behind JSON lines."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [str(program("oracle"))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def load(self, path: Path) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"op": "load", "path": str(path)}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])


def size(path: Path) -> int:
    """Bytes of all files."""
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def main(folder: Path, count: int) -> None:
    """Print one line a chart, and the mean."""
    charts = sorted((path for path in folder.iterdir() if path.is_dir()), key=size, reverse=True)[:count]
    oracle = Oracle()
    ratios = []
    for path in charts:
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(seconds(lambda path=path: load_path(path)))  # type: ignore[misc]
            theirs.append(seconds(lambda path=path: oracle.load(path)))  # type: ignore[misc]
        mine, helms = statistics.median(ours), statistics.median(theirs)
        ratios.append(mine / helms)
        print(
            f"{path.name:<50} {size(path) / 1024:8.0f} KiB {mine * 1e3:8.1f} ms | helm {helms * 1e3:8.1f} ms | {mine / helms:6.2f}"
        )
    print(f"geometric mean of {len(ratios)} ratios: {geometric_mean(ratios):.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20)
