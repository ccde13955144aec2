"""What the executor does where records cannot be written, and where somebody interrupts."""

from __future__ import annotations

import pytest

from purehelm.engine.errors import Forbidden, InstallFailed, ObjectInvalid, ReleaseTooLarge, UpgradeFailed
from purehelm.engine.ports import Finished
from purehelm.engine.release.model import Release, Status
from purehelm.engine.testing import Call

from .charts import demo
from .world import World


def is_update(call: Call) -> bool:
    return call.verb == "replace" and call.ref.kind == "Secret"


def test_the_last_record_of_an_install_is_only_told_of() -> None:
    world = World()
    world.cluster.faults.fail(is_update, lambda: Forbidden("no"))
    assert world.install().status is Status.DEPLOYED
    assert world.warnings() == ["record.not_updated"]
    assert world.records()[0][1] == "pending-install"


def test_the_last_record_of_an_upgrade_must_be_written() -> None:
    world = World()
    world.install()
    world.cluster.faults.fail(
        lambda call: is_update(call) and call.ref.name.endswith("v2"), lambda: Forbidden("no"), times=1
    )
    with pytest.raises(UpgradeFailed, match=r"^no$"):
        world.upgrade()
    assert world.records()[1] == (2, "failed", 'Upgrade "rel" failed: no')


def test_a_failed_record_that_cannot_be_written_is_told() -> None:
    world = World()
    world.cluster.faults.fail(lambda call: call.verb == "apply", lambda: ObjectInvalid("no"))
    world.cluster.faults.fail(is_update, lambda: Forbidden("no"), times=None)
    with pytest.raises(InstallFailed):
        world.install()
    assert world.warnings() == ["record.not_updated"]


def test_a_description_that_does_not_fit_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    update = world.store.update

    def limited(release: Release, *, expected: str | None = None) -> None:
        if len(release.info.description) > 5000:
            raise ReleaseTooLarge("too large", release=release.name)
        update(release, expected=expected)

    monkeypatch.setattr(world.store, "update", limited)
    world.cluster.faults.fail(lambda call: call.verb == "apply", lambda: ObjectInvalid("x" * 10_000))
    with pytest.raises(InstallFailed):
        world.install()
    assert world.records()[0][1] == "failed"
    assert len(world.records()[0][2]) == 2000


class Interrupted(BaseException):
    """What ends a program, such as a key pressed."""


def test_an_interrupt_leaves_a_failed_record_and_goes_on() -> None:
    world = World()
    world.cluster.faults.fail(lambda call: call.verb == "apply", lambda: Interrupted("now"))
    with pytest.raises(Interrupted):
        world.install()
    assert world.records() == [(1, "failed", "Interrupted: now")]
    assert world.cluster.objects("Lease", "default") == []


def test_placeholders_in_an_error_are_left_alone() -> None:
    world = World()
    world.cluster.faults.fail(lambda call: call.verb == "apply", lambda: ObjectInvalid("{undo} {error} {cleanup}"))
    with pytest.raises(InstallFailed) as caught:
        world.install(rollback_on_failure=True)
    assert str(caught.value).endswith("ConfigMap: {undo} {error} {cleanup}")


def test_a_failed_cleanup_is_told() -> None:
    world = World()
    world.install()
    extra = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n"
    world.cluster.faults.fail(
        lambda call: call.verb == "apply" and call.ref.kind == "Deployment", lambda: ObjectInvalid("no")
    )
    world.cluster.faults.fail(
        lambda call: call.verb == "delete" and call.ref.name == "extra", lambda: Forbidden("never")
    )
    with pytest.raises(UpgradeFailed) as caught:
        world.upgrade(demo(extra=extra), values={"replicas": 2.0}, cleanup_on_fail=True)
    assert str(caught.value).startswith("an error occurred while cleaning up resources. original upgrade error: ")
    assert str(caught.value).endswith(": unable to cleanup resources: never")


def test_a_rollback_that_fails_after_a_failed_upgrade() -> None:
    world = World()
    world.install()
    world.cluster.faults.fail(
        lambda call: call.verb == "apply" and call.ref.kind == "ConfigMap", lambda: ObjectInvalid("no"), times=None
    )
    with pytest.raises(UpgradeFailed) as caught:
        world.upgrade(values={"replicas": 2.0, "greeting": "x"}, rollback_on_failure=True)
    assert str(caught.value).startswith(
        "an error occurred while rolling back the release. original upgrade error: "
    ) or (
        "has been rolled back" in str(caught.value)  # where the failed upgrade left the object as it was
    )
    assert isinstance([event for event in world.events if isinstance(event, Finished)][-1].release, Release)
