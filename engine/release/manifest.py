"""Rendered files as a release's manifest: split into documents, hooks taken out, sorted by kind, joined to one text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import ManifestError, YamlError
from .head import Head, read_head
from .hooks import HOOK, is_hook, read_hook
from .model import Hook

INSTALL_ORDER: tuple[str, ...] = (
    "PriorityClass", "Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodSecurityPolicy",
    "PodDisruptionBudget", "ServiceAccount", "Secret", "SecretList", "ConfigMap", "StorageClass", "PersistentVolume",
    "PersistentVolumeClaim", "CustomResourceDefinition", "ClusterRole", "ClusterRoleList", "ClusterRoleBinding",
    "ClusterRoleBindingList", "Role", "RoleList", "RoleBinding", "RoleBindingList", "Service", "DaemonSet", "Pod",
    "ReplicationController", "ReplicaSet", "Deployment", "HorizontalPodAutoscaler", "StatefulSet", "Job", "CronJob",
    "IngressClass", "Ingress", "APIService", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
)  # fmt: skip
"""Kinds in the order of installation; others come after them, by name."""

UNINSTALL_ORDER: tuple[str, ...] = (
    "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "APIService", "Ingress", "IngressClass", "Service",
    "CronJob", "Job", "StatefulSet", "HorizontalPodAutoscaler", "Deployment", "ReplicaSet", "ReplicationController", "Pod",
    "DaemonSet", "RoleBindingList", "RoleBinding", "RoleList", "Role", "ClusterRoleBindingList", "ClusterRoleBinding",
    "ClusterRoleList", "ClusterRole", "CustomResourceDefinition", "PersistentVolumeClaim", "PersistentVolume",
    "StorageClass", "ConfigMap", "SecretList", "Secret", "ServiceAccount", "PodDisruptionBudget", "PodSecurityPolicy",
    "LimitRange", "ResourceQuota", "NetworkPolicy", "Namespace", "PriorityClass",
)  # fmt: skip
"""Kinds in the order of uninstallation: nearly the reverse, but services go earlier; others come after them, by name."""

RESOURCE_POLICY = "helm.sh/resource-policy"
KEEP = "keep"
HIDDEN = "# HIDDEN: The Secret output has been suppressed"

# Go's unicode.IsSpace; Python's strip() also takes the separators U+001C to U+001F.
SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
SEPARATOR = re.compile(r"^---[ \t]*", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One document of a rendered file; `path` is the file's."""

    path: str
    content: str
    head: Head


def split(text: str) -> list[str]:
    """The documents of a text, without blank ones; each keeps the blank lines at its end (Helm: SplitManifests)."""
    documents = (part.lstrip(SPACE) for part in SEPARATOR.split(text.lstrip(SPACE)))
    return [document for document in documents if document]


def sort_manifests(
    files: Mapping[str, str],
    order: Sequence[str] = INSTALL_ORDER,
    *,
    on_dropped: Callable[[str, str], None] | None = None,
) -> tuple[list[Hook], list[Manifest]]:
    """Hooks and manifests of rendered files: by path, then as they stand, then by kind (Helm: SortManifests).

    Partials (`_name`) are left out, as are hooks with an unknown event: `on_dropped` hears of these, by their path and
    the events' text. Raises ManifestError for the first document that is no YAML or no object.
    """
    hooks: list[Hook] = []
    manifests: list[Manifest] = []
    for path in sorted(files):
        if path.rstrip("/").rpartition("/")[2].startswith("_"):
            continue
        for text in split(files[path]):
            head = _head(path, text)
            if not is_hook(head):
                manifests.append(Manifest(path=path, content=text, head=head))
            elif hook := read_hook(head, path, text):
                hooks.append(hook)
            elif on_dropped is not None:
                on_dropped(path, head.annotations[HOOK])
    ranks = {kind: rank for rank, kind in enumerate(order)}

    def key(kind: str) -> tuple[int, str]:
        rank = ranks.get(kind)
        return (len(ranks), kind) if rank is None else (rank, "")

    return sorted(hooks, key=lambda hook: key(hook.kind)), sorted(manifests, key=lambda each: key(each.head.kind))


def _head(path: str, text: str) -> Head:
    try:
        return read_head(text)
    except YamlError as error:
        raise ManifestError(f"YAML parse error on {path}: {error}") from error


def with_source(path: str, content: str) -> str:
    """A document as it stands in a release's manifest."""
    return f"---\n# Source: {path}\n{content}\n"


def join(manifests: Iterable[Manifest], *, hide_secrets: bool = False) -> str:
    """The release's manifest."""
    return "".join(
        with_source(each.path, HIDDEN)
        if hide_secrets and each.head.kind == "Secret" and each.head.api_version == "v1"
        else with_source(each.path, each.content)
        for each in manifests
    )


def join_files(files: Mapping[str, str]) -> str:
    """Rendered files as they are, for a look at what could not be sorted."""
    return "".join(with_source(path, files[path]) for path in sorted(files) if files[path].strip(SPACE))


def for_uninstall(text: str) -> list[Manifest]:
    """A stored manifest's documents in the order in which they are deleted. Raises ManifestError.

    Helm names the documents `manifest-0` … and sorts these names as text, so that 10 comes before 2.
    """
    files = {f"manifest-{at}": document for at, document in enumerate(split(text))}
    return sort_manifests(files, UNINSTALL_ORDER)[1]


def kept_and_deleted(manifests: Iterable[Manifest]) -> tuple[list[Manifest], list[Manifest]]:
    """Documents that the resource policy keeps, and those to delete.

    A document with another policy than `keep` is in neither list: Helm leaves it, and does not say so.
    """
    kept: list[Manifest] = []
    deleted: list[Manifest] = []
    for each in manifests:
        policy = each.head.annotations.get(RESOURCE_POLICY)
        if policy is None:
            deleted.append(each)
        elif policy.strip(SPACE).lower() == KEEP:
            kept.append(each)
    return kept, deleted
