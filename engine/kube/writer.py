"""Write objects one by one, by server-side apply, patches or PUT, each in Helm's words (pkg/kube/client.go)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import TypeVar

from ..clock import Deadline
from ..errors import (
    ApplyConflict,
    Cancelled,
    ClusterError,
    DeadlineExceeded,
    EngineError,
    ObjectConflict,
    ObjectInvalid,
    ObjectNotFound,
)
from ..shapes import KubeObject
from .answers import framed
from .changes import Applied, ApplyRule, Change, Heard
from .cluster import Cluster, PatchType, Propagation, WriteOptions
from .fields import at, ref_of, text_at
from .merge import three_way, two_way
from .ownership import handover, is_unchanged
from .strategic import three_way as strategic
from .strategies import shape_of

WORKERS = 16
TRIES = 5  # client-go's retry.DefaultRetry
KEEP = "helm.sh/resource-policy"
QUOTA = ("Operation cannot be fulfilled on resourcequotas", "the object has been modified")
Item = TypeVar("Item")


class Abort(EngineError):
    """An error that ends an update at once."""

    def __init__(self, cause: EngineError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Writer:
    """Writes objects by one rule, many at once."""

    def __init__(self, cluster: Cluster, rule: ApplyRule, heard: Heard) -> None:
        self._cluster = cluster
        self._rule = rule
        self._heard = heard
        self._lock = threading.Lock()
        self._created: set[int] = set()

    def run(self, objects: Sequence[KubeObject], call: Callable[[KubeObject], Change | None]) -> Applied:
        """The call for every object, batch by batch; ends before the next batch where somebody asked to stop."""
        applied = Applied()
        with ThreadPoolExecutor(min(WORKERS, max(1, len(objects))), thread_name_prefix="purehelm") as pool:
            for batch in _batches(objects):
                results = self._batch(pool, batch, call)
                applied.changes += [result for result in results if isinstance(result, Change)]
                applied.errors += tuple(result for result in results if isinstance(result, EngineError))
                if any(isinstance(error, Cancelled | DeadlineExceeded | Abort) for error in applied.errors):
                    break
        return applied

    def _batch(
        self, pool: ThreadPoolExecutor, batch: Sequence[KubeObject], call: Callable[[KubeObject], Change | None]
    ) -> list[Change | EngineError | None]:
        def safely(body: KubeObject) -> Change | EngineError | None:
            try:
                change = call(body)
            except EngineError as error:
                return error
            if change is not None:
                self._heard(change)
            return change

        if len(batch) == 1:
            return [safely(batch[0])]
        return [future.result() for future in [pool.submit(copy_context().run, safely, body) for body in batch]]

    def created(self, objects: Sequence[KubeObject]) -> list[KubeObject]:
        """Those whose create was tried, in their order."""
        return [body for body in objects if id(body) in self._created]

    # --- one object

    def create(self, body: KubeObject) -> Change:
        rule = self._rule
        if rule.server_side:
            live = self._apply(body, rule.create_options)
        else:
            live = _retried(lambda: self._cluster.create(body, rule.create_options), _is_conflict)
        return Change(ref=ref_of(live), change="created", body=body, live=live)

    def write(self, original: KubeObject | None, body: KubeObject) -> Change:
        ref = ref_of(body)
        try:
            live = self._cluster.get(ref) if ref.name else None
        except ObjectNotFound:
            live = None
        except ClusterError as error:
            raise Abort(framed(error, f"could not get information about the resource: {error}")) from error
        if live is None:
            with self._lock:
                self._created.add(id(body))
            try:
                return self.create(body)
            except ClusterError as error:
                raise Abort(framed(error, f"failed to create resource: {error}")) from error
        return self._update(original or live, body, live)

    def _update(self, original: KubeObject, body: KubeObject, live: KubeObject) -> Change:
        rule = self._rule
        if rule.force_replace:
            return self._changed(body, live, self._replace(body, live))
        if not rule.server_side:
            return self._changed(body, live, self._patch(original, body, live))
        if rule.migrate:
            live = self._migrate(live)
        if rule.skip_unchanged and is_unchanged(body, live, rule.manager):
            return Change(ref=ref_of(live), change="unchanged", body=body, live=live)
        return self._changed(body, live, self._apply(body, rule.update_options))

    def _changed(self, body: KubeObject, before: KubeObject, after: KubeObject) -> Change:
        """Told apart by the version; a dry run keeps it, so there the contents tell."""
        if self._rule.dry_run:
            same = _without_marks(before) == _without_marks(after)
        else:
            same = at(before, "metadata.resourceVersion") == at(after, "metadata.resourceVersion")
        return Change(ref=ref_of(after), change="unchanged" if same else "configured", body=body, live=after)

    def _apply(self, body: KubeObject, options: WriteOptions) -> KubeObject:
        """Server-side apply; tried again where only a quota's counter was in the way."""
        try:
            if not ref_of(body).name:
                raise ObjectInvalid("resource name may not be empty")
            return _retried(lambda: self._cluster.apply(body, options), _is_quota_conflict)
        except ClusterError as error:
            where = _where(body)
            if error.status == 415:
                text = f"server-side apply not available on the server: {error}"
            elif _is_conflict(error):
                text = f"conflict occurred while applying object {where}: {error}"
            else:
                text = f"server-side apply failed for object {where}: {error}"
            raise framed(error, text) from error

    def _migrate(self, live: KubeObject) -> KubeObject:
        """Hand the client-side manager's fields over; a write in between is looked at anew."""
        where, ref = _where(live), ref_of(live)
        latest = live
        for tried in range(1, TRIES + 1):
            patch = handover(latest, self._rule.manager)
            if patch is None:
                return latest
            try:
                return self._cluster.patch(ref, PatchType.JSON, patch, self._rule.update_options)
            except ObjectConflict:
                if tried == TRIES:
                    raise
                latest = self._cluster.get(ref)
            except ClusterError as error:
                text = f"failed to patch object to upgrade CSA field manager {where}: {error}"
                raise framed(error, text) from error
        return latest

    def _replace(self, body: KubeObject, live: KubeObject) -> KubeObject:
        version = text_at(live, "metadata.resourceVersion")
        whole = {**body, "metadata": {**body["metadata"], "resourceVersion": version}}
        try:
            return self._cluster.replace(whole, self._rule.update_options)
        except ClusterError as error:
            raise framed(error, f"failed to replace object: {error}") from error

    def _patch(self, original: KubeObject, body: KubeObject, live: KubeObject) -> KubeObject:
        """Client-side: a strategic patch where client-go knows the kind, else a JSON merge patch."""
        ref = ref_of(body)
        try:
            kind, patch = self._patch_of(original, body, live)
        except ClusterError as error:
            raise framed(error, f"failed to create patch: {error}") from error
        if not patch:
            return live
        try:
            return self._cluster.patch(ref, kind, patch, self._rule.update_options)
        except ClusterError as error:
            raise framed(error, f'cannot patch "{ref.name}" with kind {ref.kind}: {error}') from error

    def _patch_of(
        self, original: KubeObject, body: KubeObject, live: KubeObject
    ) -> tuple[PatchType, dict[str, object]]:
        shape = shape_of(body["apiVersion"], body["kind"])
        if shape is not None:
            return PatchType.STRATEGIC, strategic(original, body, live, shape)
        if self._rule.three_way:
            return PatchType.MERGE, three_way(original, body, live)
        return PatchType.MERGE, two_way(original, body)

    def prune(self, body: KubeObject) -> Change | None:
        """Delete what is no more wanted; what cannot be read is left alone, as Helm does."""
        ref = ref_of(body)
        try:
            live = self._cluster.get(ref)
        except ClusterError:
            return None
        if (at(live, "metadata.annotations") or {}).get(KEEP) == "keep":
            return Change(ref=ref, change="kept", body=body, live=live)
        try:
            return self.delete(body, "Background")
        except ClusterError as error:
            text = f"failed to delete resource namespace={ref.namespace}, name={ref.name}, kind={ref.kind}: {error}"
            raise framed(error, text) from error

    def delete(self, body: KubeObject, propagation: Propagation) -> Change:
        ref = ref_of(body)
        dry_run = self._rule.dry_run
        with suppress(ObjectNotFound):
            _retried(lambda: self._cluster.delete(ref, propagation, dry_run=dry_run), _is_conflict)
        return Change(ref=ref, change="deleted", body=body)


def _retried(call: Callable[[], Item], again: Callable[[ClusterError], bool]) -> Item:
    """The call's result, tried at most five times with ten milliseconds between (retry.DefaultRetry)."""
    pause = Deadline(None)
    for _ in range(TRIES - 1):
        try:
            return call()
        except ClusterError as error:
            if not again(error):
                raise
            pause.pause(0.01)
    return call()


def _is_conflict(error: ClusterError) -> bool:
    return isinstance(error, ObjectConflict | ApplyConflict)


def _is_quota_conflict(error: ClusterError) -> bool:
    return isinstance(error, ObjectConflict) and all(text in str(error) for text in QUOTA)


def _batches(objects: Sequence[KubeObject]) -> Iterator[Sequence[KubeObject]]:
    """Runs of consecutive objects of one kind."""
    start = 0
    for position in range(1, len(objects) + 1):
        if position == len(objects) or objects[position]["kind"] != objects[start]["kind"]:
            yield objects[start:position]
            start = position


def key_of(body: KubeObject) -> tuple[str, str, str, str]:
    ref = ref_of(body)
    return ref.group, ref.kind, ref.namespace, ref.name


def _where(body: KubeObject) -> str:
    """An object in Helm's words: namespace, name, and the kind as Go prints it."""
    ref = ref_of(body)
    group, _, version = ref.api_version.rpartition("/")
    return f"{ref.namespace}/{ref.name} {group}/{version}, Kind={ref.kind}"


def _without_marks(body: KubeObject) -> KubeObject:
    """An object without what a write changes by itself."""
    metadata = {
        key: value for key, value in body["metadata"].items()
        if key not in ("resourceVersion", "managedFields", "generation")
    }  # fmt: skip
    return {**body, "metadata": metadata}
