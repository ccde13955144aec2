"""Sets of templates: errors through includes, budgets, deep nesting, the store of compiled templates, threads."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from purehelm.engine.template.deep import deeply
from purehelm.engine.template.environment import Library, TemplateSet, render_text
from purehelm.engine.template.errors import BudgetExceeded, TemplateExecError, TemplateSyntaxError
from purehelm.engine.template.function import Function, FunctionError
from purehelm.engine.template.runtime import Budget, Frame


def warn(frame: Frame, text: str) -> str:
    raise FunctionError(f"HELM_ERR_START{text}HELM_ERR_END")


def refuse(text: str) -> str:
    raise FunctionError(text)


SCOPED: dict[str, Callable[..., Any]] = {"include": Frame.include, "tpl": Frame.tpl}
FUNCTIONS: Mapping[str, Function] = {
    **{
        name: Function(name, call, ("string", "interface {}"), "string", wants_scope=True)
        for name, call in SCOPED.items()
    },
    "fail": Function("fail", warn, ("string",), "string", wants_scope=True),
    "refuse": Function("refuse", refuse, ("string",), "string"),
}


def rendered(files: Mapping[str, str], data: Any = None, *, strict: bool = False, budget: Budget | None = None) -> str:
    """The text of the file `main`, the others being there."""
    templates = TemplateSet(Library(FUNCTIONS, strict=strict))

    def render() -> str:
        for name, text in files.items():
            templates.add(name, text)
        return templates.execute("main", data, templates.run(budget=budget or Budget()))

    return deeply(render)


def failure(files: Mapping[str, str], data: Any = None, *, strict: bool = False) -> TemplateExecError:
    with pytest.raises(TemplateExecError) as caught:
        rendered(files, data, strict=strict)
    return caught.value


def test_later_definitions_win_unless_they_are_empty() -> None:
    files = {
        "a": '{{ define "d" }}one{{ end }}',
        "b": '{{ define "d" }}two{{ end }}',
        "c": '{{ define "d" }} {{ end }}',
    }
    assert rendered({**files, "main": '{{ include "d" . }}{{ include "a" . }}'}) == "two"


def test_an_error_in_an_included_template_shows_the_way_there() -> None:
    error = failure({"lib": '{{ define "d" }}\n{{ .x.y }}{{ end }}', "main": 'a\n  {{ include "d" . }}'}, {})
    assert str(error) == (
        'main:2:5\n  executing "main" at <include "d" .>:\n    error calling include:\n'
        'lib:2:5\n  executing "d" at <.x.y>:\n    nil pointer evaluating interface {}.y'
    )
    assert error.go_text == (
        'template: main:2:5: executing "main" at <include "d" .>: error calling include: '
        'template: lib:2:5: executing "d" at <.x.y>: nil pointer evaluating interface {}.y'
    )
    assert (error.template, error.line, error.column, error.expression) == ("lib", 2, 5, ".x.y")
    assert error.explain() == (
        "lib:2:5: nil pointer evaluating interface {}.y\n  2 | {{ .x.y }}{{ end }}\n           ^\n"
        '  called from main:2:5 in main: include "d" .'
    )


def test_an_error_of_a_plain_function_stays_on_one_line() -> None:
    error = failure({"lib": '{{ define "d" }}{{ refuse "no" }}{{ end }}', "main": '{{ include "d" . }}'})
    assert str(error) == (
        'template: main:1:3: executing "main" at <include "d" .>: error calling include: '
        'template: lib:1:19: executing "d" at <refuse "no">: error calling refuse: no'
    )


def test_a_warning_shows_only_itself() -> None:
    error = failure(
        {"lib": '{{ define "d" }}{{ fail "a: b\nc" }}{{ end }}'.replace("\n", "\\n"), "main": '\n{{ include "d" . }}'}
    )
    assert str(error) == "execution error at (main:2:3): a: b\nc"
    assert error.explain().startswith("lib:1:19: a: b\nc\n")


def test_a_missing_template() -> None:
    assert str(failure({"main": '{{ include "none" . }}'})) == (
        'main:1:3\n  executing "main" at <include "none" .>:\n    error calling include:\n'
        'template: no template "none" associated with template "gotpl"'
    )
    templates = TemplateSet(Library({}))
    with pytest.raises(TemplateExecError) as caught:
        templates.execute("main", None, templates.run())
    assert (
        str(caught.value) == caught.value.explain() == 'template: no template "main" associated with template "gotpl"'
    )
    assert (caught.value.template, caught.value.line, caught.value.column, caught.value.expression) == ("", 0, 0, "")


def test_errors_of_tpl() -> None:
    assert str(failure({"main": '{{ tpl "{{ .x.y }}" . }}'}, {})) == (
        'template: main:1:3: executing "main" at <tpl "{{ .x.y }}" .>: error calling tpl: error during tpl function execution for '
        '"{{ .x.y }}": template: gotpl:1:5: executing "gotpl" at <.x.y>: nil pointer evaluating interface {}.y'
    )
    assert str(failure({"main": '{{ tpl "{{ if }}" . }}'}, {})) == (
        'template: main:1:3: executing "main" at <tpl "{{ if }}" .>: error calling tpl: cannot parse template "{{ if }}": '
        "template: gotpl:1: missing value for if"
    )


def test_a_key_that_may_have_been_meant() -> None:
    error = failure({"main": "{{ .image }}"}, {"images": 1, "other": 2}, strict=True)
    assert error.detail == 'map has no entry for key "image"'
    assert error.hint == "images"
    assert error.explain().endswith("did you mean images?")
    assert failure({"main": "{{ .zzz }}"}, {"images": 1}, strict=True).hint is None


def test_strict_sets_refuse_missing_keys() -> None:
    assert failure({"main": "{{ (.a).b }}"}, {"a": None}, strict=True).detail == 'nil data; no entry for key "b"'
    assert rendered({"main": "{{ .a.b }}{{ $.a.b }}{{ (.a).b }}"}, {"a": {"b": 1}}, strict=True) == "111"


def test_names_with_colons_do_not_confuse() -> None:
    error = failure({"lib: x": '{{ define "d: e" }}{{ .x.y }}{{ end }}', "main": '{{ include "d: e" . }}'}, {})
    assert "lib: x:1:24" in error.go_text


# Nesting

RECURSIVE = '{{ define "r" }}{{ if . }}{{ include "r" (slice . 1) }}x{{ end }}{{ end }}{{ include "r" . }}'


def test_a_thousand_includes_nest() -> None:
    limit = sys.getrecursionlimit()
    assert rendered({"main": RECURSIVE}, "a" * 1000) == "x" * 1000
    assert sys.getrecursionlimit() == limit
    assert gc.isenabled()


def test_more_than_helm_allows() -> None:
    assert (
        rendered(
            {"main": '{{ define "r" }}{{ if . }}{{ include "r" (slice . 1) }}{{ end }}{{ end }}{{ include "r" . }}'},
            "a" * 1000,
        )
        == ""
    )
    text = "rendering template has a nested reference name: r: unable to execute template"
    error = failure({"main": '{{ define "r" }}{{ include "r" . }}{{ end }}{{ include "r" . }}'})
    assert str(error).endswith(text)
    assert error.detail == text


@pytest.mark.parametrize(
    ("text", "budget", "limit"),
    [
        ('{{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}', Budget(), "nesting"),
        ('{{ define "r" }}{{ tpl "{{ template \\"r\\" . }}" . }}{{ end }}{{ template "r" . }}', Budget(nesting=50), "nesting"),
        ("{{ range 1000000 }}{{ range 1000000 }}{{ end }}{{ end }}", Budget(steps=1000), "steps"),
        ('{{ define "d" }}{{ end }}{{ range 100000 }}{{ template "d" }}{{ end }}', Budget(steps=1000), "steps"),
        ("{{ range 1000000000 }}{{ end }}", Budget(seconds=0.05), "seconds"),
        ("{{ range 1000000 }}" + "x" * 1000 + "{{ end }}", Budget(output=100_000), "output"),
        ('{{ define "d" }}' + "x" * 1000 + '{{ end }}{{ define "e" }}{{ range 100 }}{{ include "d" . }}{{ end }}{{ end }}{{ range 100 }}{{ include "e" . }}{{ end }}', Budget(output=1_000_000), "output"),
    ],
    ids=["template", "tpl", "rounds", "templates", "time", "text", "includes"],
)  # fmt: skip
def test_budgets(text: str, budget: Budget, limit: str) -> None:
    with pytest.raises(BudgetExceeded) as caught:
        rendered({"main": text}, budget=budget)
    assert caught.value.limit == limit
    assert sys.getrecursionlimit() < 50_000


def test_deeper_than_the_interpreter_can_hold() -> None:
    with pytest.raises(BudgetExceeded) as caught:
        rendered({"main": "{{ if true }}" * 100_000 + "{{ end }}" * 100_000})
    assert str(caught.value) == "the templates are nested too deeply"


# The store


def test_compiled_templates_are_kept_by_content() -> None:
    library = Library({}, cached=20)
    first = library.units("a", "0123456789")
    assert library.units("a", "0123456789") is first
    assert library.units("b", "0123456789") is not first
    assert library.units("a", "0123456789") is first
    library.units("c", "0123456789")
    assert library.units("b", "0123456789") is not None
    assert library.units("a", "0123456789") is not first


def test_a_text_that_cannot_be_parsed_is_not_kept() -> None:
    library = Library({})
    for _ in range(2):
        with pytest.raises(TemplateSyntaxError):
            library.units("a", "{{")


def test_threads_render_at_once() -> None:
    library = Library(FUNCTIONS)
    results: list[str] = []

    def work(number: int) -> None:
        templates = TemplateSet(library)

        def render() -> str:
            templates.add(
                "main",
                '{{ define "d" }}{{ range 50 }}{{ if eq . 49 }}{{ $ }}{{ end }}{{ end }}{{ end }}{{ include "d" . }}',
            )
            return templates.execute("main", number, templates.run())

        results.extend(deeply(render) for _ in range(20))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == sorted(str(number) for number in range(6) for _ in range(20))


def test_calls_inside_stay_in_their_thread() -> None:
    def inner() -> tuple[int, int]:
        return threading.get_ident(), deeply(threading.get_ident)

    outer, same = deeply(inner)
    assert outer == same != threading.get_ident()


def test_a_text_of_its_own() -> None:
    assert render_text("{{ .Name }}-{{ len .Name }}", {"Name": "x"}) == "x-1"
    with pytest.raises(TemplateSyntaxError, match="nofunc"):
        render_text("{{ nofunc }}", {})
