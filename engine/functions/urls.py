"""URLs taken apart and put together (sprig: url.go; Go: net/url)."""

from __future__ import annotations

import ipaddress
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..goquote import quote
from ..govalues import TypedNil, go_kind
from ..template.function import FunctionError, declare

UNRESERVED = frozenset((string.ascii_letters + string.digits + "-_.~").encode())
# What each part of a URL may hold without an escape.
PLAIN = {
    "path": UNRESERVED | frozenset(b"$&+,/:;=@"),
    "user": UNRESERVED | frozenset(b"$&+,;="),
    "host": UNRESERVED | frozenset(b"!$&'()*+,;=:[]<>\""),
    "fragment": UNRESERVED | frozenset(b"$&+,/:;=?@!()*"),
}
USERINFO = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*(?=:)|(?=:)")
HOST_PARTS = ("host", "zone")
ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})?")
# In a host: an escape, or what may not be there.
NO_HOST = bytes(byte for byte in range(0x80) if byte not in PLAIN["host"] and byte != ord("%"))
DOUBTFUL = re.compile(rb"%([0-9A-Fa-f]{2})?|[" + re.escape(NO_HOST) + b"]")
PORT = re.compile(r"(?::[0-9]*)?")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class _Fault(Exception):
    """What is wrong with a URL, in Go's words."""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text_of(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def escape(text: str, part: str) -> str:
    """The text with escapes where its part of a URL needs them."""
    plain = PLAIN[part]
    return "".join(chr(byte) if byte in plain else f"%{byte:02X}" for byte in _bytes(text))


def unescape(text: str, part: str) -> str:
    """The text that escapes stand for."""
    data = _bytes(text)
    for found in (DOUBTFUL if part in HOST_PARTS else ESCAPE).finditer(data):
        if found[0][:1] != b"%":
            raise _Fault(f"invalid character {quote(found[0].decode())} in host name")
        if found[1] is None or not _may_hide(found[1], part):
            raise _Fault(f"invalid URL escape {quote(_text_of(data[found.start() : found.start() + 3]))}")
    return _text_of(ESCAPE.sub(lambda found: bytes((int(found[1], 16),)), data))


def _may_hide(digits: bytes, part: str) -> bool:
    """Whether an escape may stand there: in hosts only for what is not ASCII, in zones only for what needs none, or a blank."""
    byte = int(digits, 16)
    if part == "host":
        return byte >= 0x80 or digits == b"25"
    return part != "zone" or byte in PLAIN["host"] or digits in (b"20", b"25")


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """A URL's parts, without escapes but for `query`; `user` is escaped again, None where there is none."""

    scheme: str = ""
    opaque: str = ""
    user: str | None = None
    host: str = ""
    path: str = ""
    query: str = ""
    fragment: str = ""

    @property
    def hostname(self) -> str:
        """The host without port and brackets."""
        host, colon = self.host, self.host.rfind(":")
        if colon >= 0 and PORT.fullmatch(host[colon:]):
            host = host[:colon]
        return host[1:-1] if host.startswith("[") and host.endswith("]") else host

    def __str__(self) -> str:
        """The URL's text (url.URL.String)."""
        text = f"{self.scheme}:" if self.scheme else ""
        text += self.opaque or self._hierarchy(text)
        text += f"?{self.query}" if self.query else ""
        return text + (f"#{escape(self.fragment, 'fragment')}" if self.fragment else "")

    def _hierarchy(self, before: str) -> str:
        authority = ""
        if (self.scheme or self.host or self.user is not None) and (self.host or self.path or self.user is not None):
            user = "" if self.user is None else f"{self.user}@"
            authority = f"//{user}{escape(self.host, 'host')}"
        path = "*" if self.path == "*" else escape(self.path, "path")
        if path and path[0] != "/" and self.host:
            return f"{authority}/{path}"
        if not before and not authority and ":" in path.partition("/")[0]:
            return f"./{path}"  # else it would look like a scheme
        return authority + path


def parse_url(text: str) -> Url:
    """The URL's parts. Raises FunctionError with Go's text (url.Parse)."""
    before, _, fragment = text.partition("#")
    whole = before
    try:
        url = _parse(before)
        if not fragment:
            return url
        whole = text
        return Url(**{**_parts(url), "fragment": unescape(fragment, "fragment")})
    except _Fault as fault:
        raise FunctionError(f"parse {quote(whole)}: {fault}") from None


def _parts(url: Url) -> dict[str, Any]:
    return {name: getattr(url, name) for name in ("scheme", "opaque", "user", "host", "path", "query", "fragment")}


def _parse(text: str) -> Url:
    if CONTROL.search(text):
        raise _Fault("net/url: invalid control character in URL")
    if text == "*":
        return Url(path="*")
    scheme, rest = "", text
    if found := SCHEME.match(text):
        if not found[0]:
            raise _Fault("missing protocol scheme")
        scheme, rest = found[0].lower(), text[found.end() + 1 :]
    rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        if scheme:
            return Url(scheme=scheme, opaque=rest, query=query)
        if ":" in rest.partition("/")[0]:
            raise _Fault("first path segment in URL cannot contain colon")
    user, host = None, ""
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, rest = rest[2:].partition("/")
        rest = slash + rest
        user, host = _authority(scheme, authority)
    return Url(scheme=scheme, user=user, host=host, path=unescape(rest, "path"), query=query)


def _authority(scheme: str, text: str) -> tuple[str | None, str]:
    userinfo, at, host = text.rpartition("@")
    found = _host(scheme, host)
    if not at:
        return None, found
    if not USERINFO.fullmatch(userinfo):
        raise _Fault("net/url: invalid userinfo")
    name, colon, password = userinfo.partition(":")
    shown = escape(unescape(name, "user"), "user")
    return shown + (f":{escape(unescape(password, 'user'), 'user')}" if colon else ""), found


def _host(scheme: str, host: str) -> str:
    bracket = host.rfind("[")
    if bracket > 0:
        raise _Fault("invalid IP-literal")
    if bracket == 0:
        return _literal(host)
    colon = host.find(":")
    if colon >= 0:
        colon = colon if scheme in ("http", "https") else host.rfind(":")
        _check_port(host[colon:])
    return unescape(host, "host")


def _check_port(text: str) -> None:
    if not PORT.fullmatch(text):
        raise _Fault(f"invalid port {quote(text)} after host")


def _literal(host: str) -> str:
    """An address in brackets."""
    close = host.rfind("]")
    if close < 0:
        raise _Fault("missing ']' in host")
    _check_port(host[close + 1 :])
    name, percent, zone = host[1:close].partition("%25")
    address = unescape(name, "host") + (f"%{unescape(zone, 'zone')}" if percent else "")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        raise _Fault(f"invalid host: ParseAddr({quote(address)}): unable to parse IP") from None
    if parsed.version == 4:
        raise _Fault("invalid IP-literal")
    return f"[{address}]{host[close + 1 :]}"


def _url_parse(text: str) -> dict[str, Any]:
    try:
        url = parse_url(text)
    except FunctionError as error:
        raise FunctionError(f"unable to parse url: {error}") from None
    named = {name: getattr(url, name) for name in ("scheme", "host", "hostname", "path", "query", "opaque", "fragment")}
    return {**named, "userinfo": url.user or ""}


def _text(parts: Mapping[str, Any], key: str) -> str:
    value = parts.get(key, "")
    if isinstance(value, str):
        return value
    if value is None:
        raise FunctionError("runtime error: invalid memory address or nil pointer dereference")
    raise FunctionError(f"unable to parse {key} key, must be of type string, but {go_kind(value)} found")


def _url_join(given: Mapping[str, Any] | TypedNil) -> str:
    parts = {} if isinstance(given, TypedNil) else given
    texts = {name: _text(parts, name) for name in ("scheme", "host", "path", "query", "opaque", "fragment", "userinfo")}
    userinfo = texts.pop("userinfo")
    user = None
    if userinfo:
        try:
            user = parse_url(f"proto://{userinfo}@host").user
        except FunctionError as error:
            raise FunctionError(f"unable to parse userinfo in dict: {error}") from None
    return str(Url(**texts, user=user))


TABLE = declare(
    (
        ("urlParse", "string -> map[string]interface {}", _url_parse),
        ("urlJoin", "map[string]interface {} -> string", _url_join),
    )
)
