"""Where RE2 and Go's regexp part: reasons, bytes that are no UTF-8, sizes; against what Helm 4.3.1 gave."""

from __future__ import annotations

import pytest

from purehelm.engine.functions import regex
from purehelm.engine.template.function import FunctionError
from tests.engine.functions.calls import fault, shown

# The value as it shows, its Go type, its JSON.
ANSWERS = [
    ('regexFind "\\\\pL{0,1000}" "aé1"', 'aé|string|"aé"'),
    ('regexFindAll "\\\\pL{2,300}" "aéb1cc" -1', '[aéb cc]|[]string|["aéb","cc"]'),
    ('mustRegexMatch "\\\\pL{1000}" "x"', "false|bool|false"),
    ('regexReplaceAll "[^a]" (printf "a%sb" ("é" | trunc 1)) "-"', 'a--|string|"a--"'),
    ('regexFindAll "." (printf "a%sb" ("é" | trunc 1)) -1 | len', "3|int|3"),
    ('regexSplit "[^a-z]" (printf "a%sb" ("é" | trunc 1)) -1', '[a b]|[]string|["a","b"]'),
    ('regexReplaceAll "\\\\B" "xé日x" "|"', 'xé|日x|string|"xé|日x"'),
    ('regexFindAll "\\\\B" "é日" -1 | len', "3|int|3"),
    ('regexReplaceAll "" "é日" "-"', '-é-日-|string|"-é-日-"'),
    ('regexReplaceAll "(é)(x)?" "aéé" "[$2$1]"', 'a[é][é]|string|"a[é][é]"'),
    ('regexReplaceAll "[[a-]{1}\\\\]" "[]{" "x"', 'x{|string|"x{"'),
    ('regexReplaceAll "\\\\Q{\\\\E(?P<n>[a-z]+)}" "{ab}" "${n}$n1$$"', 'ab$|string|"ab$"'),
    ('regexMatch "(" "("', "false|bool|false"),
    ('regexFindAll "a" "aaa" 2', '[a a]|[]string|["a","a"]'),
    ('regexFindAll "a" "aaa" 0', "[]|[]string|null"),
    ('regexFindAll "a*" "baac" -1', '[ aa ]|[]string|["","aa",""]'),
    ('regexSplit "a*" "baac" -1', '[b c]|[]string|["b","c"]'),
    ('regexSplit "a" "aba" 2', '[ ba]|[]string|["","ba"]'),
    ('regexReplaceAll "(?P<a>x)|(?P<b>y)" "xy" "<$a$b>"', '<x><y>|string|"\\u003cx\\u003e\\u003cy\\u003e"'),
]
FAULTS = [
    (
        'mustRegexMatch "a\\\\C" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid escape sequence: `\\C`",
    ),
    (
        'mustRegexMatch "\\\\w**\\\\C" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid nested repetition operator: `**`",
    ),
    (
        'mustRegexMatch "(?P<n\\\\C" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid named capture: `(?P<n\\C`",
    ),
    (
        'mustRegexMatch "x*{1001}" "x"',
        "error calling mustRegexMatch: error parsing regexp: invalid repeat count: `{1001}`",
    ),
    (
        'mustRegexMatch "x*{2,1}" "x"',
        "error calling mustRegexMatch: error parsing regexp: invalid repeat count: `{2,1}`",
    ),
    (
        'mustRegexMatch "x*{2,3}" "x"',
        "error calling mustRegexMatch: error parsing regexp: invalid nested repetition operator: `*{2,3}`",
    ),
    (
        'mustRegexMatch "a{999999999999}" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid repeat count: `{999999999999}`",
    ),
    (
        'mustRegexMatch "(?P<é>a)" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid named capture: `(?P<é>`",
    ),
    (
        'mustRegexMatch "(?<é>a)" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid named capture: `(?<é>`",
    ),
    (
        'mustRegexMatch "(?P<é" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid named capture: `(?P<é`",
    ),
    (
        'mustRegexMatch "(?<=a)" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid named capture: `(?<=a)`",
    ),
]


@pytest.mark.parametrize(("call", "want"), ANSWERS, ids=[call for call, _ in ANSWERS])
def test_answers(call: str, want: str) -> None:
    assert shown(call) == want


@pytest.mark.parametrize(("call", "want"), FAULTS, ids=[call for call, _ in FAULTS])
def test_faults(call: str, want: str) -> None:
    assert fault(call) == want


def test_memory_is_bounded() -> None:
    pattern = r"\pL{1000}" * 60
    with pytest.raises(FunctionError) as caught:
        regex.TABLE["mustRegexMatch"].call(pattern, "a")
    assert str(caught.value) == f"error parsing regexp: expression too large: `{pattern}`"


@pytest.mark.timeout(5)
@pytest.mark.parametrize("pattern", ["{" + "[" * 100_000, "{" + "[" * 100_000 + "\\", "é" + "(" * 50_000])
def test_hostile_expressions_end(pattern: str) -> None:
    assert regex.TABLE["regexMatch"].call(pattern, "") is False
