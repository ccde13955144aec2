"""The SQL driver on a real PostgreSQL, in turns with the real Helm's."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from purehelm.engine.ports import ReleaseStore
from purehelm.engine.release.model import Status
from purehelm.storage.sql import SqlStore
from purehelm.storage.testing import StoreContract
from tests.storage.postgres import fresh_database, running_postgres

Helm = Callable[..., subprocess.CompletedProcess[str]]
CHARTS = Path(__file__).resolve().parents[2] / "fixtures" / "charts"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_postgres() as address:
        yield address


@pytest.fixture
def database(server: str) -> str:
    return fresh_database(server, f"test_{uuid.uuid4().hex[:10]}")


def opened(database: str) -> sa.Engine:
    return sa.create_engine(database.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool)


class TestPostgres(StoreContract):
    @pytest.fixture(autouse=True)
    def _database(self, database: str) -> None:
        self.database = database

    def make_store(self) -> ReleaseStore:
        return SqlStore(opened(self.database))


@pytest.mark.bed
@pytest.mark.parametrize("first", ["helm", "ours"])
@pytest.mark.parametrize("major", [3, 4])
def test_helm_and_we_share_the_tables(
    helm: Helm, namespace: str, database: str, monkeypatch: pytest.MonkeyPatch, major: int, first: str
) -> None:
    """Whoever makes the tables, both read and write them."""
    if first == "ours":
        SqlStore(opened(database))
    monkeypatch.setenv("HELM_DRIVER", "sql")
    monkeypatch.setenv("HELM_DRIVER_SQL_CONNECTION_STRING", database)
    helm(major, "install", "web", CHARTS / "web", "-n", namespace, "--labels", "team=red", "--set", "replicaCount=1")
    store = SqlStore(opened(database))
    one = store.last(namespace, "web")
    assert (one.revision, one.status, one.labels, one.config) == (
        1, Status.DEPLOYED, {"team": "red"}, {"replicaCount": 1.0},
    )  # fmt: skip
    store.update(one.with_status(Status.SUPERSEDED))
    store.create(replace(one, revision=2, config={"replicaCount": 2.0}))
    assert helm(major, "get", "values", "web", "-n", namespace).stdout == "USER-SUPPLIED VALUES:\nreplicaCount: 2\n"
    listed = helm(major, "list", "-n", namespace, "-l", "team=red", "-q").stdout
    helm(major, "upgrade", "web", CHARTS / "web", "-n", namespace, "--set", "replicaCount=3")
    statuses = [(header.revision, header.status.value) for header in store.headers(namespace, name="web")]
    helm(major, "uninstall", "web", "-n", namespace)

    assert listed == "web\n"
    assert statuses == [(1, "superseded"), (2, "superseded"), (3, "deployed")]
    assert store.headers(namespace) == []
