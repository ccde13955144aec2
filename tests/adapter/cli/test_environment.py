"""A flag wins over its variable, the variable over the default."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from purehelm.adapter.cli.environment import Environment


@pytest.mark.parametrize(
    ("values", "want"),
    [
        ({"HOME": "/h"}, "/h/.config/helm/repositories.yaml"),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}, "/x/helm/repositories.yaml"),
        ({"HELM_CONFIG_HOME": "/c", "XDG_CONFIG_HOME": "/x"}, "/c/repositories.yaml"),
        ({"HELM_REPOSITORY_CONFIG": "/r.yaml", "HELM_CONFIG_HOME": "/c"}, "/r.yaml"),
    ],
    ids=["default", "xdg", "helm home", "variable"],
)
def test_where_the_repositories_are_listed(values: dict[str, str], want: str) -> None:
    assert Environment(values, {}).places.repository_config == Path(want)
    assert Environment(values, {"repository_config": "/flag"}).places.repository_config == Path("/flag")


@pytest.mark.parametrize(
    ("values", "flags", "want"),
    [
        ({}, {}, {}),
        ({"HELM_KUBECONTEXT": "one"}, {}, {"context": "one"}),
        ({"HELM_KUBECONTEXT": "one"}, {"kube_context": "two"}, {"context": "two"}),
        ({"HELM_KUBEASGROUPS": "a,b"}, {}, {"as_groups": ("a", "b")}),
        ({"HELM_KUBEINSECURE_SKIP_TLS_VERIFY": "true"}, {"kubeconfig": "/k"}, {"kubeconfig": "/k", "insecure": True}),
    ],
)
def test_what_overrides_the_kubeconfig(values: dict[str, str], flags: dict[str, Any], want: dict[str, Any]) -> None:
    assert Environment(values, flags).cluster_choice() == want


def test_the_token_is_never_printed() -> None:
    assert Environment({"HELM_KUBETOKEN": "secret"}, {}).variables()["HELM_KUBETOKEN"] == "****"
