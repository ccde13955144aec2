"""Nodes as Go's errors show them."""

from __future__ import annotations

import pytest

from purehelm.engine.template.nodes import show, show_body
from purehelm.engine.template.parser import parse_carefully

SHOWN = [
    ("a{{ . }}b", "a{{.}}b"),
    ("{{ $x := 1 }}{{ $x = print  2 }}", "{{$x := 1}}{{$x = print 2}}"),
    ("{{ range $i, $v := .a.b }}{{ break }}{{ continue }}{{ else }}x{{ end }}", "{{range $i, $v := .a.b}}{{break}}{{continue}}{{else}}x{{end}}"),
    ("{{ if and (eq .a 1) $.b }}{{ with nil | print }}{{ end }}{{ end }}", "{{if and (eq .a 1) $.b}}{{with nil | print}}{{end}}{{end}}"),
    ('{{ template "a" }}{{ template "b" . }}', '{{template "a"}}{{template "b" .}}'),
    ('{{ (print 1).x.y }}{{ print.x }}{{ true }}{{ "s" }}{{ `r` }}{{ \'c\' }}', '{{(print 1).x.y}}{{print.x}}{{true}}{{"s"}}{{`r`}}{{\'c\'}}'),
    ("{{ false }}", "{{false}}"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "want"), SHOWN, ids=range(len(SHOWN)))
def test_shown(text: str, want: str) -> None:
    body = parse_carefully("f", text, ("print", "and", "eq"))["f"].body
    assert show_body(body) == want
    assert "".join(map(show, body)) == want
