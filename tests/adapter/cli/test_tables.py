"""The server's tables are laid out as kubectl does it."""

from __future__ import annotations

from typing import Any

from purehelm.adapter.cli.tables import layout, resources_text
from purehelm.engine.shapes import ResourceRef

COLUMNS = [
    {"name": "Name", "priority": 0},
    {"name": "Ready", "priority": 0},
    {"name": "Images", "priority": 1},
    {"name": "Age"},
]


def body(kind: str, name: str) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "lab", "creationTimestamp": "T"},
    }


class Tables:
    """A server that gives tables."""

    def __init__(self) -> None:
        self.asked: list[ResourceRef] = []

    def table(self, ref: ResourceRef) -> dict[str, Any]:
        self.asked.append(ref)
        return {
            "columnDefinitions": COLUMNS,
            "rows": [{"cells": [ref.name, True, "image", None if ref.name == "b" else "5s\nx"]}],
        }


def test_tables_follow_their_headings_and_titles_are_not_repeated() -> None:
    server = Tables()
    live = {"v1/Deployment": [body("Deployment", "a-long-name"), body("Deployment", "b")]}

    assert resources_text(live, server) == (
        "RESOURCES:\n==> v1/Deployment\n"
        "NAME          READY   AGE\na-long-name   true    5s...\n"
        "b     true   \n"
        "\n\n"
    )  # fmt: skip
    assert server.asked == [ResourceRef("apps/v1", "Deployment", "lab", name) for name in ("a-long-name", "b")]


def test_a_server_without_tables_is_shown_plainly() -> None:
    assert resources_text({"v1/Pod": [body("Pod", "p")]}, object()) == (
        "RESOURCES:\n==> v1/Pod\nNAME   CREATED AT\np      T\n\n\n"
    )


def test_nothing_alive_is_no_block() -> None:
    assert resources_text({}, object()) == ""
    assert layout([]) == ""
