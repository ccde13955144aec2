"""The controllers of workloads: from a Deployment, StatefulSet, DaemonSet or Job to pods, and what becomes of those.

A pod becomes ready unless its annotation `bed/outcome` asks for something else: `image-pull`, `crash-loop`,
`never-ready`, `fail` (its containers end with 1), `slow` (ready after three seconds).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from ..shapes import KubeObject
from .controllers import Controllers, Reconcile, condition, outcome, owner_reference
from .server import digest
from .store import GroupKind

POD: GroupKind = ("", "Pod")
REPLICA_SET: GroupKind = ("apps", "ReplicaSet")
DEPLOYMENT: GroupKind = ("apps", "Deployment")
STATEFUL_SET: GroupKind = ("apps", "StatefulSet")
DAEMON_SET: GroupKind = ("apps", "DaemonSet")
JOB: GroupKind = ("batch", "Job")
CLAIM: GroupKind = ("", "PersistentVolumeClaim")
HASH = "pod-template-hash"
REVISION = "controller-revision-hash"
NUMBER = "deployment.kubernetes.io/revision"
SLOW = 3.0
BACKOFF, MOST_BACKOFF = 10.0, 360.0  # seconds between the pods of a failing job


def pods(controllers: Controllers, body: KubeObject) -> None:
    """A pod is scheduled, runs, and is ready or done, as its outcome says; one that is deleted goes."""
    if body["metadata"].get("deletionTimestamp"):
        if not body["metadata"].get("finalizers"):
            controllers.store.drop(POD, body)
        return
    status = body.get("status") or {}
    if not body["spec"].get("nodeName"):
        body = _scheduled(controllers, body)
        status = body["status"]
        if outcome(body) == "slow":
            metadata = body["metadata"]
            controllers.schedule(POD, metadata["namespace"], metadata["name"], SLOW)
            return
    if status["phase"] == "Pending" and status.get("reason") != "ImagePull":
        if outcome(body) == "slow" and _age(controllers, body) < SLOW:
            return
        controllers.set_status(POD, body, {**status, **_started(controllers, body)})
    elif status["phase"] == "Running" and _ends(body):
        controllers.set_status(POD, body, {**status, **_ended(controllers, body)})


def _age(controllers: Controllers, body: KubeObject) -> float:
    created = body["metadata"]["creationTimestamp"]
    return (controllers.server.clock.now() - datetime.datetime.fromisoformat(created)).total_seconds()


def _scheduled(controllers: Controllers, body: KubeObject) -> KubeObject:
    number = int.from_bytes(body["metadata"]["uid"].encode()[-1:])
    node = controllers.nodes[number % len(controllers.nodes)]
    at = controllers.server.now()
    scheduled = {"type": "PodScheduled", "status": "True", "lastTransitionTime": at}

    def bind(new: KubeObject) -> KubeObject:
        status = {**new["status"], "conditions": [scheduled]}
        return {**new, "spec": {**new["spec"], "nodeName": node}, "status": status}

    return controllers.change(POD, body, bind)


def _started(controllers: Controllers, body: KubeObject) -> dict[str, Any]:
    at = controllers.server.now()
    wish = outcome(body)
    running = {"running": {"startedAt": at}}
    states = {
        "image-pull": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}},
        "crash-loop": {
            "waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}
        },
    }
    ready = wish not in ("image-pull", "crash-loop", "never-ready")
    reason = {} if ready else {"reason": "ContainersNotReady"}
    scheduled = [one for one in body["status"].get("conditions") or () if one["type"] == "PodScheduled"]
    types = ["Initialized", "Ready", "ContainersReady"] if ready else ["Ready"]
    gates = [gate["conditionType"] for gate in body["spec"].get("readinessGates") or ()] if ready else []
    conditions = [
        {"type": type_, "status": str(ready), "lastTransitionTime": at, **reason} for type_ in (*types, *gates)
    ]
    restarts = 3 if wish == "crash-loop" else 0
    status: dict[str, Any] = {
        "phase": "Pending" if wish == "image-pull" else "Running",
        "conditions": [*scheduled, *conditions],
        "startTime": at,
        "containerStatuses": _containers(body, states.get(wish, running), ready=ready, restarts=restarts),
    }
    return status | ({"reason": "ImagePull"} if wish == "image-pull" else {})


def _containers(body: KubeObject, state: Mapping[str, Any], *, ready: bool, restarts: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "name": one["name"],
            "image": one.get("image", ""),
            "ready": ready,
            "restartCount": restarts,
            "state": dict(state),
        }
        for one in body["spec"].get("containers") or ()
    ]


def _ends(body: KubeObject) -> bool:
    wish = outcome(body)
    if wish == "fail":
        return True
    return body["spec"].get("restartPolicy") in ("Never", "OnFailure") and wish not in ("never-ready", "crash-loop")


def _ended(controllers: Controllers, body: KubeObject) -> dict[str, Any]:
    at = controllers.server.now()
    failed = outcome(body) == "fail"
    reason = "Error" if failed else "Completed"
    end = {"terminated": {"exitCode": int(failed), "reason": reason, "startedAt": at, "finishedAt": at}}
    ready = condition("Ready", true=False, reason="PodFailed" if failed else "PodCompleted", at=at)
    return {
        "phase": "Failed" if failed else "Succeeded",
        "conditions": [ready],
        "containerStatuses": _containers(body, end, ready=False),
    }


def is_ready(pod: KubeObject) -> bool:
    """Whether a pod is ready."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _is_live(pod: KubeObject) -> bool:
    over = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
    return not over and not pod["metadata"].get("deletionTimestamp")


def _make_pod(
    controllers: Controllers, owner: KubeObject, name: str, labels: Mapping[str, str] | None = None
) -> KubeObject:
    template = owner["spec"]["template"]
    metadata = {
        name: value for name, value in (template.get("metadata") or {}).items() if name in ("annotations", "finalizers")
    }
    return controllers.create(
        POD,
        {
            "metadata": {
                **metadata,
                "labels": {**((template.get("metadata") or {}).get("labels") or {}), **(labels or {})},
                "name": name,
                "namespace": owner["metadata"]["namespace"],
                "ownerReferences": [owner_reference(owner)],
            },
            "spec": template["spec"],
        },
    )


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
    age = _age(controllers, new)
    if age >= limit:
        text = f'ReplicaSet "{name}" has timed out progressing.'
        return _lasting(
            body, condition("Progressing", true=False, reason="ProgressDeadlineExceeded", at=at, message=text)
        )
    controllers.schedule(DEPLOYMENT, metadata["namespace"], metadata["name"], limit - age)
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
    found = [pod for pod in controllers.children(POD, body) if _is_live(pod)]
    want = body["spec"]["replicas"]
    prefix = body["metadata"]["name"]
    missing = range(want - len(found))
    found += [_make_pod(controllers, body, f"{prefix}-{controllers.server.suffix()}") for _ in missing]
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
    return _make_pod(controllers, body, name, labels)


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
    found = [pod for pod in controllers.children(POD, body) if _is_live(pod)]
    olds = [pod for pod in found if pod["metadata"]["labels"].get(REVISION) != revision]
    rolling = body["spec"]["updateStrategy"]["type"] == "RollingUpdate"
    if olds and rolling and all(is_ready(pod) for pod in found if pod not in olds):
        controllers.delete(POD, olds[0])
        found.remove(olds[0])
    for _ in range(want - len(found)):
        name = f"{body['metadata']['name']}-{controllers.server.suffix()}"
        found.append(_make_pod(controllers, body, name, {REVISION: revision}))
    ready = sum(map(is_ready, found))
    new = sum(pod["metadata"]["labels"].get(REVISION) == revision for pod in found)
    status = {
        "observedGeneration": body["metadata"]["generation"], "currentNumberScheduled": len(found),
        "desiredNumberScheduled": want, "numberMisscheduled": 0, "numberReady": ready,
    }  # fmt: skip
    counts = {"updatedNumberScheduled": new, "numberAvailable": ready, "numberUnavailable": want - ready}
    controllers.set_status(DAEMON_SET, body, status | {name: value for name, value in counts.items() if value})


def jobs(controllers: Controllers, body: KubeObject) -> None:
    """Pods until enough have succeeded, or too many failed."""
    status, spec, metadata = body.get("status") or {}, body["spec"], body["metadata"]
    if metadata.get("deletionTimestamp"):
        return
    if any(one["type"] in ("Complete", "Failed") and one["status"] == "True" for one in status.get("conditions") or ()):
        if "ttlSecondsAfterFinished" in spec and _since(controllers, body) >= spec["ttlSecondsAfterFinished"]:
            controllers.delete(JOB, body)
        return
    found = list(controllers.children(POD, body))
    phases = [(pod.get("status") or {}).get("phase") for pod in found]
    failed, succeeded = phases.count("Failed"), phases.count("Succeeded")
    active = len(found) - failed - succeeded
    late = _age(controllers, body) >= float(spec.get("activeDeadlineSeconds", float("inf")))
    wanted = spec.get("completions") or 1
    verdict = ""
    if succeeded >= wanted:
        verdict = "Complete"
    elif late:
        verdict = "DeadlineExceeded"
    elif failed > spec.get("backoffLimit", 6):
        verdict = "BackoffLimitExceeded"
    if verdict:
        for pod in found:
            if _is_live(pod):
                controllers.delete(POD, pod)
        active = 0
    elif not spec.get("suspend"):
        active += _start_pods(controllers, body, found, min(spec.get("parallelism", 1), wanted - succeeded) - active)
    _job_status(controllers, body, {"active": active, "failed": failed, "succeeded": succeeded}, verdict)


def _since(controllers: Controllers, body: KubeObject) -> float:
    ended = max(one["lastTransitionTime"] for one in body["status"]["conditions"])
    return _age(controllers, {"metadata": {"creationTimestamp": ended}})


def _start_pods(controllers: Controllers, body: KubeObject, found: list[KubeObject], missing: int) -> int:
    """Start pods, unless the job must wait after a failure; how many."""
    metadata = body["metadata"]
    failed = [pod for pod in found if (pod.get("status") or {}).get("phase") == "Failed"]
    if failed and missing > 0:
        pause = min(BACKOFF * 2 ** (len(failed) - 1), MOST_BACKOFF)
        waited = min(_age(controllers, pod) for pod in failed)
        if waited < pause:
            controllers.schedule(JOB, metadata["namespace"], metadata["name"], pause - waited)
            return 0
    for _ in range(missing):
        _make_pod(controllers, body, f"{metadata['name']}-{controllers.server.suffix()}")
    if "activeDeadlineSeconds" in body["spec"]:
        controllers.schedule(JOB, metadata["namespace"], metadata["name"], float(body["spec"]["activeDeadlineSeconds"]))
    return max(0, missing)


def _job_status(controllers: Controllers, body: KubeObject, counts: Mapping[str, int], verdict: str) -> None:
    at, metadata = controllers.server.now(), body["metadata"]
    status: dict[str, Any] = {
        "startTime": (body.get("status") or {}).get("startTime", at),
        "ready": 0,
        "terminating": 0,
    }
    status |= {name: value for name, value in counts.items() if value}
    status["uncountedTerminatedPods"] = {}
    if verdict == "Complete":
        text = "Reached expected number of succeeded pods"
        status["completionTime"] = at
        status["conditions"] = [
            condition(type_, true=True, reason="CompletionsReached", at=at, message=text)
            for type_ in ("SuccessCriteriaMet", "Complete")
        ]
    elif verdict:
        text = {
            "DeadlineExceeded": "Job was active longer than specified deadline",
            "BackoffLimitExceeded": "Job has reached the specified backoff limit",
        }[verdict]
        status["conditions"] = [
            condition(type_, true=True, reason=verdict, at=at, message=text) for type_ in ("FailureTarget", "Failed")
        ]
    if verdict and "ttlSecondsAfterFinished" in body["spec"]:
        controllers.schedule(
            JOB, metadata["namespace"], metadata["name"], float(body["spec"]["ttlSecondsAfterFinished"])
        )
    controllers.set_status(JOB, body, status)


WORKLOADS: Mapping[GroupKind, Reconcile] = {
    POD: pods,
    REPLICA_SET: replica_sets,
    DEPLOYMENT: deployments,
    STATEFUL_SET: stateful_sets,
    DAEMON_SET: daemon_sets,
    JOB: jobs,
}
