"""Any sequence of operations, with any fault at any call and any death, keeps a release's history true."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from purehelm.engine.actions.options import PendingPolicy
from purehelm.engine.errors import EngineError
from purehelm.engine.release.model import Status
from purehelm.engine.testing import Call, Fault, Killed, broken
from tests.faults.world import LEASE, NAMESPACE, VARIANTS, WATCH, Outcome, World

variants = st.sampled_from(VARIANTS)
flags = st.booleans()
FAULTS = ("fails", "dies", "watch", "slow")
faults = st.none() | st.tuples(st.sampled_from(FAULTS), st.integers(1, 45), st.booleans())
"""What goes wrong, at which call of the operation, and whether the call takes effect before."""


class Releases(RuleBasedStateMachine):
    """One release; processes come and go."""

    @initialize()
    def start(self) -> None:
        self.world = World()
        self.calm = True

    def run(self, operate: Any, fault: tuple[str, int, bool] | None) -> Outcome:
        if fault is not None:
            self.put(*fault)
        outcome = self.world.attempt(operate)
        self.calm = fault is None
        self.world.check()
        if fault is not None:
            self.world.clock.advance(LEASE)  # the answer to its lease may have been what was lost
        return outcome

    def deploy(self, operate: Any, fault: tuple[str, int, bool] | None) -> None:
        if self.run(operate, fault).release is not None and fault is None:
            self.world.check_deployed()

    def put(self, kind: str, number: int, after: bool) -> None:
        cluster = self.world.cluster
        at = len(cluster.calls) + number

        def due(call: Call) -> bool:
            return call.number == at

        match kind:
            case "fails" | "dies":
                cluster.faults.add(Fault(due, broken if kind == "fails" else Killed, after))
            case "watch":
                cluster.faults.drop_watches(number % 4)
            case "slow":
                cluster.faults.slow(20.0, due)

    @rule(variant=variants, undo=flags, replace=flags, fault=faults)
    def install(self, variant: str, undo: bool, replace: bool, fault: Any) -> None:
        self.deploy(self.world.install(variant, rollback_on_failure=undo, replace=replace, **WATCH), fault)

    @rule(variant=variants, undo=flags, cleanup=flags, fault=faults)
    def upgrade(self, variant: str, undo: bool, cleanup: bool, fault: Any) -> None:
        options = {"rollback_on_failure": undo, "cleanup_on_fail": cleanup, **WATCH}
        self.deploy(self.world.upgrade(variant, **options), fault)

    @rule(variant=variants, fault=faults)
    def ensure(self, variant: str, fault: Any) -> None:
        self.deploy(self.world.ensure(variant, **WATCH), fault)

    @rule(revision=st.integers(0, 3), fault=faults)
    def rollback(self, revision: int, fault: Any) -> None:
        self.deploy(self.world.rollback(revision, **WATCH), fault)

    @rule(keep=flags, fault=faults)
    def uninstall(self, keep: bool, fault: Any) -> None:
        self.run(self.world.uninstall(keep_history=keep), fault)

    @rule(fault=faults)
    def test(self, fault: Any) -> None:
        before = [(one.revision, one.info.status) for one in self.world.history()]
        self.run(self.world.test(), fault)
        assert [(one.revision, one.info.status) for one in self.world.history()] == before

    @rule(policy=st.sampled_from([PendingPolicy.FAIL, PendingPolicy.RESUME, PendingPolicy.ROLLBACK]), fault=faults)
    def recover(self, policy: PendingPolicy, fault: Any) -> None:
        outcome = self.world.attempt(lambda engine: engine.recover("rel", policy))
        if outcome.release is not None:
            assert not outcome.release.status.is_pending

    @rule(name=st.sampled_from(["rel-a", "rel-b"]))
    def edit_by_hand(self, name: str) -> None:
        try:
            self.world.spoil(name)
        except EngineError:
            return  # it is not there

    @invariant()
    def nobody_waits_for_ever(self) -> None:
        """After an operation whose process lives, nothing is pending, and no lease is held."""
        if not self.calm:
            return
        pending = [one.revision for one in self.world.history() if one.info.status is Status.PENDING_INSTALL]
        assert len(pending) <= 1
        assert self.world.cluster.objects("Lease", NAMESPACE) == []

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.check_recovers()


@pytest.mark.faults
@pytest.mark.timeout(600)
class TestReleases(Releases.TestCase):  # type: ignore[misc, name-defined]
    settings = settings(
        max_examples=60,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )
