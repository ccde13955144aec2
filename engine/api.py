"""The public face: one Engine, Helm's verbs on one cluster and its releases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from .actions.context import Context, Surroundings, new_identity, open_context
from .actions.options import (
    InstallOptions,
    ListOptions,
    PendingPolicy,
    RollbackOptions,
    TestOptions,
    UninstallOptions,
    UpgradeOptions,
)
from .clock import Clock, Deadline, SystemClock, timestamp
from .errors import SettingsError
from .kube.cluster import Cluster
from .ports import ReleaseStore, Reporter, Warned, ignore
from .release.model import Hook, Release
from .shapes import KubeObject, Values

if TYPE_CHECKING:  # every verb loads its own action: who reads a history does not wait for templates
    from .actions.preview import Preview
    from .actions.uninstall import Uninstalled
    from .chart.model import Chart

Objects: TypeAlias = list[KubeObject]
Releases: TypeAlias = list[Release]  # the name `list` is a verb here
UPGRADE = UpgradeOptions()
ROLLBACK = RollbackOptions()
UNINSTALL = UninstallOptions()
TEST = TestOptions()
LIST = ListOptions()


class Engine:
    """Helm's verbs. Safe to share between threads; operations on one release exclude each other.

    Every verb that takes a `deadline` is bounded by it as a whole and ends at once when it is cancelled; a changing one
    then leaves a failed record. `options.timeout` is per wait, as in Helm. An empty namespace is the engine's.
    Errors are those of engine.errors; `str(error)` is Helm's text without the command's prefix.
    """

    def __init__(
        self, cluster: Cluster | None, *, store: ReleaseStore | None = None, namespace: str = "",
        clock: Clock | None = None, reporter: Reporter = ignore, identity: str = "",
    ) -> None:  # fmt: skip
        """Without a cluster only `template` works. `namespace`: the cluster's where empty. `identity` names the holder of
        this engine's locks: host, process and a random part where empty. `reporter` hears all that happens, from any thread.
        """
        self._cluster = cluster
        self._store = store
        self._namespace = namespace
        self._clock = clock or SystemClock()
        self._reporter = reporter
        self._identity = identity or new_identity()

    # --- changing

    def install(
        self, chart: Chart, values: Values, options: InstallOptions, *, deadline: Deadline | None = None
    ) -> Release:
        """The release as it is recorded now, or as it would be for a dry run.

        Raises ReleaseExists for a name in use, ReleaseNameError, ReleaseBusy, ReleaseTooLarge, what rendering and reading
        the cluster raise (nothing is stored then), and InstallFailed with the failed record (pkg/action/install.go).
        """
        from .actions import install

        return install.install(self._context(options.namespace, deadline), chart, values, options)

    def upgrade(
        self, name: str, chart: Chart, values: Values, options: UpgradeOptions = UPGRADE, *,
        deadline: Deadline | None = None,
    ) -> Release:  # fmt: skip
        """The new revision. With `options.install` a release that is not there is installed, as `upgrade --install` does.

        Raises ReleaseNotFound where nothing is deployed, ReleaseBusy, what rendering raises, and UpgradeFailed
        (pkg/action/upgrade.go).
        """
        from .actions import ensure
        from .actions.upgrade import Wanted

        return ensure.upgrade_or_install(
            self._context(options.namespace, deadline), Wanted(name, chart, values, options)
        )

    def ensure(
        self, name: str, chart: Chart, values: Values, options: UpgradeOptions = UPGRADE, *,
        deadline: Deadline | None = None,
    ) -> Release:  # fmt: skip
        """The release, deployed as asked, from any earlier state: absent, failed at its first install, uninstalled, stuck.

        A pending revision whose writer is gone counts as failed; one whose writer lives raises ReleaseBusy.
        """
        from .actions import ensure
        from .actions.upgrade import Wanted

        return ensure.ensure(self._context(options.namespace, deadline), Wanted(name, chart, values, options))

    def rollback(self, name: str, options: RollbackOptions = ROLLBACK, *, deadline: Deadline | None = None) -> Release:
        """The new revision, which is the target's again. Raises ReleaseNotFound, RollbackFailed (pkg/action/rollback.go)."""
        from .actions import rollback

        return rollback.rollback(self._context(options.namespace, deadline), name, options)

    def uninstall(
        self, name: str, options: UninstallOptions = UNINSTALL, *, deadline: Deadline | None = None
    ) -> Uninstalled:
        """What became of the release and its objects. Raises ReleaseNotFound unless `ignore_not_found`, UninstallFailed."""
        from .actions import uninstall

        return uninstall.uninstall(self._context(options.namespace, deadline), name, options)

    def test(self, name: str, options: TestOptions = TEST, *, deadline: Deadline | None = None) -> Release:
        """The release with the runs of its test hooks. Raises TestFailed, ReleaseNotFound."""
        from .actions import tests_run

        return tests_run.run_tests(self._context(options.namespace, deadline), name, options)

    def recover(
        self, name: str, policy: PendingPolicy, *, namespace: str = "", deadline: Deadline | None = None
    ) -> Release:
        """The release's newest revision, after a pending one whose writer is gone was dealt with by the policy.

        A release that is not pending is left alone. Raises ReleaseBusy where the writer lives, or for REFUSE.
        """
        from .actions import recover

        return recover.recover(self._context(namespace, deadline), name, policy)

    # --- looking ahead

    def template(self, chart: Chart, values: Values, options: InstallOptions) -> Release:
        """The release as `helm template` renders it: manifest (with crds/ on demand), hooks and notes. Asks no cluster.

        A ManifestError carries what was rendered in `rendered`.
        """
        from .actions import template
        from .actions.template import Place

        namespace = options.namespace or self._namespace or "default"
        place = Place(namespace=namespace, now=timestamp(self._clock.now()), warn=self._warn)
        return template.template(chart, values, options, place)

    def plan_install(self, chart: Chart, values: Values, options: InstallOptions) -> Preview:
        """What `install` would do, object by object, asked of the server by dry runs. Nothing changes."""
        from .actions import preview

        return preview.of_install(self._context(options.namespace, None), chart, values, options)

    def plan_upgrade(self, name: str, chart: Chart, values: Values, options: UpgradeOptions = UPGRADE) -> Preview:
        """What `upgrade` would do; `plan_install`'s for a release that is not there, with `options.install`."""
        from .actions import preview
        from .actions.upgrade import Wanted

        return preview.of_upgrade(self._context(options.namespace, None), Wanted(name, chart, values, options))

    def plan_rollback(self, name: str, options: RollbackOptions = ROLLBACK) -> Preview:
        """What `rollback` would do."""
        from .actions import preview

        return preview.of_rollback(self._context(options.namespace, None), name, options)

    def plan_uninstall(self, name: str, options: UninstallOptions = UNINSTALL) -> Preview:
        """What `uninstall` would do."""
        from .actions import preview

        return preview.of_uninstall(self._context(options.namespace, None), name, options)

    # --- reading

    def status(self, name: str, *, namespace: str = "", revision: int = 0) -> Release:
        """A revision, the newest for 0. Raises ReleaseNotFound, ReleaseNameError."""
        from .actions import query

        return query.release_of(self._context(namespace, None), name, revision)

    def resources(self, release: Release) -> dict[str, Objects]:
        """The live objects by heading (`v1/Service`, `v1/Pod(related)`), in Helm's order within each; absent ones left out."""
        from .actions import live

        return live.resources(self._context(release.namespace, None), release)

    def pods(self, release: Release) -> Objects:
        """The live pods that belong to the release: its own, and those its workloads select; by namespace and name."""
        from .actions import pods

        return pods.release_pods(self._context(release.namespace, None), release)

    def history(self, name: str, *, namespace: str = "", limit: int = 256) -> Releases:
        """The newest revisions, oldest first, without what a table does not show. Raises ReleaseNotFound."""
        from .actions import query

        return query.history(self._context(namespace, None), name, limit)

    def list(self, options: ListOptions = LIST) -> Releases:
        """The newest revision of every release that fits, without what a table does not show (pkg/action/list.go)."""
        from .actions import query

        return query.list_releases(self._context(options.namespace or "", None), options)

    def get_values(
        self, name: str, *, namespace: str = "", revision: int = 0, computed: bool = False
    ) -> Mapping[str, Any]:
        """The user's values, or with `computed` the chart's defaults below them."""
        from .actions import query

        return query.values_of(self.status(name, namespace=namespace, revision=revision), computed=computed)

    def get_manifest(self, name: str, *, namespace: str = "", revision: int = 0) -> str:
        """The manifest, without hooks."""
        return self.status(name, namespace=namespace, revision=revision).manifest

    def get_notes(self, name: str, *, namespace: str = "", revision: int = 0) -> str:
        """The notes; empty where there are none."""
        return self.status(name, namespace=namespace, revision=revision).info.notes

    def get_hooks(self, name: str, *, namespace: str = "", revision: int = 0) -> tuple[Hook, ...]:
        """The hooks as they are recorded."""
        return self.status(name, namespace=namespace, revision=revision).hooks

    def get_metadata(self, name: str, *, namespace: str = "", revision: int = 0) -> dict[str, Any]:
        """What `helm get metadata -o json` says, in its order and with its omissions."""
        from .actions import query

        return query.metadata_of(self.status(name, namespace=namespace, revision=revision))

    def close(self) -> None:
        """Release the cluster's connections."""
        if self._cluster is not None:
            self._cluster.close()

    def _warn(self, code: str, text: str) -> None:
        self._reporter(Warned(code=code, text=text))

    def _context(self, namespace: str, deadline: Deadline | None) -> Context:
        """What an action works with. Raises SettingsError without a cluster or a store."""
        if self._cluster is None or self._store is None:
            missing = "cluster" if self._cluster is None else "store"
            raise SettingsError(f"this needs a {missing}, and the engine was made without one", option=missing)
        return open_context(
            self._cluster, self._store, namespace or self._namespace, deadline or Deadline(None, clock=self._clock),
            Surroundings(clock=self._clock, reporter=self._reporter, identity=self._identity),
        )  # fmt: skip
