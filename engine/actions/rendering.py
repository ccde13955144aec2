"""From a chart to a release's text: rendered, post-rendered, sorted into hooks and manifest (action.go renderResources)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..capabilities import Capabilities
from ..chart.crds import crds
from ..chart.model import Chart
from ..chart.values import ValuesWarning
from ..errors import ChartError, EngineError, KindUnknown, ManifestError, ObjectNotFound, ValuesError
from ..kube.cluster import Cluster, ListQuery
from ..release.manifest import join, join_files, sort_manifests, with_source
from ..release.model import Hook, Info, Release, Status
from ..release.notes import take_notes
from ..release.postrender import merge_files, split_stream
from ..release.record import chart_record
from ..release.render import ReleaseFacts, RenderOptions, prepare, render
from ..semver import SemverError, satisfies
from ..shapes import ResourceRef
from .options import RenderedOptions

Warn: TypeAlias = Callable[[str, str], None]
"""Hears a code and a text."""

SYSTEM_LABELS = ("name", "owner", "status", "version", "createdAt", "modifiedAt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A chart with its dependencies chosen, the user's values, and the coalesced ones."""

    chart: Chart
    values: Mapping[str, Any]
    coalesced: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to render, as which release. Without a cluster `lookup` finds nothing."""

    prepared: Prepared
    name: str
    namespace: str
    revision: int = 1
    is_upgrade: bool = False
    capabilities: Capabilities
    options: RenderedOptions
    include_crds: bool = False
    cluster: Cluster | None = None
    warn: Warn


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What rendering gave."""

    hooks: tuple[Hook, ...]
    manifest: str
    notes: str


def described(release: Release, description: str) -> Release:
    """The release with another description."""
    return release.with_status(release.status, description)


def check_labels(labels: Mapping[str, Any]) -> None:
    """Refuse labels that Helm's records use themselves."""
    if any(label in labels for label in SYSTEM_LABELS):
        names = " ".join(SYSTEM_LABELS)
        raise ValuesError(f"user supplied labels contains system reserved label name. System labels: [{names}]")


def first_revision(job: Job, now: str) -> Release:
    """The first revision of a release, pending, with the chart rendered; nothing is stored (install.go createRelease)."""
    check_labels(job.options.labels)
    rendered = render_release(job)
    server_side = job.options.server_side != "false"
    return Release(
        name=job.name, namespace=job.namespace, revision=job.revision,
        info=Info(
            status=Status.PENDING_INSTALL, description="Initial install underway", first_deployed=now,
            last_deployed=now, notes=rendered.notes,
        ),
        chart=chart_record(job.prepared.chart), config=dict(job.prepared.values), manifest=rendered.manifest, hooks=rendered.hooks,
        apply_method="ssa" if server_side else "csa",
        labels={key: value for key, value in job.options.labels.items() if value is not None},
    )  # fmt: skip


def prepare_chart(chart: Chart, values: Mapping[str, Any], options: RenderedOptions, warn: Warn) -> Prepared:
    """The chart with its dependencies chosen and the coalesced values. Raises ValuesError, SchemaError."""

    def tell(warning: ValuesWarning) -> None:
        warn(warning.code, warning.text)

    chosen, coalesced = prepare(chart, values, skip_schema=options.skip_schema_validation, warn=tell)
    return Prepared(chart=chosen, values=values, coalesced=coalesced)


def offline_capabilities(options: RenderedOptions) -> Capabilities:
    """What a client dry run takes a cluster for. Raises EngineError for a version that is none."""
    capabilities = Capabilities().with_api_versions(*options.api_versions)
    return capabilities if options.kube_version is None else capabilities.with_kube_version(options.kube_version)


def render_release(job: Job) -> Rendered:
    """Render the chart. Raises ChartError for another Kubernetes than the chart wants, TemplateError, ManifestError."""
    chart, capabilities = job.prepared.chart, job.capabilities
    wanted = chart.metadata.kube_version
    if wanted and not _fits(str(capabilities.kube_version), wanted):
        version = capabilities.kube_version.version
        raise ChartError(f"chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {version}")
    facts = ReleaseFacts(
        name=job.name, namespace=job.namespace, revision=job.revision, is_install=not job.is_upgrade,
        is_upgrade=job.is_upgrade,
    )  # fmt: skip
    lookup = None if job.cluster is None else ClusterLookup(job.cluster)
    options = RenderOptions(lookup=lookup, enable_dns=job.options.enable_dns)
    return _to_text(job, render(chart, job.prepared.coalesced, facts, capabilities=capabilities, options=options))


def _fits(version: str, wanted: str) -> bool:
    """Whether a version is in a range; what is no version or no range does not fit (IsCompatibleRange)."""
    try:
        return satisfies(version, wanted)
    except SemverError:
        return False


@dataclass(frozen=True, slots=True)
class ClusterLookup:
    """What the function `lookup` asks (pkg/engine/lookup_func.go)."""

    cluster: Cluster

    def lookup(self, api_version: str, kind: str, namespace: str, name: str) -> dict[str, Any]:
        """An object, or a list of them where the name is empty; empty for what does not exist."""
        try:
            info = self.cluster.kind_info(api_version, kind)
        except KindUnknown as error:
            group = api_version if "/" in api_version else f"/{api_version}"
            raise KindUnknown(
                f"unable to get apiresource from unstructured: {group}, Kind={kind}: "
                "the server could not find the requested resource"
            ) from error
        where = namespace if info.namespaced else ""
        try:
            if name and info.namespaced and not where:
                return {}
            if name:
                return self.cluster.get(ResourceRef(api_version, kind, where, name))
            items = self.cluster.list(ListQuery(api_version=api_version, kind=kind, namespace=where))
        except ObjectNotFound:
            return {}
        return {"apiVersion": api_version, "kind": f"{kind}List", "metadata": {}, "items": items}


def _to_text(job: Job, files: Mapping[str, str]) -> Rendered:
    """Rendered files as hooks, manifest and notes. Raises ManifestError with `rendered` where they cannot be sorted."""
    options = job.options
    notes, rest = take_notes(dict(files), job.prepared.chart.name, with_subcharts=options.render_subchart_notes)
    if options.post_renderer is not None:
        rest = _post_rendered(options, rest)

    def dropped(path: str, events: str) -> None:
        job.warn("hook.unknown_event", f"{path} is a hook of unknown events and is left out: {events}")

    try:
        hooks, manifests = sort_manifests(rest, on_dropped=dropped)
    except ManifestError as error:
        error.rendered = join_files(rest)
        raise
    manifest = join(manifests, hide_secrets=options.hide_secret)
    if job.include_crds:
        definitions = [
            with_source(crd.filename, crd.file.data.decode("utf-8", "replace")) for crd in crds(job.prepared.chart)
        ]
        manifest = "".join(definitions) + manifest
    return Rendered(hooks=tuple(hooks), manifest=manifest, notes=notes)


def _post_rendered(options: RenderedOptions, files: Mapping[str, str]) -> dict[str, str]:
    assert options.post_renderer is not None
    try:
        merged = merge_files(files)
    except ManifestError as error:
        raise ManifestError(f"error merging manifests: {error}") from error
    try:
        answer = options.post_renderer(merged)
    except EngineError as error:
        raise ManifestError(f"error while running post render on files: {error}") from error
    try:
        return split_stream(answer)
    except ManifestError as error:
        raise ManifestError(f"error while parsing post rendered output: {error}") from error
