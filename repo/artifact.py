"""A chart as an OCI artifact: media types, annotations and the manifest, as Helm writes and reads them. No I/O happens here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from purehelm.engine.chart.model import Metadata
from purehelm.engine.errors import RepositoryError

CONFIG = "application/vnd.cncf.helm.config.v1+json"
CHART = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
LEGACY_CHART = "application/tar+gzip"
PROVENANCE = "application/vnd.cncf.helm.chart.provenance.v1.prov"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
ACCEPTED = (MANIFEST, INDEX, "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json")  # fmt: skip

_PREFIX = "org.opencontainers.image."
_FIXED = (f"{_PREFIX}title", f"{_PREFIX}version")  # a chart's own annotations cannot change these


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """A piece of content: its media type, digest (`sha256:…`) and size in bytes."""

    media_type: str
    digest: str
    size: int

    def to_json(self) -> dict[str, Any]:
        """As a manifest holds it."""
        return {"mediaType": self.media_type, "digest": self.digest, "size": self.size}


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """What a chart's manifest points to."""

    config: Descriptor
    chart: Descriptor
    provenance: Descriptor | None = None
    created: str = ""  # as the manifest's annotation says, RFC 3339

    @property
    def is_legacy(self) -> bool:
        """Whether the chart's layer has the media type of before Helm 3.7."""
        return self.chart.media_type == LEGACY_CHART


def describe(data: bytes, media_type: str) -> Descriptor:
    """The descriptor of content."""
    return Descriptor(media_type=media_type, digest=digest_of(data), size=len(data))


def digest_of(data: bytes, like: str = "sha256:") -> str:
    """The content's digest, by the algorithm that another digest names."""
    algorithm = like.partition(":")[0]
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def marks_of(metadata: Metadata, created: str) -> dict[str, str]:
    """The manifest's annotations, by Helm's rules (registry/chart.go); `created` is RFC 3339."""
    own = {
        "description": metadata.description,
        "title": metadata.name,
        "version": metadata.version,
        "url": metadata.home,
        "created": created,
        "source": metadata.sources[0] if metadata.sources else "",
        "authors": ", ".join(
            person.name + (f" ({person.email})" if person.email else "") for person in metadata.maintainers
        ),
    }
    result = {f"{_PREFIX}{name}": value for name, value in own.items() if value.strip()}
    result.update({name: value for name, value in metadata.annotations.items() if name not in _FIXED})
    return dict(sorted(result.items()))


def manifest(artifact: Artifact, marks: Mapping[str, str]) -> dict[str, Any]:
    """The manifest: no mediaType field, layers by digest (registry/client.go)."""
    layers = [artifact.chart, *([artifact.provenance] if artifact.provenance else [])]
    return {
        "schemaVersion": 2,
        "config": artifact.config.to_json(),
        "layers": [layer.to_json() for layer in sorted(layers, key=lambda layer: layer.digest)],
        **({"annotations": dict(marks)} if marks else {}),
    }


def parse_manifest(data: bytes, media_type: str) -> Artifact | list[Descriptor]:
    """The chart of an image manifest, or the manifests of an image index. Raises RepositoryError with Helm's texts."""
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise RepositoryError(f"the registry's manifest is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise RepositoryError("the registry's manifest is not an object")
    if isinstance(body.get("manifests"), list) or media_type.partition(";")[0] in (INDEX, ACCEPTED[3]):
        return _descriptors(body.get("manifests") or [])
    marks = body.get("annotations")
    created = marks.get(f"{_PREFIX}created") if isinstance(marks, dict) else ""
    artifact = _artifact(_descriptors([body.get("config")])[0], _descriptors(body.get("layers") or []))
    return replace(artifact, created=created if isinstance(created, str) else "")


def _artifact(config: Descriptor, layers: Sequence[Descriptor]) -> Artifact:
    if config.media_type != CONFIG:
        raise RepositoryError(f"could not load config with mediatype {CONFIG}")
    charts = [layer for layer in layers if layer.media_type in (CHART, LEGACY_CHART)]
    if not charts:
        raise RepositoryError(f"manifest does not contain a layer with mediatype {CHART}")
    signed = [layer for layer in layers if layer.media_type == PROVENANCE]
    return Artifact(config=config, chart=charts[-1], provenance=signed[-1] if signed else None)


def _descriptors(entries: Sequence[Any]) -> list[Descriptor]:
    try:
        return [
            Descriptor(media_type=str(entry["mediaType"]), digest=str(entry["digest"]), size=int(entry["size"]))
            for entry in entries
        ]
    except (TypeError, KeyError, ValueError) as error:
        raise RepositoryError("the registry's manifest holds a descriptor that cannot be read") from error
