"""Open connections: TLS, client certificates, proxies."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import urllib3

from ..errors import ClusterUnreachable, SettingsError
from .config import Connection, Tls

POOL = 32  # connections that are kept


def open_pool(connection: Connection, environment: Mapping[str, str]) -> urllib3.PoolManager:
    """A pool of connections to a server. Raises ClusterUnreachable for certificates that are none, and SettingsError."""
    options: dict[str, Any] = {"maxsize": POOL, "block": False, "num_pools": 4}
    if connection.server.startswith("https:"):
        options["ssl_context"] = _tls_context(connection)
        if connection.tls.server_name:
            options["server_hostname"] = connection.tls.server_name
    proxy = connection.proxy or proxy_of(connection.server, environment)
    if not proxy:
        return _quiet(urllib3.PoolManager(**options), connection)
    if not proxy.startswith(("http://", "https://")):
        raise SettingsError("a proxy of this kind is not supported: only http and https", option="proxy-url")
    parts = urlsplit(proxy)
    headers = (
        urllib3.make_headers(proxy_basic_auth=f"{parts.username}:{parts.password or ''}") if parts.username else None
    )
    return _quiet(urllib3.ProxyManager(proxy, proxy_headers=headers, **options), connection)


class _UnverifiedPool(urllib3.HTTPSConnectionPool):
    """Connections whose server is not verified because somebody chose so: nobody needs to be warned of it each time."""

    def _validate_conn(self, conn: Any) -> None:
        if conn.is_closed:
            conn.connect()


def _quiet(pool: urllib3.PoolManager, connection: Connection) -> urllib3.PoolManager:
    if connection.tls.insecure:
        pool.pool_classes_by_scheme = {"http": urllib3.HTTPConnectionPool, "https": _UnverifiedPool}
    return pool


def proxy_of(server: str, environment: Mapping[str, str]) -> str | None:
    """The proxy that the environment names for a server, as Go reads it; None without one."""
    parts = urlsplit(server)
    name = f"{parts.scheme}_proxy"
    found = environment.get(name.upper()) or environment.get(name)
    host = parts.hostname or ""
    if not found or host == "localhost" or host.startswith("127.") or host == "::1":
        return None
    for rule in (environment.get("NO_PROXY") or environment.get("no_proxy") or "").split(","):
        rule = rule.strip().lower()
        if rule == "*" or (rule and is_exempt(host, rule)):
            return None
    return found if "://" in found else f"http://{found}"


def is_exempt(host: str, rule: str) -> bool:
    """Whether a NO_PROXY rule is about a host: a name, a domain, an address, or a network."""
    import ipaddress

    rule = rule.rpartition(":")[0] if rule.count(":") == 1 else rule
    with suppress(ValueError):
        return ipaddress.ip_address(host) in ipaddress.ip_network(rule, strict=False)
    return host == rule.lstrip(".") or host.endswith("." + rule.lstrip("."))


def _tls_context(connection: Connection) -> ssl.SSLContext:
    tls = connection.tls
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if tls.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        _trust(context, tls)
    _present(context, tls, connection)
    return context


def _trust(context: ssl.SSLContext, tls: Tls) -> None:
    try:
        if tls.ca_data is not None:
            context.load_verify_locations(cadata=tls.ca_data.decode("ascii", "replace"))
        elif tls.ca_file:
            context.load_verify_locations(cafile=tls.ca_file)
        else:
            context.load_default_certs()
    except (OSError, ssl.SSLError, ValueError) as error:
        raise ClusterUnreachable("unable to load root certificates: unable to parse bytes as PEM block") from error


def _present(context: ssl.SSLContext, tls: Tls, connection: Connection) -> None:
    """Load the client certificate; Python reads files only, so data is on disk for a moment, for nobody else's eyes."""
    pair = connection.credentials.certificate()
    cert, key = pair if pair else (tls.cert_data, tls.key_data)
    if cert is None and tls.cert_file:
        cert = Path(tls.cert_file).read_bytes()
    if key is None and tls.key_file:
        key = Path(tls.key_file).read_bytes()
    if cert is None or key is None:
        return
    with tempfile.NamedTemporaryFile(prefix="purehelm-") as file:
        file.write(cert + b"\n" + key)
        file.flush()
        try:
            context.load_cert_chain(file.name)
        except (ssl.SSLError, ValueError):
            raise ClusterUnreachable("tls: failed to find any PEM data in certificate input") from None  # no key shown
