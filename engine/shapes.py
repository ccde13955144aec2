"""The vocabulary of data: what passes between rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Any] | dict[str, Any] | None"
"""What JSON can say."""

KubeObject: TypeAlias = dict[str, Any]
"""A Kubernetes object as the API server gives it."""

Values: TypeAlias = Mapping[str, Any]
"""A chart's values, user-given or coalesced; numbers from YAML are floats, as Helm has them."""


@dataclass(frozen=True, slots=True, order=True)
class ResourceRef:
    """One object's address; `namespace` is empty for what has none."""

    api_version: str
    kind: str
    namespace: str
    name: str

    @property
    def group(self) -> str:
        """The API group, empty for the core one."""
        return self.api_version.rpartition("/")[0]

    def __str__(self) -> str:
        where = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind}/{where}{self.name}"
