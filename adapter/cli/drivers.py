"""Where the command keeps its records: HELM_DRIVER's choice."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from purehelm.engine.errors import SettingsError

from .environment import Environment

if TYPE_CHECKING:
    from purehelm.engine.ports import RecordApi, ReleaseStore


def open_store(environment: Environment, records: Callable[[], RecordApi]) -> ReleaseStore:
    """The store of a driver; `records` opens the cluster for those that keep records there. Raises SettingsError."""
    driver = environment.driver
    if driver in ("", "secret", "secrets"):
        from purehelm.storage.secret import SecretStore

        return SecretStore(records())
    if driver in ("configmap", "configmaps"):
        from purehelm.storage.configmap import ConfigMapStore

        return ConfigMapStore(records())
    if driver == "memory":
        return _memory(environment)
    if driver == "sql":
        return _sql(environment)
    raise SettingsError(f'unknown driver "{driver}"', option="HELM_DRIVER")


def _memory(environment: Environment) -> ReleaseStore:
    """A store that ends with the process, filled from the YAML files of HELM_MEMORY_DRIVER_DATA."""
    from purehelm.engine import yamlio
    from purehelm.storage.codec import from_tree
    from purehelm.storage.memory import MemoryStore

    store = MemoryStore()
    for name in filter(None, environment.values.get("HELM_MEMORY_DRIVER_DATA", "").split(os.pathsep)):
        for entry in yamlio.load_kubernetes(Path(name).read_bytes()) or ():
            store.create(from_tree(entry))
    return store


def _sql(environment: Environment) -> ReleaseStore:
    try:
        import sqlalchemy
    except ImportError as error:
        raise SettingsError(
            "HELM_DRIVER=sql needs the packages of purehelm[sql]: pip install 'purehelm[sql]'", option="HELM_DRIVER"
        ) from error
    from purehelm.storage.sql import SqlStore

    address = environment.values.get("HELM_DRIVER_SQL_CONNECTION_STRING", "")
    if not address:
        raise SettingsError("HELM_DRIVER=sql needs HELM_DRIVER_SQL_CONNECTION_STRING", option="HELM_DRIVER")
    for scheme in ("postgres://", "postgresql://"):  # Helm's spellings; ours names the library
        if address.startswith(scheme):
            address = f"postgresql+psycopg://{address.removeprefix(scheme)}"
    return SqlStore(sqlalchemy.create_engine(address))
