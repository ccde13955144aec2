"""Room for deep recursion: a thread with a large stack, and an interpreter that allows it."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import TypeVar

from .errors import BudgetExceeded

T = TypeVar("T")
FRAMES = 60_000  # Python frames: 1,000 nested includes need about 12 each, more where they sit in blocks
STACK = 256 * 1024 * 1024  # bytes reserved, not used: what C functions take at such a depth
PAUSE = 5.0  # seconds that renders which overlap may keep the search for cycles from running
_lock = threading.Lock()
_deep = threading.local()


def too_deep() -> BudgetExceeded:
    """The error of templates that nest beyond what the interpreter can hold."""
    return BudgetExceeded("the templates are nested too deeply", limit="nesting")


class _Interpreter:
    """What is changed for the whole interpreter while anybody renders, and put back by the last one.

    The recursion limit is raised. The search for reference cycles pauses: compiling makes hundreds of thousands of small
    objects that stay, and looking through them again and again took half of a cold render's time; a render makes hardly
    any cycles.
    """

    users = 0
    limit = 0
    collects = False
    since = 0.0


def _enter() -> None:
    state = _Interpreter
    if state.users == 0:
        state.limit = sys.getrecursionlimit()
        state.collects = gc.isenabled()
        state.since = time.monotonic()
        sys.setrecursionlimit(max(FRAMES, state.limit))
        gc.disable()
    elif state.collects and time.monotonic() - state.since > PAUSE:
        gc.collect()
        state.since = time.monotonic()
    state.users += 1


def _leave() -> None:
    state = _Interpreter
    state.users -= 1
    if state.users:
        return
    sys.setrecursionlimit(state.limit)
    if state.collects:
        gc.enable()


@contextmanager
def _prepared_interpreter() -> Iterator[None]:
    with _lock:
        _enter()
    try:
        yield
    finally:
        with _lock:
            _leave()


def deeply(work: Callable[[], T]) -> T:
    """What `work` gives, run in a thread with a stack that holds FRAMES calls, with the caller's context variables.

    Calls inside `work` run where they are. A RecursionError comes back as BudgetExceeded.
    """
    if getattr(_deep, "inside", False):
        return work()
    result: list[T] = []
    failure: list[BaseException] = []
    context = copy_context()

    def target() -> None:
        _deep.inside = True
        try:
            result.append(context.run(work))
        except RecursionError:
            failure.append(too_deep())
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread, not swallowed
            failure.append(error)

    with _prepared_interpreter():
        with _lock:
            normal = threading.stack_size(STACK)
            try:
                thread = threading.Thread(target=target, name="purehelm-render", daemon=True)
                thread.start()
            finally:
                threading.stack_size(normal)
        thread.join()
    if failure:
        raise failure[0]
    return result[0]
