"""`get`: what a revision's record holds."""

from __future__ import annotations

from typing import Any

from purehelm.engine import jsonio
from purehelm.engine.release.model import Release

from .colors import colors_of
from .command import Command, Count, Group, Invocation
from .flag import Flag
from .flags import GLOBAL, OUTPUT, REVISION
from .output import echo, show, sorted_maps
from .release import Shown, hook_text, status_text, values_text
from .session import session

APPLY_METHODS = {"": "client-side apply (defaulted)", "csa": "client-side apply", "ssa": "server-side apply"}


def _values(call: Invocation) -> None:
    with session(call) as at:
        values = at.engine.get_values(
            call.arguments[0], namespace=at.namespace, revision=call["revision"], computed=call["all"]
        )
    title = "COMPUTED VALUES" if call["all"] else "USER-SUPPLIED VALUES"
    # Helm shows a release without values as null: its map is nil.
    show(
        call["output"],
        sorted_maps(values) or None,
        lambda: values_text(title, values) if values else f"{title}:\nnull\n",
    )


def _release(call: Invocation) -> Release:
    with session(call) as at:
        return at.release()


def _manifest(call: Invocation) -> None:
    echo(_release(call).manifest + "\n")


def _hooks(call: Invocation) -> None:
    echo("".join(hook_text(hook) for hook in _release(call).hooks))


def _notes(call: Invocation) -> None:
    notes = _release(call).info.notes
    if notes:
        echo(f"NOTES:\n{notes}\n")


def _all(call: Invocation) -> None:
    with session(call) as at:
        release = at.release()
        colors = colors_of(at.environment)
        blocks = "" if call["template"] else at.values_blocks(release)
    if call["template"]:
        from .templates import go_release, render_text

        echo(render_text(call["template"], {"Release": go_release(release)}))
        return
    echo(status_text(release, Shown(chart=True, debug=blocks, colors=colors)))


def _metadata(call: Invocation) -> None:
    with session(call) as at:
        metadata = at.engine.get_metadata(call.arguments[0], namespace=at.namespace, revision=call["revision"])
    show(call["output"], metadata, lambda: _metadata_text(metadata))


def _metadata_text(metadata: dict[str, Any]) -> str:
    method = metadata.get("applyMethod", "")
    words = {
        "NAME": metadata["name"],
        "CHART": metadata["chart"],
        "VERSION": metadata["version"],
        "APP_VERSION": metadata["appVersion"],
        "ANNOTATIONS": _pairs(metadata.get("annotations")),
        "LABELS": _pairs(metadata.get("labels")),
        "DEPENDENCIES": ",".join(sorted(entry["name"] for entry in metadata.get("dependencies") or ())),
        "NAMESPACE": metadata["namespace"],
        "REVISION": metadata["revision"],
        "STATUS": metadata["status"],
        "DEPLOYED_AT": metadata.get("deployedAt", ""),
        "APPLY_METHOD": APPLY_METHODS.get(method) or f"unknown ({jsonio.dumps(method)})",
    }
    return "".join(f"{title}: {word}\n" for title, word in words.items())


def _pairs(labels: dict[str, str] | None) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items()))


def _command(name: str, run: Any, about: str, *flags: Flag) -> Command:
    return Command(f"purehelm get {name}", "RELEASE_NAME", Count(1, 1), (*flags, *REVISION, *GLOBAL), run, about=about)


COMMANDS = {
    "ALL": _command(
        "all",
        _all,
        "Everything a release's record holds.",
        Flag("template", "text", "a Go template over .Release", default=""),
    ),
    "HOOKS": _command("hooks", _hooks, "The hooks of a release."),
    "MANIFEST": _command("manifest", _manifest, "The manifest of a release."),
    "METADATA": _command("metadata", _metadata, "The metadata of a release.", *OUTPUT),
    "NOTES": _command("notes", _notes, "The notes of a release."),
    "VALUES": _command(
        "values",
        _values,
        "The values of a release.",
        Flag("all", "bool", "dump all (computed) values", short="a"),
        *OUTPUT,
    ),
}
ALL, HOOKS, MANIFEST, METADATA, NOTES, VALUES = COMMANDS.values()
GET = Group(
    "purehelm get",
    {name.lower(): f"get:{name}" for name in COMMANDS},
    about="Download extended information of a named release.",
)
