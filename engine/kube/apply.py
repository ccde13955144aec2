"""Create, change and delete objects as Helm does, in its order and words, many at once (pkg/kube/client.go).

Objects are sent in batches of consecutive ones of a kind, each batch in parallel, and the next when it is through.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Cancelled, ClusterError, DeadlineExceeded, EngineError
from ..shapes import KubeObject
from .answers import joined
from .changes import Applied, ApplyRule, Change, Heard, unheard
from .cluster import Cluster, Propagation
from .writer import Abort, Writer, key_of

__all__ = ["Applied", "ApplyRule", "Change", "Heard", "create_all", "delete_all", "unheard", "update_all", "write_one"]


def create_all(cluster: Cluster, objects: Sequence[KubeObject], rule: ApplyRule, heard: Heard = unheard) -> Applied:
    """Create objects; one that fails does not keep the others. `error` joins all by line ends."""
    if not objects:
        return _failed(ClusterError("no objects visited"))
    writer = Writer(cluster, rule, heard)
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
    writer = Writer(cluster, rule, heard)
    known = {key_of(body): body for body in originals}
    applied = writer.run(targets, lambda body: writer.write(known.get(key_of(body)), body))
    applied.created = writer.created(targets)
    if aborts := [error.cause for error in applied.errors if isinstance(error, Abort)]:
        applied.errors = tuple(aborts)
        applied.error = aborts[0]
        return applied
    if applied.errors:
        return _with_errors(applied, " && ")
    wanted = {key_of(body) for body in targets}
    leaving = [body for body in originals if key_of(body) not in wanted]
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
    writer = Writer(cluster, ApplyRule(dry_run=dry_run), heard)
    return _with_errors(writer.run(objects, lambda body: writer.delete(body, propagation)), "; ")


def write_one(cluster: Cluster, original: KubeObject | None, body: KubeObject, rule: ApplyRule) -> Change:
    """Create or change one object, as `update_all` does. Raises ClusterError."""
    rule.check()
    try:
        return Writer(cluster, rule, unheard).write(original, body)
    except Abort as error:
        raise error.cause from error


def _failed(error: EngineError) -> Applied:
    return Applied(errors=(error,), error=error)


def _with_errors(applied: Applied, separator: str) -> Applied:
    """The errors as one; somebody's wish to stop comes before all others."""
    errors = applied.errors
    stops = [error for error in errors if isinstance(error, Cancelled | DeadlineExceeded)]
    applied.error = stops[0] if stops else joined(errors, separator) if errors else None
    return applied
