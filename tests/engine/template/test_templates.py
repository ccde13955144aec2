"""What templates give, and what they say when they fail: Go's language row by row."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from purehelm.engine.govalues import (
    Addressed,
    Duration,
    Int64,
    Pointer,
    StringList,
    StringMap,
    Struct,
    TypedNil,
    Uint8,
    Values,
)  # fmt: skip
from purehelm.engine.template.environment import render_text
from purehelm.engine.template.errors import TemplateExecError, TemplateSyntaxError
from purehelm.engine.template.function import Function, FunctionError, declare


class Point(Struct):
    """A struct with fields, a hidden one, and methods."""

    go_type: ClassVar[str] = "main.Point"
    go_fields: ClassVar[dict[str, Any]] = {"X": lambda point: 1, "Next": lambda point: None}
    go_hidden: ClassVar[frozenset[str]] = frozenset(("secret",))
    go_methods: ClassVar[Any] = declare(
        [
            ("Add", "int, int -> int", lambda point, a, b: a + b),
            ("Sum", "...int -> int", lambda point, *numbers: sum(numbers)),
            ("Fail", " -> string", lambda point: refuse()),
            ("Echo", "string -> string", lambda point, text: text),
            ("At", "int, ...string -> string", lambda point, at, *texts: texts[at] if texts else ""),
        ]
    )


class Place(Addressed):
    go_type: ClassVar[str] = "main.Place"

    def go_addressed(self) -> str:
        return "in place"

    def go_copied(self) -> Struct:
        return Point()


class Box(Pointer):
    go_type: ClassVar[str] = "*main.Box"
    go_fields: ClassVar[dict[str, Any]] = {"A": lambda box: 1}


def refuse(*arguments: Any) -> Any:
    raise FunctionError("refused")


FUNCTIONS = declare(
    [
        ("upper", "string -> string", str.upper),
        ("twice", "int -> int", lambda number: number * 2),
        ("half", "float64 -> float64", lambda number: number / 2),
        ("flag", "bool -> string", str),
        ("wide", "int64 -> int64", Int64),
        ("small", "uint8 -> uint8", Uint8),
        ("wait", "time.Duration -> time.Duration", Duration),
        ("turn", "complex128 -> complex128", lambda number: number),
        ("keys", "map[string]interface {} -> []string", lambda table: StringList(sorted(table))),
        ("size", "[]interface {} -> int", len),
        ("second", "interface {}, interface {} -> interface {}", lambda first, second: second),
        ("third", "string, interface {}, string -> string", lambda first, second, third: third),
        ("many", "...interface {} -> int", lambda *values: len(values)),
        ("texts", "string, ...string -> string", lambda *texts: "+".join(texts)),
        ("refuse", "...interface {} -> string", refuse),
        ("nothing", " -> interface {}", lambda: None),
        ("now", " -> string", lambda: "now"),
        ("pair", "interface {}, interface {} -> map[string]interface {}", lambda a, b: {"a": a, "b": b}),
        ("structs", "main.Point -> int", lambda point: 1),
        ("nilmap", " -> map[string]interface {}", lambda: TypedNil("map[string]interface {}", "map")),
    ]
)
FUNCTIONS = {
    **FUNCTIONS,
    "scope": Function("scope", lambda frame, name, data: frame.include(name, data), ("string", "interface {}"), "string", wants_scope=True),
    "scope1": Function("scope1", lambda frame, name: frame.include(name, 1), ("string",), "string", wants_scope=True),
    "expand": Function("expand", lambda frame, text, data: frame.tpl(text, data), ("string", "interface {}"), "string", wants_scope=True),
}  # fmt: skip
DATA: dict[str, Any] = {
    "s": "text", "i": 7, "f": 2.5, "t": True, "n": None, "e": "", "list": ["a", "b", "c"], "ints": [1, 2, 3], "mixed": [None, 1],
    "m": {"b": 2, "a": {"x": {"y": {"z": "deep"}}}}, "point": Point(), "box": Box(), "place": Place(), "strings": StringList(["p", "q"]),
    "named": StringMap({"k": "v"}), "values": Values({"v": 1}), "none": TypedNil("map[string]interface {}", "map"),
    "nowhere": TypedNil("*main.Box", "ptr"), "bytes": b"az", "d": Duration(1_500_000_000), "i64": Int64(4), "é": "accent",
    "empty": [], "c": complex(1, 2), "odd": {"Get": "key"}, "nillist": TypedNil("[]interface {}", "slice"),
}  # fmt: skip

GIVES = [
    # text, trimming, comments
    ("plain", "plain"),
    ("", ""),
    ("a {{- 1 }} b {{ 2 -}}\n c", "a1 b 2c"),
    ("a\n{{- /* no */ -}}\nb{{/* c */}}c", "abc"),
    ("{{-3}}", "-3"),
    ("x{{- \"}}\" -}} y", "x}}y"),
    ("{{ `raw\\n{{}}` }}", "raw\\n{{}}"),
    ("}} {", "}} {"),
    # literals
    ('{{ "\\x41\\u00e9\\101\\n\\"" }}', 'AéA\n"'),
    ("{{ 'a' }} {{ '\\n' }} {{ '\\'' }} {{ '\\u00e9' }}", "97 10 39 233"),
    ("{{ 1 }} {{ -2 }} {{ 0x1F }} {{ 0b11 }} {{ 0o17 }} {{ 017 }} {{ 1_000 }} {{ 1e3 }} {{ 1.5 }} {{ 0x1p4 }} {{ +5 }}", "1 -2 31 3 15 15 1000 1000 1.5 16 5"),
    ("{{ 2i }} {{ 1+2i }} {{ 3i | print }} {{ 0i }}", "(0+2i) (1+2i) (0+3i) (0+0i)"),
    ("{{ true }} {{ false }}", "true false"),
    ("{{ .5 }} {{ 1. }}", "0.5 1"),
    # fields
    ("{{ .s }} {{ .m.b }} {{ .m.a.x.y.z }} {{ .é }}", "text 2 deep accent"),
    ("{{ .missing }}{{ .m.missing }}{{ .m.a.missing }}{{ .m.a.x.missing }}", "<no value>" * 4),
    ("{{ (.missing).more }} {{ (.m.a).x.y.z }} {{ $.m.a.x.y.z }} {{ $.missing }}", "<no value> deep deep <no value>"),
    ("{{ .named.k }}|{{ .named.zz }}|{{ .values.v }}|{{ .none.x }}|{{ .odd.Get }}", "v||1|<no value>|key"),
    ("{{ .point.X }} {{ .point.Next }} {{ .point.Add 1 2 }} {{ .point.Sum }} {{ .point.Sum 1 2 3 }} {{ 4 | .point.Add 1 }}", "1 <no value> 3 0 6 5"),
    ("{{ .point.Echo .s }} {{ .s | .point.Echo }} {{ .point.At 1 \"a\" \"b\" }} {{ (.point).Add 1 1 }} {{ $.point.Add 1 1 }}", "text text b 2 2"),
    ("{{ .box.A }} {{ .box }} {{ .place }} {{ with .place }}{{ . }}{{ end }} {{ .place | print }}", "1 {1} in place in place {}"),
    ("{{ print .box }} {{ print .d }} {{ .d }} {{ .i64 }} {{ .bytes }}", "&{1} 1.5s 1.5s 4 [97 122]"),
    ("{{ or .e .place }} {{ and .t .place }} {{ second 1 .place }}", "in place in place {}"),
    # variables
    ("{{ $x := 1 }}{{ $x }}{{ $x = 2 }}{{ $x }}{{ if true }}{{ $x = 3 }}{{ $x := 4 }}{{ $x }}{{ end }}{{ $x }}", "1243"),
    ("{{ $m := .m }}{{ $m.b }} {{ $m.a.x.y.z }} {{ $m.zz }} {{ ($m).b }}", "2 deep <no value> 2"),
    ("{{ range $i := .ints }}{{ $j := $i }}{{ $j }}{{ end }}", "123"),
    ("{{ with $w := .s }}{{ $w }}{{ . }}{{ end }}{{ if $c := .i }}{{ $c }}{{ end }}", "texttext7"),
    ("{{ second ($y := 5) $y }}{{ $y }}", "55"),
    # control
    ("{{ if .e }}1{{ else if .n }}2{{ else if .t }}3{{ else }}4{{ end }}", "3"),
    ("{{ if .missing }}1{{ else }}2{{ end }}{{ if .point }}3{{ end }}{{ if .empty }}4{{ end }}{{ if not .none }}5{{ end }}", "235"),
    ("{{ with .n }}1{{ else with .s }}{{ . }}{{ else }}3{{ end }}{{ with .e }}x{{ end }}", "text"),
    ("{{ range .list }}{{ . }},{{ end }}{{ range .empty }}x{{ else }}none{{ end }}{{ range .n }}x{{ else }}nil{{ end }}", "a,b,c,nonenil"),
    ("{{ range $k, $v := .m }}{{ $k }}={{ $v }};{{ end }}", "a=map[x:map[y:map[z:deep]]];b=2;"),
    ("{{ range $i, $v := .list }}{{ $i }}{{ $v }}{{ end }}{{ range $i := 3 }}{{ $i }}{{ end }}{{ range 2 }}.{{ end }}{{ range 0 }}x{{ else }}zero{{ end }}", "0a1b2c012..zero"),
    ("{{ range .strings }}{{ . }}{{ end }}{{ range $k, $v := .named }}{{ $k }}{{ $v }}{{ end }}{{ range .bytes }}{{ . }} {{ end }}{{ range .nillist }}x{{ else }}-{{ end }}", "pqkv97 122 -"),
    ("{{ range .list }}{{ if eq . \"b\" }}{{ continue }}{{ end }}{{ . }}{{ end }}{{ range .list }}{{ if eq . \"b\" }}{{ break }}{{ end }}{{ . }}{{ end }}", "aca"),
    ("{{ range .ints }}{{ range $.list }}{{ break }}{{ end }}{{ . }}{{ with 1 }}{{ continue }}{{ end }}x{{ end }}", "123"),
    ("{{ range .ints }}{{ range $.empty }}{{ else }}{{ break }}{{ end }}{{ . }}{{ end }}", "123"),
    ("{{ $k := 0 }}{{ $v := 0 }}{{ range $k, $v = .list }}{{ end }}{{ $k }}{{ $v }}{{ range $v = .ints }}{{ end }}{{ $v }}", "2c3"),
    ("{{ range .i64 }}{{ . }}{{ end }}", "0123"),
    # templates
    ('{{ define "d" }}<{{ . }}{{ $ }}>{{ end }}{{ template "d" .s }}{{ template "d" }}', "<texttext><<no value><no value>>"),
    ('{{ block "b" .i }}[{{ . }}]{{ end }}{{ template "b" "again" }}', "[7][again]"),
    ('{{ define "d" }}{{ if . }}{{ template "d" nothing }}x{{ end }}{{ end }}{{ template "d" 1 }}', "x"),
    ('{{ define "d" }}i{{ . }}{{ end }}{{ scope "d" 1 }}{{ scope "d" .s | upper }}{{ scope1 "d" }}{{ "d" | scope1 }}', "i1ITEXTi1i1"),
    ('{{ expand "{{ .s }}{{ define \\"q\\" }}Q{{ end }}{{ template \\"q\\" }}<no value>{{ .zz }}" . }}', "textQ"),
    ('{{ define "e" }} {{ end }}{{ define "e" }}full{{ end }}{{ define "e" }}{{/* empty */}}{{ end }}{{ template "e" }}', "full"),
    # calls
    ("{{ upper \"x\" }}{{ .s | upper }}{{ twice 4 }}{{ 4 | twice }}{{ half 3 }}{{ half 2.5 }}{{ flag true }}{{ .t | flag }}", "XTEXT881.51.25TrueTrue"),
    ("{{ wide 5 }} {{ small 5 }} {{ wait 5 }} {{ turn 2i }} {{ turn .c }} {{ half .f }}", "5 5 5ns (0+2i) (1+2i) 1.25"),
    ("{{ keys .m }} {{ keys .values }} {{ keys nil }} {{ keys (.missing) }} {{ size .list }} {{ .m | keys }} {{ size .nillist }}", "[a b] [v] [] [] 3 [a b] 0"),
    ("{{ many }} {{ many 1 2 3 }} {{ 9 | many 1 2 }} {{ texts \"a\" \"b\" .s }} {{ .s | texts }} {{ third \"a\" 1 .s }} {{ many nil .missing }}", "0 3 3 a+b+text text text 2"),
    ("{{ second 1 (pair 1 .s).b }} {{ (pair .i 2).a }} {{ now }} {{ upper now }} {{ nilmap }} {{ (nilmap).x }}", "text 7 now NOW map[] <no value>"),
    ("{{ nothing }} {{ second 1 nothing }} {{ structs .point }}", "<no value> <no value> 1"),
    # Go's own functions
    ("{{ and 1 0 2 }} {{ or 0 \"\" 3 }} {{ and .t .s }} {{ or .e .s }} {{ not 0 }} {{ 5 | and 1 }} {{ 5 | or 0 }} {{ 5 | or 1 }} {{ and 1 }} {{ or .e .n }}", "0 3 text text true 5 5 1 1 <no value>"),
    ('{{ define "d" }}{{ .x 1 }}{{ 1 | .x }}{{ end }}{{ template "d" }}', "<no value><no value>"),
    ("{{ $y := 1 }}{{ and false ($y := 2) }}{{ $y }}", "false1"),
    ("{{ and false (refuse) }} {{ or true (refuse) }}", "false true"),
    ("{{ eq 1 1 }} {{ eq 1 2 1 }} {{ eq .n nil }} {{ eq .s \"text\" }} {{ eq .missing .n }} {{ ne 1 2 }} {{ eq .f 2.5 }} {{ eq .t true }} {{ eq .n 1 }}", "true true true true true true true true false"),
    ("{{ lt 1 2 }} {{ le 2 2 }} {{ gt 1 2 }} {{ ge 2 2 }} {{ lt \"a\" \"b\" }} {{ lt 1.5 2.5 }} {{ lt (index .bytes 0) 98 }} {{ eq (index .bytes 0) 97 }}", "true true false true true true true true"),
    ("{{ eq .none nil }} {{ eq .point .point }} {{ eq 2i 2i }}", "true true true"),
    ("{{ index .list 1 }} {{ index .m \"a\" \"x\" \"y\" \"z\" }} {{ index .s 0 }} {{ index .m \"zz\" }} {{ index .named \"q\" }} {{ index .i }} {{ index .none \"x\" }}", "b deep 116 <no value>  7 <no value>"),
    ("{{ slice .s 1 }} {{ slice .s 1 2 }} {{ slice .list 1 2 }} {{ slice .list 0 1 2 }} {{ slice .s }}", "ext e [b] [a] text"),
    ("{{ len .s }} {{ len \"é\" }} {{ len .list }} {{ len .m }} {{ .m | len }} {{ len .none }}", "4 2 3 2 2 0"),
    ("{{ print 1 2 \"x\" 3 nil }}|{{ println 1 \"a\" }}{{ printf \"%d-%s\" 7 .s }}", "1 2x3 <nil>|1 a\n7-text"),
    ("{{ html \"<a href='x'>&\\\"\" }} {{ js \"it's <x>\\n=é\" }} {{ urlquery \"a b&c/é\" }} {{ html 1 .n }}", "&lt;a href=&#39;x&#39;&gt;&amp;&#34; it\\'s \\u003Cx\\u003E\\u000A\\u003Dé a+b%26c%2F%C3%A9 1&lt;no value&gt;"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "want"), GIVES, ids=range(len(GIVES)))
def test_text(text: str, want: str) -> None:
    assert render_text(text, DATA, FUNCTIONS) == want


REFUSED = [
    ("{{ if }}x{{ end }}", "missing value for if"),
    ("{{ }}", "missing value for command"),
    ("{{ nofunc }}", 'function "nofunc" not defined'),
    ("{{ $x }}", 'undefined variable "$x"'),
    ("{{ if true }}", "unexpected EOF"),
    ("{{ end }}", "unexpected {{end}}"),
    ("{{ else }}", "unexpected {{else}}"),
    ("{{ if 1 }}{{ else }}{{ else }}{{ end }}", "expected end; found {{else}}"),
    ("{{ range .x }}{{ else if 1 }}{{ end }}", "unexpected <if> in input"),
    ("{{ .a-b }}", "bad character U+002D '-'"),
    ("{{ .1a }}", 'bad number syntax: ".1a"'),
    ("{{ 1a }}", 'bad number syntax: "1a"'),
    ("{{ 1+2 }}", 'bad number syntax: "1+2"'),
    ("{{ 08 }}", 'integer overflow: "08"'),
    ("{{ 99999999999999999999 }}", 'integer overflow: "99999999999999999999"'),
    ("{{ 1__0 }}", 'illegal number syntax: "1__0"'),
    ('{{ "a }}', "unterminated quoted string"),
    ("{{ `a }}", "unterminated raw quoted string"),
    ("{{ 'a }}", "unterminated character constant"),
    ("{{ 'ab' }}", "malformed character constant: 'ab'"),
    ("{{ '' }}", "invalid syntax"),
    ('{{ "\\q" }}', "invalid syntax"),
    ("{{ .a", "unclosed action"),
    ("{{/* a", "unclosed comment"),
    ("{{/* a */ }}", "comment ends before closing delimiter"),
    ("{{ (1 }}", "unclosed left paren"),
    ("{{ 1) }}", "unexpected right paren"),
    ("{{ print: }}", "expected :="),
    ("{{ 1 2 | 3 }}", "non executable command in pipeline stage 2"),
    ("{{ | print }}", 'unexpected "|" in command'),
    ("{{ print | | print }}", 'unexpected "|" in command'),
    ("{{ () }}", "missing value for parenthesized pipeline"),
    ("{{ 1.a }}", 'bad number syntax: "1.a"'),
    ('{{ "a".b }}', 'unexpected . after term "\\"a\\""'),
    ("{{ nil.b }}", 'unexpected . after term "nil"'),
    ('{{ "a""b" }}', 'unexpected "\\"b\\"" in operand'),
    ("{{ print(1) }}", 'unexpected "(" in operand'),
    ("{{ é² }}", "bad character U+00B2 '²'"),
    ("{{ ½ }}", "unrecognized character in action: U+00BD '½'"),
    ("{{ \x01 }}", "unrecognized character in action: U+0001"),
    ("{{ @ }}", 'unexpected "@" in command'),
    ("{{ $x, $y := .x }}", "too many declarations in command"),
    ("{{ range $x, $y, $z := .x }}{{ end }}", "too many declarations in range"),
    ("{{ range $x, 1 }}{{ end }}", "range can only initialize variables"),
    ("{{ range $k, }}{{ end }}", "missing value for range"),
    ("{{ $x= 1 }}", "bad character U+003D '='"),
    ("{{ break }}", "{{break}} outside {{range}}"),
    ("{{ continue }}", "{{continue}} outside {{range}}"),
    ("{{ range .x }}{{ break 1 }}{{ end }}", 'unexpected "1" in {{break}}'),
    ("{{ range .x }}{{ block \"b\" . }}{{ break }}{{ end }}{{ end }}", "{{break}} outside {{range}}"),
    ("{{ define x }}{{ end }}", 'unexpected "x" in define clause'),
    ("{{ define \"x\" 1 }}{{ end }}", 'unexpected "1" in define clause'),
    ("{{ define \"x\" }}{{ else }}{{ end }}", "unexpected {{else}} in define clause"),
    ("{{ define \"x\" }}a{{ end }}{{ define \"x\" }}b{{ end }}", 'multiple definition of template "x"'),
    ("{{ if 1 }}{{ define \"x\" }}{{ end }}{{ end }}", "unexpected <define> in command"),
    ("{{ template x }}", 'unexpected "x" in template clause'),
    ("{{ template \"\\q\" }}", "invalid syntax"),
    ("{{ block \"b\" }}{{ end }}", "missing value for block clause"),
    ("{{ end 1 }}", 'unexpected "1" in end'),
    ("{{ if 1 }}{{ else 1 }}{{ end }}", 'unexpected "1" in else'),
    ("{{ $x := if }}", "unexpected <if> in command"),
    ("{{ print \"aaaaaaaaaaaaaaaa\"\"b\" }}", 'unexpected "\\"b\\"" in operand'),
    ("{{ print nil nil.x }}", 'unexpected . after term "nil"'),
    ("{{ 1+2i3 }}", 'bad number syntax: "1+2i3"'),
    ("{{ 1+0x }}", 'bad number syntax: "1+0x"'),
    ("{{ .", 'illegal number syntax: "."'),
    ("{{ (print 1).. }}", 'unexpected <.> in operand'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "want"), REFUSED, ids=range(len(REFUSED)))
def test_refused(text: str, want: str) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        render_text(text, DATA, FUNCTIONS)
    assert want.rpartition(": ")[2] in str(caught.value)
    assert want in caught.value.go_text
    assert caught.value.line == 1
    assert "^" in caught.value.explain()


def test_a_long_token_is_cut() -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        render_text('{{ define "x" "abcdefghijklmnop" }}', {}, {})
    assert str(caught.value) == 'parse error at (gotpl:1): unexpected "\\"abcdefghi"... in define clause'


def test_a_fault_names_the_line_where_its_action_began() -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        render_text("a\n{{ print\n 1\n @@", {}, {})
    assert str(caught.value) == 'parse error at (gotpl:4): unexpected "@" in operand'
    with pytest.raises(TemplateSyntaxError) as caught:
        render_text("a\n{{ print\n 1\n ", {}, {})
    assert str(caught.value) == "parse error at (gotpl:4): unclosed action started at gotpl:2"
    with pytest.raises(TemplateSyntaxError) as caught:
        render_text('{{ print\n "a', {}, {})
    assert str(caught.value) == "parse error at (gotpl:2): unterminated quoted string in action started at gotpl:1"


FAILS = [
    ("{{ .missing.x }}", "<.missing.x>", "nil pointer evaluating interface {}.x"),
    ("{{ .s.x }}", "<.s.x>", "can't evaluate field x in type interface {}"),
    ("{{ (.s).x }}", "<.s>", "can't evaluate field x in type string"),
    ("{{ .point.Y }}", "<.point.Y>", "can't evaluate field Y in type interface {}"),
    ("{{ .point.secret }}", "<.point.secret>", "secret is an unexported field of struct type interface {}"),
    ("{{ .nowhere.A }}", "<.nowhere.A>", "nil pointer evaluating interface {}.A"),
    ("{{ .point.Next.x }}", "<.point.Next.x>", "nil pointer evaluating interface {}.x"),
    ("{{ .m.b 1 }}", "<.m.b>", "b is not a method but has arguments"),
    ("{{ 1 | .m.b }}", "<.m.b>", "b is not a method but has arguments"),
    ("{{ .point.X 1 }}", "<.point.X>", "X has arguments but cannot be invoked as function"),
    ("{{ .s.x 1 }}", "<.s.x>", "can't evaluate field x in type interface {}"),
    ("{{ .point.Add 1 }}", "<.point.Add>", "wrong number of args for Add: want 2 got 1"),
    ("{{ .point.Add }}", "<.point.Add>", "wrong number of args for Add: want 2 got 0"),
    ("{{ .point.At }}", "<.point.At>", "wrong number of args for At: want at least 1 got 0"),
    ("{{ .point.At }}", "<.point.At>", "wrong number of args for At: want at least 1 got 0"),
    ("{{ .point.Add 1 \"x\" }}", '<"x">', 'expected integer; found "x"'),
    ("{{ .s | .point.Add 1 }}", "<1>", "wrong type for value; expected int; got string"),
    ("{{ .s 1 }}", "<.s>", "s is not a method but has arguments"),
    ("{{ $.s.x.y }}", "<$.s.x.y>", "can't evaluate field x in type interface {}"),
    ("{{ $x := .s }}{{ $x.y }}", "<$x.y>", "can't evaluate field y in type string"),
    ("{{ range .list }}{{ .x }}{{ end }}", "<.x>", "can't evaluate field x in type interface {}"),
    ("{{ range .strings }}{{ .x }}{{ end }}", "<.x>", "can't evaluate field x in type string"),
    ("{{ range $i, $v := .list }}{{ $v.x }}{{ end }}", "<$v.x>", "can't evaluate field x in type interface {}"),
    ("{{ range $i, $v := .list }}{{ $i.x }}{{ end }}", "<$i.x>", "can't evaluate field x in type int"),
    ("{{ range .mixed }}{{ .x }}{{ end }}", "<.x>", "nil pointer evaluating interface {}.x"),
    ("{{ range 2 }}{{ .x }}{{ end }}", "<.x>", "can't evaluate field x in type int"),
    ("{{ range .f }}{{ end }}", "<.f>", "range can't iterate over 2.5"),
    ("{{ range .t }}{{ end }}", "<.t>", "range can't iterate over true"),
    ("{{ range $a, $b := 3 }}{{ end }}", "<3>", "can't use 3 to iterate over more than one variable"),
    ("{{ upper 1 }}", "<1>", "expected string; found 1"),
    ("{{ upper .i }}", "<.i>", "wrong type for value; expected string; got int"),
    ("{{ upper .missing }}", "<.missing>", "wrong type for value; expected string; got interface {}"),
    ("{{ upper (.missing) }}", "<.missing>", "invalid value; expected string"),
    ("{{ .missing | upper }}", "<upper>", "invalid value; expected string"),
    ("{{ upper nil }}", "<nil>", "cannot assign nil to string"),
    ("{{ upper nothing }}", "<nothing>", "wrong type for value; expected string; got interface {}"),
    ("{{ keys .missing }}", "<.missing>", "wrong type for value; expected map[string]interface {}; got interface {}"),
    ("{{ keys .list }}", "<.list>", "wrong type for value; expected map[string]interface {}; got []interface {}"),
    ('{{ keys "x" }}', '<"x">', "can't handle \"x\" for arg of type map[string]interface {}"),
    ('{{ twice "x" }}', '<"x">', 'expected integer; found "x"'),
    ('{{ small "x" }}', '<"x">', 'expected unsigned integer; found "x"'),
    ("{{ small -1 }}", "<-1>", "expected unsigned integer; found -1"),
    ('{{ half "x" }}', '<"x">', 'expected float; found "x"'),
    ('{{ turn "x" }}', '<"x">', 'expected complex; found "x"'),
    ("{{ flag 1 }}", "<1>", "expected bool; found 1"),
    ("{{ upper }}", "<upper>", "wrong number of args for upper: want 1 got 0"),
    ('{{ "a" | upper "b" }}', "<upper>", "wrong number of args for upper: want 1 got 2"),
    ("{{ texts }}", "<texts>", "wrong number of args for texts: want at least 1 got 0"),
    ("{{ and }}", "<and>", "wrong number of args for and: want at least 1 got 0"),
    ("{{ 1 2 }}", "<1>", "can't give argument to non-function 1"),
    ("{{ .  2 }}", "<.>", "can't give argument to non-function ."),
    ("{{ (print 1) 2 }}", "<(print 1) 2>", "can't give argument to non-function print 1"),
    ("{{ .s | (print 1) }}", "<.s>", "can't give argument to non-function print 1"),
    ("{{ 2 | $ }}", "<$>", "can't give argument to non-function $"),
    ("{{ nil }}", "<nil>", "nil is not a command"),
    ("{{ 18446744073709551615 }}", "<18446744073709551615>", "18446744073709551615 overflows int"),
    ("{{ many 18446744073709551615 }}", "<18446744073709551615>", "18446744073709551615 overflows int"),
    ("{{ $u = 1 }}", "<1>", "undefined variable: $u"),
    ("{{ $u = 1 }}{{ $u }}", "<1>", "undefined variable: $u"),
    ("{{ if false }}{{ $u = 1 }}{{ end }}{{ $v := 1 }}{{ range $u = .list }}{{ end }}", "<.list>", "undefined variable: $u"),
    ("{{ and false ($y := 1) }}{{ $y }}", "<$y>", "undefined variable: $y"),
    ("{{ and false ($y := .m) }}{{ $y.a }}", "<$y.a>", "undefined variable: $y"),
    ("{{ range $i, $v := .empty }}{{ else }}{{ $v.x }}{{ end }}", "<$v.x>", "can't evaluate field x in type []interface {}"),
    ('{{ template "none" }}', '<{{template "none"}}>', 'template "none" not defined'),
    ('{{ template "none" .s }}', '<{{template "none" .s}}>', 'template "none" not defined'),
    ("{{ lt .n 1 }}", "<lt .n 1>", "error calling lt: invalid type for comparison"),
    ("{{ if lt .t true }}{{ end }}", "<lt .t true>", "error calling lt: invalid type for comparison"),
    ("{{ eq 1 1.0 }}", "<eq 1 1.0>", "error calling eq: incompatible types for comparison: int and float64"),
    ("{{ lt 1 \"a\" }}", '<lt 1 "a">', "error calling lt: incompatible types for comparison: int and string"),
    ("{{ eq 1 }}", "<eq 1>", "error calling eq: missing argument for comparison"),
    ("{{ eq .list .list }}", "<eq .list .list>", "error calling eq: non-comparable type"),
    ("{{ eq .list .m }}", "<eq .list .m>", "error calling eq: non-comparable types"),
    ("{{ index .n 1 }}", "<index .n 1>", "error calling index: index of untyped nil"),
    ("{{ index .m \"n\" \"x\" }}", '<index .m "n" "x">', "error calling index: index of nil pointer"),
    ("{{ index .list 9 }}", "<index .list 9>", "error calling index: index out of range: 9"),
    ("{{ index .list 3 }}", "<index .list 3>", "error calling index: reflect: slice index out of range"),
    ("{{ index .s 4 }}", "<index .s 4>", "error calling index: reflect: string index out of range"),
    ("{{ index .list \"a\" }}", '<index .list "a">', "error calling index: cannot index slice/array with type string"),
    ("{{ index .list nil }}", "<index .list nil>", "error calling index: cannot index slice/array with nil"),
    ("{{ index .m 1 }}", "<index .m 1>", "error calling index: value has type int; should be string"),
    ("{{ index .m nil }}", "<index .m nil>", "error calling index: value is nil; should be of type string"),
    ("{{ index .i 1 }}", "<index .i 1>", "error calling index: can't index item of type int"),
    ("{{ slice .n }}", "<slice .n>", "error calling slice: slice of untyped nil"),
    ("{{ slice .s 1 2 3 }}", "<slice .s 1 2 3>", "error calling slice: cannot 3-index slice a string"),
    ("{{ slice .s 1 2 3 4 }}", "<slice .s 1 2 3 4>", "error calling slice: too many slice indexes: 4"),
    ("{{ slice .i 1 }}", "<slice .i 1>", "error calling slice: can't slice item of type int"),
    ("{{ slice .s 2 1 }}", "<slice .s 2 1>", "error calling slice: invalid slice index: 2 > 1"),
    ("{{ slice .list 0 2 1 }}", "<slice .list 0 2 1>", "error calling slice: invalid slice index: 2 > 1"),
    ("{{ len .n }}", "<len .n>", "error calling len: len of nil pointer"),
    ("{{ len (.n) }}", "<len (.n)>", "error calling len: reflect: call of reflect.Value.Type on zero Value"),
    ("{{ .n | len }}", "<len>", "error calling len: reflect: call of reflect.Value.Type on zero Value"),
    ("{{ len .i }}", "<len .i>", "error calling len: len of type int"),
    ("{{ len .nowhere }}", "<len .nowhere>", "error calling len: len of nil pointer"),
    ("{{ call .n }}", "<call .n>", "error calling call: call of nil"),
    ("{{ call .i 1 }}", "<call .i 1>", "error calling call: non-function .i of type int"),
    ("{{ .s | call }}", "<call>", "error calling call: non-function text of type string"),
    ("{{ .i | call }}", "<call>", "error calling call: non-function <int Value> of type int"),
    ("{{ refuse }}", "<refuse>", "error calling refuse: refused"),
    ("{{ 1 | refuse 2 3 }}", "<refuse 2 3>", "error calling refuse: refused"),
    ("{{ refuse .s }}", "<refuse .s>", "error calling refuse: refused"),
    ("{{ refuse 1 .s }}", "<refuse 1 .s>", "error calling refuse: refused"),
    ("{{ .s | refuse }}", "<refuse>", "error calling refuse: refused"),
    ("{{ .s | refuse 1 }}", "<refuse 1>", "error calling refuse: refused"),
    ("{{ upper (refuse) }}", "<refuse>", "error calling refuse: refused"),
    ("{{ .point.Fail }}", "<.point.Fail>", "error calling Fail: refused"),
    ("{{ scope1 1 }}", "<1>", "expected string; found 1"),
    ("{{ or .e (upper .i) }}", "<.i>", "wrong type for value; expected string; got int"),
    ("{{ upper (or .e .i) }}", "<.i>", "wrong type for value; expected string; got int"),
    ("{{ upper (or .i .s) }}", "<.i>", "wrong type for value; expected string; got int"),
    ("{{ upper (.i | or .e) }}", "<.e>", "wrong type for value; expected string; got int"),
    ("{{ structs .box }}", "<.box>", "wrong type for value; expected main.Point; got *main.Box"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "want"), FAILS, ids=range(len(FAILS)))
def test_fails(text: str, at: str, want: str) -> None:
    with pytest.raises(TemplateExecError) as caught:
        render_text(text, DATA, FUNCTIONS)
    assert f"at {at}: {want}" in caught.value.go_text
    assert caught.value.expression == caught.value.place.expression  # type: ignore[union-attr]
    assert caught.value.explain().count("^") >= 1
