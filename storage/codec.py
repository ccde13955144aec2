"""A release as Helm's record: base64(gzip(JSON)), and back."""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Mapping
from typing import Any

import orjson

from purehelm.engine.errors import RecordCorrupt
from purehelm.engine.release.model import Event, Hook, HookRun, Info, Phase, Release

from .labels import status_of

GZIP = b"\x1f\x8b\x08"
# Helm takes 9. On a real chart's 1.65 MB of JSON: level 1 gives 400 kB in 9 ms, 4: 335 kB in 13 ms, 6: 316 kB in 23 ms,
# 9: 312 kB in 49 ms. A record that does not fit is tried again with BEST.
LEVEL = 6
BEST = 9
LIMIT = 128 << 20  # bytes of JSON; 1 MiB of gzip could become 1 GiB
ZERO = "0001-01-01T00:00:00Z"
INFO = frozenset({"first_deployed", "last_deployed", "deleted", "description", "status", "rollback_revision", "notes"})
RUN = frozenset({"started_at", "completed_at", "phase"})
HOOK = frozenset(
    {"name", "kind", "path", "manifest", "events", "last_run", "weight", "delete_policies", "output_log_policies"}
)
RELEASE = frozenset({"name", "info", "chart", "config", "manifest", "hooks", "version", "namespace", "apply_method"})


def encode(release: Release, *, level: int = LEVEL) -> bytes:
    """The body of a record, as the data of a ConfigMap or of the SQL table holds it."""
    return base64.b64encode(gzip.compress(to_json(release), level, mtime=0))


def decode(body: bytes | str, *, key: str = "", limit: int = LIMIT) -> Release:
    """The release in a record's body; raises RecordCorrupt. `limit` bounds the JSON's bytes, `key` names the record."""
    return from_tree(load(body, key=key, limit=limit), key)


def decode_summary(body: bytes | str, *, key: str = "", limit: int = LIMIT) -> Release:
    """As `decode`, but of the chart only its metadata, and neither values, manifest, notes nor hooks."""
    tree = load(body, key=key, limit=limit)
    chart = tree.get("chart")
    metadata = chart.get("metadata") if isinstance(chart, dict) else None
    kept = {field: tree[field] for field in ("name", "info", "version", "namespace", "apply_method") if field in tree}
    return from_tree(kept | {"chart": {"metadata": metadata}}, key)


# --- writing


def to_json(release: Release) -> bytes:
    """Helm's JSON, byte for byte: its order and omissions, HTML escaped (release/v1/release.go)."""
    tree: dict[str, Any] = {}
    _put(tree, "name", release.name)
    tree["info"] = _info(release.info)
    if release.chart:
        tree["chart"] = _chart(release.chart)
    if release.config:
        tree["config"] = _map(release.config)
    _put(tree, "manifest", release.manifest)
    if release.hooks:
        tree["hooks"] = [_hook(hook) for hook in release.hooks]
    _put(tree, "version", release.revision)
    _put(tree, "namespace", release.namespace)
    _put(tree, "apply_method", release.apply_method)
    tree.update({field: _value(item) for field, item in release.extra.items()})
    try:
        text = orjson.dumps(tree)
    except orjson.JSONEncodeError:  # lone surrogates: Go writes U+FFFD
        text = orjson.dumps(_clean(tree))
    return _escape(text)


def _escape(text: bytes) -> bytes:
    """These characters stand only inside strings, so a replacement is safe."""
    for plain, escaped in (
        (b"<", b"\\u003c"),
        (b">", b"\\u003e"),
        (b"&", b"\\u0026"),
        ("\u2028".encode(), b"\\u2028"),
        ("\u2029".encode(), b"\\u2029"),
    ):
        if plain in text:
            text = text.replace(plain, escaped)
    return text


def _put(tree: dict[str, Any], field: str, value: Any) -> None:
    """Omit what is empty, as Go's omitempty does."""
    if value:
        tree[field] = value


def _info(info: Info) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    _put(tree, "first_deployed", info.first_deployed)
    _put(tree, "last_deployed", info.last_deployed)
    _put(tree, "deleted", info.deleted)
    _put(tree, "description", info.description)
    tree["status"] = info.status.value
    _put(tree, "rollback_revision", info.rollback_revision)
    _put(tree, "notes", info.notes)
    return tree | {field: _value(item) for field, item in info.extra.items()}


def _hook(hook: Hook) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for field in ("name", "kind", "path", "manifest"):
        _put(tree, field, getattr(hook, field))
    _put(tree, "events", [str(event) for event in hook.events])
    run: dict[str, Any] = {}
    _put(run, "started_at", hook.last_run.started_at)
    _put(run, "completed_at", hook.last_run.completed_at)
    run["phase"] = hook.last_run.phase.value
    tree["last_run"] = run | {field: _value(item) for field, item in hook.last_run.extra.items()}
    _put(tree, "weight", hook.weight)
    _put(tree, "delete_policies", list(hook.delete_policies))
    _put(tree, "output_log_policies", list(hook.output_log_policies))
    return tree | {field: _value(item) for field, item in hook.extra.items()}


def _chart(chart: Mapping[str, Any]) -> dict[str, Any]:
    """The chart's fields keep their order (a struct in Go), its values are a map with sorted keys."""
    return {field: _map(item) if field == "values" and item is not None else item for field, item in chart.items()}


def _map(value: Any) -> orjson.Fragment:
    """A Go map: sorted keys, float64 numbers as Go writes them; not yet escaped."""
    try:
        return orjson.Fragment(orjson.dumps(_value(value), option=orjson.OPT_SORT_KEYS))
    except orjson.JSONEncodeError:  # integers beyond 64 bits, lone surrogates, typed nils: rare, so slow is fine
        from purehelm.engine.jsonio import dumps  # rare, and costs more to import than this whole house

        return orjson.Fragment(dumps(value, escape_html=False))


def _value(value: Any) -> Any:
    """What orjson writes as Go does: whole floats without a point, others in Go's form."""
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 2**53 and (value or str(value) == "0.0"):
            return int(value)
        from purehelm.engine.jsonio import number  # as above

        return orjson.Fragment(number(value))
    if isinstance(value, Mapping):
        return {key: _value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_value(item) for item in value]
    return value


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


# --- reading


def load(body: bytes | str, *, key: str = "", limit: int = LIMIT) -> dict[str, Any]:
    """The JSON object in a record's body, compressed or plain; raises RecordCorrupt."""
    try:
        data = base64.b64decode(body, validate=True)
        text = inflate(data, limit) if len(data) > len(GZIP) and data.startswith(GZIP) else data
        tree = orjson.loads(text)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise _corrupt(key, str(error)) from error
    if not isinstance(tree, dict):
        raise _corrupt(key, "not an object")
    return tree


def inflate(data: bytes, limit: int) -> bytes:
    """gunzip of all members, as Go does it; raises ValueError beyond `limit` bytes or where it is cut off."""
    parts: list[bytes] = []
    left = limit
    while data:
        member = zlib.decompressobj(31)
        part = member.decompress(data, left + 1)
        left -= len(part)
        if left < 0:
            raise ValueError(f"the record is larger than {limit} bytes")
        if not member.eof:
            raise ValueError("unexpected EOF")
        parts.append(part)
        data = member.unused_data
    return b"".join(parts)


def from_tree(tree: Mapping[str, Any], key: str = "") -> Release:
    """The release that JSON describes; raises RecordCorrupt where a field has another type than Helm's."""
    try:
        return Release(
            name=_text(tree, "name"),
            namespace=_text(tree, "namespace"),
            revision=_number(tree, "version"),
            info=_read_info(_object(tree, "info")),
            chart=_read_chart(_object(tree, "chart")),
            config=floats(_object(tree, "config")),
            manifest=_text(tree, "manifest"),
            hooks=tuple(_read_hook(hook) for hook in _items(tree, "hooks") if isinstance(hook, dict)),
            apply_method=_text(tree, "apply_method"),
            extra=_unknown(tree, RELEASE),
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise _corrupt(key, str(error)) from error


def _read_info(tree: dict[str, Any]) -> Info:
    return Info(
        status=status_of(_text(tree, "status")),
        description=_text(tree, "description"),
        first_deployed=_time(tree, "first_deployed"),
        last_deployed=_time(tree, "last_deployed"),
        deleted=_time(tree, "deleted"),
        notes=_text(tree, "notes"),
        rollback_revision=_number(tree, "rollback_revision"),
        extra=_unknown(tree, INFO),
    )


def _read_hook(tree: dict[str, Any]) -> Hook:
    run = _object(tree, "last_run")
    return Hook(
        name=_text(tree, "name"),
        kind=_text(tree, "kind"),
        path=_text(tree, "path"),
        manifest=_text(tree, "manifest"),
        events=tuple(Event(_legacy(str(event))) for event in _items(tree, "events")),
        last_run=HookRun(
            started_at=_time(run, "started_at"),
            completed_at=_time(run, "completed_at"),
            phase=Phase(_text(run, "phase")),
            extra=_unknown(run, RUN),
        ),
        weight=_number(tree, "weight"),
        delete_policies=tuple(str(word) for word in _items(tree, "delete_policies")),
        output_log_policies=tuple(str(word) for word in _items(tree, "output_log_policies")),
        extra=_unknown(tree, HOOK),
    )


def _legacy(event: str) -> str:
    """Helm 2's test-success, which old charts brought into records."""
    return "test" if event == "test-success" else event


def _read_chart(tree: dict[str, Any]) -> dict[str, Any]:
    return tree | {"values": floats(tree["values"])} if isinstance(tree.get("values"), dict) else tree


def floats(value: Any) -> Any:
    """Numbers as Go reads JSON: every one a float64."""
    if isinstance(value, dict):
        return {key: floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [floats(item) for item in value]
    return float(value) if type(value) is int else value


def _text(tree: Mapping[str, Any], field: str) -> str:
    value = tree.get(field)
    return "" if value is None else _typed(value, str, field)


def _time(tree: Mapping[str, Any], field: str) -> str | None:
    """Helm 3 writes an empty text for no time, Go a zero time."""
    value = _text(tree, field)
    return None if value in ("", ZERO) else value


def _number(tree: Mapping[str, Any], field: str) -> int:
    value = tree.get(field)
    return 0 if value is None else _typed(value, int, field)


def _object(tree: Mapping[str, Any], field: str) -> dict[str, Any]:
    value = tree.get(field)
    return {} if value is None else _typed(value, dict, field)


def _items(tree: Mapping[str, Any], field: str) -> list[Any]:
    value = tree.get(field)
    return [] if value is None else _typed(value, list, field)


def _typed(value: Any, kind: type, field: str) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"field {field} is {type(value).__name__}")
    return value


def _unknown(tree: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    return {field: value for field, value in tree.items() if field not in known}


def _corrupt(key: str, why: str) -> RecordCorrupt:
    return RecordCorrupt(f"failed to decode data {key!r}: {why}", release=key)
