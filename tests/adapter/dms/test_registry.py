"""Adapters are chosen by name, by type or as the default, and made once."""

from __future__ import annotations

import pytest

from purehelm.adapter.dms.registry import AdapterRegistry
from purehelm.adapter.dms.settings import AdapterSettings, HelmSettings
from purehelm.engine.errors import SettingsError


class Opened:
    """An adapter that remembers whether it was closed."""

    def __init__(self, entry: AdapterSettings) -> None:
        self.name = entry.name
        self.closed = False

    def close(self) -> None:
        self.closed = True


def registry(*entries: tuple[str, bool, bool]) -> AdapterRegistry[Opened]:
    settings = [
        AdapterSettings(
            name=name, type="helm", enabled=enabled, default=default, config=HelmSettings(repository_url="https://x")
        )
        for name, enabled, default in entries
    ]
    return AdapterRegistry(settings, Opened)


def test_the_default_is_taken_without_a_name() -> None:
    known = registry(("a", True, False), ("b", True, True))

    assert (known.names(), known.get().name, known.get("a").name, known.by_type("helm").name) == (
        ("a", "b"),
        "b",
        "a",
        "b",
    )


def test_an_adapter_is_made_once_and_closed_once() -> None:
    known = registry(("a", True, False))
    first = known.get()

    assert known.get("a") is first
    known.close()
    assert first.closed
    assert known.get() is not first


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c", 'no enabled DMS adapter is named "c"; there are: a, b'),
        ("off", 'no enabled DMS adapter is named "off"; there are: a, b'),
        ("", "name a DMS adapter, or mark one of them as the default"),
    ],
)
def test_a_wrong_choice_is_refused(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=text):
        registry(("a", True, False), ("b", True, False), ("off", False, True)).get(name)


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(SettingsError, match='no enabled DMS adapter is of the type "argo"'):
        registry(("a", True, False)).by_type("argo")
