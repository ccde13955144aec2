"""What O2-DMS speaks of: packages, deployments, their status and history. Pure data. No I/O happens here."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HELM_CHART = "helm-chart"


class Capability(enum.StrEnum):
    """What an adapter can do."""

    PACKAGE_MANAGEMENT = "package-management"
    DEPLOYMENT_LIFECYCLE = "deployment-lifecycle"
    ROLLBACK = "rollback"
    SCALING = "scaling"
    HEALTH_CHECKS = "health-checks"
    METRICS = "metrics"
    GITOPS = "gitops"


class DeploymentStatus(enum.StrEnum):
    """How a deployment is."""

    PENDING = "pending"
    DEPLOYING = "deploying"
    DEPLOYED = "deployed"
    FAILED = "failed"
    ROLLING_BACK = "rolling-back"
    DELETING = "deleting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A chart version in the repository; `uploaded_at` is the repository's RFC 3339 text, empty where it has none."""

    id: str  # `<chart>-<version>`
    name: str
    version: str
    package_type: str = HELM_CHART
    description: str = ""
    uploaded_at: str = ""
    extensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFilter:
    """Which packages to list; empty is any, `limit` 0 is no limit."""

    name: str = ""
    version: str = ""
    limit: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageUpload:
    """A package to upload. `repository` may name the one that is configured, no other."""

    name: str
    version: str
    content: bytes = field(repr=False)
    package_type: str = HELM_CHART
    description: str = ""
    repository: str = ""
    extensions: Mapping[str, Any] = field(default_factory=dict)
    overwrite: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A release. Times are RFC 3339, empty where there is none; `version` is the revision."""

    id: str
    name: str
    package_id: str
    namespace: str
    status: DeploymentStatus
    version: int
    description: str = ""
    created_at: str = ""
    updated_at: str = ""
    extensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentFilter:
    """Which deployments to list; empty is any, `limit` 0 is no limit. Every label and extension given must fit."""

    namespace: str = ""
    status: DeploymentStatus | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)
    limit: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentRequest:
    """A deployment to create; no namespace is the configured one."""

    name: str
    package_id: str
    namespace: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    extensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentUpdate:
    """A change of a deployment: new values, or another package (extension `helm.chartVersion` or `packageId`)."""

    values: Mapping[str, Any] | None = None  # None keeps the values of the last revision
    description: str = ""
    extensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleRequest:
    """So many replicas, by the values path `path` (`replicaCount` where it is empty)."""

    replicas: int
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What is known of one object, or of all objects of a kind. `status` is True, False or Unknown."""

    type: str
    status: str
    reason: str = ""
    message: str = ""
    last_transition_time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusDetail:
    """How a deployment's real objects are; `progress` is 0 to 100, the part of them that is ready."""

    deployment_id: str
    status: DeploymentStatus
    message: str
    progress: int
    conditions: tuple[Condition, ...] = ()
    updated_at: str = ""
    extensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One entry of a deployment's history."""

    revision: int
    chart_version: str
    deployed_at: str
    status: DeploymentStatus
    description: str = ""
    helm_status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """Which log lines: of one container or all, the last `tail` of each, at most `since` seconds old."""

    container: str = ""
    tail: int | None = None
    since: float | None = None
    follow: bool = False
