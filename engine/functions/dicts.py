"""Dictionaries: dict, get, set, merge, dig … (Go: sprig dict.go, mergo 1.0.1, copystructure 1.2.0).

Helm gives keys and values in random order; here they come sorted by the bytes of their keys.
A nil map arrives as None or as a TypedNil.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..govalues import Pointer, StringList, TypedNil, Values, go_type
from ..template.function import FunctionError, declare
from .conversions import PLAIN_MAP, byte_order, strval
from .equality import deep_equal

Dict = dict[str, Any]
NIL_MAP = "assignment to entry in nil map"


class PlainValues(Values):
    """A table that was held as common.Values and now is held as a plain map, which is what set and merge give."""

    go_type = PLAIN_MAP
    __slots__ = ()


def plain(target: Any) -> Any:
    """The same table, held as a plain map.

    One object cannot be held as two types here: `.Values` itself says afterwards that it is a plain map.
    """
    if target.__class__ is Values:
        target.__class__ = PlainValues
    return getattr(target, "go_plain", target)


def make(*pairs: Any) -> Dict:
    """A dictionary of keys (as strings) and values in turn; a last key without a value has the empty string."""
    found = {
        (key if key.__class__ is str else strval(key)): value
        for key, value in zip(pairs[::2], pairs[1::2], strict=False)
    }
    if len(pairs) % 2:
        found[strval(pairs[-1])] = ""
    return found


def get(source: Dict, key: str) -> Any:
    """The key's value, the empty string without one."""
    return source.get(key, "") if source else ""


def put(target: Dict, key: str, value: Any) -> Dict:
    """The same dictionary, with the value in it; raises FunctionError for a nil one."""
    if not isinstance(target, dict):
        raise FunctionError(NIL_MAP)
    target[key] = value
    return target if target.__class__ is dict else plain(target)


def unset(target: Dict, key: str) -> Dict:
    """The same dictionary, without the key."""
    if target:
        target.pop(key, None)
    return plain(target)  # type: ignore[no-any-return]


def has_key(source: Dict, key: str) -> bool:
    """Whether the key is there, be its value nil."""
    return bool(source) and key in source


def pluck(key: str, *sources: Dict) -> list[Any]:
    """The key's values from all dictionaries that have it."""
    return [source[key] for source in sources if source and key in source]


def keys(*sources: Dict) -> list[str]:
    """All keys of all dictionaries."""
    return StringList(key for source in sources if source for key in byte_order(source))


def values(source: Dict) -> list[Any]:
    """All values, by their keys' order."""
    return [source[key] for key in byte_order(source)] if source else []


def pick(source: Dict, *wanted: str) -> Dict:
    """A new dictionary of the wanted keys that are there."""
    return {key: source[key] for key in wanted if key in source} if source else {}


def omit(source: Dict, *unwanted: str) -> Dict:
    """A new dictionary without the unwanted keys."""
    return {key: value for key, value in source.items() if key not in unwanted} if source else {}


class _DifferentTypes(Exception):
    """mergo's ErrDifferentArgumentsTypes."""


def _absorb(target: Dict, source: Mapping[str, Any], *, overwrite: bool) -> None:
    """mergo's deepMerge of maps: nested maps merge in place, an empty value of the target counts as absent."""
    for key, new in source.items():
        if new is None:
            if overwrite:
                target[key] = None
            continue
        old = target.get(key)
        if isinstance(new, dict):
            if isinstance(old, dict):
                _absorb(old, new, overwrite=overwrite)
                if old:
                    continue
            elif isinstance(old, Pointer) and not overwrite:
                raise _DifferentTypes
        if overwrite or not old:
            target[key] = new


def _merged(target: Any, sources: tuple[Dict, ...], *, overwrite: bool) -> Any:
    for source in sources:
        if source is None or isinstance(source, TypedNil):
            continue
        if not isinstance(target, dict):
            target = {}
        _absorb(target, source, overwrite=overwrite)
    return plain(target)


def merge(target: Dict, *sources: Dict) -> Any:
    """The target itself, its absent and empty values filled from the sources, the first source first."""
    try:
        return _merged(target, sources, overwrite=False)
    except _DifferentTypes:
        return ""


def must_merge(target: Dict, *sources: Dict) -> Any:
    """As merge; raises FunctionError where a pointer meets a map."""
    try:
        return _merged(target, sources, overwrite=False)
    except _DifferentTypes as error:
        raise FunctionError("src and dst must be of same type") from error


def merge_overwrite(target: Dict, *sources: Dict) -> Any:
    """The target itself, its values replaced by the sources', the last source last."""
    return _merged(target, sources, overwrite=True)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return value.__class__({key: _copy(item) for key, item in value.items()})
    if isinstance(value, list):
        return value.__class__([_copy(item) for item in value])
    return value


def deep_copy(value: Any) -> Any:
    """A copy that shares nothing; raises FunctionError for nil, as reflect panics there."""
    if value is None:
        raise FunctionError("reflect: call of reflect.Value.Type on zero Value")
    return _copy(value)


def _as_map(value: Any) -> Dict:
    """Go's type assertion to a plain map, which a named map type fails."""
    if value is not None and go_type(value) == PLAIN_MAP:
        return {} if isinstance(value, TypedNil) else value
    raise FunctionError(f"interface conversion: interface {{}} is {_conversion_name(value)}, not {PLAIN_MAP}")


def _conversion_name(value: Any) -> str:
    return "nil" if value is None else go_type(value)


def dig(*parts: Any) -> Any:
    """The value at a path of keys; arguments are the keys, the fallback, the dictionary."""
    if len(parts) < 3:
        raise FunctionError("dig needs at least three arguments")
    *path, fallback, source = parts
    here: Any = _as_map(source)
    for key in path:
        if not isinstance(key, str):
            raise FunctionError(f"interface conversion: interface {{}} is {_conversion_name(key)}, not string")
    for at, key in enumerate(path):
        if at:
            here = _as_map(here)
        if key not in here:
            return fallback
        here = here[key]
    return here


MAP = PLAIN_MAP
TABLE = declare(
    (
        ("dict", f"...interface {{}} -> {MAP}", make),
        ("get", f"{MAP}, string -> interface {{}}", get),
        ("set", f"{MAP}, string, interface {{}} -> {MAP}", put),
        ("unset", f"{MAP}, string -> {MAP}", unset),
        ("hasKey", f"{MAP}, string -> bool", has_key),
        ("pluck", f"string, ...{MAP} -> []interface {{}}", pluck),
        ("keys", f"...{MAP} -> []string", keys),
        ("values", f"{MAP} -> []interface {{}}", values),
        ("pick", f"{MAP}, ...string -> {MAP}", pick),
        ("omit", f"{MAP}, ...string -> {MAP}", omit),
        ("merge", f"{MAP}, ...{MAP} -> interface {{}}", merge),
        ("mustMerge", f"{MAP}, ...{MAP} -> interface {{}}", must_merge),
        ("mergeOverwrite", f"{MAP}, ...{MAP} -> interface {{}}", merge_overwrite),
        ("mustMergeOverwrite", f"{MAP}, ...{MAP} -> interface {{}}", merge_overwrite),
        ("deepCopy", "interface {} -> interface {}", deep_copy),
        ("mustDeepCopy", "interface {} -> interface {}", deep_copy),
        ("dig", "...interface {} -> interface {}", dig),
        ("deepEqual", "interface {}, interface {} -> bool", deep_equal),
    )
)
