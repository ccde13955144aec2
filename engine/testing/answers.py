"""What the API server says when it refuses: typed errors with its own texts (apimachinery pkg/api/errors)."""

from __future__ import annotations

from ..errors import ClusterError, Forbidden, KindUnknown, ObjectConflict, ObjectExists, ObjectInvalid, ObjectNotFound
from .schema import Kind


def not_found(kind: Kind, name: str) -> ObjectNotFound:
    """404."""
    return ObjectNotFound(f'{kind.title} "{name}" not found', status=404)


def namespace_missing(name: str) -> ObjectNotFound:
    """404 of a create in a namespace that is not there."""
    return ObjectNotFound(f'namespaces "{name}" not found', status=404)


def exists(kind: Kind, name: str) -> ObjectExists:
    """409, reason AlreadyExists."""
    return ObjectExists(f'{kind.title} "{name}" already exists', status=409)


def stale(kind: Kind, name: str) -> ObjectConflict:
    """409, reason Conflict: the resourceVersion is not the stored one."""
    return ObjectConflict(
        f'Operation cannot be fulfilled on {kind.title} "{name}": the object has been modified; '
        "please apply your changes to the latest version and try again",
        status=409,
    )


def invalid(kind: Kind, name: str, *problems: str) -> ObjectInvalid:
    """422."""
    said = problems[0] if len(problems) == 1 else "[" + ", ".join(problems) + "]"
    return ObjectInvalid(f'{kind.qualified} "{name}" is invalid: {said}', status=422)


def bad_request(text: str) -> ObjectInvalid:
    """400."""
    return ObjectInvalid(text, status=400)


def invalid_patch(text: str) -> ObjectInvalid:
    """422 of a JSON patch that does not fit."""
    return ObjectInvalid(text, status=422)


def forbidden(kind: Kind, name: str, text: str) -> Forbidden:
    """403."""
    return Forbidden(f'{kind.title} "{name}" is forbidden: {text}', status=403)


def internal(text: str) -> ClusterError:
    """500."""
    return ClusterError(text, status=500)


def unknown(api_version: str, kind: str) -> KindUnknown:
    """No such kind in discovery."""
    return KindUnknown(f'no matches for kind "{kind}" in version "{api_version}"')
