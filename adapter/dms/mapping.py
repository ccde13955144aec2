"""Releases and charts as O2-DMS speaks of them. No I/O happens here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from purehelm.engine.release.model import Release, Status
from purehelm.repo.index import ChartVersion

from .models import Deployment, DeploymentFilter, DeploymentStatus, Package, Revision

STATUSES: Mapping[Status, DeploymentStatus] = {
    Status.UNKNOWN: DeploymentStatus.PENDING,
    Status.DEPLOYED: DeploymentStatus.DEPLOYED,
    Status.SUPERSEDED: DeploymentStatus.DEPLOYED,  # it was, until the next revision
    Status.FAILED: DeploymentStatus.FAILED,
    Status.PENDING_INSTALL: DeploymentStatus.DEPLOYING,
    Status.PENDING_UPGRADE: DeploymentStatus.DEPLOYING,
    Status.PENDING_ROLLBACK: DeploymentStatus.ROLLING_BACK,
    Status.UNINSTALLING: DeploymentStatus.DELETING,
    Status.UNINSTALLED: DeploymentStatus.DELETING,
}


def package_of(version: ChartVersion, where: str) -> Package:
    """A chart version as a package."""
    metadata = version.metadata
    return Package(
        id=f"{version.name}-{version.version}",
        name=version.name,
        version=version.version,
        description=metadata.description,
        uploaded_at=version.created,
        extensions={
            "helm.chartName": version.name,
            "helm.chartVersion": version.version,
            "helm.appVersion": metadata.app_version,
            "helm.apiVersion": metadata.api_version,
            "helm.repository": where,
            "helm.deprecated": metadata.deprecated,
            "helm.urls": list(version.urls),
            "helm.digest": version.digest,
        },
    )


def chart_metadata(release: Release) -> Mapping[str, Any]:
    """Chart.yaml as the record holds it; empty where the record has no chart."""
    return release.chart.get("metadata") or {}


def package_id_of(release: Release) -> str:
    """The id of the package that a release was made from."""
    metadata = chart_metadata(release)
    return f"{metadata.get('name', '')}-{metadata.get('version', '')}" if metadata else ""


def deployment_of(release: Release) -> Deployment:
    """A release as a deployment."""
    metadata = chart_metadata(release)
    return Deployment(
        id=release.name,
        name=release.name,
        package_id=package_id_of(release),
        namespace=release.namespace,
        status=STATUSES[release.status],
        version=release.revision,
        description=release.info.description,
        created_at=release.info.first_deployed or "",
        updated_at=release.info.last_deployed or "",
        extensions={
            "helm.releaseName": release.name,
            "helm.revision": release.revision,
            "helm.chart": package_id_of(release),
            "helm.chartName": metadata.get("name", ""),
            "helm.chartVersion": metadata.get("version", ""),
            "helm.appVersion": metadata.get("appVersion", ""),
            "helm.status": str(release.status),
        },
    )


def revision_of(release: Release) -> Revision:
    """One revision of a release's history."""
    return Revision(
        revision=release.revision,
        chart_version=str(chart_metadata(release).get("version", "")),
        deployed_at=release.info.last_deployed or "",
        status=STATUSES[release.status],
        description=release.info.description,
        helm_status=str(release.status),
    )


def fits(release: Release, deployment: Deployment, wanted: DeploymentFilter) -> bool:
    """Whether a deployment is wanted."""
    return (
        wanted.namespace in ("", deployment.namespace)
        and wanted.status in (None, deployment.status)
        and all(release.labels.get(name) == value for name, value in wanted.labels.items())
        and all(deployment.extensions.get(name) == value for name, value in wanted.extensions.items())
    )
