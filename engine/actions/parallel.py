"""Many calls at once, through a bounded pool."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

from ..errors import EngineError

WORKERS = 16
Item = TypeVar("Item")
Result = TypeVar("Result")


def in_parallel(call: Callable[[Item], Result], items: Iterable[Item], *, workers: int = WORKERS) -> list[Result]:
    """What the call gives for each item, in their order; raises the error of the first item that has one, after all ended."""
    given = list(items)
    if len(given) < 2:
        return [call(item) for item in given]
    with ThreadPoolExecutor(min(workers, len(given)), thread_name_prefix="purehelm") as pool:
        started = [pool.submit(copy_context().run, call, item) for item in given]
    return [future.result() for future in started]


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What the calls give, made at the same time; raises the first one's error that has one."""
    return in_parallel(lambda call: call(), calls)


def outcome(call: Callable[[Item], Result], items: Iterable[Item]) -> list[Result | EngineError]:
    """As `in_parallel`, with an error of ours in the place of a result."""

    def safely(item: Item) -> Result | EngineError:
        try:
            return call(item)
        except EngineError as error:
            return error

    return in_parallel(safely, items)


def in_background(call: Callable[[], Result]) -> Future[Result]:
    """The call, started in a thread of its own."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="purehelm")
    future = pool.submit(copy_context().run, call)
    pool.shutdown(wait=False)
    return future
