"""New charts: ours and from starters."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from purehelm.engine.chart.create import create
from purehelm.engine.chart.load import load_path
from purehelm.engine.errors import ChartError
from purehelm.engine.lint.linting import lint
from purehelm.engine.lint.rules import LintOptions
from purehelm.engine.release.render import render_templates
from tests.bed.parts import program
from tests.engine.chart.charts import SUB

EVERYTHING = {
    "ingress": {"enabled": True, "className": "x", "tls": [{"secretName": "t"}], "annotations": {"a": "b"}},
    "autoscaling": {"enabled": True},
    "podAnnotations": {"a": "b"},
    "podLabels": {"c": "d"},
    "resources": {"limits": {"cpu": "1"}},
    "nodeSelector": {"k": "v"},
    "tolerations": [{"operator": "Exists"}],
    "serviceAccount": {"annotations": {"a": "b"}},
}


@pytest.mark.parametrize("values", [{}, EVERYTHING], ids=["default", "everything"])
def test_a_new_chart_lints_clean(tmp_path: Path, values: dict[str, object]) -> None:
    result = lint(create(tmp_path / "web"), values, LintOptions(strict=True, own=True))

    assert [str(message) for message in result.messages] == ["[INFO] Chart.yaml: icon is recommended"]
    assert result.errors == ()


def test_a_new_chart_has_its_name_everywhere(tmp_path: Path) -> None:
    folder = create(tmp_path / "my-chart")

    assert (folder / "charts").is_dir()
    assert load_path(folder).name == "my-chart"
    assert not [path for path in folder.rglob("*") if path.is_file() and "CHARTNAME" in path.read_text()]


def test_a_new_chart_renders(tmp_path: Path) -> None:
    rendered = render_templates(load_path(create(tmp_path / "web")), {"replicaCount": 2.0}, name="rel", namespace="ns")

    assert "replicas: 2\n" in rendered["web/templates/deployment.yaml"]
    assert "name: rel-web\n" in rendered["web/templates/service.yaml"]
    assert rendered["web/templates/ingress.yaml"].strip() == ""


def test_overwriting_is_told(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "values.yaml").write_text("old")
    (tmp_path / "web" / "mine.txt").write_text("stays")
    told: list[Path] = []
    create(tmp_path / "web", overwriting=told.append)

    assert told == [tmp_path / "web" / "values.yaml"]
    assert (tmp_path / "web" / "mine.txt").read_text() == "stays"


def test_a_starter_is_copied_under_the_new_name(tmp_path: Path) -> None:
    starter = tmp_path / "starter"
    (starter / "templates").mkdir(parents=True)
    (starter / "Chart.yaml").write_text(SUB)
    (starter / "values.yaml").write_text("# of <CHARTNAME>\nname: <CHARTNAME>\n")
    (starter / "templates" / "a.yaml").write_text("name: <CHARTNAME>\n")
    chart = load_path(create(tmp_path / "new", starter=starter))

    assert (chart.name, chart.metadata.version, dict(chart.values)) == ("new", "0.1.0", {"name": "new"})
    assert chart.templates[0].data == b"name: new\n"


REFUSED = [
    ("", "chart name must be between 1 and 250 characters"),
    ("x" * 251, "chart name must be between 1 and 250 characters"),
    ("a b", 'chart name must match the regular expression "^[a-zA-Z0-9._-]+$"'),
]


@pytest.mark.parametrize(("name", "text"), REFUSED, ids=["empty", "long", "blank"])
def test_names_are_checked(name: str, text: str) -> None:
    with pytest.raises(ChartError) as caught:
        create(Path("/nowhere") / name if name else Path())

    assert str(caught.value) == text


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "web").write_text("")

    with pytest.raises(ChartError) as caught:
        create(tmp_path / "web")

    assert str(caught.value) == f"file {tmp_path}/web already exists and is not a directory"


def test_a_missing_starter_is_told(tmp_path: Path) -> None:
    with pytest.raises(ChartError, match=f"could not load {tmp_path}/s: stat {tmp_path}/s"):
        create(tmp_path / "web", starter=tmp_path / "s")


@pytest.mark.oracle
def test_a_new_chart_lints_clean_in_helm(tmp_path: Path) -> None:
    command = [str(program("helm4")), "lint", "--strict", str(create(tmp_path / "web"))]
    done = subprocess.run(command, capture_output=True, text=True)

    assert (done.returncode, "1 chart(s) linted, 0 chart(s) failed" in done.stdout) == (0, True)
