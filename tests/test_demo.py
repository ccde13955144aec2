"""The demo does what it says, and says what it needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bed.bed import Bed

ROOT = Path(__file__).resolve().parent.parent


def demo(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fixtures.demo", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def steps(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The commands that were shown."""
    return [line.split()[2] for line in done.stdout.splitlines() if line.startswith("$ ")]


def test_the_main_job_in_memory() -> None:
    done = demo(CLUSTER="fake")

    assert (done.returncode, done.stderr) == (0, ""), done.stderr + done.stdout
    assert steps(done) == ["repo", "install", "upgrade", "rollback", "history", "uninstall"]


@pytest.mark.bed
def test_the_main_job_on_a_real_cluster(bed: Bed) -> None:
    done = demo(CLUSTER="current", KUBECONFIG=str(bed.kubeconfig))

    assert (done.returncode, done.stderr) == (0, ""), done.stderr + done.stdout


@pytest.mark.parametrize(
    ("arguments", "environment", "status", "text"),
    [
        (["--help"], {}, 0, "CLUSTER=fake     in memory"),
        (["nope"], {}, 2, "CLUSTER=fake     in memory"),
        ([], {"CLUSTER": "moon"}, 2, "CLUSTER=moon: choose one of fake, local, kind, current"),
        ([], {"CLUSTER": "current", "KUBECONFIG": "/no/such"}, 2, "CLUSTER=current needs a kubeconfig whose current context"),
    ],
)  # fmt: skip
def test_what_it_needs_is_told(arguments: list[str], environment: dict[str, str], status: int, text: str) -> None:
    done = demo(*arguments, **environment)

    assert (done.returncode, text in done.stdout + done.stderr) == (status, True), done.stdout + done.stderr
