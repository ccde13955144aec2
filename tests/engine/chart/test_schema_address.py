"""IP addresses and URLs as Go reads them."""

from __future__ import annotations

import pytest

from purehelm.engine.chart.schema_address import AddressError, parse_address
from purehelm.engine.chart.schema_url import UrlError, join, parsed

GOOD = {
    "1.2.3.4": (4, ""), "::": (6, ""), "::1": (6, ""), "1::": (6, ""), "1:2:3:4:5:6:7:8": (6, ""), "fe80::1%eth0": (6, "eth0"),
    "::ffff:1.2.3.4": (6, ""), "1:2:3:4:5:6:1.2.3.4": (6, ""),
}  # fmt: skip
BAD = {
    "": "unable to parse IP",
    "%x": "missing IPv6 address",
    "::1%": "zone must be a non-empty string",
    "01.2.3.4": "IPv4 field has octet with leading zero",
    "256.1.1.1": "IPv4 field has value >255",
    "1.x.1.1": 'unexpected character (at "x.1.1")',
    ".1.1.1": 'IPv4 field must have at least one digit (at ".1.1.1")',
    "1.1.1.1.1": "IPv4 address too long",
    "1.1.1": "IPv4 address too short",
    "12345::": 'each group must have 4 or less digits (at "12345::")',
    "1:::2": 'each colon-separated field must have at least one digit (at ":2")',
    "1::2::3": 'multiple :: in address (at ":3")',
    "1:x": 'each colon-separated field must have at least one digit (at "x")',
    "1x:1": 'unexpected character, want colon (at "x:1")',
    "1:2:": 'colon must be followed by more characters (at ":")',
    "1:2": "address string too short",
    "1:2:3:4:5:6:7:8:9": 'trailing garbage after address (at "9")',
    "1:2:3:4:5:6:7::8": "the :: must expand to at least one field of zeros",
    "1:1.2.3.4": 'embedded IPv4 address must replace the final 2 fields of the address (at "1.2.3.4")',
    "1::2:3:4:5:6:7:1.2.3.4": 'too many hex fields to fit an embedded IPv4 at the end of the address (at "1.2.3.4")',
}


@pytest.mark.parametrize(("text", "found"), GOOD.items(), ids=GOOD)
def test_addresses(text: str, found: tuple[int, str]) -> None:
    assert parse_address(text) == found


@pytest.mark.parametrize(("text", "told"), BAD.items(), ids=[text or "empty" for text in BAD])
def test_no_addresses(text: str, told: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(text)

    assert str(caught.value) == f'ParseAddr("{text}"): {told}'


JOINED = [
    ("http://a/b/c?q", "d", "http://a/b/d"),
    ("http://a/b/c", "../d", "http://a/d"),
    ("http://a/b/c", "../../../d/..", "http://a/"),
    ("http://a/b/c", "./", "http://a/b/"),
    ("http://a/b/c", "/d", "http://a/d"),
    ("http://a/b/c", "//e/f", "http://e/f"),
    ("http://a/b/c?q", "", "http://a/b/c?q"),
    ("http://a/b/c?q", "?r", "http://a/b/c?r"),
    ("http://a/b", "urn:x:y", "urn:x:y"),
    ("urn:x:y", "z", "urn:x:y"),
    ("urn:x:y", "#z", "urn:x:y"),
    ("file:///s.json", "t.json", "file:///t.json"),
    ("http://a", "b", "http://a/b"),
]


@pytest.mark.parametrize(("base", "reference", "joined"), JOINED, ids=[f"{row[0]} + {row[1]}" for row in JOINED])
def test_references_are_joined(base: str, reference: str, joined: str) -> None:
    assert join(base, reference)[0] == joined


FAULTS = {
    ":x": "missing protocol scheme",
    "a:b:c d": "",
    "a b:c/d": "first path segment in URL cannot contain colon",
    "http://[::1": "missing ']' in host",
    "http://[1.2.3.4]/": "invalid IP-literal",
    "http://a:b/": 'invalid port ":b" after host',
    "http://a b/": 'invalid character " " in host name',
    "http://a/%z": 'invalid URL escape "%z"',
    "\x01": "net/url: invalid control character in URL",
}


@pytest.mark.parametrize(("text", "told"), FAULTS.items(), ids=[repr(text) for text in FAULTS])
def test_no_urls(text: str, told: str) -> None:
    if not told:
        assert parsed(text).opaque
        return
    with pytest.raises(UrlError) as caught:
        parsed(text)

    assert str(caught.value).endswith(f": {told}")
