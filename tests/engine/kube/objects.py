"""Objects that several tests write."""

from __future__ import annotations

from typing import Any

from purehelm.engine.shapes import KubeObject


def config(name: str = "a", **data: str) -> KubeObject:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}, "data": data}


def template(labels: dict[str, str], outcome: str = "", **spec: Any) -> dict[str, Any]:
    marks = {"annotations": {"bed/outcome": outcome}} if outcome else {}
    return {"metadata": {"labels": labels, **marks}, "spec": {"containers": [{"name": "c", "image": "x"}], **spec}}


def workload(kind: str, name: str = "web", *, replicas: int = 1, outcome: str = "", **spec: Any) -> KubeObject:
    labels = {"app": name}
    body = {"selector": {"matchLabels": labels}, "template": template(labels, outcome), **spec}
    if kind != "DaemonSet":
        body["replicas"] = replicas
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": body}


def job(name: str = "j", outcome: str = "", **spec: Any) -> KubeObject:
    return {
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "namespace": "default"},
        "spec": {"template": template({"job": name}, outcome, restartPolicy="Never"), **spec},
    }  # fmt: skip


def pod(name: str = "p", outcome: str = "", **spec: Any) -> KubeObject:
    body = template({"pod": name}, outcome, restartPolicy="Never", **spec)
    body["metadata"] |= {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "Pod", **body}


def service(name: str = "s", **spec: Any) -> KubeObject:
    return {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"app": name}, "ports": [{"port": 80}], **spec},
    }  # fmt: skip


def definition(plural: str = "things", kind: str = "Thing") -> KubeObject:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.example.org"},
        "spec": {
            "group": "example.org", "scope": "Namespaced",
            "names": {"plural": plural, "singular": kind.lower(), "kind": kind, "listKind": f"{kind}List"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}],
        },
    }  # fmt: skip


def thing(name: str = "t", **spec: Any) -> KubeObject:
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "example.org/v1", "kind": "Thing", "metadata": metadata, "spec": spec}
