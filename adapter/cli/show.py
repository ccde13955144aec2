"""`show`: what is in a chart, without installing it."""

from __future__ import annotations

from collections.abc import Callable

from .chart import load, locate
from .command import Command, Count, Group, Invocation
from .flag import Flag
from .flags import CHART, GLOBAL
from .output import echo, err
from .session import session


def _show(part: str) -> Callable[[Invocation], None]:
    def run(call: Invocation) -> None:
        from purehelm.engine.chart.show import show_chart

        with session(call) as at:
            chart = load(locate(at, call.arguments[0], err))
            echo(show_chart(chart, part, jsonpath=call.flags.get("jsonpath") or ""))

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
