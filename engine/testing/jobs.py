"""Jobs: pods until enough have succeeded, or too many failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..shapes import KubeObject
from .controllers import Controllers, condition
from .pods import POD, age, is_live, make_pod
from .store import GroupKind

JOB: GroupKind = ("batch", "Job")
BACKOFF, MOST_BACKOFF = 10.0, 360.0  # seconds between the pods of a failing job


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
    late = age(controllers, body) >= float(spec.get("activeDeadlineSeconds", float("inf")))
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
            if is_live(pod):
                controllers.delete(POD, pod)
        active = 0
    elif not spec.get("suspend"):
        active += _start_pods(controllers, body, found, min(spec.get("parallelism", 1), wanted - succeeded) - active)
    _job_status(controllers, body, {"active": active, "failed": failed, "succeeded": succeeded}, verdict)


def _since(controllers: Controllers, body: KubeObject) -> float:
    ended = max(one["lastTransitionTime"] for one in body["status"]["conditions"])
    return age(controllers, {"metadata": {"creationTimestamp": ended}})


def _start_pods(controllers: Controllers, body: KubeObject, found: list[KubeObject], missing: int) -> int:
    """Start pods, unless the job must wait after a failure; how many."""
    metadata = body["metadata"]
    failed = [pod for pod in found if (pod.get("status") or {}).get("phase") == "Failed"]
    if failed and missing > 0:
        pause = min(BACKOFF * 2 ** (len(failed) - 1), MOST_BACKOFF)
        waited = min(age(controllers, pod) for pod in failed)
        if waited < pause:
            controllers.schedule(JOB, metadata["namespace"], metadata["name"], pause - waited)
            return 0
    for _ in range(missing):
        make_pod(controllers, body, f"{metadata['name']}-{controllers.server.suffix()}")
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
