"""IP addresses as Go's net/netip reads them, with its error texts. Pure."""

from __future__ import annotations

from ..goquote import quote

HEX = "0123456789abcdefABCDEF"


class AddressError(ValueError):
    """A text that is no IP address, told in Go's words."""

    def __init__(self, text: str, message: str, at: str = "") -> None:
        super().__init__(f"ParseAddr({quote(text)}): {message}" + (f" (at {quote(at)})" if at else ""))


def parse_address(text: str) -> tuple[int, str]:
    """The address's version (4 or 6) and zone. Raises AddressError."""
    first = next((char for char in text if char in ".:%"), "")
    if first == ":":
        return 6, _version_6(text)
    if first == ".":
        _version_4(text, text)
        return 4, ""
    raise AddressError(text, "missing IPv6 address" if first else "unable to parse IP")


def _version_4(text: str, part: str) -> None:
    """`part` of the text as four decimals."""
    value = digits = fields = 0
    for at, char in enumerate(part):
        if "0" <= char <= "9":
            if digits == 1 and value == 0:
                raise AddressError(text, "IPv4 field has octet with leading zero")
            value, digits = value * 10 + int(char), digits + 1
            if value > 255:
                raise AddressError(text, "IPv4 field has value >255")
        elif char != ".":
            raise AddressError(text, "unexpected character", part[at:])
        elif at in (0, len(part) - 1) or part[at - 1] == ".":
            raise AddressError(text, "IPv4 field must have at least one digit", part[at:])
        elif fields == 3:
            raise AddressError(text, "IPv4 address too long")
        else:
            value, digits, fields = 0, 0, fields + 1
    if fields < 3:
        raise AddressError(text, "IPv4 address too short")


def _version_6(text: str) -> str:
    """The zone of an IPv6 address."""
    rest, percent, zone = text.partition("%")
    if percent and not zone:
        raise AddressError(text, "zone must be a non-empty string")
    shortened = rest.startswith("::")
    if shortened:
        rest = rest[2:]
        if not rest:
            return zone
    size = 0  # bytes
    while size < 16:
        digits = _digits(text, rest)
        if rest[digits : digits + 1] == ".":
            _embedded(text, rest, size, shortened=shortened)
            size, rest = size + 4, ""
            break
        size, rest = size + 2, rest[digits:]
        if not rest:
            break
        rest = _after_colon(text, rest)
        if rest.startswith(":"):
            if shortened:
                raise AddressError(text, "multiple :: in address", rest)
            shortened, rest = True, rest[1:]
            if not rest:
                break
    _check_end(text, rest, size, shortened=shortened)
    return zone


def _check_end(text: str, rest: str, size: int, *, shortened: bool) -> None:
    if rest:
        raise AddressError(text, "trailing garbage after address", rest)
    if size < 16 and not shortened:
        raise AddressError(text, "address string too short")
    if size == 16 and shortened:
        raise AddressError(text, "the :: must expand to at least one field of zeros")


def _digits(text: str, rest: str) -> int:
    digits = len(rest) - len(rest.lstrip(HEX))
    if digits > 4:
        raise AddressError(text, "each group must have 4 or less digits", rest)
    if digits == 0:
        raise AddressError(text, "each colon-separated field must have at least one digit", rest)
    return digits


def _embedded(text: str, rest: str, size: int, *, shortened: bool) -> None:
    if not shortened and size != 12:
        raise AddressError(text, "embedded IPv4 address must replace the final 2 fields of the address", rest)
    if size + 4 > 16:
        told = "too many hex fields to fit an embedded IPv4 at the end of the address"
        raise AddressError(text, told, rest)
    _version_4(text, rest)


def _after_colon(text: str, rest: str) -> str:
    if rest[0] != ":":
        raise AddressError(text, "unexpected character, want colon", rest)
    if len(rest) == 1:
        raise AddressError(text, "colon must be followed by more characters", rest)
    return rest[1:]
