"""What an operation does is shown while it does it."""

from __future__ import annotations

import io

from rich.console import Console

from purehelm.adapter.cli.progress import LONGEST, Progress
from purehelm.engine.ports import HealthChanged, HookChanged, ObjectChanged, Retried, StepStarted, Warned
from purehelm.engine.release.model import Event, Hook, HookRun, Phase
from purehelm.engine.shapes import ResourceRef

HOOK = Hook(name="migrate", kind="Job", path="p", manifest="", events=(Event.PRE_INSTALL,))


def ref(name: str) -> ResourceRef:
    return ResourceRef("apps/v1", "Deployment", "lab", name)


def shown(progress: Progress) -> str:
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    console.print(progress.render())
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_steps_objects_and_what_is_waited_for() -> None:
    progress = Progress("web", console=Console(file=io.StringIO()))
    progress.hear(StepStarted(release="web", step="create objects", position=2, total=4))
    progress.hear(ObjectChanged(ref=ref("a"), change="created"))
    progress.hear(HealthChanged(ref=ref("a"), status="InProgress", message="1 of 2 ready"))
    progress.hear(HealthChanged(ref=ref("b"), status="Current", message=""))
    progress.hear(Warned(code="x", text="not shown here"))

    text = shown(progress)

    assert "web: create objects (2/4), 1 objects written, 1 of 2 ready" in text
    assert "Deployment/a  InProgress  1 of 2 ready" in text
    assert "Deployment/b" not in text


def test_hooks_and_retries_are_told() -> None:
    progress = Progress("web", console=Console(file=io.StringIO()))

    progress.hear(HookChanged(event="pre-install", hook=HOOK))
    assert "web: pre-install hook Job/migrate: starts" in shown(progress)
    done = Hook(
        name="migrate", kind="Job", path="p", manifest="", events=HOOK.events, last_run=HookRun(phase=Phase.FAILED)
    )
    progress.hear(HookChanged(event="pre-install", hook=done))
    assert "web: pre-install hook Job/migrate: failed" in shown(progress)
    progress.hear(Retried(what="apply Deployment/a", reason="503", seconds=2.0))
    assert "web: apply Deployment/a: again in 2 s" in shown(progress)


def test_many_objects_are_cut() -> None:
    progress = Progress("web", console=Console(file=io.StringIO()))
    for number in range(LONGEST + 3):
        progress.hear(HealthChanged(ref=ref(f"d{number:02}"), status="InProgress", message=""))

    assert "… and 3 more" in shown(progress)


def test_the_display_is_gone_at_the_end() -> None:
    out = io.StringIO()
    with Progress("web", console=Console(file=out, force_terminal=True)) as progress:
        progress.hear(StepStarted(release="web", step="wait", position=1, total=1))

    assert out.getvalue().endswith("\x1b[2K") or "wait" not in out.getvalue().splitlines()[-1]
