"""Install, upgrade, rollback and uninstall beside the real Helm: objects, field managers and records are the same."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from purehelm.engine.kube.client import KubeClient
from tests.bed.bed import Bed
from tests.conftest import ROOT

from .bed_world import HelmSide, OurSide, assert_same, client_of, snapshot, sweep

pytestmark = pytest.mark.bed

FIXTURES = ("web", "upf", "umbrella", "library-user", "large")
CHARTS = (
    "bitnami--nginx", "bitnami--etcd", "coredns--coredns", "fluent--fluent-bit", "stakater--reloader",
    "kubernetes-sigs--metrics-server", "prometheus-community--prometheus-node-exporter",
    "prometheus-community--kube-state-metrics", "prometheus-community--alertmanager", "qdrant--qdrant",
    "metallb--metallb", "kubernetes--ingress-nginx", "traefik--traefik", "vectordotdev--vector", "open-telemetry--opentelemetry-collector",
    "cert-manager--cert-manager",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(bed: Bed) -> Iterator[KubeClient]:
    opened = client_of(bed)
    yield opened
    opened.close()


def lifecycle(
    side: HelmSide | OurSide, chart: Path, look: Callable[[], Any], *, again: Callable[[], str]
) -> list[tuple[str, Any]]:
    """Each step's error and what is there after it."""
    steps: tuple[Callable[[], str], ...] = (lambda: side.install(chart), again, side.rollback, side.uninstall)
    return [(step(), look()) for step in steps]


def compare(helm: Any, client: KubeClient, namespace: str, chart: Path, values: Path) -> None:
    release = f"r-{uuid.uuid4().hex[:6]}"

    def look() -> Any:
        return snapshot(client, namespace, release)

    theirs = HelmSide(helm, namespace, release, values)
    wanted = lifecycle(theirs, chart, look, again=lambda: theirs.upgrade(chart, "--description", "again"))
    sweep(client, wanted[2][1], namespace)
    ours = OurSide(client, namespace, release, values)
    found = lifecycle(ours, chart, look, again=lambda: ours.upgrade(chart, description="again"))
    for mine, other in zip(found, wanted, strict=True):
        assert mine[0] == other[0]
        assert_same(mine[1], other[1])


@pytest.mark.parametrize("name", FIXTURES)
def test_fixtures(name: str, helm: Any, client: KubeClient, namespace: str, tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text("{}\n")
    compare(helm, client, namespace, ROOT / "fixtures" / "charts" / name, values)


@pytest.mark.corpus
@pytest.mark.parametrize("name", CHARTS)
def test_real_charts(name: str, helm: Any, client: KubeClient, namespace: str, corpus: Path, tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text(yaml.safe_dump(first_values(corpus, name)))
    compare(helm, client, namespace, corpus / "charts" / name, values)


def first_values(corpus: Path, name: str) -> dict[str, Any]:
    """The values of the chart's first case."""
    for line in (corpus / "cases.jsonl").read_text().splitlines():
        case = json.loads(line)
        if case["chart"] == name and case["expect"] == "ok":
            values: dict[str, Any] = case["values"]
            return values
    raise AssertionError(name)
