"""Write objects and wait for them, in Helm's order and words, and tell of it (pkg/kube/client.go)."""

from __future__ import annotations

from ..errors import EngineError, ObjectNotFound
from ..kube.cluster import Propagation, WriteOptions
from ..shapes import KubeObject
from .context import Context
from .objects import key_of
from .ownership import ref_of
from .plan import Objects, Waiting, Writing


class Changes:
    def __init__(self, context: Context) -> None:
        self.created: list[KubeObject] = []
        self._context = context

    def create(self, objects: Objects, writing: Writing) -> None:
        for body in objects:
            self._context.cluster.apply(body, WriteOptions())

    def update(self, originals: Objects, objects: Objects, writing: Writing) -> None:
        c = self._context.cluster
        for body in objects:
            try:
                c.get(ref_of(body))
            except ObjectNotFound:
                self.created.append(body)
            c.apply(body, WriteOptions(force=writing.force_conflicts))
        keys = {key_of(b) for b in objects}
        for o in originals:
            if key_of(o) not in keys:
                self.delete((o,), "Background")

    def delete(self, objects: Objects, cascade: Propagation) -> list[EngineError]:
        for body in objects:
            try:
                self._context.cluster.delete(ref_of(body), cascade)
            except ObjectNotFound:
                pass
        return []

    def wait_ready(self, objects: Objects, waiting: Waiting) -> None: ...
    def wait_gone(self, objects: Objects, waiting: Waiting) -> None: ...
    def wait_done(self, objects: Objects, waiting: Waiting) -> None: ...


def dry_write(cluster, original, body, writing, *, exists):
    return cluster.apply(body, WriteOptions(force=writing.force_conflicts, dry_run=True))
