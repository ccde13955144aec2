"""The user's values, from every source in Helm's order: files, then the --set family (pkg/cli/values/options.go)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import jsonio, yamlio
from ..errors import EngineError, ValuesError, YamlError
from .schema_url import UrlError, parsed
from .strvals import parse_set, parse_set_file, parse_set_json, parse_set_literal, parse_set_string

SCHEMES = frozenset(("http", "https", "oci"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSources:
    """What the user gave, each kind in the order of the command line."""

    files: tuple[str, ...] = ()  # -f: paths, URLs, or `-` for standard input
    json: tuple[str, ...] = ()  # --set-json
    set: tuple[str, ...] = ()  # --set
    strings: tuple[str, ...] = ()  # --set-string
    from_files: tuple[str, ...] = ()  # --set-file
    literals: tuple[str, ...] = ()  # --set-literal


def _standard_input() -> bytes:
    return sys.stdin.buffer.read()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How sources are read: `fetch` gives what is at a URL whose scheme is in `schemes`; without it URLs are taken for paths."""

    fetch: Callable[[str], bytes] | None = None
    schemes: frozenset[str] = SCHEMES
    stdin: Callable[[], bytes] = _standard_input

    def read(self, place: str) -> bytes:
        """The bytes at a path or URL. Raises ValuesError with Go's text, or what `fetch` raises."""
        if place.strip() == "-":
            return self.stdin()
        try:
            scheme = parsed(place).scheme
        except UrlError as error:
            raise ValuesError(str(error)) from error
        if self.fetch is not None and scheme in self.schemes:
            return self.fetch(place)
        try:
            return Path(place).read_bytes()
        except ValueError as error:  # a zero byte
            raise ValuesError(f"open {place}: invalid argument") from error
        except IsADirectoryError as error:
            raise ValuesError(f"read {place}: is a directory") from error
        except OSError as error:
            raise ValuesError(f"open {place}: {(error.strerror or str(error)).lower()}") from error


LOCAL = Reading()


@dataclass(frozen=True, slots=True)
class Layer:
    """One source, and how it lays its values over those before it (the map it gets may be changed)."""

    name: str  # the flag, with the file's name or the key where it has one
    lay: Callable[[dict[str, Any]], dict[str, Any]]
    data: bytes | None = None  # a values file's own text


def merged_values(sources: ValueSources, reading: Reading = LOCAL) -> dict[str, Any]:
    """All sources laid over each other. Raises ValuesError with Helm's text."""
    values: dict[str, Any] = {}
    for layer in layers(sources, reading):
        values = layer.lay(values)
    return values


def layers(sources: ValueSources, reading: Reading = LOCAL) -> list[Layer]:
    """The sources in the order in which they apply; files are read now."""
    found = [_file_layer(place, reading.read(place)) for place in sources.files]
    found += [Layer(f"--set-json {_key(text)}", _json_lay(text)) for text in sources.json]
    found += [Layer(f"--set {_key(text)}", _lay("--set", text, parse_set)) for text in sources.set]
    found += [
        Layer(f"--set-string {_key(text)}", _lay("--set-string", text, parse_set_string)) for text in sources.strings
    ]

    def parse_file(text: str, into: dict[str, Any]) -> None:
        parse_set_file(text, into, lambda place: reading.read(place).decode("utf-8", "surrogateescape"))

    found += [Layer(f"--set-file {_key(text)}", _lay("--set-file", text, parse_file)) for text in sources.from_files]
    found += [
        Layer(f"--set-literal {_key(text)}", _lay("--set-literal", text, parse_set_literal))
        for text in sources.literals
    ]
    return found


def read_values(data: bytes) -> dict[str, Any]:
    """All documents of a values file (loader.LoadValues). Raises YamlError with Helm's text."""
    # Helm reads lines and ends each with a newline, whatever the file's encoding.
    data = data.replace(b"\r\n", b"\n")
    data += b"" if data.endswith(b"\n") or not data else b"\n"
    values: dict[str, Any] = {}
    documents = yamlio.split_documents(data)
    while True:
        try:
            document = next(documents, None)
        except YamlError as error:
            raise YamlError(f"error reading yaml document: {error}") from error
        if document is None:
            return values
        try:
            values = yamlio.merge(values, yamlio.load_map(document))
        except YamlError as error:
            raise YamlError(f"cannot unmarshal yaml document: {error}") from error


def _file_layer(place: str, data: bytes) -> Layer:
    def lay(values: dict[str, Any]) -> dict[str, Any]:
        try:
            return yamlio.merge(values, read_values(data))
        except YamlError as error:
            raise ValuesError(f"failed to parse {place}: {error}") from error

    return Layer(f"-f {place}", lay, data)


def _json_lay(text: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def lay(values: dict[str, Any]) -> dict[str, Any]:
        if text.strip().startswith("{"):
            try:
                over = jsonio.loads(text.strip())
            except YamlError as error:
                raise ValuesError(f"failed parsing --set-json data JSON: {text}") from error
            return yamlio.merge(values, over)
        try:
            parse_set_json(text, values)
        except ValuesError as error:
            raise ValuesError(f"failed parsing --set-json data {text}") from error
        return values

    return lay


def _lay(
    flag: str, text: str, parse: Callable[[str, dict[str, Any]], None]
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def lay(values: dict[str, Any]) -> dict[str, Any]:
        try:
            parse(text, values)
        except EngineError as error:
            raise ValuesError(f"failed parsing {flag} data: {error}") from error
        return values

    return lay


def _key(text: str) -> str:
    """What a flag sets, without the value: that may be a secret."""
    return "(object)" if text.lstrip().startswith("{") else text.partition("=")[0]
