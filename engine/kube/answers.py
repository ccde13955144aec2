"""An API server's refusals as typed errors, in its own words or client-go's (apimachinery pkg/api/errors)."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson

from ..errors import (
    ApplyConflict,
    ClusterError,
    EngineError,
    FieldConflict,
    Forbidden,
    ObjectConflict,
    ObjectExists,
    ObjectInvalid,
    ObjectNotFound,
    Unauthorized,
)
from ..shapes import ResourceRef
from .fields import maps_at, text_at

BY_STATUS: dict[int, type[ClusterError]] = {
    400: ObjectInvalid, 401: Unauthorized, 403: Forbidden, 404: ObjectNotFound, 409: ObjectConflict, 422: ObjectInvalid,
}  # fmt: skip
GENERIC: dict[int, str] = {
    400: "the server rejected our request for an unknown reason",
    401: "the server has asked for the client to provide credentials",
    403: "forbidden",
    404: "the server could not find the requested resource",
    405: "the server does not allow this method on the requested resource",
    406: "the server was unable to respond with a content type that the client supports",
    409: "the server reported a conflict",
    415: "the body of the request was in an unknown format - accepted media types include: ",
    422: "the server rejected our request due to an error in our request",
    429: "the server has received too many requests and has asked us to try again later",
    503: "the server is currently unable to handle the request",
    504: "the server was unable to return a response in the time allotted, but may still be processing the request",
}
SHORTEST = 2048  # characters of an answer that is no Status, in a text
OWNED = "FieldManagerConflict"
MANAGER = re.compile(r'^conflict with "((?:[^"\\]|\\.)*)"')
Error = TypeVar("Error", bound=EngineError)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request in words: its verb, the resource, and the object where there is one."""

    verb: str
    resource: str = ""
    ref: ResourceRef | None = None

    def __str__(self) -> str:
        return " ".join(filter(None, (self.verb, self.resource, self.ref.name if self.ref else "")))


def refusal(status: int, body: bytes, asked: Asked) -> ClusterError:
    """The error that an answer stands for."""
    said = status_of(body)
    if said is None:
        return _wordless(status, body, asked)
    return error_of(said, status, asked.ref)


def status_of(body: bytes) -> dict[str, Any] | None:
    """The Status object of an answer; None where it is something else."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return said if isinstance(said, dict) and said.get("kind") == "Status" else None


def error_of(said: dict[str, Any], status: int, ref: ResourceRef | None) -> ClusterError:
    """The error that a Status object says."""
    text = text_at(said, "message") or text_at(said, "reason") or GENERIC.get(status, "unknown")
    reason = text_at(said, "reason")
    if reason == "AlreadyExists":
        return ObjectExists(text, status=status, ref=ref)
    conflicts = tuple(_conflict(cause) for cause in maps_at(said, "details.causes") if cause.get("reason") == OWNED)
    if reason == "Conflict" and conflicts:
        return ApplyConflict(text, conflicts=conflicts, status=status, ref=ref)
    return BY_STATUS.get(status, ClusterError)(text, status=status, ref=ref)


def _conflict(cause: dict[str, Any]) -> FieldConflict:
    message = text_at(cause, "message")
    manager = MANAGER.match(message)
    return FieldConflict(manager[1] if manager else "", text_at(cause, "field"), message)


def _wordless(status: int, body: bytes, asked: Asked) -> ClusterError:
    """An answer that is no Status: a proxy's, or a server's in trouble (NewGenericServerResponse)."""
    text = GENERIC.get(status)
    if text is None and status >= 500:
        shown = " ".join(body.decode("utf-8", "replace").split())[:SHORTEST]
        text = f'an error on the server ("{shown or "unknown"}") has prevented the request from succeeding'
    text = text or f"the server responded with the status code {status} but did not return more details"
    where = f" ({asked})" if asked.resource else ""
    return BY_STATUS.get(status, ClusterError)(text + where, status=status, ref=asked.ref)


def framed(error: Error, text: str) -> Error:
    """The same error with other words."""
    other = copy.copy(error)
    other.args = (text,)
    other.message = text
    return other


def joined(errors: Sequence[EngineError], separator: str) -> EngineError:
    """Several errors as one, in their order: their class where it is one, with every conflict of theirs."""
    if len(errors) == 1:
        return errors[0]
    text = separator.join(map(str, errors))
    kinds = {type(error) for error in errors}
    if kinds == {ApplyConflict}:
        return ApplyConflict(text, conflicts=tuple(_conflicts(errors)), status=409)
    first = errors[0]
    if len(kinds) == 1 and isinstance(first, ClusterError):
        return framed(first, text)
    return ClusterError(text)


def _conflicts(errors: Iterable[EngineError]) -> Iterable[FieldConflict]:
    for error in errors:
        if isinstance(error, ApplyConflict):
            yield from error.conflicts
