"""Records in a database: Helm's schema on PostgreSQL, or the same tables in SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from purehelm.engine.clock import Clock
from purehelm.engine.errors import ReleaseBusy
from purehelm.engine.release.model import Release

from .base import OnCorrupt, Store, exists, ignore, not_found
from .codec import decode, decode_summary, encode
from .labels import OWNER, TYPE, Header, record_name, status_of, user_labels

META = sa.MetaData()  # names in lower case: Helm writes createdAt without quotes, which PostgreSQL folds
RELEASES = sa.Table(
    "releases_v1", META,
    sa.Column("key", sa.String(90), primary_key=True),
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("namespace", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False, index=True),
    sa.Column("status", sa.Text, nullable=False, index=True),
    sa.Column("owner", sa.Text, nullable=False, index=True),
    sa.Column("createdat", sa.Integer, nullable=False, index=True),
    sa.Column("modifiedat", sa.Integer, nullable=False, server_default="0", index=True),
)  # fmt: skip
LABELS = sa.Table(
    "custom_labels_v1", META,
    sa.Column("releasekey", sa.String(64)),
    sa.Column("releasenamespace", sa.String(67)),
    sa.Column("key", sa.String(317)),
    sa.Column("value", sa.String(63)),
    sa.Index("ix_custom_labels_v1_release", "releasekey", "releasenamespace"),
)  # fmt: skip
MIGRATIONS = sa.Table(  # Helm looks here whether it has to create the tables (sql-migrate)
    "gorp_migrations", META,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("applied_at", sa.DateTime(timezone=True)),
)  # fmt: skip
STEPS = ("init", "custom_labels")


class SqlStore(Store):
    """A store in the database that a sqlalchemy engine reaches."""

    def __init__(self, engine: sa.Engine, *, clock: Clock | None = None, on_corrupt: OnCorrupt = ignore) -> None:
        """Creates the tables where they are missing."""
        super().__init__(clock=clock, on_corrupt=on_corrupt)
        self._engine = engine
        META.create_all(engine)
        with engine.begin() as connection:
            done = set(connection.scalars(sa.select(MIGRATIONS.c.id)))
            for step in STEPS:
                if step not in done:
                    connection.execute(sa.insert(MIGRATIONS).values(id=step, applied_at=self._clock.now()))
            if engine.dialect.name == "postgresql" and "init" not in done:
                for table in (RELEASES, LABELS):  # Helm's own: each role sees only what policies give it
                    connection.execute(sa.text(f"GRANT ALL ON {table.name} TO PUBLIC"))
                    connection.execute(sa.text(f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY"))

    def create(self, release: Release) -> None:
        row = {
            "key": record_name(release.name, release.revision), "type": TYPE, "namespace": release.namespace,
            "createdat": self._now(), **_columns(release),
        }  # fmt: skip
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.insert(RELEASES).values(row))
                self._put_labels(connection, release)
        except sa.exc.IntegrityError as error:
            raise exists(release) from error

    def update(self, release: Release, *, expected: str | None = None) -> None:
        """As the contract says; `expected` is the modification stamp."""
        where = _is(release.namespace, release.name, release.revision)
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(RELEASES.c.modifiedat, RELEASES.c.createdat).where(where)).one_or_none()
            if row is None:
                raise not_found(release.namespace, release.name, release.revision)
            stamp = max(self._now(), row[0] + 1)  # strictly growing, so that it tells versions apart
            statement = sa.update(RELEASES).where(where, RELEASES.c.modifiedat == row[0])
            changed = connection.execute(statement.values(modifiedat=stamp, **_columns(release))).rowcount
            if not changed or (expected is not None and expected != str(row[0])):
                text = "another operation changed the record"
                raise ReleaseBusy(text, release=release.name, namespace=release.namespace)
            self._drop_labels(connection, release.namespace, release.name, release.revision)
            self._put_labels(connection, release)

    def get(self, namespace: str, name: str, revision: int) -> Release:
        return self._get(namespace, name, revision, summary=False)

    def summary(self, namespace: str, name: str, revision: int) -> Release:
        return self._get(namespace, name, revision, summary=True)

    def _get(self, namespace: str, name: str, revision: int, *, summary: bool) -> Release:
        key = record_name(name, revision)
        with self._engine.connect() as connection:
            body = connection.scalar(sa.select(RELEASES.c.body).where(_is(namespace, name, revision)))
            if body is None:
                raise not_found(namespace, name, revision)
            rows = connection.execute(
                sa.select(LABELS.c.key, LABELS.c.value).where(
                    LABELS.c.releasekey == key, LABELS.c.releasenamespace == namespace
                )
            ).all()
        release = (decode_summary if summary else decode)(body, key=key)
        return replace(release, labels=dict(rows))

    def delete(self, namespace: str, name: str, revision: int) -> None:
        with self._engine.begin() as connection:
            if not connection.execute(sa.delete(RELEASES).where(_is(namespace, name, revision))).rowcount:
                raise not_found(namespace, name, revision)
            self._drop_labels(connection, namespace, name, revision)

    def _headers(self, namespace: str | None, name: str | None) -> Iterator[Header]:
        columns = RELEASES.c
        query = sa.select(
            columns.key, columns.namespace, columns.name, columns.version, columns.status, columns.modifiedat
        ).where(columns.owner == OWNER)
        custom = sa.select(LABELS)
        if namespace is not None:
            query = query.where(columns.namespace == namespace)
            custom = custom.where(LABELS.c.releasenamespace == namespace)
        if name is not None:
            query = query.where(columns.name == name)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
            labels: dict[tuple[str, str], dict[str, str]] = {}
            for key, where, label, value in connection.execute(custom):
                labels.setdefault((where, key), {})[label] = value
        for key, where, release, version, status, modified in rows:
            yield Header(
                namespace=where, name=release, revision=version, status=status_of(status),
                labels=labels.get((where, key), {}), resource_version=str(modified),
            )  # fmt: skip

    @staticmethod
    def _put_labels(connection: sa.Connection, release: Release) -> None:
        key = record_name(release.name, release.revision)
        rows = [
            {"releasekey": key, "releasenamespace": release.namespace, "key": label, "value": value}
            for label, value in user_labels(release.labels).items()
        ]
        if rows:
            connection.execute(sa.insert(LABELS), rows)

    @staticmethod
    def _drop_labels(connection: sa.Connection, namespace: str, name: str, revision: int) -> None:
        key = record_name(name, revision)
        connection.execute(sa.delete(LABELS).where(LABELS.c.releasekey == key, LABELS.c.releasenamespace == namespace))


def _columns(release: Release) -> dict[str, Any]:
    return {
        "body": encode(release).decode("ascii"), "name": release.name, "version": release.revision,
        "status": release.status.value, "owner": OWNER,
    }  # fmt: skip


def _is(namespace: str, name: str, revision: int) -> sa.ColumnElement[bool]:
    return sa.and_(RELEASES.c.key == record_name(name, revision), RELEASES.c.namespace == namespace)
