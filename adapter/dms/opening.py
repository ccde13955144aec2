"""An adapter from its settings: the cluster, the records, the repository with its credentials."""

from __future__ import annotations

import base64
import binascii
import datetime
from pathlib import Path
from typing import Protocol

from purehelm.engine.errors import ObjectNotFound, SettingsError
from purehelm.engine.kube.cluster import Cluster
from purehelm.engine.ports import RecordApi
from purehelm.engine.shapes import KubeObject
from purehelm.repo.transport import Credentials

from .adapter import HelmAdapter, Parts
from .detail import Health
from .failures import translated
from .registry import AdapterRegistry
from .settings import AdapterSettings, HelmSettings, load_settings


class ClusterAndRecords(Cluster, RecordApi, Protocol):
    """A cluster that keeps records, too."""


SECRET = "repositoryCredentialsSecret"  # noqa: S105 - the option's name


def open_registry(path: Path, environment: dict[str, str]) -> AdapterRegistry[HelmAdapter]:
    """The adapters of a configuration file, each opened when it is first asked for. Raises SettingsError."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror or error}") from error
    return AdapterRegistry(load_settings(text, environment), open_entry)


def open_entry(entry: AdapterSettings) -> HelmAdapter:
    """The adapter of one entry."""
    return open_adapter(entry.config)


def open_adapter(settings: HelmSettings) -> HelmAdapter:
    """An adapter on a real cluster. Raises SettingsError, and ClusterFailed where the credentials cannot be read."""
    from purehelm.engine.kube.client import connect
    from purehelm.engine.kube.config import ClusterChoice

    choice = ClusterChoice(kubeconfig=settings.kubeconfig, context=settings.kube_context)
    with translated():
        cluster = connect(choice)
        return build_adapter(settings, cluster)


def build_adapter(settings: HelmSettings, cluster: ClusterAndRecords) -> HelmAdapter:
    """An adapter on a cluster that is open already (a test's, too)."""
    from purehelm.engine.api import Engine
    from purehelm.repo.auth import CredentialStore
    from purehelm.repo.library import LibraryOptions, open_library
    from purehelm.repo.places import Places
    from purehelm.repo.transport import Tls, Transport
    from purehelm.storage.secret import SecretStore

    places = Places.from_environment()
    options = LibraryOptions(
        url=settings.repository_url,
        credentials=credentials_of(settings, cluster),
        tls=Tls(
            ca_file=settings.repository_ca_file,
            cert_file=settings.repository_cert_file,
            key_file=settings.repository_key_file,
            insecure=settings.repository_insecure,
        ),
        plain_http=settings.repository_plain_http,
    )
    store = CredentialStore((places.registry_config, places.docker_config))
    transport = Transport()
    library = open_library(options, transport, store)
    engine = Engine(cluster, store=SecretStore(cluster), namespace=settings.namespace)
    parts = Parts(cluster=cluster, engine=engine, library=library, health=health_of, close=transport.close)
    return HelmAdapter(settings, parts)


def health_of(body: KubeObject) -> Health:
    """How an object is, by the engine's own rules of readiness."""
    from purehelm.engine.kube.health import health

    found = health(body, datetime.datetime.now(datetime.UTC))
    return Health(status=str(found.status), message=found.message)


def credentials_of(settings: HelmSettings, records: RecordApi) -> Credentials:
    """The repository's credentials: the settings', or those of the Secret that they name. Raises SettingsError."""
    if not settings.repository_credentials_secret:
        return Credentials(username=settings.repository_username, password=settings.repository_password)
    namespace, _, name = settings.repository_credentials_secret.partition("/")
    try:
        data = records.get_record("Secret", namespace, name).get("data") or {}
    except ObjectNotFound as error:
        raise SettingsError(f"{SECRET}: there is no Secret {namespace}/{name}", option=SECRET) from error
    found: list[str] = []
    for key in ("username", "password"):
        try:
            found.append(base64.b64decode(data[key], validate=True).decode())
        except (KeyError, TypeError, ValueError, binascii.Error):
            # The cause would show a part of the secret.
            raise SettingsError(f"{SECRET}: the Secret {namespace}/{name} has no usable {key}", option=SECRET) from None
    return Credentials(username=found[0], password=found[1])
