"""What an API server knows of its kinds: their addresses, and how each field merges."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

Form = Literal["scalar", "any", "struct", "map", "list"]
VERBS = frozenset({"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"})
SCALARS = {"string": "s", "integer": "i", "number": "n", "boolean": "b"}


class Node:
    """How one value is typed and merged.

    `any` is what no schema describes: its maps merge key by key, its lists are atomic. A `list` with `keys` None is
    atomic, with `()` a set, else a list map. `merge_key` is the strategic merge patch's, None where that replaces.
    What is held `by_value` is always there, if empty (a list: null).
    """

    def __init__(
        self, form: Form, *, scalar: str = "", atomic: bool = False, element: Node | None = None,
        keys: tuple[str, ...] | None = None, defaults: Mapping[str, Any] | None = None, merge_key: str | None = None,
    ) -> None:  # fmt: skip
        self.form = form
        self.scalar = scalar
        self.atomic = atomic
        self.element = element
        self.keys = keys
        self.defaults = defaults or {}
        self.merge_key = merge_key
        self.by_value = False

    @cached_property
    def fields(self) -> Mapping[str, Node]:
        """A struct's declared fields."""
        return {}

    @property
    def open(self) -> bool:
        """Whether a struct takes fields that it does not declare."""
        return self.form != "struct"

    def child(self, name: str) -> Node:
        """The node of a map's or struct's member."""
        return self.fields.get(name) or self.element or ANY


class Struct(Node):
    """A node with declared fields, found when they are needed (types may hold themselves)."""

    def __init__(
        self, types: Types, raw: Mapping[str, Any], *, atomic: bool = False, loose: bool = False, by_value: bool = False
    ) -> None:
        super().__init__("struct", atomic=atomic)
        self._types = types
        self._raw = raw
        self._loose = loose
        self.by_value = by_value

    @cached_property
    def fields(self) -> Mapping[str, Node]:
        return {name: self._types.node(raw) for name, raw in self._raw.items()}

    @property
    def open(self) -> bool:
        return self._loose


ANY = Node("any")


class Types:
    """The table of types in the short form of schema.json (tests/contract/schema.py says how it is written)."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table
        self._named: dict[str, Node] = {}

    def node(self, raw: Any) -> Node:
        """The node that a raw description stands for."""
        if isinstance(raw, Node):
            return raw
        if isinstance(raw, str):
            return self._named_node(raw)
        if "m" in raw:
            return Node("map", element=self.node(raw["m"]))
        keys = raw.get("k")
        node = Node(
            "list", element=self.node(raw["l"]), keys=None if keys is None else tuple(keys),
            defaults=raw.get("d"), merge_key=raw.get("p"),
        )  # fmt: skip
        node.by_value = "z" in raw
        return node

    def _named_node(self, raw: str) -> Node:
        if raw not in self._named:
            if raw[1:2] == ":":
                self._named[raw] = Struct(self, self._table[raw[2:]], atomic=raw[0] in "AW", by_value=raw[0] in "VW")
            elif raw in ("x", "a"):
                self._named[raw] = Node("any", atomic=raw == "a")
            else:
                self._named[raw] = Node("scalar", scalar=raw)
        return self._named[raw]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind in one version, and where it is served."""

    api_version: str
    kind: str
    resource: str
    namespaced: bool
    verbs: frozenset[str]
    has_status: bool
    node: Node = field(compare=False, repr=False)
    custom: bool = False

    @property
    def group(self) -> str:
        """The API group, empty for the core one."""
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        """The version without its group."""
        return self.api_version.rpartition("/")[2]

    @property
    def title(self) -> str:
        """The resource as the server's messages name it: `deployments.apps`."""
        return f"{self.resource}.{self.group}" if self.group else self.resource

    @property
    def qualified(self) -> str:
        """The kind as the server's messages name it: `Deployment.apps`."""
        return f"{self.kind}.{self.group}" if self.group else self.kind


@dataclass(frozen=True, slots=True)
class Schema:
    """The kinds that a server has built in, in discovery's order, and what only its subresources answer with."""

    kinds: tuple[Kind, ...]
    extra: tuple[str, ...]
    types: Types = field(compare=False, repr=False)


@cache
def built_in() -> Schema:
    """Kubernetes 1.36's."""
    table = json.loads(files(__package__).joinpath("schema.json").read_text(encoding="utf-8"))
    types = Types(table["types"])
    kinds = tuple(
        Kind(
            api_version=api_version, kind=kind, resource=resource, namespaced=namespaced,
            verbs=frozenset(verbs.split()), has_status=has_status, node=types.node(f"T:{name}") if name else ANY,
        )
        for api_version, kind, resource, namespaced, verbs, has_status, name in table["kinds"]
    )  # fmt: skip
    return Schema(kinds, tuple(table["extra"]), types)


def custom_kinds(definition: Mapping[str, Any]) -> Iterable[Kind]:
    """The kinds that a CustomResourceDefinition serves."""
    spec = definition["spec"]
    for version in spec["versions"]:
        if version.get("served"):
            yield Kind(
                api_version=f"{spec['group']}/{version['name']}",
                kind=spec["names"]["kind"],
                resource=spec["names"]["plural"],
                namespaced=spec["scope"] == "Namespaced",
                verbs=VERBS,
                has_status="status" in (version.get("subresources") or {}),
                node=_custom_root((version.get("schema") or {}).get("openAPIV3Schema") or {}),
                custom=True,
            )


def _custom_root(schema: Mapping[str, Any]) -> Node:
    types = built_in().types
    metadata = types.node("T:apimachinery.pkg.apis.meta.v1.ObjectMeta")
    fields = {name: custom_node(inner) for name, inner in (schema.get("properties") or {}).items()}
    scalar = Node("scalar", scalar="s")
    loose = bool(schema.get("x-kubernetes-preserve-unknown-fields"))
    return Struct(types, {**fields, "apiVersion": scalar, "kind": scalar, "metadata": metadata}, loose=loose)


def custom_node(schema: Mapping[str, Any]) -> Node:
    """The node of a structural schema's part."""
    if schema.get("x-kubernetes-int-or-string"):
        return ANY
    match schema.get("type"):
        case "array":
            return _custom_list(schema)
        case "object":
            return _custom_object(schema)
        case kind if kind in SCALARS:
            return Node("scalar", scalar=SCALARS[kind])
        case _:
            return ANY


def _custom_object(schema: Mapping[str, Any]) -> Node:
    atomic = schema.get("x-kubernetes-map-type") == "atomic"
    if schema.get("properties"):
        fields = {name: custom_node(inner) for name, inner in schema["properties"].items()}
        loose = bool(schema.get("x-kubernetes-preserve-unknown-fields"))
        return Struct(built_in().types, fields, atomic=atomic, loose=loose)
    inner = schema.get("additionalProperties")
    if isinstance(inner, dict):
        return Node("map", element=custom_node(inner), atomic=atomic)
    if schema.get("x-kubernetes-preserve-unknown-fields"):
        return Node("any", atomic=atomic)
    return Struct(built_in().types, {}, atomic=atomic)


def _custom_list(schema: Mapping[str, Any]) -> Node:
    items = schema.get("items") or {}
    element = custom_node(items)
    match schema.get("x-kubernetes-list-type"):
        case "set":
            return Node("list", element=element, keys=())
        case "map":
            keys = tuple(schema.get("x-kubernetes-list-map-keys") or ())
            inner = items.get("properties") or {}
            defaults = {key: inner[key]["default"] for key in keys if "default" in inner.get(key, {})}
            return Node("list", element=element, keys=keys, defaults=defaults)
        case _:
            return Node("list", element=element)
