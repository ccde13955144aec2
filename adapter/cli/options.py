"""From flags to the options of actions: what several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from purehelm.engine.actions.options import DryRun, WaitStrategy

from .command import Failure, Invocation
from .flag import read_bool
from .output import warn

if TYPE_CHECKING:
    from purehelm.engine.ports import PostRenderer

SERVER_SIDE = ("auto", "true", "false")


def wait_strategy(call: Invocation) -> WaitStrategy:
    """--wait, its old boolean words included."""
    word = call["wait"]
    for old, new in (("true", WaitStrategy.WATCHER), ("false", WaitStrategy.HOOK_ONLY)):
        if word == old:
            warn(f"--wait={old} is deprecated (boolean value) and can be replaced with --wait={new}")
            return new
    return WaitStrategy(word)


def dry_run(call: Invocation, *, rendering: bool = False) -> DryRun:
    """--dry-run, its old words included (cmd/helpers.go); `rendering` refuses to do without it."""
    word = call["dry_run"]
    if word == "unset":
        warn("--dry-run is deprecated and should be replaced with '--dry-run=client'")
        return DryRun.CLIENT
    allowed = (DryRun.CLIENT, DryRun.SERVER) if rendering else (DryRun.NONE, DryRun.CLIENT, DryRun.SERVER)
    if word in allowed:
        return DryRun(word)
    choice = '"server" or "client"' if rendering else '"none", "server", or "client"'
    refused = Failure(f'invalid dry-run value ("{word}"). Must be {choice}')
    try:
        wanted = read_bool(word)
    except ValueError as error:
        raise refused from error
    if rendering and not wanted:
        raise refused
    found = DryRun.CLIENT if wanted else DryRun.NONE
    warn(f"boolean '--dry-run={word}' flag is deprecated and must be replaced with '--dry-run={found}'")
    return found


def changes(call: Invocation, namespace: str) -> dict[str, Any]:
    """The fields of ChangeOptions, from the flags that install, upgrade and rollback share. Raises Failure."""
    if call["server_side"] not in (*SERVER_SIDE, True, False):
        raise Failure(f"invalid/unknown release server-side apply method: {call['server_side']}")
    return {
        "namespace": namespace,
        "timeout": call["timeout"],
        "wait": wait_strategy(call),
        "wait_for_jobs": call["wait_for_jobs"],
        "no_hooks": call["no_hooks"],
        "dry_run": dry_run(call),
        "description": call["description"],
        "force_replace": call["force_replace"] or call["force"],
        "force_conflicts": call["force_conflicts"],
        "server_side": str(call["server_side"]).lower(),
    }


def rendering(call: Invocation) -> dict[str, Any]:
    """The fields that RenderedOptions adds, from the flags that install, upgrade and template share."""
    return {
        "create_namespace": call["create_namespace"],
        "rollback_on_failure": call["rollback_on_failure"] or call["atomic"],
        "skip_crds": call["skip_crds"],
        "render_subchart_notes": call["render_subchart_notes"],
        "hide_notes": call["hide_notes"],
        "hide_secret": bool(call.flags.get("hide_secret")),
        "skip_schema_validation": call["skip_schema_validation"],
        "disable_openapi_validation": call["disable_openapi_validation"],
        "take_ownership": call["take_ownership"],
        "enable_dns": call["enable_dns"],
        "labels": _labels(call["labels"]),
        "post_renderer": post_renderer(call),
    }


def _labels(given: Mapping[str, str]) -> dict[str, str | None]:
    return {name: None if value == "null" else value for name, value in given.items()}


def post_renderer(call: Invocation) -> PostRenderer | None:
    """The program that --post-renderer names, None without one. Raises Failure for one that is not there."""
    chosen = call["post_renderer"]
    if not chosen:
        return None
    if len(chosen) > 1:
        raise Failure("cannot specify --post-renderer flag more than once")
    from shutil import which

    program = which(chosen[0])
    if program is None:
        raise Failure(
            f'invalid argument "{chosen[0]}" for "--post-renderer" flag: unable to find binary at {chosen[0]}'
        )
    return _program([program, *call["post_renderer_args"]])


def _program(command: list[str]) -> Callable[[str], str]:
    """A post-renderer that runs a program: manifests on its standard input, manifests from its standard output."""
    import subprocess

    from purehelm.engine.errors import ManifestError

    def render(manifests: str) -> str:
        try:
            done = subprocess.run(command, input=manifests.encode("utf-8", "surrogateescape"), capture_output=True, check=False)  # fmt: skip
        except OSError as error:
            raise ManifestError(f"error while running command {command[0]}: {error.strerror or error}") from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace")
            raise ManifestError(
                f"error while running command {command[0]}. error output:\n{said}: exit status {done.returncode}"
            )
        text = done.stdout.decode("utf-8", "surrogateescape")
        if not text.strip():
            raise ManifestError(f'post-renderer "{command[0]}" produced empty output')
        return text

    return render


def chosen_server_side(call: Invocation) -> str:
    """What install makes of upgrade's --server-side: everything but `false` is true."""
    return "false" if call["server_side"] == "false" else "true"
