"""The main job on real parts: repository, install, look, upgrade, history, rollback, uninstall; Helm agrees at every step."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bed.bed import Bed

from .conftest import CHARTS, Run

pytestmark = pytest.mark.bed
Helm = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def published(bed: Bed, purehelm: Run, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str, str], str]:
    """Publish a fixture chart in a real repository; the reference under which the command finds it."""

    def publish(chart: str, where: str) -> str:
        purehelm("package", CHARTS / chart, "-d", tmp_path)
        (archive,) = tmp_path.glob(f"{chart}-*.tgz")
        login = ("--username", bed.chartmuseum.username, "--password", bed.chartmuseum.password)
        if where == "oci":
            remote = f"oci://{bed.registry.url}/{uuid.uuid4().hex[:8]}"
            purehelm("registry", "login", bed.registry.url, *login, "--plain-http")
            assert "Pushed: " in purehelm("push", archive, remote, "--plain-http").stdout
            return f"{remote}/{chart}"
        request.getfixturevalue("upload_to_chartmuseum")(archive)
        assert (
            purehelm("repo", "add", "bed", bed.chartmuseum.url, *login).stdout
            == '"bed" has been added to your repositories\n'
        )
        assert "Update Complete." in purehelm("repo", "update").stdout
        assert json.loads(purehelm("repo", "list", "-o", "json").stdout) == [
            {"name": "bed", "url": bed.chartmuseum.url}
        ]
        return f"bed/{chart}"

    return publish


@pytest.fixture
def upload_to_chartmuseum(bed: Bed) -> Callable[[Path], None]:
    """Put an archive into the bed's ChartMuseum (a chart that is there already stays)."""

    def upload(archive: Path) -> None:
        done = subprocess.run(
            ["curl", "-sf", "-u", f"{bed.chartmuseum.username}:{bed.chartmuseum.password}", "--data-binary", f"@{archive}",
             f"{bed.chartmuseum.url}/api/charts?force"],
            capture_output=True,
            text=True,
        )  # fmt: skip
        assert done.returncode == 0 or "already exists" in done.stdout, done.stdout + done.stderr

    return upload


class Witnesses:
    """Ours and both Helms, asked the same about one release."""

    def __init__(self, purehelm: Run, helm: Helm, namespace: str) -> None:
        self.asked: dict[str, Run] = {
            "purehelm": purehelm,
            "helm4": lambda *arguments: helm(4, *arguments),
            "helm3": lambda *arguments: helm(3, *arguments),
        }
        self.namespace = namespace

    def _json(self, who: str, *arguments: str) -> Any:
        return json.loads(self.asked[who](*arguments, "-n", self.namespace, "-o", "json").stdout)

    def agree(self, release: str) -> dict[str, Any]:
        """Compare what all three say of the release; what they say."""
        views = {who: self._view(who, release) for who in self.asked}
        assert views["purehelm"] == views["helm4"]
        for step in views["helm4"]["history"]:
            step.pop("rollback_revision", None)  # Helm 3 does not know it
        assert views["helm3"] == views["helm4"]
        return views["purehelm"]

    def _view(self, who: str, release: str) -> dict[str, Any]:
        where = ("-n", self.namespace)
        status = self._json(who, "status", release)
        return {
            "list": self._json(who, "list"),
            "status": (
                status["name"],
                status["namespace"],
                status["version"],
                status["info"]["status"],
                status["info"]["description"],
            ),
            "history": self._json(who, "history", release),
            "values": self._json(who, "get", "values", release),
            "all values": self._json(who, "get", "values", release, "--all"),
            "manifest": self.asked[who]("get", "manifest", release, *where).stdout,
            "hooks": self.asked[who]("get", "hooks", release, *where).stdout,
            "notes": self.asked[who]("get", "notes", release, *where).stdout.strip(),
        }


@pytest.mark.parametrize("where", ["chartmuseum", "oci"])
@pytest.mark.parametrize("chart", ["web", "upf"])
def test_helm_agrees_at_every_step(
    chart: str, where: str, published: Callable[[str, str], str], purehelm: Run, helm: Helm, namespace: str
) -> None:
    reference = published(chart, where)
    source = (reference, "--plain-http") if where == "oci" else (reference,)
    at = ("-n", namespace)
    witnesses = Witnesses(purehelm, helm, namespace)

    purehelm("install", "demo", *source, *at, "--set", "replicaCount=2", "--wait", "--timeout", "60s")
    assert witnesses.agree("demo")["status"] == ("demo", namespace, 1, "deployed", "Install complete")

    purehelm("upgrade", "demo", *source, *at, "--set", "replicaCount=3", "--wait", "--timeout", "60s")
    assert witnesses.agree("demo")["values"] == {"replicaCount": 3}

    purehelm("rollback", "demo", "1", *at, "--wait", "--timeout", "60s")
    view = witnesses.agree("demo")
    assert [(step["revision"], step["status"]) for step in view["history"]] == [
        (1, "superseded"),
        (2, "superseded"),
        (3, "deployed"),
    ]

    assert purehelm("uninstall", "demo", *at, "--wait").stdout == 'release "demo" uninstalled\n'
    assert [
        json.loads(
            ask("list", "-A", "-o", "json", "-n", namespace).stdout
            and ask("list", "-n", namespace, "-o", "json").stdout
        )
        for ask in witnesses.asked.values()
    ] == [[], [], []]


def test_writers_alternate(purehelm: Run, helm: Helm, namespace: str) -> None:
    """Each takes its turn on the same release: what one wrote, the next changes."""
    web, at = CHARTS / "web", ("-n", namespace)
    witnesses = Witnesses(purehelm, helm, namespace)

    purehelm("install", "turns", web, *at, "--set", "greeting=one")
    helm(4, "upgrade", "turns", web, *at, "--set", "greeting=two")
    witnesses.agree("turns")
    purehelm("upgrade", "turns", web, *at, "--set", "greeting=three", "--reuse-values")
    helm(4, "rollback", "turns", "2", *at)
    witnesses.agree("turns")
    purehelm("rollback", "turns", "1", *at)
    view = witnesses.agree("turns")
    helm(3, "upgrade", "turns", web, *at, "--set", "greeting=six")
    purehelm("upgrade", "turns", web, *at, "--set", "greeting=seven")
    witnesses.agree("turns")
    helm(4, "uninstall", "turns", *at)

    assert [step["description"] for step in view["history"]] == [
        "Install complete", "Upgrade complete", "Upgrade complete", "Rollback to 2", "Rollback to 1",
    ]  # fmt: skip
    assert json.loads(purehelm("list", *at, "-o", "json").stdout) == []
