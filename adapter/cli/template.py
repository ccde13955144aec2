"""`template`: what a chart renders to, without a cluster."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path
from typing import TYPE_CHECKING

from purehelm.engine.actions.options import DryRun, InstallOptions
from purehelm.engine.chart.crds import crds as chart_crds
from purehelm.engine.errors import ChartError, EngineError, ManifestError, TemplateError
from purehelm.engine.release.manifest import split
from purehelm.engine.release.model import Event, Hook

from .chart import checked, locate
from .command import Command, Count, Failure, Invocation
from .flag import Flag
from .flags import CHANGE, CHART, GLOBAL, NAMING, RENDER, VALUES, WAIT
from .install import EXCLUSIVE, log_failure, name_and_chart
from .options import dry_run, rendering
from .output import echo, err
from .release import hook_text
from .session import Session, session
from .values import given_values

if TYPE_CHECKING:
    from purehelm.engine.release.model import Release

NAME = "release-name"
SOURCE = re.compile(r"# Source: ([^/\n]+/(.+))")
HINT = "\n\nUse --debug flag to render out invalid YAML"


def _template(call: Invocation) -> None:
    if call["kube_version"]:
        _check_kube_version(call["kube_version"])
    strategy = DryRun.SERVER if call["validate"] else dry_run(call, rendering=True)
    with session(call) as at:
        name, reference = name_and_chart(call.arguments, call, NAME)
        place = locate(at, reference, err)
        values = given_values(at)
        chart = checked(at, place)
        options = InstallOptions(
            **rendering(call),
            name=name,
            namespace=at.namespace,
            dry_run=strategy,
            include_crds=call["include_crds"],
            is_upgrade=call["is_upgrade"],
            kube_version=call["kube_version"] or None,
            api_versions=call["api_versions"],
            replace=True,
        )
        failure: EngineError | None = None
        hooks: tuple[Hook, ...] = ()
        try:
            if strategy is DryRun.SERVER:
                release: Release = at.engine.install(chart, values, options)
            else:
                release = at.offline.template(chart, values, options)
            manifest, hooks = release.manifest, release.hooks
        except (TemplateError, ManifestError, ChartError) as error:
            if not at.environment.debug:
                raise Failure(f"{error}{HINT}") from error
            failure, manifest = error, str(getattr(error, "rendered", ""))
        except EngineError as error:
            log_failure(error)
            raise
        shown = [] if call["no_hooks"] else [hook for hook in hooks if not (call["skip_tests"] and _is_test(hook))]
        crds = frozenset(crd.filename for crd in chart_crds(chart))
        _print(at, Printed(name=name, manifest=manifest, hooks=tuple(shown), crds=crds, failure=failure))
    if failure is not None:
        raise failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What is printed: of a failed rendering what there is of it."""

    name: str
    manifest: str
    hooks: tuple[Hook, ...]
    crds: frozenset[str]  # the paths of files in crds/
    failure: EngineError | None


def _print(at: Session, printed: Printed) -> None:
    call, failure = at.call, printed.failure
    text = printed.manifest.strip() + "\n" + "".join(map(hook_text, printed.hooks))
    if call["output_dir"]:
        folder = Path(call["output_dir"])
        _write(folder, folder / printed.name if call["release_name"] else folder, printed)
        text = "\n"
    if not call["show_only"]:
        echo(text)
        return
    try:
        chosen = list(only(text, call["show_only"]))
    except Failure:
        if failure is not None:
            raise failure from None
        raise
    echo("".join(f"---\n{document}\n" for document in chosen))


def only(text: str, patterns: Iterable[str]) -> Iterator[str]:
    """The documents whose path below the chart's name fits a pattern, pattern by pattern. Raises Failure for no fit."""
    documents = split(text)
    for pattern in patterns:
        rule, found = path_pattern(pattern), False
        for document in documents:
            source = SOURCE.search(document)
            if source is not None and rule.fullmatch(source[2]):
                found = True
                yield document
        if not found:
            raise Failure(f"could not find template {pattern} in chart")


def path_pattern(pattern: str) -> re.Pattern[str]:
    """Go's path pattern: `*` and `?` do not cross a `/`."""
    parts = (re.sub(r"^\(\?s:|\)\\[zZ]$", "", translate(part)).replace(".*", "[^/]*") for part in pattern.split("/"))
    return re.compile("/".join(parts))


def _write(root: Path, below: Path, printed: Printed) -> None:
    """Each document into the file of its path below the folder, crds/ below the root; several of one path follow on."""
    documents = [(source[1], document) for document in split(printed.manifest) if (source := SOURCE.search(document))]
    written: set[Path] = set()
    for path, text in [*((path, f"---\n{text}\n") for path, text in _plain(documents)), *((hook.path, hook_text(hook)) for hook in printed.hooks)]:  # fmt: skip
        folder = root if path in printed.crds else below
        target = folder / path
        if ".." in Path(path).parts:
            raise Failure(f"{path} leads out of {folder}")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("a" if target in written else "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        written.add(target)
        echo(f"wrote {folder}/{path}\n")


def _plain(documents: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Documents without the line end that joining them added."""
    for path, text in documents:
        yield path, text.removesuffix("\n")


def _is_test(hook: Hook) -> bool:
    return Event.TEST in hook.events


def _check_kube_version(text: str) -> None:
    from purehelm.engine.capabilities import parse_kube_version

    try:
        parse_kube_version(text)
    except EngineError as error:
        raise Failure(f"invalid kube version '{text}': {error}") from error


TEMPLATE = Command(
    "purehelm template",
    "[NAME] [CHART]",
    Count(1),
    (
        *NAMING,
        Flag("replace", "bool", "accepted for Helm's sake: names are not checked here"),
        Flag("server-side", "bool", "accepted for Helm's sake: nothing is applied", default=True),
        Flag("show-only", "texts", "only show manifests rendered from the given templates", short="s"),
        Flag("output-dir", "text", "writes the executed templates to files in output-dir instead of stdout", default=""),
        Flag("validate", "bool", "validate at the cluster", deprecated="use '--dry-run=server' instead"),
        Flag("include-crds", "bool", "include CRDs in the templated output"),
        Flag("skip-tests", "bool", "skip tests from templated output"),
        Flag("is-upgrade", "bool", "set .Release.IsUpgrade instead of .Release.IsInstall"),
        Flag("kube-version", "text", "Kubernetes version used for Capabilities.KubeVersion", default=""),
        Flag("api-versions", "list", "Kubernetes api versions used for Capabilities.APIVersions", short="a"),
        Flag("release-name", "bool", "use release name in the output-dir path"),
        Flag("dry-run", "text", "client, or server: ask the cluster", default="client", bare="unset"),
        *VALUES,
        *CHART,
        *CHANGE,
        *RENDER,
        *WAIT,
        *GLOBAL,
    ),
    _template,
    about="Locally render templates.",
    exclusive=(*EXCLUSIVE, ("validate", "dry-run")),
)  # fmt: skip
