"""Lists, against what Helm 4.3.1 gave."""

from __future__ import annotations

import pytest

from tests.engine.functions.calls import fault, shown

# The value as it shows, its Go type, its JSON.
ANSWERS = [
    ("list", "[]|[]interface {}|[]"),
    ('list 1 "a" nil', '[1 a <nil>]|[]interface {}|[1,"a",null]'),
    ("tuple 1 2", "[1 2]|[]interface {}|[1,2]"),
    ("append (list 1) 2", "[1 2]|[]interface {}|[1,2]"),
    ('append (splitList "," "a,b") 2', '[a b 2]|[]interface {}|["a","b",2]'),
    ("push (list) nil", "[<nil>]|[]interface {}|[null]"),
    ("prepend (list 1) 0", "[0 1]|[]interface {}|[0,1]"),
    ("first (list 1 2)", "1|int|1"),
    ("first (list)", "|<nil>|null"),
    ("mustFirst (until 2)", "0|int|0"),
    ("last (list 1 2)", "2|int|2"),
    ("last (rest (list))", "|<nil>|null"),
    ("rest (list 1 2 3)", "[2 3]|[]interface {}|[2,3]"),
    ("rest (list)", "[]|[]interface {}|null"),
    ("mustRest (list 1)", "[]|[]interface {}|[]"),
    ("initial (list 1 2)", "[1]|[]interface {}|[1]"),
    ("initial (list)", "[]|[]interface {}|null"),
    ("reverse (list 1 2 3)", "[3 2 1]|[]interface {}|[3,2,1]"),
    ("reverse (until 3)", "[2 1 0]|[]interface {}|[2,1,0]"),
    ("mustReverse (list)", "[]|[]interface {}|[]"),
    ('compact (list 0 "" nil 1 "a" (list) (dict) false true)', '[1 a true]|[]interface {}|[1,"a",true]'),
    ("mustCompact (list)", "[]|[]interface {}|[]"),
    (
        'uniq (list 1 1 "1" 1.0 nil nil (list 1) (list 1) (dict "a" 1) (dict "a" 1))',
        '[1 1 1 <nil> [1] map[a:1]]|[]interface {}|[1,"1",1,null,[1],{"a":1}]',
    ),
    ('uniq (list "b" "a" "b")', '[b a]|[]interface {}|["b","a"]'),
    ("mustUniq (list)", "[]|[]interface {}|[]"),
    ("without (list 1 2 3 nil) 2 nil", "[1 3]|[]interface {}|[1,3]"),
    ('without (list "a" "b") "a" "b"', "[]|[]interface {}|[]"),
    ("mustWithout (list 1)", "[1]|[]interface {}|[1]"),
    ("has 2.0 (list 1 2)", "false|bool|false"),
    ("has 2 (list 1 2)", "true|bool|true"),
    ("has nil (list nil)", "true|bool|true"),
    ("has 1 nil", "false|bool|false"),
    ("mustHas 1 (list 1)", "true|bool|true"),
    ("slice (list 1 2 3) 1", "[2 3]|[]interface {}|[2,3]"),
    ("slice (list 1 2 3) 1 2", "[2]|[]interface {}|[2]"),
    ("slice (list 1 2 3)", "[1 2 3]|[]interface {}|[1,2,3]"),
    ("slice (list)", "|<nil>|null"),
    ('slice (splitList "," "a,b,c") 1 3', '[b c]|[]string|["b","c"]'),
    ('slice (until 4) "1" 2.0', "[1]|[]int|[1]"),
    ('concat (list 1) (splitList "," "a")', '[1 a]|[]interface {}|[1,"a"]'),
    ("concat (list) (list)", "[]|[]interface {}|null"),
    ("concat", "[]|[]interface {}|null"),
    ("chunk 2 (list 1 2 3)", "[[1 2] [3]]|[][]interface {}|[[1,2],[3]]"),
    ("chunk 3 (list)", "[]|[][]interface {}|[]"),
    ("chunk -5 (list 1 2 3)", "[]|[][]interface {}|[]"),
    ("chunk -5 (list 1)", "[[1]]|[][]interface {}|[[1]]"),
    ('chunk 2 (splitList "," "a,b")', '[[a b]]|[][]interface {}|[["a","b"]]'),
    ('sortAlpha (list 10 9 "b" "B" nil "é" "z")', '[10 9 B b z é]|[]string|["10","9","B","b","z","é"]'),
    ('sortAlpha (splitList "," "b,a")', '[a b]|[]string|["a","b"]'),
    ('sortAlpha "abc"', '[abc]|[]string|["abc"]'),
    ("sortAlpha nil", '[<nil>]|[]string|["\\u003cnil\\u003e"]'),
    ("toStrings (list 1 nil true 2.5)", '[1 true 2.5]|[]string|["1","true","2.5"]'),
    ('toStrings "a"', '[a]|[]string|["a"]'),
    ("toStrings nil", "[]|[]string|[]"),
    ('toStrings (splitList "," "a,b")', '[a b]|[]string|["a","b"]'),
    ('toStrings (dict "a" 1)', '[map[a:1]]|[]string|["map[a:1]"]'),
]
FAULTS = [
    ("append nil 1", "error calling append: runtime error: invalid memory address or nil pointer dereference"),
    ('append "a" 1', "error calling append: Cannot push on type string"),
    ('mustPush "a" 1', "error calling mustPush: Cannot push on type string"),
    ("prepend (dict) 0", "error calling prepend: Cannot prepend on type map"),
    (
        "mustPrepend nil 0",
        "error calling mustPrepend: runtime error: invalid memory address or nil pointer dereference",
    ),
    ("first nil", "error calling first: runtime error: invalid memory address or nil pointer dereference"),
    ('first "ab"', "error calling first: Cannot find first on type string"),
    ("mustLast 3", "error calling mustLast: Cannot find last on type int"),
    ("rest 1.5", "error calling rest: Cannot find rest on type float64"),
    ("mustInitial true", "error calling mustInitial: Cannot find initial on type bool"),
    ('reverse ""', "error calling reverse: Cannot find reverse on type string"),
    ("compact 1", "error calling compact: Cannot compact on type int"),
    ("uniq (dict)", "error calling uniq: Cannot find uniq on type map"),
    ('without "a"', "error calling without: Cannot find without on type string"),
    ('has 1 "a"', "error calling has: Cannot find has on type string"),
    ("slice (list 1 2) 0 5", "error calling slice: reflect.Value.Slice: slice index out of bounds"),
    ("slice (list 1 2) 2 1", "error calling slice: reflect.Value.Slice: slice index out of bounds"),
    ("slice (list 1 2) -1", "error calling slice: reflect.Value.Slice: slice index out of bounds"),
    ('slice "abc" 1', "error calling slice: list should be type of slice or array but string"),
    ("slice nil", "error calling slice: runtime error: invalid memory address or nil pointer dereference"),
    ("mustSlice (list 1 2) 0 9", "error calling mustSlice: reflect.Value.Slice: slice index out of bounds"),
    ("concat (list 1) nil", "error calling concat: runtime error: invalid memory address or nil pointer dereference"),
    ('concat (list 1) "a"', "error calling concat: Cannot concat type string as list"),
    ("chunk 0 (list 1)", "error calling chunk: runtime error: makeslice: len out of range"),
    ("chunk 0 (list 1 2)", "error calling chunk: runtime error: makeslice: len out of range"),
    ("chunk -1 (list 1 2 3)", "error calling chunk: runtime error: makeslice: len out of range"),
    ("chunk -1 (list)", "error calling chunk: runtime error: makeslice: len out of range"),
    ('chunk 2 "abc"', "error calling chunk: Cannot chunk type string"),
    ("mustChunk 2 nil", "error calling mustChunk: runtime error: invalid memory address or nil pointer dereference"),
]


@pytest.mark.parametrize(("call", "want"), ANSWERS, ids=[call for call, _ in ANSWERS])
def test_answers(call: str, want: str) -> None:
    assert shown(call) == want


@pytest.mark.parametrize(("call", "want"), FAULTS, ids=[call for call, _ in FAULTS])
def test_faults(call: str, want: str) -> None:
    assert fault(call) == want
