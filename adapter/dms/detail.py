"""How a deployment is: counted from the release's objects as they stand in the cluster. No I/O happens here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from purehelm.engine import yamlio
from purehelm.engine.release.manifest import split
from purehelm.engine.release.model import Release
from purehelm.engine.shapes import KubeObject

from .mapping import STATUSES, deployment_of
from .models import Condition, DeploymentStatus, StatusDetail

READY, MISSING = "Current", "NotFound"
RELATED = "(related)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How one object is: kstatus' word, and why."""

    status: str
    message: str = ""


HealthOf = Callable[[KubeObject], Health]
_Name = tuple[str, str]  # kind and name


def detail_of(release: Release, live: Mapping[str, Sequence[KubeObject]], health: HealthOf) -> StatusDetail:
    """The detail of a release whose live objects stand under `live`, by heading (Engine.resources)."""
    objects = {
        _name_of(body): body for heading, bodies in live.items() if not heading.endswith(RELATED) for body in bodies
    }
    wanted = manifest_objects(release.manifest) or list(objects)
    found = {name: health(objects[name]) if name in objects else Health(status=MISSING) for name in wanted}
    ready = sum(each.status == READY for each in found.values())
    status = STATUSES[release.status]
    conditions = (*_of_kinds(found), *(_of_object(name, each, objects.get(name)) for name, each in found.items()))
    times = [condition.last_transition_time for condition in conditions]
    return StatusDetail(
        deployment_id=release.name,
        status=status,
        message=_message(release, status, ready, len(found)),
        progress=_progress(status, ready, len(found)),
        conditions=conditions,
        updated_at=max([*times, release.info.last_deployed or ""], key=_sortable),
        extensions=deployment_of(release).extensions,
    )


def manifest_objects(manifest: str) -> list[_Name]:
    """Kind and name of every object of a manifest, lists opened, in order."""
    found: list[_Name] = []
    for document in split(manifest):
        body = yamlio.load_kubernetes(document)
        for each in _opened(body):
            name = _name_of(each)
            if all(name) and name not in found:
                found.append(name)
    return found


def _opened(body: Any) -> Iterable[KubeObject]:
    if not isinstance(body, dict):
        return ()
    items = body.get("items")
    if str(body.get("kind", "")).endswith("List") and isinstance(items, list):
        return [item for item in items if isinstance(item, dict)]
    return (body,)


def _name_of(body: KubeObject) -> _Name:
    return str(body.get("kind", "")), str((body.get("metadata") or {}).get("name", ""))


def _progress(status: DeploymentStatus, ready: int, total: int) -> int:
    """Percent of the objects that are ready (or, while deleting, gone); a release of no objects is done when it says so."""
    if total == 0:
        return 100 if status is DeploymentStatus.DEPLOYED else 0
    return 100 * (total - ready if status is DeploymentStatus.DELETING else ready) // total


def _message(release: Release, status: DeploymentStatus, ready: int, total: int) -> str:
    counted = f"{ready} of {total} objects are ready"
    if status is DeploymentStatus.DEPLOYED:
        return counted
    return f"{release.info.description}; {counted}" if release.info.description else counted


def _of_kinds(found: Mapping[_Name, Health]) -> Iterable[Condition]:
    """One condition a kind."""
    for kind in dict.fromkeys(kind for kind, _ in found):
        states = [each.status for (own, _), each in found.items() if own == kind]
        ready = states.count(READY)
        bad = next((state for state in states if state != READY), "")
        yield Condition(
            type=kind,
            status="True" if ready == len(states) else "False",
            reason=bad or "Ready",
            message=f"{ready} of {len(states)} ready",
        )


def _of_object(name: _Name, health: Health, body: KubeObject | None) -> Condition:
    unknown = health.status == "Unknown"
    return Condition(
        type="/".join(name),
        status="True" if health.status == READY else "Unknown" if unknown else "False",
        reason="Ready" if health.status == READY else health.status,
        message=health.message,
        last_transition_time=_changed_at(body) if body else "",
    )


def _changed_at(body: KubeObject) -> str:
    """The newest time of the object's own conditions, else that of its making."""
    conditions = (body.get("status") or {}).get("conditions") or ()
    times = [str(each.get("lastTransitionTime") or "") for each in conditions if isinstance(each, dict)]
    return max(times, default="") or str((body.get("metadata") or {}).get("creationTimestamp") or "")


def _sortable(moment: str) -> str:
    """RFC 3339 texts compare by their seconds in UTC."""
    import datetime

    try:
        return datetime.datetime.fromisoformat(moment).astimezone(datetime.UTC).isoformat() if moment else ""
    except ValueError:
        return moment
