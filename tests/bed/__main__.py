"""The bed by hand.

python -m tests.bed build          build every part that is missing
python -m tests.bed up             start it, print the kubeconfig (CLUSTER=local|kind|current)
python -m tests.bed down           end it
python -m tests.bed run COMMAND    start one for a command (PUREHELM_BED names its state file), end it after
python -m tests.bed check          whether it can be had here; one line says what is missing
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from .bed import PROVIDERS, running_bed, start_bed
from .parts import PARTS, PartMissing, cache
from .processes import stop_detached


def _provider() -> str:
    provider = os.environ.get("CLUSTER") or "local"
    if provider not in PROVIDERS:
        raise SystemExit(f"CLUSTER={provider}: choose one of {', '.join(PROVIDERS)}")
    return provider


def build() -> int:
    """Build what is missing."""
    for part in PARTS.values():
        part.ensure()
    return 0


def up() -> int:
    """Start a bed that stays."""
    folder = cache() / "state"
    stop_detached(folder)
    bed, _ = start_bed(folder, provider=_provider(), detached=True)
    print(
        f"bed: chart repository {bed.chartmuseum.url}, registry {bed.registry.url}, user {bed.registry.username}, password {bed.registry.password}",
        file=sys.stderr,
    )
    print(bed.kubeconfig)
    return 0


def down() -> int:
    """End the bed that `up` started."""
    print("bed: ended", ", ".join(stop_detached(cache() / "state")) or "nothing: none was running")
    return 0


def run(command: list[str]) -> int:
    """Run a command with a bed of its own; its exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with running_bed(Path(tempfile.mkdtemp(prefix="bed-")), provider=_provider()) as bed:
        return subprocess.run(
            command, env={**os.environ, "PUREHELM_BED": str(bed.folder / "bed.json")}, check=False
        ).returncode


def check() -> int:
    """0 where the bed is built or can be built."""
    built = all((part.folder / program).exists() for part in PARTS.values() for program in part.programs)
    if built or shutil.which("go"):
        return 0
    print("The tests marked bed and oracle cannot run here: install Go 1.26 and run `make bed`.", file=sys.stderr)
    return 1


def main(arguments: list[str]) -> int:
    """Dispatch."""
    match arguments:
        case ["run", *command] if command:
            return run(command)
        case [("build" | "up" | "down" | "check") as verb]:
            return {"build": build, "up": up, "down": down, "check": check}[verb]()
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except PartMissing as error:
        sys.exit(f"bed: {error}")
