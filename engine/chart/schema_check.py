"""Judge a value by a compiled schema: every fault, in the order of santhosh-tekuri/jsonschema v6.0.3 validator.go. Pure.

Where Go walks a map in random order, keys come sorted here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ..goquote import quote
from .schema_compile import Node, metaschema_node
from .schema_document import Document, Number, Resource, SchemaFault, escaped, location
from .schema_fault import GROUP, Fault, counted, displayed, listed, measured, single_quoted
from .schema_format import FORMATS, FormatFault, found

MOST_STEPS = 5_000_000
"""Schemas that one validation may look at: what hostile references multiply ends here."""

Path = tuple[str, ...]


def kind_of(value: Any) -> str:
    """The JSON type's name; "" for what JSON cannot say."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case float():
            return "number" if math.isfinite(value) else ""
        case int() | Number():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"
    return ""


def exact(value: Any) -> Fraction | None:
    """A number's exact value: of a float that of its shortest decimal."""
    if isinstance(value, Number):
        return value.value
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(int(value))


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal as JSON has it: 1 and 1.0 are, "1" and 1 are not."""
    kind = kind_of(one)
    if kind != kind_of(other) or not kind:
        return False
    if kind == "number":
        value = exact(one)
        return value is not None and value == exact(other)
    if kind == "object":
        return len(one) == len(other) and all(key in other and same(item, other[key]) for key, item in one.items())
    if kind == "array":
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _hashable(value: Any) -> Any:
    """What equal values share, to find duplicates in long lists."""
    match kind_of(value):
        case "number":
            return ("number", exact(value))
        case "object":
            return ("object", repr(sorted((key, _hashable(item)) for key, item in value.items())))
        case "array":
            return ("array", repr(list(map(_hashable, value))))
        case kind:
            return (kind, value)


def duplicates(items: Sequence[Any]) -> tuple[int, int] | None:
    """The first two equal items' positions."""
    first: dict[Any, int] = {}
    for position, item in enumerate(items):
        earlier = first.setdefault(_hashable(item), position)
        if earlier != position:
            return earlier, position
    return None


@dataclass(frozen=True, slots=True)
class Scope:
    """The schemas on the way to the one that judges now; `value` numbers the value that is judged."""

    node: Node
    keyword: str  # of a reference; "" elsewhere
    value: int
    parent: Scope | None

    def cycle(self) -> Scope | None:
        """The same schema, already judging the same value."""
        scope = self.parent
        while scope is not None and scope.value == self.value:
            if scope.node is self.node:
                return scope
            scope = scope.parent
        return None

    def keywords(self) -> str:
        """The keywords on the way, as a pointer."""
        scope, told = self, ""
        while scope.parent is not None:
            if scope.keyword:
                told = f"/{escaped(scope.keyword)}{told}"
            else:
                told = scope.node.location[len(scope.parent.node.location) :] + told
            scope = scope.parent
        return told


class _Meta:
    """While a schema is judged by its metaschema: the resources that have dialects of their own."""

    __slots__ = ("node", "resources")

    def __init__(self, node: Node, resources: Mapping[str, Resource]) -> None:
        self.node = node
        self.resources = resources


class _Run:
    """What all checks of one validation share."""

    __slots__ = ("steps",)

    def __init__(self) -> None:
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise SchemaFault("unable to validate schema: it takes too many steps")


class Check:
    """One schema judging one value. `quiet`: only whether there is a fault counts."""

    __slots__ = ("faults", "items", "meta", "node", "path", "properties", "quiet", "run", "scope", "value")

    def __init__(self, node: Node, value: Any, path: Path, scope: Scope, run: _Run) -> None:
        self.node = node
        self.value = value
        self.path = path
        self.scope = scope
        self.run = run
        self.quiet = False
        self.meta: _Meta | None = None
        self.faults: list[Fault] = []
        self.properties: set[str] = set()  # not looked at yet, for `unevaluatedProperties`
        self.items: set[int] = set()

    def watch(self, *, caller_needs: bool) -> None:
        """Remember what has to be looked at."""
        node, value = self.node, self.value
        if isinstance(value, dict):
            if not node.all_properties and (caller_needs or node.unevaluated_properties is not None):
                self.properties = set(value)
        elif isinstance(value, list) and not node.all_items and (caller_needs or node.unevaluated_items is not None):
            self.items = set(range(len(node.prefix_items), len(value)))

    def fault(self, keyword: str, text: str, causes: Iterable[Fault] = ()) -> Fault:
        return Fault(
            at=self.path, keyword=keyword, text=text, schema=self.node.location, value=self.value, causes=tuple(causes)
        )

    def add(self, keyword: str, text: str, causes: Iterable[Fault] = ()) -> None:
        self.faults.append(self.fault(keyword, text, causes))

    def take(self, fault: Fault | None) -> None:
        if fault is not None:
            self.faults.append(fault)

    def result(self) -> Fault | None:
        """The fault, several of them in one; None where there is none."""
        self.run.step()
        node = self.node
        if node.boolean is not None:
            return None if node.boolean else self.fault("", "false schema")
        if (earlier := self.scope.cycle()) is not None:
            told = f"both {self.scope.keywords()} and {earlier.keywords()} resolve to {quote(node.location)}"
            return self.fault("", f"{told} causing reference cycle")
        kind = kind_of(self.value)
        if not kind:
            return self.fault("", "invalid jsonType float64")
        if (fault := self.scalar(kind)) is not None:
            return fault
        if node.ref is not None:
            fault = self.reference(node.ref, "$ref")
            if node.version < 2019:
                return fault
            self.take(fault)
        if (judge := JUDGES.get(kind)) is not None:
            judge(self)
        if not self.faults or not self.quiet:
            self.combined()
        if len(self.faults) < 2:
            return self.faults[0] if self.faults else None
        return self.fault("", GROUP, self.faults)

    def scalar(self, kind: str) -> Fault | None:
        """Keywords of any type; the first that fails is the only fault."""
        node, value = self.node, self.value
        if (
            node.types
            and kind not in node.types
            and not (kind == "number" and "integer" in node.types and _whole(value))
        ):
            return self.fault("type", f"got {kind}, want {' or '.join(node.types)}")
        if node.const is not None and not same(value, node.const[0]):
            compound = isinstance(node.const[0], dict | list)
            return self.fault("const", "'const' failed" if compound else f"value must be {displayed(node.const[0])}")
        if node.enum is not None and not any(same(value, item) for item in node.enum):
            return self.fault("enum", _enum_text(node.enum))
        if node.format is not None and isinstance(value, str):
            try:
                FORMATS[node.format](value)
            except FormatFault as error:
                return self.fault("format", f"{displayed(value)} is not valid {node.format}: {error}")
        return None

    def combined(self) -> None:
        """References of later drafts, and what joins schemas."""
        node = self.node
        if node.version >= 2019:
            self.dynamic_references()
        if node.not_ is not None and self.same_value(node.not_, quiet=True) is None:
            self.add("not", "'not' failed")
        if node.all_of:
            self.all_of()
        if node.any_of:
            self.any_of()
        if node.one_of:
            self.one_of()
        if node.if_ is not None:
            branch = node.then if self.same_value(node.if_, quiet=True) is None else node.else_
            if branch is not None:
                self.take(self.same_value(branch))
        if node.version >= 2019:
            self.unevaluated()

    def all_of(self) -> None:
        causes = [fault for node in self.node.all_of if (fault := self.same_value(node)) is not None]
        if causes:
            self.add("allOf", "'allOf' failed", causes)

    def any_of(self) -> None:
        causes: list[Fault] = []
        matched = False
        for node in self.node.any_of:
            fault = self.same_value(node)
            if fault is not None:
                causes.append(fault)
                continue
            matched = True
            if not self.properties and not self.items:  # else all have to say what they look at
                break
        if not matched:
            self.add("anyOf", "'anyOf' failed", causes)

    def one_of(self) -> None:
        causes: list[Fault] = []
        matched: int | None = None
        for position, node in enumerate(self.node.one_of):
            fault = self.same_value(node, quiet=matched is not None)
            if fault is not None:
                causes.append(fault)
            elif matched is None:
                matched = position
            else:
                self.add("oneOf", f"'oneOf' failed, subschemas {counted(matched)}, {counted(position)} matched")
                return
        if matched is None:
            self.add("oneOf", "'oneOf' failed, none matched", causes)

    def on_object(self) -> None:
        node, value = self.node, self.value
        size = len(value)
        if node.min_properties is not None and size < node.min_properties:
            self.add("minProperties", f"minProperties: got {counted(size)}, want {counted(node.min_properties)}")
        if node.max_properties is not None and size > node.max_properties:
            self.add("maxProperties", f"maxProperties: got {counted(size)}, want {counted(node.max_properties)}")
        if missing := [name for name in node.required if name not in value]:
            noun = "property" if len(missing) == 1 else "properties"
            self.add("required", f"missing {noun} {listed(missing)}")
        if self.quiet and self.faults:
            return
        self.dependencies()
        self.each_property()
        if node.property_names is not None:
            for name in sorted(value):
                self.property_name(node.property_names, name)
        for name in sorted(node.dependent_schemas):
            if name in value:
                self.take(self.same_value(node.dependent_schemas[name]))
        for name in sorted(node.dependent_required):
            if name in value:
                self.require("dependentRequired", name, node.dependent_required[name])

    def dependencies(self) -> None:
        for name in sorted(self.node.dependencies):
            wanted = self.node.dependencies[name]
            if name not in self.value:
                continue
            if isinstance(wanted, Node):
                self.take(self.same_value(wanted))
            else:
                self.require("dependencies", name, wanted)

    def require(self, keyword: str, name: str, wanted: list[str]) -> None:
        if missing := [other for other in wanted if other not in self.value]:
            self.add(keyword, f"properties {listed(missing)} required, if {single_quoted(name)} exists")

    def each_property(self) -> None:
        node, value = self.node, self.value
        extra: list[str] = []
        for name in sorted(value):
            if self.quiet and self.faults:
                return
            known = False
            if name in node.properties:
                known = True
                self.take(self.inner(node.properties[name], value[name], name))
            for pattern, inner in node.pattern_properties:
                if found(pattern, name):
                    known = True
                    self.take(self.inner(inner, value[name], name))
            if not known and node.additional_properties is not None:
                known = True
                if isinstance(node.additional_properties, Node):
                    self.take(self.inner(node.additional_properties, value[name], name))
                elif not node.additional_properties:
                    extra.append(name)
            if known:
                self.properties.discard(name)
        if extra:
            self.add("additionalProperties", f"additional properties {listed(extra)} not allowed")

    def property_name(self, node: Node, name: str) -> None:
        fault = judge(node, name, self.meta, self.run)
        if fault is not None:
            causes = fault.causes if _is_group(fault) else (fault,)
            text = f"invalid propertyName {single_quoted(name)}"
            self.faults.append(replace(self.fault("propertyNames", text, causes), schema=node.location))

    def on_array(self) -> None:
        node, value = self.node, self.value
        size = len(value)
        if node.min_items is not None and size < node.min_items:
            self.add("minItems", f"minItems: got {counted(size)}, want {counted(node.min_items)}")
        if node.max_items is not None and size > node.max_items:
            self.add("maxItems", f"maxItems: got {counted(size)}, want {counted(node.max_items)}")
        if node.unique_items and (pair := duplicates(value)) is not None:
            self.add("uniqueItems", f"items at {counted(pair[0])} and {counted(pair[1])} are equal")
        first = min(len(node.prefix_items), size)
        for position, inner in enumerate(node.prefix_items[:first]):
            self.take(self.inner(inner, value[position], str(position)))
        rest = node.items if node.items is not None else node.additional_items
        if isinstance(rest, Node):
            for position in range(first, size):
                self.take(self.inner(rest, value[position], str(position)))
        elif rest is False and first != size:
            self.add("additionalItems", f"last {counted(size - first)} additionalItem(s) not allowed")
        if node.contains is not None:
            self.contains(node.contains)

    def contains(self, wanted: Node) -> None:
        node = self.node
        causes: list[Fault] = []
        matched: list[int] = []
        for position, item in enumerate(self.value):
            fault = self.inner(wanted, item, str(position))
            if fault is not None:
                causes.append(fault)
                continue
            matched.append(position)
            if node.version >= 2020:
                self.items.discard(position)
        told = f"matched {counted(len(matched))} items at {' '.join(map(str, matched))}"
        least, most = node.min_contains, node.max_contains
        if least is None and not matched:
            self.add("contains", "no items match contains schema", causes)
        elif least is not None and len(matched) < least:
            head = f"min {counted(least)} items required to match contains schema, but "
            self.add("minContains", head + (told if matched else "none matched"), causes)
        if most is not None and len(matched) > most:
            self.add("maxContains", f"max {counted(most)} items required to match contains schema, but {told}")

    def on_string(self) -> None:
        node, value = self.node, self.value
        size = len(value)
        if node.min_length is not None and size < node.min_length:
            self.add("minLength", f"minLength: got {counted(size)}, want {counted(node.min_length)}")
        if node.max_length is not None and size > node.max_length:
            self.add("maxLength", f"maxLength: got {counted(size)}, want {counted(node.max_length)}")
        if node.pattern is not None and not found(node.pattern, value):
            self.add("pattern", f"{single_quoted(value)} does not match pattern {single_quoted(node.pattern)}")

    def on_number(self) -> None:
        node = self.node
        value = exact(self.value)
        if value is None:
            return
        rules: tuple[tuple[str, Fraction | None, Callable[[Fraction], bool]], ...] = (
            ("minimum", node.minimum, lambda limit: value < limit),
            ("maximum", node.maximum, lambda limit: value > limit),
            ("exclusiveMinimum", node.exclusive_minimum, lambda limit: value <= limit),
            ("exclusiveMaximum", node.exclusive_maximum, lambda limit: value >= limit),
            ("multipleOf", node.multiple_of, lambda step: step != 0 and (value / step).denominator != 1),
        )
        for keyword, limit, broken in rules:
            if limit is not None and broken(limit):
                self.add(keyword, f"{keyword}: got {measured(value)}, want {measured(limit)}")

    def unevaluated(self) -> None:
        node, value = self.node, self.value
        if isinstance(value, dict) and node.unevaluated_properties is not None:
            for name in sorted(self.properties):
                self.take(self.inner(node.unevaluated_properties, value[name], name))
            self.properties = set()
        if isinstance(value, list) and node.unevaluated_items is not None:
            for position in sorted(self.items):
                self.take(self.inner(node.unevaluated_items, value[position], str(position)))
            self.items = set()

    def same_value(self, node: Node, keyword: str = "", *, quiet: bool = False) -> Fault | None:
        """Another schema judges the same value; what it has looked at counts for this one."""
        check = Check(node, self.value, self.path, Scope(node, keyword, self.scope.value, self.scope), self.run)
        check.quiet = self.quiet or quiet
        check.adopt(self.meta)
        check.watch(caller_needs=bool(self.properties or self.items))
        fault = check.result()
        if fault is None:
            self.properties &= check.properties
            self.items &= check.items
        return fault

    def inner(self, node: Node, value: Any, token: str) -> Fault | None:
        """A schema judges a value inside this one."""
        check = Check(node, value, (*self.path, token), Scope(node, "", self.scope.value + 1, self.scope), self.run)
        check.quiet = self.quiet
        check.adopt(self.meta)
        check.watch(caller_needs=False)
        return check.result()

    def adopt(self, meta: _Meta | None) -> None:
        """Judge a resource of another dialect by that one's metaschema."""
        self.meta = meta
        if meta is None or self.node is not meta.node:
            return
        resource = meta.resources.get("".join(f"/{escaped(token)}" for token in self.path))
        if resource is not None:
            self.node = metaschema_node(resource.dialect.draft, resource.dialect.vocabularies)
            self.meta = _Meta(self.node, meta.resources)

    def reference(self, node: Node, keyword: str) -> Fault | None:
        fault = self.same_value(node, keyword)
        if fault is None:
            return None
        causes = fault.causes if _is_group(fault) else (fault,)
        return replace(self.fault(keyword, GROUP, causes), schema=node.location)

    def dynamic_references(self) -> None:
        node = self.node
        if node.recursive_ref is not None:
            target = node.recursive_ref
            if target.recursive_anchor:
                for scope in _outwards(self.scope):
                    if scope.node.resource.recursive_anchor:
                        target = scope.node
            self.take(self.reference(target, "$recursiveRef"))
        if node.dynamic_ref is not None:
            target, anchor = node.dynamic_ref
            if anchor and target.dynamic_anchor == anchor:
                for scope in _outwards(self.scope):
                    target = scope.node.resource.dynamic_anchors.get(anchor, target)
            self.take(self.reference(target, "$dynamicRef"))


JUDGES = {"object": Check.on_object, "array": Check.on_array, "string": Check.on_string, "number": Check.on_number}


def _outwards(scope: Scope | None) -> Iterable[Scope]:
    while scope is not None:
        yield scope
        scope = scope.parent


def _is_group(fault: Fault) -> bool:
    return not fault.keyword and fault.text == GROUP


def _whole(value: Any) -> bool:
    number = exact(value)
    return number is not None and number.denominator == 1


def _enum_text(values: list[Any]) -> str:
    if any(isinstance(item, dict | list) for item in values):
        return "'enum' failed"
    told = ", ".join(map(displayed, values))
    return f"value must be {told}" if len(values) == 1 else f"value must be one of {told}"


def judge(node: Node, value: Any, meta: _Meta | None = None, run: _Run | None = None) -> Fault | None:
    """What a compiled schema says against a value; None where nothing. Raises SchemaFault when it takes too many steps."""
    check = Check(node, value, (), Scope(node, "", 0, None), run or _Run())
    check.meta = meta
    check.watch(caller_needs=False)
    return check.result()


def tops(fault: Fault) -> tuple[Fault, ...]:
    """The faults that stand side by side at the top."""
    return fault.causes if _is_group(fault) else (fault,)


def check_schema(document: Document, schema: Any, pointer: str) -> None:
    """Raise SchemaFault with Helm's text for a schema that its metaschema refuses."""
    dialect = document.resource(pointer).dialect
    node = metaschema_node(dialect.draft, dialect.vocabularies)
    fault = judge(node, schema, _Meta(node, document.resources))
    if fault is not None:
        lines = [line for top in tops(fault) for line in top.lines()]
        told = f"jsonschema validation failed with {single_quoted(node.location)}"
        where = quote(location(document.url, pointer))
        raise SchemaFault("\n".join([f"{where} is not valid against metaschema: {told}", *lines]))
