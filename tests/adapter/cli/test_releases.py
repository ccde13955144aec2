"""Releases by the command, on the in-memory cluster: Helm's words at every step, one clear line where it fails."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from purehelm.adapter.cli.output import struct_json
from purehelm.adapter.cli.session import Session
from purehelm.engine import yamlio
from purehelm.engine.errors import ClusterUnreachable, Forbidden
from purehelm.engine.testing import Call, FakeCluster

from .conftest import CHARTS, Ask

WEB = CHARTS / "web"
MOMENT = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}")
NOTES = "NOTES:\nhello from demo: {pods} pod(s) on port 80.\n"


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> FakeCluster:
    """The cluster that every command of a test finds."""
    fake = FakeCluster()
    monkeypatch.setattr(Session, "cluster", fake)
    return fake


def told(text: str) -> str:
    """The text with its moments replaced."""
    return MOMENT.sub("WHEN", text)


def status(revision: int, pods: int, description: str) -> str:
    return (
        f"NAME: demo\nLAST DEPLOYED: WHEN\nNAMESPACE: default\nSTATUS: deployed\nREVISION: {revision}\n"
        f"DESCRIPTION: {description}\n{NOTES.format(pods=pods)}"
    )


def test_the_main_job(ask: Ask, cluster: FakeCluster) -> None:
    code, out, err = ask("install", "demo", WEB, "--set", "replicaCount=2", "--wait")
    assert (code, told(out), err) == (0, status(1, 2, "Install complete"), "")

    code, out, err = ask("upgrade", "demo", WEB, "--set", "replicaCount=3", "--wait")
    upgraded = 'Release "demo" has been upgraded. Happy Helming!\n' + status(2, 3, "Upgrade complete")
    assert (code, told(out), err) == (0, upgraded, "")

    assert ask("rollback", "demo", "1") == (0, "Rollback was a success! Happy Helming!\n", "")

    history = json.loads(ask("history", "demo", "-o", "json")[1])
    assert [(row["revision"], row["status"], row["description"]) for row in history] == [
        (1, "superseded", "Install complete"),
        (2, "superseded", "Upgrade complete"),
        (3, "deployed", "Rollback to 1"),
    ]
    assert json.loads(ask("get", "values", "demo", "-o", "json")[1]) == {"replicaCount": 2}
    assert [row["name"] for row in json.loads(ask("list", "-o", "json")[1])] == ["demo"]
    assert ask("list", "-q") == (0, "demo\n", "")

    assert ask("uninstall", "demo", "--wait") == (0, 'release "demo" uninstalled\n', "")
    assert cluster.objects("Deployment") == []
    assert ask("list", "-q") == (0, "", "")


def test_upgrade_installs_where_nothing_is(ask: Ask, cluster: FakeCluster) -> None:
    code, out, _ = ask("upgrade", "--install", "demo", WEB)

    assert (code, told(out)) == (
        0,
        'Release "demo" does not exist. Installing it now.\n' + status(1, 1, "Install complete"),
    )
    ask("uninstall", "demo", "--keep-history")
    assert ask("upgrade", "--install", "demo", WEB, "-o", "json")[0] == 0
    assert json.loads(ask("history", "demo", "-o", "json")[1])[-1]["revision"] == 2


def test_values_come_from_files_and_flags_in_helms_order(ask: Ask, cluster: FakeCluster, places: Path) -> None:
    (places / "values.yaml").write_text("replicaCount: 4\ngreeting: file\n")

    ask("install", "demo", WEB, "--set", "greeting=flag", "-f", places / "values.yaml")

    assert yamlio.load(ask("get", "values", "demo", "-o", "yaml")[1]) == {"replicaCount": 4.0, "greeting": "flag"}
    assert ask("get", "values", "demo")[1] == "USER-SUPPLIED VALUES:\ngreeting: flag\nreplicaCount: 4\n"


def test_a_dry_run_stores_nothing(ask: Ask, cluster: FakeCluster) -> None:
    code, out, _ = ask("install", "demo", WEB, "--dry-run=client")

    assert code == 0
    assert "STATUS: pending-install" in out
    assert "\nHOOKS:\n---\n# Source: web/templates/tests/connection.yaml\n" in out
    assert "\nMANIFEST:\n---\n# Source: web/templates/configmap.yaml\n" in out
    assert cluster.objects("Secret") == []


def test_names_can_be_made(ask: Ask, cluster: FakeCluster) -> None:
    assert re.match(r"NAME: web-\d+\n", ask("install", WEB, "--generate-name")[1])
    assert ask("install", WEB, "--name-template", '{{ "A" | lower }}-b')[1].startswith("NAME: a-b\n")


def test_tests_are_run(ask: Ask, cluster: FakeCluster) -> None:
    ask("install", "demo", WEB)

    code, out, _ = ask("test", "demo", "--logs")

    assert code == 0
    assert re.search(r"TEST SUITE:     \S+\nLast Started:   .+\nLast Completed: .+\nPhase:          Succeeded\n", out)
    assert "POD LOGS: " in out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["install", "demo", "/no/such"], 'INSTALLATION FAILED: path "/no/such" not found'),
        (["install", "demo", "none/web"], "INSTALLATION FAILED: repo none not found"),
        (["install", "demo", "WEB", "-f", "/no/such.yaml"], "INSTALLATION FAILED: open /no/such.yaml: no such file or directory"),
        (["install", "demo", "WEB", "--set", "replicaCount=many"], "INSTALLATION FAILED: values don't meet the specifications of the schema(s) in the following chart(s):\nweb:\n- at '/replicaCount': got string, want integer\n"),
        (["install", "WEB"], "INSTALLATION FAILED: must either provide a name or specify --generate-name"),
        (["install", "demo", "WEB", "-g"], "INSTALLATION FAILED: cannot set --generate-name and also specify a name"),
        (["install", "a", "b", "c"], "INSTALLATION FAILED: expected at most two arguments, unexpected arguments: c"),
        (["install", "Demo", "WEB"], 'INSTALLATION FAILED: release name check failed: release name "Demo": invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53'),
        (["install", "demo", "CHARTS/library"], "INSTALLATION FAILED: library charts are not installable"),
        (["install", "demo", "CHARTS/broken-dependency"], "INSTALLATION FAILED: an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: absent"),
        (["upgrade", "demo", "WEB"], 'UPGRADE FAILED: "demo" has no deployed releases'),
        (["upgrade", "demo", "/no/such"], 'path "/no/such" not found'),
        (["upgrade", "demo", "WEB", "--server-side", "maybe"], "invalid/unknown release server-side apply method: maybe"),
        (["rollback", "demo"], "release: not found"),
        (["rollback", "demo", "x"], 'could not convert revision to a number: strconv.Atoi: parsing "x": invalid syntax'),
        (["rollback", "demo", "--description", "x" * 257], "description must be 256 characters or less, got 257"),
        (["uninstall", "demo"], "uninstall: Release not loaded: demo: release: not found"),
        (["uninstall", "demo", "--cascade", "x"], 'invalid cascade value (x). Must be "background", "foreground", or "orphan"'),
        (["status", "demo"], "release: not found"),
        (["history", "demo"], "release: not found"),
        (["test", "demo"], "release: not found"),
    ],
    ids=lambda case: " ".join(case)[:60] if isinstance(case, list) else "",
)  # fmt: skip
def test_what_fails_is_told_and_leaves_nothing(arguments: list[str], text: str, ask: Ask, cluster: FakeCluster) -> None:
    filled = [word.replace("WEB", str(WEB)).replace("CHARTS", str(CHARTS)) for word in arguments]

    code, out, err = ask(*filled)

    begun, _, logged = text.removeprefix("INSTALLATION FAILED: ").partition("check failed: ")
    log = f'level=ERROR msg="{begun}check failed" error={struct_json(logged)}\n' if logged else ""
    assert (code, out, err) == (1, "", f"{log}Error: {text}\n")
    assert cluster.objects("Secret") == []


def test_a_name_in_use_is_told(ask: Ask, cluster: FakeCluster) -> None:
    ask("install", "demo", WEB)

    code, out, err = ask("install", "demo", WEB)

    assert (code, out) == (1, "")
    assert err == (
        'level=ERROR msg="release name check failed" error="cannot reuse a name that is still in use"\n'
        "Error: INSTALLATION FAILED: release name check failed: cannot reuse a name that is still in use\n"
    )


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            ClusterUnreachable("kubernetes cluster unreachable: connection refused"),
            "cluster reachability check failed: kubernetes cluster unreachable: connection refused",
        ),
        (Forbidden("secrets is forbidden", status=403), "create: failed to create: secrets is forbidden"),
    ],
)
def test_a_cluster_that_says_no(error: Exception, text: str, ask: Ask, cluster: FakeCluster) -> None:
    def refused(call: Call) -> bool:
        return call.verb == "version" if isinstance(error, ClusterUnreachable) else call.writes

    cluster.faults.fail(refused, lambda: error, times=None)

    code, out, err = ask("install", "demo", WEB)

    assert (code, out) == (1, "")
    log = f'level=ERROR msg="{text}"\n' if isinstance(error, ClusterUnreachable) else ""
    assert err == f"{log}Error: INSTALLATION FAILED: {text}\n"
    assert cluster.objects("Secret") == cluster.objects("Deployment") == []
