"""The formats that a schema's `format` asserts (santhosh-tekuri/jsonschema v6.0.3 format.go), with its texts. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import re2

from ..goquote import quote
from .schema_address import AddressError, parse_address
from .schema_url import UrlError, decoded, parsed

REGEX_FAULTS: Mapping[str, str] = {
    "missing ]": "missing closing ]",
    "missing )": "missing closing )",
    "trailing \\": "trailing backslash at end of expression",
    "no argument for repetition operator": "missing argument to repetition operator",
    "invalid repetition size": "invalid repeat count",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "invalid named capture group": "invalid named capture",
}
"""RE2's words for what is wrong with a pattern → Go's."""


class FormatFault(ValueError):
    """Text that is not of the format."""


class BadRegex(ValueError):
    """A pattern that Go's regexp refuses, in its words."""


@lru_cache(maxsize=1024)
def regex(pattern: str) -> Any:
    """The compiled pattern; its `search` takes text. Raises BadRegex."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern.encode("utf-8", "replace").decode("utf-8", "replace"), options)
    except re2.error as error:
        told = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error.args[0])
        name, _, where = told.partition(": ")
        # Go names the whole pattern where a bracket is missing, RE2 what it has left.
        shown = pattern if name == "missing )" else where
        raise BadRegex(f"error parsing regexp: {REGEX_FAULTS.get(name, name)}: `{shown}`") from error


def found(pattern: str, text: str) -> bool:
    """Whether the pattern, which compiles, is found anywhere in the text."""
    return regex(pattern).search(text.encode("utf-8", "replace").decode("utf-8", "replace")) is not None


def _refuse(text: str) -> None:
    raise FormatFault(text)


def _rune(char: str) -> str:
    """%q of one character."""
    if char == "'":
        return "'\\''"
    return "'" + ('"' if char == '"' else quote(char)[1:-1]) + "'"


def _json_pointer(text: str) -> None:
    if not text:
        return
    if not text.startswith("/"):
        _refuse("not starting with /")
    if re.search("~(?![01])", text):
        _refuse("~ must be followed by 0 or 1")


def _relative_json_pointer(text: str) -> None:
    digits = len(text) - len(text.lstrip("0123456789"))
    if digits == 0:
        _refuse("must start with non-negative integer")
    if digits > 1 and text.startswith("0"):
        _refuse("starts with zero")
    if text[digits:] != "#":
        _json_pointer(text[digits:])


def _uuid(text: str) -> None:
    sizes = (8, 4, 4, 4, 12)
    groups = text.split("-")
    if len(groups) != len(sizes):
        _refuse(f"must have {len(sizes)} elements")
    for number, (group, size) in enumerate(zip(groups, sizes, strict=True), 1):
        if len(group.encode()) != size:
            _refuse(f"element {number} must be {size} characters long")
        if match := re.search("[^0-9a-fA-F]", group):
            _refuse(f"non-hex character {_rune(match[0])}")


def _duration(text: str) -> None:
    if not text.startswith("P"):
        _refuse("must start with P")
    text = text[1:]
    if not text:
        _refuse("nothing after P")
    if text.endswith("W"):
        if text == "W":
            _refuse("no number in week")
        if not re.fullmatch("[0-9]*", text[:-1]):
            _refuse("invalid week")
        return
    for number, part in enumerate(text.split("T")):
        if number and not part:
            _refuse("no time elements")
        if number > 1:
            _refuse("more than one T")
        _duration_part(part, ("YMD", "HMS")[number])


def _duration_part(text: str, all_units: str) -> None:
    units = all_units
    while text:
        digits = len(text) - len(text.lstrip("0123456789"))
        if digits == 0:
            _refuse("missing number")
        text = text[digits:]
        if not text:
            _refuse("missing unit")
        unit = text[0]
        if unit not in units:
            _refuse(f"unit {_rune(unit)} out of order" if unit in all_units else f"invalid unit {_rune(unit)}")
        units, text = units[units.index(unit) + 1 :], text[1:]


def _ipv4(text: str) -> None:
    groups = text.split(".")
    if len(groups) != 4:
        _refuse("expected four decimals")
    for group in groups:
        if len(group) > 1 and group[0] == "0":
            _refuse("leading zeros")
        if not re.fullmatch("[-+]?[0-9]+", group):
            _refuse(f"strconv.Atoi: parsing {quote(group)}: invalid syntax")
        if len(group) > 19:
            _refuse(f"strconv.Atoi: parsing {quote(group)}: value out of range")
        if not 0 <= int(group) <= 255:
            _refuse("decimal must be between 0 and 255")


def _ipv6(text: str) -> None:
    if ":" not in text:
        _refuse("missing colon")
    try:
        _, zone = parse_address(text)
    except AddressError as error:
        raise FormatFault(str(error)) from error
    if zone:
        _refuse("zone id is not a part of ipv6 address")


def _hostname(text: str) -> None:
    text = text.removesuffix(".")
    if len(text.encode()) > 253:
        _refuse("more than 253 characters long")
    for label in text.split("."):
        if not 1 <= len(label.encode()) <= 63:
            _refuse("label must be 1 to 63 characters long")
        if label.startswith("-"):
            _refuse("label starts with hyphen")
        if label.endswith("-"):
            _refuse("label ends with hyphen")
        if match := re.search("[^a-zA-Z0-9-]", label):
            _refuse(f"invalid character {_rune(match[0])}")


def _email(text: str) -> None:
    if len(text.encode()) > 254:
        _refuse("more than 255 characters long")
    local, at, domain = text.rpartition("@")
    if not at:
        _refuse("missing @")
    if len(local.encode()) > 64:
        _refuse("local part more than 64 characters long")
    _local_part(local)
    if domain.startswith("[") and domain.endswith("]"):
        domain = domain[1:-1]
        if domain.startswith("IPv6:"):
            _inside("invalid ipv6 address", _ipv6, domain[5:])
        else:
            _inside("invalid ipv4 address", _ipv4, domain)
        return
    _inside("invalid domain", _hostname, domain)


def _local_part(local: str) -> None:
    if len(local) > 1 and local[0] == local[-1] == '"':
        if re.search(r'[\\"]', local[1:-1]):
            _refuse("backslash and quote are not allowed within quoted local part")
        return
    rules = (
        (local.startswith("."), "starts with dot"),
        (local.endswith("."), "ends with dot"),
        (".." in local, "consecutive dots"),
    )
    for broken, text in rules:
        if broken:
            _refuse(text)
    if match := re.search(r"[^a-zA-Z0-9.!#$%&'*+\-/=?^_`{|}~]", local):
        _refuse(f"invalid character {_rune(match[0])}")


def _inside(where: str, check: Callable[[str], None], text: str) -> None:
    try:
        check(text)
    except FormatFault as error:
        raise FormatFault(f"{where}: {error}") from error


def _date(text: str) -> None:
    """As time.Parse with "2006-01-02"."""
    rest = text
    for layout, size, low, high in (("2006", 4, 0, 9999), ("01", 2, 1, 12), ("02", 2, 1, 31)):
        head = rest[:size]
        if not re.fullmatch(f"[0-9]{{{size}}}", head):
            raise FormatFault(
                f"parsing time {quote(text)} as {quote('2006-01-02')}: cannot parse {quote(rest)} as {quote(layout)}"
            )
        if not low <= int(head) <= high:
            _refuse(f"parsing time {quote(text)}: {'month' if layout == '01' else 'day'} out of range")
        rest = rest[size:]
        if layout != "02":
            if not rest.startswith("-"):
                raise FormatFault(
                    f"parsing time {quote(text)} as {quote('2006-01-02')}: cannot parse {quote(rest)} as {quote('-')}"
                )
            rest = rest[1:]
    if rest:
        _refuse(f"parsing time {quote(text)}: extra text: {quote(rest)}")
    year = int(text[:4])
    try:
        dt.date(year or 4, int(text[5:7]), int(text[8:10]))  # year 0 is a leap year
    except ValueError as error:
        raise FormatFault(f"parsing time {quote(text)}: day out of range") from error


def _time(text: str) -> None:
    if len(text.encode()) < 9:
        _refuse("less than 9 characters long")
    if text[2] != ":" or text[5] != ":":
        _refuse("missing colon in correct place")
    hour, minute, second = (_number(part, "hour/min/sec") for part in text[:8].split(":", 2))
    if hour > 23 or minute > 59 or second > 60:
        _refuse("hour/min/sec out of range")
    rest = text[8:]
    if rest.startswith("."):
        digits = len(rest) - 1 - len(rest[1:].lstrip("0123456789"))
        if digits == 0:
            _refuse("no digits in second fraction")
        rest = rest[1 + digits :]
    minutes = hour * 60 + minute
    if rest not in ("z", "Z"):
        minutes -= _offset(rest)
        minutes += 24 * 60 if minutes < 0 else 0
    if second >= 60 and minutes != 23 * 60 + 59:
        _refuse("invalid leap second")


def _offset(text: str) -> int:
    if len(text.encode()) != 6:
        _refuse("offset must be 6 characters long")
    if text[0] not in "+-":
        _refuse("offset must begin with plus/minus")
    if text[3] != ":":
        _refuse("missing colon in offset in correct place")
    hours, minutes = (_number(part, "hour/min in offset") for part in text[1:].split(":", 1))
    if hours > 23 or minutes > 59:
        _refuse("hour/min in offset out of range")
    return (hours * 60 + minutes) * (1 if text[0] == "+" else -1)


def _number(text: str, what: str) -> int:
    if not re.fullmatch("[-+]?[0-9]+", text):
        _refuse(f"invalid {what}")
    if int(text) < 0:
        _refuse(f"non-positive {what}")
    return int(text)


def _date_time(text: str) -> None:
    if len(text.encode()) < 20:
        _refuse("less than 20 characters long")
    if text[10] not in "tT":
        _refuse("11th character must be t or T")
    _inside("invalid date element", _date, text[:10])
    _inside("invalid time element", _time, text[11:])


def _url(text: str) -> Any:
    try:
        url = parsed(text)
        decoded(text.partition("#")[2])
    except UrlError as error:
        raise FormatFault(str(error)) from error
    host = (url.host or "").rpartition("@")[2]
    if host.startswith("[") and ":" in host.partition("]")[0]:
        _inside("invalid ipv6 address", _ipv6, host[1:].partition("]")[0])
    return url


def _uri(text: str) -> None:
    if not _url(text).scheme:
        _refuse("relative url")


def _uri_reference(text: str) -> None:
    if "\\" in text:
        _refuse("contains \\")
    _url(text)


def _uri_template(text: str) -> None:
    path = _url(text).path
    for token in path.split("/"):
        depth = 0
        for brace in re.findall("[{}]", token):
            depth += 1 if brace == "{" else -1
            if depth not in (0, 1):
                _refuse("nested curly braces")
        if depth:
            _refuse("no matching closing brace")


def _period(text: str) -> None:
    start, slash, end = text.partition("/")
    if not slash:
        _refuse("missing slash")
    if start.startswith("P"):
        _inside("invalid start duration", _duration, start)
        _inside("invalid end date-time", _date_time, end)
        return
    _inside("invalid start date-time", _date_time, start)
    if end.startswith("P"):
        _inside("invalid end duration", _duration, end)
    else:
        _inside("invalid end date-time", _date_time, end)


def _semver(text: str) -> None:
    text, plus, build = text.partition("+")
    if plus:
        if not build:
            _refuse("build is empty")
        _identifiers(build, "build")
    text, dash, prerelease = text.partition("-")
    if dash:
        _identifiers(prerelease, "pre-release")
    numbers = text.split(".")
    if len(numbers) != 3:
        _refuse("versionCore must have 3 numbers separated by dot")
    for name, number in zip(("major", "minor", "patch"), numbers, strict=True):
        if not number:
            _refuse(f"{name} is empty")
        if len(number) > 1 and number[0] == "0":
            _refuse(f"{name} starts with zero")
        if not re.fullmatch("[0-9]+", number):
            _refuse(f"{name} contains non-digit")


def _identifiers(text: str, what: str) -> None:
    for identifier in text.split("."):
        if not identifier:
            _refuse(f"{what} identifier is empty")
        if match := re.search("[^0-9a-zA-Z-]", identifier):
            _refuse(f"invalid character {_rune(match[0])} in {what} identifier")
        if what == "pre-release" and len(identifier) > 1 and re.fullmatch("0[0-9]+", identifier):
            _refuse("pre-release numeric identifier starts with zero")


def _regex(text: str) -> None:
    try:
        regex(text)
    except BadRegex as error:
        raise FormatFault(str(error)) from error


FORMATS: Mapping[str, Callable[[str], None]] = {
    "json-pointer": _json_pointer,
    "relative-json-pointer": _relative_json_pointer,
    "uuid": _uuid,
    "duration": _duration,
    "period": _period,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "hostname": _hostname,
    "email": _email,
    "date": _date,
    "time": _time,
    "date-time": _date_time,
    "uri": _uri,
    "iri": _uri,
    "uri-reference": _uri_reference,
    "iri-reference": _uri_reference,
    "uri-template": _uri_template,
    "semver": _semver,
    "regex": _regex,
}
"""A format's name → what raises FormatFault for text that is not of it; other names are not asserted."""
