"""`create`, `lint` and `package`: work on charts in folders."""

from __future__ import annotations

from pathlib import Path

from .chart import source_options, update_dependencies
from .command import Command, Count, Failure, Invocation
from .flag import Flag
from .flags import CONNECTION, GLOBAL, VALUES
from .output import echo
from .session import session, source_date_epoch


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
    from purehelm.engine.chart.lint import LintOptions, lint_chart

    from .values import given_values

    paths = [Path(path) for path in call.arguments]
    if call["with_subcharts"]:
        paths = [each for path in paths for each in (path, *_subcharts(path))]
    with session(call) as at:
        values = given_values(at)
        options = LintOptions(
            namespace=at.namespace,
            strict=call["strict"],
            skip_schema_validation=call["skip_schema_validation"],
            kube_version=call["kube_version"] or None,
        )
        results = [(path, lint_chart(path, values, options)) for path in paths]
    text = ""
    failed = told = 0
    for path, result in results:
        notable = [message for message in result.messages if message.severity > 1]
        told += bool(notable or result.errors)
        failed += bool(result.errors)
        if call["quiet"] and not (notable or result.errors):
            continue
        lines = [*map(str, notable if call["quiet"] else result.messages)]
        if not result.messages:
            lines = [f"Error {error}" for error in result.errors]
        text += f"==> Linting {path}\n" + "".join(f"{line}\n" for line in lines) + "\n"
    echo(text)
    summary = f"{len(results)} chart(s) linted, {failed} chart(s) failed"
    if failed:
        raise Failure(summary)
    if not call["quiet"] or told:
        echo(f"{summary}\n")


def _subcharts(path: Path) -> list[Path]:
    """Every chart below charts/, in lexical order."""
    found = (each for each in sorted((path / "charts").rglob("*")) if each.is_file())
    return [
        each.parent if each.name == "Chart.yaml" else each
        for each in found
        if each.name == "Chart.yaml" or each.name.endswith((".tgz", ".tar.gz"))
    ]


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
