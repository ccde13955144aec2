"""What a cluster can do, as templates see it: its version and the API versions that it serves. Pure data."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .errors import EngineError
from .version import HELM_VERSION

# The groups of client-go 0.37.1's scheme and the apiextensions ones, in the order of helm pkg/chart/common/capabilities.go.
_GROUPS = (
    ("", "v1"),
    ("admissionregistration.k8s.io", "v1 v1alpha1 v1beta1"),
    ("internal.apiserver.k8s.io", "v1alpha1"),
    ("apps", "v1 v1beta1 v1beta2"),
    ("authentication.k8s.io", "v1 v1alpha1 v1beta1"),
    ("authorization.k8s.io", "v1 v1beta1"),
    ("autoscaling", "v1 v2"),
    ("batch", "v1 v1beta1"),
    ("certificates.k8s.io", "v1 v1beta1 v1alpha1"),
    ("coordination.k8s.io", "v1alpha2 v1beta1 v1"),
    ("discovery.k8s.io", "v1 v1beta1"),
    ("events.k8s.io", "v1 v1beta1"),
    ("extensions", "v1beta1"),
    ("flowcontrol.apiserver.k8s.io", "v1 v1beta1 v1beta2 v1beta3"),
    ("lifecycle.k8s.io", "v1alpha1"),
    ("networking.k8s.io", "v1 v1beta1"),
    ("node.k8s.io", "v1 v1alpha1 v1beta1"),
    ("policy", "v1 v1beta1"),
    ("rbac.authorization.k8s.io", "v1 v1beta1 v1alpha1"),
    ("resource.k8s.io", "v1 v1beta2 v1beta1 v1alpha3"),
    ("scheduling.k8s.io", "v1alpha3 v1beta1 v1"),
    ("storage.k8s.io", "v1beta1 v1 v1alpha1"),
    ("storagemigration.k8s.io", "v1 v1beta1"),
    ("apiextensions.k8s.io", "v1beta1 v1"),
)
DEFAULT_API_VERSIONS: tuple[str, ...] = tuple(
    f"{group}/{version}" if group else version for group, versions in _GROUPS for version in versions.split()
)
_VERSION = re.compile(r"\s*v?([0-9]+(?:\.[0-9]+)*)", re.ASCII)
LARGEST = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class KubeVersion:
    """A Kubernetes version.

    `version` has a leading v and whatever the vendor appended; `normalized` has only the numbers, and is empty for what a
    cluster reports (Helm then compares `version`).
    """

    version: str
    major: str
    minor: str
    normalized: str = ""

    def __str__(self) -> str:
        """What charts' kubeVersion is compared with."""
        return self.normalized or self.version


def parse_kube_version(text: str) -> KubeVersion:
    """What --kube-version means: `1.29`, `v1.29.3`, `v1.29.4-eks-abc`. Raises EngineError with Helm's text.

    Go: k8s.io/apimachinery pkg/util/version ParseGeneric.
    """
    match = _VERSION.match(text)
    if match is None or "\n" in text.rstrip("\n"):
        raise EngineError(f'could not parse "{text}" as version')
    numbers = match[1].split(".")
    if len(numbers) < 2:
        raise EngineError(f'illegal version string "{text}"')
    if numbers[0].startswith("0") and numbers[0] != "0":
        raise EngineError(f'illegal zero-prefixed version component "{numbers[0]}" in "{text}"')
    for number in numbers:
        if len(number) > 20 or int(number) > LARGEST:
            fault = f'strconv.ParseUint: parsing "{number}": value out of range'
            raise EngineError(f'illegal non-numeric version component "{number}" in "{text}": {fault}')
    plain = [str(int(number)) for number in numbers]
    full = text if text.startswith("v") else f"v{text}"
    return KubeVersion(full, plain[0], plain[1], "v" + ".".join(plain))


DEFAULT_KUBE_VERSION = parse_kube_version("v1.37.0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What `.Capabilities` says; the defaults are those of Helm without a cluster."""

    kube_version: KubeVersion = DEFAULT_KUBE_VERSION
    api_versions: tuple[str, ...] = DEFAULT_API_VERSIONS
    helm_version: str = HELM_VERSION

    def with_kube_version(self, text: str) -> Capabilities:
        """The same with another Kubernetes version. Raises EngineError for text that is none."""
        return replace(self, kube_version=parse_kube_version(text))

    def with_api_versions(self, *more: str) -> Capabilities:
        """The same with more API versions, such as `example.com/v1` or `example.com/v1/Kind`."""
        return replace(self, api_versions=(*self.api_versions, *more))
