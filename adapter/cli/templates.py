"""Go templates that a user writes on the command line: --template and --name-template."""

from __future__ import annotations

from typing import Any

from purehelm.engine.release.model import Release


def render_text(text: str, data: Any) -> str:
    """The text, rendered by Go's own functions with this data as its dot (cmd/printer.go). Raises TemplateError."""
    from purehelm.engine.template.environment import render_text as render

    return render(text, data, name="_")


def render_name(text: str) -> str:
    """--name-template: with the functions that charts have, and no data (action/install.go). Raises TemplateError."""
    from purehelm.engine.functions.registry import all_functions
    from purehelm.engine.template.environment import render_text as render

    return render(text, None, all_functions(), name="name-template")


def go_release(release: Release) -> dict[str, Any]:
    """A release under the names of Go's struct, as `get all --template` sees it."""
    info, metadata = release.info, release.chart.get("metadata") or {}
    return {
        "Name": release.name,
        "Namespace": release.namespace,
        "Version": release.revision,
        "Manifest": release.manifest,
        "Config": dict(release.config),
        "ApplyMethod": release.apply_method,
        "Labels": dict(release.labels),
        "Info": {
            "FirstDeployed": info.first_deployed,
            "LastDeployed": info.last_deployed,
            "Deleted": info.deleted,
            "Description": info.description,
            "Status": str(info.status),
            "Notes": info.notes,
            "RollbackRevision": info.rollback_revision,
        },
        "Chart": {
            "Metadata": {_exported(name): value for name, value in metadata.items()},
            "Values": release.chart.get("values") or {},
        },
        "Hooks": [
            {
                "Name": hook.name,
                "Kind": hook.kind,
                "Path": hook.path,
                "Manifest": hook.manifest,
                "Events": [str(event) for event in hook.events],
                "Weight": hook.weight,
            }
            for hook in release.hooks
        ],
    }


def _exported(name: str) -> str:
    """A JSON name as Go's field: `apiVersion` is APIVersion."""
    return "APIVersion" if name == "apiVersion" else name[:1].upper() + name[1:]
