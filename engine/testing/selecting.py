"""Label and field selectors (apimachinery pkg/labels, pkg/fields)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ..shapes import KubeObject
from .answers import bad_request
from .schema import Kind

Test: TypeAlias = Callable[[Mapping[str, str]], bool]

SET = re.compile(r"^([^\s!=]+)\s+(in|notin)\s*\(([^()]*)\)$")
EQUAL = re.compile(r"^([^\s!=]+)\s*(==|=|!=)\s*([^\s!=]*)$")
EXISTS = re.compile(r"^(!?)\s*([^\s!=()]+)$")
COMMON_FIELDS = ("metadata.name", "metadata.namespace")
KIND_FIELDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("v1", "Pod"): (
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
        "status.phase", "status.podIP", "status.nominatedNodeName",
    ),
    ("v1", "Secret"): ("type",),
    ("v1", "Namespace"): ("status.phase",),
    ("v1", "Node"): ("spec.unschedulable",),
    ("v1", "Service"): ("spec.clusterIP", "spec.type"),
    ("v1", "ReplicationController"): ("status.replicas",),
    ("apps/v1", "ReplicaSet"): ("status.replicas",),
    ("batch/v1", "Job"): ("status.successful",),
    ("v1", "Event"): (
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
        "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
        "reportingComponent", "source", "type",
    ),
}  # fmt: skip


def _split(text: str) -> list[str]:
    """Requirements, split at commas outside parentheses."""
    parts = re.findall(r"(?:[^,(]|\([^)]*\)?)+", text)
    return [part.strip() for part in parts if part.strip()]


def label_test(text: str) -> Test:
    """Whether labels match; raises ObjectInvalid where the text is no selector."""
    tests = [_requirement(part) for part in _split(text)]
    return lambda labels: all(test(labels) for test in tests)


def _requirement(text: str) -> Test:
    if found := SET.match(text):
        key, how, values = found[1], found[2], {value.strip() for value in found[3].split(",")}
        if how == "in":
            return lambda labels: key in labels and labels[key] in values
        return lambda labels: labels.get(key) not in values
    if found := EQUAL.match(text):
        key, how, value = found.groups()
        if how == "!=":
            return lambda labels: labels.get(key) != value
        return lambda labels: labels.get(key) == value
    if found := EXISTS.match(text):
        wanted, key = not found[1], found[2]
        return lambda labels: (key in labels) is wanted
    raise bad_request(f"unable to parse requirement: {text!r}")


def field_test(kind: Kind, text: str) -> Callable[[KubeObject], bool]:
    """Whether an object matches; raises ObjectInvalid for fields that the kind does not offer."""
    wanted: list[tuple[str, bool, str]] = []
    for part in _split(text):
        found = EQUAL.match(part)
        if not found:
            raise bad_request(f"invalid selector: '{text}'; can't understand '{part}'")
        offered = (*COMMON_FIELDS, *KIND_FIELDS.get((kind.api_version, kind.kind), ()))
        if found[1] not in offered:
            known = ", ".join(f'"{name}"' for name in offered)
            raise bad_request(f'"{found[1]}" is not a known field selector: only {known}')
        wanted.append((found[1], found[2] != "!=", found[3]))
    return lambda body: all((_field(body, path) == value) is same for path, same, value in wanted)


def _field(body: KubeObject, path: str) -> str:
    at: Any = body
    for part in path.split("."):
        at = at.get(part) if isinstance(at, dict) else None
    if isinstance(at, bool):
        return str(at).lower()
    return "" if at is None else str(at)
