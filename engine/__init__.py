"""Helm without helm: charts in, releases out. Knows nobody above it.

What is public here is loaded when it is first asked for: importing this package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import Engine as Engine
    from .chart.load import load_chart as load_chart
    from .release.render import render_templates as render_templates

_PUBLIC = {"Engine": ".api", "load_chart": ".chart.load", "render_templates": ".release.render"}
__all__ = ["Engine", "load_chart", "render_templates"]


def __getattr__(name: str) -> Any:
    module = _PUBLIC.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(module, __name__), name)
    globals()[name] = value
    return value
