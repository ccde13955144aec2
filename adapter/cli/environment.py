"""What the environment and the global flags say: folders, files and the cluster to use, by Helm's names and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from purehelm.repo.places import Places


@dataclass(frozen=True, slots=True)
class Environment:
    """Helm's settings (pkg/cli/environment.go): a flag wins over its variable, the variable over the default."""

    values: Mapping[str, str]  # os.environ, or a test's
    flags: Mapping[str, Any]

    def _choose(self, flag: str, variable: str, default: str = "") -> str:
        given = self.flags.get(flag)
        return str(given) if given else self.values.get(variable) or default

    @property
    def data(self) -> Path:
        """Helm's folder for starters and plugins."""
        own = self.values.get("HELM_DATA_HOME")
        if own:
            return Path(own)
        base = self.values.get("XDG_DATA_HOME")
        return (Path(base) if base else Path(self.values.get("HOME") or "~").expanduser() / ".local" / "share") / "helm"

    @property
    def places(self) -> Places:
        """Helm's files and folders on this machine, flags applied."""
        chosen = {
            name: Path(self.flags[name])
            for name in ("repository_config", "repository_cache", "content_cache", "registry_config")
            if self.flags.get(name)
        }
        return replace(Places.from_environment(self.values), **chosen)

    @property
    def namespace(self) -> str:
        """The namespace that was asked for; empty leaves it to the kubeconfig's context."""
        return self._choose("namespace", "HELM_NAMESPACE")

    @property
    def context(self) -> str:
        """The kubeconfig's context that was asked for; empty is its current one."""
        return self._choose("kube_context", "HELM_KUBECONTEXT")

    @property
    def color(self) -> str:
        """never, auto or always; NO_COLOR means never (cli/environment.go)."""
        if self.values.get("NO_COLOR"):
            return "never"
        return self._choose("color", "") or self._choose("colour", "HELM_COLOR", "auto")

    @property
    def driver(self) -> str:
        """The record store, as HELM_DRIVER spells it."""
        return self.values.get("HELM_DRIVER", "")

    @property
    def debug(self) -> bool:
        return bool(self.flags.get("debug")) or self.values.get("HELM_DEBUG", "").lower() in ("1", "t", "true")

    def variables(self) -> dict[str, str]:
        """What `env` prints."""
        places = self.places
        return {
            "HELM_BIN": "purehelm",
            "HELM_BURST_LIMIT": self._choose("", "HELM_BURST_LIMIT", "100"),
            "HELM_CACHE_HOME": str(places.repository_cache.parent),
            "HELM_CONFIG_HOME": str(places.repository_config.parent),
            "HELM_CONTENT_CACHE": str(places.content_cache),
            "HELM_DATA_HOME": str(self.data),
            "HELM_DEBUG": str(self.debug).lower(),
            "HELM_KUBEAPISERVER": self._choose("kube_apiserver", "HELM_KUBEAPISERVER"),
            "HELM_KUBEASGROUPS": ",".join(self.flags.get("kube_as_group") or ())
            or self.values.get("HELM_KUBEASGROUPS", ""),
            "HELM_KUBEASUSER": self._choose("kube_as_user", "HELM_KUBEASUSER"),
            "HELM_KUBECAFILE": self._choose("kube_ca_file", "HELM_KUBECAFILE"),
            "HELM_KUBECONTEXT": self._choose("kube_context", "HELM_KUBECONTEXT"),
            "HELM_KUBEINSECURE_SKIP_TLS_VERIFY": str(self.insecure).lower(),
            "HELM_KUBETLS_SERVER_NAME": self._choose("kube_tls_server_name", "HELM_KUBETLS_SERVER_NAME"),
            "HELM_KUBETOKEN": ""
            if not self._choose("kube_token", "HELM_KUBETOKEN")
            else "****",  # a credential is never printed
            "HELM_MAX_HISTORY": self._choose("", "HELM_MAX_HISTORY", "10"),
            "HELM_NAMESPACE": self.namespace or "default",
            "HELM_PLUGINS": self._choose("", "HELM_PLUGINS", str(self.data / "plugins")),
            "HELM_QPS": self._choose("", "HELM_QPS", "0.00"),
            "HELM_REGISTRY_CONFIG": str(places.registry_config),
            "HELM_REPOSITORY_CACHE": str(places.repository_cache),
            "HELM_REPOSITORY_CONFIG": str(places.repository_config),
        }

    @property
    def insecure(self) -> bool:
        given = self.flags.get("kube_insecure_skip_tls_verify")
        return bool(given) or self.values.get("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "").lower() in ("1", "t", "true")

    def cluster_choice(self) -> dict[str, Any]:
        """What overrides the kubeconfig, by option name; empty entries left out."""
        groups = self.flags.get("kube_as_group") or tuple(
            filter(None, self.values.get("HELM_KUBEASGROUPS", "").split(","))
        )
        chosen = {
            "kubeconfig": self.flags.get("kubeconfig"),
            "context": self._choose("kube_context", "HELM_KUBECONTEXT"),
            "token": self._choose("kube_token", "HELM_KUBETOKEN"),
            "as_user": self._choose("kube_as_user", "HELM_KUBEASUSER"),
            "as_groups": tuple(groups),
            "server": self._choose("kube_apiserver", "HELM_KUBEAPISERVER"),
            "ca_file": self._choose("kube_ca_file", "HELM_KUBECAFILE"),
            "tls_server_name": self._choose("kube_tls_server_name", "HELM_KUBETLS_SERVER_NAME"),
            "insecure": self.insecure,
        }
        return {name: value for name, value in chosen.items() if value}
