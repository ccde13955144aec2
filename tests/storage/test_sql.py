"""The SQL driver on SQLite."""

from __future__ import annotations

import sqlalchemy as sa

from purehelm.engine.ports import ReleaseStore
from purehelm.storage.sql import SqlStore
from purehelm.storage.testing import StoreContract


class TestSql(StoreContract):
    def make_store(self) -> ReleaseStore:
        self.engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
        return SqlStore(self.engine)

    def teardown_method(self) -> None:
        self.engine.dispose()
