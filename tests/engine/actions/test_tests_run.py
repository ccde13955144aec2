"""Test hooks on the in-memory cluster."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.actions.options import TestOptions
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import (
    Cancelled,
    ClusterError,
    Forbidden,
    ReleaseNameError,
    ReleaseNotFound,
    TestFailed,
)
from purehelm.engine.ports import HookChanged, LogLine
from purehelm.engine.release.model import Release, Status

from .charts import demo, hook
from .world import World

FAIL = '"bed/outcome": fail'
DELETED = '"helm.sh/hook-delete-policy": hook-succeeded,hook-failed'


def passed(world: World, **options: Any) -> Release:
    return world.engine.test("rel", TestOptions(**options))


def test_tests_run_by_weight_and_are_recorded() -> None:
    world = World()
    world.install(demo(
        a=hook("late", "test", kind="Pod", annotations='"helm.sh/hook-weight": "5"'), b=hook("early", "test-success", kind="Pod"),
    ))  # fmt: skip
    release = passed(world)
    assert [(each.name, str(each.last_run.phase)) for each in release.hooks] == [
        ("late", "Succeeded"),
        ("early", "Succeeded"),
    ]
    applied = [call.ref.name for call in world.cluster.calls if call.verb == "apply" and call.ref.kind == "Pod"]
    assert applied == ["early", "late"]
    assert world.store.last("default", "rel") == release
    assert release.status is Status.DEPLOYED


def test_a_failing_test() -> None:
    world = World()
    world.install(
        demo(
            a=hook("bad", "test", kind="Pod", annotations=FAIL),
            b=hook("later", "test", kind="Pod", annotations='"helm.sh/hook-weight": "1"'),
        )
    )
    with pytest.raises(TestFailed) as caught:
        passed(world)
    record = world.store.last("default", "rel")
    assert caught.value.record == record
    assert [str(each.last_run.phase) for each in record.hooks] == ["Failed", ""]
    assert record.status is Status.DEPLOYED
    assert [line.text for line in caught.value.logs if isinstance(line, LogLine)] == [
        "hello from the container",
        "done",
    ]


@pytest.mark.parametrize(
    ("options", "ran", "order"),
    [
        ({"names": ("b",)}, ["b"], ["a", "c", "b"]),
        ({"skipped": ("b",)}, ["a", "c"], ["b", "a", "c"]),
        ({"skipped": ("a",), "names": ("c",)}, ["c"], ["a", "b", "c"]),
    ],
    ids=["names", "skipped", "both"],
)
def test_filters_choose_and_reorder(options: dict[str, Any], ran: list[str], order: list[str]) -> None:
    world = World()
    world.install(demo(**{name: hook(name, "test", kind="Pod") for name in "abc"}))
    release = passed(world, **options)
    assert [each.name for each in release.hooks] == order
    assert [each.name for each in release.hooks if each.last_run.phase] == ran


def test_logs_are_shown_as_helm_prints_them_before_the_pod_goes() -> None:
    world = World()
    world.install(demo(a=hook("a", "test", kind="Pod", annotations=DELETED), job=hook("job", "test")))
    said: list[str] = []
    passed(world, logs=True, output=said.append)
    assert "".join(said) == "POD LOGS: a (main)\nhello from the container\ndone\n\n"
    assert "a" not in world.names("Pod")


def test_logs_are_reported_where_nobody_listens() -> None:
    world = World()
    world.install(demo(a=hook("a", "test", kind="Pod")))
    passed(world, logs=True)
    assert [(event.pod, event.container, event.text) for event in world.events if isinstance(event, LogLine)] == [
        ("a", "main", "hello from the container"),
        ("a", "main", "done"),
    ]


def test_logs_that_cannot_be_had() -> None:
    world = World()
    world.install(demo(a=hook("a", "test", kind="Pod")))
    world.cluster.faults.fail(lambda call: call.verb == "logs", lambda: Forbidden("no logs"), times=None)
    with pytest.raises(TestFailed) as caught:
        passed(world, logs=True)
    assert str(caught.value) == "unable to get logs for pod a, container main: no logs"
    world.cluster.faults.clear()
    world.events.clear()

    def is_over(call: Any) -> bool:
        ended = any(isinstance(event, HookChanged) and event.hook.last_run.completed_at for event in world.events)
        return ended and call.verb == "get" and call.ref.kind == "Pod"

    world.cluster.faults.fail(is_over, lambda: ClusterError("no pod"), times=None)
    with pytest.raises(TestFailed, match=r"^unable to get pod a: no pod$"):
        passed(world, logs=True, names=("a",))


def test_a_cancelled_test_is_cancelled() -> None:
    world = World()
    world.install(demo(a=hook("a", "test", kind="Pod")))
    deadline = Deadline(None, clock=world.clock)

    def seen(call: Any) -> bool:
        if call.verb == "apply":
            deadline.cancel()
        return False

    world.cluster.faults.fail(seen, times=None)
    with pytest.raises(Cancelled):
        world.engine.test("rel", deadline=deadline)
    assert str(world.store.last("default", "rel").hooks[0].last_run.phase) == "Failed"


def test_no_release() -> None:
    with pytest.raises(ReleaseNotFound):
        passed(World())
    with pytest.raises(ReleaseNameError, match=r"^releaseTest: Release name is invalid: No$"):
        World().engine.test("No")
