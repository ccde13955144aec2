"""No answer from a server, in the words of Go's network and TLS packages."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from ..errors import ClusterUnreachable
from .config import Connection


class NeverSent(ClusterUnreachable):
    """No connection, so nothing was asked."""


def unreachable(error: Exception, method: str, path: str, connection: Connection) -> ClusterUnreachable:
    """The error of a request that got no answer; NeverSent where nothing was asked."""
    verb = method.capitalize()
    kind = NeverSent if isinstance(error, NewConnectionError | ConnectTimeoutError | SSLError) else ClusterUnreachable
    return kind(f'{verb} "{connection.server.rstrip("/")}{path}": {_network_words(error, connection)}')


def _network_words(error: BaseException, connection: Connection) -> str:
    parts = urlsplit(connection.server)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if isinstance(error, ProxyError):
        return "proxyconnect tcp: " + _network_words(error.original_error, connection)
    if isinstance(error, NameResolutionError):
        return f"dial tcp: lookup {host}: no such host"
    if isinstance(error, ConnectTimeoutError) and not isinstance(error, NewConnectionError):
        return f"dial tcp {host}:{port}: i/o timeout"
    if isinstance(error, NewConnectionError):  # in some releases of urllib3 a kind of the one above
        cause = error.__cause__ or error.__context__
        words = (getattr(cause, "strerror", None) or "connection refused").lower()
        return f"dial tcp {_address(host, port)}: connect: {words}"
    if isinstance(error, SSLError | ssl.SSLError):
        return _tls_words(error, connection.tls.server_name or host)
    if isinstance(error, ReadTimeoutError):
        return "net/http: timeout awaiting response headers"
    text = str(error)
    return "EOF" if "without response" in text or "IncompleteRead" in text else text or type(error).__name__


def _address(host: str, port: int) -> str:
    """The address that was dialled, as Go prints it: resolved."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0]
    except OSError:
        return f"{host}:{port}"
    return f"[{found}]:{port}" if ":" in str(found) else f"{found}:{port}"


def _tls_words(error: BaseException, host: str) -> str:
    text = str(error)
    if "Hostname mismatch" in text or "IP address mismatch" in text:
        return f"tls: failed to verify certificate: x509: certificate is not valid for {host}"
    if "certificate has expired" in text:
        return "tls: failed to verify certificate: x509: certificate has expired or is not yet valid"
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "tls: failed to verify certificate: x509: certificate signed by unknown authority"
    if "WRONG_VERSION_NUMBER" in text or "HTTP_REQUEST" in text:
        return "http: server gave HTTP response to HTTPS client"
    return f"tls: {text}"
