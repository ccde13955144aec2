"""Every call of every operation fails, or is the process' last, once before and once after it took effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from purehelm.engine.testing import Call, Fault, Killed, broken
from tests.faults.world import WATCH, World

pytestmark = pytest.mark.faults
Operation = Callable[[World], Callable[[Any], Any]]


def fresh() -> World:
    return World()


def installed() -> World:
    world = World()
    assert world.attempt(world.install("one")).error is None
    return world


def upgraded() -> World:
    world = installed()
    assert world.attempt(world.upgrade("two")).error is None
    return world


CASES: dict[str, tuple[Callable[[], World], Operation]] = {
    "install": (fresh, lambda world: world.install("one", **WATCH)),
    "install-undone": (fresh, lambda world: world.install("stuck", rollback_on_failure=True, **WATCH)),
    "upgrade": (installed, lambda world: world.upgrade("two", **WATCH)),
    "upgrade-undone": (installed, lambda world: world.upgrade("stuck", rollback_on_failure=True, **WATCH)),
    "rollback": (upgraded, lambda world: world.rollback(**WATCH)),
    "uninstall": (upgraded, lambda world: world.uninstall()),
    "uninstall-kept": (upgraded, lambda world: world.uninstall(keep_history=True)),
    "test": (installed, lambda world: world.test()),
    "ensure": (installed, lambda world: world.ensure("two")),
}
MOST = 200  # calls of one operation


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("error", [broken, Killed], ids=["fails", "dies"])
@pytest.mark.parametrize("case", CASES)
def test_every_call(case: str, error: Callable[[], BaseException], after: bool) -> None:
    prepare, operation = CASES[case]
    for number in range(1, MOST):
        world = prepare()
        start = len(world.cluster.calls)

        def due(call: Call, at: int = start + number) -> bool:
            return call.number == at

        fault = world.cluster.faults.add(Fault(due, error, after))
        world.attempt(operation(world))
        world.check()
        if not fault.hits:
            return
        world.check_recovers()
    pytest.fail("the operation never came to its end")
