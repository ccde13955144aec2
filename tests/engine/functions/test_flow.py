"""Defaults and choices, against what Helm 4.3.1 gave."""

from __future__ import annotations

import pytest

from tests.engine.functions.calls import fault, shown

# The value as it shows, its Go type, its JSON.
ANSWERS = [
    ('default "d" ""', 'd|string|"d"'),
    ('default "d" 0', 'd|string|"d"'),
    ('default "d" 0.0', 'd|string|"d"'),
    ('default "d" false', 'd|string|"d"'),
    ('default "d" nil', 'd|string|"d"'),
    ('default "d" (list)', 'd|string|"d"'),
    ('default "d" (dict)', 'd|string|"d"'),
    ('default "d" (rest (list))', 'd|string|"d"'),
    ('default "d" (splitList "" "")', 'd|string|"d"'),
    ('default "d" (int64 0)', 'd|string|"d"'),
    ('default "d" 0i', 'd|string|"d"'),
    ('default "d" "x"', 'x|string|"x"'),
    ('default "d" -1', "-1|int|-1"),
    ('default "d" (list nil)', "[<nil>]|[]interface {}|[null]"),
    ('default "d"', 'd|string|"d"'),
    ('default "d" "x" "y"', 'x|string|"x"'),
    ('empty ""', "true|bool|true"),
    ('empty "x"', "false|bool|false"),
    ("empty nil", "true|bool|true"),
    ('empty (dict "a" 1)', "false|bool|false"),
    ('empty (float64 "nan")', "false|bool|false"),
    ('coalesce 0 "" nil "z" "y"', 'z|string|"z"'),
    ("coalesce", "|<nil>|null"),
    ("coalesce nil (list)", "|<nil>|null"),
    ('all 1 "x" true', "true|bool|true"),
    ('all 1 ""', "false|bool|false"),
    ("all", "true|bool|true"),
    ('any nil 0 "x"', "true|bool|true"),
    ("any nil 0", "false|bool|false"),
    ("any", "false|bool|false"),
    ('ternary "t" "f" true', 't|string|"t"'),
    ('ternary "t" "f" false', 'f|string|"f"'),
    ("ternary nil 1 true", "|<nil>|null"),
]
FAULTS = [
    ('ternary "t" "f" "yes"', 'expected bool; found "yes"'),
]


@pytest.mark.parametrize(("call", "want"), ANSWERS, ids=[call for call, _ in ANSWERS])
def test_answers(call: str, want: str) -> None:
    assert shown(call) == want


@pytest.mark.parametrize(("call", "want"), FAULTS, ids=[call for call, _ in FAULTS])
def test_faults(call: str, want: str) -> None:
    assert fault(call) == want
