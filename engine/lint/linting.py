"""Examine a chart in a directory or an archive, as `helm lint` does (pkg/action/lint.go)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..chart.archive import archive_files
from ..chart.load import load_files
from ..chart.package import check_name
from ..errors import ChartError, EngineError
from .chartfile import check_chartfile
from .message import Findings, Message, Severity
from .own import check_own
from .rules import LintOptions, check_crds, check_dependencies, check_templates, check_values

ARCHIVES = (".tgz", ".tar.gz")
DEFAULT = LintOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class LintResult:
    """What came of one chart: its messages, and the texts of those (or of the failure to look) that make it fail."""

    path: str
    messages: tuple[Message, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def noteworthy(self) -> bool:
        """Whether there is more than information."""
        return bool(self.errors) or any(message.severity > Severity.INFO for message in self.messages)


def lint(path: Path, values: Mapping[str, Any], options: LintOptions = DEFAULT) -> LintResult:
    """Every rule on one chart; never raises for what is wrong with the chart."""
    try:
        with _folder(path) as folder:
            messages = _messages(folder, values, options)
    except ChartError as error:
        return LintResult(path=str(path), errors=(str(error),))
    least = Severity.WARNING if options.strict else Severity.ERROR
    errors = tuple(message.text for message in messages if message.severity >= least)
    return LintResult(path=str(path), messages=messages, errors=errors)


def chart_paths(path: Path) -> Iterator[Path]:
    """The chart and, as --with-subcharts has it, every chart and archive below its charts/."""
    yield path
    charts = path / "charts"
    for found in sorted(charts.rglob("*")) if charts.is_dir() else ():
        if found.name == "Chart.yaml":
            yield found.parent
        elif found.name.endswith(ARCHIVES):
            yield found


def _messages(folder: Path, values: Mapping[str, Any], options: LintOptions) -> tuple[Message, ...]:
    findings = Findings()
    check_chartfile(findings, folder)
    check_values(findings, folder, values, options)
    rendered = check_templates(findings, folder, values, options)
    check_dependencies(findings, folder)
    check_crds(findings, folder)
    if options.own and rendered is not None:
        check_own(findings, *rendered, values)
    return tuple(findings.messages)


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """The chart's directory: an archive is unpacked for as long as it is looked at. Raises ChartError."""
    if not path.name.endswith(ARCHIVES):
        folder = path.absolute()
        _ensure_chart(folder)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="purehelm-lint") as temporary:
        folder = _unpacked(path, Path(temporary))
        _ensure_chart(folder)
        yield folder


def _ensure_chart(folder: Path) -> None:
    chartfile = folder / "Chart.yaml"
    if not chartfile.exists():
        raise ChartError(f"unable to check Chart.yaml file in chart: stat {chartfile}: no such file or directory")


def _unpacked(path: Path, into: Path) -> Path:
    """The archive's files below a folder with the chart's name; the paths were checked when they were read."""
    try:
        with path.open("rb") as stream:
            files = tuple(archive_files(stream))
    except OSError as error:
        raise ChartError(f"unable to open tarball: open {path}: {(error.strerror or '').lower()}") from error
    except EngineError as error:
        raise ChartError(f"unable to extract tarball: {error}") from error
    try:
        name = load_files([file for file in files if file.name == "Chart.yaml"]).name
        check_name(name)
    except EngineError as error:
        raise ChartError(f"unable to extract tarball: {error}") from error
    for file in files:
        target = into / name / file.name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.data)
        except OSError as error:  # such as a file where a folder must be
            raise ChartError(f"unable to extract tarball: {error.strerror}") from error
    return into / name
