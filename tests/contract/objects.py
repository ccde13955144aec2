"""Objects to write."""

from __future__ import annotations

from typing import Any

from purehelm.engine.shapes import KubeObject


def template(labels: dict[str, str], *, outcome: str = "", **spec: Any) -> KubeObject:
    """A pod template."""
    metadata: dict[str, Any] = {"labels": labels} | ({"annotations": {"bed/outcome": outcome}} if outcome else {})
    return {"metadata": metadata, "spec": {"containers": [{"name": "web", "image": "example.org/web:1"}], **spec}}


def deployment(namespace: str, name: str = "web", *, replicas: int = 1, outcome: str = "") -> KubeObject:
    """A Deployment."""
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": template(labels, outcome=outcome),
        },
    }


def job(namespace: str, name: str = "work", *, outcome: str = "", **spec: Any) -> KubeObject:
    """A Job."""
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"template": template({}, outcome=outcome, restartPolicy="Never"), **spec},
    }


def service(namespace: str, name: str = "web", *, port: int = 80) -> KubeObject:
    """A Service."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"app": name}, "ports": [{"name": "http", "port": port}]},
    }


def definition(plural: str, group: str, *, schema: KubeObject | None = None) -> KubeObject:
    """A CustomResourceDefinition of a namespaced kind with one version."""
    kind = plural.capitalize().removesuffix("s")
    free = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": plural, "kind": kind},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": schema or free}}},
                }
            ],
        },
    }
