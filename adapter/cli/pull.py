"""`pull` and `push`: charts from repositories and registries, and into registries."""

from __future__ import annotations

from pathlib import Path

from purehelm.engine.clock import Deadline

from .chart import chart_query, source_options
from .command import Command, Count, Failure, Invocation
from .flag import Flag
from .flags import CHART, CONNECTION, GLOBAL
from .output import echo
from .session import session

PULL_TIME = 300.0  # seconds for one chart
PUSH_TIME = 600.0


def _pull(call: Invocation) -> None:
    from purehelm.repo.pull import PullOptions, pull

    options = PullOptions(
        destination=Path(call["destination"]), untar=call["untar"], untar_folder=Path(call["untardir"])
    )
    with session(call) as at:
        for reference in call.arguments:
            fetched, _ = pull(at.charts, chart_query(call, reference), options, Deadline(PULL_TIME))
            echo("".join(f"{message}\n" for message in fetched.messages))


def _push(call: Invocation) -> None:
    import datetime

    from purehelm.engine.clock import timestamp
    from purehelm.repo.reference import is_oci, redact, split_url

    name, remote = call.arguments[:2]
    if not is_oci(remote):
        raise Failure("scheme prefix missing from remote (e.g. \"oci://\")" if "://" not in remote else f'scheme "{split_url(remote).scheme}" not supported')  # fmt: skip
    path = Path(name)
    if not path.exists():
        raise Failure(f"{name}: no such file")
    if path.is_dir():
        raise Failure("cannot push directory, must provide chart archive (.tgz)")
    data, signed = path.read_bytes(), path.with_name(f"{path.name}.prov")
    written = datetime.datetime.fromtimestamp(int(path.stat().st_mtime)).astimezone()
    with session(call) as at:
        pushed = at.charts.registry(source_options(call)).push(
            data,
            redact(remote),
            Deadline(PUSH_TIME),
            provenance=signed.read_bytes() if signed.exists() else None,
            created=timestamp(written),
        )
    echo(f"{pushed}\n")


PULL = Command(
    "purehelm pull",
    "[chart URL | repo/chartname] [...]",
    Count(1),
    (
        Flag("untar", "bool", "if set to true, will untar the chart after downloading it"),
        Flag("prov", "bool", "fetch the provenance file, but don't perform verification"),
        Flag("untardir", "text", "if untar is specified, the directory into which the chart is expanded", default="."),
        Flag("destination", "text", "location to write the chart", short="d", default="."),
        *CHART,
        *GLOBAL,
    ),
    _pull,
    about="Download a chart from a repository and (optionally) unpack it in local directory.",
)
PUSH = Command(
    "purehelm push", "[chart] [remote]", Count(2), (*CONNECTION, *GLOBAL), _push, about="Push a chart to a registry."
)
