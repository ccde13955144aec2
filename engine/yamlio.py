"""Read YAML as Helm reads it; the one door for YAML text. `dump` and `dump_pretty` come from `yamlemit`.

Helm converts YAML to JSON and decodes that with Go's defaults (sigs.k8s.io/yaml over goyaml v2): YAML 1.1 words, every number
a float64, keys as strings. The parser is PyYAML's (libyaml); what a scalar means is decided here.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from .errors import YamlError
from .gofloat import format_float
from .yamlemit import dump, dump_pretty

__all__ = [
    "MERGE",
    "dump",
    "dump_pretty",
    "load",
    "load_all",
    "load_kubernetes",
    "load_map",
    "load_strict",
    "load_values",
    "merge",
    "plain_value",
]

TAG = "tag:yaml.org,2002:"
WORDS: Mapping[str, Any] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
NUMBER_STARTS = frozenset("0123456789+-.")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
INTEGERS = (
    (re.compile(r"([-+]?)0[xX]([0-9a-fA-F]+)"), 16),
    (re.compile(r"([-+]?)0[bB]([01]+)"), 2),
    (re.compile(r"([-+]?)0[oO]?([0-7]+)"), 8),
    (re.compile(r"([-+]?)(0|[1-9][0-9]*)"), 10),
)
MERGE = object()
"""The key `<<`, written plainly."""
NULL_KEY = object()
"""A key that is null: an error that tells its value."""


def plain_value(text: str) -> Any:
    """What a plain scalar means: None, a bool, an int, a float, or the text itself (goyaml v2 resolve.go)."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in NUMBER_STARTS:
        return text
    if text[0] == ".":
        return _float(text) if FLOAT.fullmatch(text) else text
    plain = text.replace("_", "")
    for pattern, base in INTEGERS:
        if match := pattern.fullmatch(plain):
            number = int(match[2], base)
            number = -number if match[1] == "-" else number
            if -(1 << 63) <= number < 1 << 64:
                return number
            break
    if FLOAT.fullmatch(plain):
        value = _float(plain)
        return text if isinstance(value, str) else value
    return text


def _float(text: str) -> Any:
    value = float(text)
    return text if math.isinf(value) else value  # out of range: Go's ParseFloat refuses, so it stays text


class _Typed(dict[str, Any]):
    """Plain scalars by their text, worked out once a document."""

    __slots__ = ("number",)

    def __init__(self, number: Callable[[int], Any]) -> None:
        self.number = number

    def __missing__(self, text: str) -> Any:
        value = plain_value(text)
        if value.__class__ is int:
            value = self.number(value)
        elif value.__class__ is float and not math.isfinite(value):
            word = "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
            raise YamlError(f"error converting YAML to JSON: json: unsupported value: {word}")
        self[text] = value
        return value


def _tagged(tag: str, event: ScalarEvent, typed: _Typed) -> Any:
    """A scalar with a tag of its own."""
    text: str = event.value
    name = tag.removeprefix(TAG)
    if name == "binary":
        try:
            return base64.b64decode(text, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError) as error:
            raise _error("yaml: !!binary value contains invalid base64 data") from error
    if name in ("str", tag, "!"):
        return text
    value = plain_value(text) if name in ("int", "float", "bool", "null", "timestamp") else text
    kind = {bool: "bool", int: "int", float: "float", type(None): "null"}.get(type(value), "str")
    if name == "float" and kind == "int":
        return float(value)
    if kind != name and name in ("int", "float", "bool", "null"):
        raise _error(f"yaml: cannot decode !!{kind} `{text}` as a !!{name}")
    return typed[text] if kind != "str" else text


def _key(event: ScalarEvent) -> Any:
    """A mapping's key as the string that JSON has for it; MERGE for a plain `<<`."""
    text: str = event.value
    if not event.implicit[0] or event.tag is not None:
        return text
    if text == "<<":
        return MERGE
    first = text[:1]
    if first.isalpha() and text not in WORDS:
        return text
    return key_text(plain_value(text))


def scalar_text(value: Any) -> str | None:
    """The text of a scalar where a string is wanted (sigs.k8s.io/yaml convertToJSONableObject); None for what is none."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return format_float(value, "g")
    return None


def key_text(value: Any) -> Any:
    """The JSON key of a YAML key (sigs.k8s.io/yaml convertToJSONableObject); NULL_KEY for null. Raises for containers."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            text = format_float(value, "g", -1, 32)
            return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(text, text)
    if value is None:
        return NULL_KEY
    raise _error(f"yaml: invalid map key: {go_syntax(value)}")


def go_syntax(value: Any) -> str:
    """A value as Go's `%#v` prints what goyaml made of it."""
    match value:
        case None:
            return "interface {}(nil)"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(int(value)) if value == int(value) else format_float(value, "g")
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list():
            return f"[]interface {{}}{{{', '.join(map(go_syntax, value))}}}"
    entries = (f"{json.dumps(key, ensure_ascii=False)}:{go_syntax(value[key])}" for key in sorted(value))
    return f"map[interface {{}}]interface {{}}{{{', '.join(entries)}}}"


def _error(text: str) -> YamlError:
    return YamlError(f"error converting YAML to JSON: {text}")


def _syntax(error: yaml.YAMLError) -> YamlError:
    """goyaml's text for a parser's error: the scanner's lines count from one, the parser's from nought."""
    if isinstance(error, yaml.reader.ReaderError):
        return _error(f"yaml: {error.reason}")
    assert isinstance(error, yaml.MarkedYAMLError)
    line = 0
    if error.problem_mark is not None and error.problem_mark.line:
        line = error.problem_mark.line + isinstance(error, yaml.scanner.ScannerError)
    elif error.context_mark is not None:
        line = error.context_mark.line
    return _error(f"yaml: {f'line {line}: ' if line else ''}{error.problem}")


class _Frame:
    """A container that is being filled."""

    __slots__ = ("anchor", "container", "key", "merges")

    def __init__(self, container: Any, anchor: str | None) -> None:
        self.container = container
        self.anchor = anchor
        self.key: Any = None  # of the value that comes next; None: a key comes next
        self.merges = False


class _Document:
    """Builds one document's value out of parser events, without recursion."""

    def __init__(self, number: Callable[[int], Any], *, strict: bool = False) -> None:
        self.typed = _Typed(number)
        self.strict = strict  # a key that comes twice is an error
        self.anchors: dict[str, Any] = {}
        self.decoded = 0
        self.aliased = 0

    def build(self, events: Iterator[Any]) -> Any:  # noqa: C901 - one loop over event kinds is the fastest form
        """The value of the document whose start has been read."""
        frames: list[_Frame] = []
        frame: _Frame | None = None
        typed = self.typed
        decoded = 0  # nodes so far, and events that end one
        for event in events:
            decoded += 1
            kind = event.__class__
            if kind is ScalarEvent:
                if frame is not None and frame.key is None and frame.container.__class__ is dict:
                    frame.key = _key(event)
                    if event.anchor:
                        self.anchors[event.anchor] = event.value
                    continue
                tag = event.tag
                if tag is None:
                    value = typed[event.value] if event.implicit[0] else event.value
                else:
                    value = _tagged(tag, event, typed)
                if event.anchor:
                    self.anchors[event.anchor] = value
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                frame = _Frame({} if kind is MappingStartEvent else [], event.anchor)
                if event.anchor:
                    self.anchors[event.anchor] = MERGE  # until it is complete, an alias of it contains itself
                frames.append(frame)
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                value = frames.pop().container
                if frame is not None and frame.anchor:
                    self.anchors[frame.anchor] = value
                frame = frames[-1] if frames else None
                if frame is not None and frame.key is None and frame.container.__class__ is dict:
                    raise _error(f"yaml: invalid map key: {go_syntax(value)}")
            elif kind is AliasEvent:
                value = self.alias(event.anchor, decoded)
                if frame is not None and frame.key is None and frame.container.__class__ is dict:
                    frame.key = key_text(value)
                    continue
            else:
                continue
            if frame is None:
                return value
            container = frame.container
            if container.__class__ is list:
                container.append(value)
                continue
            key, frame.key = frame.key, None
            if key is MERGE:
                _merge_key(container, value)
            elif key is NULL_KEY:
                told = f"key: <nil>, value: {'<nil>' if value is None else go_syntax(value)}"
                raise _error(f"unsupported map key of type: %!s(<nil>), {told}")
            elif self.strict and key in container:
                line = event.start_mark.line + 1
                raise _error(f'yaml: unmarshal errors:\n  line {line}: key "{key}" already set in map')
            else:
                container[key] = value
        return None

    def alias(self, name: str, decoded: int) -> Any:
        """An independent copy of what the anchor names; raises where copies grow out of proportion."""
        if name not in self.anchors:
            raise _error(f"yaml: unknown anchor '{name}' referenced")
        value = self.anchors[name]
        if value is MERGE:
            raise _error(f"yaml: anchor '{name}' value contains itself")
        self.decoded = decoded + self.aliased
        try:
            return self.copy(value)
        except RecursionError as error:
            raise _error("yaml: values are nested too deeply") from error

    def copy(self, value: Any) -> Any:
        self.count(1)
        if value.__class__ is dict:
            self.count(len(value))  # the keys are nodes too
            return {key: self.copy(item) for key, item in value.items()}
        if value.__class__ is list:
            return [self.copy(item) for item in value]
        return value

    def count(self, nodes: int) -> None:
        """goyaml's bound: aliased nodes may be 99 % of a small document, 10 % of a large one."""
        self.aliased += nodes
        self.decoded += nodes
        if self.aliased > 100 and self.decoded > 1000 and self.aliased / self.decoded > _alias_ratio(self.decoded):
            raise _error("yaml: document contains excessive aliasing")


def _alias_ratio(decoded: int) -> float:
    share = (min(max(decoded, 400_000), 4_000_000) - 400_000) / 3_600_000
    return 0.99 - 0.89 * share


def _merge_key(container: dict[str, Any], value: Any) -> None:
    """`<<`: later entries win over earlier ones, and earlier maps of a list over later ones."""
    maps = value if isinstance(value, list) else [value]
    if not all(isinstance(item, dict) for item in maps):
        raise _error("yaml: map merge requires map or sequence of maps as the value")
    for item in reversed(maps):
        container.update(item)


def _documents(text: str | bytes, number: Callable[[int], Any], *, strict: bool = False) -> Iterator[Any]:
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    try:
        parser = CParser(data)
        events = iter(parser.get_event, None)
        next(events, None)  # the stream's start
        for event in events:  # a document's start, or the stream's end
            if event.__class__ is StreamEndEvent:
                return
            if getattr(event, "version", None) not in (None, (1, 1)):
                raise _error("yaml: found incompatible YAML document")
            if b"\\/" in data:
                events = _refuse_escapes(events, data)
            value = _Document(number, strict=strict).build(events)
            end = next(events, None)
            assert end is None or end.__class__ is DocumentEndEvent
            yield value
    except yaml.YAMLError as error:
        raise _syntax(error) from error


SLASH = re.compile(r"(?<!\\)(?:\\\\)*\\/")


def _refuse_escapes(events: Iterator[Any], data: bytes) -> Iterator[Any]:
    """The events, but an error for `\\/` in double quotes: a newer libyaml reads it, goyaml does not."""
    text = data.decode("utf-8", "replace")
    for event in events:
        if event.__class__ is ScalarEvent and event.style == '"':
            assert event.start_mark is not None
            assert event.end_mark is not None
            found = SLASH.search(text, event.start_mark.index, event.end_mark.index)
            if found:
                line = text.count("\n", 0, found.start())
                raise _error(f"yaml: {f'line {line + 1}: ' if line else ''}found unknown escape character")
        yield event


def _same(number: int) -> int:
    return number


def load(text: str | bytes) -> Any:
    """The first document, every number a float: what Helm has for values; None for empty text. Raises YamlError."""
    return next(_documents(text, float), None)


def load_kubernetes(text: str | bytes) -> Any:
    """The first document with its integers kept: for objects that go to an API server. Raises YamlError."""
    return next(_documents(text, _same), None)


def load_strict(text: str | bytes) -> Any:
    """The first document with its integers kept; a key that comes twice is an error (yaml.UnmarshalStrict). Raises YamlError."""
    return next(_documents(text, _same, strict=True), None)


def load_all(text: str | bytes) -> Iterator[Any]:
    """Every document, integers kept. Raises YamlError on the way."""
    return _documents(text, _same)


JSON_KINDS: Mapping[type, str] = {list: "array", str: "string", float: "number", int: "number", bool: "bool"}


def load_map(text: str | bytes, go_type: str = "map[string]interface {}") -> dict[str, Any]:
    """The first document, which must be a mapping or empty; `go_type` is named in the error's text. Raises YamlError."""
    value = load(text)
    if value is None:
        return {}
    if not isinstance(value, dict):
        kind = JSON_KINDS[type(value)]
        raise YamlError(
            f"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go value of type {go_type}"
        )
    return value


def split_documents(data: bytes) -> Iterator[bytes]:
    """The text between lines that start with `---` (k8s.io/apimachinery util/yaml YAMLReader).

    Raises YamlError where more than a comment follows the `---`.
    """
    lines: list[bytes] = []
    for line in io.BytesIO(data) if b"---" in data else [data]:
        if line.startswith(b"---"):
            rest = line[3:].partition(b"\n")[0].strip()
            if rest and not rest.startswith(b"#"):
                raise YamlError(f"invalid Yaml document separator: {rest.decode('utf-8', 'surrogateescape')}")
            if lines:
                yield b"".join(lines)
                lines = []
                continue
        lines.append(line)
    if lines:
        yield b"".join(lines)


def load_values(data: bytes, go_type: str = "map[string]interface {}") -> dict[str, Any]:
    """All documents of a values file, merged in order: later wins, maps merge, lists and nulls replace. Raises YamlError."""
    merged: dict[str, Any] = {}
    for document in split_documents(data):
        merged = merge(merged, load_map(document, go_type))
    return merged


def merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Maps merged deeply, `over` winning (Helm: chart/v2/loader MergeMaps); neither is changed."""
    if not base:
        return over
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        result[key] = merge(old, value) if isinstance(value, dict) and isinstance(old, dict) else value
    return result
