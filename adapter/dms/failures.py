"""The engine's errors as the errors of O2-DMS: one table, by class; the most special class comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from purehelm.engine import errors as engine

from . import errors as dms

REFUSED_BY_SERVER = (engine.ClusterUnreachable, engine.DeadlineExceeded)


@contextmanager
def translated(action: str = "") -> Iterator[None]:
    """What fails inside is raised as a DmsError, its cause chained; `action` is install, upgrade, scale, … or empty.

    Cancelled and SettingsError stay as they are: the caller asked for the one, and must hear of the other.
    """
    try:
        yield
    except (dms.DmsError, engine.Cancelled, engine.SettingsError):
        raise
    except engine.EngineError as error:
        for kind, make in _TABLE:
            if isinstance(error, kind):
                raise make(error, action) from error
        raise dms.DmsError(_told(action, error)) from error


def _told(action: str, error: engine.EngineError) -> str:
    """`helm install failed: …` where the action is one of Helm's."""
    return f"{FAILED[action]}: {error}" if action else str(error)


FAILED = {
    "install": "helm install failed",
    "upgrade": "helm upgrade failed",
    "scale": "helm upgrade failed",
    "rollback": "rollback failed",
    "uninstall": "helm uninstall failed",
}


def _failed(error: engine.EngineError, action: str) -> dms.DmsError:
    """422 for what the charts or the objects are to blame for, 500 where the server failed on the way."""
    record = getattr(error, "record", None)
    cause: BaseException | None = error
    status = None
    while cause is not None:
        if isinstance(cause, REFUSED_BY_SERVER) or (
            isinstance(cause, engine.ClusterError) and (cause.status or 0) >= 500
        ):
            status = 500
        cause = cause.__cause__
    return dms.DeploymentFailed(_told(action, error), record=record, status=status)


def _not_found(error: engine.EngineError, action: str) -> dms.DmsError:
    if action == "rollback":
        return dms.RollbackImpossible(f"rollback failed: {error}")
    return dms.DeploymentNotFound(f"deployment not found: {error}")


def _busy(error: engine.EngineError, action: str) -> dms.DmsError:
    del action
    return dms.DeploymentBusy(str(error), holder=getattr(error, "holder", None))


def _cluster(status: int) -> Callable[[engine.EngineError, str], dms.DmsError]:
    return lambda error, _: dms.ClusterFailed(str(error), status=status)


def _located(status: int) -> Callable[[engine.EngineError, str], dms.DmsError]:
    return lambda error, _: dms.RepositoryFailed(f"failed to locate chart: {error}", status=status)


def _unsupported(error: engine.EngineError, action: str) -> dms.DmsError:
    del action
    text = str(error)
    said = text.startswith("operation not supported")
    return dms.OperationNotSupported(text if said else f"operation not supported: {text}")


_Make = Callable[[engine.EngineError, str], dms.DmsError]
_TABLE: tuple[tuple[type[engine.EngineError], _Make], ...] = (
    (engine.OperationFailed, _failed),
    (engine.ReleaseNotFound, _not_found),
    (engine.ReleaseExists, lambda error, _: dms.DeploymentExists(f"release already exists: {error}")),
    (engine.ReleaseBusy, _busy),
    (engine.ReleaseNameError, lambda error, _: dms.InvalidRequest(str(error))),
    (engine.ChartNotFound, lambda error, _: dms.PackageNotFound(f"chart not found: {error}")),
    (engine.ChartExists, lambda error, _: dms.PackageExists(str(error))),
    (engine.RepositoryUnauthorized, _located(401)),
    (engine.RepositoryError, _located(502)),
    (engine.DeadlineExceeded, lambda error, action: dms.OperationTimeout(_told(action, error))),
    (engine.Unsupported, _unsupported),
    (engine.ClusterUnreachable, _cluster(502)),
    (engine.Unauthorized, _cluster(401)),
    (engine.Forbidden, _cluster(403)),
    (engine.EngineError, _failed),
)
