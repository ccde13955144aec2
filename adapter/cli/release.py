"""A release as text: the status block, and the record as JSON and YAML print it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from purehelm.engine.release.model import Event, Hook, Release

from .colors import PLAIN, Colors
from .output import ansi_c, sorted_maps

DRY_RUN_COMPLETE = "dry run complete"


def chart_name(release: Release) -> str:
    """`name-version`, MISSING where the record has no chart (pkg/cmd/history.go formatChartName)."""
    metadata = release.chart.get("metadata")
    return f"{metadata.get('name', '')}-{metadata.get('version', '')}" if metadata else "MISSING"


def app_version(release: Release) -> str:
    metadata = release.chart.get("metadata")
    return str(metadata.get("appVersion", "")) if metadata else "MISSING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a status block shows besides: `chart` adds the lines of `get all`, `resources` is the block of live objects.

    `debug` is the text of the values that --debug shows, with the hooks and the manifest after it.
    """

    notes: bool = True
    chart: bool = False
    debug: str = ""
    resources: str = ""
    colors: Colors = PLAIN


def status_text(release: Release, shown: Shown) -> str:
    """What `status`, `install` and `upgrade` print (pkg/cmd/status.go)."""
    return "".join(_status_lines(release, shown))


def _status_lines(release: Release, shown: Shown) -> Iterator[str]:
    yield f"NAME: {release.name}\n"
    if release.info.last_deployed:
        yield f"LAST DEPLOYED: {ansi_c(release.info.last_deployed)}\n"
    yield f"NAMESPACE: {shown.colors.namespace(release.namespace)}\n"
    yield f"STATUS: {shown.colors.status(str(release.status))}\nREVISION: {release.revision}\n"
    if shown.chart:
        metadata = release.chart.get("metadata") or {}
        for title, key in (("CHART", "name"), ("VERSION", "version"), ("APP_VERSION", "appVersion")):
            yield f"{title}: {metadata.get(key, '')}\n"
    yield f"DESCRIPTION: {release.info.description}\n{shown.resources}"
    yield from _test_suite(release)
    yield shown.debug
    if shown.debug or release.info.description.lower() == DRY_RUN_COMPLETE:
        yield "HOOKS:\n"
        yield from (hook_text(hook) for hook in release.hooks)
        yield f"MANIFEST:\n{release.manifest}\n"
    if shown.notes and release.info.notes:
        yield f"NOTES:\n{release.info.notes.strip()}\n"


def _test_suite(release: Release) -> Iterator[str]:
    tests = [hook for hook in release.hooks if Event.TEST in hook.events]
    if not tests:
        yield "TEST SUITE: None\n"
    for hook in tests:
        if hook.last_run.started_at:
            started, completed = ansi_c(hook.last_run.started_at), ansi_c(hook.last_run.completed_at)
            yield f"TEST SUITE:     {hook.name}\nLast Started:   {started}\nLast Completed: {completed}\nPhase:          {hook.last_run.phase}\n"


def hook_text(hook: Hook) -> str:
    """One hook as `get hooks` and `template` print it."""
    return f"---\n# Source: {hook.path}\n{hook.manifest}\n"


def values_text(title: str, values: Mapping[str, Any]) -> str:
    """A block of values under its title."""
    from purehelm.engine import yamlio  # start-up time is a promise

    return f"{title}:\n{yamlio.dump(dict(values))}"


def as_json(release: Release, resources: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The release as `-o json` shows it: the record's own form, and under `info` the live objects where they are given."""
    from purehelm.engine import jsonio  # start-up time is a promise
    from purehelm.storage.codec import to_json

    shown: dict[str, Any] = jsonio.loads(to_json(release))
    if resources:
        shown["info"]["resources"] = sorted_maps(resources)
    return shown
