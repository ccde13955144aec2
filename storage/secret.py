"""Records in Secrets: Helm's default driver."""

from __future__ import annotations

import base64
import binascii
from typing import ClassVar

from purehelm.engine.errors import RecordCorrupt
from purehelm.engine.ports import RecordKind
from purehelm.engine.shapes import KubeObject

from .cluster import ClusterStore
from .labels import TYPE


class SecretStore(ClusterStore):
    """Helm's `sh.helm.release.v1` Secrets; the API carries their data in base64 once more."""

    kind: ClassVar[RecordKind] = "Secret"

    def _wrap(self, body: bytes) -> KubeObject:
        return {"type": TYPE, "data": {"release": base64.b64encode(body).decode("ascii")}}

    def _body(self, record: KubeObject) -> bytes:
        return secret_bytes(record, "release")


def secret_bytes(record: KubeObject, field: str) -> bytes:
    """A field of a Secret's data; raises RecordCorrupt where it is absent or no base64."""
    name = record["metadata"]["name"]
    try:
        return base64.b64decode((record.get("data") or {})[field], validate=True)
    except (KeyError, TypeError, binascii.Error) as error:
        raise RecordCorrupt(f"failed to decode data {name!r}: no {field}", release=name) from error
