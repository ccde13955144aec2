"""Charts rendered from memory: what templates see, in which order they run, and what the options change."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from purehelm.engine import load_chart, render_templates
from purehelm.engine.capabilities import Capabilities, KubeVersion, parse_kube_version
from purehelm.engine.chart.model import Chart, Dependency, File, Maintainer, Metadata
from purehelm.engine.errors import EngineError, SchemaError, ValuesError
from purehelm.engine.functions.registry import all_functions, join
from purehelm.engine.release.glob import glob_filter
from purehelm.engine.release.render import ReleaseFacts, RenderOptions, in_order, prepare, render
from purehelm.engine.template.errors import BudgetExceeded, TemplateExecError, TemplateSyntaxError
from purehelm.engine.template.function import Function
from purehelm.engine.template.runtime import Budget


def chart(templates: Mapping[str, str], *, name: str = "c", **more: Any) -> Chart:
    """A chart of these templates."""
    files = tuple(File(f"templates/{path}", text.encode()) for path, text in templates.items())
    metadata = more.pop("metadata", Metadata(api_version="v2", version="1.2.3"))
    return Chart(metadata=replace(metadata, name=name), templates=files, **more)


def texts(of: Chart, values: Mapping[str, Any] | None = None, **more: Any) -> dict[str, str]:
    return render_templates(of, values or {}, name="rel", namespace="ns", **more)


def text(template: str, values: Mapping[str, Any] | None = None, **more: Any) -> str:
    """One template's text."""
    return texts(chart({"a": template}), values, **more)["c/templates/a"]


SEEN = [
    ("{{ .Release.Name }} {{ .Release.Namespace }} {{ .Release.Revision }} {{ .Release.IsInstall }} {{ .Release.IsUpgrade }} {{ .Release.Service }}", "rel ns 1 true false Helm"),
    ("{{ .Template.Name }} {{ .Template.BasePath }}", "c/templates/a c/templates"),
    ("{{ .Chart.Name }} {{ .Chart.Version }} {{ .Chart.APIVersion }} {{ .Chart.IsRoot }} {{ .Chart.Nope }}|{{ .Chart.Annotations.x }}", "c 1.2.3 v2 true |"),
    ("{{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Version }} {{ .Capabilities.KubeVersion.Minor }} {{ .Capabilities.KubeVersion | print }}", "v1.37.0 v1.37.0 37 {v1.37.0 v1.37.0 1 37}"),
    ("{{ .Capabilities.APIVersions.Has \"apps/v1\" }} {{ .Capabilities.APIVersions.Has \"x/v1\" }} {{ len .Capabilities.APIVersions }} {{ index .Capabilities.APIVersions 0 }}", "true false 57 v1"),
    ("{{ .Capabilities.HelmVersion.Version }} {{ .Capabilities.KubeVersion.String }} {{ .Capabilities.KubeVersion.GitVersion }}", "v4.3 v1.37.0 v1.37.0"),
    ("{{ typeOf .Values }} {{ typeOf . }} {{ typeOf .Files }} {{ typeOf .Capabilities }} {{ .Subcharts }}", "common.Values common.Values engine.files *common.Capabilities map[]"),
    ("{{ .Values.a }} {{ .Values.n }} {{ kindOf .Values.n }} {{ .Values.nope }}", "x 3 float64 "),
    ("{{ (.Values.Table \"m\").k }} {{ .Values.PathValue \"m.k\" }} {{ .Values.YAML | len }} {{ len .Values.AsMap }}", "v v 22 3"),
    ("{{ toYaml .Capabilities.KubeVersion }}", 'Major: "1"\nMinor: "37"\nVersion: v1.37.0'),
    ("{{ toYamlPretty .Capabilities.HelmVersion }}", 'version: v4.3\ngitcommit: ""\ngittreestate: ""\ngoversion: go1.26.8\nkubeclientversion: v1.37'),
    ("{{ (toJson .Capabilities.Copy) | trunc 30 }} {{ toJson .Capabilities.HelmVersion }}", '{"KubeVersion":{"Version":"v1. {"version":"v4.3","go_version":"go1.26.8","kube_client_version":"v1.37"}'),
    ("{{ print \"<no value>\" }}{{ .Values.nope }}", ""),
    ("{{ \"\\xff\" }}", "\ufffd"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "want"), SEEN, ids=range(len(SEEN)))
def test_what_templates_see(template: str, want: str) -> None:
    assert text(template, {"a": "x", "n": 3, "m": {"k": "v"}}) == want


WRONG = [
    ("{{ .Values.Table \"a\" }}", 'error calling Table: "a" is not a table'),
    ("{{ .Values.PathValue \"\" }}", "error calling PathValue: YAML path cannot be empty"),
    ("{{ .Values.PathValue \"m\" }}", 'error calling PathValue: "m" is not a value'),
    ("{{ .Values.PathValue \"a.b\" }}", 'error calling PathValue: "b" is not a value'),
    ("{{ .Capabilities.KubeVersion.normalizedVersion }}", "normalizedVersion is an unexported field of struct type common.KubeVersion"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "want"), WRONG, ids=range(len(WRONG)))
def test_what_they_cannot_see(template: str, want: str) -> None:
    with pytest.raises(TemplateExecError) as caught:
        text(template, {"a": "x", "m": {"k": "v"}})
    assert want in caught.value.go_text


def test_flags() -> None:
    template = '{{ .Release.Revision }}{{ .Release.IsUpgrade }}{{ .Release.IsInstall }} {{ .Capabilities.KubeVersion }} {{ .Capabilities.APIVersions.Has "x/v1" }}'
    more = {"revision": 4, "is_upgrade": True, "kube_version": "1.29.4-gke.1", "api_versions": ["x/v1"]}
    assert text(template, **more) == "4truefalse v1.29.4 true"


FILES = {"a.txt": b"one\ntwo\n", "conf/b.ini": b"x=1", "empty": b"", "raw": b"\xff"}
FILE_ROWS = [
    ("{{ .Files.Get \"a.txt\" }}|{{ .Files.Get \"none\" }}", "one\ntwo\n|"),
    ("{{ .Files.GetBytes \"conf/b.ini\" }} {{ len (.Files.GetBytes \"none\") }} {{ index .Files \"conf/b.ini\" }}", "[120 61 49] 0 [120 61 49]"),
    ("{{ (.Files.Glob \"conf/*\").AsConfig }}|{{ (.Files.Glob \"conf/**\").AsSecrets }}", "b.ini: x=1|b.ini: eD0x"),
    ("{{ .Files.Lines \"a.txt\" }} {{ len (.Files.Lines \"empty\") }}", "[one two] 0"),
    ("{{ range $name, $_ := .Files.Glob \"**.{txt,ini}\" }}{{ $name }} {{ end }}", "a.txt conf/b.ini "),
    ("{{ range $name, $content := .Files }}{{ $name }} {{ typeOf $content }};{{ end }}", "a.txt []uint8;conf/b.ini []uint8;empty []uint8;raw []uint8;"),
    ("{{ .Files.nothing }}|{{ (index .Files \"zz\") | len }}", "[]|0"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "want"), FILE_ROWS, ids=range(len(FILE_ROWS)))
def test_files(template: str, want: str) -> None:
    files = tuple(File(name, data) for name, data in FILES.items())
    assert texts(chart({"a": template}, files=files))["c/templates/a"] == want


GLOBS = [
    ("*.txt", "a.txt", True), ("*.txt", "b/a.txt", False), ("**.txt", "b/a.txt", True), ("b/*", "b/c/d", False), ("b/**", "b/c/d", True),
    ("?.txt", "a.txt", True), ("[ab].txt", "b.txt", True), ("[!a].txt", "a.txt", False), ("[a-c].txt", "c.txt", True),
    ("{a,b/*}.txt", "b/x.txt", True), ("\\*", "*", True), ("\\*", "a", False), ("[z-a]", "anything/at all", True), ("[", "x/y", True),
    ("{a", "a", True), ("[]", "x", True), ("[a-]", "x", True), ("x\\", "x", True),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "name", "matches"), GLOBS, ids=range(len(GLOBS)))
def test_globs(pattern: str, name: str, *, matches: bool) -> None:
    assert (glob_filter(pattern).fullmatch(name) is not None) is matches


def test_order() -> None:
    assert in_order(["c/a", "c/b/a", "c/z", "c/b/z"]) == ["c/b/z", "c/b/a", "c/z", "c/a"]
    templates = {
        "a": "{{ .Values.m.k }}",
        "z": '{{ $_ := set .Values.m "k" "changed" }}',
        "_p": '{{ fail "a partial" }}',
    }
    assert texts(chart(templates), {"m": {"k": 1}}) == {"c/templates/a": "changed", "c/templates/z": ""}


def family() -> Chart:
    """A chart with a subchart, its alias, a library and a chart whose name is no path."""
    metadata = Metadata(
        api_version="v2",
        version="1.0.0",
        maintainers=(Maintainer(name="me", email="e"),),
        annotations={"k": "v"},
        dependencies=(
            Dependency(name="sub", version="*"), Dependency(name="sub", version="*", alias="other"), Dependency(name="lib", version="*"),
            Dependency(name="dot.ted", version="*"),
        ),
    )  # fmt: skip
    template = "{{ .Values.v }} {{ .Chart.Name }} {{ .Chart.IsRoot }} {{ typeOf .Values }} {{ toJson .Values.global }}"
    sub = chart({"s": template, "NOTES.txt": "n"}, name="sub", values={"v": "default"})
    library = chart(
        {"_l": '{{ define "l" }}lib{{ end }}', "ignored": "x"},
        name="lib",
        metadata=Metadata(api_version="v2", version="1.0.0", type="library"),
    )
    dotted = chart({"d": "{{ .Values.v }}|"}, name="dot.ted", values={"v": "d"})
    root = {
        "root": '{{ include "l" . }} {{ .Subcharts.sub.Values.v }} {{ .Subcharts.other.Chart.Name }} {{ len .Chart.Dependencies }}'
        " {{ (index .Chart.Maintainers 0).Name }} {{ .Chart.Annotations.k }}{{ .Chart.Annotations.zz }}",
        "NOTES.txt": "notes {{ .Release.Name }}",
    }
    return chart(root, metadata=metadata, dependencies=(sub, library, dotted))


def test_subcharts() -> None:
    assert texts(family(), {"sub": {"v": 1}, "global": {"g": 2}}) == {
        "c/charts/sub/templates/s": '1 sub false common.Values {"g":2}',
        "c/charts/sub/templates/NOTES.txt": "n",
        "c/charts/other/templates/s": 'default other false common.Values {"g":2}',
        "c/charts/other/templates/NOTES.txt": "n",
        "c/charts/dot.ted/templates/d": "|",
        "c/templates/root": "lib 1 other 4 me v",
        "c/templates/NOTES.txt": "notes rel",
    }


def test_changes_reach_the_parents_section() -> None:
    sub = chart(
        {"s": '{{ $_ := set .Values "k" 1 }}{{ $_ = unset .Values "gone" }}{{ $_ = merge .Values (dict "more" 2) }}{{ .Values.k }}{{ .Values.gone }}'},
        name="sub",
        values={"gone": "x"},
    )  # fmt: skip
    root = chart({"r": "{{ toJson .Values.sub }}"}, dependencies=(sub,))
    assert texts(root) == {"c/charts/sub/templates/s": "1", "c/templates/r": '{"global":{},"k":1,"more":2}'}


def test_values_are_checked_by_the_schema() -> None:
    with_schema = chart({"a": "{{ .Values.n }}"}, schema=b'{"properties": {"n": {"type": "string"}}}')
    with pytest.raises(SchemaError, match="got number, want string"):
        texts(with_schema, {"n": 1})
    assert prepare(with_schema, {"n": 1}, skip_schema=True)[1] == {"n": 1}
    with pytest.raises(ValuesError, match="type mismatch on sub"):
        texts(chart({}, dependencies=(chart({}, name="sub"),)), {"sub": "x"})


def test_integers_are_int64_for_whoever_prepares_values() -> None:
    chosen, values = prepare(
        chart({"a": "{{ kindOf .Values.n }} {{ .Values.l }} {{ kindOf (index .Values.l 0) }}"}), {"n": 3, "l": [1]}
    )
    facts = ReleaseFacts(name="r", namespace="n")
    assert render(chosen, values, facts, capabilities=Capabilities()) == {"c/templates/a": "int64 [1] int64"}


# Options


class Cluster:
    def lookup(self, api_version: str, kind: str, namespace: str, name: str) -> dict[str, Any]:
        if kind == "Broken":
            raise EngineError("no such kind")
        return {"at": f"{api_version}/{kind}/{namespace}/{name}"}


def test_lookup() -> None:
    asks = '{{ (lookup "v1" "Pod" "ns" "x").at }}'
    assert text(asks) == ""
    assert text(asks, options=RenderOptions(lookup=Cluster())) == "v1/Pod/ns/x"
    assert text(asks, options=RenderOptions(lookup=Cluster(), lint=True)) == ""
    with pytest.raises(TemplateExecError, match="error calling lookup: no such kind"):
        text('{{ lookup "v1" "Broken" "" "" }}', options=RenderOptions(lookup=Cluster()))


def test_lint_lets_required_and_fail_pass() -> None:
    template = '[{{ required "no a" .Values.a }}{{ required "no b" "" }}{{ fail "never" }}]'
    assert text(template, options=RenderOptions(lint=True)) == "[]"
    with pytest.raises(TemplateExecError) as caught:
        text(template)
    assert str(caught.value) == "execution error at (c/templates/a:1:4): no a"
    assert text('{{ required "m" 0 }}{{ required "m" false }}{{ required "m" (list) }}') == "0false[]"
    with pytest.raises(TemplateExecError, match=r"execution error at \(c/templates/a:1:3\): stop"):
        text('{{ fail "stop" }}')


def test_strict() -> None:
    with pytest.raises(TemplateExecError, match='map has no entry for key "a"'):
        text("{{ .Values.a }}", options=RenderOptions(strict=True))
    assert text("{{ .Values.a }}", {"a": 1}, options=RenderOptions(strict=True)) == "1"


def test_functions_of_ones_own() -> None:
    options = RenderOptions(functions={"shout": Function("shout", str.upper, ("string",), "string"), "upper": None})
    assert text('{{ shout "x" }}', options=options) == "X"
    with pytest.raises(TemplateSyntaxError, match='function "upper" not defined'):
        text('{{ upper "x" }}', options=options)


def test_dns() -> None:
    assert text('{{ getHostByName "localhost" }}') == ""
    assert text('{{ getHostByName "localhost" }}', options=RenderOptions(enable_dns=True)) in ("127.0.0.1", "::1")


def test_budget() -> None:
    with pytest.raises(BudgetExceeded):
        text("{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}", options=RenderOptions(budget=Budget(steps=1000)))


def test_a_template_that_cannot_be_parsed_stops_all() -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        texts(chart({"a": "fine", "b": "x\n{{ if }}"}))
    assert str(caught.value) == "parse error at (c/templates/b:2): missing value for if"
    assert caught.value.template == "c/templates/b"


# The cluster's version

VERSIONS = [
    ("1.29", KubeVersion("v1.29", "1", "29", "v1.29")),
    ("v1.29.3", KubeVersion("v1.29.3", "1", "29", "v1.29.3")),
    ("1.29.4-eks-abc", KubeVersion("v1.29.4-eks-abc", "1", "29", "v1.29.4")),
]
NO_VERSIONS = [
    ("x", 'could not parse "x" as version'),
    ("1", 'illegal version string "1"'),
    ("01.2", 'illegal zero-prefixed version component "01" in "01.2"'),
    ("1.99999999999999999999", 'illegal non-numeric version component "99999999999999999999"'),
]


@pytest.mark.parametrize(("given", "want"), VERSIONS, ids=range(len(VERSIONS)))
def test_kube_versions(given: str, want: KubeVersion) -> None:
    assert parse_kube_version(given) == want
    assert Capabilities().with_kube_version(given).kube_version == want


@pytest.mark.parametrize(("given", "want"), NO_VERSIONS, ids=range(len(NO_VERSIONS)))
def test_what_is_no_kube_version(given: str, want: str) -> None:
    with pytest.raises(EngineError) as caught:
        parse_kube_version(given)
    assert str(caught.value).startswith(want)


def test_a_clusters_version_has_no_normal_form() -> None:
    assert str(KubeVersion("v1.30.1-gke.2", "1", "30")) == "v1.30.1-gke.2"


# The package


def test_every_function_is_there_once() -> None:
    functions = all_functions()
    assert len(functions) == 251 - 19 + 1  # Go's own are elsewhere, but sprig's slice stands for Go's
    with pytest.raises(ValueError, match="upper"):
        join([{"upper": functions["upper"]}, {"upper": functions["upper"]}])


def test_the_engine_imports_little() -> None:
    code = "import sys, purehelm.engine as e; print(len([m for m in sys.modules if m.startswith(('kubernetes', 'yaml', 'purehelm.engine.'))]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
    import purehelm.engine

    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        purehelm.engine.nothing_of_that_name  # noqa: B018
    assert load_chart is purehelm.engine.load_chart
