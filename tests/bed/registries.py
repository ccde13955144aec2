"""A real ChartMuseum, real OCI registries (basic and token auth), and a proxy that adds latency and faults."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import bcrypt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from .certificates import write_key
from .parts import program
from .processes import Processes, free_port

USER, PASSWORD = "bed-user", "bed-password"


@dataclass(frozen=True, slots=True)
class ChartServer:
    """A chart repository or registry on loopback and who may use it.

    `url` is `http://127.0.0.1:PORT`, for a registry the host alone; the token registry grants `HOST/USERNAME/...` only.
    """

    url: str
    username: str = USER
    password: str = PASSWORD


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True


def _htpasswd(folder: Path) -> Path:
    path = folder / "htpasswd"
    path.write_text(f"{USER}:{bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()}\n")
    return path


def start_chartmuseum(processes: Processes) -> ChartServer:
    """ChartMuseum with basic auth; charts may be uploaded, overwritten with force, and deleted."""
    port = free_port()
    storage = processes.folder / "charts"
    storage.mkdir()
    processes.start(
        "chartmuseum", program("chartmuseum"), f"--port={port}", "--listen-host=127.0.0.1", "--storage=local",
        f"--storage-local-rootdir={storage}", f"--basic-auth-user={USER}", f"--basic-auth-pass={PASSWORD}",
        "--allow-overwrite=false", "--cache-interval=0",
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    processes.wait_until("chartmuseum", lambda: _answers(f"{url}/health"))
    return ChartServer(url)


def start_registry(processes: Processes, *, tokens: bool = False) -> ChartServer:
    """An OCI registry over plain HTTP; `tokens` puts a token server in front of it, else it takes basic auth."""
    name = "token-registry" if tokens else "registry"
    port, folder = free_port(), processes.folder
    if tokens:
        auth: dict[str, object] = {"token": _start_token_server(processes)}
    else:
        auth = {"htpasswd": {"realm": "bed", "path": str(_htpasswd(folder))}}
    config = {
        "version": 0.1,
        "log": {"level": "warn"},
        "storage": {"filesystem": {"rootdirectory": str(folder / f"{name}-data")}, "delete": {"enabled": True}},
        "http": {"addr": f"127.0.0.1:{port}"},
        "auth": auth,
    }
    path = folder / f"{name}.json"
    path.write_text(json.dumps(config))  # JSON is YAML
    processes.start(name, program("registry"), "serve", path)
    processes.wait_until(name, lambda: _answers(f"http://127.0.0.1:{port}/v2/"))
    return ChartServer(f"127.0.0.1:{port}")


def _start_token_server(processes: Processes) -> dict[str, str]:
    """A token server; it grants repositories below the user's own name only."""
    folder, port = processes.folder, free_port()
    key = write_key(folder / "token-signer.key")
    (folder / "token-keys.json").write_text(json.dumps({"keys": [_public_jwk(key)]}))
    issuer = "bed-tokens"
    processes.start(
        "token-server", program("token-server"), "-addr", f"127.0.0.1:{port}", "-issuer", issuer, "-key", folder / "token-signer.key",
        "-passwd", _htpasswd(folder), "-realm", "bed",
    )  # fmt: skip
    processes.wait_until("token-server", lambda: _answers(f"http://127.0.0.1:{port}/token/"))
    return {
        "realm": f"http://127.0.0.1:{port}/token/",
        "service": "bed-registry",
        "issuer": issuer,
        "jwks": str(folder / "token-keys.json"),
    }


def _public_jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """The key as the registry trusts it, under the id that the token server gives it (its library's own fingerprint)."""
    public = key.public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    fingerprint = base64.b32encode(hashlib.sha256(der).digest()[:30]).decode().rstrip("=")
    identity = ":".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))

    def coordinate(number: int) -> str:
        return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")

    numbers = public.public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "alg": "ES256",
        "kid": identity,
        "x": coordinate(numbers.x),
        "y": coordinate(numbers.y),
    }


@dataclass(frozen=True, slots=True)
class FaultProxy:
    """toxiproxy: stands before a server on loopback and makes its connections slow, broken or dead."""

    api: str

    def _call(self, method: str, path: str, body: object = None) -> None:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.api}{path}", data=data, method=method)
        with urllib.request.urlopen(request, timeout=5):
            pass

    def listen(self, name: str, upstream: str) -> str:
        """A new address (host:port) that leads to `upstream` (host:port)."""
        address = f"127.0.0.1:{free_port()}"
        self._call("POST", "/proxies", {"name": name, "listen": address, "upstream": upstream, "enabled": True})
        return address

    def add(
        self, name: str, toxic: str, *, stream: str = "downstream", toxicity: float = 1.0, **attributes: int
    ) -> None:
        """Add a toxic (latency, reset_peer, timeout, bandwidth, limit_data ...) to a proxy."""
        body = {
            "name": f"{toxic}-{stream}",
            "type": toxic,
            "stream": stream,
            "toxicity": toxicity,
            "attributes": attributes,
        }
        self._call("POST", f"/proxies/{name}/toxics", body)

    def remove(self, name: str, toxic: str, *, stream: str = "downstream") -> None:
        """Take a toxic away again."""
        self._call("DELETE", f"/proxies/{name}/toxics/{toxic}-{stream}")

    def enable(self, name: str, *, enabled: bool) -> None:
        """Cut all connections of a proxy, or let them through again."""
        self._call("POST", f"/proxies/{name}", {"enabled": enabled})

    def close(self, name: str) -> None:
        """Remove a proxy."""
        self._call("DELETE", f"/proxies/{name}")


def start_proxy(processes: Processes) -> FaultProxy:
    """toxiproxy without any proxy yet."""
    port = free_port()
    processes.start("toxiproxy", program("toxiproxy"), "-host", "127.0.0.1", "-port", port)
    processes.wait_until("toxiproxy", lambda: _answers(f"http://127.0.0.1:{port}/version"))
    return FaultProxy(f"http://127.0.0.1:{port}")
