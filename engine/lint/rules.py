"""Rules about values.yaml, templates/, charts/ and crds/ (pkg/chart/v2/lint/rules)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from .. import yamlio
from ..capabilities import Capabilities
from ..chart.crds import crds
from ..chart.dependencies import process
from ..chart.load import load_path
from ..chart.model import Chart
from ..chart.schema import schema_faults, validate
from ..chart.schema_document import SchemaFault
from ..chart.values import clone_table, coalesce, lay_under
from ..errors import ChartError, EngineError, YamlError
from ..goquote import quote
from ..release.render import ReleaseFacts, RenderOptions, render
from .deprecations import deprecation
from .documents import Head, heads
from .message import Findings, Severity
from .names import name_problem

TEMPLATES = "templates/"
CRDS = "crds/"
EXTENSIONS = (".yaml", ".yml", ".tpl", ".txt")
SELECTED = ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet")
POLICY = "helm.sh/resource-policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class LintOptions:
    """What `helm lint` takes; `own` adds the rules that are not Helm's."""

    namespace: str = "default"
    strict: bool = False  # warnings fail too
    skip_schema_validation: bool = False
    capabilities: Capabilities = field(default_factory=Capabilities)
    own: bool = False


def check_values(findings: Findings, folder: Path, values: Mapping[str, Any], options: LintOptions) -> None:
    """values.yaml is there, can be read, and fits its schema together with the user's values."""
    path = folder / "values.yaml"
    if findings.check(Severity.INFO, "values.yaml", None if path.exists() else "file does not exist"):
        findings.check(Severity.ERROR, "values.yaml", _values_fault(path, values, options))


def _values_fault(path: Path, values: Mapping[str, Any], options: LintOptions) -> str | None:
    try:
        defaults = yamlio.load_map(path.read_bytes(), "common.Values")
    except OSError as error:
        return f"unable to parse YAML: read {path}: {(error.strerror or '').lower()}"
    except YamlError as error:
        return f"unable to parse YAML: {error}"
    effective = lay_under(clone_table(values), defaults)
    schema = path.with_name("values.schema.json")
    data = schema.read_bytes() if schema.is_file() else b""
    if not data or options.skip_schema_validation:
        return None
    try:
        faults = schema_faults(data, effective)
    except SchemaFault as error:
        return str(error)
    return "".join(f"{line}\n" for fault in faults for line in fault.lines()) or None


def check_templates(
    findings: Findings, folder: Path, values: Mapping[str, Any], options: LintOptions
) -> tuple[Chart, Mapping[str, str]] | None:
    """templates/ renders, and what comes out are objects; gives back the chart and its files where they render."""
    path = folder / "templates"
    if not findings.check(Severity.WARNING, TEMPLATES, None if path.exists() else "directory does not exist"):
        return None
    if not findings.check(Severity.ERROR, TEMPLATES, None if path.is_dir() else "not a directory"):
        return None
    try:
        chart = load_path(folder)
    except ChartError as error:
        findings.check(Severity.ERROR, TEMPLATES, str(error))
        return None
    try:
        chart, given = process(chart, values)
        effective = coalesce(chart, given)
    except EngineError:
        return None  # as Helm has it: other commands tell
    try:
        effective = coalesce(chart, effective)
        if not options.skip_schema_validation:
            validate(chart, effective)
        rendered = render(
            chart,
            effective,
            ReleaseFacts(name="test-release", namespace=options.namespace, revision=0, is_install=False),
            capabilities=options.capabilities,
            options=RenderOptions(lint=True),
        )
    except EngineError as error:
        findings.check(Severity.ERROR, TEMPLATES, str(error))
        return None
    for file in chart.templates:
        if not _check_template(findings, file.name, rendered.get(f"{chart.name}/{file.name}", ""), options):
            break
    return chart, rendered


def _check_template(findings: Findings, name: str, text: str, options: LintOptions) -> bool:
    """One rendered file; false where the rest is not looked at, as Helm has it after broken YAML."""
    extension = _extension(name)
    allowed = f"file extension '{extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt"
    findings.check(Severity.ERROR, name, None if extension in EXTENSIONS else allowed)
    if extension.lower() not in (".yaml", ".yml") or not text.strip():
        return True
    findings.check(Severity.WARNING, name, _indent_fault(text))
    try:
        for head in heads(text):
            if head is not None:
                _check_object(findings, name, head, text, options)
    except YamlError as error:
        return findings.check(Severity.ERROR, name, f"unable to parse YAML: {error}")
    return True


def _extension(name: str) -> str:
    """From the last dot of the file's name on, even where that is its first character (filepath.Ext)."""
    base = PurePosixPath(name).name
    return base[base.rindex(".") :] if "." in base else ""


def _indent_fault(text: str) -> str | None:
    for line in re.split(r"\r?\n", text):
        if not line.strip():
            continue
        if line.startswith((" ", "\t")):
            return f"document starts with an illegal indent: {quote(line)}, which may cause parsing problems"
        return None
    return None


def _check_object(findings: Findings, path: str, head: Head, text: str, options: LintOptions) -> None:
    findings.check(Severity.WARNING, path, name_problem(head.kind, head.name))
    version = options.capabilities.kube_version
    findings.check(
        Severity.WARNING, path, deprecation(head.api_version, head.kind, (int(version.major), int(version.minor)))
    )
    if head.kind in SELECTED and "matchLabels" not in text and "matchExpressions" not in text:
        told = f"a {head.kind} must contain matchLabels or matchExpressions, and {quote(head.name)} does not"
        findings.check(Severity.ERROR, path, told)
    if head.kind == "List":
        findings.check(Severity.ERROR, path, _list_fault(text))


def _list_fault(text: str) -> str | None:
    try:
        tree = yamlio.load_kubernetes(text)
    except YamlError as error:
        return f"unable to parse YAML: {error}"
    items = tree.get("items") if isinstance(tree, dict) else None
    for item in items if isinstance(items, list) else ():
        metadata = item.get("metadata") if isinstance(item, dict) else None
        annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
        if isinstance(annotations, dict) and POLICY in annotations:
            return f"annotation '{POLICY}' within List objects are ignored"
    return None


def check_dependencies(findings: Findings, folder: Path) -> None:
    """charts/ and Chart.yaml name the same charts."""
    try:
        chart = load_path(folder)
    except ChartError as error:
        findings.check(Severity.ERROR, "", f"unable to load chart\n\t{error}")
        return
    declared = [entry.name for entry in chart.metadata.dependencies]
    present = [subchart.name for subchart in chart.dependencies]
    unknown = ",".join(name for name in present if name not in declared)
    absent = ",".join(name for name in declared if name not in present)
    path = str(folder)
    findings.check(
        Severity.ERROR, path, f"chart metadata is missing these dependencies: {unknown}" if unknown else None
    )
    findings.check(
        Severity.WARNING, path, f"chart directory is missing these dependencies: {absent}" if absent else None
    )


def check_crds(findings: Findings, folder: Path) -> None:
    """crds/ holds nothing but CustomResourceDefinitions."""
    path = folder / "crds"
    if not path.exists():
        return
    if not findings.check(Severity.ERROR, CRDS, None if path.is_dir() else "not a directory"):
        return
    try:
        chart = load_path(folder)
    except ChartError as error:
        findings.check(Severity.ERROR, CRDS, str(error))
        return
    for crd in crds(chart):
        try:
            for head in heads(crd.file.data.decode("utf-8", "surrogateescape")):
                if head is not None:
                    _check_crd(findings, crd.name, head)
        except YamlError as error:
            findings.check(Severity.ERROR, crd.name, f"unable to parse YAML: {error}")
            return


def _check_crd(findings: Findings, path: str, head: Head) -> None:
    foreign = not head.api_version.startswith("apiextensions.k8s.io")
    findings.check(Severity.ERROR, path, "apiVersion is not in 'apiextensions.k8s.io'" if foreign else None)
    other = head.kind != "CustomResourceDefinition"
    findings.check(Severity.ERROR, path, "object kind is not 'CustomResourceDefinition'" if other else None)
