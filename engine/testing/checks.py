"""What the server refuses before it stores anything: names, fields, types, and changes of what must not change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..kube.cluster import Validation
from ..shapes import KubeObject
from .answers import bad_request, internal, invalid
from .fieldset import compact, element_of, text
from .schema import Kind, Node

SUBDOMAIN = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
LABEL = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
SERVICE_LABEL = re.compile(r"^[a-z]([-a-z0-9]*[a-z0-9])?$")
PATH_SEGMENT = re.compile(r"^(?!\.{1,2}$)[^/%]+$")
SUBDOMAIN_TEXT = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL_TEXT = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
SERVICE_TEXT = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')"
)
FIXED: Mapping[str, tuple[str, ...]] = {
    "Deployment.apps": ("spec.selector",),
    "ReplicaSet.apps": ("spec.selector",),
    "DaemonSet.apps": ("spec.selector",),
    "Job.batch": ("spec.selector", "spec.template", "spec.completionMode"),
    "Secret": ("type",),
    "RoleBinding.rbac.authorization.k8s.io": ("roleRef",),
    "ClusterRoleBinding.rbac.authorization.k8s.io": ("roleRef",),
    "StorageClass.storage.k8s.io": ("provisioner", "parameters", "reclaimPolicy"),
}
STATEFUL_FREE = {
    "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "minReadySeconds",
    "persistentVolumeClaimRetentionPolicy",
}  # fmt: skip
POD_SPECS: Mapping[str, str] = {
    "Pod": "spec",
    "PodTemplate": "template.spec",
    "CronJob.batch": "spec.jobTemplate.spec.template.spec",
    **dict.fromkeys(
        ("Deployment.apps", "StatefulSet.apps", "DaemonSet.apps", "ReplicaSet.apps", "Job.batch"), "spec.template.spec"
    ),
}
SELECTED = frozenset({"Deployment.apps", "StatefulSet.apps", "DaemonSet.apps", "ReplicaSet.apps"})
TYPES: Mapping[str, Callable[[Any], bool]] = {
    "s": lambda value: isinstance(value, str),
    "b": lambda value: isinstance(value, bool),
    "i": lambda value: isinstance(value, int | float) and not isinstance(value, bool) and value == int(value),
    "n": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}
SAID = {"s": "string", "b": "boolean", "i": "numeric (int or float)", "n": "numeric (int or float)"}
GO_TYPES = {"s": "string", "b": "bool", "i": "int32", "n": "float64"}


def checked_shape(kind: Kind, body: KubeObject, validation: Validation) -> KubeObject:
    """The body without fields that the kind does not have; raises ObjectInvalid for wrong types, and for such
    fields where the validation is strict."""
    said = next(_mistyped(kind.node, body, ""), "")
    unknown = sorted(_unknown(kind.node, body, ""))
    if not said and unknown and validation == "Strict":
        said = "strict decoding error: " + ", ".join(f'unknown field "{path}"' for path in unknown)
    if said:
        raise bad_request(f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: {said}')
    known: KubeObject = _known(kind.node, body)
    return known


def check_applied(kind: Kind, body: KubeObject) -> None:
    """Raise ClusterError where a configuration does not fit the kind's schema (typed/validate.go)."""
    problems = list(_untyped(kind.node, body, ""))
    if problems:
        said = problems[0] if len(problems) == 1 else "errors:\n" + "\n".join(f"  {problem}" for problem in problems)
        what = f"({_where(body)}; {kind.api_version}, Kind={kind.kind})"
        raise internal(f"failed to create typed patch object {what}: {said}")


def _untyped(node: Node, value: Any, path: str) -> Iterator[str]:
    """What does not fit, each with its path as `.spec.containers[name="web"].image`."""
    if value is None or node.form == "any":
        return
    if node.form == "scalar":
        if not TYPES[node.scalar](value):
            shown = {"i": _go_type, "n": _go_type}.get(node.scalar, _shown)(value)
            yield f"{path}: expected {SAID[node.scalar]}, got {shown}"
    elif not isinstance(value, list if node.form == "list" else dict):
        yield f"{path}: expected {'list' if node.form == 'list' else 'map'}, got &{{{_shown(value)}}}"
    elif isinstance(value, dict):
        for name, inner in value.items():
            if not node.open and name not in node.fields:
                yield f"{path}.{name}: field not declared in schema"
            else:
                yield from _untyped(node.child(name), inner, f"{path}.{name}")
    elif node.element is not None:
        yield from _untyped_items(node, value, path)


def _untyped_items(node: Node, value: list[Any], path: str) -> Iterator[str]:
    assert node.element is not None
    seen: set[str] = set()
    for at, item in enumerate(value):
        where = f"[{at}]"
        if node.keys is not None:
            try:
                key = element_of(node, item)
            except ValueError as error:
                yield f"{path}: element {at}: {error}"
                continue
            where = text((key,))
            if key in seen:
                yield f"{path}: duplicate entries for key {where}"
            seen.add(key)
        yield from _untyped(node.element, item, path + where)


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _go_type(value: Any) -> str:
    return {str: "string", bool: "bool", dict: "map[string]interface {}", list: "[]interface {}"}.get(
        type(value), "nil"
    )


def _where(body: KubeObject) -> str:
    metadata = body.get("metadata") or {}
    return f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"


def _members(node: Node, value: Any, path: str) -> Iterator[tuple[Node, Any, str]]:
    if isinstance(value, dict) and node.form in ("struct", "map"):
        for name, inner in value.items():
            if name in node.fields or node.form == "map":
                yield node.child(name), inner, f"{path}.{name}" if path else name
    elif isinstance(value, list) and node.element is not None:
        for at, inner in enumerate(value):
            yield node.element, inner, f"{path}[{at}]"


def _unknown(node: Node, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict) and not node.open:
        for name in value:
            if name not in node.fields:
                yield f"{path}.{name}" if path else name
    for inner in _members(node, value, path):
        yield from _unknown(*inner)


def _mistyped(node: Node, value: Any, path: str) -> Iterator[str]:
    if value is None or node.form == "any":
        return
    shape = {"struct": dict, "map": dict, "list": list}.get(node.form)
    fits = isinstance(value, shape) if shape else TYPES[node.scalar](value)
    if not fits:
        want = GO_TYPES.get(node.scalar, node.form)
        got = {dict: "object", list: "array", str: "string", bool: "bool"}.get(type(value), "number")
        yield f"json: cannot unmarshal {got} into Go struct field .{path} of type {want}"
    for inner in _members(node, value, path):
        yield from _mistyped(*inner)


def _known(node: Node, value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _known(node.child(name), inner) for name, inner in value.items() if node.open or name in node.fields
        }
    if isinstance(value, list):
        return [_known(node.element, item) if node.element else item for item in value]
    return value


def check_name(kind: Kind, name: str) -> None:
    """Raise ObjectInvalid for a name that the kind does not allow."""
    pattern, said, most = SUBDOMAIN, SUBDOMAIN_TEXT, 253
    if kind.kind == "Namespace" and not kind.group:
        pattern, said, most = LABEL, LABEL_TEXT, 63
    elif kind.kind == "Service" and not kind.group:
        pattern, said, most = SERVICE_LABEL, SERVICE_TEXT, 63
    elif kind.group == "rbac.authorization.k8s.io":
        pattern, said = PATH_SEGMENT, "may not contain '/'"
    problems = [] if pattern.match(name) else [f'metadata.name: Invalid value: "{name}": {said}']
    if len(name) > most:
        problems.append(f'metadata.name: Invalid value: "{name}": must be no more than {most} characters')
    if problems:
        raise invalid(kind, name, *problems)


def check_content(kind: Kind, body: KubeObject) -> None:
    """Raise ObjectInvalid where an object lacks what its kind needs; only the rules that charts commonly break."""
    problems = list(_content_problems(kind, body))
    if problems:
        raise invalid(kind, body["metadata"].get("name", ""), *problems)


def _content_problems(kind: Kind, body: KubeObject) -> Iterator[str]:
    spec = body.get("spec") or {}
    if kind.qualified in SELECTED:
        selector = spec.get("selector") or {}
        labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
        if not selector:
            yield "spec.selector: Required value"
        wanted = selector.get("matchLabels") or {}
        if any(labels.get(name) != value for name, value in wanted.items()) or not selector:
            shown = compact(labels) if labels else "null"
            yield (
                f"spec.template.metadata.labels: Invalid value: {shown}: `selector` does not match template `labels`"
            )
    at = POD_SPECS.get(kind.qualified, "")
    pod = _at(body, at) or {} if at else {}
    if at:
        if not pod.get("containers"):
            yield f"{at}.containers: Required value"
        for number, container in enumerate(pod.get("containers") or ()):
            if not container.get("name"):
                yield f"{at}.containers[{number}].name: Required value"
            if not container.get("image"):
                yield f"{at}.containers[{number}].image: Required value"
    if kind.qualified == "Job.batch" and pod.get("restartPolicy") not in ("Never", "OnFailure"):
        yield (
            f'{at}.restartPolicy: Required value: valid values: "OnFailure", "Never"'
            if pod.get("restartPolicy") in (None, "Always")
            else f'{at}.restartPolicy: Unsupported value: "{pod["restartPolicy"]}"'
        )
    if (
        kind.qualified == "Service"
        and not spec.get("ports")
        and spec.get("type") != "ExternalName"
        and spec.get("clusterIP") != "None"
    ):
        yield "spec.ports: Required value"


def check_change(kind: Kind, old: KubeObject, new: KubeObject) -> None:
    """Raise ObjectInvalid where an update changes what its kind fixes."""
    name = new["metadata"]["name"]
    problems = [
        f"{path}: Invalid value: {compact(after)}: field is immutable"
        for path in FIXED.get(kind.qualified, ())
        for before, after in [(_at(old, path), _at(new, path))]
        if before != after
    ]
    if kind.qualified in ("ConfigMap", "Secret") and old.get("immutable"):
        problems += [
            f"{field}: Forbidden: field is immutable when `immutable` is set"
            for field in ("data", "binaryData")
            if old.get(field) != new.get(field)
        ]
    if kind.qualified == "StatefulSet.apps":
        before, after = old.get("spec") or {}, new.get("spec") or {}
        if any(before.get(key) != after.get(key) for key in (before | after).keys() - STATEFUL_FREE):
            problems.append(
                "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
                "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' "
                "are forbidden"
            )
    if problems:
        raise invalid(kind, name, *problems)


def _at(body: Any, path: str) -> Any:
    for part in path.split("."):
        body = (body or {}).get(part)
    return body
