"""What an operation is doing, live on a terminal: its step, what changed, and what it waits for."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from purehelm.engine.ports import Happening, HealthChanged, HookChanged, ObjectChanged, Retried, StepStarted
from purehelm.engine.shapes import ResourceRef

READY = "Current"
LONGEST = 12  # lines of objects that are shown


class Progress:
    """A live display on standard error, as a context manager; it is gone when the operation is over."""

    def __init__(self, name: str, *, color: str = "auto", console: Console | None = None) -> None:
        self._name = name
        self._console = console or Console(stderr=True, no_color=color == "never")
        self._step = "starts"
        self._waiting: dict[ResourceRef, tuple[str, str]] = {}
        self._changed = 0
        self._lock = threading.Lock()
        self._live = Live(console=self._console, transient=True, refresh_per_second=8, get_renderable=self.render)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def hear(self, happening: Happening) -> None:
        """A reporter: takes what happens into the display."""
        with self._lock:
            match happening:
                case StepStarted(step=step, position=position, total=total):
                    self._step = f"{step} ({position}/{total})"
                    self._waiting.clear()
                case ObjectChanged():
                    self._changed += 1
                case HealthChanged(ref=ref, status=status, message=message):
                    self._waiting[ref] = (status, message)
                case HookChanged(event=event, hook=hook):
                    phase = str(hook.last_run.phase).lower() or "starts"
                    self._step = f"{event} hook {hook.kind}/{hook.name}: {phase}"
                case Retried(what=what, seconds=seconds):
                    self._step = f"{what}: again in {seconds:.0f} s"
                case _:
                    pass

    def render(self) -> RenderableType:
        """What is shown now."""
        with self._lock:
            waiting = sorted(self._waiting.items(), key=lambda entry: str(entry[0]))
            ready = sum(status == READY for _, (status, _) in waiting)
            line = f"{self._name}: {self._step}"
            if self._changed:
                line += f", {self._changed} objects written"
            if waiting:
                line += f", {ready} of {len(waiting)} ready"
        table = Table.grid(padding=(0, 2))
        pending = [(ref, status, message) for ref, (status, message) in waiting if status != READY]
        for ref, status, message in pending[:LONGEST]:
            table.add_row(f"  {ref.kind}/{ref.name}", Text(status, style="yellow"), Text(message, style="dim"))
        if len(pending) > LONGEST:
            table.add_row(f"  … and {len(pending) - LONGEST} more")
        return Group(Spinner("dots", text=Text(line)), table)
