"""The command says what Helm says: the same arguments, the same output, the same exit status."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bed.bed import Bed

from .conftest import CHARTS, Run

pytestmark = pytest.mark.bed
Helm = Callable[..., subprocess.CompletedProcess[str]]
AGE = re.compile(r"\b\d+[smhd](?:\d+[sm])?\b")
REQUIRED = re.compile(r'level=WARN msg="missing required value" .*\n')  # what Helm's lint logs besides its findings
HINT = " (check the username and password)"  # ours, where Helm leaves it at 401


def answer(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    """Exit status and both outputs, our name read as Helm's."""
    return done.returncode, done.stdout, REQUIRED.sub("", done.stderr.replace("purehelm", "helm").replace(HINT, ""))


def same(purehelm: Run, helm: Helm, *arguments: object) -> tuple[int, str, str]:
    """What both answer, which must be the same."""
    ours, theirs = answer(purehelm(*arguments, check=False)), answer(helm(4, *arguments, check=False))
    assert ours == theirs
    return ours


@pytest.mark.parametrize(
    "flags",
    [
        [],
        ["--namespace", "lab", "--set", "replicaCount=3"],
        ["--is-upgrade", "--skip-tests"],
        ["--include-crds"],
        ["--no-hooks"],
        ["--kube-version", "1.30", "--api-versions", "a/v1,b/v1"],
        ["--kube-version", "x"],
        ["--show-only", "templates/*.yaml"],
        ["-s", "templates/no.yaml"],
        ["--set-json", '{"a":1}', "--set-string", "b=1", "--set-literal", "c=d,e=f"],
        ["--set", "a[0=1"],
        ["-f", "/no/such.yaml"],
        ["--name-template", "x{{ add 1 2 }}"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("chart", ["web", "upf", "umbrella", "library-user", "crd-and-resource"])
def test_templates_are_rendered_alike(chart: str, flags: list[str], purehelm: Run, helm: Helm) -> None:
    name = [] if "--name-template" in flags else ["demo"]

    same(purehelm, helm, "template", *name, CHARTS / chart, *flags)


@pytest.mark.parametrize("chart", sorted(path.name for path in CHARTS.iterdir() if path.name.startswith("broken-")))
def test_broken_charts_are_told_alike(chart: str, purehelm: Run, helm: Helm) -> None:
    same(purehelm, helm, "template", "demo", CHARTS / chart)


@pytest.mark.parametrize("chart", sorted(path.name for path in CHARTS.iterdir() if path.is_dir()))
def test_charts_are_shown_and_linted_alike(chart: str, purehelm: Run, helm: Helm) -> None:
    for command in (["show", "all"], ["show", "chart"], ["show", "values"], ["show", "crds"], ["dependency", "list"]):
        same(purehelm, helm, *command, CHARTS / chart)
    for flags in ([], ["--strict"], ["--quiet"], ["--with-subcharts"]):
        same(purehelm, helm, "lint", CHARTS / chart, *flags)


def test_files_are_written_alike(purehelm: Run, helm: Helm, tmp_path: Path) -> None:
    folders = {"ours": purehelm, "theirs": lambda *arguments: helm(4, *arguments)}
    said = {}
    for name, run in folders.items():
        done = run(
            "template", "demo", CHARTS / "upf", "--output-dir", tmp_path / name, "--release-name", "--include-crds"
        )
        said[name] = done.stdout.replace(f"/{name}/", "/x/")
    written = {
        name: {str(path.relative_to(tmp_path / name)): path.read_text() for path in (tmp_path / name).rglob("*") if path.is_file()}
        for name in folders
    }  # fmt: skip

    assert written["ours"] == written["theirs"]
    assert said["ours"] == said["theirs"]


def test_archives_are_packaged_alike(
    purehelm: Run, helm: Helm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name, run in (("ours", purehelm), ("theirs", lambda *arguments: helm(4, *arguments))):
        run("package", CHARTS / "upf", "-d", tmp_path / name)  # Helm's order of subcharts is random
    import gzip

    (ours,), (theirs,) = (list((tmp_path / name).glob("*.tgz")) for name in ("ours", "theirs"))
    assert (ours.name, gzip.decompress(ours.read_bytes())) == (theirs.name, gzip.decompress(theirs.read_bytes()))


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope"],
        ["install"],
        ["install", "a", "b", "c"],
        ["install", "x", "y", "--force", "--force-conflicts"],
        ["install", "x", "--wait=maybe", "y"],
        ["install", "x", "-o", "xml", "y"],
        ["install", "x", "y", "--labels", "a"],
        ["install", "x", "y", "--timeout", "5x"],
        ["install", "x", "y", "--nope"],
        ["install", "x", "y", "-Z"],
        ["install", "x", "y", "--dry-run=maybe"],
        ["install", "x", "/no/such"],
        ["install", "x", "./no/such"],
        ["install", "x", "none/web"],
        ["install", "x", "web"],
        ["upgrade", "x"],
        ["rollback"],
        ["rollback", "x", "y"],
        ["rollback", "x", "1", "--description", "d" * 257],
        ["uninstall", "x", "--cascade", "y"],
        ["list", "-m", "x"],
        ["list", "x"],
        ["history"],
        ["status"],
        ["package"],
        ["package", "/no/such"],
        ["push", "/no/such.tgz", "oci://127.0.0.1:1/x"],
        ["push", "/no/such.tgz", "http://127.0.0.1:1/x"],
        ["pull", "none/web"],
        ["repo", "update"],
        ["repo", "remove", "x"],
        ["repo", "add", "a/b", "http://127.0.0.1:1"],
        ["repo", "add", "x", "ftp://127.0.0.1:1"],
        ["repo", "list"],
        ["repo", "list", "-o", "yaml"],
        ["show", "chart", "none/web"],
        ["dependency", "build", "/no/such"],
        ["lint", "/no/such"],
    ],
    ids=" ".join,
)
def test_faults_of_the_command_line_are_told_alike(arguments: list[str], purehelm: Run, helm: Helm) -> None:
    same(purehelm, helm, *arguments)


def test_releases_are_shown_alike(purehelm: Run, helm: Helm, namespace: str) -> None:
    at = ("-n", namespace)
    ours = purehelm("install", "demo", CHARTS / "web", *at, "--set", "replicaCount=2", "--wait", "--timeout", "60s")
    purehelm("test", "demo", *at)
    purehelm("upgrade", "demo", CHARTS / "web", *at, "--labels", "site=north", "--description", "second")

    assert "\nSTATUS: deployed\nREVISION: 1\nDESCRIPTION: Install complete\n" in ours.stdout
    for arguments in (
        ["list"], ["list", "-q"], ["list", "--no-headers", "-d", "-r"], ["list", "-o", "yaml"], ["list", "-l", "site=north", "-o", "json"],
        ["list", "--color=always"], ["list", "--time-format", "2006-01-02"], ["list", "-f", "^x"], ["list", "-f", "["], ["list", "--failed"],
        ["history", "demo"], ["history", "demo", "-o", "yaml"], ["history", "demo", "--max", "1"], ["history", "demo", "--show-rollback-revision"],
        ["get", "all", "demo"], ["get", "values", "demo"], ["get", "values", "demo", "-a"], ["get", "values", "demo", "--revision", "1", "-o", "yaml"],
        # Without --revision Helm shows its own labels of the record, too.
        ["get", "metadata", "demo", "--revision", "2"], ["get", "metadata", "demo", "-o", "json", "--revision", "2"], ["get", "metadata", "demo", "-o", "yaml", "--revision", "1"],
        ["get", "manifest", "demo"], ["get", "hooks", "demo"], ["get", "notes", "demo"], ["get", "notes", "demo", "--revision", "7"],
        ["get", "all", "demo", "--template", "{{ .Release.Name }} {{ .Release.Info.Status }} {{ .Release.Chart.Metadata.Version }}"],
        ["status", "no-such"], ["history", "no-such"], ["get", "values", "no-such"], ["uninstall", "no-such"], ["uninstall", "no-such", "--ignore-not-found"],
        ["rollback", "no-such"], ["rollback", "demo", "9"], ["test", "no-such"], ["upgrade", "no-such", CHARTS / "web"], ["install", "demo", CHARTS / "web"],
    ):  # fmt: skip
        same(purehelm, helm, *arguments, *at)


def test_the_status_shows_the_live_objects_alike(purehelm: Run, helm: Helm, namespace: str) -> None:
    """Helm prints the kinds in random order: compared without it."""
    at = ("-n", namespace)
    helm(4, "install", "demo", CHARTS / "web", *at, "--wait", "--timeout", "60s")

    shown = []
    for done in (purehelm("status", "demo", *at), helm(4, "status", "demo", *at)):
        head, mark, rest = done.stdout.partition("RESOURCES:\n")
        blocks, end, tail = rest.partition("\n\n\n")
        shown.append((head, mark, sorted(AGE.sub("AGE", blocks).split("\n\n")), end, tail))

    assert shown[0] == shown[1]


def test_a_cluster_that_is_not_there_is_told_alike(purehelm: Run, helm: Helm, tmp_path: Path) -> None:
    nowhere = ("--kube-apiserver", "http://127.0.0.1:1")

    for command in (["list"], ["status", "x"], ["install", "x", CHARTS / "web"], ["uninstall", "x"], ["history", "x"]):
        status, out, err = same(purehelm, helm, *command, *nowhere)
        assert (status, out) == (1, "")
        assert "connection refused" in err


def test_who_may_not_is_told_alike(bed: Bed, purehelm: Run, helm: Helm, namespace: str) -> None:
    """A user without any rights; nothing is left behind."""
    someone = ("--kube-as-user", "nobody", "-n", namespace)

    for command in (["list"], ["status", "x"], ["install", "x", CHARTS / "web"], ["upgrade", "x", CHARTS / "web"]):
        status, out, err = same(purehelm, helm, *command, *someone)
        assert (status, out) == (1, "")
        assert "is forbidden" in err
    assert purehelm("list", "-q", "-n", namespace).stdout == ""


def test_wrong_passwords_are_told_alike(bed: Bed, purehelm: Run, helm: Helm) -> None:
    museum, registry = bed.chartmuseum, bed.registry
    wrong = ("--username", museum.username, "--password", "wrong")

    same(purehelm, helm, "repo", "add", "x", museum.url, *wrong)
    same(purehelm, helm, "pull", "web", "--repo", museum.url, *wrong)
    same(purehelm, helm, "registry", "login", registry.url, "--plain-http", *wrong)
    same(purehelm, helm, "repo", "add", "x", f"{museum.url}/nowhere", "--username", museum.username, "--password", museum.password)  # fmt: skip
