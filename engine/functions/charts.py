"""Helm's own functions: templates in templates, documents, the cluster (Go: helm pkg/engine/funcs.go, engine.go).

Also sprig's forms of JSON, which Helm leaves as they are.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from purehelm.engine import jsonio, tomlio, yamlio
from purehelm.engine.errors import EngineError, YamlError
from purehelm.engine.govalues import TypedNil
from purehelm.engine.template.errors import WARNING_END, WARNING_START
from purehelm.engine.template.function import Function, FunctionError, declare
from purehelm.engine.template.runtime import Frame


class Lookup(Protocol):
    """Asks a cluster for an object, or for a list of them where the name is empty.

    Gives an empty map for what does not exist. Raises EngineError for everything else.
    """

    def lookup(self, api_version: str, kind: str, namespace: str, name: str) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a render allows: the cluster that `lookup` asks, DNS, and whether `required` and `fail` pass (lint)."""

    lookup: Lookup | None = None
    enable_dns: bool = False
    lint: bool = False


NO_FACTS = Facts()


def facts_of(frame: Frame) -> Facts:
    """The facts of the render; none outside of a chart's."""
    facts = frame.run.facts
    return facts if isinstance(facts, Facts) else NO_FACTS


def warned(message: str) -> FunctionError:
    """An error that Helm shows without Go's frame around it."""
    return FunctionError(f"{WARNING_START}{message}{WARNING_END}")


def required(frame: Frame, message: str, value: Any) -> Any:
    """The value, unless it is nil or an empty string."""
    if value is None or (isinstance(value, str) and not value):
        if facts_of(frame).lint:
            return ""
        raise warned(message)
    return value


def fail(frame: Frame, message: str) -> str:
    if facts_of(frame).lint:
        return ""
    raise warned(message)


def lookup(frame: Frame, api_version: str, kind: str, namespace: str, name: str) -> dict[str, Any]:
    """An object of the cluster; always empty without one, and when linting."""
    facts = facts_of(frame)
    if facts.lookup is None or facts.lint:
        return {}
    try:
        return facts.lookup.lookup(api_version, kind, namespace, name)
    except EngineError as error:
        raise FunctionError(str(error)) from error


def get_host_by_name(frame: Frame, name: str) -> str:
    """An address of the host, empty unless DNS is enabled."""
    if not facts_of(frame).enable_dns:
        return ""
    try:
        return str(socket.getaddrinfo(name, None)[0][4][0])
    except OSError as error:
        raise FunctionError(f"lookup {name}: no such host") from error


# Documents out


def must_to_yaml(value: Any) -> str:
    try:
        return yamlio.dump(value).removesuffix("\n")
    except YamlError as error:
        raise FunctionError(str(error)) from error


def to_yaml(value: Any) -> str:
    """YAML; empty for what cannot be written."""
    try:
        return yamlio.dump(value).removesuffix("\n")
    except YamlError:
        return ""


def to_yaml_pretty(value: Any) -> str:
    """YAML with lists indented; goyaml panics for complex numbers instead of failing."""
    if isinstance(value, complex):
        raise FunctionError("cannot marshal type: complex128")
    try:
        return yamlio.dump_pretty(value).removesuffix("\n")
    except YamlError:
        return ""


def _json(value: Any, *, escape_html: bool = True, indent: str = "") -> str:
    try:
        return jsonio.dumps(value, escape_html=escape_html, indent=indent)
    except YamlError as error:
        raise FunctionError(str(error)) from error


def must_to_json(value: Any) -> str:
    return _json(value)


def to_json(value: Any) -> str:
    """JSON; empty for what cannot be written."""
    try:
        return jsonio.dumps(value)
    except YamlError:
        return ""


def must_to_pretty_json(value: Any) -> str:
    return _json(value, indent="  ")


def to_pretty_json(value: Any) -> str:
    try:
        return jsonio.dumps(value, indent="  ")
    except YamlError:
        return ""


def must_to_raw_json(value: Any) -> str:
    return _json(value, escape_html=False)


def to_raw_json(value: Any) -> str:
    """JSON without HTML escapes; here sprig panics where others give nothing."""
    return _json(value, escape_html=False)


def must_to_toml(value: Any) -> str:
    try:
        return _toml(value)
    except YamlError as error:
        raise FunctionError(str(error)) from error


def to_toml(value: Any) -> str:
    """TOML; the error's text for what cannot be written."""
    try:
        return _toml(value)
    except YamlError as error:
        return str(error)


def _toml(value: Any) -> str:
    if value is None:
        raise FunctionError("reflect: call of reflect.Value.Type on zero Value")
    return tomlio.dumps(value)


# Documents in


def from_yaml(text: str) -> dict[str, Any]:
    """A map; on failure one with the message as `Error`."""
    try:
        return yamlio.load_map(text)
    except YamlError as error:
        return {"Error": str(error)}


def from_yaml_array(text: str) -> list[Any]:
    """A list; on failure one with the message."""
    try:
        value = yamlio.load(text)
    except YamlError as error:
        return [str(error)]
    if value is None or isinstance(value, list):
        return value or []
    return [f"error unmarshaling JSON: while decoding JSON: {_mismatch(value, '[]interface {}')}"]


def from_json(text: str) -> Any:
    return _from_json_as(text, dict, "map[string]interface {}", lambda error: {"Error": error})


def from_json_array(text: str) -> Any:
    return _from_json_as(text, list, "[]interface {}", lambda error: [error])


def _from_json_as(text: str, kind: type, type_name: str, failed: Any) -> Any:
    try:
        value, wrong = jsonio.loads_partly(text)
    except YamlError as error:
        return failed(str(error))
    if isinstance(value, kind):
        if wrong is None:
            return value
        return {**value, "Error": wrong} if isinstance(value, dict) else [wrong]
    if value is None:
        return TypedNil(type_name, "map" if kind is dict else "slice")
    return failed(_mismatch(value, type_name))


def _mismatch(value: Any, type_name: str) -> str:
    names = {str: "string", bool: "bool", float: "number", int: "number", dict: "object", list: "array"}
    return f"json: cannot unmarshal {names[type(value)]} into Go value of type {type_name}"


def must_from_json(text: str) -> Any:
    try:
        return jsonio.loads(text)
    except YamlError as error:
        raise FunctionError(str(error)) from error


def from_toml(text: str) -> dict[str, Any]:
    """A map; on failure one with the message as `Error`."""
    try:
        return tomlio.loads(text)
    except YamlError as error:
        return {"Error": str(error)}


SCOPED = {"include", "tpl", "required", "fail", "lookup", "getHostByName"}
ANY_TO_TEXT = "interface {} -> string"
MAP, LIST = "map[string]interface {}", "[]interface {}"
_ROWS = declare(
    [
        ("include", "string, interface {} -> string", Frame.include),
        ("tpl", "string, interface {} -> string", Frame.tpl),
        ("required", "string, interface {} -> interface {}", required),
        ("fail", "string -> string", fail),
        ("lookup", f"string, string, string, string -> {MAP}", lookup),
        ("getHostByName", "string -> string", get_host_by_name),
        ("toYaml", ANY_TO_TEXT, to_yaml),
        ("mustToYaml", ANY_TO_TEXT, must_to_yaml),
        ("toYamlPretty", ANY_TO_TEXT, to_yaml_pretty),
        ("fromYaml", f"string -> {MAP}", from_yaml),
        ("fromYamlArray", f"string -> {LIST}", from_yaml_array),
        ("toJson", ANY_TO_TEXT, to_json),
        ("mustToJson", ANY_TO_TEXT, must_to_json),
        ("toPrettyJson", ANY_TO_TEXT, to_pretty_json),
        ("mustToPrettyJson", ANY_TO_TEXT, must_to_pretty_json),
        ("toRawJson", ANY_TO_TEXT, to_raw_json),
        ("mustToRawJson", ANY_TO_TEXT, must_to_raw_json),
        ("fromJson", f"string -> {MAP}", from_json),
        ("fromJsonArray", f"string -> {LIST}", from_json_array),
        ("mustFromJson", "string -> interface {}", must_from_json),
        ("toToml", ANY_TO_TEXT, to_toml),
        ("mustToToml", ANY_TO_TEXT, must_to_toml),
        ("fromToml", f"string -> {MAP}", from_toml),
    ]
)
TABLE: Mapping[str, Function] = {
    name: replace(function, wants_scope=True) if name in SCOPED else function for name, function in _ROWS.items()
}
