"""`upgrade`: a release gets a new revision, from a chart and values; or is installed, where it is not there."""

from __future__ import annotations

from purehelm.engine.actions.options import InstallOptions, UpgradeOptions, ValuesReuse
from purehelm.engine.errors import ReleaseNotFound
from purehelm.engine.release.model import Status

from .chart import load, locate, with_dependencies
from .command import Command, Count, Invocation
from .flag import Flag
from .flags import CHANGE, CHART, DRY_RUN, GLOBAL, HIDE_SECRET, HISTORY_MAX, OUTPUT, RENDER, VALUES, WAIT
from .install import EXCLUSIVE, failing_as, run_install, show_release
from .options import changes, chosen_server_side, rendering
from .output import echo, warn
from .session import Session, session
from .values import given_values

FAILED = "UPGRADE FAILED: "


def _upgrade(call: Invocation) -> None:
    name, reference = call.arguments
    with session(call) as at:
        common = {**changes(call, at.namespace), **rendering(call)}
        if call["install"]:
            absent, replacing = _absent(at, name)
            if absent:
                if call["output"] == "table":
                    echo(f'Release "{name}" does not exist. Installing it now.\n')
                common["server_side"] = chosen_server_side(call)
                release = run_install(at, (name, reference), InstallOptions(**common, replace=replacing))
                show_release(at, release, notes=not call["hide_notes"])
                return
        place = locate(at, reference, echo)
        values = given_values(at)
        chart = with_dependencies(at, load(place), place)
        if chart.metadata.deprecated:
            warn("this chart is deprecated")
        options = UpgradeOptions(
            **{**common, "create_namespace": False},
            values_reuse=_reuse(call),
            max_history=call["history_max"],
            cleanup_on_fail=call["cleanup_on_fail"],
        )
        with failing_as(FAILED):
            release = at.run(
                lambda deadline: at.engine.upgrade(name, chart, values, options, deadline=deadline),
                name,
                progress=call["output"] == "table",
            )
        if call["output"] == "table":
            echo(f'Release "{name}" has been upgraded. Happy Helming!\n')
        show_release(at, release, notes=not call["hide_notes"])


def _absent(at: Session, name: str) -> tuple[bool, bool]:
    """Whether --install has to install, and whether it takes the place of an uninstalled release."""
    try:
        newest = at.engine.history(name, namespace=at.namespace, limit=1)
    except ReleaseNotFound:
        return True, False
    uninstalled = bool(newest) and newest[-1].status is Status.UNINSTALLED
    return uninstalled, uninstalled


def _reuse(call: Invocation) -> ValuesReuse:
    """The first of the three flags that is given, in Helm's order."""
    for choice in (ValuesReuse.RESET, ValuesReuse.REUSE, ValuesReuse.RESET_THEN_REUSE):
        if call[choice.value.replace("-", "_")]:
            return choice
    return ValuesReuse.DEFAULT


UPGRADE = Command(
    "purehelm upgrade",
    "[RELEASE] [CHART]",
    Count(2, 2),
    (
        Flag("install", "bool", "if a release by this name doesn't already exist, run an install", short="i"),
        Flag("reset-values", "bool", "when upgrading, reset the values to the ones built into the chart"),
        Flag("reuse-values", "bool", "when upgrading, reuse the last release's values and merge in any overrides"),
        Flag("reset-then-reuse-values", "bool", "reset the values to the chart's, then apply the last release's values and any overrides"),
        Flag("cleanup-on-fail", "bool", "allow deletion of new resources created in this upgrade when upgrade fails"),
        Flag("server-side", "text", 'object updates run in the server instead of the client: "true", "false" or "auto"', default="auto"),
        HISTORY_MAX,
        *VALUES,
        *CHART,
        *CHANGE,
        *RENDER,
        HIDE_SECRET,
        *DRY_RUN,
        *WAIT,
        *OUTPUT,
        *GLOBAL,
    ),
    _upgrade,
    about="Upgrade a release to a new version of a chart, or to other values.",
    exclusive=EXCLUSIVE,
)  # fmt: skip
