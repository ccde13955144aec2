"""A manifest's text as objects that a cluster takes (pkg/kube/client.go Build, through cli-runtime's builder)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import jsonio, yamlio
from ..errors import EngineError, KindUnknown, ManifestError, YamlError
from ..goquote import quote
from ..kube.cluster import Cluster
from ..release.manifest import split
from ..shapes import KubeObject
from .kinds import Kinds, defined_kinds
from .plan import Objects


def build(
    cluster: Cluster, text: str, namespace: str, *, validate: bool,
    on_unknown: Callable[[KubeObject, KindUnknown], None] | None = None,
) -> Objects:  # fmt: skip
    """The objects of a manifest, lists flattened, each in its namespace.

    Kinds with namespaces get the release's where they name none; kinds that definitions in the same manifest will serve
    are as good as served. Raises ManifestError for what is no object, and KindUnknown, with every kind that nobody
    serves, in Helm's words; with `on_unknown` such objects are told to it and left out.
    """
    bodies = [body for document in split(text) for body in _items(document, validate=validate)]
    defined = defined_kinds(bodies)
    found: list[KubeObject] = []
    problems: list[EngineError] = []
    for body in bodies:
        try:
            found.append(_placed(cluster, body, namespace, defined))
        except KindUnknown as error:
            if on_unknown is None:
                problems.append(error)
            else:
                on_unknown(body, error)
    if problems:
        texts = list(dict.fromkeys(map(str, problems)))
        raise KindUnknown(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]") from problems[0]
    return tuple(found)


def _items(document: str, *, validate: bool) -> list[KubeObject]:
    """A document's objects; none for one that holds comments only."""
    try:
        body = yamlio.load_kubernetes(document)
    except YamlError as error:
        raise ManifestError(f"error parsing : {error}") from error
    if body is None:
        return []
    if validate and (problems := _head_problems(body)):
        texts = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
        raise ManifestError(f'error validating "": error validating data: {texts}')
    return _flattened(body)


def _head_problems(body: Any) -> list[str]:
    """What kubectl's validation says of a document's apiVersion and kind."""
    if not isinstance(body, dict):
        return ["invalid object to validate"]
    problems: list[str] = []
    for field in ("apiVersion", "kind"):
        if body.get(field) is None:
            problems.append(f"{field} not set")
        elif not isinstance(body[field], str):
            problems.append(f"{field} isn't string type")
    return problems


def _flattened(body: Any) -> list[KubeObject]:
    if not isinstance(body, dict) or not isinstance(body.get("kind"), str) or not body["kind"]:
        raise ManifestError(f"unable to decode \"\": Object 'Kind' is missing in '{jsonio.dumps(body)}'")
    items = body.get("items")
    if isinstance(items, list) and body["kind"].endswith("List"):
        return [each for item in items for each in _flattened(item)]
    return [body]


def _placed(cluster: Cluster, body: KubeObject, namespace: str, defined: Kinds) -> KubeObject:
    """The object with its namespace; without an apiVersion it has no kind that could be served."""
    api_version, kind = str(body.get("apiVersion") or ""), body["kind"]
    metadata = body.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    try:
        info = defined.get((api_version, kind)) or cluster.kind_info(api_version, kind)
    except KindUnknown as error:
        name, where = str(metadata.get("name") or ""), str(metadata.get("namespace") or "")
        raise KindUnknown(
            f"resource mapping not found for name: {quote(name)} namespace: {quote(where)} from \"\": "
            f"no matches for kind {quote(kind)} in version {quote(api_version)}\nensure CRDs are installed first",
            status=error.status,
        ) from error  # fmt: skip
    if not info.namespaced or metadata.get("namespace"):
        return {**body, "metadata": metadata}
    return {**body, "metadata": {**metadata, "namespace": namespace}}


def key_of(body: KubeObject) -> tuple[str, str, str, str]:
    """An object's identity between two revisions of a manifest: group, kind, namespace, name (ResourceList.Get)."""
    metadata = body["metadata"]
    group = body["apiVersion"].rpartition("/")[0]
    return group, body["kind"], metadata.get("namespace") or "", metadata.get("name") or ""


def exact_key_of(body: KubeObject) -> tuple[str, str, str, str]:
    """As `key_of`, with the version: what upgrade takes for the same object when it looks for new ones (objectKey)."""
    return (body["apiVersion"], *key_of(body)[1:])
