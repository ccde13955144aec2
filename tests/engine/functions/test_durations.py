"""Durations, against what Helm 4.3.1 gave."""

from __future__ import annotations

import pytest

from purehelm.engine.functions.durations import parse_duration
from purehelm.engine.template.function import FunctionError
from tests.engine.functions.calls import fault, shown

# The value as it shows, its Go type, its JSON.
ANSWERS = [
    ('mustToDuration "1h30m"', "1h30m0s|time.Duration|5400000000000"),
    ('mustToDuration "-1.5h"', "-1h30m0s|time.Duration|-5400000000000"),
    ('mustToDuration "+5s"', "5s|time.Duration|5000000000"),
    ('mustToDuration "2.5"', "2.5s|time.Duration|2500000000"),
    ('mustToDuration "1e3"', "16m40s|time.Duration|1000000000000"),
    ('mustToDuration "1_000"', "16m40s|time.Duration|1000000000000"),
    ('mustToDuration "0x1p4"', "16s|time.Duration|16000000000"),
    ('mustToDuration "0"', "0s|time.Duration|0"),
    ('mustToDuration "-0"', "0s|time.Duration|0"),
    ('mustToDuration ".5s"', "500ms|time.Duration|500000000"),
    ('mustToDuration "5.s"', "5s|time.Duration|5000000000"),
    ('mustToDuration "1µs"', "1µs|time.Duration|1000"),
    ('mustToDuration "1μs"', "1µs|time.Duration|1000"),
    ('mustToDuration "9223372036854775807ns"', "2562047h47m16.854775807s|time.Duration|9223372036854775807"),
    ('mustToDuration "-9223372036854775808ns"', "-2562047h47m16.854775808s|time.Duration|-9223372036854775808"),
    ('mustToDuration "\\u20283s\\u3000"', "3s|time.Duration|3000000000"),
    ('mustToDuration "0.3333333333333333333h"', "20m0s|time.Duration|1200000000000"),
    ('mustToDuration "1.99999999999999999999999s"', "2s|time.Duration|2000000000"),
    ('mustToDuration "9223372036.854775807"', "-2562047h47m16.854775808s|time.Duration|-9223372036854775808"),
    ('mustToDuration "1ms2us3ns"', "1.002003ms|time.Duration|1002003"),
    ('mustToDuration "5"', "5s|time.Duration|5000000000"),
    ("mustToDuration 0", "0s|time.Duration|0"),
    ("mustToDuration 3661", "1h1m1s|time.Duration|3661000000000"),
    ("mustToDuration -1", "-1s|time.Duration|-1000000000"),
    ("mustToDuration 1.5", "1.5s|time.Duration|1500000000"),
    ("mustToDuration 9223372036", "2562047h47m16s|time.Duration|9223372036000000000"),
    ("mustToDuration (int64 5)", "5s|time.Duration|5000000000"),
    ('mustToDuration (mustToDuration "90s")', "1m30s|time.Duration|90000000000"),
    ("mustToDuration 'a'", "1m37s|time.Duration|97000000000"),
    ('mustToDuration (semver "1.2.3").Major', "1s|time.Duration|1000000000"),
    ('durationSeconds "1h2m3.456789012s"', "3723.456789012|float64|3723.456789012"),
    ('durationSeconds "-90m"', "-5400|float64|-5400"),
    ('durationSeconds "x"', "0|float64|0"),
    ("durationSeconds 259200", "259200|float64|259200"),
    ("durationSeconds nil", "0|float64|0"),
    ('durationMilliseconds "1h2m3.456789012s"', "3723456|int64|3723456"),
    ('durationMilliseconds "-90m"', "-5400000|int64|-5400000"),
    ('durationMilliseconds "x"', "0|int64|0"),
    ("durationMilliseconds 259200", "259200000|int64|259200000"),
    ("durationMilliseconds nil", "0|int64|0"),
    ('durationMicroseconds "1h2m3.456789012s"', "3723456789|int64|3723456789"),
    ('durationMicroseconds "-90m"', "-5400000000|int64|-5400000000"),
    ('durationMicroseconds "x"', "0|int64|0"),
    ("durationMicroseconds 259200", "259200000000|int64|259200000000"),
    ("durationMicroseconds nil", "0|int64|0"),
    ('durationNanoseconds "1h2m3.456789012s"', "3723456789012|int64|3723456789012"),
    ('durationNanoseconds "-90m"', "-5400000000000|int64|-5400000000000"),
    ('durationNanoseconds "x"', "0|int64|0"),
    ("durationNanoseconds 259200", "259200000000000|int64|259200000000000"),
    ("durationNanoseconds nil", "0|int64|0"),
    ('durationMinutes "1h2m3.456789012s"', "62.0576131502|float64|62.0576131502"),
    ('durationMinutes "-90m"', "-90|float64|-90"),
    ('durationMinutes "x"', "0|float64|0"),
    ("durationMinutes 259200", "4320|float64|4320"),
    ("durationMinutes nil", "0|float64|0"),
    ('durationHours "1h2m3.456789012s"', "1.0342935525033334|float64|1.0342935525033334"),
    ('durationHours "-90m"', "-1.5|float64|-1.5"),
    ('durationHours "x"', "0|float64|0"),
    ("durationHours 259200", "72|float64|72"),
    ("durationHours nil", "0|float64|0"),
    ('durationDays "1h2m3.456789012s"', "0.04309556468763889|float64|0.04309556468763889"),
    ('durationDays "-90m"', "-0.0625|float64|-0.0625"),
    ('durationDays "x"', "0|float64|0"),
    ("durationDays 259200", "3|float64|3"),
    ("durationDays nil", "0|float64|0"),
    ('durationWeeks "1h2m3.456789012s"', "0.00615650924109127|float64|0.00615650924109127"),
    ('durationWeeks "-90m"', "-0.008928571428571428|float64|-0.008928571428571428"),
    ('durationWeeks "x"', "0|float64|0"),
    ("durationWeeks 259200", "0.42857142857142855|float64|0.42857142857142855"),
    ("durationWeeks nil", "0|float64|0"),
    ('durationRoundTo "2h13m29s" "30s"', "2h13m30s|time.Duration|8010000000000"),
    ('durationRoundTo "-2h13m45s" "30s"', "-2h14m0s|time.Duration|-8040000000000"),
    ('durationRoundTo "1.5s" "1s"', "2s|time.Duration|2000000000"),
    ('durationRoundTo "x" "1s"', "0s|time.Duration|0"),
    ('durationRoundTo "1h" "x"', "1h0m0s|time.Duration|3600000000000"),
    ('durationRoundTo "1h" 0', "1h0m0s|time.Duration|3600000000000"),
    ('durationRoundTo "1h" "-1m"', "1h0m0s|time.Duration|3600000000000"),
    ('durationRoundTo "9223372036854775807ns" "1h"', "2562047h47m16.854775807s|time.Duration|9223372036854775807"),
    ('durationRoundTo "-9223372036854775808ns" "1h"', "-2562047h47m16.854775808s|time.Duration|-9223372036854775808"),
    ("durationRoundTo nil nil", "0s|time.Duration|0"),
    ('durationTruncateTo "2h13m29s" "30s"', "2h13m0s|time.Duration|7980000000000"),
    ('durationTruncateTo "-2h13m45s" "30s"', "-2h13m30s|time.Duration|-8010000000000"),
    ('durationTruncateTo "1.5s" "1s"', "1s|time.Duration|1000000000"),
    ('durationTruncateTo "x" "1s"', "0s|time.Duration|0"),
    ('durationTruncateTo "1h" "x"', "1h0m0s|time.Duration|3600000000000"),
    ('durationTruncateTo "1h" 0', "1h0m0s|time.Duration|3600000000000"),
    ('durationTruncateTo "1h" "-1m"', "1h0m0s|time.Duration|3600000000000"),
    ('durationTruncateTo "9223372036854775807ns" "1h"', "2562047h0m0s|time.Duration|9223369200000000000"),
    ('durationTruncateTo "-9223372036854775808ns" "1h"', "-2562047h0m0s|time.Duration|-9223369200000000000"),
    ("durationTruncateTo nil nil", "0s|time.Duration|0"),
    ('(mustToDuration "-1h2m3.456789s").String', '-1h2m3.456789s|string|"-1h2m3.456789s"'),
    ('(mustToDuration "-1h2m3.456789s").Hours', "-1.0342935525|float64|-1.0342935525"),
    ('(mustToDuration "-1h2m3.456789s").Minutes', "-62.05761315|float64|-62.05761315"),
    ('(mustToDuration "-1h2m3.456789s").Seconds', "-3723.456789|float64|-3723.456789"),
    ('(mustToDuration "-1h2m3.456789s").Milliseconds', "-3723456|int64|-3723456"),
    ('(mustToDuration "-1h2m3.456789s").Microseconds', "-3723456789|int64|-3723456789"),
    ('(mustToDuration "-1h2m3.456789s").Nanoseconds', "-3723456789000|int64|-3723456789000"),
    ('(mustToDuration "-1h2m3.456789s").Abs', "1h2m3.456789s|time.Duration|3723456789000"),
    ('(mustToDuration "-9223372036854775808ns").Abs', "2562047h47m16.854775807s|time.Duration|9223372036854775807"),
    ('(mustToDuration "1h7m").Round (mustToDuration "15m")', "1h0m0s|time.Duration|3600000000000"),
    ('(mustToDuration "1h14m").Truncate (mustToDuration "15m")', "1h0m0s|time.Duration|3600000000000"),
    ('toYaml (dict "a" (mustToDuration "1h"))', 'a: 3600000000000|string|"a: 3600000000000"'),
    ('toToml (dict "a" (mustToDuration "1h"))', 'a = "1h0m0s"\n|string|"a = \\"1h0m0s\\"\\n"'),
    ('kindOf (mustToDuration "1h")', 'int64|string|"int64"'),
    ('int64 (mustToDuration "1h")', "0|int64|0"),
    ('default 3 (mustToDuration "0s")', "3|int|3"),
    (
        'printf "%v %d %s" (mustToDuration "1m") (mustToDuration "1m") (mustToDuration "1m")',
        '1m0s 60000000000 1m0s|string|"1m0s 60000000000 1m0s"',
    ),
]
FAULTS = [
    (
        'mustToDuration "9223372036854775809ns"',
        'error calling mustToDuration: could not parse duration "9223372036854775809ns"',
    ),
    ('mustToDuration "0x10"', 'error calling mustToDuration: could not parse duration "0x10"'),
    ('mustToDuration "1d"', 'error calling mustToDuration: could not parse duration "1d"'),
    ('mustToDuration ""', "error calling mustToDuration: empty duration"),
    ('mustToDuration " "', "error calling mustToDuration: empty duration"),
    ('mustToDuration ".s"', 'error calling mustToDuration: could not parse duration ".s"'),
    ('mustToDuration "-"', 'error calling mustToDuration: could not parse duration "-"'),
    ('mustToDuration "1h 2m"', 'error calling mustToDuration: could not parse duration "1h 2m"'),
    (
        'mustToDuration "9223372036854775808ns"',
        'error calling mustToDuration: could not parse duration "9223372036854775808ns"',
    ),
    (
        'mustToDuration "99999999999999999999s"',
        'error calling mustToDuration: could not parse duration "99999999999999999999s"',
    ),
    (
        'mustToDuration "99999999999999999999x"',
        'error calling mustToDuration: could not parse duration "99999999999999999999x"',
    ),
    ('mustToDuration "nan"', "error calling mustToDuration: invalid duration seconds: NaN"),
    ('mustToDuration "inf"', "error calling mustToDuration: invalid duration seconds: +Inf"),
    ('mustToDuration "-inf"', "error calling mustToDuration: invalid duration seconds: -Inf"),
    ('mustToDuration "9223372036.9"', "error calling mustToDuration: duration seconds overflow: 9.2233720369e+09"),
    ('mustToDuration "1e400"', 'error calling mustToDuration: could not parse duration "1e400"'),
    ('mustToDuration "1__0"', 'error calling mustToDuration: could not parse duration "1__0"'),
    ('mustToDuration "3é"', 'error calling mustToDuration: could not parse duration "3é"'),
    ("mustToDuration 9223372037", "error calling mustToDuration: duration seconds overflow: 9223372037"),
    ("mustToDuration -9223372037", "error calling mustToDuration: duration seconds overflow: -9223372037"),
    ("mustToDuration 1e10", "error calling mustToDuration: duration seconds overflow: 1e+10"),
    ("mustToDuration nil", "error calling mustToDuration: invalid duration"),
    ("mustToDuration true", "error calling mustToDuration: unsupported duration type bool"),
    ("mustToDuration (list)", "error calling mustToDuration: unsupported duration type []interface {}"),
    ('mustToDuration (float64 "nan")', "error calling mustToDuration: invalid duration seconds: NaN"),
    ('mustToDuration (float64 "inf")', "error calling mustToDuration: invalid duration seconds: +Inf"),
    ('mustToDuration (semver "1")', "error calling mustToDuration: unsupported duration type *semver.Version"),
    ('(mustToDuration "1h").Foo', "can't evaluate field Foo in type time.Duration"),
]


@pytest.mark.parametrize(("call", "want"), ANSWERS, ids=[call for call, _ in ANSWERS])
def test_answers(call: str, want: str) -> None:
    assert shown(call) == want


@pytest.mark.parametrize(("call", "want"), FAULTS, ids=[call for call, _ in FAULTS])
def test_faults(call: str, want: str) -> None:
    assert fault(call) == want


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [("1h30m", 5_400_000_000_000), ("-1.5s", -1_500_000_000), ("0", 0), ("1ns", 1)],
)
def test_parsed(text: str, nanoseconds: int) -> None:
    assert parse_duration(text) == nanoseconds


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("5x", 'time: unknown unit "x" in duration "5x"'),
        ("5", 'time: missing unit in duration "5"'),
        ("", 'time: invalid duration ""'),
        ("9" * 5000 + "s", f'time: invalid duration "{"9" * 5000}s"'),
        ("5é", 'time: unknown unit "\\xc3\\xa9" in duration "5\\xc3\\xa9"'),
    ],
    ids=["unit", "no unit", "empty", "too long", "bytes"],
)
def test_unparsed(text: str, want: str) -> None:
    with pytest.raises(FunctionError) as caught:
        parse_duration(text)
    assert str(caught.value) == want
