"""The command in this process, with configuration folders of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from purehelm.adapter.cli.main import run

CHARTS = Path(__file__).resolve().parents[3] / "fixtures" / "charts"
Answer = tuple[int, str, str]  # exit status, standard output, standard error
Ask = Callable[..., Answer]


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing of the user's own settings is seen; the folder below which the command keeps its files."""
    for name in ("KUBECONFIG", "HELM_NAMESPACE", "HELM_DRIVER", "SOURCE_DATE_EPOCH", "HELM_KUBECONTEXT", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for kind in ("CACHE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"HELM_{kind}_HOME", str(tmp_path / kind.lower()))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "UTC")
    return tmp_path


@pytest.fixture
def ask(places: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Ask:
    """Run the command; what it answered."""

    def call(*arguments: object) -> Answer:
        capfdbinary.readouterr()
        status = run([str(argument) for argument in arguments])
        told = capfdbinary.readouterr()
        return status, told.out.decode(), told.err.decode()

    return call
