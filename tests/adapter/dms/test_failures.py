"""Every error of the engine has its place in O2-DMS's, with the text that O2-DMS asks for."""

from __future__ import annotations

import pytest

from purehelm.adapter.dms import errors as dms
from purehelm.adapter.dms.failures import translated
from purehelm.engine import errors as engine


def install_failed(cause: BaseException | None = None) -> engine.EngineError:
    error = engine.InstallFailed("timed out", release="demo")
    error.record = "the record"
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "action", "kind", "status", "text"),
    [
        (engine.ChartNotFound("no web"), "", dms.PackageNotFound, 404, "chart not found: no web"),
        (engine.ReleaseExists("in use", release="d"), "install", dms.DeploymentExists, 409, "release already exists: in use"),
        (engine.RepositoryUnreachable("no answer"), "", dms.RepositoryFailed, 502, "failed to locate chart: no answer"),
        (engine.RepositoryUnauthorized("401"), "install", dms.RepositoryFailed, 401, "failed to locate chart: 401"),
        (install_failed(), "install", dms.DeploymentFailed, 422, "helm install failed: timed out"),
        (install_failed(engine.ClusterUnreachable("gone")), "install", dms.DeploymentFailed, 500, "helm install failed: timed out"),
        (install_failed(engine.ClusterError("e", status=503)), "install", dms.DeploymentFailed, 500, "helm install failed: timed out"),
        (engine.UpgradeFailed("bad", release="d"), "scale", dms.DeploymentFailed, 422, "helm upgrade failed: bad"),
        (engine.SchemaError("no text"), "install", dms.DeploymentFailed, 422, "helm install failed: no text"),
        (engine.ReleaseNotFound("none", release="d"), "", dms.DeploymentNotFound, 404, "deployment not found: none"),
        (engine.ReleaseNotFound("none", release="d"), "rollback", dms.RollbackImpossible, 404, "rollback failed: none"),
        (engine.RollbackFailed("bad", release="d"), "rollback", dms.DeploymentFailed, 422, "rollback failed: bad"),
        (engine.ReleaseNameError("bad name", release="D"), "install", dms.InvalidRequest, 400, "bad name"),
        (engine.ChartExists("there"), "", dms.PackageExists, 409, "there"),
        (engine.Unsupported("operation not supported: delete"), "", dms.OperationNotSupported, 501, "operation not supported: delete"),
        (engine.Unsupported("x"), "", dms.OperationNotSupported, 501, "operation not supported: x"),
        (engine.DeadlineExceeded("late"), "upgrade", dms.OperationTimeout, 504, "helm upgrade failed: late"),
        (engine.ClusterUnreachable("gone"), "install", dms.ClusterFailed, 502, "gone"),
        (engine.Unauthorized("who"), "", dms.ClusterFailed, 401, "who"),
        (engine.Forbidden("no"), "install", dms.ClusterFailed, 403, "no"),
    ],
    ids=lambda case: type(case).__name__ if isinstance(case, Exception) else None,
)  # fmt: skip
def test_errors_are_translated(
    error: engine.EngineError, action: str, kind: type[dms.DmsError], status: int, text: str
) -> None:
    with pytest.raises(dms.DmsError) as raised, translated(action):
        raise error

    assert (type(raised.value), raised.value.status, str(raised.value)) == (kind, status, text)
    assert raised.value.__cause__ is error


def test_a_failure_carries_the_record_and_a_busy_release_its_holder() -> None:
    with pytest.raises(dms.DeploymentFailed) as failed, translated("install"):
        raise install_failed()
    with pytest.raises(dms.DeploymentBusy) as busy, translated():
        raise engine.ReleaseBusy("another operation", release="d", holder="host-1")

    assert (failed.value.record, busy.value.holder) == ("the record", "host-1")


@pytest.mark.parametrize(
    "error", [engine.Cancelled("stop"), engine.SettingsError("bad"), dms.InvalidRequest("bad")], ids=lambda e: e.code
)
def test_what_is_told_already_stays(error: engine.EngineError) -> None:
    with pytest.raises(type(error)) as raised, translated():
        raise error

    assert raised.value is error
