"""Render a chart: dependencies and values first (`prepare`), then every template in Helm's order (`render`).

What is built on top: actions call `prepare` and `render` apart, lint with `RenderOptions(lint=True)`; `render_templates`
does both for a chart as it was loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ..capabilities import Capabilities, parse_kube_version
from ..chart import dependencies
from ..chart.model import Chart
from ..chart.schema import validate
from ..chart.values import Rules, Warn, coalesce, ignore_warning
from ..functions.charts import Facts, Lookup
from ..functions.registry import all_functions
from ..govalues import Int64, Values
from ..template.deep import deeply
from ..template.environment import Library, TemplateSet
from ..template.function import Function
from ..template.runtime import DEFAULT_BUDGET, Budget
from .context import ReleaseFacts, Source, sources

__all__ = ["Budget", "Lookup", "ReleaseFacts", "RenderOptions", "prepare", "render", "render_templates"]

NOT_TEXT = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """How to render.

    `lookup` asks a cluster (None: nothing is ever found). `functions` adds or replaces functions, and takes away those
    that are None. `strict` makes a missing key an error, `lint` lets `required` and `fail` pass, `enable_dns` lets
    getHostByName ask. `budget` bounds steps, output, time and nesting.
    """

    lookup: Lookup | None = None
    functions: Mapping[str, Function | None] = field(default_factory=dict)
    budget: Budget = DEFAULT_BUDGET
    strict: bool = False
    lint: bool = False
    enable_dns: bool = False


DEFAULT_OPTIONS = RenderOptions()


def prepare(
    chart: Chart, values: Mapping[str, Any], *, skip_schema: bool = False, warn: Warn = ignore_warning
) -> tuple[Chart, dict[str, Any]]:
    """The chart with its chosen dependencies, and the coalesced values.

    Raises ValuesError, and SchemaError where a chart's schema refuses the values (unless `skip_schema`).
    """
    chosen, given = dependencies.process(chart, _typed(values), warn)
    coalesced = coalesce(chosen, given, Rules(warn=warn))
    if not skip_schema:
        validate(chosen, coalesced)
    return chosen, coalesced


def _typed(value: Any, integer: Callable[[int], Any] = Int64) -> Any:
    """User's values as Go types them: integers (of --set, of callers) are int64."""
    if isinstance(value, Mapping):
        return {key: _typed(item, integer) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_typed(item, integer) for item in value]
    return integer(value) if value.__class__ is int else value


@cache
def _library(*, strict: bool) -> Library:
    return Library(all_functions(), strict=strict)


def forget_compiled() -> None:
    """Empty the store of compiled templates: for measurements."""
    _library.cache_clear()


def library_of(options: RenderOptions) -> Library:
    """The functions that these options allow; what is compiled with the usual ones is kept for later renders."""
    if not options.functions:
        return _library(strict=options.strict)
    functions = {**all_functions(), **options.functions}
    kept = {name: function for name, function in functions.items() if function is not None}
    return Library(kept, strict=options.strict)


def in_order(paths: Sequence[str]) -> list[str]:
    """Template paths in Helm's order: deeper ones first, then from the end of the alphabet (sortTemplates)."""
    return sorted(paths, key=lambda path: (path.count("/"), path), reverse=True)


def render(
    chart: Chart,
    values: Mapping[str, Any],
    release: ReleaseFacts,
    *,
    capabilities: Capabilities,
    options: RenderOptions = DEFAULT_OPTIONS,
) -> dict[str, str]:
    """The text of every template by its full path, partials (`_…`) left out; NOTES.txt files are among them.

    `chart` and `values` are what `prepare` gave; templates may change the values' tables in place, as in Helm. Raises
    TemplateSyntaxError, TemplateExecError, BudgetExceeded.
    """
    found = sources(chart, values, release, capabilities)
    return deeply(lambda: render_sources(found, options))


def render_sources(found: Mapping[str, Source], options: RenderOptions = DEFAULT_OPTIONS) -> dict[str, str]:
    """The text of each of these templates; the first that fails ends it."""
    templates = TemplateSet(library_of(options))
    paths = in_order(list(found))
    for path in paths:
        templates.add(path, found[path].text)
    facts = Facts(lookup=options.lookup, enable_dns=options.enable_dns, lint=options.lint)
    run = templates.run(facts=facts, budget=options.budget)
    rendered: dict[str, str] = {}
    for path in paths:
        if path.rpartition("/")[2].startswith("_"):
            continue
        source = found[path]
        source.context["Template"] = Values({"Name": path, "BasePath": source.base_path})
        text = templates.execute(path, source.context, run)
        rendered[path] = _clean(text)
    return rendered


def _clean(text: str) -> str:
    """A template's text without Go's words for no value; bytes that are no UTF-8 as U+FFFD, as records hold them."""
    if "<no value>" in text:
        text = text.replace("<no value>", "")
    return text if text.isascii() else NOT_TEXT.sub("\ufffd", text)


def render_templates(
    chart: Chart,
    values: Mapping[str, Any],
    *,
    name: str,
    namespace: str,
    revision: int = 1,
    is_upgrade: bool = False,
    is_install: bool | None = None,
    kube_version: str | None = None,
    api_versions: Sequence[str] = (),
    options: RenderOptions = DEFAULT_OPTIONS,
) -> dict[str, str]:
    """The text of every template of a loaded chart by its full path, with the user's values.

    `kube_version` and `api_versions` change what `.Capabilities` says, as the flags of those names do; `is_install` is the
    opposite of `is_upgrade` unless given. Whole numbers are taken for float64, as YAML and JSON give them. Every failure is an EngineError whose text is Helm's.
    """
    capabilities = Capabilities()
    if kube_version is not None:
        capabilities = Capabilities(kube_version=parse_kube_version(kube_version))
    capabilities = capabilities.with_api_versions(*api_versions)
    chosen, coalesced = prepare(chart, _typed(values, float))
    install = not is_upgrade if is_install is None else is_install
    facts = ReleaseFacts(name=name, namespace=namespace, revision=revision, is_install=install, is_upgrade=is_upgrade)
    return render(chosen, coalesced, facts, capabilities=capabilities, options=options)
