"""Fixtures for whole ways through the product: the command, and charts in real repositories."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bed.bed import Bed

ROOT = Path(__file__).resolve().parent.parent.parent
CHARTS = ROOT / "fixtures" / "charts"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def purehelm(bed: Bed, tmp_path: Path) -> Run:
    """Run the command on the bed, as a process of its own, with configuration folders of its own."""

    def run(*arguments: object, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        folders = {
            f"HELM_{kind}_HOME": str(tmp_path / "purehelm" / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")
        }
        done = subprocess.run(
            [sys.executable, "-m", "purehelm.adapter.cli.main", *map(str, arguments)],
            env={**os.environ, **folders, "KUBECONFIG": str(bed.kubeconfig), "TZ": "UTC", **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )
        if check and done.returncode:
            raise AssertionError(f"purehelm {' '.join(map(str, arguments))}: {done.stderr}{done.stdout}")
        return done

    return run
