"""A run's namespace, its records' store, and what an interrupt does."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from purehelm.adapter.cli.command import Invocation
from purehelm.adapter.cli.drivers import open_store
from purehelm.adapter.cli.environment import Environment
from purehelm.adapter.cli.session import Session, session, source_date_epoch
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import Cancelled, SettingsError
from purehelm.engine.ports import LogLine, Warned
from purehelm.storage.configmap import ConfigMapStore
from purehelm.storage.memory import MemoryStore
from purehelm.storage.secret import SecretStore
from purehelm.storage.sql import SqlStore

CONFIG = """
current-context: one
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: u, user: {}}]
contexts:
- {name: one, context: {cluster: c, user: u, namespace: lab}}
- {name: two, context: {cluster: c, user: u}}
"""


def opened(**flags: Any) -> Session:
    return Session(Invocation((), flags))


@pytest.mark.parametrize(
    ("flags", "config", "want"),
    [
        ({"namespace": "given"}, CONFIG, "given"),
        ({}, CONFIG, "lab"),
        ({"kube_context": "two"}, CONFIG, "default"),
        ({"kube_context": "absent"}, CONFIG, "default"),
        ({}, "a: [", "default"),
        ({}, "", "default"),
    ],
    ids=["flag", "context", "context without", "unknown context", "broken file", "no file"],
)
def test_the_namespace(
    flags: dict[str, Any], config: str, want: str, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if config:
        (places / "kubeconfig").write_text(config)
    monkeypatch.setenv("KUBECONFIG", str(places / "kubeconfig"))

    assert opened(**flags).namespace == want


class NoRecords:
    """Stands for a cluster that is not asked."""


@pytest.mark.parametrize(
    ("driver", "kind"),
    [
        ("", SecretStore),
        ("secret", SecretStore),
        ("secrets", SecretStore),
        ("configmap", ConfigMapStore),
        ("configmaps", ConfigMapStore),
        ("memory", MemoryStore),
    ],
)
def test_the_driver_is_chosen(driver: str, kind: type) -> None:
    store = open_store(Environment({"HELM_DRIVER": driver}, {}), NoRecords)  # type: ignore[arg-type]

    assert type(store) is kind


def test_records_may_be_in_a_database(places: Path) -> None:
    values = {"HELM_DRIVER": "sql", "HELM_DRIVER_SQL_CONNECTION_STRING": f"sqlite:///{places}/records"}

    assert isinstance(open_store(Environment(values, {}), NoRecords), SqlStore)  # type: ignore[arg-type]


def test_the_memory_driver_is_filled_from_files(places: Path) -> None:
    (places / "data.yaml").write_text(
        "- {name: demo, namespace: lab, version: 1, info: {status: deployed}, chart: {metadata: {name: web}}}\n"
    )
    values = {"HELM_DRIVER": "memory", "HELM_MEMORY_DRIVER_DATA": str(places / "data.yaml")}

    assert open_store(Environment(values, {}), NoRecords).last("lab", "demo").revision == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"HELM_DRIVER": "foo"}, 'unknown driver "foo"'),
        ({"HELM_DRIVER": "sql"}, "HELM_DRIVER=sql needs HELM_DRIVER_SQL_CONNECTION_STRING"),
    ],
)
def test_a_wrong_driver_is_told(values: dict[str, str], text: str) -> None:
    with pytest.raises(SettingsError, match=text):
        open_store(Environment(values, {}), NoRecords)  # type: ignore[arg-type]


def test_sql_without_its_packages_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)

    with pytest.raises(SettingsError, match=r"pip install 'purehelm\[sql\]'"):
        open_store(Environment({"HELM_DRIVER": "sql"}, {}), NoRecords)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_cancels_and_says_so(number: int, places: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    before = signal.getsignal(number)

    def work(deadline: Deadline) -> None:
        os.kill(os.getpid(), number)
        deadline.pause(5.0)

    with pytest.raises(Cancelled):
        opened().run(work, "demo")

    assert capfdbinary.readouterr().out == b"Release demo has been cancelled.\n"
    assert signal.getsignal(number) is before


def test_warnings_and_logs_go_to_standard_error(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = opened()

    run.report(Warned(code="x", text="a warning"))
    run.report(LogLine(namespace="n", pod="p", container="c", text="a line"))

    assert capsys.readouterr().err == 'level=WARN msg="a warning"\na line\n'


def test_what_was_opened_is_closed(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    with session(Invocation((), {})) as run:
        transport = run.charts.transport
        monkeypatch.setattr(transport, "close", lambda: closed.append("charts"))

    assert closed == ["charts"]


@pytest.mark.parametrize(("text", "want"), [("", None), ("0", 0), ("1700000000", 1700000000)])
def test_source_date_epoch(text: str, want: int | None) -> None:
    assert source_date_epoch(Environment({"SOURCE_DATE_EPOCH": text}, {})) == want


@pytest.mark.parametrize(
    ("text", "reason"), [("abc", 'strconv.ParseInt: parsing "abc": invalid syntax'), ("-1", "must not be negative")]
)
def test_a_wrong_source_date_epoch(text: str, reason: str) -> None:
    with pytest.raises(SettingsError) as raised:
        source_date_epoch(Environment({"SOURCE_DATE_EPOCH": text}, {}))

    assert str(raised.value) == f"invalid SOURCE_DATE_EPOCH: {reason}"
