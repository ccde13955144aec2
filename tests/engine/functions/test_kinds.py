"""Types and kinds, against what Helm 4.3.1 gave."""

from __future__ import annotations

import pytest

from tests.engine.functions.calls import shown

# The value as it shows, its Go type, its JSON.
ANSWERS = [
    ("typeOf nil", '<nil>|string|"\\u003cnil\\u003e"'),
    ('typeOf "x"', 'string|string|"string"'),
    ("typeOf 1", 'int|string|"int"'),
    ("typeOf (int64 1)", 'int64|string|"int64"'),
    ("typeOf 1.5", 'float64|string|"float64"'),
    ("typeOf true", 'bool|string|"bool"'),
    ("typeOf 'x'", 'int|string|"int"'),
    ("typeOf 1i", 'complex128|string|"complex128"'),
    ("typeOf (list 1)", '[]interface {}|string|"[]interface {}"'),
    ("typeOf (dict)", 'map[string]interface {}|string|"map[string]interface {}"'),
    ('typeOf (splitList "," "a")', '[]string|string|"[]string"'),
    ('typeOf (split "," "a")', 'map[string]string|string|"map[string]string"'),
    ("typeOf (until 1)", '[]int|string|"[]int"'),
    ("typeOf (chunk 1 (list 1))", '[][]interface {}|string|"[][]interface {}"'),
    ("typeOf (rest (list))", '[]interface {}|string|"[]interface {}"'),
    ("typeOf (concat)", '[]interface {}|string|"[]interface {}"'),
    ("typeOf .Values", 'common.Values|string|"common.Values"'),
    ('typeIs "string" "x"', "true|bool|true"),
    ('typeIs "int" 1.0', "false|bool|false"),
    ('typeIs "<nil>" nil', "true|bool|true"),
    ('typeIsLike "string" "x"', "true|bool|true"),
    ('typeIsLike "*string" "x"', "false|bool|false"),
    ("kindOf nil", 'invalid|string|"invalid"'),
    ('kindOf "x"', 'string|string|"string"'),
    ("kindOf 1", 'int|string|"int"'),
    ("kindOf (int64 1)", 'int64|string|"int64"'),
    ("kindOf 1.5", 'float64|string|"float64"'),
    ("kindOf (list)", 'slice|string|"slice"'),
    ("kindOf (rest (list))", 'slice|string|"slice"'),
    ("kindOf (dict)", 'map|string|"map"'),
    ("kindOf .Values", 'map|string|"map"'),
    ('kindOf (split "," "a")', 'map|string|"map"'),
    ('kindIs "map" (dict)', "true|bool|true"),
    ('kindIs "slice" "x"', "false|bool|false"),
    ('kindIs "invalid" nil', "true|bool|true"),
]


@pytest.mark.parametrize(("call", "want"), ANSWERS, ids=[call for call, _ in ANSWERS])
def test_answers(call: str, want: str) -> None:
    assert shown(call) == want
