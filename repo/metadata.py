"""Chart metadata as repositories carry it: read from decoded JSON or YAML, written as Go writes JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from purehelm.engine.chart.metadata import metadata_fields
from purehelm.engine.chart.model import Metadata
from purehelm.engine.errors import RepositoryError, YamlError

_ESCAPED = (("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))


def read_metadata(raw: Mapping[str, Any]) -> Metadata:
    """Metadata from decoded JSON or YAML; unknown fields are left alone. Raises RepositoryError for a wrong type."""
    try:
        return Metadata(**metadata_fields(raw))
    except YamlError as error:
        raise RepositoryError(str(error)) from error


def go_json(value: Any) -> bytes:
    """JSON as Go writes it: compact, in the given order, and safe inside HTML."""
    text = orjson.dumps(value).decode()
    for mark, escaped in _ESCAPED:
        text = text.replace(mark, escaped)
    return text.encode()
