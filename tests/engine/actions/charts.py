"""Small charts for tests of actions, made in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from purehelm.engine.chart.model import Chart, File, Metadata

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-config
data:
  greeting: {{ .Values.greeting | quote }}
  revision: "{{ .Release.Revision }}"
"""
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  replicas: {{ .Values.replicas | int }}
  selector:
    matchLabels: {app: {{ .Release.Name }}}
  template:
    metadata:
      labels: {app: {{ .Release.Name }}}
    spec:
      containers:
        - name: web
          image: example.com/web:1
"""
NOTES = "Installed {{ .Release.Name }}.\n"
SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-secret
stringData:
  password: {{ .Values.password | quote }}
"""
KEPT = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-kept
  annotations:
    helm.sh/resource-policy: keep
data: {}
"""
CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: slices.example.com
spec:
  group: example.com
  names: {kind: Slice, listKind: SliceList, plural: slices, singular: slice}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          x-kubernetes-preserve-unknown-fields: true
"""
SLICE = """\
apiVersion: example.com/v1
kind: Slice
metadata:
  name: {{ .Release.Name }}-slice
spec:
  size: 3
"""


def hook(name: str, events: str, *, kind: str = "Job", annotations: str = "") -> str:
    """A hook's template; more annotations as YAML lines."""
    extra = "".join(f"\n    {line}" for line in annotations.splitlines())
    head = f'metadata:\n  name: {name}\n  annotations:\n    "helm.sh/hook": {events}{extra}\n'
    if kind == "ConfigMap":
        return f"apiVersion: v1\nkind: ConfigMap\n{head}data: {{}}\n"
    pod = "restartPolicy: Never, containers: [{name: main, image: example.com/hook}]"
    if kind == "Pod":
        return f"apiVersion: v1\nkind: Pod\n{head}spec: {{{pod}}}\n"
    return f"apiVersion: batch/v1\nkind: Job\n{head}spec:\n  backoffLimit: 0\n  template:\n    spec: {{{pod}}}\n"


def chart(
    templates: Mapping[str, str], *, values: Mapping[str, Any] | None = None, files: Mapping[str, str] | None = None,
    version: str = "0.1.0",
) -> Chart:  # fmt: skip
    """A chart named `demo` with these templates (by their names below templates/) and files."""
    return Chart(
        metadata=Metadata(name="demo", version=version, api_version="v2", app_version="1.0", type="application"),
        templates=tuple(File(f"templates/{name}", text.encode()) for name, text in templates.items()),
        files=tuple(File(name, text.encode()) for name, text in (files or {}).items()),
        values={"greeting": "hello", "replicas": 1.0, "password": "secret", **(values or {})},
    )


def demo(**more: str) -> Chart:
    """The usual chart; more templates by name without their ending."""
    return chart({
        "config.yaml": CONFIG, "web.yaml": WEB, "NOTES.txt": NOTES,
        **{f"{name}.yaml": text for name, text in more.items()},
    })  # fmt: skip
