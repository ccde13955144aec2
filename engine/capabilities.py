"""What a cluster can do, as templates see it: its version and the API versions that it serves. Pure data."""

from __future__ import annotations

from dataclasses import dataclass

from .version import HELM_VERSION

DEFAULT_API_VERSIONS: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KubeVersion:
    """A Kubernetes version; `version` with a leading v and what the vendor appended."""

    version: str
    major: str
    minor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What `.Capabilities` says."""

    kube_version: KubeVersion = KubeVersion("v1.37.0", "1", "37")
    api_versions: tuple[str, ...] = DEFAULT_API_VERSIONS
    helm_version: str = HELM_VERSION
