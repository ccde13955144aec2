"""The schema that the in-memory cluster ships, read from a live API server: what it serves, and each type's fields.

python -m tests.contract.schema     write engine/testing/schema.json anew from the running bed
"""

from __future__ import annotations

import json
import ssl
import sys
import urllib.request
from pathlib import Path
from typing import Any

from tests.bed.bed import Bed
from tests.bed.cluster import Cluster
from tests.bed.parts import cache

TARGET = Path(__file__).parents[2] / "engine" / "testing" / "schema.json"
SCALARS = {"string": "s", "integer": "i", "number": "n", "boolean": "b"}
OPEN = {"JSON", "JSONSchemaPropsOrArray", "JSONSchemaPropsOrBool", "JSONSchemaPropsOrStringArray", "RawExtension"}
LOOSE = {"IntOrString": "x", "Quantity": "x", "Time": "s", "MicroTime": "s", "FieldsV1": "a", "Patch": "x"}
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
HELD = {"T:": "V:", "A:": "W:"}
DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


def held(node: Any, *, by_value: bool, required: bool) -> Any:
    """The node, marked where Go writes the field even if nobody set it."""
    if isinstance(node, str) and node[:2] in HELD and by_value:
        return HELD[node[:2]] + node[2:]
    return {**node, "z": 1} if isinstance(node, dict) and "l" in node and required else node


class Reader:
    """Types of an OpenAPI document, each in a few letters.

    A node is `s i n b` (scalars), `x` (anything), `a` (anything, atomic), `T:name` (a type of the table; `A:name`
    where it is atomic, `V:name` and `W:name` where it is always there, as Go holds it by value), or an object: `{"m": node}` a map, `{"l": node}` a list with `k` (keys of a list map, `[]` for
    a set, absent where atomic), `p` (merge key of a strategic patch, `""` for a list of scalars), `d` (defaults of keys),
    `z` (null where nobody set it).
    """

    def __init__(self, definitions: dict[str, Any], defaults: dict[str, dict[str, Any]]) -> None:
        self._definitions = definitions
        self._defaults = defaults
        self.types: dict[str, dict[str, Any]] = {}

    def add(self, name: str) -> str:
        """Read one definition and all that it needs; its short name."""
        short = name.removeprefix("io.k8s.").removeprefix("api.")
        if short not in self.types:
            self.types[short] = {}
            found = self._definitions[name].get("properties", {})
            zeros = self._defaults.get(name, {})
            nodes = {key: self.node(value) for key, value in sorted(found.items())}
            required = self._definitions[name].get("required", ())
            self.types[short] = {
                key: held(node, by_value=zeros.get(key) == {}, required=key in required) for key, node in nodes.items()
            }
        return short

    def node(self, schema: dict[str, Any]) -> Any:
        """One field's node."""
        reference = schema.get("$ref")
        if reference:
            return self._reference(reference.rpartition("/")[2], schema)
        kind = schema.get("type")
        if kind == "array":
            return self._list(schema)
        if kind == "object":
            inner = schema.get("additionalProperties")
            node = {"m": self.node(inner)} if isinstance(inner, dict) else "a"
            return "a" if schema.get("x-kubernetes-map-type") == "atomic" else node
        return SCALARS.get(kind or "", "x")

    def _reference(self, name: str, schema: dict[str, Any]) -> Any:
        last, target = name.rpartition(".")[2], self._definitions[name]
        if last in OPEN:
            return "a"
        if last in LOOSE:
            return LOOSE[last]
        if "properties" not in target:
            return (
                self.node({**target, **{key: value for key, value in schema.items() if key != "$ref"}})
                if target.get("type")
                else "a"
            )
        atomic = "atomic" in (schema.get("x-kubernetes-map-type"), target.get("x-kubernetes-map-type"))
        return ("A:" if atomic else "T:") + self.add(name)

    def _list(self, schema: dict[str, Any]) -> dict[str, Any]:
        node: dict[str, Any] = {"l": self.node(schema["items"])}
        kind = schema.get("x-kubernetes-list-type")
        if kind == "set":
            node["k"] = []
        if kind == "map":
            node["k"] = keys = schema["x-kubernetes-list-map-keys"]
            target = schema["items"].get("$ref", "").rpartition("/")[2]
            found = self._defaults.get(target, {})
            if defaults := {key: found[key] for key in keys if key in found}:
                node["d"] = defaults
        if "merge" in schema.get("x-kubernetes-patch-strategy", ""):
            node["p"] = schema.get("x-kubernetes-patch-merge-key", "")
        return node


def read(
    groups: list[dict[str, Any]], definitions: dict[str, Any], defaults: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """The whole table: `kinds` in discovery's order, `extra` (what subresources answer with), `types`."""
    reader = Reader(definitions, defaults)
    names = {
        (one["group"], one["version"], one["kind"]): name
        for name, schema in definitions.items()
        for one in schema.get("x-kubernetes-group-version-kind", [])
    }
    kinds: list[list[Any]] = []
    extra: set[str] = set()
    for group, version in ((one, version) for one in groups for version in one["versions"]):
        title = group["metadata"].get("name", "")
        api_version = f"{title}/{version['version']}" if title else version["version"]
        for one in version.get("resources", []):
            kind, subs = one["responseKind"]["kind"], one.get("subresources") or []
            extra |= {f"{api_version}/{sub['responseKind']['kind']}" for sub in subs if sub.get("responseKind")}
            name = names.get((title, version["version"], kind))
            has_status = any(sub["subresource"] == "status" for sub in subs)
            kinds.append([
                api_version, kind, one["resource"], one["scope"] == "Namespaced", " ".join(sorted(one["verbs"])),
                has_status, reader.add(name) if name else "",
            ])  # fmt: skip
    return {"kinds": kinds, "extra": sorted(extra), "types": dict(sorted(reader.types.items()))}


def fetch(bed: Bed) -> dict[str, Any]:
    """The table of the bed's API server."""
    assert bed.cluster is not None
    custom = {each["spec"]["group"] for each in get(bed.cluster, DEFINITIONS, "application/json")["items"]}
    found = [group for path in ("/api", "/apis") for group in get(bed.cluster, path, DISCOVERY)["items"]]
    groups = [group for group in found if group["metadata"].get("name", "") not in custom]
    defaults: dict[str, dict[str, Any]] = {}
    for group in groups:
        name = group["metadata"].get("name", "")
        for version in group["versions"]:
            path = f"/openapi/v3/apis/{name}/{version['version']}" if name else f"/openapi/v3/api/{version['version']}"
            schemas = get(bed.cluster, path, "application/json")["components"]["schemas"]
            defaults |= {each: default_values(schema) for each, schema in schemas.items()}
    return read(groups, get(bed.cluster, "/openapi/v2", "application/json")["definitions"], defaults)


def default_values(schema: dict[str, Any]) -> dict[str, Any]:
    """A type's fields that have a default (OpenAPI v2 leaves those out)."""
    return {name: field["default"] for name, field in schema.get("properties", {}).items() if "default" in field}


def get(cluster: Cluster, path: str, accept: str) -> Any:
    """One answer of the API server, as the administrator."""
    context = ssl.create_default_context(cafile=str(cluster.folder / "ca.crt"))
    context.load_cert_chain(cluster.folder / "admin.crt", cluster.folder / "admin.key")
    request = urllib.request.Request(f"https://127.0.0.1:{cluster.port}{path}", headers={"Accept": accept})
    with urllib.request.urlopen(request, context=context, timeout=30) as answer:
        return json.loads(answer.read())


def text(table: dict[str, Any]) -> str:
    """As the file has it: one kind or type a line."""

    def line(value: Any) -> str:
        return json.dumps(value, separators=(",", ":"))

    kinds = ",\n".join(line(kind) for kind in table["kinds"])
    types = ",\n".join(f"{line(name)}:{line(fields)}" for name, fields in table["types"].items())
    return f'{{"kinds":[\n{kinds}\n],"extra":{line(table["extra"])},"types":{{\n{types}\n}}}}\n'


if __name__ == "__main__":
    TARGET.write_text(text(fetch(Bed.load(cache() / "state" / "bed.json"))))
    sys.stdout.write(f"{TARGET}\n")
