"""The O2-DMS adapter over the engine: packages, deployments, their status, history and logs. Nothing is simulated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

from purehelm.engine.api import Engine
from purehelm.engine.clock import Clock, Deadline, SystemClock
from purehelm.engine.kube.cluster import Cluster
from purehelm.engine.version import HELM_VERSION
from purehelm.repo.library import ChartLibrary

from .deployments import Deployments, Habits
from .detail import HealthOf, detail_of
from .errors import OperationNotSupported, PackageInUse
from .failures import translated
from .logs import LogStream, gather, sources_of
from .mapping import deployment_of, revision_of
from .metrics import Measurement, Metrics
from .models import (
    Capability,
    Deployment,
    DeploymentFilter,
    DeploymentRequest,
    DeploymentUpdate,
    LogQuery,
    Package,
    PackageFilter,
    PackageUpload,
    Revision,
    ScaleRequest,
    StatusDetail,
)
from .packages import Packages
from .settings import HelmSettings

QUICK = 30.0  # seconds for what only reads
NO_PACKAGES = PackageFilter()
NO_DEPLOYMENTS = DeploymentFilter()
ALL_LINES = LogQuery()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an adapter works with: `engine` works on `cluster`, `health` judges one object, `close` ends the library."""

    cluster: Cluster
    engine: Engine
    library: ChartLibrary
    health: HealthOf
    close: Callable[[], None]


class HelmAdapter:
    """O2-DMS deployment management by Helm charts. Safe to share between threads; `close` releases its connections.

    Every operation raises the errors of adapter.dms.errors, and Cancelled where its `deadline` was cancelled. Without a
    deadline an operation has the configured timeout. A deployment is named by its release, or as `namespace/name`.
    """

    name: ClassVar[str] = "helm"
    version: ClassVar[str] = HELM_VERSION
    capabilities: ClassVar[frozenset[Capability]] = frozenset(Capability) - {Capability.GITOPS}
    supports_rollback: ClassVar[bool] = True
    supports_scaling: ClassVar[bool] = True
    supports_gitops: ClassVar[bool] = False

    def __init__(self, settings: HelmSettings, parts: Parts, *, clock: Clock | None = None) -> None:
        """`opening.open_adapter` puts the parts together."""
        self.settings = settings
        self._clock = clock or SystemClock()
        self._parts = parts
        self._engine = parts.engine
        self._metrics = Metrics(self._clock)
        self._packages = Packages(parts.library)
        habits = Habits(namespace=settings.namespace, timeout=settings.timeout, max_history=settings.max_history)
        self._deployments = Deployments(parts.engine, self._packages, habits, parts.cluster.capabilities)

    # --- packages

    def list_packages(self, wanted: PackageFilter = NO_PACKAGES, *, deadline: Deadline | None = None) -> list[Package]:
        """The packages that fit, by name, newest version first."""
        with self._operation("list packages"):
            return self._packages.select(wanted, self._deadline(deadline))

    def get_package(self, package_id: str, *, deadline: Deadline | None = None) -> Package:
        """One package."""
        with self._operation("get package"):
            return self._packages.get(package_id, self._deadline(deadline))

    def upload_package(self, upload: PackageUpload, *, deadline: Deadline | None = None) -> Package:
        """Publish a package in the repository."""
        with self._operation("upload package"):
            return self._packages.upload(upload, self._deadline(deadline))

    def delete_package(self, package_id: str, *, deadline: Deadline | None = None) -> None:
        """Remove a package from the repository. Raises PackageInUse while a deployment was made from it."""
        with self._operation("delete package"):
            left = self._deadline(deadline)
            self._packages.find(package_id, left)
            if users := self._deployments.users_of(package_id):
                raise PackageInUse(f"package {package_id} is in use by {', '.join(users)}", deployments=users)
            self._packages.delete(package_id, left)

    # --- deployments

    def list_deployments(self, wanted: DeploymentFilter = NO_DEPLOYMENTS) -> list[Deployment]:
        """The deployments that fit, by namespace and name."""
        with self._operation("list deployments"):
            return self._deployments.select(wanted)

    def get_deployment(self, deployment_id: str, *, namespace: str = "") -> Deployment:
        """One deployment."""
        with self._operation("get deployment"):
            return deployment_of(self._deployments.find(deployment_id, namespace))

    def create_deployment(self, request: DeploymentRequest, *, deadline: Deadline | None = None) -> Deployment:
        """Install a package and wait until its objects are ready; the namespace is made where it is missing."""
        with self._operation("create deployment", "install"):
            return self._deployments.create(request, self._deadline(deadline))

    def update_deployment(
        self, deployment_id: str, change: DeploymentUpdate, *, namespace: str = "", deadline: Deadline | None = None
    ) -> Deployment:
        """Change values, or the package's version, and wait until the objects are ready."""
        with self._operation("update deployment", "upgrade"):
            release = self._deployments.find(deployment_id, namespace)
            return self._deployments.update(release, change, self._deadline(deadline))

    def delete_deployment(self, deployment_id: str, *, namespace: str = "", deadline: Deadline | None = None) -> None:
        """Uninstall, and wait until the objects are gone."""
        with self._operation("delete deployment", "uninstall"):
            self._deployments.delete(self._deployments.find(deployment_id, namespace), self._deadline(deadline))

    def scale_deployment(
        self, deployment_id: str, request: ScaleRequest, *, namespace: str = "", deadline: Deadline | None = None
    ) -> Deployment:
        """Set the replicas. Raises ScaleRefused where the rendered workloads would not change as asked."""
        with self._operation("scale deployment", "scale"):
            release = self._deployments.find(deployment_id, namespace)
            return self._deployments.scale(release, request, self._deadline(deadline))

    def rollback_deployment(
        self, deployment_id: str, revision: int = 0, *, namespace: str = "", deadline: Deadline | None = None
    ) -> Deployment:
        """Go back to a revision, 0 for the one before."""
        with self._operation("rollback deployment", "rollback"):
            with translated():
                release = self._deployments.find(deployment_id, namespace)
            return self._deployments.rollback(release, revision, self._deadline(deadline))

    # --- looking at deployments

    def deployment_status(self, deployment_id: str, *, namespace: str = "") -> StatusDetail:
        """How the deployment's objects are now."""
        with self._operation("deployment status"):
            release = self._deployments.find(deployment_id, namespace)
            return detail_of(release, self._engine.resources(release), self._parts.health)

    def deployment_history(self, deployment_id: str, *, namespace: str = "") -> list[Revision]:
        """Every revision that is kept, oldest first."""
        with self._operation("deployment history"):
            release = self._deployments.find(deployment_id, namespace)
            revisions = self._engine.history(release.name, namespace=release.namespace, limit=0)
            return [revision_of(each) for each in revisions]

    def deployment_values(
        self, deployment_id: str, *, namespace: str = "", computed: bool = False
    ) -> Mapping[str, Any]:
        """The deployment's own values, or with `computed` those of the package below them."""
        with self._operation("deployment values"):
            release = self._deployments.find(deployment_id, namespace)
            return self._engine.get_values(release.name, namespace=release.namespace, computed=computed)

    def deployment_manifest(self, deployment_id: str, *, namespace: str = "") -> str:
        """The objects as they were rendered."""
        with self._operation("deployment manifest"):
            return self._deployments.find(deployment_id, namespace).manifest

    def deployment_logs(self, deployment_id: str, query: LogQuery = ALL_LINES, *, namespace: str = "") -> bytes:
        """The logs of all pods, each line with its pod and container before it."""
        with self._operation("deployment logs"):
            release = self._deployments.find(deployment_id, namespace)
            sources = sources_of(self._engine.pods(release), query.container)
            return gather(self._parts.cluster.within(self._deadline(None)), sources, query)

    def follow_logs(
        self, deployment_id: str, query: LogQuery = ALL_LINES, *, namespace: str = "", deadline: Deadline | None = None
    ) -> LogStream:
        """The same as a stream of lines as they come; close it (or cancel the deadline) to end it."""
        with self._operation("follow logs"):
            release = self._deployments.find(deployment_id, namespace)
            sources = sources_of(self._engine.pods(release), query.container)
            return LogStream(self._parts.cluster, sources, query, deadline or Deadline(None, clock=self._clock))

    # --- the adapter itself

    def health(self) -> None:
        """Return where the API server and the repository answer. Raises ClusterFailed, RepositoryFailed."""
        with self._operation("health"):
            left = Deadline(QUICK, clock=self._clock)
            with ThreadPoolExecutor(max_workers=2, thread_name_prefix="health") as pool:
                checks = (pool.submit(self._parts.cluster.within(left).check), pool.submit(self._packages.ping, left))
                for check in checks:
                    check.result()

    def metrics(self) -> list[Measurement]:
        """What was done so far: operations, outcomes, seconds."""
        return self._metrics.read()

    def sync_gitops(self, deployment_id: str) -> NoReturn:
        """GitOps is no capability of this adapter. Raises OperationNotSupported."""
        raise OperationNotSupported(f"operation not supported: gitops ({deployment_id})")

    def close(self) -> None:
        """Release every connection."""
        self._engine.close()
        self._parts.close()

    def _deadline(self, given: Deadline | None) -> Deadline:
        return given or Deadline(self.settings.timeout, clock=self._clock)

    @contextmanager
    def _operation(self, name: str, action: str = "") -> Iterator[None]:
        with self._metrics.measured(name), translated(action):
            yield
