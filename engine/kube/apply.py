"""Create, change and delete objects as Helm does, in its order and words, many at once (pkg/kube/client.go).

Objects are sent in batches of consecutive ones of a kind, each batch in parallel, and the next when it is through.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar

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
from ..shapes import KubeObject, ResourceRef
from .answers import framed, joined
from .cluster import Cluster, PatchType, Propagation, Validation, WriteOptions
from .fields import at, ref_of, text_at
from .merge import three_way, two_way
from .ownership import handover, is_unchanged
from .strategic import three_way as strategic
from .strategies import shape_of

WORKERS = 16
TRIES = 5  # client-go's retry.DefaultRetry
KEEP = "helm.sh/resource-policy"
QUOTA = ("Operation cannot be fulfilled on resourcequotas", "the object has been modified")
Done: TypeAlias = Literal["created", "configured", "unchanged", "deleted", "kept"]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRule:
    """How objects are written.

    `server_side`: server-side apply, else create and patch. `force_conflicts`: take fields that others own.
    `force_replace`: PUT instead of patching. `three_way`: custom kinds are patched with regard to their live state
    (client-side only). `migrate`: fields of a client-side manager of this name are handed over first.
    `skip_unchanged`: an apply that provably changes nothing is not sent.
    """

    server_side: bool = True
    force_conflicts: bool = False
    force_replace: bool = False
    three_way: bool = False
    migrate: bool = False
    dry_run: bool = False
    manager: str = "helm"
    validation: Validation = "Strict"
    skip_unchanged: bool = True

    def check(self) -> None:
        """Raise ClusterError for what does not go together."""
        if self.force_conflicts and not self.server_side:
            raise ClusterError("invalid client update option(s): forceConflicts enabled when serverSideApply disabled")
        if self.three_way and self.server_side:
            what = "three-way merge for unstructured and server-side apply"
        elif self.force_conflicts and self.force_replace:
            what = "force conflicts and force replace"
        elif self.server_side and self.force_replace:
            what = "server-side apply and force replace"
        else:
            return
        raise ClusterError(f"invalid operation: cannot use {what} together")

    @property
    def create_options(self) -> WriteOptions:
        """A create never takes fields, unless it is a server-side one that was told to."""
        return WriteOptions(
            manager=self.manager, force=self.server_side and self.force_conflicts, dry_run=self.dry_run,
            validation=self.validation if self.server_side else "Warn",
        )  # fmt: skip

    @property
    def update_options(self) -> WriteOptions:
        return WriteOptions(
            manager=self.manager, force=self.force_conflicts, dry_run=self.dry_run,
            validation=self.validation if self.server_side or self.force_replace else "Warn",
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one object; `live` is how it is stored now, None where it is not."""

    ref: ResourceRef
    change: Done
    body: KubeObject
    live: KubeObject | None = None


Heard: TypeAlias = Callable[[Change], None]
"""Told of every change, from whichever thread made it. Must not raise."""


def unheard(change: Change) -> None:
    """Listen to nothing."""
    del change


@dataclass(slots=True, kw_only=True)
class Applied:
    """What was done, in the objects' order, and what went wrong.

    `created` holds objects whose create was tried, even if it failed, so that they can be cleaned up, as in Helm's Result.
    """

    created: list[KubeObject] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    errors: tuple[EngineError, ...] = ()
    error: EngineError | None = None

    def check(self) -> None:
        """Raise what went wrong."""
        if self.error is not None:
            raise self.error


def create_all(cluster: Cluster, objects: Sequence[KubeObject], rule: ApplyRule, heard: Heard = unheard) -> Applied:
    """Create objects; one that fails does not keep the others. `error` joins all by line ends."""
    if not objects:
        return _failed(ClusterError("no objects visited"))
    writer = _Writer(cluster, rule, heard)
    applied = writer.run(objects, writer.create)
    applied.created = list(objects)
    return _with_errors(applied, "\n")


def update_all(
    cluster: Cluster, originals: Sequence[KubeObject], targets: Sequence[KubeObject], rule: ApplyRule,
    heard: Heard = unheard,
) -> Applied:  # fmt: skip
    """Create or change the targets, then delete those originals that are no targets, unless their policy is to keep.

    Nothing is deleted after an error. Objects are the same by group, kind, namespace and name. `error` joins all by
    ` && `; one that could not be read or created ends it at once. Raises ClusterError for a rule that is none.
    """
    rule.check()
    writer = _Writer(cluster, rule, heard)
    known = {_key(body): body for body in originals}
    applied = writer.run(targets, lambda body: writer.write(known.get(_key(body)), body))
    applied.created = writer.created(targets)
    if aborts := [error.cause for error in applied.errors if isinstance(error, _Abort)]:
        applied.errors = tuple(aborts)
        applied.error = aborts[0]
        return applied
    if applied.errors:
        return _with_errors(applied, " && ")
    wanted = {_key(body) for body in targets}
    leaving = [body for body in originals if _key(body) not in wanted]
    left = writer.run(leaving, writer.prune)
    applied.changes += left.changes
    applied.errors = left.errors
    return _with_errors(applied, " && ")


def delete_all(
    cluster: Cluster, objects: Sequence[KubeObject], propagation: Propagation = "Background", heard: Heard = unheard,
    *, dry_run: bool = False,
) -> Applied:  # fmt: skip
    """Delete objects in their order; those that are gone are fine. `errors` holds every error."""
    if not objects:
        return _failed(ClusterError("object not found, skipping delete: no objects visited"))
    writer = _Writer(cluster, ApplyRule(dry_run=dry_run), heard)
    return _with_errors(writer.run(objects, lambda body: writer.delete(body, propagation)), "; ")


def write_one(cluster: Cluster, original: KubeObject | None, body: KubeObject, rule: ApplyRule) -> Change:
    """Create or change one object, as `update_all` does. Raises ClusterError."""
    rule.check()
    try:
        return _Writer(cluster, rule, unheard).write(original, body)
    except _Abort as error:
        raise error.cause from error


class _Abort(EngineError):
    """An error that ends an update at once."""

    def __init__(self, cause: EngineError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class _Writer:
    """Writes objects by one rule."""

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
                if any(isinstance(error, Cancelled | DeadlineExceeded | _Abort) for error in applied.errors):
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
            raise _Abort(framed(error, f"could not get information about the resource: {error}")) from error
        if live is None:
            with self._lock:
                self._created.add(id(body))
            try:
                return self.create(body)
            except ClusterError as error:
                raise _Abort(framed(error, f"failed to create resource: {error}")) from error
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


def _key(body: KubeObject) -> tuple[str, str, str, str]:
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


def _failed(error: EngineError) -> Applied:
    return Applied(errors=(error,), error=error)


def _with_errors(applied: Applied, separator: str) -> Applied:
    """The errors as one; somebody's wish to stop comes before all others."""
    errors = applied.errors
    stops = [error for error in errors if isinstance(error, Cancelled | DeadlineExceeded)]
    applied.error = stops[0] if stops else joined(errors, separator) if errors else None
    return applied
