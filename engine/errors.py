"""Every error of the package, one tree.

EngineError                     anything this package raises on purpose
├── ChartError                  a chart cannot be found, read or accepted
│   ├── ArchiveError            an archive that is broken, too large or hostile
│   └── DependencyError         a dependency is missing, or the lock does not fit
├── ValuesError                 values cannot be read, parsed or merged
│   └── SchemaError             values that the chart's schema refuses
├── YamlError                   text that is not the YAML (or JSON, TOML) expected
├── TemplateError               a template cannot be used
│   ├── TemplateSyntaxError     it cannot be parsed
│   ├── TemplateExecError       it failed while running
│   └── BudgetExceeded          it used more steps, output or time than allowed
├── ManifestError               rendered text is no Kubernetes object
├── ReleaseError                about one release
│   ├── ReleaseNameError        a name that Helm would refuse
│   ├── ReleaseNotFound         no such release or revision
│   ├── ReleaseExists           a record of that name and revision exists
│   ├── ReleaseBusy             another operation holds the release
│   ├── ReleaseTooLarge         its record does not fit into one object
│   ├── RecordCorrupt           a record that cannot be decoded
│   └── OperationFailed         an operation on the cluster failed; carries the failed release
│       ├── InstallFailed, UpgradeFailed, RollbackFailed, UninstallFailed, TestFailed
├── ClusterError                the API server said no, or nothing
│   ├── ClusterUnreachable      no connection, bad address, TLS trouble
│   ├── Unauthorized, Forbidden
│   ├── ObjectNotFound, ObjectExists, ObjectConflict, ObjectInvalid
│   ├── ApplyConflict           other field managers own what we would change
│   ├── OwnershipError          an object exists and belongs to somebody else
│   ├── KindUnknown             the server does not serve such a kind
│   └── NotReady                objects did not become ready (or gone) in time
├── RepositoryError             a chart repository or registry said no, or nothing
│   ├── RepositoryUnreachable, RepositoryUnauthorized
│   ├── ChartNotFound           no such chart or version there
│   ├── ChartExists             that chart version is there already
│   └── RepositoryConfigError   repositories.yaml, credentials, names
├── DeadlineExceeded, Cancelled the time is up; somebody asked to stop
├── SettingsError               a configuration is wrong
└── Unsupported                 a capability that is absent

`str(error)` is Helm's text wherever Helm has one. Nobody reads messages to decide: use the class, `code`
(stable, dotted) and the attributes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class EngineError(Exception):
    """The root; `code` is stable and dotted."""

    code = "engine"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ChartError(EngineError):
    """A chart cannot be found, read or accepted."""

    code = "chart"


class ArchiveError(ChartError):
    """An archive that is broken, too large or hostile."""

    code = "chart.archive"


class DependencyError(ChartError):
    """A dependency is missing, or the lock does not fit."""

    code = "chart.dependency"


class ValuesError(EngineError):
    """Values cannot be read, parsed or merged."""

    code = "values"


class SchemaError(ValuesError):
    """Values that a chart's schema refuses, or a schema that cannot be used.

    `charts` holds what each chart's schema says (engine/chart/schema.py, ChartFaults), `faults` all faults in one row.
    """

    code = "values.schema"

    def __init__(self, message: str, *, charts: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.charts = charts

    @property
    def faults(self) -> tuple[Any, ...]:
        """Every fault of every chart, as Helm lists them."""
        return tuple(fault for chart in self.charts for fault in chart.faults)


class YamlError(EngineError):
    """Text that is not the YAML, JSON or TOML expected."""

    code = "yaml"


class TemplateError(EngineError):
    """A template cannot be used."""

    code = "template"


class ManifestError(EngineError):
    """Rendered text is no Kubernetes object; `rendered` is all that was rendered, where that is known."""

    code = "manifest"
    rendered: str = ""


class ReleaseError(EngineError):
    """About one release; `release` is its name, `namespace` and `revision` where they are known."""

    code = "release"

    def __init__(
        self, message: str, *, release: str, namespace: str | None = None, revision: int | None = None
    ) -> None:
        super().__init__(message)
        self.release = release
        self.namespace = namespace
        self.revision = revision


class ReleaseNameError(ReleaseError):
    """A name that Helm would refuse."""

    code = "release.name"


class ReleaseNotFound(ReleaseError):
    """No such release or revision."""

    code = "release.not_found"


class ReleaseExists(ReleaseError):
    """A record of that name and revision exists."""

    code = "release.exists"


class ReleaseBusy(ReleaseError):
    """Another operation holds the release; `holder` says who where that is known."""

    code = "release.busy"

    def __init__(self, message: str, *, release: str, namespace: str | None = None, holder: str | None = None) -> None:
        super().__init__(message, release=release, namespace=namespace)
        self.holder = holder


class ReleaseTooLarge(ReleaseError):
    """Its record does not fit into one object; `size` and `limit` in bytes, `parts` what takes the space.

    `parts` counts uncompressed bytes of files, templates, values, manifest and hooks.
    """

    code = "release.too_large"

    def __init__(
        self, message: str, *, release: str, namespace: str | None = None, revision: int | None = None,
        size: int = 0, limit: int = 0, parts: Mapping[str, int] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message, release=release, namespace=namespace, revision=revision)
        self.size = size
        self.limit = limit
        self.parts = dict(parts or {})


class RecordCorrupt(ReleaseError):
    """A record that cannot be decoded."""

    code = "release.corrupt"


class OperationFailed(ReleaseError):
    """An operation on the cluster failed; `record` is the release as it was stored, None where nothing was.

    `logs` are the last lines of a failed hook's pods (LogLine).
    """

    code = "release.failed"
    record: object | None = None
    logs: tuple[object, ...] = ()


class InstallFailed(OperationFailed):
    """An install failed."""

    code = "release.install_failed"


class UpgradeFailed(OperationFailed):
    """An upgrade failed."""

    code = "release.upgrade_failed"


class RollbackFailed(OperationFailed):
    """A rollback failed."""

    code = "release.rollback_failed"


class UninstallFailed(OperationFailed):
    """An uninstall failed."""

    code = "release.uninstall_failed"


class TestFailed(OperationFailed):
    """A test hook failed."""

    code = "release.test_failed"
    __test__ = False  # pytest: not a test class


class ClusterError(EngineError):
    """The API server said no, or nothing; `status` is the HTTP status where there was one."""

    code = "cluster"

    def __init__(self, message: str, *, status: int | None = None, ref: object | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.ref = ref


class ClusterUnreachable(ClusterError):
    """No connection, a bad address, TLS trouble."""

    code = "cluster.unreachable"


class Unauthorized(ClusterError):
    """The credentials are missing or wrong (401)."""

    code = "cluster.unauthorized"


class Forbidden(ClusterError):
    """RBAC or admission refuses (403)."""

    code = "cluster.forbidden"


class ObjectNotFound(ClusterError):
    """No such object (404)."""

    code = "cluster.not_found"


class ObjectExists(ClusterError):
    """The object exists (409, reason AlreadyExists)."""

    code = "cluster.exists"


class ObjectConflict(ClusterError):
    """The object changed meanwhile (409, reason Conflict)."""

    code = "cluster.conflict"


class ObjectInvalid(ClusterError):
    """The API server refuses the object (400, 422)."""

    code = "cluster.invalid"


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that another manager owns; `field` is its path as the API server writes it (`.spec.replicas`)."""

    manager: str
    field: str
    message: str = ""


class ApplyConflict(ClusterError):
    """Other field managers own what we would change (409 of a server-side apply); `conflicts` says who and which."""

    code = "cluster.apply_conflict"

    def __init__(
        self, message: str, *, conflicts: tuple[FieldConflict, ...] = (), status: int | None = 409,
        ref: object | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message, status=status, ref=ref)
        self.conflicts = conflicts


class OwnershipError(ClusterError):
    """An object exists and belongs to somebody else."""

    code = "cluster.ownership"


class KindUnknown(ClusterError):
    """The server does not serve such a kind."""

    code = "cluster.kind_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unready:
    """An object that did not get there: what waiting last saw of it, its events, and what its pods said last.

    `events` and `logs` are plain lines, oldest first.
    """

    ref: object
    status: str
    message: str
    events: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()


class NotReady(ClusterError):
    """Objects did not become ready (or gone) in time, or never will; `objects` says which and why."""

    code = "cluster.not_ready"

    def __init__(self, message: str, *, objects: tuple[Unready, ...] = ()) -> None:
        super().__init__(message)
        self.objects = objects


class RepositoryError(EngineError):
    """A chart repository or registry said no, or nothing; `url` never carries credentials."""

    code = "repository"

    def __init__(self, message: str, *, url: str | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.url = url
        self.status = status


class RepositoryUnreachable(RepositoryError):
    """No connection to it."""

    code = "repository.unreachable"


class RepositoryUnauthorized(RepositoryError):
    """The credentials are missing or wrong (401, 403)."""

    code = "repository.unauthorized"


class ChartNotFound(RepositoryError):
    """No such chart or version there."""

    code = "repository.chart_not_found"


class ChartExists(RepositoryError):
    """That chart version is there already."""

    code = "repository.chart_exists"


class RepositoryConfigError(RepositoryError):
    """repositories.yaml, credentials or names are wrong."""

    code = "repository.config"


class DeadlineExceeded(EngineError):
    """The time is up."""

    code = "deadline"


class Cancelled(EngineError):
    """Somebody asked to stop."""

    code = "cancelled"


class SettingsError(EngineError):
    """A configuration is wrong; `option` is its path."""

    code = "settings"

    def __init__(self, message: str, *, option: str | None = None) -> None:
        super().__init__(message)
        self.option = option


class Unsupported(EngineError):
    """A capability that is absent."""

    code = "unsupported"
