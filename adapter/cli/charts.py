"""`create`, `lint` and `package`: work on charts in folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from purehelm.engine.errors import EngineError

from .chart import source_options, update_dependencies
from .command import Command, Count, Failure, Invocation
from .flag import Flag
from .flags import CONNECTION, GLOBAL, VALUES
from .output import echo
from .session import session, source_date_epoch

if TYPE_CHECKING:
    from purehelm.engine.lint.linting import LintResult


def _create(call: Invocation) -> None:
    from purehelm.engine.chart.create import create

    (name,) = call.arguments
    echo(f"Creating {name}\n")
    with session(call) as at:
        starter = Path(call["starter"]) if call["starter"] else None
        if starter is not None and not starter.is_absolute():
            starter = at.environment.data / "starters" / starter
        create(
            Path(name),
            starter=starter,
            overwriting=lambda path: echo(f'WARNING: File "{path}" already exists. Overwriting.\n'),
        )


def _lint(call: Invocation) -> None:
    from purehelm.engine.capabilities import Capabilities
    from purehelm.engine.lint.linting import chart_paths, lint
    from purehelm.engine.lint.rules import LintOptions

    from .values import given_values

    capabilities = Capabilities()
    if call["kube_version"]:
        try:
            capabilities = capabilities.with_kube_version(call["kube_version"])
        except EngineError as error:
            raise Failure(f"invalid kube version '{call['kube_version']}': {error}") from error
    paths = [Path(path) for path in call.arguments]
    with session(call) as at:
        values = given_values(at)
        options = LintOptions(
            namespace=at.namespace,
            strict=call["strict"],
            skip_schema_validation=call["skip_schema_validation"],
            capabilities=capabilities,
        )
        below = [each for path in paths for each in list(chart_paths(path))[1:]] if call["with_subcharts"] else []
        results = [lint(path, values, options) for path in (*paths, *below)]
    shown = [result for result in results if result.noteworthy or not call["quiet"]]
    echo("".join(_findings(result, quiet=call["quiet"]) for result in shown))
    failed = sum(bool(result.errors) for result in results)
    summary = f"{len(results)} chart(s) linted, {failed} chart(s) failed"
    if failed:
        raise Failure(summary)
    if shown:
        echo(f"{summary}\n")


def _findings(result: LintResult, *, quiet: bool) -> str:
    """One chart's block; its errors are told where no message tells them (cmd/lint.go)."""
    lines = [str(message) for message in result.messages if not quiet or message.severity > 1]
    if not result.messages:
        lines = [f"Error {error}" for error in result.errors]
    return f"==> Linting {result.path}\n" + "".join(f"{line}\n" for line in lines) + "\n"


def _package(call: Invocation) -> None:
    from purehelm.engine.chart.load import load_path
    from purehelm.engine.chart.package import PackageOptions, package

    if not call.arguments:
        raise Failure("need at least one argument, the path to the chart")
    if call["sign"]:
        raise Failure("--sign: charts cannot be signed yet; package without it, and sign the archive with gpg")
    with session(call) as at:
        options = PackageOptions(
            version=call["version"], app_version=call["app_version"], epoch=source_date_epoch(at.environment)
        )
        destination = Path(call["destination"])
        for name in call.arguments:
            path = Path(name)
            if not path.exists():
                raise Failure(f"stat {name}: no such file or directory")
            if call["dependency_update"]:
                source_options(call)
                update_dependencies(at, path, lambda _: None)
            filename, data = package(load_path(path.absolute()), options)
            folder = Path.cwd() if call["destination"] == "." else destination
            folder.mkdir(parents=True, exist_ok=True)
            (folder / filename).write_bytes(data)
            echo(f"Successfully packaged chart and saved it to: {folder / filename}\n")


CREATE = Command(
    "purehelm create",
    "NAME",
    Count(1, 1),
    (
        Flag("starter", "text", "the name or absolute path to Helm starter scaffold", short="p", default=""),
        *GLOBAL,
    ),
    _create,
    about="Create a new chart with the given name.",
)
LINT = Command(
    "purehelm lint",
    "PATH",
    Count(1),
    (
        Flag("strict", "bool", "fail on lint warnings"),
        Flag("with-subcharts", "bool", "lint dependent charts"),
        Flag("quiet", "bool", "print only warnings and errors"),
        Flag("skip-schema-validation", "bool", "if set, disables JSON schema validation"),
        Flag("kube-version", "text", "Kubernetes version used for capabilities and deprecation checks", default=""),
        *VALUES,
        *GLOBAL,
    ),
    _lint,
    about="Examine a chart for possible issues.",
)
PACKAGE = Command(
    "purehelm package",
    "[CHART_PATH] [...]",
    Count(0),
    (
        Flag("sign", "bool", "use a PGP private key to sign this package"),
        Flag("key", "text", "name of the key to use when signing. Used if --sign is true", default=""),
        Flag("keyring", "text", "location of a public keyring", default=""),
        Flag("passphrase-file", "text", "location of a file which contains the passphrase for the signing key", default=""),
        Flag("version", "text", "set the version on the chart to this semver version", default=""),
        Flag("app-version", "text", "set the appVersion on the chart to this version", default=""),
        Flag("destination", "text", "location to write the chart", short="d", default="."),
        Flag("dependency-update", "bool", 'update dependencies from "Chart.yaml" to dir "charts/" before packaging', short="u"),
        *CONNECTION,
        *GLOBAL,
    ),
    _package,
    about="Package a chart directory into a chart archive.",
)  # fmt: skip
