"""Scaling: which value sets the replicas, and whether the rendered workloads follow it. No I/O happens here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from purehelm.engine import yamlio
from purehelm.engine.chart.model import Chart
from purehelm.engine.release.manifest import split

from .errors import InvalidRequest, ScaleRefused

ANNOTATION = "o2dms.purehelm.io/replicas-path"
"""The annotation in Chart.yaml by which a package names the values path of its replicas."""

DEFAULT_PATH = "replicaCount"
WORKLOADS = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"})
_DOT = re.compile(r"(?<!\\)\.")
Render = Callable[[Mapping[str, Any]], str]


def replicas_path(chart: Chart, asked: str) -> str:
    """The values path: the request's, the package's own, or `replicaCount`."""
    return asked or chart.metadata.annotations.get(ANNOTATION, "") or DEFAULT_PATH


def with_replicas(values: Mapping[str, Any], path: str, replicas: int) -> dict[str, Any]:
    """A copy of the values with the number at the path (dots between names, `\\.` for a dot in one).

    Raises InvalidRequest for a path that is none, or that leads through what is no mapping.
    """
    names = [part.replace("\\.", ".") for part in _DOT.split(path)]
    if not all(names):
        raise InvalidRequest(f'"{path}" is no values path')
    result = dict(values)
    level = result
    for name in names[:-1]:
        below = level.get(name)
        if below is not None and not isinstance(below, Mapping):
            raise InvalidRequest(f'the values path "{path}" leads through "{name}", which is no mapping')
        level[name] = dict(below or {})
        level = level[name]
    level[names[-1]] = replicas
    return result


def check_scaling(render: Render, values: Mapping[str, Any], path: str, replicas: int) -> dict[str, int]:
    """The workloads that follow the value, with the replicas they will have.

    Raises ScaleRefused where none follows it, or one would not have the number that was asked for: the manifest is
    rendered twice, so that a workload that has the number by chance does not count.
    """
    wanted = workload_replicas(render(with_replicas(values, path, replicas)))
    other = workload_replicas(render(with_replicas(values, path, replicas + 1)))
    follow = {name: number for name, number in wanted.items() if other.get(name) != number}
    if not follow:
        known = ", ".join(sorted(wanted)) or "none"
        raise ScaleRefused(
            f'no workload follows the value "{path}" (workloads: {known}); name the value that sets the replicas, '
            "or scale by the autoscaler where one owns them"
        )
    for name, number in sorted(follow.items()):
        if number != replicas:
            raise ScaleRefused(f'{name} would get {_count(number)} instead of {replicas} by the value "{path}"')
    return dict.fromkeys(follow, replicas)


def workload_replicas(manifest: str) -> dict[str, int | None]:
    """The replicas of every workload of a manifest, by `Kind/name`; None where it does not say how many."""
    found: dict[str, int | None] = {}
    for document in split(manifest):
        body = yamlio.load_kubernetes(document)
        if isinstance(body, dict) and body.get("kind") in WORKLOADS:
            name = str((body.get("metadata") or {}).get("name", ""))
            number = (body.get("spec") or {}).get("replicas")
            found[f"{body['kind']}/{name}"] = None if number is None else int(number)
    return found


def _count(number: int | None) -> str:
    return "no number of replicas" if number is None else f"{number} replicas"
