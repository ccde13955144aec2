"""Read fields of objects that anybody may have written: what has the wrong type counts as absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..shapes import KubeObject, ResourceRef


def at(body: Any, path: str) -> Any:
    """The value at a dotted path; None where there is none."""
    for name in path.split("."):
        if not isinstance(body, Mapping):
            return None
        body = body.get(name)
    return body


def text_at(body: Any, path: str, default: str = "") -> str:
    """The text at a path, else the default."""
    value = at(body, path)
    return value if isinstance(value, str) else default


def number_at(body: Any, path: str, default: int) -> int:
    """The whole number at a path, else the default."""
    value = at(body, path)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def maps_at(body: Any, path: str) -> list[dict[str, Any]]:
    """The maps in the list at a path."""
    value = at(body, path)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def conditions_of(body: Any) -> list[tuple[str, str, str, str]]:
    """An object's conditions: type, status, reason, message."""
    names = ("type", "status", "reason", "message")
    return [
        (found[0], found[1], found[2], found[3])
        for condition in maps_at(body, "status.conditions")
        for found in [[text_at(condition, name) for name in names]]
    ]


def ref_of(body: KubeObject) -> ResourceRef:
    """An object's address."""
    return ResourceRef(
        text_at(body, "apiVersion"), text_at(body, "kind"), text_at(body, "metadata.namespace"),
        text_at(body, "metadata.name"),
    )  # fmt: skip


def selector_of(selector: Any) -> str | None:
    """A LabelSelector as the API's text; None for one that is none."""
    if not isinstance(selector, dict):
        return None
    labels = selector.get("matchLabels")
    parts = [f"{key}={value}" for key, value in sorted(labels.items())] if isinstance(labels, dict) else []
    for rule in maps_at(selector, "matchExpressions"):
        key, values = rule.get("key"), ",".join(map(str, rule.get("values") or ()))
        match rule.get("operator"):
            case "In":
                parts.append(f"{key} in ({values})")
            case "NotIn":
                parts.append(f"{key} notin ({values})")
            case "Exists":
                parts.append(f"{key}")
            case "DoesNotExist":
                parts.append(f"!{key}")
            case _:
                return None
    return ",".join(parts)
