"""Object names that Kubernetes accepts, by kind, with its texts (apimachinery pkg/api/validate/content). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ..goquote import quote

LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = rf"{LABEL}(\.{LABEL})*"
LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
LABEL_TEXT = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    f"an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{LABEL}')"
)
SUBDOMAIN_TEXT = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    f"end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{SUBDOMAIN}')"
)
LABEL_1035_TEXT = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and "
    f"end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '{LABEL_1035}')"
)

Problems = Callable[[str], list[str]]


def _too_long(name: str, most: int) -> list[str]:
    return [f"must be no more than {most} characters"] if len(name.encode("utf-8", "surrogateescape")) > most else []


def _subdomain(name: str) -> list[str]:
    return _too_long(name, 253) + ([] if re.fullmatch(SUBDOMAIN, name) else [SUBDOMAIN_TEXT])


def _label(name: str) -> list[str]:
    if re.fullmatch(LABEL, name):
        return _too_long(name, 63)
    return [*_too_long(name, 63), "must not contain dots" if re.fullmatch(SUBDOMAIN, name) else LABEL_TEXT]


def _label_1035(name: str) -> list[str]:
    return _too_long(name, 63) + ([] if re.fullmatch(LABEL_1035, name) else [LABEL_1035_TEXT])


def _path_segment(name: str) -> list[str]:
    if name in (".", ".."):
        return [f"may not be '{name}'"]
    return [f"may not contain '{char}'" for char in "/%" if char in name]


def _anything(name: str) -> list[str]:
    del name
    return []


BY_KIND: Mapping[str, Problems] = {
    "service": _label_1035,
    "namespace": _label,
    "certificatesigningrequest": _anything,
    **dict.fromkeys(("role", "clusterrole", "rolebinding", "clusterrolebinding"), _path_segment),
}
"""A kind in lower case → what says what is wrong; every other kind takes a subdomain."""


def name_problem(kind: str, name: str) -> str | None:
    """What is wrong with an object's name, as Helm tells it; None where nothing is."""
    problems = BY_KIND.get(kind.lower(), _subdomain)(name)
    if not problems:
        return None
    told = [f"metadata.name: Invalid value: {quote(name)}: {problem}" for problem in problems]
    joined = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
    return f"object name does not conform to Kubernetes naming requirements: {quote(name)}: {joined}"
