"""Helm's words around an error, and names of things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import EngineError
from ..goquote import quote
from ..shapes import ResourceRef


@contextmanager
def prefixed(words: str) -> Iterator[None]:
    """An error that leaves here has these words before its own; its class and attributes stay."""
    try:
        yield
    except EngineError as error:
        error.message = f"{words}{error}"
        error.args = (error.message, *error.args[1:])
        raise


def heading(ref: ResourceRef) -> str:
    """An object as Helm's texts name it: `ConfigMap "a" in namespace "b"`."""
    return f"{ref.kind} {quote(ref.name)} in namespace {quote(ref.namespace)}"
