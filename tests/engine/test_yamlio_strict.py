"""Strict YAML: a key that comes twice is an error, integers stay integers."""

from __future__ import annotations

import pytest

from purehelm.engine import yamlio
from purehelm.engine.errors import YamlError


def test_integers_are_kept() -> None:
    assert yamlio.load_strict("a: 1\nb: {c: 010, d: 1.5}\n") == {"a": 1, "b": {"c": 8, "d": 1.5}}


@pytest.mark.parametrize("text", ["a: 1\nb: 2\na: 3\n", "x:\n  y:\n  a: {b: 1, b: 2}\n"], ids=["top", "below"])
def test_a_key_twice(text: str) -> None:
    with pytest.raises(YamlError) as caught:
        yamlio.load_strict(text)
    assert str(caught.value).endswith('line 3: key "%s" already set in map' % ("a" if text.startswith("a") else "b"))
