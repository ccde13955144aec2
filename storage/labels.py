"""Names and labels of records, and label selectors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from purehelm.engine.errors import ReleaseError
from purehelm.engine.release.model import Release, Status

TYPE = "helm.sh/release.v1"
PREFIX = "sh.helm.release.v1"
OWNER = "helm"
SYSTEM = frozenset({"name", "owner", "status", "version", "createdAt", "modifiedAt"})
VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
LONGEST = 63
STATUSES = {status.value: status for status in Status}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a record's labels say."""

    namespace: str
    name: str
    revision: int
    status: Status
    labels: Mapping[str, str]  # the user's
    resource_version: str = ""


def record_name(name: str, revision: int) -> str:
    """The object's name, and the key of the SQL table."""
    return f"{PREFIX}.{name}.v{revision}"


def user_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Without Helm's own."""
    return {key: value for key, value in labels.items() if key not in SYSTEM}


def record_labels(release: Release, stamp: str, now: int) -> dict[str, str]:
    """A record's labels; `stamp` is createdAt or modifiedAt, `now` Unix seconds.

    Helm writes only the stamp of the last write, so createdAt goes with the first update.
    """
    return user_labels(release.labels) | {
        stamp: str(now),
        "name": release.name,
        "owner": OWNER,
        "status": release.status.value,
        "version": str(release.revision),
    }


def status_of(word: str) -> Status:
    """The status of that word; UNKNOWN for a word that Helm does not have."""
    return STATUSES.get(word, Status.UNKNOWN)


def header_of(namespace: str, labels: Mapping[str, str], resource_version: str = "") -> Header | None:
    """The header that labels describe; None where they are not those of a record."""
    name, revision = labels.get("name"), labels.get("version", "")
    if not name or not (revision.isascii() and revision.isdigit() and len(revision) < 10):
        return None
    return Header(
        namespace=namespace,
        name=name,
        revision=int(revision),
        status=status_of(labels.get("status", "")),
        labels=user_labels(labels),
        resource_version=resource_version,
    )


def check_value(value: str) -> str:
    """The value, which a selector may carry; raises ReleaseError for what is no label value."""
    if len(value) > LONGEST or not VALUE.fullmatch(value):
        raise ReleaseError(f"invalid label value: {value!r}", release=value)
    return value


TERM = re.compile(
    r"\s*(?:(?P<key>[\w./-]+)\s*(?P<sign>==|=|!=)\s*(?P<value>[\w.-]*)"
    r"|(?P<setkey>[\w./-]+)\s+(?P<word>in|notin)\s*\((?P<values>[^()]*)\)"
    r"|(?P<absent>!\s*)?(?P<only>[\w./-]+))\s*(?:,|$)"
)


def matches(selector: str, labels: Mapping[str, str]) -> bool:
    """Whether a Kubernetes label selector picks these labels; raises ReleaseError for what is none."""
    at = 0
    result = True
    while at < len(selector):
        if not (term := TERM.match(selector, at)):
            raise ReleaseError(f"unable to parse requirement: {selector!r}", release="")
        at = term.end()
        result = result and _holds(term, labels)
    return result


def _holds(term: re.Match[str], labels: Mapping[str, str]) -> bool:
    if key := term["key"]:
        return (labels.get(key) == term["value"]) == (term["sign"] != "!=")
    if key := term["setkey"]:
        values = {value.strip() for value in term["values"].split(",")}
        return (labels.get(key) in values) == (term["word"] == "in")
    return (term["only"] in labels) != bool(term["absent"])
