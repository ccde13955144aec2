"""The errors of the DMS adapter: what a caller is told, with O2-DMS's texts, and the HTTP status that says the same.

DmsError                        anything a DMS operation raises on purpose; its cause is chained
├── InvalidRequest              400  the request itself is wrong
├── PackageNotFound             404  chart not found
├── PackageExists               409  that chart version is in the repository already
├── PackageInUse                409  a deployment uses the package
├── DeploymentNotFound          404  deployment not found
├── DeploymentExists            409  release already exists
├── DeploymentBusy              409  another operation holds the deployment; `holder` says who where that is known
├── RepositoryFailed            502  failed to locate chart (401 where the repository refuses the credentials)
├── ClusterFailed               502  the API server cannot be reached or refuses (401, 403)
├── DeploymentFailed            422  helm install failed (or upgrade, scale, delete); `record` is the failed release
├── ScaleRefused                422  the rendered workloads would not change as asked
├── RollbackImpossible          404  rollback failed: the revision does not exist (409 where it cannot be taken)
├── OperationTimeout            504  the time is up
└── OperationNotSupported       501  operation not supported
"""

from __future__ import annotations

from purehelm.engine.errors import EngineError


class DmsError(EngineError):
    """The root; `status` is the HTTP status that fits."""

    code = "dms"
    status = 500

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        if status is not None:
            self.status = status


class InvalidRequest(DmsError):
    """The request itself is wrong."""

    code = "dms.invalid_request"
    status = 400


class PackageNotFound(DmsError):
    """The repository has no such package."""

    code = "dms.package_not_found"
    status = 404


class PackageExists(DmsError):
    """That chart version is in the repository already."""

    code = "dms.package_exists"
    status = 409


class PackageInUse(DmsError):
    """A deployment uses the package; `deployments` names them as `namespace/name`."""

    code = "dms.package_in_use"
    status = 409

    def __init__(self, message: str, *, deployments: tuple[str, ...]) -> None:
        super().__init__(message)
        self.deployments = deployments


class DeploymentNotFound(DmsError):
    """No such release."""

    code = "dms.deployment_not_found"
    status = 404


class DeploymentExists(DmsError):
    """The deployment's name is taken."""

    code = "dms.deployment_exists"
    status = 409


class DeploymentBusy(DmsError):
    """Another operation holds the deployment."""

    code = "dms.deployment_busy"
    status = 409

    def __init__(self, message: str, *, holder: str | None = None) -> None:
        super().__init__(message)
        self.holder = holder


class RepositoryFailed(DmsError):
    """The repository cannot be reached, or refuses the credentials (401)."""

    code = "dms.repository_failed"
    status = 502


class ClusterFailed(DmsError):
    """The API server cannot be reached, or refuses the credentials."""

    code = "dms.cluster_failed"
    status = 502


class DeploymentFailed(DmsError):
    """An operation on the cluster failed; `record` is the release as it was stored, None where nothing was."""

    code = "dms.deployment_failed"
    status = 422

    def __init__(self, message: str, *, record: object | None = None, status: int | None = None) -> None:
        super().__init__(message, status=status)
        self.record = record


class ScaleRefused(DmsError):
    """The rendered workloads would not change as asked."""

    code = "dms.scale_refused"
    status = 422


class RollbackImpossible(DmsError):
    """The target revision does not exist, or cannot be taken."""

    code = "dms.rollback_failed"
    status = 404


class OperationTimeout(DmsError):
    """The time is up."""

    code = "dms.timeout"
    status = 504


class OperationNotSupported(DmsError):
    """A capability that is absent."""

    code = "dms.not_supported"
    status = 501
