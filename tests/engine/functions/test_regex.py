"""Regular expressions, against what Helm 4.3.1 gave."""

from __future__ import annotations

import pytest

from tests.engine.functions.calls import fault, shown

# The value as it shows, its Go type, its JSON.
ANSWERS = [
    ('regexMatch "a{1000000000}" "a"', "false|bool|false"),
    ('mustRegexMatch "\\\\Q\\\\C\\\\E" "\\\\C"', "true|bool|true"),
    ('mustRegexMatch "\\\\\\\\C" "\\\\C"', "true|bool|true"),
    ('regexReplaceAll "a" "a" "$²"', '$²|string|"$²"'),
    ('regexReplaceAll "a" "a" "${²}x$١"', '${²}x|string|"${²}x"'),
    ('mustRegexMatch "(?P<1a>a)" "a"', "true|bool|true"),
    ('mustRegexMatch "(?<n>a)(?P<n>b)" "a"', "false|bool|false"),
    ('regexFind "`" "a`"', '`|string|"`"'),
    ('mustRegexMatch "\\\\p{Greek}\\\\p{Lu}\\\\PN\\\\pZ" "αA1 "', "false|bool|false"),
    ('mustRegexMatch "[[:word:]-z]" "-"', "true|bool|true"),
    ('mustRegexMatch "(?i)ſ" "S"', "true|bool|true"),
    ('mustRegexMatch "(?i)k" "K"', "true|bool|true"),
    ('regexFindAll "(?m)^.*$" "a\\nb\\n" -1', '[a b ]|[]string|["a","b",""]'),
    ('regexFindAll "[^\\\\n]" "a\\nb" -1', '[a b]|[]string|["a","b"]'),
    ('regexSplit "" "aé" -1', '[a é]|[]string|["a","é"]'),
    ('regexSplit "" "" -1', "[]|[]string|[]"),
    ('regexSplit "a" "" -1', '[]|[]string|[""]'),
    ('regexSplit "," "a,b,c" 2', '[a b,c]|[]string|["a","b,c"]'),
    (
        'regexQuoteMeta "a.b*c+[x]{1}(y)|^$\\\\é-/"',
        'a\\.b\\*c\\+\\[x\\]\\{1\\}\\(y\\)\\|\\^\\$\\\\é-/|string|"a\\\\.b\\\\*c\\\\+\\\\[x\\\\]\\\\{1\\\\}\\\\(y\\\\)\\\\|\\\\^\\\\$\\\\\\\\é-/"',
    ),
    ('regexQuoteMeta ("é" | trunc 1)', '\udcc3|string|"\\ufffd"'),
    ('mustRegexMatch "\\\\x{d800}" "a"', "false|bool|false"),
    ('mustRegexMatch "\\\\p{^Lu}" "a"', "true|bool|true"),
    ('mustRegexMatch "(?i-s:A.)" "ab"', "true|bool|true"),
    ('mustRegexMatch "[]a]" "]"', "true|bool|true"),
    ('mustRegexMatch "a{,3}" "a{,3}"', "true|bool|true"),
    ('regexReplaceAll "(?P<x>a)(?P<x>b)?" "ab" "${x}-$x"', 'a-a|string|"a-a"'),
    ('regexReplaceAll "(?P<x>a)?(?P<x>b)" "b" "${x}-$x"', 'b-b|string|"b-b"'),
    ('regexReplaceAll "(a)(b)?" "a" "[$1$2$3]"', '[a]|string|"[a]"'),
    ('regexReplaceAll "a" "aaa" "${1"', '${1${1${1|string|"${1${1${1"'),
    ('regexReplaceAll "a*" "baac" "x"', 'xbxcx|string|"xbxcx"'),
    ('regexReplaceAll "" "aé" "-"', '-a-é-|string|"-a-é-"'),
    ('regexReplaceAllLiteral "a" "banana" "$0"', 'b$0n$0n$0|string|"b$0n$0n$0"'),
    ('regexFindAll "a*" "baac" -1', '[ aa ]|[]string|["","aa",""]'),
    ('regexFindAll "a*" "baac" 2', '[ aa]|[]string|["","aa"]'),
    ('regexFindAll "a" "b" -1', "[]|[]string|null"),
    ('regexFindAll "a" "aaa" 0', "[]|[]string|null"),
    ('regexFind "(a)(b)?" "xab"', 'ab|string|"ab"'),
    ('regexFind "z" "xab"', '|string|""'),
    ('regexMatch "[" "x"', "false|bool|false"),
    ('regexFindAll "\\\\B" "éa" -1', '[]|[]string|[""]'),
    ('regexFindAll "." (printf "a%sb" ("é" | trunc 1)) -1', '[a \udcc3 b]|[]string|["a","\\ufffd","b"]'),
    ('regexReplaceAll "\\ufffd" (printf "a%sb" ("é" | trunc 1)) "-"', 'a-b|string|"a-b"'),
    ('regexReplaceAll "b" (printf "é%sb" ("é" | trunc 1)) "$0$0"', 'é\udcc3bb|string|"é\\ufffdbb"'),
    (
        'regexSplit "b" (printf "é%sb%s" ("é" | trunc 1) ("é" | substr 1 2)) -1',
        '[é\udcc3 \udca9]|[]string|["é\\ufffd","\\ufffd"]',
    ),
    ('regexMatch "^\\\\x80$" (substr 1 2 "À")', "false|bool|false"),
    ('regexReplaceAll "(\\\\d+)" "x12y" "<$1>$$"', 'x<12>$y|string|"x\\u003c12\\u003e$y"'),
    (
        'regexMatch "(?s)^.{3}$" (printf "%s%s%s" ("é" | trunc 1) ("é" | trunc 1) ("é" | substr 1 2))',
        "false|bool|false",
    ),
    ('regexSplit "é" (printf "%sé%s" ("é" | trunc 1) "x") -1', '[\udcc3 x]|[]string|["\\ufffd","x"]'),
    ('regexReplaceAll "a" (trunc 1 "é") "b"', '\udcc3|string|"\\ufffd"'),
    ('regexFindAll "\\\\b" "日本 a" -1', '[ ]|[]string|["",""]'),
    ('regexSplit "a" "bab" 0', "[]|[]string|null"),
    ('mustRegexSplit "a" "bab" 1', '[bab]|[]string|["bab"]'),
    ('mustRegexReplaceAll "(a)" "bab" "<$1>"', 'b<a>b|string|"b\\u003ca\\u003eb"'),
    ('mustRegexReplaceAllLiteral "(a)" "bab" "<$1>"', 'b<$1>b|string|"b\\u003c$1\\u003eb"'),
    ('mustRegexFind "a." "bab"', 'ab|string|"ab"'),
    ('mustRegexFindAll "a." "babac" -1', '[ab ac]|[]string|["ab","ac"]'),
]
FAULTS = [
    (
        'mustRegexMatch "a{1000000000}" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid repeat count: `{1000000000}`",
    ),
    (
        'mustRegexMatch "\\\\C" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid escape sequence: `\\C`",
    ),
    (
        'mustRegexMatch "a{99999999999999999999}?" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid repeat count: `{99999999999999999999}`",
    ),
    (
        'mustRegexMatch "[\\\\C]" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid escape sequence: `\\C`",
    ),
    ('mustRegexMatch "(?<n" "a"', "error calling mustRegexMatch: error parsing regexp: invalid named capture: `(?<n`"),
    (
        'mustRegexMatch "(?P<n" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid named capture: `(?P<n`",
    ),
    (
        'mustRegexMatch "(?<a-b>a)x" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid named capture: `(?<a-b>`",
    ),
    (
        'mustRegexMatch "(?P=n)" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid or unsupported Perl syntax: `(?P`",
    ),
    (
        'mustRegexMatch "(?<>a)" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid named capture: `(?<>`",
    ),
    (
        'mustRegexMatch "a\\\\" "a"',
        "error calling mustRegexMatch: error parsing regexp: trailing backslash at end of expression: ``",
    ),
    (
        'regexFind "`(" "a"',
        'error calling regexFind: regexp: Compile("`("): error parsing regexp: missing closing ): ``(`',
    ),
    (
        'regexFind "é(" "a"',
        "error calling regexFind: regexp: Compile(`é(`): error parsing regexp: missing closing ): `é(`",
    ),
    (
        'regexFind ("é" | trunc 1) "é"',
        'error calling regexFind: regexp: Compile("\\xc3"): error parsing regexp: invalid UTF-8: `\udcc3`',
    ),
    (
        'regexFind (printf "a%s" ("é" | trunc 1)) "é"',
        'error calling regexFind: regexp: Compile("a\\xc3"): error parsing regexp: invalid UTF-8: `\udcc3`',
    ),
    (
        'mustRegexMatch (printf "(%s" ("é" | trunc 1)) "é"',
        "error calling mustRegexMatch: error parsing regexp: invalid UTF-8: `\udcc3`",
    ),
    (
        'mustRegexMatch "((((a{1000}){10}){10}){10})" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid repeat count: `{10}`",
    ),
    (
        'mustRegexMatch "(a{100}){100}" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid repeat count: `{100}`",
    ),
    (
        'mustRegexMatch "\\\\x{110000}" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid escape sequence: `\\x{110000`",
    ),
    (
        'mustRegexMatch "\\\\pX" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid character class range: `\\pX`",
    ),
    (
        'mustRegexMatch "\\\\p" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid character class range: `\\p`",
    ),
    (
        'mustRegexMatch "\\\\p{" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid character class range: `\\p{`",
    ),
    ('mustRegexMatch "[a" "a"', "error calling mustRegexMatch: error parsing regexp: missing closing ]: `[a`"),
    ('mustRegexMatch "a)" "a"', "error calling mustRegexMatch: error parsing regexp: unexpected ): `a)`"),
    ('mustRegexMatch "(a" "a"', "error calling mustRegexMatch: error parsing regexp: missing closing ): `(a`"),
    (
        'mustRegexMatch "x**" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid nested repetition operator: `**`",
    ),
    (
        'mustRegexMatch "?" "a"',
        "error calling mustRegexMatch: error parsing regexp: missing argument to repetition operator: `?`",
    ),
    (
        'mustRegexMatch "(?i" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid or unsupported Perl syntax: `(?i`",
    ),
    (
        'mustRegexMatch "(?" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid or unsupported Perl syntax: `(?`",
    ),
    (
        'mustRegexMatch "(?x)a" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid or unsupported Perl syntax: `(?x`",
    ),
    (
        'mustRegexMatch "(?-)" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid or unsupported Perl syntax: `(?-)`",
    ),
    (
        'mustRegexMatch "(?i-)" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid or unsupported Perl syntax: `(?i-)`",
    ),
    (
        'mustRegexMatch "[a-\\\\d]" "-"',
        "error calling mustRegexMatch: error parsing regexp: invalid escape sequence: `\\d`",
    ),
    (
        'mustRegexMatch "[z-a]" "-"',
        "error calling mustRegexMatch: error parsing regexp: invalid character class range: `z-a`",
    ),
    (
        'mustRegexMatch "[[:foo:]]" "-"',
        "error calling mustRegexMatch: error parsing regexp: invalid character class range: `[:foo:]`",
    ),
    (
        'mustRegexMatch "a{2,1}" "-"',
        "error calling mustRegexMatch: error parsing regexp: invalid repeat count: `{2,1}`",
    ),
    (
        'mustRegexMatch "\\\\Z" "-"',
        "error calling mustRegexMatch: error parsing regexp: invalid escape sequence: `\\Z`",
    ),
    (
        'mustRegexMatch "\\\\1" "-"',
        "error calling mustRegexMatch: error parsing regexp: invalid escape sequence: `\\1`",
    ),
    (
        'mustRegexMatch "(?!x)" "-"',
        "error calling mustRegexMatch: error parsing regexp: invalid or unsupported Perl syntax: `(?!`",
    ),
    (
        'mustRegexMatch "(?<=x)" "-"',
        "error calling mustRegexMatch: error parsing regexp: invalid named capture: `(?<=x)`",
    ),
    (
        'mustRegexMatch "(?<!x)" "-"',
        "error calling mustRegexMatch: error parsing regexp: invalid named capture: `(?<!x)`",
    ),
    (
        'mustRegexMatch "(?=x)" "-"',
        "error calling mustRegexMatch: error parsing regexp: invalid or unsupported Perl syntax: `(?=`",
    ),
    (
        'mustRegexMatch "(?>x)" "-"',
        "error calling mustRegexMatch: error parsing regexp: invalid or unsupported Perl syntax: `(?>`",
    ),
    (
        'mustRegexMatch "(?#x)" "-"',
        "error calling mustRegexMatch: error parsing regexp: invalid or unsupported Perl syntax: `(?#`",
    ),
    ('mustRegexFind "[" "x"', "error calling mustRegexFind: error parsing regexp: missing closing ]: `[`"),
    ('mustRegexFindAll "[" "x" 1', "error calling mustRegexFindAll: error parsing regexp: missing closing ]: `[`"),
    (
        'mustRegexReplaceAll "[" "x" ""',
        "error calling mustRegexReplaceAll: error parsing regexp: missing closing ]: `[`",
    ),
    (
        'mustRegexReplaceAllLiteral "[" "x" ""',
        "error calling mustRegexReplaceAllLiteral: error parsing regexp: missing closing ]: `[`",
    ),
    ('mustRegexSplit "[" "x" 1', "error calling mustRegexSplit: error parsing regexp: missing closing ]: `[`"),
    (
        'regexFindAll "[" "x" 1',
        "error calling regexFindAll: regexp: Compile(`[`): error parsing regexp: missing closing ]: `[`",
    ),
    (
        'regexReplaceAll "[" "x" ""',
        "error calling regexReplaceAll: regexp: Compile(`[`): error parsing regexp: missing closing ]: `[`",
    ),
    (
        'regexReplaceAllLiteral "[" "x" ""',
        "error calling regexReplaceAllLiteral: regexp: Compile(`[`): error parsing regexp: missing closing ]: `[`",
    ),
    (
        'regexSplit "[" "x" 1',
        "error calling regexSplit: regexp: Compile(`[`): error parsing regexp: missing closing ]: `[`",
    ),
    ('regexFindAll "a" 5 1', "expected string; found 5"),
    (
        'mustRegexMatch "a{1001}" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid repeat count: `{1001}`",
    ),
    (
        'mustRegexMatch "a{1001}?" "a"',
        "error calling mustRegexMatch: error parsing regexp: invalid repeat count: `{1001}`",
    ),
    ('regexMatch "a" nil', "cannot assign nil to string"),
    ('mustRegexMatch "[a-" "x"', "error calling mustRegexMatch: error parsing regexp: missing closing ]: `[a-`"),
    ('mustRegexMatch "[^" "x"', "error calling mustRegexMatch: error parsing regexp: missing closing ]: `[^`"),
    ('mustRegexMatch "[]" "x"', "error calling mustRegexMatch: error parsing regexp: missing closing ]: `[]`"),
]


@pytest.mark.parametrize(("call", "want"), ANSWERS, ids=[call for call, _ in ANSWERS])
def test_answers(call: str, want: str) -> None:
    assert shown(call) == want


@pytest.mark.parametrize(("call", "want"), FAULTS, ids=[call for call, _ in FAULTS])
def test_faults(call: str, want: str) -> None:
    assert fault(call) == want


def test_a_reference_of_many_digits_is_a_group_that_is_not_there() -> None:
    assert shown('regexReplaceAll "a" "bab" (printf "<$%s>" (repeat 5000 "9"))').partition("|")[0] == "b<>b"
