"""`show`: what is in a chart, without installing it."""

from __future__ import annotations

from collections.abc import Callable

from purehelm.engine.errors import Unsupported

from .chart import load, locate
from .command import Command, Count, Group, Invocation
from .flag import Flag
from .flags import CHART, GLOBAL
from .output import echo, err
from .session import session


def _show(part: str) -> Callable[[Invocation], None]:
    def run(call: Invocation) -> None:
        from purehelm.engine.chart import show

        if call.flags.get("jsonpath"):
            raise Unsupported("--jsonpath: expressions over values are not supported yet; use `show values` and yq")
        with session(call) as at:
            chart = load(locate(at, call.arguments[0], err))
        texts = {
            "all": show.all_text,
            "chart": show.chart_text,
            "values": show.values_text,
            "readme": show.readme_text,
            "crds": show.crds_text,
        }
        echo(texts[part](chart))

    return run


def _command(part: str, about: str, *flags: Flag) -> Command:
    return Command(f"purehelm show {part}", "[CHART]", Count(1, 1), (*flags, *CHART, *GLOBAL), _show(part), about=about)


JSONPATH = Flag("jsonpath", "text", "supply a JSONPath expression to filter the output", default="")
ALL = _command("all", "Show all information of the chart.")
CHART_COMMAND = _command("chart", "Show the chart's definition.")
VALUES = _command("values", "Show the chart's values.", JSONPATH)
README = _command("readme", "Show the chart's README.")
CRDS = _command("crds", "Show the chart's CRDs.")
SHOW = Group(
    "purehelm show",
    {
        "all": "show:ALL",
        "chart": "show:CHART_COMMAND",
        "values": "show:VALUES",
        "readme": "show:README",
        "crds": "show:CRDS",
    },
    about="Show information of a chart.",
)
