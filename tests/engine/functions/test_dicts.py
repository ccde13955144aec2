"""Dictionaries, against what Helm 4.3.1 gave."""

from __future__ import annotations

import pytest

from tests.engine.functions.calls import fault, shown

# The value as it shows, its Go type, its JSON.
ANSWERS = [
    ("dict", "map[]|map[string]interface {}|{}"),
    ('dict "a" 1 "b"', 'map[a:1 b:]|map[string]interface {}|{"a":1,"b":""}'),
    ("dict 1 2 nil 3 1.5 4", 'map[1:2 1.5:4 <nil>:3]|map[string]interface {}|{"1":2,"1.5":4,"\\u003cnil\\u003e":3}'),
    ('get (dict "a" 1) "a"', "1|int|1"),
    ('get (dict) "a"', '|string|""'),
    ('get nil "a"', '|string|""'),
    ('get (dict "a" nil) "a"', "|<nil>|null"),
    ('set (dict "a" 1) "b" 2', 'map[a:1 b:2]|map[string]interface {}|{"a":1,"b":2}'),
    ('unset (dict "a" 1 "b" 2) "a"', 'map[b:2]|map[string]interface {}|{"b":2}'),
    ('unset (dict) "a"', "map[]|map[string]interface {}|{}"),
    ('unset nil "a"', "map[]|map[string]interface {}|null"),
    ('hasKey (dict "a" nil) "a"', "true|bool|true"),
    ('hasKey (dict) "a"', "false|bool|false"),
    ('hasKey nil "a"', "false|bool|false"),
    ('pluck "a" (dict "a" 1) (dict) nil (dict "a" nil)', "[1 <nil>]|[]interface {}|[1,null]"),
    ('pluck "a"', "[]|[]interface {}|[]"),
    ('keys (dict "a" 1) (dict) nil', '[a]|[]string|["a"]'),
    ("keys", "[]|[]string|[]"),
    ('values (dict "a" 1)', "[1]|[]interface {}|[1]"),
    ("values nil", "[]|[]interface {}|[]"),
    ("values (dict)", "[]|[]interface {}|[]"),
    ('pick (dict "a" 1 "b" 2) "a" "z"', 'map[a:1]|map[string]interface {}|{"a":1}'),
    ('pick nil "a"', "map[]|map[string]interface {}|{}"),
    ('omit (dict "a" 1 "b" 2) "a" "z"', 'map[b:2]|map[string]interface {}|{"b":2}'),
    ("omit nil", "map[]|map[string]interface {}|{}"),
    ("omit (dict)", "map[]|map[string]interface {}|{}"),
    (
        'merge (dict "a" 1) (dict "a" 2 "b" 3) (dict "b" 4 "c" 5)',
        'map[a:1 b:3 c:5]|map[string]interface {}|{"a":1,"b":3,"c":5}',
    ),
    (
        'merge (dict "a" false "b" "" "c" 0 "d" nil "e" (list)) (dict "a" true "b" "x" "c" 7 "d" "y" "e" (list 1))',
        'map[a:true b:x c:7 d:y e:[1]]|map[string]interface {}|{"a":true,"b":"x","c":7,"d":"y","e":[1]}',
    ),
    (
        'merge (dict "a" (dict "x" 1)) (dict "a" (dict "x" 2 "y" 3))',
        'map[a:map[x:1 y:3]]|map[string]interface {}|{"a":{"x":1,"y":3}}',
    ),
    ('merge (dict "a" (dict)) (dict "a" (dict "x" 2))', 'map[a:map[x:2]]|map[string]interface {}|{"a":{"x":2}}'),
    ('merge (dict "a" (dict)) (dict "a" (dict))', 'map[a:map[]]|map[string]interface {}|{"a":{}}'),
    ('merge (dict "a" (list 1)) (dict "a" (list 2 3))', 'map[a:[1]]|map[string]interface {}|{"a":[1]}'),
    ('merge (dict "a" "s") (dict "a" (dict "x" 1))', 'map[a:s]|map[string]interface {}|{"a":"s"}'),
    ('merge (dict "a" (dict "x" 1)) (dict "a" "s")', 'map[a:map[x:1]]|map[string]interface {}|{"a":{"x":1}}'),
    ('merge (dict) (dict "a" nil)', "map[]|map[string]interface {}|{}"),
    ('merge nil (dict "a" 1)', 'map[a:1]|map[string]interface {}|{"a":1}'),
    ("merge nil nil", "map[]|map[string]interface {}|null"),
    ('merge (dict "a" 1) nil', 'map[a:1]|map[string]interface {}|{"a":1}'),
    ('mustMerge (dict "a" 1) (dict "b" 2)', 'map[a:1 b:2]|map[string]interface {}|{"a":1,"b":2}'),
    ("mustMerge (dict)", "map[]|map[string]interface {}|{}"),
    (
        'mergeOverwrite (dict "a" true "b" (list 1 2)) (dict "a" false "b" (list 3))',
        'map[a:false b:[3]]|map[string]interface {}|{"a":false,"b":[3]}',
    ),
    (
        'mergeOverwrite (dict "a" (dict "x" 1 "y" 2)) (dict "a" (dict "x" nil "z" 0))',
        'map[a:map[x:<nil> y:2 z:0]]|map[string]interface {}|{"a":{"x":null,"y":2,"z":0}}',
    ),
    ('mergeOverwrite (dict "a" (list 1)) (dict "a" (list))', 'map[a:[]]|map[string]interface {}|{"a":[]}'),
    (
        'mergeOverwrite (dict "a" (dict "x" 1)) (dict "a" (dict))',
        'map[a:map[x:1]]|map[string]interface {}|{"a":{"x":1}}',
    ),
    ('mergeOverwrite (dict "a" (dict "x" 1)) (dict "a" "s")', 'map[a:s]|map[string]interface {}|{"a":"s"}'),
    ('mergeOverwrite (dict "a" "s") (dict "a" (dict "x" 1))', 'map[a:map[x:1]]|map[string]interface {}|{"a":{"x":1}}'),
    ('mergeOverwrite nil (dict "a" 1)', 'map[a:1]|map[string]interface {}|{"a":1}'),
    ('mustMergeOverwrite (dict "a" 1) (dict "a" 2) (dict "a" 3)', 'map[a:3]|map[string]interface {}|{"a":3}'),
    (
        'deepCopy (dict "a" (list 1 (dict "b" nil)))',
        'map[a:[1 map[b:<nil>]]]|map[string]interface {}|{"a":[1,{"b":null}]}',
    ),
    ('deepCopy (splitList "," "a,b")', '[a b]|[]string|["a","b"]'),
    ('deepCopy "x"', 'x|string|"x"'),
    ("mustDeepCopy 1.5", "1.5|float64|1.5"),
    ('dig "a" "b" "dflt" (dict "a" (dict "b" 1))', "1|int|1"),
    ('dig "a" "b" "dflt" (dict "a" (dict))', 'dflt|string|"dflt"'),
    ('dig "a" "b" "dflt" (dict)', 'dflt|string|"dflt"'),
    ('dig "a" nil (dict "a" nil)', "|<nil>|null"),
    ('deepEqual (dict "a" (list 1 "x" nil)) (dict "a" (list 1 "x" nil))', "true|bool|true"),
    ('deepEqual (dict "a" 1) (dict "a" 1.0)', "false|bool|false"),
    ('deepEqual (dict "a" 1) (dict "b" 1)', "false|bool|false"),
    ("deepEqual (list) (rest (list))", "false|bool|false"),
    ("deepEqual (rest (list)) (rest (list))", "true|bool|true"),
    ("deepEqual (list 1) (list 1 2)", "false|bool|false"),
    ("deepEqual 1 (int64 1)", "false|bool|false"),
    ("deepEqual nil nil", "true|bool|true"),
    ('deepEqual (float64 "nan") (float64 "nan")', "false|bool|false"),
    ('deepEqual (splitList "," "a") (list "a")', "false|bool|false"),
    ("deepEqual true 1", "false|bool|false"),
]
FAULTS = [
    ('set nil "b" 2', "error calling set: assignment to entry in nil map"),
    ("deepCopy nil", "error calling deepCopy: reflect: call of reflect.Value.Type on zero Value"),
    ("mustDeepCopy nil", "error calling mustDeepCopy: reflect: call of reflect.Value.Type on zero Value"),
    (
        'dig "a" "b" "dflt" (dict "a" 1)',
        "error calling dig: interface conversion: interface {} is int, not map[string]interface {}",
    ),
    (
        'dig "a" "b" "dflt" (dict "a" nil)',
        "error calling dig: interface conversion: interface {} is nil, not map[string]interface {}",
    ),
    ('dig "a" (dict)', "error calling dig: dig needs at least three arguments"),
    ('dig "a" "x" "s"', "error calling dig: interface conversion: interface {} is string, not map[string]interface {}"),
    ('dig "a" "x" nil', "error calling dig: interface conversion: interface {} is nil, not map[string]interface {}"),
    ('dig 1 "x" (dict)', "error calling dig: interface conversion: interface {} is int, not string"),
    (
        'dig "a" "x" (splitList "," "a")',
        "error calling dig: interface conversion: interface {} is []string, not map[string]interface {}",
    ),
]


@pytest.mark.parametrize(("call", "want"), ANSWERS, ids=[call for call, _ in ANSWERS])
def test_answers(call: str, want: str) -> None:
    assert shown(call) == want


@pytest.mark.parametrize(("call", "want"), FAULTS, ids=[call for call, _ in FAULTS])
def test_faults(call: str, want: str) -> None:
    assert fault(call) == want
