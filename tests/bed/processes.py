"""Programs that a bed starts: logged, waited for, and surely ended, also when we are killed."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Processes:
    """The programs of one bed; their logs lie in its folder, their numbers in `pids`."""

    def __init__(self, folder: Path, *, detached: bool) -> None:
        """`detached` programs outlive this process and are ended by their numbers."""
        self.folder = folder
        self.detached = detached
        self.running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self, name: str, *command: object, environment: Mapping[str, str] | None = None) -> None:
        """Start one; it hears no Ctrl-C of the terminal, so that the end has an order."""
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=self.folder,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=None if self.detached else _die_with_parent,  # noqa: PLW1509 - beds start in one thread
            )
        self.running.append((name, process))
        with (self.folder / "pids").open("a") as pids:
            pids.write(f"{process.pid} {name}\n")

    def wait_until(self, name: str, answers: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until the program answers; an error with its last log lines if it ends or does not."""
        until = time.monotonic() + seconds
        process = next(process for running, process in self.running if running == name)
        while True:
            with contextlib.suppress(OSError):
                if answers():
                    return
            if process.poll() is not None or time.monotonic() > until:
                what = "ended" if process.poll() is not None else f"did not answer in {seconds:.0f} s"
                raise RuntimeError(
                    f"bed: {name} {what}:\n{(self.folder / f'{name}.log').read_text(errors='replace')[-2000:]}"
                )
            time.sleep(0.05)

    def stop(self) -> None:
        """End all, newest first."""
        for _, process in reversed(self.running):
            process.terminate()
        for _, process in reversed(self.running):
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()
        (self.folder / "pids").unlink(missing_ok=True)


def stop_detached(folder: Path) -> list[str]:
    """End the programs whose numbers the folder holds; their names."""
    pids = folder / "pids"
    if not pids.exists():
        return []
    entries = [line.split(maxsplit=1) for line in pids.read_text().splitlines()]
    for kill in (signal.SIGTERM, signal.SIGKILL):
        for pid, _ in reversed(entries):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), kill)
        time.sleep(1.0)
    pids.unlink()
    return [name for _, name in entries]
