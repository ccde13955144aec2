"""Addresses in schemas as Go's net/url reads and joins them; its error texts. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote as percent_encoded
from urllib.parse import unquote_to_bytes

from ..goquote import quote
from .schema_address import AddressError, parse_address

ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2}).{0,2}", re.DOTALL)
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:")
HOST_CHARACTERS = re.compile(r"[^A-Za-z0-9\-_.~!$&'()*+,;=:\[\]<>\"%\x80-\U0010ffff]")


class UrlError(ValueError):
    """A text that is no address, told in Go's words."""


@dataclass(frozen=True, slots=True)
class Url:
    """The parts of an address; None where one is absent. `path` is as written."""

    scheme: str
    host: str | None
    path: str
    query: str | None
    opaque: bool = False

    def __str__(self) -> str:
        head = f"{self.scheme}:" if self.scheme else ""
        if self.host is not None:
            head += f"//{self.host}"
        return head + self.path + ("" if self.query is None else f"?{self.query}")


def parsed(text: str) -> Url:
    """The address without its fragment. Raises UrlError with Go's text (`parse "…": …`)."""
    try:
        return _parse(text.partition("#")[0])
    except UrlError as error:
        raise UrlError(f"parse {quote(text)}: {error}") from error


def _parse(text: str) -> Url:
    if any(char < " " or char == "\x7f" for char in text):
        raise UrlError("net/url: invalid control character in URL")
    scheme, rest = "", text
    if match := SCHEME.match(text):
        scheme, rest = match[0][:-1].lower(), text[match.end() :]
    elif text.startswith(":"):
        raise UrlError("missing protocol scheme")
    query: str | None = None
    if "?" in rest:
        rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        if scheme:
            return Url(scheme, None, rest, query, opaque=True)
        if ":" in rest.partition("/")[0]:
            raise UrlError("first path segment in URL cannot contain colon")
    host: str | None = None
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        host, slash, path = rest[2:].partition("/")
        rest = slash + path
        _check_host(host.rpartition("@")[2])
    _check_escapes(rest)
    return Url(scheme, host, rest, query)


def _check_host(host: str) -> None:
    name = host
    if host.startswith("["):
        end = host.rfind("]")
        if end < 0:
            raise UrlError("missing ']' in host")
        name, port = host[: end + 1], host[end + 1 :]
        _check_literal(host[1:end])
    else:
        at = host.rfind(":")
        port = host[at:] if at >= 0 else ""
    if port and (not port.startswith(":") or not re.fullmatch("[0-9]*", port[1:])):
        raise UrlError(f"invalid port {quote(port)} after host")
    if match := HOST_CHARACTERS.search(name):
        raise UrlError(f"invalid character {quote(match[0])} in host name")
    _check_escapes(name)


def _check_literal(address: str) -> None:
    """What stands in brackets: an IPv6 address, with `%25` before its zone."""
    try:
        version, _ = parse_address(address.replace("%25", "%"))
    except AddressError as error:
        raise UrlError(f"invalid host: {error}") from error
    if version == 4:
        raise UrlError("invalid IP-literal")


def _check_escapes(text: str) -> None:
    if match := ESCAPE.search(text):
        raise UrlError(f"invalid URL escape {quote(match[0])}")


def decoded(text: str) -> str:
    """A fragment without percent signs. Raises UrlError."""
    _check_escapes(text)
    return unquote_to_bytes(text).decode("utf-8", "surrogateescape")


def encoded(text: str) -> str:
    """A fragment with percent signs; slashes stay."""
    return percent_encoded(text, safe="/$&+=:@", errors="surrogateescape")


def split_fragment(text: str) -> tuple[str, str]:
    """The address before `#`, and the decoded fragment. Raises UrlError."""
    head, _, fragment = text.partition("#")
    try:
        return head, decoded(fragment)
    except UrlError as error:
        raise UrlError(f"error in parsing {quote(text)}: {error}") from error


def join(base: str, reference: str) -> tuple[str, str]:
    """The address that a reference means, and its fragment (RFC 3986). Raises UrlError."""
    head, fragment = split_fragment(reference)
    try:
        outer, inner = parsed(base), parsed(head)
    except UrlError as error:
        raise UrlError(f"error in parsing {quote(head)}: {error}") from error
    if inner.scheme or inner.host is not None:
        path = inner.path if inner.opaque else _without_dots(inner.path)
        return str(Url(inner.scheme or outer.scheme, inner.host, path, inner.query)), fragment
    if outer.opaque:
        return str(
            Url(outer.scheme, None, outer.path, inner.query if inner.path or inner.query else outer.query)
        ), fragment
    if not inner.path:
        query = outer.query if inner.query is None else inner.query
        return str(Url(outer.scheme, outer.host, outer.path, query)), fragment
    path = inner.path if inner.path.startswith("/") else outer.path.rpartition("/")[0] + "/" + inner.path
    return str(Url(outer.scheme, outer.host, _without_dots(path), inner.query)), fragment


def _without_dots(path: str) -> str:
    if not path:
        return path
    kept: list[str] = []
    parts = path.split("/")
    for part in parts:
        if part == "..":
            if len(kept) > 1:
                kept.pop()
        elif part != ".":
            kept.append(part)
    if parts[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept).lstrip("/")
