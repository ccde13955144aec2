"""The namespace of a kubeconfig's context, read without a connection: rendering and errors need no more of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from purehelm.engine import yamlio
from purehelm.engine.errors import YamlError

from .environment import Environment

IN_CLUSTER = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


def context_namespace(environment: Environment) -> str:
    """What the chosen context says, in a pod without kubeconfig the pod's namespace, else `default`.

    A file that cannot be read says nothing here: opening the cluster tells of it.
    """
    files = list(_files(environment))
    wanted = environment.context
    for body in files:
        wanted = wanted or str(body.get("current-context") or "")
    for body in files:
        for context in body.get("contexts") or ():
            if isinstance(context, dict) and context.get("name") == wanted:
                return str((context.get("context") or {}).get("namespace") or "") or "default"
    if not files and environment.values.get("KUBERNETES_SERVICE_HOST"):
        return _pod_namespace(environment)
    return "default"


def _pod_namespace(environment: Environment) -> str:
    if named := environment.values.get("POD_NAMESPACE"):
        return named
    try:
        return IN_CLUSTER.read_text().strip() or "default"
    except OSError:
        return "default"


def _files(environment: Environment) -> Iterator[dict[str, Any]]:
    """The kubeconfig files that are there and can be read, in order."""
    chosen = environment.flags.get("kubeconfig")
    home = Path(environment.values.get("HOME") or "~").expanduser()
    listed = environment.values.get("KUBECONFIG") or str(home / ".kube" / "config")
    for path in [chosen] if chosen else listed.split(os.pathsep):
        try:
            body = yamlio.load(Path(path).read_bytes()) if path else None
        except (OSError, YamlError):
            continue
        if isinstance(body, dict):
            yield body
