"""On which line of a values file each value stands. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import yaml

from .. import yamlio
from ..errors import YamlError

Lines: TypeAlias = Mapping[tuple[str, ...], int]


def lines_of(data: bytes) -> Lines:
    """Each key's path → its line, counted from 1; a key that comes twice has its last line. Empty for broken YAML."""
    found: dict[tuple[str, ...], int] = {}
    start = 0
    for document in _documents(data):
        offset = data.count(b"\n", 0, data.index(document, start))
        start = data.index(document, start) + len(document)
        try:
            node = yaml.compose(document, Loader=yaml.CSafeLoader)
        except yaml.YAMLError:
            continue
        found.update(_walk(node, (), offset))
    return found


def _documents(data: bytes) -> list[bytes]:
    try:
        return list(yamlio.split_documents(data))
    except YamlError:  # whoever reads the values tells
        return []


def _walk(node: Any, path: tuple[str, ...], offset: int) -> Iterator[tuple[tuple[str, ...], int]]:
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            name = key.value if key.style else _name(key.value)
            inner = (*path, name)
            yield inner, key.start_mark.line + 1 + offset
            yield from _walk(value, inner, offset)


def _name(text: str) -> str:
    """A plain key as Helm has it: `y` is "true", `1` is "1"."""
    return str(yamlio.key_text(yamlio.plain_value(text)))
