"""The status is counted from live objects."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.adapter.dms.detail import Health, detail_of, manifest_objects
from purehelm.adapter.dms.models import Condition, DeploymentStatus
from purehelm.engine.release.model import Info, Release, Status

MANIFEST = """---
# Source: web/templates/service.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
---
apiVersion: v1
kind: List
items:
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: gone}}
"""


def release(status: Status = Status.DEPLOYED, manifest: str = MANIFEST) -> Release:
    info = Info(status=status, description="Said", last_deployed="2026-01-02T03:04:05Z")
    return Release(name="demo", namespace="lab", revision=2, info=info, manifest=manifest)


def body(kind: str, name: str, ready: str, **status: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "metadata": {"name": name, "creationTimestamp": "2026-01-02T03:00:00Z", "annotations": {"ready": ready}},
        "status": status,
    }


def health(found: dict[str, Any]) -> Health:
    return Health(status=found["metadata"]["annotations"]["ready"], message=f"about {found['kind']}")


LIVE = {
    "v1/Service": [body("Service", "web", "Current")],
    "apps/v1/Deployment": [
        body("Deployment", "web", "InProgress", conditions=[{"lastTransitionTime": "2026-01-02T05:00:00+01:00"}])
    ],
    "v1/Pod(related)": [body("Pod", "web-1", "Current")],
}


def test_progress_and_conditions_come_from_the_objects() -> None:
    detail = detail_of(release(), LIVE, health)

    assert (detail.deployment_id, detail.status, detail.progress, detail.message, detail.updated_at) == (
        "demo",
        DeploymentStatus.DEPLOYED,
        33,
        "1 of 3 objects are ready",
        "2026-01-02T05:00:00+01:00",
    )
    assert detail.conditions == (
        Condition(type="Service", status="True", reason="Ready", message="1 of 1 ready"),
        Condition(type="Deployment", status="False", reason="InProgress", message="0 of 2 ready"),
        Condition(
            type="Service/web", status="True", reason="Ready", message="about Service",
            last_transition_time="2026-01-02T03:00:00Z",
        ),
        Condition(
            type="Deployment/web", status="False", reason="InProgress", message="about Deployment",
            last_transition_time="2026-01-02T05:00:00+01:00",
        ),
        Condition(type="Deployment/gone", status="False", reason="NotFound"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "progress", "message"),
    [
        (Status.DEPLOYED, 33, "1 of 3 objects are ready"),
        (Status.PENDING_INSTALL, 33, "Said; 1 of 3 objects are ready"),
        (Status.FAILED, 33, "Said; 1 of 3 objects are ready"),
        (Status.UNINSTALLING, 66, "Said; 1 of 3 objects are ready"),
    ],
)
def test_the_release_has_its_say(status: Status, progress: int, message: str) -> None:
    detail = detail_of(release(status), LIVE, health)

    assert (detail.progress, detail.message) == (progress, message)


def test_an_unknown_object_is_neither() -> None:
    live = {"v1/Service": [body("Service", "web", "Unknown")]}

    assert detail_of(release(), live, health).conditions[2].status == "Unknown"


@pytest.mark.parametrize(("status", "progress"), [(Status.DEPLOYED, 100), (Status.FAILED, 0)])
def test_a_release_without_objects_is_done_when_it_is_deployed(status: Status, progress: int) -> None:
    assert detail_of(release(status, manifest=""), {}, health).progress == progress


def test_documents_that_are_no_objects_are_passed_over() -> None:
    assert manifest_objects("just text\n---\nkind: Service\n---\nkind: Pod\nmetadata: {name: p}\n") == [("Pod", "p")]
