"""Refusals of an API server become typed errors with its words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from purehelm.engine.errors import (
    ApplyConflict,
    Cancelled,
    ClusterError,
    FieldConflict,
    Forbidden,
    ObjectConflict,
    ObjectExists,
    ObjectInvalid,
    ObjectNotFound,
    Unauthorized,
)
from purehelm.engine.kube.answers import Asked, framed, joined, refusal
from purehelm.engine.shapes import ResourceRef

REF = ResourceRef("v1", "Pod", "n", "a")
ASKED = Asked("get", "pods", REF)


def status(reason: str, message: str, **extra: Any) -> bytes:
    return json.dumps({"kind": "Status", "reason": reason, "message": message, **extra}).encode()


@pytest.mark.parametrize(
    ("code", "reason", "want"),
    [
        (400, "BadRequest", ObjectInvalid), (401, "Unauthorized", Unauthorized), (403, "Forbidden", Forbidden),
        (404, "NotFound", ObjectNotFound), (409, "AlreadyExists", ObjectExists), (409, "Conflict", ObjectConflict),
        (422, "Invalid", ObjectInvalid), (415, "UnsupportedMediaType", ClusterError), (500, "InternalError", ClusterError),
    ],
)  # fmt: skip
def test_a_status_decides(code: int, reason: str, want: type[ClusterError]) -> None:
    error = refusal(code, status(reason, "so it is"), ASKED)
    assert (type(error), str(error), error.status, error.ref) == (want, "so it is", code, REF)


@pytest.mark.parametrize(
    ("code", "body", "want"),
    [
        (404, b"404 page not found", "the server could not find the requested resource (get pods a)"),
        (502, b"<h1>Bad\n gateway</h1>", 'an error on the server ("<h1>Bad gateway</h1>") has prevented the request from succeeding (get pods a)'),
        (500, b"", 'an error on the server ("unknown") has prevented the request from succeeding (get pods a)'),
        (503, b"{}", "the server is currently unable to handle the request (get pods a)"),
        (418, b"", "the server responded with the status code 418 but did not return more details (get pods a)"),
    ],
    ids=["404", "502", "500", "503", "418"],
)  # fmt: skip
def test_what_is_no_status_gets_client_gos_words(code: int, body: bytes, want: str) -> None:
    assert str(refusal(code, body, ASKED)) == want


def test_without_a_resource_nothing_is_said_of_it() -> None:
    assert str(refusal(401, b"", Asked("get"))) == "the server has asked for the client to provide credentials"


CAUSES = [
    {"reason": "FieldManagerConflict", "message": 'conflict with "kubectl" using apps/v1', "field": ".spec.replicas"},
    {"reason": "FieldManagerConflict", "message": 'conflict with "other \\"x\\""', "field": ".data.k"},
    {"reason": "FieldValueInvalid", "message": "no", "field": ".z"},
]


def test_conflicts_are_told_apart() -> None:
    text = "Apply failed with 2 conflicts: …"
    error = refusal(409, status("Conflict", text, details={"causes": CAUSES}), ASKED)
    assert isinstance(error, ApplyConflict)
    assert str(error) == text
    assert error.conflicts == (
        FieldConflict("kubectl", ".spec.replicas", 'conflict with "kubectl" using apps/v1'),
        FieldConflict('other \\"x\\"', ".data.k", 'conflict with "other \\"x\\""'),
    )


def test_framing_keeps_what_an_error_knows() -> None:
    error = ApplyConflict("old", conflicts=(FieldConflict("m", ".a"),), ref=REF)
    other = framed(error, "new: old")
    assert (type(other), str(other), other.message, other.conflicts, other.ref) == (
        ApplyConflict, "new: old", "new: old", error.conflicts, REF,
    )  # fmt: skip
    assert str(error) == "old"


def test_joining() -> None:
    one, two = (ApplyConflict(name, conflicts=(FieldConflict(name, ".a"),)) for name in "ab")
    both = joined([one, two], " && ")
    assert isinstance(both, ApplyConflict)
    assert (str(both), [conflict.manager for conflict in both.conflicts]) == ("a && b", ["a", "b"])
    assert joined([one], "\n") is one
    same = joined([Forbidden("a"), Forbidden("b")], "\n")
    assert (type(same), str(same)) == (Forbidden, "a\nb")
    mixed = joined([Forbidden("a"), ObjectExists("b")], "\n")
    assert (type(mixed), str(mixed)) == (ClusterError, "a\nb")
    assert type(joined([Cancelled("a"), Cancelled("b")], "\n")) is ClusterError
