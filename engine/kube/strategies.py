"""Which lists of built-in kinds merge by which key: the struct tags of client-go's types, as data.

`strategies.json` is made by `go run . tables` in tests/bed/kubeoracle, at the versions that Helm is built with.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from ..errors import ClusterError

DATA = Path(__file__).with_name("strategies.json")
SCALAR = -1


@dataclass(frozen=True, slots=True)
class Field:
    """How a field is patched: `merges` lists by `merge_key` (empty for scalars) or maps, `replaces` it as a whole, and
    `retains` only the keys that are named. `inner` is what it holds.
    """

    inner: Shape
    strategy: str = ""
    merge_key: str = ""
    retains: bool = False

    @property
    def merges(self) -> bool:
        return self.strategy == "merge"

    @property
    def replaces(self) -> bool:
        return self.strategy == "replace"


@dataclass(frozen=True, slots=True)
class Shape:
    """A type's fields; a number below zero is a map or a scalar, which has none."""

    number: int

    def field(self, name: str) -> Field:
        """A field that holds maps or lists. Raises ClusterError in the words of strategicpatch's meta.go."""
        if self.number == SCALAR:
            raise ClusterError("merging an object in json but data type is not struct, instead is: map")
        title, fields = _tables()["types"][self.number]
        row = fields.get(name)
        if row is None:
            raise ClusterError(f'unable to find api field in struct {title} for the json field "{name}"')
        inner, strategies, merge_key = [*row, "", ""][:3]
        words = [word for word in str(strategies).split(",") if word]
        others = [word for word in words if word != "retainKeys"]
        return Field(Shape(inner), others[0] if others else "", merge_key, len(others) != len(words))


def shape_of(api_version: str, kind: str) -> Shape | None:
    """The type of a kind that Helm patches strategically; None for custom kinds, and for definitions of v1beta1."""
    if (api_version, kind) == ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition"):
        return None
    number = _tables()["kinds"].get(f"{api_version}/{kind}")
    return None if number is None else Shape(number)


@functools.cache
def _tables() -> Any:
    return orjson.loads(DATA.read_bytes())
