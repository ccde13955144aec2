"""Records in ConfigMaps: Helm's driver of that name."""

from __future__ import annotations

from typing import ClassVar

from purehelm.engine.errors import RecordCorrupt
from purehelm.engine.ports import RecordKind
from purehelm.engine.shapes import KubeObject

from .cluster import ClusterStore


class ConfigMapStore(ClusterStore):
    """One ConfigMap a revision."""

    kind: ClassVar[RecordKind] = "ConfigMap"

    def _wrap(self, body: bytes) -> KubeObject:
        return {"data": {"release": body.decode("ascii")}}

    def _body(self, record: KubeObject) -> bytes:
        name = record["metadata"]["name"]
        body = (record.get("data") or {}).get("release")
        if not isinstance(body, str):
            raise RecordCorrupt(f"failed to decode data {name!r}: no release", release=name)
        return body.encode("utf-8", "replace")
