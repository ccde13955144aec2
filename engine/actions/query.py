"""Read releases: status, history, list, values, metadata (pkg/action get.go, list.go, status.go)."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..errors import ReleaseNameError, ReleaseNotFound, ValuesError
from ..ports import RecordHeader
from ..release.model import Release, Status
from ..release.names import name_problem
from .context import Context
from .options import ListOptions
from .parallel import together


def release_of(context: Context, name: str, revision: int) -> Release:
    """A revision, the newest for 0. Raises ReleaseNotFound, ReleaseNameError."""
    if name_problem(name):
        context.cluster.check()
        raise ReleaseNameError(f"releaseContent: Release name is invalid: {name}", release=name)
    store, namespace = context.store, context.namespace

    def read() -> Release:
        return store.get(namespace, name, revision) if revision > 0 else store.last(namespace, name)

    release: Release = together([context.cluster.check, read])[1]
    return release


def history(context: Context, name: str, limit: int) -> list[Release]:
    """The newest revisions, oldest first; 0 is no limit. Raises ReleaseNotFound, ReleaseNameError."""
    if name_problem(name):
        context.cluster.check()
        raise ReleaseNameError(f"release name is invalid: {name}", release=name)
    found: list[Release] = together(
        [context.cluster.check, lambda: list(context.store.summaries(context.namespace, name))]
    )[1]
    if not found:
        raise ReleaseNotFound("release: not found", release=name, namespace=context.namespace)
    return found[-limit:] if limit > 0 else found


def list_releases(context: Context, options: ListOptions) -> list[Release]:
    """The newest revision of every release that fits; only for `superseded` alone every revision that has that status."""
    namespace = None if options.namespace is None else context.namespace
    named = _name_test(options.filter)
    context.cluster.check()
    store = context.store
    chosen = (
        {_key(header) for header in store.headers(namespace, selector=options.selector)} if options.selector else None
    )

    def keep(header: RecordHeader) -> bool:
        if options.statuses and header.status.value not in options.statuses:
            return False
        return named(header.name) and (chosen is None or _key(header) in chosen)

    releases: Iterable[Release]
    if options.statuses == {Status.SUPERSEDED.value}:
        headers = [header for header in store.headers(namespace) if keep(header)]
        releases = [store.get(header.namespace, header.name, header.revision) for header in headers]
    else:
        releases = store.newest(namespace, keep=keep)
    return list(_page(releases, options, whole=namespace is None))


def _page(releases: Iterable[Release], options: ListOptions, *, whole: bool) -> Iterator[Release]:
    """Sorted and cut; releases come by namespace and name, so that those of one namespace need not all be read."""
    end = options.offset + options.limit if options.limit > 0 else None
    if whole or options.by_date or options.reverse:
        by_date = options.by_date
        key: Callable[[Release], Any] = (
            (lambda each: (_seconds(each), each.name)) if by_date else (lambda each: each.name)
        )
        releases = sorted(releases, key=key)
        if options.reverse:
            releases = releases[::-1]
    return itertools.islice(releases, options.offset, end)


def _key(header: RecordHeader) -> tuple[str, str, int]:
    return header.namespace, header.name, header.revision


def _seconds(release: Release) -> int:
    """When it was last deployed; 0001-01-01 where that is not known."""
    moment = parse_time(release.info.last_deployed)
    return -62135596800 if moment is None else int(moment.timestamp() // 1)


def parse_time(text: str | None) -> datetime.datetime | None:
    """A record's time, its nanoseconds cut to microseconds; None for none."""
    if not text:
        return None
    seconds, _, rest = text.partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    zone = rest[len(digits) :] if rest else ""
    try:
        return datetime.datetime.fromisoformat(f"{seconds}.{digits[:6]:0<6}{zone}" if digits else text)
    except ValueError:
        return None


def _name_test(pattern: str) -> Callable[[str], bool]:
    """Whether a name fits a pattern, anywhere in it. Raises ValuesError for what is none."""
    if not pattern:
        return lambda name: True
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error:
        raise ValuesError(_regexp_fault(pattern)) from None
    return lambda name: compiled.search(name) is not None


def _regexp_fault(pattern: str) -> str:
    """What Go says of a pattern that is none."""
    from ..functions.regex import TABLE
    from ..template.function import FunctionError

    try:
        TABLE["mustRegexMatch"].call(pattern, "")
    except FunctionError as error:
        return str(error)
    return f"error parsing regexp: {pattern}"


def values_of(release: Release, *, computed: bool) -> Mapping[str, Any]:
    """The user's values, or with `computed` the recorded chart's defaults below them."""
    from ..chart.values import coalesce  # the other questions need no charts
    from ..release.record import recorded_chart

    return coalesce(recorded_chart(release.chart), release.config) if computed else release.config


def metadata_of(release: Release) -> dict[str, Any]:
    """What `helm get metadata -o json` says, in its order; what Helm omits is absent (get_metadata.go)."""
    metadata: Mapping[str, Any] = release.chart.get("metadata") or {}
    tree: dict[str, Any] = {
        "name": release.name,
        "chart": metadata.get("name", ""),
        "version": metadata.get("version", ""),
        "appVersion": metadata.get("appVersion", ""),
    }
    optional = {
        "annotations": metadata.get("annotations"),
        "labels": dict(sorted(release.labels.items())),
        "dependencies": metadata.get("dependencies"),
    }
    tree |= {key: value for key, value in optional.items() if value}
    tree |= {
        "namespace": release.namespace,
        "revision": release.revision,
        "status": release.status.value,
        "deployedAt": _to_seconds(release.info.last_deployed),
    }
    return tree | ({"applyMethod": release.apply_method} if release.apply_method else {})


def _to_seconds(text: str | None) -> str:
    """RFC 3339 without a fraction, the zone kept."""
    if not text:
        return "0001-01-01T00:00:00Z"
    seconds, point, rest = text.partition(".")
    return seconds + rest.lstrip("0123456789") if point else text
