"""What an API server serves, by its discovery documents: two requests where it aggregates them, else one a group."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ..errors import ClusterError, ObjectNotFound
from .cluster import KindInfo
from .fields import maps_at, text_at

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"
PLAIN = "application/json"
WORKERS = 16


@dataclass(frozen=True, slots=True)
class Served:
    """A server's kinds by apiVersion and kind, and its API versions: `group/version` and `group/version/Kind`, sorted."""

    kinds: dict[tuple[str, str], KindInfo]
    api_versions: tuple[str, ...]


Fetch = Callable[[str, str], Any]
"""The JSON at a path, asked for with an Accept header."""


def discover(fetch: Fetch) -> Served:
    """Ask a server what it serves. Groups that are broken (an aggregated API that is down) are left out."""
    with ThreadPoolExecutor(2, thread_name_prefix="purehelm-discovery") as pool:
        documents = list(pool.map(lambda path: _fetched(fetch, path, AGGREGATED), ("/api", "/apis")))
    found = _Found()
    paths: list[str] = []
    for document in documents:
        if document.get("kind") == "APIGroupDiscoveryList":
            found.add_aggregated(document)
        elif document.get("kind") == "APIVersions":
            paths += [f"/api/{version}" for version in document.get("versions") or ()]
        else:
            versions = [version for group in maps_at(document, "groups") for version in maps_at(group, "versions")]
            paths += [f"/apis/{version.get('groupVersion')}" for version in versions]
    if paths:
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="purehelm-discovery") as pool:
            for path, document in zip(paths, pool.map(lambda path: _listed(fetch, path), paths), strict=True):
                found.add_classic(path, document)
    return Served(found.kinds, tuple(sorted(found.versions)))


def _fetched(fetch: Fetch, path: str, accept: str) -> dict[str, Any]:
    try:
        document = fetch(path, accept)
    except ObjectNotFound:
        return {}  # a server may serve one of the two only
    return document if isinstance(document, dict) else {}


def _listed(fetch: Fetch, path: str) -> dict[str, Any]:
    """A group version's resources; none where it is down, as client-go's ServerPreferredResources goes on."""
    try:
        return _fetched(fetch, path, PLAIN)
    except ClusterError as error:
        if error.status is None:
            raise
        return {}


class _Found:
    """What was seen so far."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[str, str], KindInfo] = {}
        self.versions: set[str] = set()

    def add_aggregated(self, document: dict[str, Any]) -> None:
        for group in maps_at(document, "items"):
            name = text_at(group, "metadata.name")
            for version in maps_at(group, "versions"):
                api_version = f"{name}/{version.get('version')}" if name else str(version.get("version"))
                self.versions.add(api_version)
                if text_at(version, "freshness") == "Stale" and not version.get("resources"):
                    continue
                for resource in maps_at(version, "resources"):
                    self._add_resource(api_version, resource)

    def _add_resource(self, api_version: str, resource: dict[str, Any]) -> None:
        kind = text_at(resource, "responseKind.kind")
        for each in (kind, *(text_at(sub, "responseKind.kind") for sub in maps_at(resource, "subresources"))):
            if each:
                self.versions.add(f"{api_version}/{each}")
        if kind:
            namespaced = text_at(resource, "scope") == "Namespaced"
            self._add(api_version, kind, text_at(resource, "resource"), namespaced, resource.get("verbs") or ())

    def add_classic(self, path: str, document: dict[str, Any]) -> None:
        api_version = path.removeprefix("/apis/").removeprefix("/api/")
        self.versions.add(api_version)
        for resource in maps_at(document, "resources"):
            kind, name = text_at(resource, "kind"), text_at(resource, "name")
            if kind:
                self.versions.add(f"{api_version}/{kind}")
            if kind and "/" not in name:
                self._add(api_version, kind, name, bool(resource.get("namespaced")), resource.get("verbs") or ())

    def _add(self, api_version: str, kind: str, resource: str, namespaced: bool, verbs: Iterable[Any]) -> None:
        info = KindInfo(
            api_version=api_version,
            kind=kind,
            resource=resource,
            namespaced=namespaced,
            verbs=frozenset(map(str, verbs)),
        )
        # Two resources may answer by one kind: the one that can be read is meant.
        present = self.kinds.get((api_version, kind))
        if present is None or ("get" in info.verbs and "get" not in present.verbs):
            self.kinds[api_version, kind] = info
