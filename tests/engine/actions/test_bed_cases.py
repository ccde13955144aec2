"""Failures, hooks, adoption, values and apply methods beside the real Helm."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from purehelm.engine.actions.options import ValuesReuse, WaitStrategy
from purehelm.engine.kube.client import KubeClient
from tests.bed.bed import Bed
from tests.conftest import ROOT

from .bed_world import HelmSide, OurSide, assert_same, client_of, snapshot, sweep

pytestmark = pytest.mark.bed

CHARTS = ROOT / "fixtures" / "charts"
Side: TypeAlias = HelmSide | OurSide
SHORT = ("--wait", "--timeout", "3s")
OURS_SHORT: dict[str, Any] = {"wait": WaitStrategy.WATCHER, "timeout": 3.0}


@pytest.fixture(scope="module")
def client(bed: Bed) -> Iterator[KubeClient]:
    opened = client_of(bed)
    yield opened
    opened.close()


def flags(side: Side, words: tuple[str, ...], options: dict[str, Any]) -> tuple[tuple[str, ...], dict[str, Any]]:
    return (words, {}) if isinstance(side, HelmSide) else ((), options)


def step(verb: str, chart: str, *words: str, **options: Any) -> Callable[[Side], str]:
    """One command, as Helm's flags and as our options."""

    def run(side: Side) -> str:
        given, named = flags(side, words, options)
        charts = () if verb in ("rollback", "uninstall") else (CHARTS / chart,)
        answer: str = getattr(side, verb)(*charts, *given, **named)
        return answer

    return run


CASES: dict[str, list[Callable[[Side], str]]] = {
    "a hook fails": [step("install", "hook-fails")],
    "a hook fails and is undone": [step("install", "hook-fails", "--rollback-on-failure", rollback_on_failure=True)],
    "never ready": [step("install", "never-ready", *SHORT, **OURS_SHORT)],
    "never ready, legacy": [
        step("install", "never-ready", "--wait=legacy", "--timeout", "3s", wait=WaitStrategy.LEGACY, timeout=3.0)
    ],
    "an upgrade that is never ready": [
        step("install", "web"),
        step("upgrade", "never-ready", *SHORT, **OURS_SHORT),
        step("upgrade", "web"),
    ],
    "an upgrade that is rolled back": [
        step("install", "web"),
        step("upgrade", "never-ready", "--rollback-on-failure", *SHORT, rollback_on_failure=True, **OURS_SHORT),
    ],
    "an upgrade that is cleaned up": [
        step("install", "web"),
        step("upgrade", "never-ready", "--cleanup-on-fail", *SHORT, cleanup_on_fail=True, **OURS_SHORT),
    ],
    "a rollback that is never ready": [
        step("install", "never-ready"),
        step("upgrade", "web"),
        step("rollback", "", *SHORT, **OURS_SHORT),
    ],
    "broken kind": [step("install", "broken-kind")],
    "broken yaml": [step("install", "broken-yaml")],
    "broken template": [step("install", "broken-template-error")],
    "broken schema": [step("install", "broken-schema")],
    "broken version": [step("install", "broken-kube-version")],
    "required": [step("install", "broken-required")],
    "in use": [step("install", "web"), step("install", "web")],
    "replaced": [step("install", "hook-fails"), step("install", "web", "--replace", replace=True)],
    "kept history": [
        step("install", "web"),
        step("upgrade", "web"),
        step("uninstall", "", "--keep-history", keep_history=True),
        step("uninstall", "", "--keep-history", keep_history=True),
        step("install", "web", "--replace", replace=True),
    ],
    "client-side": [
        step("install", "web", "--server-side=false", server_side="false"),
        step("upgrade", "web", "--description", "again", description="again"),
        step("rollback", ""),
    ],
    "from client-side to server-side": [
        step("install", "web", "--server-side=false", server_side="false"),
        step("upgrade", "web", "--server-side=true", server_side="true"),
        step("rollback", "", "1", "--server-side=true", revision=1, server_side="true"),
    ],
    "replaced by force": [
        step("install", "web", "--server-side=false", server_side="false"),
        step("upgrade", "web", "--server-side=false", "--force-replace", server_side="false", force_replace=True),
    ],
    "force that does not go together": [
        step("install", "web"),
        step("upgrade", "web", "--force-replace", force_replace=True),
    ],
    "unknown": [step("upgrade", "web"), step("rollback", ""), step("uninstall", "")],
    "a missing revision": [step("install", "web"), step("rollback", "", "7", revision=7)],
    "labels": [
        step("install", "web", "--labels", "a=1,b=2", labels={"a": "1", "b": "2"}),
        step("upgrade", "web", "--labels", "a=null,c=3", labels={"a": None, "c": "3"}),
    ],
    "pruned": [
        step("install", "web"),
        *(step("upgrade", "web", "--history-max", "2", max_history=2) for _ in range(3)),
    ],
    "no hooks": [step("install", "upf", "--no-hooks", no_hooks=True)],
    "an upgrade that installs": [step("upgrade", "web", "--install", install=True)],
}  # fmt: skip


@pytest.mark.parametrize("steps", CASES.values(), ids=CASES)
def test_cases(
    steps: list[Callable[[Side], str]], helm: Any, client: KubeClient, namespace: str, tmp_path: Path
) -> None:
    values = tmp_path / "values.yaml"
    values.write_text("{}\n")
    release = f"r-{uuid.uuid4().hex[:6]}"
    theirs = HelmSide(helm, namespace, release, values)
    wanted = [(each(theirs), snapshot(client, namespace, release)) for each in steps]
    theirs.uninstall()
    for _, left in wanted:
        sweep(client, left, namespace)
    ours = OurSide(client, namespace, release, values)
    for each, (error, left) in zip(steps, wanted, strict=True):
        assert each(ours) == error
        assert_same(snapshot(client, namespace, release), left)


@pytest.mark.parametrize("reuse", list(ValuesReuse))
def test_values_reuse(reuse: ValuesReuse, helm: Any, client: KubeClient, namespace: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text("replicaCount: 2\npodAnnotations: {a: b}\n")
    second.write_text("podAnnotations: {a: null, c: d}\n")
    release = f"r-{uuid.uuid4().hex[:6]}"
    words = () if reuse is ValuesReuse.DEFAULT else (f"--{reuse}",)

    def run(before: Side, after: Side) -> Any:
        before.install(CHARTS / "web")
        given, options = flags(after, words, {"values_reuse": reuse})
        assert after.upgrade(CHARTS / "web", *given, **options) == ""
        return snapshot(client, namespace, release)

    wanted = run(HelmSide(helm, namespace, release, first), HelmSide(helm, namespace, release, second))
    HelmSide(helm, namespace, release, first).uninstall()
    sweep(client, wanted, namespace)
    found = run(OurSide(client, namespace, release, first), OurSide(client, namespace, release, second))
    if reuse in (ValuesReuse.REUSE, ValuesReuse.RESET_THEN_REUSE):
        # Helm writes the new nulls into the values of the revision before (its merge changes them in place): a fault in
        # what is history by then, which is not copied.
        earlier = f"sh.helm.release.v1.{release}.v1"
        config = wanted["records"][earlier]["release"]["config"]
        assert config["podAnnotations"] == {"a": None}
        config["podAnnotations"] = {"a": "b"}
    assert_same(found, wanted)


@pytest.mark.parametrize("server_side", ["auto", "true"])
def test_releases_of_helm_3_go_on(
    server_side: Any, helm: Any, client: KubeClient, namespace: str, tmp_path: Path
) -> None:
    """Installed by Helm 3, upgraded by Helm 4 or by the engine."""
    values = tmp_path / "values.yaml"
    values.write_text("replicaCount: 2\n")
    release = f"r-{uuid.uuid4().hex[:6]}"
    old = HelmSide(helm, namespace, release, values, major=3)
    new = HelmSide(helm, namespace, release, values)
    assert old.install(CHARTS / "web") == ""
    assert new.upgrade(CHARTS / "web", f"--server-side={server_side}") == ""
    wanted = snapshot(client, namespace, release)
    new.uninstall()
    sweep(client, wanted, namespace)
    ours = OurSide(client, namespace, release, values)
    assert old.install(CHARTS / "web") == ""
    assert ours.upgrade(CHARTS / "web", server_side=server_side) == ""
    assert_same(snapshot(client, namespace, release), wanted)
    assert ours.uninstall() == ""


def test_helm_goes_on_with_our_releases(helm: Any, client: KubeClient, namespace: str, tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text("replicaCount: 2\n")
    release = f"r-{uuid.uuid4().hex[:6]}"
    ours = OurSide(client, namespace, release, values)
    theirs = HelmSide(helm, namespace, release, values)
    assert ours.install(CHARTS / "web") == ""
    assert theirs.upgrade(CHARTS / "web") == ""
    assert ours.upgrade(CHARTS / "web") == ""
    assert theirs.rollback() == ""
    assert ours.uninstall() == ""
    assert snapshot(client, namespace, release)["records"] == {}
