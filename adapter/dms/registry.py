"""The adapters that a configuration names, chosen by name, by type, or as the default."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from purehelm.engine.errors import SettingsError

from .settings import AdapterSettings


class Closable(Protocol):
    """What an adapter is here: something that can be closed."""

    def close(self) -> None:
        """Release what it holds."""
        ...


Adapter = TypeVar("Adapter", bound=Closable)


class AdapterRegistry(Generic[Adapter]):
    """Makes each adapter when it is first asked for, once. Safe to share between threads."""

    def __init__(self, settings: Sequence[AdapterSettings], make: Callable[[AdapterSettings], Adapter]) -> None:
        self._settings = tuple(entry for entry in settings if entry.enabled)
        self._make = make
        self._made: dict[str, Adapter] = {}
        self._lock = threading.Lock()

    def names(self) -> tuple[str, ...]:
        """The enabled adapters' names, in the configuration's order."""
        return tuple(entry.name for entry in self._settings)

    def get(self, name: str = "") -> Adapter:
        """The adapter of a name; without one the default, or the only one. Raises SettingsError."""
        return self._open(self._named(name) if name else self._default())

    def by_type(self, kind: str) -> Adapter:
        """The adapter of a type: the default of them, else the first. Raises SettingsError."""
        fitting = [entry for entry in self._settings if entry.type == kind]
        if not fitting:
            raise SettingsError(f'no enabled DMS adapter is of the type "{kind}"', option="plugins.dms")
        return self._open(next((entry for entry in fitting if entry.default), fitting[0]))

    def close(self) -> None:
        """Close every adapter that was made."""
        with self._lock:
            made, self._made = list(self._made.values()), {}
        for adapter in made:
            adapter.close()

    def _named(self, name: str) -> AdapterSettings:
        for entry in self._settings:
            if entry.name == name:
                return entry
        known = ", ".join(self.names()) or "none"
        raise SettingsError(f'no enabled DMS adapter is named "{name}"; there are: {known}', option="plugins.dms")

    def _default(self) -> AdapterSettings:
        chosen = [entry for entry in self._settings if entry.default] or list(self._settings)
        if len(chosen) != 1:
            raise SettingsError("name a DMS adapter, or mark one of them as the default", option="plugins.dms")
        return chosen[0]

    def _open(self, entry: AdapterSettings) -> Adapter:
        with self._lock:
            if entry.name not in self._made:
                self._made[entry.name] = self._make(entry)
            return self._made[entry.name]
