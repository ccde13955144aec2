"""Pods: scheduled, running, ready or done, as their annotation asks.

A pod becomes ready unless its annotation `bed/outcome` asks for something else: `image-pull`, `crash-loop`,
`never-ready`, `fail` (its containers end with 1), `slow` (ready after three seconds).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ..shapes import KubeObject
from .controllers import Controllers, condition, outcome, owner_reference
from .store import GroupKind

POD: GroupKind = ("", "Pod")
SLOW = 3.0


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
        if outcome(body) == "slow" and age(controllers, body) < SLOW:
            return
        controllers.set_status(POD, body, {**status, **_started(controllers, body)})
    elif status["phase"] == "Running" and _ends(body):
        controllers.set_status(POD, body, {**status, **_ended(controllers, body)})


def age(controllers: Controllers, body: KubeObject) -> float:
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


def is_live(pod: KubeObject) -> bool:
    over = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
    return not over and not pod["metadata"].get("deletionTimestamp")


def make_pod(
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
