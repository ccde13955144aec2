"""Which cluster, and as whom: kubeconfig files, flags over them, or a pod's service account (client-go clientcmd).

Plain credentials are read here; exec plugins and auth providers run through the `kubernetes` package, which is loaded
only then.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import yamlio
from ..errors import ClusterUnreachable, YamlError
from .credentials import Credentials, NoCredentials, StaticHeader, TokenFile

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
NOWHERE = "http://localhost:8080"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterChoice:
    """What was chosen; empty fields leave it to the kubeconfig. `kubeconfig` empty: the KUBECONFIG variable's files."""

    kubeconfig: str | None = None
    context: str | None = None
    token: str | None = field(default=None, repr=False)
    as_user: str | None = None
    as_groups: tuple[str, ...] = ()
    server: str | None = None
    ca_file: str | None = None
    tls_server_name: str | None = None
    insecure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """How a server is trusted and how we show who we are; `key` and data never appear in texts."""

    insecure: bool = False
    server_name: str | None = None
    ca_file: str | None = None
    ca_data: bytes | None = field(default=None, repr=False)
    cert_file: str | None = None
    cert_data: bytes | None = field(default=None, repr=False)
    key_file: str | None = field(default=None, repr=False)
    key_data: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """All that a client needs to know."""

    server: str
    namespace: str = "default"
    tls: Tls = Tls()
    credentials: Credentials = field(default_factory=NoCredentials, repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    proxy: str | None = field(default=None, repr=False)


def load_connection(choice: ClusterChoice, environment: Mapping[str, str] | None = None) -> Connection:
    """The chosen cluster's facts. Reads files, opens no connection; raises ClusterUnreachable in client-go's words."""
    environment = os.environ if environment is None else environment
    config = _read_files(choice, environment)
    if not config and not choice.server and not choice.context and (pod := _pod(environment)):
        return _overridden(pod, choice)
    context = _context(config, choice)
    cluster = _named(config, "clusters", "cluster", context.get("cluster"))
    user = _named(config, "users", "user", context.get("user"))
    server = choice.server or str(cluster.get("server") or "") or NOWHERE
    return _overridden(
        Connection(
            server=server if "://" in server else f"http://{server}",
            namespace=str(context.get("namespace") or "default"),
            tls=_tls(cluster, user, str(context.get("user") or "")),
            credentials=_credentials(user, cluster, choice),
            headers=_impersonation(user),
            proxy=cluster.get("proxy-url") or None,
        ),
        choice,
    )


def _overridden(found: Connection, choice: ClusterChoice) -> Connection:
    """The flags' words over the file's."""
    tls = found.tls
    headers = found.headers
    if choice.as_user or choice.as_groups:
        headers = _impersonation({"as": choice.as_user, "as-groups": list(choice.as_groups)})
    trust = choice.insecure or bool(choice.ca_file)  # one of the two replaces what the file trusts
    return Connection(
        server=found.server,
        namespace=found.namespace,
        tls=Tls(
            insecure=choice.insecure or (tls.insecure and not trust),
            server_name=choice.tls_server_name or tls.server_name,
            ca_file=choice.ca_file if trust else tls.ca_file,
            ca_data=None if trust else tls.ca_data,
            cert_file=tls.cert_file, cert_data=tls.cert_data, key_file=tls.key_file, key_data=tls.key_data,
        ),
        credentials=StaticHeader(f"Bearer {choice.token}") if choice.token else found.credentials,
        headers=headers,
        proxy=found.proxy,
    )  # fmt: skip


# --- files


def _read_files(choice: ClusterChoice, environment: Mapping[str, str]) -> dict[str, Any]:
    """The kubeconfig files as one: the first that names something wins, paths made absolute."""
    if choice.kubeconfig:
        paths, must = [choice.kubeconfig], True
    elif listed := environment.get("KUBECONFIG"):
        paths, must = [path for path in listed.split(os.pathsep) if path], False
    else:
        home = environment.get("HOME")
        paths, must = [str(Path(home) / ".kube" / "config")] if home else [], False
    merged: dict[str, Any] = {}
    for path in paths:
        body = _read_file(Path(path), must=must)
        for key in ("clusters", "users", "contexts"):
            entries = body.get(key)
            merged.setdefault(key, []).extend(
                _rooted(entry, Path(path).parent) for entry in (entries if isinstance(entries, list) else [])
            )
        if body.get("current-context") and not merged.get("current-context"):
            merged["current-context"] = body["current-context"]
    return {key: value for key, value in merged.items() if value}


def _read_file(path: Path, *, must: bool) -> dict[str, Any]:
    try:
        text = path.read_bytes()
    except FileNotFoundError as error:
        if must:
            raise ClusterUnreachable(f"stat {path}: no such file or directory") from error
        return {}
    except OSError as error:
        raise ClusterUnreachable(
            f'error loading config file "{path}": open {path}: {(error.strerror or "").lower()}'
        ) from error
    try:
        body = yamlio.load_kubernetes(text.decode("utf-8", "replace"))
    except YamlError as error:
        raise ClusterUnreachable(f'error loading config file "{path}": {error}') from None  # the cause may show a token
    return body if isinstance(body, dict) else {}


PATHS = ("certificate-authority", "client-certificate", "client-key", "tokenFile")


def _rooted(entry: Any, folder: Path) -> Any:
    """An entry whose relative paths start at the file's folder."""
    if not isinstance(entry, dict):
        return entry
    return {
        name: {key: str(folder / inner) if key in PATHS and inner else inner for key, inner in value.items()}
        if isinstance(value, dict)
        else value
        for name, value in entry.items()
    }


def _named(config: Mapping[str, Any], key: str, inner: str, name: Any) -> dict[str, Any]:
    """The first entry of that name; an empty map where there is none."""
    if name:
        for entry in config.get(key) or ():
            if isinstance(entry, dict) and entry.get("name") == name:
                value = entry.get(inner)
                return value if isinstance(value, dict) else {}
    return {}


def _context(config: Mapping[str, Any], choice: ClusterChoice) -> dict[str, Any]:
    names = [entry.get("name") for entry in config.get("contexts") or () if isinstance(entry, dict)]
    if choice.context:
        if choice.context not in names:
            raise ClusterUnreachable(f'context "{choice.context}" does not exist')
        return _named(config, "contexts", "context", choice.context)
    current = config.get("current-context")
    if current and current not in names:
        raise ClusterUnreachable(f"invalid configuration: context was not found for specified context: {current}")
    return _named(config, "contexts", "context", current)


# --- credentials


def _tls(cluster: Mapping[str, Any], user: Mapping[str, Any], name: str) -> Tls:
    """Certificates, their files looked at (clientcmd validation.go)."""
    problems = [
        f"unable to read {what} {path} for {name} due to {problem}"
        for what, path in (("client-cert", user.get("client-certificate")), ("client-key", user.get("client-key")))
        if path and not user.get(f"{'client-certificate' if what == 'client-cert' else what}-data")
        and (problem := _unreadable(str(path)))
    ]  # fmt: skip
    ca_file = cluster.get("certificate-authority")
    if ca_file and not cluster.get("certificate-authority-data") and (problem := _unreadable(str(ca_file))):
        problems.append(f"unable to read certificate-authority {ca_file} for {name} due to {problem}")
    if problems:
        raise ClusterUnreachable(
            f"invalid configuration: {problems[0] if len(problems) == 1 else '[' + ', '.join(problems) + ']'}"
        )
    return Tls(
        insecure=bool(cluster.get("insecure-skip-tls-verify")),
        server_name=cluster.get("tls-server-name") or None,
        ca_file=ca_file or None,
        ca_data=_decoded(cluster, "certificate-authority-data"),
        cert_file=user.get("client-certificate") or None,
        cert_data=_decoded(user, "client-certificate-data"),
        key_file=user.get("client-key") or None,
        key_data=_decoded(user, "client-key-data"),
    )


def _unreadable(path: str) -> str:
    try:
        with Path(path).open("rb"):
            return ""
    except OSError as error:
        return f"open {path}: {(error.strerror or '').lower()}"


def _decoded(entry: Mapping[str, Any], key: str) -> bytes | None:
    if not (value := entry.get(key)):
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise ClusterUnreachable(f"invalid configuration: {key} is no base64") from None  # the cause shows a part of it


def _credentials(user: Mapping[str, Any], cluster: Mapping[str, Any], choice: ClusterChoice) -> Credentials:
    if choice.token:
        return NoCredentials()
    if path := user.get("tokenFile"):
        return TokenFile(Path(path))
    if token := user.get("token"):
        return StaticHeader(f"Bearer {token}")
    if user.get("username") or user.get("password"):
        pair = f"{user.get('username') or ''}:{user.get('password') or ''}"
        return StaticHeader("Basic " + base64.b64encode(pair.encode()).decode())
    if user.get("exec") or user.get("auth-provider"):
        from .plugins import plugin_credentials

        return plugin_credentials(user, cluster)
    return NoCredentials()


def _impersonation(user: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    headers = [("Impersonate-User", str(user["as"]))] if user.get("as") else []
    headers += [("Impersonate-Uid", str(user["as-uid"]))] if user.get("as-uid") else []
    headers += [("Impersonate-Group", str(group)) for group in user.get("as-groups") or ()]
    for key, values in (user.get("as-user-extra") or {}).items():
        headers += [(f"Impersonate-Extra-{key}", str(value)) for value in values]
    return tuple(headers)


def _pod(environment: Mapping[str, str]) -> Connection | None:
    """The cluster that this process runs in, as its pod's service account; None outside of any."""
    host, port = environment.get("KUBERNETES_SERVICE_HOST"), environment.get("KUBERNETES_SERVICE_PORT")
    if not host or not port or not (ACCOUNT / "token").exists():
        return None
    try:
        namespace = environment.get("POD_NAMESPACE") or (ACCOUNT / "namespace").read_text().strip()
    except OSError:
        namespace = ""
    return Connection(
        server=f"https://{f'[{host}]' if ':' in host else host}:{port}",
        namespace=namespace or "default",
        tls=Tls(ca_file=str(ACCOUNT / "ca.crt")),
        credentials=TokenFile(ACCOUNT / "token"),
    )
