"""Deployments: releases, spoken of as O2-DMS does. Errors here are the engine's; the adapter translates them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from purehelm.engine.actions.options import (
    InstallOptions,
    ListOptions,
    RollbackOptions,
    UninstallOptions,
    UpgradeOptions,
    ValuesReuse,
    WaitStrategy,
)
from purehelm.engine.api import Engine
from purehelm.engine.capabilities import Capabilities
from purehelm.engine.chart.model import Chart
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import Forbidden, ReleaseNotFound
from purehelm.engine.release.model import Release, Status

from .errors import DeploymentNotFound, InvalidRequest, RollbackImpossible
from .mapping import chart_metadata, deployment_of, fits, package_id_of
from .models import Deployment, DeploymentFilter, DeploymentRequest, DeploymentUpdate, ScaleRequest
from .packages import Packages, package_id
from .scaling import check_scaling, replicas_path, with_replicas

LABELS = "helm.labels"
CHART_VERSION = "helm.chartVersion"
PACKAGE = "packageId"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How operations are done: the settings' part of every option."""

    namespace: str
    timeout: float  # seconds
    max_history: int


class Deployments:
    """The releases of one cluster. Safe to share between threads."""

    def __init__(
        self, engine: Engine, packages: Packages, habits: Habits, capabilities: Callable[[], Capabilities]
    ) -> None:
        self._engine = engine
        self._packages = packages
        self._habits = habits
        self._capabilities = capabilities

    def select(self, wanted: DeploymentFilter) -> list[Deployment]:
        """The deployments that fit, by namespace and name."""
        releases = self._engine.list(ListOptions(namespace=wanted.namespace or None, limit=0))
        pairs = [(release, deployment_of(release)) for release in releases if release.status is not Status.UNINSTALLED]
        fitting = [deployment for release, deployment in pairs if fits(release, deployment, wanted)]
        fitting.sort(key=lambda deployment: (deployment.namespace, deployment.name))
        end = wanted.offset + wanted.limit if wanted.limit else None
        return fitting[wanted.offset : end]

    def users_of(self, package: str) -> tuple[str, ...]:
        """The deployments that were made from a package, as `namespace/name`."""
        deployments = self.select(DeploymentFilter())
        return tuple(f"{each.namespace}/{each.name}" for each in deployments if each.package_id == package)

    def find(self, deployment_id: str, namespace: str = "") -> Release:
        """The newest revision of a deployment: in the namespace, or without one in the configured one, else in the only
        one that has it. Raises DeploymentNotFound, and InvalidRequest where several namespaces have it.
        """
        given, slash, name = deployment_id.partition("/")
        if slash:
            namespace, deployment_id = given, name
        try:
            return self._there(deployment_id, namespace or self._habits.namespace)
        except ReleaseNotFound:
            if namespace:
                raise
        try:
            everywhere = self.select(DeploymentFilter())
        except Forbidden:  # who may not look elsewhere has nothing there
            everywhere = []
        places = [each.namespace for each in everywhere if each.name == deployment_id]
        if len(places) > 1:
            raise InvalidRequest(f'"{deployment_id}" is in several namespaces ({", ".join(places)}): name one of them')
        if not places:
            raise DeploymentNotFound(f"deployment not found: {deployment_id}")
        return self._there(deployment_id, places[0])

    def _there(self, name: str, namespace: str) -> Release:
        release = self._engine.status(name, namespace=namespace)
        if release.status is Status.UNINSTALLED:
            raise DeploymentNotFound(f"deployment not found: {name} was uninstalled")
        return release

    def create(self, request: DeploymentRequest, deadline: Deadline) -> Deployment:
        """Install a package."""
        namespace = request.namespace or self._habits.namespace
        chart = self._packages.chart(request.package_id, deadline)
        options = InstallOptions(
            name=request.name,
            namespace=namespace,
            timeout=self._habits.timeout,
            wait=WaitStrategy.WATCHER,
            create_namespace=True,
            description=request.description,
            labels=_labels(request.extensions),
            replace=self._was_uninstalled(request.name, namespace),
        )
        return deployment_of(self._engine.install(chart, request.values, options, deadline=deadline))

    def _was_uninstalled(self, name: str, namespace: str) -> bool:
        """Whether only the history of an uninstalled release holds the name: such a one may be taken."""
        try:
            newest = self._engine.history(name, namespace=namespace, limit=1)
        except ReleaseNotFound:
            return False
        return bool(newest) and newest[-1].status is Status.UNINSTALLED

    def update(self, release: Release, change: DeploymentUpdate, deadline: Deadline) -> Deployment:
        """Upgrade to other values, or to another package."""
        chart = self._packages.chart(_wanted_package(release, change.extensions), deadline)
        options = replace(
            self._upgrade(release),
            description=change.description,
            labels=_labels(change.extensions),
            values_reuse=ValuesReuse.RESET_THEN_REUSE if change.values is None else ValuesReuse.RESET,
        )
        upgraded = self._engine.upgrade(release.name, chart, change.values or {}, options, deadline=deadline)
        return deployment_of(upgraded)

    def _upgrade(self, release: Release) -> UpgradeOptions:
        return UpgradeOptions(
            namespace=release.namespace,
            timeout=self._habits.timeout,
            wait=WaitStrategy.WATCHER,
            max_history=self._habits.max_history,
        )

    def scale(self, release: Release, request: ScaleRequest, deadline: Deadline) -> Deployment:
        """Set the replicas by the value that the request or the package names, and wait for them. Raises ScaleRefused."""
        if request.replicas < 0:
            raise InvalidRequest(f"{request.replicas} replicas cannot be had: ask for 0 or more")
        chart = self._packages.chart(package_id_of(release), deadline)
        path = replicas_path(chart, request.path)
        base = self._engine.get_values(release.name, namespace=release.namespace)
        check_scaling(lambda values: self._render(release, chart, values), base, path, request.replicas)
        values = with_replicas(base, path, request.replicas)
        options = replace(
            self._upgrade(release),
            description=f"Scale to {request.replicas} by {path}",
            values_reuse=ValuesReuse.RESET,
        )
        return deployment_of(self._engine.upgrade(release.name, chart, values, options, deadline=deadline))

    def _render(self, release: Release, chart: Chart, values: Mapping[str, Any]) -> str:
        known = self._capabilities()
        options = InstallOptions(
            name=release.name,
            namespace=release.namespace,
            is_upgrade=True,
            kube_version=known.kube_version.version,
            api_versions=known.api_versions,
        )
        return self._engine.template(chart, values, options).manifest

    def rollback(self, release: Release, revision: int, deadline: Deadline) -> Deployment:
        """Go back to a revision, 0 for the one before. Raises RollbackImpossible, InvalidRequest."""
        if revision < 0:
            raise InvalidRequest(f"{revision} is no revision: name one of the history, or 0 for the one before")
        known = [each.revision for each in self._engine.history(release.name, namespace=release.namespace, limit=0)]
        if revision and revision not in known:
            raise RollbackImpossible(
                f"rollback failed: {release.name} has no revision {revision}, it has {_range(known)}"
            )
        if not revision and len(known) < 2:
            raise RollbackImpossible(
                f"rollback failed: {release.name} has no revision before {release.revision}", status=409
            )
        options = RollbackOptions(
            revision=revision,
            namespace=release.namespace,
            timeout=self._habits.timeout,
            wait=WaitStrategy.WATCHER,
            max_history=self._habits.max_history,
        )
        return deployment_of(self._engine.rollback(release.name, options, deadline=deadline))

    def delete(self, release: Release, deadline: Deadline) -> None:
        """Uninstall, and wait until the objects are gone."""
        options = UninstallOptions(namespace=release.namespace, timeout=self._habits.timeout, wait=WaitStrategy.WATCHER)
        self._engine.uninstall(release.name, options, deadline=deadline)


def _labels(extensions: Mapping[str, Any]) -> dict[str, str | None]:
    """The release's labels that a request's extensions give. Raises InvalidRequest."""
    given = extensions.get(LABELS) or {}
    if not isinstance(given, Mapping) or not all(isinstance(value, str | None) for value in given.values()):
        raise InvalidRequest(f"extension {LABELS} must map names to texts")
    return dict(given)


def _wanted_package(release: Release, extensions: Mapping[str, Any]) -> str:
    """The package that an update asks for, else the release's own."""
    if asked := extensions.get(PACKAGE):
        return str(asked)
    if version := extensions.get(CHART_VERSION):
        return package_id(str(chart_metadata(release).get("name", "")), str(version))
    return package_id_of(release)


def _range(revisions: list[int]) -> str:
    return f"{revisions[0]} to {revisions[-1]}" if len(revisions) > 1 else ", ".join(map(str, revisions)) or "none"
