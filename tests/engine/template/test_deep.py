"""What is changed for the interpreter while anybody renders, and put back."""

from __future__ import annotations

import gc
import sys
import threading

import pytest

from purehelm.engine.template import deep


def test_the_interpreter_is_as_before() -> None:
    before = sys.getrecursionlimit(), threading.stack_size(), gc.isenabled()
    seen = deep.deeply(lambda: (sys.getrecursionlimit(), gc.isenabled()))
    assert seen == (deep.FRAMES, False)
    assert (sys.getrecursionlimit(), threading.stack_size(), gc.isenabled()) == before


def test_a_search_for_cycles_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        deep.deeply(lambda: None)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_renders_that_overlap_let_cycles_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deep, "PAUSE", 0.0)
    inside, leave = threading.Event(), threading.Event()

    def first() -> None:
        inside.set()
        leave.wait(10)

    thread = threading.Thread(target=deep.deeply, args=(first,))
    thread.start()
    inside.wait(10)
    runs = gc.get_stats()[2]["collections"]
    deep.deeply(lambda: None)
    assert gc.get_stats()[2]["collections"] == runs + 1
    leave.set()
    thread.join()
    assert gc.isenabled()


def test_errors_come_back_as_they_are() -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        deep.deeply(fail)


def test_recursion_without_end() -> None:
    def again() -> None:
        again()

    with pytest.raises(deep.BudgetExceeded) as caught:
        deep.deeply(again)
    assert caught.value.limit == "nesting"
