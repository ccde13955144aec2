"""The configuration is read whole or refused, with the path of the option that is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.adapter.dms.settings import AdapterSettings, HelmSettings, load_settings, parse_settings
from purehelm.engine.errors import SettingsError

FULL = """
plugins:
  dms:
    - name: helm-deployer
      type: helm
      enabled: true
      default: true
      config:
        kubeconfig: /etc/kubernetes/admin.conf
        namespace: deployments
        repositoryUrl: https://charts.example.com
        repositoryUsername: admin
        repositoryPassword: ${HELM_REPO_PASSWORD}
        timeout: 1m30s
        maxHistory: 5
        debug: true
"""


def test_a_whole_configuration_is_read() -> None:
    assert load_settings(FULL, {"HELM_REPO_PASSWORD": "hidden"}) == (
        AdapterSettings(
            name="helm-deployer",
            type="helm",
            default=True,
            config=HelmSettings(
                repository_url="https://charts.example.com",
                kubeconfig="/etc/kubernetes/admin.conf",
                namespace="deployments",
                repository_username="admin",
                repository_password="hidden",
                timeout=90.0,
                max_history=5,
                debug=True,
            ),
        ),
    )


def test_the_password_is_never_shown() -> None:
    assert "hidden" not in repr(load_settings(FULL, {"HELM_REPO_PASSWORD": "hidden"}))


def parsed(**config: Any) -> HelmSettings:
    entry = {"name": "one", "type": "helm", "config": {"repositoryUrl": "oci://r.example.com/charts", **config}}
    return parse_settings({"plugins": {"dms": [entry]}}, {"NAME": "value"})[0].config


def test_defaults() -> None:
    assert parsed() == HelmSettings(
        repository_url="oci://r.example.com/charts", namespace="default", timeout=600.0, max_history=10, debug=False
    )


def test_variables_are_replaced_in_every_text() -> None:
    assert parsed(namespace="a-${NAME}-${NAME}").namespace == "a-value-value"


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"nope": 1}, "plugins.dms[0].config.nope: is not known; there are: "),
        ({"timeout": "5x"}, "plugins.dms[0].config.timeout: "),
        ({"timeout": "0s"}, "plugins.dms[0].config.timeout: must be longer than 0s"),
        ({"timeout": 5}, "plugins.dms[0].config.timeout: must be a text"),
        ({"maxHistory": -1}, "plugins.dms[0].config.maxHistory: must be a whole number, 0 or more"),
        ({"maxHistory": True}, "plugins.dms[0].config.maxHistory: must be a whole number, 0 or more"),
        ({"debug": "yes"}, "plugins.dms[0].config.debug: must be true or false"),
        ({"repositoryUrl": "ftp://x"}, "plugins.dms[0].config.repositoryUrl: must begin with https://, http:// or oci://"),
        ({"repositoryUrl": "https://u:p@x"}, "plugins.dms[0].config.repositoryUrl: must not hold credentials; "),
        ({"chartRepository": "https://x"}, "plugins.dms[0].config.chartRepository: is another spelling of repositoryUrl"),
        ({"repositoryUsername": "u"}, "plugins.dms[0].config.repositoryPassword: and repositoryUsername must be given together"),
        ({"repositoryCredentialsSecret": "name"}, "plugins.dms[0].config.repositoryCredentialsSecret: must be namespace/name"),
        (
            {"repositoryCredentialsSecret": "a/b", "repositoryUsername": "u", "repositoryPassword": "p"},
            "plugins.dms[0].config.repositoryCredentialsSecret: cannot be given together with a username or password",
        ),
        ({"namespace": "${MISSING}"}, "plugins.dms[0].config.namespace: needs the environment variable MISSING, which is not set"),
        ({"namespace": "${a b}"}, "plugins.dms[0].config.namespace: holds a ${…} that names no environment variable"),
    ],
    ids=lambda case: ",".join(f"{key}={value}" for key, value in case.items()) if isinstance(case, dict) else None,
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_path(config: dict[str, Any], text: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parsed(**config)

    assert str(raised.value).startswith(text)
    assert raised.value.option == text.partition(":")[0]


GOOD = {"repositoryUrl": "https://x"}


@pytest.mark.parametrize(
    ("body", "option"),
    [
        ([], "configuration"),
        ({}, "plugins"),
        ({"plugins": {}}, "plugins.dms"),
        ({"plugins": {"dms": []}}, "plugins.dms"),
        ({"plugins": {"dms": ["x"]}}, "plugins.dms[0]"),
        ({"plugins": {"dms": [{"type": "helm", "config": GOOD}]}}, "plugins.dms[0].name"),
        ({"plugins": {"dms": [{"name": "a", "type": "argo", "config": GOOD}]}}, "plugins.dms[0].type"),
        ({"plugins": {"dms": [{"name": "a", "type": "helm", "config": {}}]}}, "plugins.dms[0].config.repositoryUrl"),
        ({"plugins": {"dms": [{"name": "a", "type": "helm", "config": GOOD}] * 2}}, "plugins.dms[1].name"),
        (
            {"plugins": {"dms": [{"name": n, "type": "helm", "default": True, "config": GOOD} for n in "ab"]}},
            "plugins.dms",
        ),
    ],
)
def test_a_wrong_shape_is_refused(body: Any, option: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse_settings(body, {})

    assert raised.value.option == option


def test_what_is_no_yaml_does_not_show_its_content() -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings("password: [hidden", {})

    assert (str(raised.value), raised.value.__cause__) == (
        "the configuration is not YAML, or a key is given twice",
        None,
    )
