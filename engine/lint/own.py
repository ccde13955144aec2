"""Rules of our own: what Helm's lint lets pass and people search for hours later."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..chart.model import Chart
from ..chart.unknown import unknown_keys
from ..chart.usage import template_files, trees
from ..gofloat import format_float
from ..template.nodes import show_body
from .message import Findings, Severity

EXPONENT = re.compile(r"(?<![\w.])-?[0-9](?:\.[0-9]+)?e\+[0-9]{2,3}(?![\w.])")


def check_own(findings: Findings, chart: Chart, rendered: Mapping[str, str], values: Mapping[str, Any]) -> None:
    """Every rule of our own, on a chart that renders; `values` are the user's."""
    for key in unknown_keys(chart, values):
        findings.note("own.unknown-value", Severity.WARNING, "values.yaml", str(key))
    for path, text in exponents(chart, rendered, values):
        told = f"{text} stands for a number that Go prints with an exponent ({path}); pipe the value through int64 or quote it"
        findings.note("own.exponent", Severity.WARNING, path.partition(": ")[0], told)
    for name, files in shadowed(chart):
        told = f"template {name!r} is defined with different text in {' and '.join(files)}; only one of them is used"
        findings.note("own.shadowed-template", Severity.WARNING, files[0], told)


def exponents(chart: Chart, rendered: Mapping[str, str], values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Where a rendered file shows a large number of the values as 1e+06: `file: value's path`, and that text."""
    numbers = {format_float(number, "g"): path for path, number in (*_numbers(chart.values), *_numbers(values))}
    for file, text in sorted(rendered.items()):
        for found in sorted(set(EXPONENT.findall(text))):
            if found in numbers:
                yield f"{file.removeprefix(chart.name + '/')}: {numbers[found]}", found


def _numbers(values: Any, path: str = ".Values") -> Iterator[tuple[str, float]]:
    if isinstance(values, Mapping):
        for key, item in values.items():
            yield from _numbers(item, f"{path}.{key}")
    elif isinstance(values, list):
        for position, item in enumerate(values):
            yield from _numbers(item, f"{path}[{position}]")
    elif isinstance(values, float) and abs(values) >= 1e6:
        yield path, values


def shadowed(chart: Chart) -> Iterator[tuple[str, list[str]]]:
    """Named templates that two files define differently, with those files; the whole files' own names do not count."""
    seen: dict[str, dict[str, str]] = {}
    for file, path in template_files(chart):
        for tree in trees(file):
            if tree.name != file.name and not tree.empty:
                seen.setdefault(tree.name, {})[path] = show_body(tree.body)
    for name in sorted(seen):
        if len(set(seen[name].values())) > 1:
            yield name, sorted(seen[name])
