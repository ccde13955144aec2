"""Schemas compiled to nodes, each keyword read once (santhosh-tekuri/jsonschema v6.0.3 objcompiler.go)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any

from ..goquote import quote
from .schema_document import Dialect, Document, Draft, Library, Number, SchemaFault, collect_anchors, escaped, location
from .schema_format import FORMATS, BadRegex, regex
from .schema_url import UrlError, join, split_fragment

EMPTY: Mapping[str, Any] = MappingProxyType({})
KINDS = ("null", "boolean", "number", "integer", "string", "array", "object")


class Node:
    """One compiled schema; None, "" and empty where a keyword is absent."""

    boolean: bool | None = None
    ref: Node | None = None
    recursive_ref: Node | None = None
    recursive_anchor: bool = False
    dynamic_ref: tuple[Node, str] | None = None
    dynamic_anchor: str | None = None
    dynamic_anchors: Mapping[str, Node] = EMPTY
    types: tuple[str, ...] = ()
    enum: list[Any] | None = None
    const: tuple[Any] | None = None
    format: str | None = None
    not_: Node | None = None
    all_of: Sequence[Node] = ()
    any_of: Sequence[Node] = ()
    one_of: Sequence[Node] = ()
    if_: Node | None = None
    then: Node | None = None
    else_: Node | None = None
    min_properties: int | None = None
    max_properties: int | None = None
    required: Sequence[str] = ()
    property_names: Node | None = None
    properties: Mapping[str, Node] = EMPTY
    pattern_properties: Sequence[tuple[str, Node]] = ()
    additional_properties: Node | bool | None = None
    dependencies: Mapping[str, Node | list[str]] = EMPTY
    dependent_required: Mapping[str, list[str]] = EMPTY
    dependent_schemas: Mapping[str, Node] = EMPTY
    unevaluated_properties: Node | None = None
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False
    contains: Node | None = None
    min_contains: int | None = None
    max_contains: int | None = None
    prefix_items: Sequence[Node] = ()
    items: Node | None = None
    additional_items: Node | bool | None = None
    unevaluated_items: Node | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    exclusive_minimum: Fraction | None = None
    exclusive_maximum: Fraction | None = None
    multiple_of: Fraction | None = None
    all_properties: bool = False  # `additionalProperties` looks at all
    all_items: bool = False

    def __init__(self, place: tuple[str, str], version: int = 0) -> None:
        self.place = place  # the document's address, and the JSON pointer in it
        self.location = location(*place)
        self.version = version
        self.resource = self

    def settle(self) -> None:
        """What `unevaluated…` of a caller need not look at."""
        self.all_properties = self.additional_properties is not None
        self.all_items = self.items is not None or self.additional_items is not None


class Compiler:
    """Compiles schemas of one library; `check` judges a document by its metaschema."""

    def __init__(
        self, library: Library, check: Callable[[Document, Any, str], None], *, assert_formats: bool = False
    ) -> None:
        self.library = library
        self.check = check
        self.assert_formats = assert_formats  # in every draft: the metaschemas'
        self.nodes: dict[tuple[str, str], Node] = {}
        self.queue: list[Node] = []

    def compile(self, url: str) -> Node:
        """The node of a document's root. Raises SchemaFault."""
        self.library.open(url, self.check)
        root = self.node((url, ""))
        for node in self.queue:  # grows while it is worked off
            self._fill(node)
        self.queue.clear()
        return root

    def node(self, place: tuple[str, str]) -> Node:
        if place not in self.nodes:
            self.nodes[place] = Node(place)
            self.queue.append(self.nodes[place])
        return self.nodes[place]

    def _fill(self, node: Node) -> None:
        url, pointer = node.place
        document = self.library.open(url, self.check)
        schema = document.lookup(pointer)
        if pointer not in document.seen:  # a reference into what no keyword calls a schema
            base = document.resource(pointer)
            self.library.collect(document, schema, (base.id, pointer), base.dialect)
            if pointer not in document.resources:
                collect_anchors(document, schema, pointer, document.resource(pointer))
            self.check(document, schema, pointer)
        resource = document.resource(pointer)
        node.version = resource.dialect.draft.version
        node.resource = self.node((url, resource.pointer))
        if node.version >= 2020 and node is node.resource:
            node.dynamic_anchors = {name: self.node((url, resource.anchors[name])) for name in resource.dynamic}
        if isinstance(schema, bool):
            node.boolean = schema
        elif isinstance(schema, dict):
            if schema:
                _Reader(self, node, schema, document).read(resource.dialect)
            else:
                node.boolean = True
        node.settle()


class _Reader:
    """Reads the keywords of one schema object into its node; what has a wrong type is ignored, as the metaschema told it."""

    def __init__(self, compiler: Compiler, node: Node, schema: dict[str, Any], document: Document) -> None:
        self.compiler = compiler
        self.node = node
        self.schema = schema
        self.document = document

    def read(self, dialect: Dialect) -> None:
        node = self.node
        node.ref = self.reference("$ref")
        if node.version < 2019 and node.ref is not None:
            return  # what stands beside it is ignored
        if node.version == 2019:
            node.recursive_ref = self.reference("$recursiveRef")
            node.recursive_anchor = self.schema.get("$recursiveAnchor") is True
        if node.version >= 2020:
            self.dynamic()
        if dialect.has("applicator"):
            self.applicators()
        if dialect.has("validation"):
            self.validation()
        if node.version >= 2019 and dialect.has("applicator" if node.version == 2019 else "unevaluated"):
            node.unevaluated_items = self.sub("unevaluatedItems")
            node.unevaluated_properties = self.sub("unevaluatedProperties")
        asserted = (
            self.compiler.assert_formats
            or node.version < 2019
            or dialect.has("format" if node.version == 2019 else "format-assertion")
        )
        name = self.text("format")
        if asserted and name in FORMATS:
            node.format = name

    def dynamic(self) -> None:
        target = self.reference("$dynamicRef")
        if target is not None:
            fragment = split_fragment(self.schema["$dynamicRef"])[1]
            self.node.dynamic_ref = (target, "" if fragment.startswith("/") else fragment)
        self.node.dynamic_anchor = self.text("$dynamicAnchor")

    def applicators(self) -> None:
        node = self.node
        node.all_of, node.any_of, node.one_of = self.subs("allOf"), self.subs("anyOf"), self.subs("oneOf")
        node.not_ = self.sub("not")
        if node.version < 2020:
            if isinstance(self.schema.get("items"), list):
                node.prefix_items = self.subs("items")
                node.additional_items = self.additional("additionalItems")
            else:
                node.items = self.sub("items")
        else:
            node.prefix_items = self.subs("prefixItems")
            node.items = self.sub("items")
        node.properties = self.sub_map("properties")
        node.pattern_properties = sorted(self.sub_map("patternProperties").items(), key=lambda pair: pair[0])
        for pattern, _ in node.pattern_properties:
            self.regex("patternProperties", pattern)
        node.additional_properties = self.additional("additionalProperties")
        if isinstance(dependencies := self.schema.get("dependencies"), dict):
            inner = f"{node.place[1]}/dependencies/"
            node.dependencies = {
                name: _texts(wanted) if isinstance(wanted, list) else self.at(inner + escaped(name))
                for name, wanted in dependencies.items()
            }
        if node.version >= 6:
            node.contains, node.property_names = self.sub("contains"), self.sub("propertyNames")
        if node.version >= 7:
            self.conditions()
        if node.version >= 2019:
            node.dependent_schemas = self.sub_map("dependentSchemas")

    def conditions(self) -> None:
        condition = self.schema.get("if")
        if "if" in self.schema:
            self.node.if_ = self.sub("if")
            self.node.then = None if condition is False else self.sub("then")
            self.node.else_ = None if condition is True else self.sub("else")

    def validation(self) -> None:
        node, schema = self.node, self.schema
        kinds = schema.get("type")
        wanted = {kinds} if isinstance(kinds, str) else set(_texts(kinds)) if isinstance(kinds, list) else set()
        node.types = tuple(kind for kind in KINDS if kind in wanted)
        if isinstance(schema.get("enum"), list):
            node.enum = schema["enum"]
        if node.version >= 6 and "const" in schema:
            node.const = (schema["const"],)
        node.multiple_of = self.number("multipleOf")
        node.maximum, node.exclusive_maximum = self.bound("maximum", "exclusiveMaximum")
        node.minimum, node.exclusive_minimum = self.bound("minimum", "exclusiveMinimum")
        node.min_length, node.max_length = self.count("minLength"), self.count("maxLength")
        node.min_items, node.max_items = self.count("minItems"), self.count("maxItems")
        node.min_properties, node.max_properties = self.count("minProperties"), self.count("maxProperties")
        node.unique_items = schema.get("uniqueItems") is True
        node.required = _texts(schema.get("required"))
        node.pattern = self.text("pattern")
        if node.pattern is not None:
            self.regex("pattern", node.pattern)
        if node.version >= 2019:
            if node.contains is not None:
                node.min_contains, node.max_contains = self.count("minContains"), self.count("maxContains")
            if isinstance(wanted_by := schema.get("dependentRequired"), dict):
                node.dependent_required = {name: _texts(names) for name, names in wanted_by.items()}

    def reference(self, name: str) -> Node | None:
        text = self.text(name)
        if text is None:
            return None
        document = self.document
        base = document.resource(self.node.place[1])
        try:
            url, fragment = join(base.id, text)
        except UrlError as error:
            raise SchemaFault(str(error)) from error
        resource = document.resources[""] if url == document.url else document.by_id(url)
        if resource is None:
            document = self.compiler.library.open(url, self.compiler.check)
            resource = document.resources[""]
        return self.compiler.node((document.url, document.pointer(fragment, resource)))

    def text(self, name: str) -> str | None:
        value = self.schema.get(name)
        return value if isinstance(value, str) else None

    def at(self, pointer: str) -> Node:
        return self.compiler.node((self.node.place[0], pointer))

    def sub(self, name: str) -> Node | None:
        return self.at(f"{self.node.place[1]}/{escaped(name)}") if name in self.schema else None

    def subs(self, name: str) -> list[Node]:
        value = self.schema.get(name)
        size = len(value) if isinstance(value, list) else 0
        return [self.at(f"{self.node.place[1]}/{name}/{number}") for number in range(size)]

    def sub_map(self, name: str) -> dict[str, Node]:
        value = self.schema.get(name)
        names = value if isinstance(value, dict) else ()
        return {key: self.at(f"{self.node.place[1]}/{name}/{escaped(key)}") for key in names}

    def additional(self, name: str) -> Node | bool | None:
        value = self.schema.get(name)
        return value if isinstance(value, bool) else self.sub(name)

    def number(self, name: str) -> Fraction | None:
        value = self.schema.get(name)
        return value.value if isinstance(value, Number) else None

    def count(self, name: str) -> int | None:
        value = self.number(name)
        return int(value) if value is not None and value.denominator == 1 else None

    def bound(self, name: str, exclusive: str) -> tuple[Fraction | None, Fraction | None]:
        """The inclusive and the exclusive bound; in draft 4 the latter is a switch."""
        if self.schema.get(exclusive) is True:
            return None, self.number(name)
        return self.number(name), self.number(exclusive)

    def regex(self, keyword: str, pattern: str) -> None:
        try:
            regex(pattern)
        except BadRegex as error:
            place = location(self.node.place[0], f"{self.node.place[1]}/{keyword}")
            raise SchemaFault(f"invalid regex {quote(pattern)} at {quote(place)}: {error}") from error


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _unchecked(document: Document, schema: Any, pointer: str) -> None:
    """The specification's own schemas need no check."""


def _no_load(url: str) -> Any:
    raise SchemaFault(f"no such metaschema: {url}")


@cache
def metaschema_node(draft: Draft, vocabularies: tuple[str, ...] | None = None) -> Node:
    """The node that judges schemas of a dialect."""
    compiler = Compiler(Library(_no_load), _unchecked, assert_formats=True)
    if vocabularies is None:
        return compiler.compile(draft.url)
    node = Node(("urn:mem:metaschema", ""), draft.version)
    base = draft.url.removesuffix("schema")
    node.all_of = [compiler.compile(f"{base}meta/{name}") for name in vocabularies if name in draft.vocabularies]
    if draft.version >= 2020:
        node.dynamic_anchor = "meta"
        node.dynamic_anchors = {"meta": node}
    node.settle()
    return node
