"""What the server fills in where an object is silent: the common kinds' defaults."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable, Mapping
from typing import Any

from ..shapes import KubeObject
from .schema import Kind

CONTAINER = {
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "resources": {},
}
POD = {
    "restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "schedulerName": "default-scheduler",
    "terminationGracePeriodSeconds": 30, "securityContext": {},
}  # fmt: skip
PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
MODE = {"secret": {"defaultMode": 420}, "configMap": {"defaultMode": 420}, "projected": {"defaultMode": 420}}
SPECS: Mapping[str, Mapping[str, Any]] = {
    "Deployment.apps": {
        "replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600,
        "strategy": {"type": "RollingUpdate"},
    },
    "StatefulSet.apps": {
        "replicas": 1, "revisionHistoryLimit": 10, "podManagementPolicy": "OrderedReady",
        "updateStrategy": {"type": "RollingUpdate"},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
    },
    "DaemonSet.apps": {"revisionHistoryLimit": 10, "updateStrategy": {"type": "RollingUpdate"}},
    "ReplicaSet.apps": {"replicas": 1},
    "Job.batch": {
        "completions": 1, "parallelism": 1, "backoffLimit": 6, "completionMode": "NonIndexed", "suspend": False,
        "manualSelector": False, "podReplacementPolicy": "TerminatingOrFailed",
    },
    "CronJob.batch": {
        "concurrencyPolicy": "Allow", "suspend": False, "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1,
    },
    "Service": {
        "type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster",
    },
    "PersistentVolumeClaim": {"volumeMode": "Filesystem"},
    "Namespace": {"finalizers": ["kubernetes"]},
}  # fmt: skip
ROLLING: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "Deployment.apps": ("strategy", {"maxUnavailable": "25%", "maxSurge": "25%"}),
    "DaemonSet.apps": ("updateStrategy", {"maxUnavailable": 1, "maxSurge": 0}),
    "StatefulSet.apps": ("updateStrategy", {"partition": 0}),
}


def filled(kind: Kind, body: KubeObject) -> KubeObject:
    """The object with its kind's defaults, a copy."""
    out = copy.deepcopy(body)
    if kind.qualified in SPECS:
        _lay(out.setdefault("spec", {}), SPECS[kind.qualified])
    if kind.qualified in ROLLING:
        field, values = ROLLING[kind.qualified]
        strategy = out["spec"][field]
        if strategy.get("type") == "RollingUpdate":
            _lay(strategy.setdefault("rollingUpdate", {}), values)
    if special := SPECIAL.get(kind.qualified):
        special(out)
    if template := _template(kind, out):
        _pod(template)
        if kind.qualified == "Pod":
            _pod_itself(template)
    return out


def _lay(target: dict[str, Any], values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if target.get(name) is None:
            target[name] = copy.deepcopy(value)
        elif isinstance(value, dict) and isinstance(target[name], dict):
            _lay(target[name], value)


def _template(kind: Kind, body: KubeObject) -> dict[str, Any] | None:
    spec = body.get("spec") or {}
    if kind.qualified == "Pod":
        return dict_or_none(spec)
    if kind.qualified == "PodTemplate":
        return dict_or_none((body.get("template") or {}).get("spec"))
    if kind.qualified == "CronJob.batch":
        spec = (spec.get("jobTemplate") or {}).get("spec") or {}
    if kind.group in ("apps", "batch"):
        return dict_or_none((spec.get("template") or {}).get("spec"))
    return None


def dict_or_none(value: Any) -> dict[str, Any] | None:
    """The value where it is a map that holds something."""
    return value if isinstance(value, dict) and value else None


def _pod_itself(spec: dict[str, Any]) -> None:
    spec.setdefault("enableServiceLinks", True)
    for container in [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]:
        if limits := container["resources"].get("limits"):
            container["resources"]["requests"] = {**limits, **(container["resources"].get("requests") or {})}


def _pod(spec: dict[str, Any]) -> None:
    _lay(spec, POD)
    if spec.get("serviceAccountName"):
        spec.setdefault("serviceAccount", spec["serviceAccountName"])
    for container in [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]:
        _lay(container, CONTAINER)
        tag = container.get("image", "").rpartition("/")[2]
        pull = "Always" if ":" not in tag.replace("@", ":") or tag.endswith(":latest") else "IfNotPresent"
        container.setdefault("imagePullPolicy", pull)
        for port in container.get("ports") or ():
            port.setdefault("protocol", "TCP")
        for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
            if container.get(probe):
                _lay(container[probe], PROBE)
                if container[probe].get("httpGet"):
                    _lay(container[probe]["httpGet"], {"path": "/", "scheme": "HTTP"})
    for volume in spec.get("volumes") or ():
        for source, values in MODE.items():
            if source in volume:
                _lay(volume[source], values)


def _service(body: KubeObject) -> None:
    spec = body["spec"]
    for port in spec.get("ports") or ():
        port.setdefault("protocol", "TCP")
        port.setdefault("targetPort", port.get("port"))
    if spec.get("sessionAffinity") == "ClientIP":
        _lay(spec.setdefault("sessionAffinityConfig", {}), {"clientIP": {"timeoutSeconds": 10800}})
    else:
        spec.pop("sessionAffinityConfig", None)
    if spec["type"] == "ExternalName":
        spec.pop("internalTrafficPolicy", None)
    if spec["type"] in ("LoadBalancer", "NodePort"):
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if spec["type"] == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)


def _secret(body: KubeObject) -> None:
    body.setdefault("type", "Opaque")
    plain = body.pop("stringData", None) or {}
    if plain:
        encoded = {name: base64.b64encode(text.encode()).decode("ascii") for name, text in plain.items()}
        body["data"] = {**(body.get("data") or {}), **encoded}


def _definition(body: KubeObject) -> None:
    spec = body["spec"]
    names = spec["names"]
    names.setdefault("singular", names["kind"].lower())
    names.setdefault("listKind", names["kind"] + "List")
    spec.setdefault("conversion", {"strategy": "None"})


def _job(body: KubeObject) -> None:
    (body["spec"].get("template") or {}).setdefault("metadata", {})


SPECIAL: Mapping[str, Callable[[KubeObject], None]] = {
    "Service": _service,
    "Secret": _secret,
    "CustomResourceDefinition.apiextensions.k8s.io": _definition,
    "Job.batch": _job,
}
