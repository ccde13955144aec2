"""From charts to releases: capabilities, lookups, notes, post-renderers, and rendering without a cluster."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.actions.options import InstallOptions
from purehelm.engine.actions.postrender import Program
from purehelm.engine.api import Engine
from purehelm.engine.chart.model import Chart, File, Metadata
from purehelm.engine.errors import ChartError, EngineError, KindUnknown, ManifestError, ReleaseNameError, TemplateError
from purehelm.engine.ports import Warned
from purehelm.engine.release.model import Status
from purehelm.engine.testing import ManualClock

from .charts import CONFIG, CRD, chart, demo, hook
from .world import World


def rendered(made: Chart, values: dict[str, Any] | None = None, **options: Any) -> Any:
    engine = Engine(None, namespace="there", clock=ManualClock())
    return engine.template(made, values or {}, InstallOptions(**{"name": "rel", **options}))


def test_a_template_is_a_release() -> None:
    release = rendered(demo(a=hook("a", "pre-install")), {"greeting": "hi"})
    assert release.manifest.startswith("---\n# Source: demo/templates/config.yaml\napiVersion: v1\nkind: ConfigMap\n")
    assert [each.name for each in release.hooks] == ["a"]
    assert release.info.notes == "Installed rel.\n"
    assert (release.namespace, release.revision, release.status) == ("there", 1, Status.PENDING_INSTALL)
    assert release.info.description == "Dry run complete"
    assert release.info.last_deployed == "2026-01-01T00:00:00Z"


def test_definitions_come_first_on_demand() -> None:
    made = chart({"config.yaml": CONFIG}, files={"crds/slices.yaml": CRD})
    assert rendered(made, include_crds=True).manifest.startswith(f"---\n# Source: demo/crds/slices.yaml\n{CRD}\n---\n")
    assert "CustomResourceDefinition" not in rendered(made).manifest


FACTS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: facts}
data:
  version: "{{ .Capabilities.KubeVersion.Version }}"
  has: "{{ .Capabilities.APIVersions.Has "example.com/v1" }}"
  upgrade: "{{ .Release.IsUpgrade }} {{ .Release.IsInstall }}"
"""


def test_capabilities_without_a_cluster() -> None:
    made = chart({"facts.yaml": FACTS})
    text = rendered(made).manifest
    assert 'version: "v1.37.0"' in text
    assert 'has: "false"' in text
    assert 'upgrade: "false true"' in text
    text = rendered(made, kube_version="1.29", api_versions=("example.com/v1",), is_upgrade=True).manifest
    assert 'version: "v1.29"' in text
    assert 'has: "true"' in text
    assert 'upgrade: "true false"' in text
    with pytest.raises(EngineError, match=r"^illegal version string"):
        rendered(made, kube_version="1")


@pytest.mark.parametrize(("wanted", "fits"), [(">=1.20.0-0", True), (">=99", False), ("not a range", False)])
def test_the_kubernetes_that_a_chart_wants(wanted: str, fits: bool) -> None:
    made = replace(demo(), metadata=Metadata(name="demo", version="1.0.0", api_version="v2", kube_version=wanted))
    if fits:
        rendered(made)
        return
    with pytest.raises(ChartError) as caught:
        rendered(made)
    assert str(caught.value) == f"chart requires kubeVersion: {wanted} which is incompatible with Kubernetes v1.37.0"


def test_names_are_checked_and_values_judged() -> None:
    with pytest.raises(ReleaseNameError, match=r"^release name check failed: release name \"\": no name provided$"):
        rendered(demo(), name="")
    made = replace(demo(), schema=b'{"properties": {"replicas": {"type": "string"}}}')
    with pytest.raises(EngineError):
        rendered(made)
    rendered(made, skip_schema_validation=True)


def test_what_cannot_be_sorted_is_shown() -> None:
    with pytest.raises(ManifestError) as caught:
        rendered(chart({"a.yaml": "a: [\n", "b.yaml": CONFIG}))
    assert str(caught.value).startswith("YAML parse error on demo/templates/a.yaml: ")
    assert caught.value.rendered.startswith(
        "---\n# Source: demo/templates/a.yaml\na: [\n\n---\n# Source: demo/templates/b.yaml\n"
    )
    with pytest.raises(TemplateError):
        rendered(chart({"a.yaml": "{{ fail `no` }}"}))


def test_warnings_of_values_are_reported() -> None:
    heard: list[Any] = []
    engine = Engine(None, reporter=heard.append)
    made = chart({"config.yaml": CONFIG}, values={"nested": "text"})
    engine.template(made, {"nested": {"a": 1.0}}, InstallOptions(name="rel"))
    assert [event.code for event in heard if isinstance(event, Warned)] == ["values.not_a_table"]


LOOKUP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: found}
data:
  one: "{{ (lookup "v1" "Namespace" "" "default").metadata.name }}"
  none: "{{ lookup "v1" "Secret" "default" "none" | empty }}"
  anywhere: "{{ lookup "v1" "Secret" "" "none" | empty }}"
  many: "{{ range (lookup "v1" "Namespace" "" "").items }}{{ .metadata.name }} {{ end }}"
  kind: "{{ (lookup "v1" "Namespace" "" "").kind }}"
"""


def test_lookups() -> None:
    world = World()
    world.install(chart({"found.yaml": LOOKUP}))
    assert world.live("ConfigMap", "found")["data"] == {
        "one": "default",
        "none": "true",
        "anywhere": "true",
        "many": "default kube-node-lease kube-public kube-system ",
        "kind": "NamespaceList",
    }


def test_a_lookup_of_an_unknown_kind() -> None:
    text = LOOKUP.replace('lookup "v1" "Secret" "" "none"', 'lookup "example.com/v1" "None" "" ""')
    with pytest.raises(EngineError) as caught:
        World().install(chart({"found.yaml": text}))
    assert (
        "unable to get apiresource from unstructured: example.com/v1, Kind=None: "
        "the server could not find the requested resource"
    ) in str(caught.value)
    assert not isinstance(caught.value, KindUnknown)


# --- post-renderers


def test_a_callable_sees_objects_and_hooks_and_keeps_files() -> None:
    seen: list[str] = []

    def relabel(text: str) -> str:
        seen.append(text)
        return text.replace("name: rel-config", "name: renamed").replace("name: a\n", "name: b\n")

    release = rendered(demo(a=hook("a", "pre-install")), post_renderer=relabel)
    assert "postrenderer.helm.sh/postrender-filename: demo/templates/a.yaml" in seen[0]
    assert "NOTES" not in seen[0]
    assert (
        "# Source: demo/templates/config.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: renamed\n"
        in release.manifest
    )
    assert "postrenderer.helm.sh" not in release.manifest
    assert [each.name for each in release.hooks] == ["b"]


@pytest.mark.parametrize(
    ("answer", "text"),
    [("a: [\n", "error while parsing post rendered output: error parsing YAML: "), (ManifestError("no"), "error while running post render on files: no")],
    ids=["broken", "failing"],
)  # fmt: skip
def test_a_post_renderer_that_fails(answer: Any, text: str) -> None:
    def render(given: str) -> str:
        if isinstance(answer, Exception):
            raise answer
        return str(answer)

    with pytest.raises(ManifestError) as caught:
        rendered(demo(), post_renderer=render)
    assert str(caught.value).startswith(text)


def test_files_that_cannot_be_merged() -> None:
    with pytest.raises(ManifestError, match=r"^error merging manifests: parsing demo/templates/a.yaml: "):
        rendered(chart({"a.yaml": "a: [\n"}), post_renderer=str)


def program(folder: Path, text: str) -> Path:
    path = folder / "render"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return path


def test_a_program(tmp_path: Path) -> None:
    path = program(tmp_path, 'sed "s/hello/$1/"')
    release = rendered(demo(), post_renderer=Program(path, ("goodbye",)))
    assert 'greeting: "goodbye"' in release.manifest


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("echo why >&2; exit 3", "error output:\nwhy\n: exit status 3"),
        ("cat > /dev/null", "produced empty output"),
        ("sleep 5", "took longer than 0.2 seconds"),
    ],
    ids=["fails", "empty", "slow"],
)
def test_a_program_that_fails(text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        Program(program(tmp_path, text), seconds=0.2 if "sleep" in text else 30.0)("a: b\n")
    assert problem in str(caught.value)


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"^unable to find binary at "):
        Program(tmp_path / "none")("a: b\n")


def test_a_program_that_says_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("purehelm.engine.actions.postrender.LARGEST", 3)
    with pytest.raises(ManifestError, match="gave more than 3 bytes"):
        Program(program(tmp_path, "cat"))("a: b\n")


def test_subcharts_notes() -> None:
    inner = Chart(
        metadata=Metadata(name="inner", version="1.0.0", api_version="v2"),
        templates=(File("templates/NOTES.txt", b"inner"),),
    )
    made = replace(demo(), dependencies=(inner,))
    assert rendered(made).info.notes == "Installed rel.\n"
    assert rendered(made, render_subchart_notes=True).info.notes == "inner\nInstalled rel.\n"
