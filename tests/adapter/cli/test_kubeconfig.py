"""The namespace that a command works in, without a connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from purehelm.adapter.cli import kubeconfig
from purehelm.adapter.cli.environment import Environment
from purehelm.adapter.cli.kubeconfig import context_namespace

CONFIG = """
current-context: one
contexts:
- {name: one, context: {cluster: c, namespace: lab}}
- {name: two, context: {cluster: c}}
"""


@pytest.mark.parametrize(
    ("values", "flags", "want"),
    [
        ({}, {}, "lab"),
        ({}, {"kube_context": "two"}, "default"),
        ({"HELM_KUBECONTEXT": "two"}, {}, "default"),
        ({}, {"kube_context": "absent"}, "default"),
        ({"KUBECONFIG": "/no/such:FOLDER/config"}, {}, "lab"),
        ({"KUBECONFIG": "/no/such"}, {}, "default"),
        ({"KUBECONFIG": "FOLDER/other"}, {}, "other"),
        ({"KUBECONFIG": "FOLDER/broken:FOLDER/text"}, {}, "default"),
        ({"KUBECONFIG": "/no/such"}, {"kubeconfig": "FOLDER/config"}, "lab"),
        ({"KUBECONFIG": "/no/such", "KUBERNETES_SERVICE_HOST": "10.0.0.1", "POD_NAMESPACE": "pod"}, {}, "pod"),
        ({"KUBECONFIG": "/no/such", "KUBERNETES_SERVICE_HOST": "10.0.0.1"}, {}, "account"),
    ],
)
def test_the_context_decides(
    values: dict[str, str], flags: dict[str, Any], want: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text(CONFIG)
    (tmp_path / "other").write_text(CONFIG.replace("lab", "other"))
    (tmp_path / "broken").write_text("a: [")
    (tmp_path / "text").write_text("text")
    (tmp_path / "account").write_text("account\n")
    monkeypatch.setattr(kubeconfig, "IN_CLUSTER", tmp_path / "account")
    filled = {"KUBECONFIG": "FOLDER/config", **values}

    def place(value: str) -> str:
        return value.replace("FOLDER", str(tmp_path))

    environment = Environment(
        {name: place(value) for name, value in filled.items()}, {name: place(value) for name, value in flags.items()}
    )

    assert context_namespace(environment) == want


def test_a_pod_without_a_file_is_in_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kubeconfig, "IN_CLUSTER", Path("/no/such"))

    assert context_namespace(Environment({"HOME": "/no", "KUBERNETES_SERVICE_HOST": "h"}, {})) == "default"
