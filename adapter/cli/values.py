"""The values of a command line: -f, --set-json, --set, --set-string, --set-file, --set-literal, in Helm's fixed order."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from .session import Session


def merged_values(session: Session) -> dict[str, Any]:
    """The user's values (cli/values MergeValues). Raises ValuesError, and OSError for a file that cannot be read."""
    from purehelm.engine.chart.sources import ValueSources, merge_sources

    call = session.call
    sources = ValueSources(
        files=call["values"],
        set_json=call["set_json"],
        set_values=call["set"],
        set_string=call["set_string"],
        set_file=call["set_file"],
        set_literal=call["set_literal"],
    )
    return merge_sources(sources, lambda name: read_file(session, name))


def read_file(session: Session, name: str) -> bytes:
    """Standard input for `-`, what a URL answers, else a file's bytes."""
    if name.strip() == "-":
        return sys.stdin.buffer.read()
    if name.startswith(("http://", "https://")):
        from purehelm.engine.clock import Deadline
        from purehelm.repo.indexed import TIMEOUT
        from purehelm.repo.transport import Access

        return session.charts.transport.get(name, Access(url=name), Deadline(TIMEOUT)).body
    return Path(name).read_bytes()
