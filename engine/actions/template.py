"""Render a chart as a release, without a cluster (cmd/template.go, client dry runs)."""

from __future__ import annotations

from dataclasses import dataclass

from ..chart.model import Chart
from ..errors import ReleaseNameError
from ..release.model import Release
from ..release.names import name_problem
from ..shapes import Values
from .options import InstallOptions
from .rendering import Job, Warn, described, first_revision, offline_capabilities, prepare_chart

DRY = "Dry run complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and when a release is rendered, and who hears of oddities ."""

    namespace: str
    now: str
    warn: Warn


def template(chart: Chart, values: Values, options: InstallOptions, place: Place) -> Release:
    """The release; nothing is stored, no cluster asked. Raises what rendering raises, ReleaseNameError, ChartError."""
    check_name(options.name)
    job = Job(
        prepared=prepare_chart(chart, values, options, place.warn), name=options.name, namespace=place.namespace,
        is_upgrade=options.is_upgrade, capabilities=offline_capabilities(options), options=options,
        include_crds=options.include_crds, warn=place.warn,
    )  # fmt: skip
    return described(first_revision(job, place.now), DRY)


def check_name(name: str) -> None:
    """Raise ReleaseNameError in the words of an install."""
    if problem := name_problem(name):
        raise ReleaseNameError(f'release name check failed: release name "{name}": {problem}', release=name)
