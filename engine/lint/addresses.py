"""Addresses in Chart.yaml as lint accepts them (github.com/asaskevich/govalidator IsEmail, IsURL, IsRequestURL). Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import re2

from ..chart.schema_url import UrlError, parsed

_WIDE = "\\x{00A0}-\\x{D7FF}\\x{F900}-\\x{FDCF}\\x{FDF0}-\\x{FFEF}"
_ATOM = f"[a-zA-Z0-9!#$%&'*+\\-/=?^_`{{|}}~{_WIDE}]+"
_QUOTED = f'"([\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\x20\\x09\\x21\\x23-\\x5b\\x5d-\\x7e{_WIDE}])*"'
_EDGE = f"[a-zA-Z0-9{_WIDE}]"
_PART = f"({_EDGE}|{_EDGE}[a-zA-Z0-9\\-._~{_WIDE}]*{_EDGE})"
_LAST = f"([a-zA-Z{_WIDE}]|[a-zA-Z{_WIDE}][a-zA-Z0-9\\-_~{_WIDE}]*[a-zA-Z{_WIDE}])"
EMAIL = f"^({_ATOM}(\\.{_ATOM})*|{_QUOTED})@({_PART}\\.)+{_LAST}\\.?$"

_OCTET = "(\\d{1,2}|1\\d\\d|2[0-4]\\d|25[0-5])"
_IPV4 = f"([1-9]\\d?|1\\d\\d|2[01]\\d|22[0-3]|24\\d|25[0-5])(\\.{_OCTET}){{2}}\\.([0-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])"
_IPV6 = "\\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[0-9a-zA-Z]+)?\\]"
_WORDS = "([a-zA-Z0-9]([a-zA-Z0-9-_]+)?[a-zA-Z0-9]([-\\.][a-zA-Z0-9]+)*)"
_SUB = "((www\\.)|([a-zA-Z0-9]+([-_\\.]?[a-zA-Z0-9])*[a-zA-Z0-9]\\.[a-zA-Z0-9]+))"
_NAME = (
    f"({_WORDS}|({_SUB}?))?(([a-zA-Z\\x{{00a1}}-\\x{{ffff}}0-9]+-?-?)*[a-zA-Z\\x{{00a1}}-\\x{{ffff}}0-9]+)"
    "(\\.([a-zA-Z\\x{00a1}-\\x{ffff}]{1,}))?"
)
URL = f"^((ftp|tcp|udp|wss?|https?)://)?(\\S+(:\\S*)?@)?(({_IPV4}|{_IPV6}|{_NAME}))\\.?(:(\\d{{1,5}}))?((/|\\?|#)[^\\s]*)?$"
LONGEST = 2083
SHORTEST = 3


@cache
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern)


def is_email(text: str) -> bool:
    """Whether a maintainer's address looks like one."""
    return bool(_compiled(EMAIL).search(_valid(text)))


def is_url(text: str) -> bool:
    """Whether a maintainer's page looks like an address; the scheme may be left out."""
    if len(text) >= LONGEST or len(text.encode("utf-8", "replace")) <= SHORTEST or text.startswith("."):
        return False
    whole = f"http://{text}" if ":" in text and "://" not in text else text
    try:
        url = parsed(whole)
    except UrlError:
        return False
    host = url.host or ""
    path = "" if url.opaque else url.path
    if host.startswith(".") or (not host and path and "." not in path):
        return False
    return bool(_compiled(URL).search(_valid(text)))


def is_request_url(text: str) -> bool:
    """Whether a source's or icon's address has a scheme (url.ParseRequestURI)."""
    if not re.match(r"[a-zA-Z][a-zA-Z0-9+.\-]*:", text):
        return False
    try:
        parsed(text.replace("#", "%23"))
    except UrlError:
        return False
    return True


def _valid(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8", "replace")
