"""Kinds that a manifest's own definitions will serve: they must be there before the objects of these kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from ..errors import KindUnknown
from ..kube.cluster import Cluster, KindInfo
from ..shapes import KubeObject
from .plan import Objects

KIND = "CustomResourceDefinition"
Kinds: TypeAlias = Mapping[tuple[str, str], KindInfo]
"""By apiVersion and kind."""


def defined_kinds(objects: Iterable[KubeObject]) -> Kinds:
    """The kinds that definitions among the objects will serve."""
    return {
        (info.api_version, info.kind): info
        for body in objects
        if body.get("kind") == KIND
        for info in _kinds(body.get("spec"))
    }


def _kinds(spec: Any) -> list[KindInfo]:
    """A definition's kinds, one a served version; none of a spec that is broken: the server will say so."""
    if not isinstance(spec, dict) or not isinstance(names := spec.get("names"), dict):
        return []
    versions = spec.get("versions")
    return [
        KindInfo(
            api_version=f"{spec.get('group')}/{version.get('name')}", kind=str(names.get("kind")),
            resource=str(names.get("plural")), namespaced=spec.get("scope") == "Namespaced",
        )
        for version in (versions if isinstance(versions, list) else [])
        if isinstance(version, dict) and version.get("served")
    ]  # fmt: skip


def first_definitions(cluster: Cluster, objects: Objects) -> Objects:
    """The definitions among the objects whose kinds are wanted by others of them and not served yet."""
    wanted = {(body["apiVersion"], body["kind"]) for body in objects}
    return tuple(
        body
        for body in objects
        if any(key in wanted and not _is_served(cluster, *key) for key in defined_kinds([body]))
    )


def _is_served(cluster: Cluster, api_version: str, kind: str) -> bool:
    try:
        cluster.kind_info(api_version, kind)
    except KindUnknown:
        return False
    return True
