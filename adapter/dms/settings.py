"""The configuration of DMS adapters: read once, checked, every error with the path of its option."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from purehelm.engine import yamlio
from purehelm.engine.errors import EngineError, SettingsError, YamlError

TIMEOUT = 600.0  # seconds
MAX_HISTORY = 10
_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?/[a-z0-9]([-a-z0-9.]*[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class HelmSettings:
    """How one Helm adapter works; empty texts are absent. Credentials are never shown."""

    repository_url: str
    kubeconfig: str = ""  # KUBECONFIG, ~/.kube/config, in-cluster
    kube_context: str = ""
    namespace: str = "default"
    repository_username: str = ""
    repository_password: str = field(default="", repr=False)
    repository_credentials_secret: str = ""  # namespace/name, with username and password
    repository_ca_file: str = ""
    repository_cert_file: str = ""
    repository_key_file: str = ""
    repository_insecure: bool = False  # TLS is not verified
    repository_plain_http: bool = False  # for oci:// without TLS
    timeout: float = TIMEOUT  # seconds
    max_history: int = MAX_HISTORY
    debug: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterSettings:
    """One entry of `plugins.dms`."""

    name: str
    type: str
    config: HelmSettings
    enabled: bool = True
    default: bool = False


def load_settings(text: str | bytes, environment: Mapping[str, str]) -> tuple[AdapterSettings, ...]:
    """The adapters of a configuration file, `${NAME}` replaced from the environment. Raises SettingsError."""
    try:
        body = yamlio.load_strict(text.encode() if isinstance(text, str) else text)
    except YamlError:
        # The cause may quote the file, which may hold a password.
        raise SettingsError("the configuration is not YAML, or a key is given twice") from None
    return parse_settings(body, environment)


def parse_settings(body: Any, environment: Mapping[str, str]) -> tuple[AdapterSettings, ...]:
    """The same from what a configuration file holds. Disabled adapters are checked too, and handed back."""
    plugins = _mapping(_mapping(body, "").get("plugins"), "plugins")
    listed = plugins.get("dms")
    if not isinstance(listed, list) or not listed:
        raise _error("plugins.dms", "must be a list of adapters")
    adapters = tuple(
        _adapter(
            _mapping(_replaced(raw, f"plugins.dms[{at}]", environment), f"plugins.dms[{at}]"), f"plugins.dms[{at}]"
        )
        for at, raw in enumerate(listed)
    )
    names = [adapter.name for adapter in adapters]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise _error(f"plugins.dms[{at}].name", f'"{name}" is the name of another adapter')
    if sum(adapter.default for adapter in adapters if adapter.enabled) > 1:
        raise _error("plugins.dms", "more than one adapter is the default")
    return adapters


def _adapter(raw: Mapping[str, Any], path: str) -> AdapterSettings:
    fields = _fields(raw, _ADAPTER, path)
    if fields["type"] != "helm":
        raise _error(f"{path}.type", f'"{fields["type"]}" is not known; there is: helm')
    return AdapterSettings(**fields)


def _config(value: Any, path: str) -> HelmSettings:
    raw = dict(_mapping(value, path))
    if "chartRepository" in raw:
        if "repositoryUrl" in raw:
            raise _error(f"{path}.chartRepository", "is another spelling of repositoryUrl; give one of them")
        raw["repositoryUrl"] = raw.pop("chartRepository")
    settings = HelmSettings(**_fields(raw, _CONFIG, path))
    if settings.repository_credentials_secret and (settings.repository_username or settings.repository_password):
        raise _error(f"{path}.repositoryCredentialsSecret", "cannot be given together with a username or password")
    if bool(settings.repository_username) != bool(settings.repository_password):
        raise _error(f"{path}.repositoryPassword", "and repositoryUsername must be given together")
    return settings


def _fields(raw: Mapping[str, Any], known: Mapping[str, _Option], path: str) -> dict[str, Any]:
    """The options, each read by its own rule; what is unknown or missing is an error."""
    for name in raw:
        if name not in known:
            raise _error(f"{path}.{name}", f"is not known; there are: {', '.join(sorted(known))}")
    found = {}
    for name, option in known.items():
        if raw.get(name) is not None:
            found[option.field] = option.read(raw[name], f"{path}.{name}")
        elif option.required:
            raise _error(f"{path}.{name}", "is required")
    return found


def _replaced(value: Any, path: str, environment: Mapping[str, str]) -> Any:
    """The value with every `${NAME}` replaced, in all texts below it."""
    if isinstance(value, Mapping):
        return {name: _replaced(item, f"{path}.{name}", environment) for name, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, f"{path}[{at}]", environment) for at, item in enumerate(value)]
    if not isinstance(value, str):
        return value

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if _NAME.fullmatch(name) is None:
            raise _error(path, "holds a ${…} that names no environment variable")
        if name not in environment:
            raise _error(path, f"needs the environment variable {name}, which is not set")
        return environment[name]

    return _REFERENCE.sub(put, value)


def _mapping(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _error(path or "configuration", "must be a mapping")
    return value


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str) or not value:
        raise _error(path, "must be a text")
    return value


def _flag(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise _error(path, "must be true or false")
    return value


def _count(value: Any, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value) or value < 0:
        raise _error(path, "must be a whole number, 0 or more")
    return int(value)


def _duration(value: Any, path: str) -> float:
    from purehelm.engine.functions.durations import parse_duration
    from purehelm.engine.template.function import FunctionError

    try:
        seconds = parse_duration(_text(value, path)) / 1e9
    except EngineError as error:
        raise error if isinstance(error, SettingsError) else _error(path, str(error)) from error
    except (ValueError, FunctionError) as error:
        raise _error(path, str(error)) from error
    if seconds <= 0:
        raise _error(path, "must be longer than 0s")
    return seconds


def _url(value: Any, path: str) -> str:
    text = _text(value, path)
    if not text.startswith(("http://", "https://", "oci://")):
        raise _error(path, "must begin with https://, http:// or oci://")
    if "@" in text.partition("://")[2].partition("/")[0]:
        raise _error(path, "must not hold credentials; use repositoryUsername and repositoryPassword")
    return text


def _secret(value: Any, path: str) -> str:
    text = _text(value, path)
    if _SECRET_NAME.fullmatch(text) is None:
        raise _error(path, "must be namespace/name")
    return text


def _error(path: str, what: str) -> SettingsError:
    return SettingsError(f"{path}: {what}", option=path)


@dataclass(frozen=True, slots=True)
class _Option:
    """How an option is read, and the field it becomes."""

    field: str
    read: Callable[[Any, str], Any]
    required: bool = False


_CONFIG = {
    "kubeconfig": _Option("kubeconfig", _text),
    "kubeContext": _Option("kube_context", _text),
    "namespace": _Option("namespace", _text),
    "repositoryUrl": _Option("repository_url", _url, required=True),
    "repositoryUsername": _Option("repository_username", _text),
    "repositoryPassword": _Option("repository_password", _text),
    "repositoryCredentialsSecret": _Option("repository_credentials_secret", _secret),
    "repositoryCaFile": _Option("repository_ca_file", _text),
    "repositoryCertFile": _Option("repository_cert_file", _text),
    "repositoryKeyFile": _Option("repository_key_file", _text),
    "repositoryInsecureSkipTLSVerify": _Option("repository_insecure", _flag),
    "repositoryPlainHTTP": _Option("repository_plain_http", _flag),
    "timeout": _Option("timeout", _duration),
    "maxHistory": _Option("max_history", _count),
    "debug": _Option("debug", _flag),
}
_ADAPTER = {
    "name": _Option("name", _text, required=True),
    "type": _Option("type", _text, required=True),
    "enabled": _Option("enabled", _flag),
    "default": _Option("default", _flag),
    "config": _Option("config", _config, required=True),
}
