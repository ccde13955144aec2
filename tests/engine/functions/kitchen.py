"""A chart of one template that Helm and we render, and how long to go on comparing."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from purehelm.engine.functions.registry import all_functions
from purehelm.engine.govalues import Values
from purehelm.engine.template.environment import render_text
from purehelm.engine.template.errors import TemplateExecError

LONGER = "PUREHELM_ORACLE_SECONDS"
"""Names the environment variable that says for how many seconds each family is compared instead."""


class Kitchen:
    """A chart of one template, rendered by both."""

    def __init__(self, folder: Path, oracle: Any) -> None:
        self.folder, self.oracle = folder, oracle
        (folder / "templates").mkdir()
        (folder / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 1.0.0\n")

    def helms(self, text: str) -> str:
        (self.folder / "templates" / "t").write_text(text)
        answer = self.oracle.ask(path=str(self.folder), values={"a": 1}, name="r", namespace="n")
        error = answer.get("error")
        return f"error: {essence(error)}" if error else seen(answer["templates"]["c/templates/t"])

    def ours(self, text: str) -> str:
        try:
            rendered = render_text(text, {"Values": Values({"a": 1.0})}, all_functions(), name="c/templates/t")
        except TemplateExecError as error:
            return f"error: {essence(error.go_text)}"
        return seen(rendered.replace("<no value>", ""))

    def different(self, calls: Iterator[str], text: Callable[[str], str]) -> Mapping[str, tuple[str, str]]:
        """Of the calls, put into a template by `text`, those that Helm and we answer otherwise, with both answers."""
        found = {}
        for call in calls:
            helms, ours = self.helms(text(call)), self.ours(text(call))
            if helms != ours:
                found[call] = helms, ours
        return found


def many(count: int, draw: Callable[[], str]) -> Iterator[str]:
    """So many drawn calls, or as many as fit into the seconds that LONGER's variable names."""
    seconds = float(os.environ.get(LONGER) or 0)
    end = time.monotonic() + seconds
    while time.monotonic() < end if seconds else count > 0:
        count -= 1
        yield draw()


def written(text: str) -> str:
    """A text as a template writes it."""
    return json.dumps(text, ensure_ascii=False)


def looked_at(call: str) -> str:
    """A template that shows what a call gives: its text, its type, its JSON."""
    return f"{{{{ $x := {call} }}}}{{{{ $x }}}}|{{{{ typeOf $x }}}}|{{{{ toJson $x }}}}"


def seen(text: str) -> str:
    """The text as the oracle's JSON carries it."""
    return re.sub("[\udc80-\udcff]", "\ufffd", text)


def essence(error: str) -> str:
    """What went wrong, without the places that Helm names in lines of their own."""
    _, calling, text = error.partition("error calling")
    return seen(calling + text if calling else error.strip().splitlines()[-1].rpartition(": ")[2].strip())
