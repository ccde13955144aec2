"""Hooks: order, policies, logs, and what happens when one fails."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.actions.options import WaitStrategy
from purehelm.engine.errors import Forbidden, InstallFailed, ObjectInvalid
from purehelm.engine.ports import HookChanged, LogLine
from purehelm.engine.testing import FakeCluster

from .charts import CRD, demo, hook
from .world import World

FAIL = '    metadata: {annotations: {"bed/outcome": fail}}\n    spec:'


def failing(name: str, events: str, *, annotations: str = "") -> str:
    return hook(name, events, annotations=annotations).replace("    spec:", FAIL)


def policy(words: str, *, weight: int = 0, logs: str = "") -> str:
    lines = [f'"helm.sh/hook-weight": "{weight}"']
    if words:
        lines.append(f'"helm.sh/hook-delete-policy": {words}')
    if logs:
        lines.append(f'"helm.sh/hook-output-log-policy": {logs}')
    return "\n".join(lines)


def jobs(cluster: FakeCluster, verb: str) -> list[str]:
    return [call.ref.name for call in cluster.calls if call.verb == verb and call.ref.kind == "Job"]


def test_they_run_by_weight_then_by_name() -> None:
    world = World()
    world.install(demo(
        a=hook("zulu", "pre-install"), b=hook("alpha", "pre-install"), c=hook("last", "pre-install", annotations=policy("", weight=5)),
        d=hook("first", "pre-install", annotations=policy("", weight=-5)),
    ))  # fmt: skip
    assert jobs(world.cluster, "apply") == ["first", "alpha", "zulu", "last"]
    told = [
        (event.hook.name, str(event.hook.last_run.phase)) for event in world.events if isinstance(event, HookChanged)
    ]
    assert told[:4] == [("first", "Running"), ("first", "Succeeded"), ("alpha", "Running"), ("alpha", "Succeeded")]


def test_succeeded_ones_are_deleted_after_all_of_them_in_reverse() -> None:
    world = World()
    world.install(demo(
        a=hook("a", "pre-install", annotations=policy("hook-succeeded")),
        b=hook("b", "pre-install", annotations=policy("hook-succeeded")),
        c=hook("c", "pre-install", annotations=policy("hook-failed")),
    ))  # fmt: skip
    assert jobs(world.cluster, "apply") == ["a", "b", "c"]
    assert jobs(world.cluster, "delete") == ["b", "a"]
    assert world.names("Job") == ["c"]


def test_after_a_failure_later_ones_do_not_run() -> None:
    world = World()
    with pytest.raises(InstallFailed) as caught:
        world.install(demo(
            a=hook("a", "pre-install", annotations=policy("hook-succeeded")),
            b=failing("b", "pre-install", annotations=policy("hook-failed")),
            c=hook("c", "pre-install"),
        ))  # fmt: skip
    assert str(caught.value).startswith("failed pre-install: resource Job/default/b not ready. status: Failed")
    assert jobs(world.cluster, "apply") == ["a", "b"]
    assert jobs(world.cluster, "delete") == ["b", "a"]
    hooks = {each.name: each for each in world.store.last("default", "rel").hooks}
    assert {name: str(each.last_run.phase) for name, each in hooks.items()} == {
        "a": "Succeeded",
        "b": "Failed",
        "c": "",
    }
    assert hooks["b"].last_run.completed_at == "2026-01-01T00:00:00Z"


def test_the_last_lines_of_a_failed_hook_are_in_the_error_though_it_is_deleted() -> None:
    world = World()
    with pytest.raises(InstallFailed) as caught:
        world.install(demo(b=failing("b", "pre-install", annotations=policy("hook-failed"))))
    assert [line.text for line in caught.value.logs if isinstance(line, LogLine)] == [
        "hello from the container",
        "done",
    ]
    assert world.names("Job") == []


@pytest.mark.parametrize(
    ("logs", "made", "shown"),
    [
        ("hook-succeeded", hook, 2),
        ("hook-failed", hook, 0),
        ("hook-failed", failing, 2),
        ("hook-succeeded", failing, 0),
        ("hook-succeeded,hook-failed", failing, 2),
    ],
)
def test_logs_are_shown_as_the_policy_says(logs: str, made: Any, shown: int) -> None:
    world = World()
    chart = demo(b=made("b", "pre-install", annotations=policy("hook-succeeded,hook-failed", logs=logs)))
    if made is failing:
        with pytest.raises(InstallFailed):
            world.install(chart)
    else:
        world.install(chart)
    assert len([event for event in world.events if isinstance(event, LogLine)]) == shown


def test_a_pods_logs() -> None:
    world = World()
    world.install(demo(b=hook("b", "pre-install", kind="Pod", annotations=policy("", logs="hook-succeeded"))))
    assert [(event.pod, event.text) for event in world.events if isinstance(event, LogLine)] == [
        ("b", "hello from the container"),
        ("b", "done"),
    ]


def test_logs_that_cannot_be_read_are_only_told() -> None:
    world = World()
    world.cluster.faults.fail(
        lambda call: call.verb == "list" and call.ref.kind == "Pod", lambda: Forbidden("no"), times=None
    )
    world.install(demo(b=hook("b", "pre-install", annotations=policy("", logs="hook-succeeded"))))
    assert world.warnings() == ["hook.no_logs"]


def test_other_kinds_are_done_at_once_and_have_no_marks() -> None:
    world = World()
    world.install(demo(b=hook("b", "pre-install", kind="ConfigMap")))
    assert "labels" not in world.live("ConfigMap", "b")["metadata"]


def test_a_hook_that_cannot_be_created() -> None:
    world = World()
    world.cluster.faults.fail(lambda call: call.verb == "apply" and call.ref.kind == "Job", lambda: ObjectInvalid("no"))
    with pytest.raises(InstallFailed) as caught:
        world.install(demo(b=hook("b", "pre-install", annotations=policy("hook-failed"))))
    assert str(caught.value) == (
        "failed pre-install: warning: Hook pre-install demo/templates/b.yaml failed: "
        "server-side apply failed for object default/b batch/v1, Kind=Job: no"
    )
    assert jobs(world.cluster, "delete") == []


def test_a_hook_of_an_unknown_kind() -> None:
    world = World()
    text = hook("b", "pre-install", annotations=policy("hook-failed")).replace("batch/v1", "old.example.com/v1")
    with pytest.raises(InstallFailed) as caught:
        world.install(demo(b=text))
    assert str(caught.value).startswith(
        "failed pre-install: unable to build kubernetes object for pre-install hook demo/templates/b.yaml: resource mapping"
    )
    world = World()
    with pytest.raises(InstallFailed) as caught:
        world.install(demo(b=hook("b", "pre-install").replace("batch/v1", "old.example.com/v1")))
    assert "unable to build kubernetes object for deleting hook demo/templates/b.yaml" in str(caught.value)


def test_a_hook_that_cannot_be_deleted_before() -> None:
    world = World()
    world.cluster.faults.fail(lambda call: call.verb == "delete" and call.ref.kind == "Job", lambda: Forbidden("no"))
    with pytest.raises(InstallFailed, match=r"^failed pre-install: no$"):
        world.install(demo(b=hook("b", "pre-install")))


def test_a_failed_hook_that_cannot_be_deleted_is_only_told() -> None:
    world = World()
    world.cluster.faults.fail(lambda call: call.verb == "delete" and call.ref.kind == "Job", lambda: Forbidden("no"))
    with pytest.raises(InstallFailed, match=r"^failed pre-install: resource Job/default/b not ready"):
        world.install(demo(b=failing("b", "pre-install", annotations=policy("hook-failed"))))
    assert "hook.not_deleted" in world.warnings()


def test_definitions_are_never_deleted() -> None:
    world = World()
    text = CRD.replace("metadata:\n", 'metadata:\n  annotations: {"helm.sh/hook": pre-install}\n')
    world.install(demo(crd=text))
    assert not [call for call in world.cluster.calls if call.verb == "delete" and call.ref.kind != "Lease"]


def test_deletions_are_waited_for_where_objects_are() -> None:
    world = World()
    world.install(demo(b=hook("b", "pre-install,pre-upgrade")))
    world.upgrade(demo(b=hook("b", "pre-install,pre-upgrade")), wait=WaitStrategy.WATCHER)
    assert world.names("Job") == ["b"]


def test_unknown_events_are_told() -> None:
    world = World()
    release = world.install(demo(b=hook("b", "pre-install,crd-install")))
    assert release.hooks == ()
    assert world.warnings() == ["hook.unknown_event"]


def test_a_hook_in_another_namespace() -> None:
    world = World()
    text = hook("b", "pre-install", annotations=policy("", logs="hook-succeeded")).replace(
        "metadata:\n  name: b", "metadata:\n  namespace: kube-public\n  name: b"
    )
    world.install(demo(b=text))
    assert {event.namespace for event in world.events if isinstance(event, LogLine)} == {"kube-public"}
