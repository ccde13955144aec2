"""What steps do with objects: write and delete them, wait for them, and tell of every change."""

from __future__ import annotations

from ..errors import EngineError
from ..kube.apply import ApplyRule, Change, create_all, delete_all, update_all, write_one
from ..kube.cluster import Cluster, Propagation
from ..kube.health import Health
from ..kube.wait import WaitRule, wait_deleted, wait_done, wait_ready
from ..ports import HealthChanged, ObjectChanged
from ..shapes import KubeObject, ResourceRef
from .context import Context
from .plan import Objects, Waiting, Writing


class Changes:
    """The changes of one operation; `created` are the objects that its updates created, or tried to."""

    def __init__(self, context: Context) -> None:
        self.created: list[KubeObject] = []
        self._context = context

    def create(self, objects: Objects, writing: Writing) -> None:
        """Create objects, kind by kind. Raises what went wrong, joined as Helm does."""
        create_all(self._context.cluster, objects, rule_of(writing), self._heard).check()

    def update(self, originals: Objects, objects: Objects, writing: Writing) -> None:
        """Make `objects` of `originals`. Raises what went wrong."""
        applied = update_all(self._context.cluster, originals, objects, rule_of(writing), self._heard)
        self.created += applied.created
        applied.check()

    def delete(self, objects: Objects, cascade: Propagation) -> list[EngineError]:
        """Delete objects, those that are gone included; everything that went wrong."""
        return list(delete_all(self._context.cluster, objects, cascade, self._heard).errors)

    def _heard(self, change: Change) -> None:
        self._context.report(ObjectChanged(ref=change.ref, change=change.change))

    # --- waiting

    def wait_ready(self, objects: Objects, waiting: Waiting) -> None:
        """Until objects are ready. Raises NotReady, DeadlineExceeded, Cancelled."""
        wait_ready(self._context.cluster, objects, wait_rule(waiting), self._context.deadline, self._health)

    def wait_done(self, objects: Objects, waiting: Waiting) -> None:
        """Until a hook's objects have done their work, whatever the strategy. Raises NotReady where they failed."""
        wait_done(self._context.cluster, objects, wait_rule(waiting), self._context.deadline, self._health)

    def wait_gone(self, objects: Objects, waiting: Waiting) -> None:
        """Until objects are gone, unless only hooks are waited for. Raises NotReady."""
        wait_deleted(self._context.cluster, objects, wait_rule(waiting), self._context.deadline, self._health)

    def _health(self, ref: ResourceRef, health: Health) -> None:
        self._context.report(HealthChanged(ref=ref, status=str(health.status), message=health.message))


def wait_rule(waiting: Waiting) -> WaitRule:
    """How the cluster's room waits."""
    return WaitRule(strategy=waiting.strategy.value, timeout=waiting.timeout, jobs=waiting.jobs)


def rule_of(writing: Writing, *, dry_run: bool = False) -> ApplyRule:
    """How the cluster's room writes objects."""
    return ApplyRule(
        server_side=writing.server_side, force_conflicts=writing.force_conflicts, force_replace=writing.force_replace,
        three_way=writing.three_way, migrate=writing.migrate, dry_run=dry_run,
    )  # fmt: skip


def dry_write(cluster: Cluster, original: KubeObject | None, body: KubeObject, writing: Writing) -> KubeObject:
    """The object as the server would store it. Raises ClusterError."""
    change = write_one(cluster, original, body, rule_of(writing, dry_run=True))
    return body if change.live is None else change.live
