"""The controllers of workloads that last: from a Deployment, StatefulSet or DaemonSet to pods."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from ..shapes import KubeObject
from .controllers import Controllers, Reconcile, condition, owner_reference
from .jobs import JOB, jobs
from .pods import POD, age, is_live, is_ready, make_pod, pods
from .server import digest
from .store import GroupKind

REPLICA_SET: GroupKind = ("apps", "ReplicaSet")
DEPLOYMENT: GroupKind = ("apps", "Deployment")
STATEFUL_SET: GroupKind = ("apps", "StatefulSet")
DAEMON_SET: GroupKind = ("apps", "DaemonSet")
CLAIM: GroupKind = ("", "PersistentVolumeClaim")
HASH = "pod-template-hash"
REVISION = "controller-revision-hash"
NUMBER = "deployment.kubernetes.io/revision"


def _hash(owner: KubeObject) -> str:
    return digest(json.dumps(owner["spec"]["template"], sort_keys=True))


def deployments(controllers: Controllers, body: KubeObject) -> None:
    """A replica set per template; the old ones go to zero when the new one is available."""
    if body["metadata"].get("deletionTimestamp"):
        return
    want, code = body["spec"].get("replicas", 1), _hash(body)
    name = f"{body['metadata']['name']}-{code}"
    sets = list(controllers.children(REPLICA_SET, body))
    new = next((one for one in sets if one["metadata"]["name"] == name), None)
    if new is None:
        new = _make_set(controllers, body, name, code)
    elif new["spec"]["replicas"] != want:
        new = _scale(controllers, new, want)
    olds = [one for one in sets if one["metadata"]["name"] != name]
    body = _numbered(controllers, body, new, olds)
    available = (new.get("status") or {}).get("availableReplicas", 0)
    if available >= want and (new.get("status") or {}).get("observedGeneration") == new["metadata"]["generation"]:
        olds = [_scale(controllers, one, 0) for one in olds]
    _deployment_status(controllers, body, new, olds)


def _make_set(controllers: Controllers, body: KubeObject, name: str, code: str) -> KubeObject:
    template = body["spec"]["template"]
    labels = {**((template.get("metadata") or {}).get("labels") or {}), HASH: code}
    selector = {**body["spec"]["selector"]}
    selector["matchLabels"] = {**(selector.get("matchLabels") or {}), HASH: code}
    metadata = {"name": name, "namespace": body["metadata"]["namespace"], "labels": labels}
    return controllers.create(
        REPLICA_SET,
        {
            "metadata": {**metadata, "ownerReferences": [owner_reference(body)]},
            "spec": {
                "replicas": body["spec"].get("replicas", 1),
                "selector": selector,
                "template": {**template, "metadata": {**(template.get("metadata") or {}), "labels": labels}},
            },
        },
    )


def _numbered(controllers: Controllers, body: KubeObject, new: KubeObject, olds: list[KubeObject]) -> KubeObject:
    """The Deployment with the revision of its newest replica set, as an annotation on both."""
    highest = max((int(_annotations(one).get(NUMBER, "0")) for one in olds), default=0)
    number = str(max(highest + 1, int(_annotations(new).get(NUMBER, "0"))))
    for group_kind, one in ((REPLICA_SET, new), (DEPLOYMENT, body)):
        if _annotations(one).get(NUMBER) != number:
            annotations = {**_annotations(one), NUMBER: number}
            changed = controllers.change(group_kind, one, partial(_annotated, annotations=annotations))
            body = changed if group_kind == DEPLOYMENT else body
    return body


def _annotations(body: KubeObject) -> dict[str, str]:
    return dict(body["metadata"].get("annotations") or {})


def _annotated(body: KubeObject, annotations: Mapping[str, str]) -> KubeObject:
    return {**body, "metadata": {**body["metadata"], "annotations": dict(annotations)}}


def _scale(controllers: Controllers, body: KubeObject, replicas: int) -> KubeObject:
    if body["spec"]["replicas"] == replicas:
        return body
    return controllers.change(REPLICA_SET, body, lambda new: {**new, "spec": {**new["spec"], "replicas": replicas}})


def _deployment_status(controllers: Controllers, body: KubeObject, new: KubeObject, olds: list[KubeObject]) -> None:
    want = body["spec"].get("replicas", 1)
    own, rest = new.get("status") or {}, [one.get("status") or {} for one in olds]
    total = own.get("replicas", 0) + sum(one.get("replicas", 0) for one in rest)
    ready = own.get("readyReplicas", 0) + sum(one.get("readyReplicas", 0) for one in rest)
    updated = own.get("replicas", 0)
    complete = own.get("availableReplicas", 0) >= want and updated == want and total == want
    status = {
        "observedGeneration": body["metadata"]["generation"],
        "replicas": total, "updatedReplicas": updated, "readyReplicas": ready, "availableReplicas": ready,
        "unavailableReplicas": max(0, want - ready),
        "conditions": [_available(controllers, body, ready >= want), _progressing(controllers, body, new, complete)],
    }  # fmt: skip
    kept = {name: value for name, value in status.items() if value != 0 or name == "observedGeneration"}
    controllers.set_status(DEPLOYMENT, body, kept)


def _available(controllers: Controllers, body: KubeObject, available: bool) -> dict[str, Any]:
    reason = "MinimumReplicasAvailable" if available else "MinimumReplicasUnavailable"
    text = "Deployment has minimum availability." if available else "Deployment does not have minimum availability."
    return _lasting(
        body, condition("Available", true=available, reason=reason, at=controllers.server.now(), message=text)
    )


def _progressing(controllers: Controllers, body: KubeObject, new: KubeObject, complete: bool) -> dict[str, Any]:
    name, metadata = new["metadata"]["name"], body["metadata"]
    at = controllers.server.now()
    if complete:
        text = f'ReplicaSet "{name}" has successfully progressed.'
        return _lasting(body, condition("Progressing", true=True, reason="NewReplicaSetAvailable", at=at, message=text))
    limit = float(body["spec"].get("progressDeadlineSeconds", 600))
    waited = age(controllers, new)
    if waited >= limit:
        text = f'ReplicaSet "{name}" has timed out progressing.'
        return _lasting(
            body, condition("Progressing", true=False, reason="ProgressDeadlineExceeded", at=at, message=text)
        )
    controllers.schedule(DEPLOYMENT, metadata["namespace"], metadata["name"], limit - waited)
    text = f'ReplicaSet "{name}" is progressing.'
    return _lasting(body, condition("Progressing", true=True, reason="ReplicaSetUpdated", at=at, message=text))


def _lasting(body: KubeObject, new: dict[str, Any]) -> dict[str, Any]:
    """The condition with the time of its last change."""
    for old in (body.get("status") or {}).get("conditions") or ():
        if old["type"] == new["type"] and old["status"] == new["status"]:
            return {**new, "lastTransitionTime": old["lastTransitionTime"]}
    return new


def replica_sets(controllers: Controllers, body: KubeObject) -> None:
    """As many pods as asked for."""
    if body["metadata"].get("deletionTimestamp"):
        return
    found = [pod for pod in controllers.children(POD, body) if is_live(pod)]
    want = body["spec"]["replicas"]
    prefix = body["metadata"]["name"]
    missing = range(want - len(found))
    found += [make_pod(controllers, body, f"{prefix}-{controllers.server.suffix()}") for _ in missing]
    for pod in sorted(found, key=is_ready)[: max(0, len(found) - want)]:
        controllers.delete(POD, pod)
    ready = sum(map(is_ready, found[:want]))
    status = {"observedGeneration": body["metadata"]["generation"], "replicas": want}
    if want:
        status["fullyLabeledReplicas"] = want
    if ready:
        status |= {"readyReplicas": ready, "availableReplicas": ready}
    controllers.set_status(REPLICA_SET, body, status)


def stateful_sets(controllers: Controllers, body: KubeObject) -> None:
    """Pods by number, one after the other; those of an older template are replaced from the last one down."""
    if body["metadata"].get("deletionTimestamp"):
        return
    name, want = body["metadata"]["name"], body["spec"].get("replicas", 1)
    revision = f"{name}-{_hash(body)}"
    found = {pod["metadata"]["name"]: pod for pod in controllers.children(POD, body)}
    wanted = [f"{name}-{number}" for number in range(want)]
    for pod_name in sorted(set(found) - set(wanted), reverse=True):
        controllers.delete(POD, found.pop(pod_name))
    parallel = body["spec"].get("podManagementPolicy") == "Parallel"
    for pod_name in wanted:
        if pod_name not in found:
            found[pod_name] = _make_numbered(controllers, body, pod_name, revision)
        if not is_ready(found[pod_name]) and not parallel:
            break
    olds = [
        one for one in reversed(wanted) if one in found and found[one]["metadata"]["labels"].get(REVISION) != revision
    ]
    if (
        olds
        and body["spec"]["updateStrategy"]["type"] == "RollingUpdate"
        and all(is_ready(pod) for pod in found.values() if pod["metadata"]["labels"].get(REVISION) == revision)
    ):
        controllers.delete(POD, found[olds[0]])
    _stateful_status(controllers, body, list(found.values()), revision)


def _make_numbered(controllers: Controllers, body: KubeObject, name: str, revision: str) -> KubeObject:
    number = name.rpartition("-")[2]
    for claim in body["spec"].get("volumeClaimTemplates") or ():
        where = {"name": f"{claim['metadata']['name']}-{name}", "namespace": body["metadata"]["namespace"]}
        if controllers.store.get(CLAIM, where["namespace"], where["name"]) is None:
            labels = (body["spec"]["selector"].get("matchLabels")) or {}
            controllers.create(CLAIM, {"metadata": {**where, "labels": labels}, "spec": claim["spec"]})
    labels = {
        REVISION: revision, "statefulset.kubernetes.io/pod-name": name, "apps.kubernetes.io/pod-index": number,
    }  # fmt: skip
    return make_pod(controllers, body, name, labels)


def _stateful_status(controllers: Controllers, body: KubeObject, found: list[KubeObject], revision: str) -> None:
    new = [pod for pod in found if pod["metadata"]["labels"].get(REVISION) == revision]
    ready, before = sum(map(is_ready, found)), (body.get("status") or {}).get("currentRevision", revision)
    want = body["spec"].get("replicas", 1)
    done = len(new) == want == ready
    status = {
        "observedGeneration": body["metadata"]["generation"], "replicas": len(found),
        "currentRevision": revision if done else before, "updateRevision": revision, "collisionCount": 0,
        "availableReplicas": ready,
    }  # fmt: skip
    counts = {
        "readyReplicas": ready, "updatedReplicas": len(new),
        "currentReplicas": len(new) if done or before == revision else len(found) - len(new),
    }  # fmt: skip
    controllers.set_status(STATEFUL_SET, body, status | {name: value for name, value in counts.items() if value})


def daemon_sets(controllers: Controllers, body: KubeObject) -> None:
    """A pod on every node."""
    if body["metadata"].get("deletionTimestamp"):
        return
    revision, want = _hash(body), len(controllers.nodes)
    found = [pod for pod in controllers.children(POD, body) if is_live(pod)]
    olds = [pod for pod in found if pod["metadata"]["labels"].get(REVISION) != revision]
    rolling = body["spec"]["updateStrategy"]["type"] == "RollingUpdate"
    if olds and rolling and all(is_ready(pod) for pod in found if pod not in olds):
        controllers.delete(POD, olds[0])
        found.remove(olds[0])
    for _ in range(want - len(found)):
        name = f"{body['metadata']['name']}-{controllers.server.suffix()}"
        found.append(make_pod(controllers, body, name, {REVISION: revision}))
    ready = sum(map(is_ready, found))
    new = sum(pod["metadata"]["labels"].get(REVISION) == revision for pod in found)
    status = {
        "observedGeneration": body["metadata"]["generation"], "currentNumberScheduled": len(found),
        "desiredNumberScheduled": want, "numberMisscheduled": 0, "numberReady": ready,
    }  # fmt: skip
    counts = {"updatedNumberScheduled": new, "numberAvailable": ready, "numberUnavailable": want - ready}
    controllers.set_status(DAEMON_SET, body, status | {name: value for name, value in counts.items() if value})


WORKLOADS: Mapping[GroupKind, Reconcile] = {
    POD: pods,
    REPLICA_SET: replica_sets,
    DEPLOYMENT: deployments,
    STATEFUL_SET: stateful_sets,
    DAEMON_SET: daemon_sets,
    JOB: jobs,
}
