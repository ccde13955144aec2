"""A release that things happen to, and what must be true of it whatever happened."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from purehelm.engine.actions.options import (
    InstallOptions,
    RollbackOptions,
    TestOptions,
    UninstallOptions,
    UpgradeOptions,
    WaitStrategy,
)
from purehelm.engine.api import Engine
from purehelm.engine.chart.model import Chart, File, Metadata
from purehelm.engine.errors import EngineError, ReleaseBusy
from purehelm.engine.kube.cluster import PatchType, WriteOptions
from purehelm.engine.ports import Happening, Warned
from purehelm.engine.release.model import Release, Status
from purehelm.engine.shapes import KubeObject, ResourceRef
from purehelm.engine.testing import FakeCluster, FakeOptions, Killed, ManualClock
from purehelm.engine.yamlio import load_all
from purehelm.storage.secret import SecretStore

NAME, NAMESPACE = "rel", "default"
LEASE = 31.0  # seconds until a dead writer's lease is over
OUTCOMES = {"stuck": "never-ready", "slow": "slow"}
VARIANTS = ("one", "two", "three", "broken", "stuck", "hook-fails")
"""Charts: some share objects, one is refused by the server, one never gets ready, one has a hook that fails."""


def config(name: str, variant: str) -> KubeObject:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"rel-{name}"}, "data": {"variant": variant}}
    return body | ({"data": {"variant": 1}} if variant == "broken" else {})


def workload(variant: str) -> KubeObject:
    annotations = {"bed/outcome": OUTCOMES[variant]} if variant in OUTCOMES else {}
    labels = {"app": "rel"}
    pod = {"containers": [{"name": "web", "image": f"example.org/web:{variant}"}]}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "rel-web"},
        "spec": {
            "replicas": 2, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels, "annotations": annotations}, "spec": pod},
        },
    }  # fmt: skip


def hook(event: str, variant: str) -> KubeObject:
    fails = {"annotations": {"bed/outcome": "fail"}} if variant == "hook-fails" else {}
    pod = {"restartPolicy": "Never", "containers": [{"name": "main", "image": "example.org/hook:1"}]}
    return {
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {"name": f"rel-{event}", "annotations": {"helm.sh/hook": event}},
        "spec": {"backoffLimit": 0, "template": {"metadata": fails, "spec": pod}},
    }  # fmt: skip


def chart(variant: str) -> Chart:
    """One of the variants."""
    shared = ["a"] if variant == "two" else ["a", "b"]
    bodies: dict[str, KubeObject] = {name: config(name, variant) for name in shared}
    bodies["own"] = config(variant, variant)
    bodies["web"] = workload(variant)
    bodies |= {event: hook(event, variant) for event in ("pre-upgrade", "post-install", "test")}
    return Chart(
        metadata=Metadata(name="demo", version="0.1.0", api_version="v2", type="application"),
        templates=tuple(File(f"templates/{name}.yaml", json.dumps(body).encode()) for name, body in bodies.items()),
    )


@dataclass(frozen=True)
class Outcome:
    """How an operation ended: with its release, an error, or the death of its process."""

    release: Release | None = None
    error: EngineError | None = None
    killed: bool = False


class World:
    """One cluster, one release, and processes that come and go."""

    def __init__(self, options: FakeOptions | None = None) -> None:
        self.clock = ManualClock()
        self.cluster = FakeCluster(options, clock=self.clock)
        self._processes = itertools.count(1)
        self.skipped: list[str] = []
        self.forgotten: set[tuple[str, str]] = set()
        self.engine = self.new_process()

    def new_process(self) -> Engine:
        """An engine that knows nothing of those before."""
        self.store = SecretStore(self.cluster, clock=self.clock)
        identity = f"process-{next(self._processes)}"
        self.engine = Engine(self.cluster, store=self.store, clock=self.clock, identity=identity, reporter=self._hear)
        return self.engine

    def _hear(self, happening: Happening) -> None:
        """Helm leaves what it could not ask about, and says so."""
        if isinstance(happening, Warned) and happening.code == "uninstall.not_verified":
            self.skipped.append(happening.text)

    def _is_told(self, address: tuple[str, str]) -> bool:
        return any(f"{address[0]}/" in text and address[1] in text for text in self.skipped)

    def attempt(self, operate: Callable[[Engine], Any]) -> Outcome:
        """Run one operation; a process that dies is followed by a new one after its lease is over."""
        before = {release.revision: set(objects_of(release)) for release in self.history()}
        try:
            return self._attempt(operate)
        finally:
            self._note_purged(before)

    def _note_purged(self, before: Mapping[int, set[tuple[str, str]]]) -> None:
        """An uninstall removes the newest revision's objects and forgets every revision, as Helm does: what only an
        earlier one had, after failures, stays behind without a record."""
        after = {release.revision for release in self.history()}
        for revision in before.keys() - after:
            self.forgotten |= before[revision]

    def _attempt(self, operate: Callable[[Engine], Any]) -> Outcome:
        try:
            release = operate(self.engine)
        except EngineError as error:
            self.cluster.faults.clear()
            return Outcome(error=error)
        except Killed:
            self.cluster.faults.clear()
            self.new_process()
            self.clock.advance(LEASE)
            return Outcome(killed=True)
        self.cluster.faults.clear()
        return Outcome(release=release if isinstance(release, Release) else None)

    # Operations by name, from plain arguments

    def install(self, variant: str, **options: Any) -> Callable[[Engine], Any]:
        return lambda engine: engine.install(chart(variant), {}, InstallOptions(name=NAME, **options))

    def upgrade(self, variant: str, **options: Any) -> Callable[[Engine], Any]:
        return lambda engine: engine.upgrade(NAME, chart(variant), {}, UpgradeOptions(max_history=0, **options))

    def ensure(self, variant: str, **options: Any) -> Callable[[Engine], Any]:
        return lambda engine: engine.ensure(NAME, chart(variant), {}, UpgradeOptions(max_history=0, **options))

    def rollback(self, revision: int = 0, **options: Any) -> Callable[[Engine], Any]:
        return lambda engine: engine.rollback(NAME, RollbackOptions(revision=revision, max_history=0, **options))

    def uninstall(self, **options: Any) -> Callable[[Engine], Any]:
        return lambda engine: engine.uninstall(NAME, UninstallOptions(**options))

    def test(self) -> Callable[[Engine], Any]:
        return lambda engine: engine.test(NAME, TestOptions())

    # What must be true

    def history(self) -> list[Release]:
        """Every record."""
        return SecretStore(self.cluster.aside(), clock=self.clock).history(NAMESPACE, NAME)

    def ours(self) -> set[tuple[str, str]]:
        """Kind and name of the live objects that belong to the release."""
        found = set()
        for body in self.cluster.objects(namespace=NAMESPACE):
            annotations = body["metadata"].get("annotations") or {}
            if annotations.get("meta.helm.sh/release-name") == NAME and not body["metadata"].get("ownerReferences"):
                found.add((body["kind"], body["metadata"]["name"]))
        return found

    def check(self) -> None:
        """History is true: revisions count up, at most one is deployed, and no live object is without a record."""
        history = self.history()
        revisions = [release.revision for release in history]
        assert revisions == sorted(set(revisions))
        assert sum(release.info.status is Status.DEPLOYED for release in history) <= 1, self.story()
        named = {address for release in history for address in objects_of(release)}
        unnamed = {address for address in self.ours() - named - self.forgotten if not self._is_told(address)}
        assert not unnamed, (unnamed, self.skipped, self.story())

    def check_deployed(self) -> None:
        """The newest revision is deployed, and what lives is what it says."""
        newest = self.history()[-1]
        assert newest.info.status is Status.DEPLOYED, self.story()
        for address, body in objects_of(newest, hooks=False).items():
            live = self.cluster.aside().get(ResourceRef(body["apiVersion"], body["kind"], NAMESPACE, address[1]))
            if "data" in body:
                assert live["data"] == body["data"], self.story()

    def check_recovers(self, variant: str = "one") -> None:
        """Whatever happened, the release can be brought to what is wanted, and be removed without a trace."""
        outcome = self.attempt(self.ensure(variant, force_conflicts=True))
        if isinstance(outcome.error, ReleaseBusy):  # a lease that could not be given back, or a writer nobody saw die
            self.clock.advance(600)
            outcome = self.attempt(self.ensure(variant, force_conflicts=True))
        assert outcome.error is None, (outcome.error, self.story())
        self.check()
        self.check_deployed()
        assert self.attempt(self.uninstall()).error is None, self.story()
        assert self.history() == []
        left = {address for address in self.ours() - self.forgotten if not self._is_told(address)}
        assert not left, (left, self.skipped)

    def story(self) -> str:
        """The records, for a message."""
        return "; ".join(f"{one.revision} {one.info.status} {one.info.description}" for one in self.history())

    def spoil(self, name: str) -> None:
        """Somebody edits a live object by hand."""
        patch = {"data": {"variant": "by hand"}}
        self.cluster.patch(
            ResourceRef("v1", "ConfigMap", NAMESPACE, name), PatchType.MERGE, patch, WriteOptions(manager="kubectl")
        )


def objects_of(release: Release, *, hooks: bool = True) -> Mapping[tuple[str, str], KubeObject]:
    """The objects that a revision names, its hooks' too unless they are left out."""
    texts = [release.manifest, *(each.manifest for each in release.hooks if hooks)]
    bodies = [body for text in texts for body in load_all(text) if body]
    return {(body["kind"], body["metadata"]["name"]): body for body in bodies if isinstance(body, dict)}


WATCH: Mapping[str, Any] = {"wait": WaitStrategy.WATCHER, "timeout": 60.0}
