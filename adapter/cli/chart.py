"""The chart that a command line names: found, read, and its dependencies checked or fetched, as Helm's commands do it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ChartError, DependencyError, EngineError, Unsupported

from .command import Invocation
from .output import echo, warn
from .session import Session, source_date_epoch

if TYPE_CHECKING:
    from purehelm.engine.chart.model import Chart
    from purehelm.repo.source import ChartQuery, SourceOptions

UPDATE_TIME = 600.0  # seconds for all dependencies together
MISSING = (
    "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' "
    "to fetch missing dependencies: "
)


def source_options(call: Invocation) -> SourceOptions:
    """How charts are fetched, from the flags. Raises Unsupported for --verify."""
    from purehelm.repo.source import SourceOptions
    from purehelm.repo.transport import Credentials, Tls

    if call.flags.get("verify"):
        raise Unsupported("--verify: signatures of charts cannot be checked yet; fetch without it, or check with gpg")
    return SourceOptions(
        credentials=Credentials(username=call["username"], password=call["password"]),
        tls=Tls(
            ca_file=call["ca_file"],
            cert_file=call["cert_file"],
            key_file=call["key_file"],
            insecure=call.flags.get("insecure_skip_tls_verify") or call.flags.get("insecure") or False,
        ),
        pass_credentials=bool(call.flags.get("pass_credentials")),
        plain_http=call["plain_http"],
        provenance=bool(call.flags.get("prov")),
    )


def chart_query(call: Invocation, reference: str) -> ChartQuery:
    """Which chart, from the flags."""
    from purehelm.repo.source import ChartQuery

    return ChartQuery(
        reference=reference,
        version=call["version"],
        repo_url=call["repo"],
        devel=call["devel"],
        options=source_options(call),
    )


def locate(session: Session, reference: str, tell: Callable[[str], None]) -> tuple[Path | None, bytes]:
    """The chart's path, or None and its archive; `tell` hears what a registry's answer makes Helm print."""
    query = chart_query(session.call, reference)
    path = session.charts.local(query)
    if path is not None:
        return path, b""
    fetched = session.charts.fetch(query)
    for message in fetched.messages:
        tell(f"{message}\n")
    return None, fetched.data


def load(place: tuple[Path | None, bytes]) -> Chart:
    """The chart at a located place."""
    from purehelm.engine.chart.load import load_archive, load_path

    path, data = place
    return load_path(path) if path is not None else load_archive(data)


def checked(session: Session, place: tuple[Path | None, bytes]) -> Chart:
    """The chart, if it can be installed; dependencies are fetched where --dependency-update asks for it.

    Raises ChartError for a chart of another type, DependencyError for one whose dependencies are missing.
    """
    chart = load(place)
    if chart.metadata.type not in ("", "application"):
        raise ChartError(f"{chart.metadata.type} charts are not installable")
    if chart.metadata.deprecated:
        warn("this chart is deprecated")
    return with_dependencies(session, chart, place)


def with_dependencies(session: Session, chart: Chart, place: tuple[Path | None, bytes]) -> Chart:
    """The chart with everything in charts/ that Chart.yaml asks for. Raises DependencyError."""
    if not chart.metadata.dependencies:
        return chart
    source_date_epoch(session.environment)
    missing = missing_dependencies(chart)
    if not missing:
        return chart
    problem = f"{MISSING}found in Chart.yaml, but missing in charts/ directory: {', '.join(missing)}"
    if not session.call["dependency_update"]:
        raise DependencyError(problem)
    path, _ = place
    if path is None or not path.is_dir():
        raise DependencyError("only unpacked charts can be updated")
    update_dependencies(session, path, lambda line: echo(f"{line}\n"))
    try:
        return load(place)
    except EngineError as error:
        raise DependencyError(f"failed reloading chart after repo update: {error}") from error


def missing_dependencies(chart: Chart) -> list[str]:
    """The dependencies of Chart.yaml that are not in charts/ (action.CheckDependencies)."""
    loaded = {dependency.name for dependency in chart.dependencies}
    return [wanted.name for wanted in chart.metadata.dependencies if wanted is not None and wanted.name not in loaded]


def update_dependencies(session: Session, folder: Path, report: Callable[[str], None]) -> None:
    """Fetch a chart folder's dependencies, as `dependency update` does."""
    from purehelm.repo.resolve import DependencyResolver, ResolveOptions

    options = ResolveOptions(registry=source_options(session.call))
    DependencyResolver(session.charts, options, report).update(folder, Deadline(UPDATE_TIME))
