"""All functions that charts may call, joined from the families' tables."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from functools import cache

from ..template.function import Function

FAMILIES = (
    "strings", "lists", "dicts", "flow", "kinds", "arithmetic", "dates", "durations", "encoding", "crypto", "regex",
    "versions", "urls", "paths", "charts",
)  # fmt: skip


def join(tables: Iterable[Mapping[str, Function]]) -> dict[str, Function]:
    """One table of all. Raises ValueError where two define the same name."""
    joined: dict[str, Function] = {}
    for table in tables:
        twice = joined.keys() & table.keys()
        if twice:
            raise ValueError(f"functions defined twice: {', '.join(sorted(twice))}")
        joined.update(table)
    return joined


@cache
def all_functions() -> Mapping[str, Function]:
    """Every function of Helm's templates by its name, but Go's own (template/predefined.py)."""
    return join(importlib.import_module(f"{__package__}.{name}").TABLE for name in FAMILIES)
