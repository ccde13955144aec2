"""Fixtures for all tests: the bed, the oracle, and what to do where a machine cannot have them."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bed.bed import Bed, running_bed
from tests.bed.parts import PartMissing, program

ROOT = Path(__file__).resolve().parent.parent


def _missing(what: str) -> None:
    """Skip on a machine that cannot have it; on CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must run every test, but {what}")
    pytest.skip(what)


@pytest.fixture(scope="session")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """The running bed: the one that PUREHELM_BED names, or one for this session."""
    state = os.environ.get("PUREHELM_BED")
    if state:
        yield Bed.load(Path(state))
        return
    try:
        program("kube-apiserver")
    except PartMissing as missing:
        _missing(str(missing))
    with running_bed(tmp_path_factory.mktemp("bed")) as started:
        yield started


@pytest.fixture
def namespace(bed: Bed) -> Iterator[str]:
    """A namespace of the test's own, deleted afterwards (not waited for)."""
    name = f"test-{uuid.uuid4().hex[:10]}"
    assert bed.cluster is not None, "needs CLUSTER=local"
    bed.cluster.call(
        "POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    )
    yield name
    bed.cluster.call("DELETE", f"/api/v1/namespaces/{name}")


@pytest.fixture
def helm(bed: Bed, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the real Helm on the bed: `helm(4, "list", "-n", namespace)`; its own configuration folders, never the user's."""

    def run(major: int, *arguments: object, check: bool = True) -> subprocess.CompletedProcess[str]:
        folders = {
            f"HELM_{kind}_HOME": str(tmp_path / f"helm{major}" / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")
        }
        done = subprocess.run(
            [bed.helm(major), *map(str, arguments)],
            env={**os.environ, **folders, "KUBECONFIG": str(bed.kubeconfig), "TZ": "UTC"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        if check and done.returncode:
            raise AssertionError(f"helm{major} {' '.join(map(str, arguments))}: {done.stderr}{done.stdout}")
        return done

    return run


class Oracle:
    """Helm 4.3.1's own packages, asked by JSON lines."""

    def __init__(self, path: Path) -> None:
        self._process = subprocess.Popen(
            [path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "TZ": "UTC"},
        )

    def ask(self, **request: Any) -> dict[str, Any]:
        """The answer to one request (tests/bed/oracle/main.go says which there are)."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"id": "", **request}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End it."""
        self._process.communicate()


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """One oracle process for the session."""
    try:
        path = program("oracle")
    except PartMissing as missing:
        _missing(str(missing))
    asked = Oracle(path)
    yield asked
    asked.close()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real public charts beside the checkout, or where PUREHELM_CORPUS says."""
    folder = Path(os.environ.get("PUREHELM_CORPUS") or ROOT.parent / "shared" / "corpus")
    if not (folder / "cases.jsonl").exists():
        _missing("there is no folder of real charts here: set PUREHELM_CORPUS to one")
    return folder
