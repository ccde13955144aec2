"""Random texts, drawn from a seeded source."""

from __future__ import annotations

import base64
import string
from random import Random
from typing import Any

import pytest

from purehelm.engine.functions import randomness, strings
from purehelm.engine.template.function import FunctionError, declare


def drawn(name: str, *arguments: Any, seed: int = 1) -> Any:
    return declare(randomness.rows(Random(seed)))[name].call(*arguments)


@pytest.mark.parametrize(
    ("name", "alphabet"),
    [
        ("randAlpha", string.ascii_letters),
        ("randAlphaNum", string.ascii_letters + string.digits),
        ("randNumeric", string.digits),
        ("randAscii", "".join(map(chr, range(32, 127)))),
    ],
)
def test_alphabets(name: str, alphabet: str) -> None:
    text = drawn(name, 5000)
    assert (len(text), set(text)) == (5000, set(alphabet))
    assert drawn(name, 20) == drawn(name, 20) != drawn(name, 20, seed=2)
    assert drawn(name, -1) == ""


def test_bytes_and_numbers() -> None:
    assert len(base64.b64decode(drawn("randBytes", 10))) == 10
    assert {drawn("randInt", 3, 6, seed=seed) for seed in range(50)} == {3, 4, 5}
    assert sorted(drawn("shuffle", "héllo\udcff")) == sorted("héllo\ufffd")


def test_faults() -> None:
    with pytest.raises(FunctionError, match="makeslice: len out of range"):
        drawn("randBytes", -1)
    with pytest.raises(FunctionError, match="invalid argument to Intn"):
        drawn("randInt", 3, 3)


def test_the_system_is_the_source() -> None:
    texts = {strings.TABLE["randAlphaNum"].call(24) for _ in range(20)}
    assert len(texts) == 20
