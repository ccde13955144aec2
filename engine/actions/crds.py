"""Definitions of custom resources: those below crds/ before an install, those of templates before their objects."""

from __future__ import annotations

from collections.abc import Iterable

from ..chart.crds import Crd
from ..errors import ClusterError, EngineError, ObjectExists
from ..shapes import KubeObject
from .changes import Changes
from .context import Context
from .objects import build
from .options import InstallOptions, WaitStrategy
from .plan import Objects, Waiting, Writing

SECONDS = 60.0


def install_crds(context: Context, files: Iterable[Crd], options: InstallOptions) -> None:
    """Create definitions, file by file, and wait until they are served (install.go installCRDs).

    With server-side apply one that exists is changed, else left alone. Raises ClusterError and NotReady.
    """
    changes = Changes(context)
    writing = Writing(server_side=options.server_side != "false", force_conflicts=options.force_conflicts)
    made: list[KubeObject] = []
    for file in files:
        try:
            objects = _objects(context, file)
            changes.create(objects, writing)
        except ObjectExists:
            continue
        except ClusterError as error:
            raise type(error)(f"failed to install CRD {file.name}: {error}", status=error.status) from error
        except EngineError as error:
            raise ClusterError(f"failed to install CRD {file.name}: {error}") from error
        made += objects
    if made:
        changes.wait_ready(tuple(made), crd_waiting(options.wait))
        context.cluster.forget_discovery()


def _objects(context: Context, file: Crd) -> Objects:
    objects = build(context.cluster, file.file.data.decode("utf-8", "replace"), context.namespace, validate=False)
    if not objects:
        raise ClusterError("resources are empty")
    return objects


def crd_waiting(strategy: WaitStrategy) -> Waiting:
    """How definitions are waited for: always, whatever the release's strategy."""
    chosen = WaitStrategy.WATCHER if strategy is WaitStrategy.HOOK_ONLY else strategy
    return Waiting(strategy=chosen, timeout=SECONDS)
