"""Credentials from programs and providers that a kubeconfig names, through the `kubernetes` package."""

from __future__ import annotations

import datetime
import importlib
import shutil
import threading
from collections.abc import Mapping
from typing import Any

from ..errors import ClusterUnreachable
from .credentials import Credentials, NoCredentials

EARLY = datetime.timedelta(seconds=10)
HINT = """

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins

"""


def plugin_credentials(user: Mapping[str, Any], cluster: Mapping[str, Any]) -> Credentials:
    """The credentials that a user's `exec` or `auth-provider` section gives when they are first needed."""
    if user.get("exec"):
        return ExecCredentials(dict(user["exec"]), cluster)
    return ProviderCredentials(dict(user))


class ExecCredentials(NoCredentials):
    """What a credential plugin answers, kept until it expires or is refused."""

    renewable = True

    def __init__(self, section: dict[str, Any], cluster: Mapping[str, Any]) -> None:
        self._section = section
        self._cluster = cluster
        self._lock = threading.Lock()
        self._status: dict[str, Any] = {}

    def header(self, *, refused: bool = False) -> str | None:
        with self._lock:
            token = self._current(refused=refused).get("token")
        return f"Bearer {token}" if token else None

    def certificate(self) -> tuple[bytes, bytes] | None:
        with self._lock:
            status = self._current(refused=False)
        certificate, key = status.get("clientCertificateData"), status.get("clientKeyData")
        return (str(certificate).encode(), str(key).encode()) if certificate and key else None

    def _current(self, *, refused: bool) -> dict[str, Any]:
        if refused or not self._status or _is_over(self._status.get("expirationTimestamp")):
            self._status = self._run()
        return self._status

    def _run(self) -> dict[str, Any]:
        from kubernetes.config.config_exception import ConfigException

        ExecProvider, ConfigNode = _untyped("exec_provider", "ExecProvider"), _untyped("kube_config", "ConfigNode")  # noqa: N806

        command = str(self._section.get("command") or "")
        if not shutil.which(command):
            hint = str(self._section.get("installHint") or "")
            raise ClusterUnreachable(
                f"getting credentials: exec: executable {command} not found{HINT}{hint}".rstrip("\n")
            )
        wanted = ConfigNode("cluster", dict(self._cluster)) if self._section.get("provideClusterInfo") else None
        try:
            return dict(ExecProvider(ConfigNode("exec", self._section), None, wanted).run())
        except (
            ConfigException,
            OSError,
            AttributeError,
        ):  # the last: a failure on a terminal trips over its own report
            # Neither text nor cause repeats the plugin's output: it may hold what it was to keep.
            raise ClusterUnreachable(f"getting credentials: exec: executable {command} failed") from None


class ProviderCredentials(NoCredentials):
    """What the `kubernetes` package makes of an auth provider (oidc, gcp)."""

    renewable = True

    def __init__(self, user: dict[str, Any]) -> None:
        self._user = user
        self._lock = threading.Lock()
        self._header: str | None = None

    def header(self, *, refused: bool = False) -> str | None:
        with self._lock:
            if refused or self._header is None:
                self._header = self._load()
            return self._header

    def _load(self) -> str | None:
        from kubernetes.client import Configuration
        from kubernetes.config.config_exception import ConfigException

        load = _untyped("kube_config", "KubeConfigLoader")

        body = {
            "clusters": [{"name": "c", "cluster": {"server": "https://localhost"}}],
            "users": [{"name": "u", "user": self._user}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        }
        configuration = Configuration()
        try:
            load(body).load_and_set(configuration)
        except (ConfigException, OSError, KeyError, ValueError):
            raise ClusterUnreachable("getting credentials: the auth provider failed") from None  # it may show a token
        value = configuration.api_key.get("BearerToken") or configuration.api_key.get("authorization")  # older releases
        return str(value) if value else None


def _untyped(module: str, name: str) -> Any:
    """A class of the `kubernetes` package, which says nothing of its types."""
    return getattr(importlib.import_module(f"kubernetes.config.{module}"), name)


def _is_over(moment: Any) -> bool:
    """Whether an RFC 3339 time has come, or nearly."""
    if not isinstance(moment, str):
        return False
    try:
        return datetime.datetime.now(datetime.UTC) > datetime.datetime.fromisoformat(moment) - EARLY
    except ValueError:
        return True
