"""The values of a command line: -f, --set-json, --set, --set-string, --set-file, --set-literal, in Helm's fixed order."""

from __future__ import annotations

from typing import Any

from .session import Session


def given_values(session: Session) -> dict[str, Any]:
    """The user's values (cli/values MergeValues). Raises ValuesError, and RepositoryError for a URL that cannot be had."""
    from purehelm.engine.chart.sources import Reading, ValueSources, merged_values

    call = session.call
    sources = ValueSources(
        files=call["values"],
        json=call["set_json"],
        set=call["set"],
        strings=call["set_string"],
        from_files=call["set_file"],
        literals=call["set_literal"],
    )
    reading = Reading(fetch=lambda url: _fetch(session, url), schemes=frozenset({"http", "https"}))
    return merged_values(sources, reading)


def _fetch(session: Session, url: str) -> bytes:
    from purehelm.engine.clock import Deadline
    from purehelm.repo.indexed import CHART_LIMIT, TIMEOUT
    from purehelm.repo.transport import Access

    return session.charts.transport.get(url, Access(url=url), Deadline(TIMEOUT), limit=CHART_LIMIT).body
