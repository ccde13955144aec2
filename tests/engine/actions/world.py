"""A cluster in memory with an engine on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from purehelm.engine.actions.options import InstallOptions, UpgradeOptions
from purehelm.engine.api import Engine
from purehelm.engine.chart.model import Chart
from purehelm.engine.ports import Happening, Warned
from purehelm.engine.release.model import Release, Status
from purehelm.engine.shapes import KubeObject, ResourceRef
from purehelm.engine.testing import FakeCluster, FakeOptions, ManualClock
from purehelm.storage.secret import SecretStore

from .charts import demo


class World:
    """An engine, its cluster, its records, and what it reported."""

    def __init__(
        self, *, identity: str = "me", options: FakeOptions | None = None, cluster: FakeCluster | None = None
    ) -> None:
        self.clock = ManualClock()
        self.cluster = cluster or FakeCluster(options, clock=self.clock)
        self.events: list[Happening] = []
        self.store = SecretStore(self.cluster, clock=self.clock)
        self.engine = Engine(
            self.cluster, store=self.store, clock=self.clock, reporter=self.events.append, identity=identity
        )

    def install(self, chart: Chart | None = None, values: Mapping[str, Any] | None = None, **options: Any) -> Release:
        return self.engine.install(chart or demo(), values or {}, InstallOptions(**{"name": "rel", **options}))

    def upgrade(self, chart: Chart | None = None, values: Mapping[str, Any] | None = None, **options: Any) -> Release:
        return self.engine.upgrade("rel", chart or demo(), values or {}, UpgradeOptions(**options))

    def records(self) -> list[tuple[int, str, str]]:
        """Revision, status and description of every record."""
        return [(r.revision, str(r.status), r.info.description) for r in self.store.history("default", "rel")]

    def put(self, revision: int, status: Status, description: str = "", **changes: Any) -> Release:
        """Write a record as somebody left it: that of another revision, changed."""
        from dataclasses import replace

        base = self.store.last("default", "rel")
        info = replace(base.info, status=status, description=description)
        made = replace(base, revision=revision, info=info, **changes)
        self.store.create(made)
        return made

    def live(self, kind: str, name: str, *, api_version: str = "v1", namespace: str = "default") -> KubeObject:
        return self.cluster.get(ResourceRef(api_version, kind, namespace, name))

    def names(self, kind: str) -> list[str]:
        """The names of a kind's objects."""
        return sorted(body["metadata"]["name"] for body in self.cluster.objects(kind, "default"))

    def writes(self) -> Iterator[str]:
        """Every write so far, but those of records and leases."""
        for call in self.cluster.calls:
            if call.writes and call.ref.kind not in ("Secret", "Lease"):
                yield str(call)

    def warnings(self) -> list[str]:
        """The codes of the warnings."""
        return [event.code for event in self.events if isinstance(event, Warned)]
