"""JSON Schema documents: drafts, resources, anchors, and where a reference leads. No reference leaves the chart.

Faults are told in the words of the library that Helm uses (santhosh-tekuri/jsonschema v6.0.3).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from .. import jsonio
from ..errors import SchemaError
from ..goquote import quote
from .schema_url import UrlError, encoded, join, parsed, split_fragment

NUMBER = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(?:[eE]([-+]?[0-9]+))?")
LARGEST_EXPONENT = 10_000
LONGEST_NUMBER = 4_000
META = re.compile(r"https?://json-schema\.org/(.*)")


class SchemaFault(SchemaError):
    """The schema itself cannot be used."""

    code = "values.schema_invalid"


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a schema: its text, which faults show, and its exact value (None where it is out of all proportion)."""

    text: str
    value: Fraction | None

    @classmethod
    def read(cls, text: str) -> Number:
        match = NUMBER.fullmatch(text)
        assert match is not None  # the JSON decoder has seen it
        if len(text) > LONGEST_NUMBER or (match[2] and abs(int(match[2])) > LARGEST_EXPONENT):
            return cls(text, None)
        return cls(text, Fraction(text))


def read_json(data: bytes) -> Any:
    """The document, its numbers as `Number`. Raises SchemaFault with the text of Go's decoder."""
    text = data.decode("utf-8", "replace")
    start = len(text) - len(text.lstrip(" \t\r\n"))
    if start == len(text):
        raise SchemaFault("EOF")
    decoder = json.JSONDecoder(parse_int=Number.read, parse_float=Number.read, parse_constant=_refuse)
    try:
        value, end = decoder.raw_decode(text, start)
    except RecursionError as error:
        raise SchemaFault("exceeded max depth") from error
    except ValueError as error:
        told = jsonio.fault(text)
        raise SchemaFault("unexpected EOF" if told == jsonio.END else told) from error
    if text[end:].strip(" \t\r\n"):
        raise SchemaFault("invalid character after top-level value")
    return value


def _refuse(word: str) -> Any:
    raise ValueError(word)


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """One version of JSON Schema."""

    version: int
    url: str
    identifier: str  # the keyword that names a resource
    places: tuple[tuple[str, ...], ...]  # where subschemas are; `*` is any key, `[]` any item
    prefix: str = ""  # of its vocabularies' addresses
    vocabularies: tuple[str, ...] = ()
    default: tuple[str, ...] = ()


def _places(*texts: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(text.split("/")) for text in texts)


_4 = _places(
    "definitions/*", "not", "allOf/[]", "anyOf/[]", "oneOf/[]", "properties/*", "additionalProperties",
    "patternProperties/*", "items", "items/[]", "additionalItems", "dependencies/*",
)  # fmt: skip
_6 = _4 + _places("propertyNames", "contains")
_7 = _6 + _places("if", "then", "else")
_2019 = _7 + _places("$defs/*", "dependentSchemas/*", "unevaluatedProperties", "unevaluatedItems", "contentSchema")
_2020 = _2019 + _places("prefixItems/[]")

DRAFT_4 = Draft(4, "http://json-schema.org/draft-04/schema", "id", _4)
DRAFT_6 = Draft(6, "http://json-schema.org/draft-06/schema", "$id", _6)
DRAFT_7 = Draft(7, "http://json-schema.org/draft-07/schema", "$id", _7)
DRAFT_2019 = Draft(
    2019, "https://json-schema.org/draft/2019-09/schema", "$id", _2019,
    "https://json-schema.org/draft/2019-09/vocab/",
    ("core", "applicator", "validation", "meta-data", "format", "content"),
    ("core", "applicator", "validation"),
)  # fmt: skip
DRAFT_2020 = Draft(
    2020, "https://json-schema.org/draft/2020-12/schema", "$id", _2020,
    "https://json-schema.org/draft/2020-12/vocab/",
    ("core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "format-assertion", "content"),
    ("core", "applicator", "unevaluated", "validation"),
)  # fmt: skip
DRAFTS: Mapping[str, Draft] = {
    "json-schema.org/schema": DRAFT_2020,
    **{draft.url.partition("://")[2]: draft for draft in (DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019, DRAFT_2020)},
}
FOLDERS = {"draft-04": "draft4", "draft-06": "draft6", "draft-07": "draft7"}
MODERN = {"2019-09": "draft201909", "2020-12": "draft202012"}


AMENDED: Mapping[str, Mapping[str, Any]] = {
    "draft4": {"$ref": {"type": "string"}, "$schema": {"format": "uri"}},
    "draft6": {
        "enum": {"minItems": Number("1", Fraction(1)), "uniqueItems": True},
        "patternProperties": {"propertyNames": {}},
    },
    "draft7": {"enum": {"minItems": Number("1", Fraction(1)), "uniqueItems": True}, "writeOnly": {"type": "boolean"}},
}
"""Where the metaschemas that Helm's library carries are stricter or laxer than the specification's."""


@cache
def metaschema(url: str) -> Any:
    """The specification's own document at an address; None where it has none."""
    match = META.fullmatch(url)
    if match is None:
        return None
    path = "draft/2020-12/schema" if match[1] == "schema" else match[1]
    parts = path.split("/")
    if len(parts) == 2 and parts[0] in FOLDERS and parts[1] == "schema":
        where: tuple[str, ...] = (FOLDERS[parts[0]], "metaschema.json")
    elif len(parts) == 3 and parts[0] == "draft" and parts[1] in MODERN and parts[2] == "schema":
        where = (MODERN[parts[1]], "metaschema.json")
    elif len(parts) == 4 and parts[0] == "draft" and parts[1] in MODERN and parts[2] == "meta":
        where = (MODERN[parts[1]], "vocabularies", parts[3])
    else:
        return None
    place = files("jsonschema_specifications").joinpath("schemas", *where)
    if not place.is_file():
        return None
    content = read_json(place.read_bytes())
    for name, amended in AMENDED.get(where[0], {}).items():
        content["properties"][name] = {**content["properties"].get(name, {}), **amended}
    return content


@dataclass(frozen=True, slots=True)
class Dialect:
    """A draft, and the vocabularies that a custom metaschema asks for (None: the draft's own)."""

    draft: Draft
    vocabularies: tuple[str, ...] | None = None

    def has(self, name: str) -> bool:
        if name == "core" or self.draft.version < 2019:
            return True
        return name in (self.draft.default if self.vocabularies is None else self.vocabularies)


@dataclass(slots=True)
class Resource:
    """A (sub)schema with an address of its own."""

    pointer: str
    id: str
    dialect: Dialect
    anchors: dict[str, str] = field(default_factory=dict)
    dynamic: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """One file of schemas, and the resources found in it so far, by their JSON pointer."""

    url: str
    content: Any
    resources: dict[str, Resource] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def resource(self, pointer: str) -> Resource:
        """The innermost resource around a pointer."""
        while pointer and pointer not in self.resources:
            pointer = pointer.rpartition("/")[0]
        return self.resources[pointer]

    def by_id(self, url: str) -> Resource | None:
        return next((resource for resource in self.resources.values() if resource.id == url), None)

    def pointer(self, fragment: str, resource: Resource) -> str:
        """Where a fragment leads. Raises SchemaFault for an anchor that is not there."""
        if not fragment or fragment.startswith("/"):
            return resource.pointer + fragment
        if fragment not in resource.anchors:
            where = f"{resource.id}#{encoded(fragment)}"
            raise SchemaFault(f"anchor in {quote(where)} not found in schema {quote(self.url)}")
        return resource.anchors[fragment]

    def lookup(self, pointer: str) -> Any:
        """The value at a JSON pointer. Raises SchemaFault."""
        value = self.content
        for token in pointer.split("/")[1:]:
            key = unescaped(token)
            if key is None:
                raise SchemaFault(f"invalid json-pointer {quote(location(self.url, pointer))}")
            if isinstance(value, dict) and key in value:
                value = value[key]
            elif isinstance(value, list) and key.isascii() and key.isdigit() and int(key) < len(value):
                value = value[int(key)]
            else:
                raise SchemaFault(f"json-pointer in {quote(location(self.url, pointer))} not found")
        return value


def location(url: str, pointer: str) -> str:
    """A schema's whole address."""
    return f"{url}#{encoded(pointer)}"


def escaped(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1")


def unescaped(token: str) -> str | None:
    """A token of a JSON pointer as a key; None where `~` stands before anything but 0 and 1."""
    if re.search("~(?![01])", token):
        return None
    return token.replace("~1", "/").replace("~0", "~")


Load = Callable[[str], Any]


def _text_of(schema: Mapping[str, Any], name: str) -> str | None:
    value = schema.get(name)
    return value if isinstance(value, str) else None


class Library:
    """The documents of one validation; `load` gives a document that is neither here nor the specification's."""

    def __init__(self, load: Load) -> None:
        self.documents: dict[str, Document] = {}
        self.contents: dict[str, Any] = {}
        self.load = load

    def content(self, url: str) -> Any:
        if url not in self.contents:
            meta = metaschema(url)
            self.contents[url] = self.load(url) if meta is None else meta
        return self.contents[url]

    def open(self, url: str, check: Callable[[Document, Any, str], None]) -> Document:
        """The document, collected and checked against its metaschema. Raises SchemaFault."""
        if url not in self.documents:
            document = Document(url, self.content(url))
            self.collect(document, document.content, (url, ""), Dialect(DRAFT_2020))
            if META.match(url) is None:
                check(document, document.content, "")
            self.documents[url] = document
        return self.documents[url]

    def draft(self, document_url: str, pointer: str, schema: Any, fallback: Draft) -> Draft:
        """The draft that `$schema` names, through custom metaschemas."""
        cycle: set[str] = set()
        while True:
            named = _text_of(schema, "$schema") if isinstance(schema, dict) else None
            if named is None:
                return fallback
            if (known := _known_draft(named)) is not None:
                return known
            url = named.partition("#")[0]
            try:
                parsed(url)
            except UrlError as error:
                raise SchemaFault(f"invalid $schema in {quote(location(document_url, pointer))}: {error}") from error
            if not pointer and url == document_url:
                raise SchemaFault(f"draft {quote(url)} is not supported")
            if url in cycle:
                raise SchemaFault(f"cycle in resolving $schema in {quote(url)}")
            cycle.add(url)
            schema, document_url, pointer = self.content(url), url, ""

    def vocabularies(self, schema: Mapping[str, Any], draft: Draft) -> tuple[str, ...] | None:
        """What a custom metaschema asks for."""
        named = _text_of(schema, "$schema")
        if named is None or _known_draft(named) is not None or draft.version < 2019:
            return None
        url = named.partition("#")[0]
        content = self.content(url)
        wanted = content.get("$vocabulary") if isinstance(content, dict) else None
        if not isinstance(wanted, dict):
            return None
        found = []
        for address, required in wanted.items():
            if required is not True:
                continue
            name = address.removeprefix(draft.prefix)
            if name == address or name not in draft.vocabularies:
                raise SchemaFault(f"unsupported vocabulary {quote(address)} in {quote(url)}")
            found.append(name)
        return tuple(dict.fromkeys([*found, "core"]))

    def collect(self, document: Document, schema: Any, at: tuple[str, str], fallback: Dialect) -> None:
        """Note the resources and anchors of a subschema and all below it; `at` is its base address and its pointer."""
        base, pointer = at
        if pointer in document.seen:
            return
        document.seen.add(pointer)
        if not isinstance(schema, dict):
            if not pointer:
                document.resources[""] = Resource("", base, fallback)
            return
        draft = self.draft(document.url, pointer, schema, fallback.draft)
        declared = _text_of(schema, "$schema") is not None
        identifier = _identifier(draft, schema)
        if not identifier and pointer:  # $schema counts only where a resource starts
            draft, declared = fallback.draft, False
            identifier = _identifier(draft, schema)
        if identifier:
            try:
                base = join(base, identifier)[0]
            except UrlError as error:
                raise SchemaFault(f"error in parsing id at {quote(location(document.url, pointer))}") from error
        if identifier or not pointer:
            self._add(document, schema, (base, pointer), Dialect(draft) if declared else fallback)
        resource = document.by_id(base)
        assert resource is not None
        collect_anchors(document, schema, pointer, resource)
        for place in draft.places:
            for inner, value in _subschemas(schema, pointer, place):
                self.collect(document, value, (base, inner), resource.dialect)

    def _add(self, document: Document, schema: Mapping[str, Any], at: tuple[str, str], dialect: Dialect) -> None:
        base, pointer = at
        known = document.by_id(base)
        if known is None:
            if _text_of(schema, "$schema") is not None:
                dialect = Dialect(dialect.draft, self.vocabularies(schema, dialect.draft))
            document.resources[pointer] = Resource(pointer, base, dialect)
        elif known.pointer != pointer:
            raise SchemaFault(
                f"duplicate id {quote(base)} in {quote(document.url)} at {quote(pointer)} and {quote(known.pointer)}"
            )


def _known_draft(url: str) -> Draft | None:
    head, _, fragment = url.partition("#")
    if fragment:
        return None
    return DRAFTS.get(head.removeprefix("http://") if head.startswith("http://") else head.removeprefix("https://"))


def _identifier(draft: Draft, schema: Mapping[str, Any]) -> str:
    if draft.version < 2019 and "$ref" in schema:  # what stands beside it is ignored
        return ""
    return (_text_of(schema, draft.identifier) or "").partition("#")[0]


def collect_anchors(document: Document, schema: Any, pointer: str, resource: Resource) -> None:
    """Note the anchors of one subschema. Raises SchemaFault for one that comes twice."""
    if not isinstance(schema, dict):
        return
    version = resource.dialect.draft.version
    names: list[str] = []
    if version < 2019:
        identifier = None if "$ref" in schema else _text_of(schema, resource.dialect.draft.identifier)
        if identifier is not None:
            try:
                fragment = split_fragment(identifier)[1]
            except UrlError as error:
                raise SchemaFault(f"error in parsing anchor at {quote(location(document.url, pointer))}") from error
            names += [fragment] if fragment and not fragment.startswith("/") else []
    elif (anchor := _text_of(schema, "$anchor")) is not None:
        names.append(anchor)
    if version >= 2020 and (dynamic := _text_of(schema, "$dynamicAnchor")) is not None:
        names.append(dynamic)
        resource.dynamic.append(dynamic)
    for name in names:
        known = resource.anchors.setdefault(name, pointer)
        if known != pointer:
            raise SchemaFault(
                f"duplicate anchor {quote(name)} in {quote(document.url)} at {quote(known)} and {quote(pointer)}"
            )


def _subschemas(value: Any, pointer: str, place: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if not place:
        yield pointer, value
        return
    head, rest = place[0], place[1:]
    entries: list[tuple[Any, Any]]
    if head == "[]":
        entries = list(enumerate(value)) if isinstance(value, list) else []
    elif not isinstance(value, dict):
        entries = []
    elif head == "*":
        entries = list(value.items())
    else:
        entries = [(head, value[head])] if head in value else []
    for key, item in entries:
        yield from _subschemas(item, f"{pointer}/{escaped(str(key))}", rest)
