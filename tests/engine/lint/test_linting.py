"""Lint on directories and archives; the rules are held by tests/conformance/test_lint.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from purehelm.engine.lint.addresses import is_email, is_request_url, is_url
from purehelm.engine.lint.linting import chart_paths, lint
from purehelm.engine.lint.message import Message, Severity
from purehelm.engine.lint.rules import LintOptions
from tests.engine.chart.charts import METADATA, SUB, tarred, written

GOOD = METADATA + "icon: https://x.example/i.png\n"
MAP = "kind: ConfigMap\nmetadata: {name: x}\n"


def test_an_archive_is_examined_like_its_directory(tmp_path: Path) -> None:
    files = {"values.yaml": "", "templates/a.yaml": MAP.replace("x", "X")}
    path = tmp_path / "c.tgz"
    path.write_bytes(tarred([(f"c/{name}", text.encode()) for name, text in {"Chart.yaml": GOOD, **files}.items()]))

    assert lint(path, {}).messages == lint(written(tmp_path, files, GOOD), {}).messages
    assert lint(path, {}).noteworthy


FAULTS = [
    (b"x" * 20, "unable to extract tarball: gzip: invalid header"),
    (tarred([("c/values.yaml", b"")]), "unable to extract tarball: Chart.yaml file is missing"),
    (tarred([("c/../../x", b"")]), "unable to extract tarball: chart illegally references parent directory"),
    (tarred([("c/Chart.yaml", GOOD.encode()), ("c/a", b""), ("c/a/b", b"")]), "unable to extract tarball: File exists"),
]


@pytest.mark.parametrize(("data", "text"), FAULTS, ids=["gzip", "no-chart", "hostile", "file-as-folder"])
def test_archives_that_cannot_be_examined(tmp_path: Path, data: bytes, text: str) -> None:
    path = tmp_path / "c.tgz"
    path.write_bytes(data)
    result = lint(path, {})

    assert (result.messages, result.errors) == ((), (text,))


def test_paths_that_are_no_charts(tmp_path: Path) -> None:
    missing = tmp_path / "x.tgz"

    assert lint(missing, {}).errors == (f"unable to open tarball: open {missing}: no such file or directory",)
    assert lint(tmp_path, {}).errors == (
        f"unable to check Chart.yaml file in chart: stat {tmp_path}/Chart.yaml: no such file or directory",
    )


def test_warnings_fail_when_asked(tmp_path: Path) -> None:
    root = written(tmp_path, {"values.yaml": ""}, GOOD)

    assert (lint(root, {}).errors, lint(root, {}, LintOptions(strict=True)).errors) == (
        (),
        ("directory does not exist",),
    )


def test_schemas_can_be_passed_over(tmp_path: Path) -> None:
    files = {"values.yaml": "a: 1\n", "values.schema.json": '{"required": ["b"]}', "templates/a.yaml": MAP}
    root = written(tmp_path, files, GOOD)

    assert len(lint(root, {}).errors) == 2
    assert lint(root, {}, LintOptions(skip_schema_validation=True)).errors == ()


def test_files_that_are_directories(tmp_path: Path) -> None:
    root = written(tmp_path, {"templates/a.yaml": MAP, "crds": "x"}, GOOD)
    (root / "values.yaml").mkdir()
    texts = [message.text for message in lint(root, {}).messages]

    assert texts == [f"unable to parse YAML: read {root}/values.yaml: is a directory", "not a directory"]


def test_a_chartfile_that_is_a_directory(tmp_path: Path) -> None:
    (tmp_path / "Chart.yaml").mkdir()

    assert [message.text for message in lint(tmp_path, {}).messages][:2] == [
        "should be a file, not a directory",
        f"unable to parse YAML\n\tread {tmp_path}/Chart.yaml: is a directory",
    ]


def test_subcharts_are_found(tmp_path: Path) -> None:
    root = written(tmp_path, {"charts/s/Chart.yaml": SUB, "charts/s/charts/t/Chart.yaml": SUB, "charts/u.tgz": "x"})

    assert list(chart_paths(root)) == [root, root / "charts/s", root / "charts/s/charts/t", root / "charts/u.tgz"]


def test_lists_with_policies_are_told(tmp_path: Path) -> None:
    text = "kind: List\nmetadata: {name: x}\nitems:\n- metadata: {annotations: {helm.sh/resource-policy: keep}}\n"
    result = lint(written(tmp_path, {"values.yaml": "", "templates/a.yaml": text}, GOOD), {})

    assert result.errors == ("annotation 'helm.sh/resource-policy' within List objects are ignored",)


def test_a_message_is_shown_as_helm_shows_it() -> None:
    assert str(Message(severity=Severity.ERROR, path="a", text="b")) == "[ERROR] a: b"


EMAILS = {
    "a@b.example": True,
    '"a b"@b.example': True,
    "a.b+c@d-e.example": True,
    "a": False,
    "a@b": False,
    "a@-b.example": False,
    "é@é.example": True,
}
URLS = {
    "https://x.example/y": True,
    "x.example": True,
    "x.example:80": True,
    "http://10.0.0.1/": True,
    "http://[::1]/": True,
    "nope": False,
    ".x": False,
    "a": False,
    "http://a b": False,
    "http://%zz": False,
}
REQUESTS = {
    "https://x.example": True,
    "data:image/png;base64,xx": True,
    "/x": False,
    "x": False,
    "": False,
    "http://[": False,
    "git@x.example:y": False,
}


@pytest.mark.parametrize(("text", "good"), EMAILS.items(), ids=EMAILS)
def test_emails(text: str, good: bool) -> None:
    assert is_email(text) is good


@pytest.mark.parametrize(("text", "good"), URLS.items(), ids=URLS)
def test_urls(text: str, good: bool) -> None:
    assert is_url(text) is good


@pytest.mark.parametrize(("text", "good"), REQUESTS.items(), ids=[text or "empty" for text in REQUESTS])
def test_request_urls(text: str, good: bool) -> None:
    assert is_request_url(text) is good
