"""Values against a chart's values.schema.json and those of its subcharts (pkg/chart/common/util/jsonschema.go).

Every draft from 4 to 2020-12; references lead only inside the schema itself: neither files nor the network are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..errors import SchemaError
from ..goquote import quote
from .gotext import go_type
from .model import Chart
from .schema_check import check_schema, judge, tops
from .schema_compile import Compiler, Node
from .schema_document import Library, SchemaFault, read_json
from .schema_fault import Fault
from .schema_url import UrlError, parsed
from .values import ValuesWarning, Warn, ignore_warning

ADDRESS = "file:///values.schema.json"
HEAD = "values don't meet the specifications of the schema(s) in the following chart(s):\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartFaults:
    """What one chart's schema says against its values: Helm's text, and each fault (none where the schema is broken)."""

    chart: str  # its name
    path: tuple[str, ...]  # the keys that lead to its section of the values
    text: str
    faults: tuple[Fault, ...] = ()


def validate(chart: Chart, values: Mapping[str, Any], warn: Warn = ignore_warning) -> None:
    """Judge coalesced values by the schemas of a chart and its (processed) subcharts.

    Raises SchemaError with Helm's exact text; it lists every fault of every chart.
    """
    found = tuple(_chart_faults(chart, values, (), warn))
    if found:
        raise SchemaError(HEAD + "".join(chart.text for chart in found), charts=found)


def schema_faults(schema: bytes, values: Mapping[str, Any], warn: Warn = ignore_warning) -> tuple[Fault, ...]:
    """What one schema says against values, empty for nothing. Raises SchemaFault for a schema that cannot be used."""
    node, unresolved = _compiled(schema)
    for urn in unresolved:
        text = f"unresolved URN reference ignored; using permissive schema urn={urn}"
        warn(ValuesWarning("schema.unresolved_urn", urn, text))
    try:
        fault = judge(node, values)
    except RecursionError as error:
        raise SchemaFault("unable to validate schema: values or schema are nested too deeply") from error
    return () if fault is None else tops(fault)


def _chart_faults(chart: Chart, values: Mapping[str, Any], path: tuple[str, ...], warn: Warn) -> Iterator[ChartFaults]:
    if chart.schema is not None:
        try:
            faults = schema_faults(chart.schema, values, warn)
        except SchemaFault as error:
            yield ChartFaults(chart=chart.name, path=path, text=f"{chart.name}:\n{error}")
        else:
            if faults:
                lines = "".join(f"{line}\n" for fault in faults for line in fault.lines())
                yield ChartFaults(chart=chart.name, path=path, text=f"{chart.name}:\n{lines}", faults=faults)
    for subchart in chart.dependencies:
        name = subchart.name
        section = values.get(name)
        if section is None:
            continue
        if not isinstance(section, dict):
            text = f"{name}:\ninvalid type for values: expected object (map), got {go_type(section)}\n"
            yield ChartFaults(chart=name, path=(*path, name), text=text)
            continue
        yield from _chart_faults(subchart, section, (*path, name), warn)


@lru_cache(maxsize=64)
def _compiled(schema: bytes) -> tuple[Node, tuple[str, ...]]:
    """The compiled schema, and the URNs that nobody resolves."""
    unresolved: list[str] = []

    def load(url: str) -> Any:
        try:
            scheme = parsed(url).scheme
        except UrlError as error:
            raise SchemaFault(f"failing loading {quote(url)}: {error}") from error
        if scheme == "urn":
            unresolved.append(url)
            return True
        raise SchemaFault(f"failing loading {quote(url)}: {_refusal(url, scheme)}")

    library = Library(load)
    library.contents[ADDRESS] = read_json(schema)
    try:
        node = Compiler(library, check_schema).compile(ADDRESS)
    except RecursionError as error:
        raise SchemaFault("unable to validate schema: it is nested too deeply") from error
    return node, tuple(unresolved)


def _refusal(url: str, scheme: str) -> str:
    if scheme == "file":  # what Helm says when there is no such file; ours never looks
        return f"open {parsed(url).path}: no such file or directory"
    if scheme in ("http", "https"):
        return "references out of the chart are not followed"
    return f"no URLLoader registered for {quote(url)}"
