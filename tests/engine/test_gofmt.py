"""Go's Printf, Print and Println, against what Helm 4.3.1's printf, print and println gave."""

from __future__ import annotations

import re
from typing import Any

import pytest

from purehelm.engine.gofmt import sprint, sprintf, sprintln, text_of
from purehelm.engine.govalues import (
    Duration,
    Int32,
    Int64,
    IntList,
    Pointer,
    StringList,
    StringMap,
    Struct,
    TypedNil,
    Uint8,
    Uint64,
    Values,
)

PRINTF: list[tuple[str, list[Any], str]] = [
    ("%v", [255], "255"),
    ("%d", [255], "255"),
    ("%5d", [255], "  255"),
    ("%-5d|", [255], "255  |"),
    ("%05d", [255], "00255"),
    ("%+d", [255], "+255"),
    ("% d", [255], " 255"),
    ("%x", [255], "ff"),
    ("%X", [255], "FF"),
    ("%#x", [255], "0xff"),
    ("%o", [255], "377"),
    ("%#o", [255], "0377"),
    ("%O", [255], "0o377"),
    ("%b", [255], "11111111"),
    ("%#b", [255], "0b11111111"),
    ("%c", [255], "ÿ"),
    ("%q", [255], "'ÿ'"),
    ("%+q", [255], "'\\u00ff'"),
    ("%U", [255], "U+00FF"),
    ("%#U", [255], "U+00FF 'ÿ'"),
    ("%.5d", [255], "00255"),
    ("%8.3d", [255], "     255"),
    ("%-08d|", [255], "255     |"),
    ("%e", [255], "%!e(int=255)"),
    ("%s", [255], "%!s(int=255)"),
    ("%t", [255], "%!t(int=255)"),
    ("%#v", [255], "255"),
    ("%T", [255], "int"),
    ("%p", [255], "%!p(int=255)"),
    ("%.0d", [255], "255"),
    ("%012.3d", [255], "         255"),
    ("%#08x", [255], "0x000000ff"),
    ("%d", [-42], "-42"),
    ("%x", [-42], "-2a"),
    ("%+d", [-42], "-42"),
    ("%05d", [-42], "-0042"),
    ("%c", [-42], "�"),
    ("%q", [-42], "'�'"),
    ("%U", [-42], "U+FFFFFFFFFFFFFFD6"),
    ("%#v", [-42], "-42"),
    ("%.3d", [-42], "-042"),
    ("%.0d|%5.0d|", [0, 0], "|     |"),
    ("%c%q%#U", [128512, 128512, 128512], "😀'😀'U+1F600 '😀'"),
    ("%c%q%+q", [1114112, 55296, 233], "�'�''\\u00e9'"),
    ("%q%q%q", [39, 34, 10], "'\\'''\"''\\n'"),
    ("%v", [3.14159], "3.14159"),
    ("%f", [3.14159], "3.141590"),
    ("%.2f", [3.14159], "3.14"),
    ("%8.3f", [3.14159], "   3.142"),
    ("%-8.1f|", [3.14159], "3.1     |"),
    ("%08.2f", [3.14159], "00003.14"),
    ("%+.2e", [3.14159], "+3.14e+00"),
    ("%E", [3.14159], "3.141590E+00"),
    ("%g", [3.14159], "3.14159"),
    ("%G", [3.14159], "3.14159"),
    ("%x", [3.14159], "0x1.921f9f01b866ep+01"),
    ("%X", [3.14159], "0X1.921F9F01B866EP+01"),
    ("%.3x", [3.14159], "0x1.922p+01"),
    ("%b", [3.14159], "7074231776675438p-51"),
    ("%#v", [3.14159], "3.14159"),
    ("%#g", [3.14159], "3.14159"),
    ("%#.3g", [3.14159], "3.14"),
    ("%#f", [3.14159], "3.141590"),
    ("%#.0f", [3.14159], "3."),
    ("% f", [3.14159], " 3.141590"),
    ("%F", [3.14159], "3.141590"),
    ("%d", [3.14159], "%!d(float64=3.14159)"),
    ("%s", [3.14159], "%!s(float64=3.14159)"),
    ("%T", [3.14159], "float64"),
    ("%+v", [3.14159], "3.14159"),
    ("%6v", [3.14159], "3.14159"),
    ("%.3v", [3.14159], "3.14"),
    ("%#x", [3.14159], "0x1.921f9f01b866ep+01"),
    (
        "%v|%g|%e|%f|%.3g|%#g|%x|%b|%G",
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        "0|0|0.000000e+00|0.000000|0|0.00000|0x0p+00|0p-1074|0",
    ),
    (
        "%v|%g|%e|%f|%.3g|%#g|%x|%b|%G",
        [-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0],
        "-0|-0|-0.000000e+00|-0.000000|-0|-0.00000|-0x0p+00|-0p-1074|-0",
    ),
    (
        "%v|%g|%e|%f|%.3g|%#g|%x|%b|%G",
        [1000000.0, 1000000.0, 1000000.0, 1000000.0, 1000000.0, 1000000.0, 1000000.0, 1000000.0, 1000000.0],
        "1e+06|1e+06|1.000000e+06|1000000.000000|1e+06|1.00000e+06|0x1.e848p+19|8589934592000000p-33|1E+06",
    ),
    (
        "%v|%g|%e|%f|%.3g|%#g|%x|%b|%G",
        [1e20, 1e20, 1e20, 1e20, 1e20, 1e20, 1e20, 1e20, 1e20],
        "1e+20|1e+20|1.000000e+20|100000000000000000000.000000|1e+20|1.00000e+20|0x1.5af1d78b58c4p+66|6103515625000000p+14|1E+20",
    ),
    (
        "%v|%g|%e|%f|%.3g|%#g|%x|%b|%G",
        [1e21, 1e21, 1e21, 1e21, 1e21, 1e21, 1e21, 1e21, 1e21],
        "1e+21|1e+21|1.000000e+21|1000000000000000000000.000000|1e+21|1.00000e+21|0x1.b1ae4d6e2ef5p+69|7629394531250000p+17|1E+21",
    ),
    (
        "%v|%g|%e|%f|%.3g|%#g|%x|%b|%G",
        [1e-05, 1e-05, 1e-05, 1e-05, 1e-05, 1e-05, 1e-05, 1e-05, 1e-05],
        "1e-05|1e-05|1.000000e-05|0.000010|1e-05|1.00000e-05|0x1.4f8b588e368f1p-17|5902958103587057p-69|1E-05",
    ),
    (
        "%v|%g|%e|%f|%.3g|%#g|%x|%b|%G",
        [0.0001, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001],
        "0.0001|0.0001|1.000000e-04|0.000100|0.0001|0.000100000|0x1.a36e2eb1c432dp-14|7378697629483821p-66|0.0001",
    ),
    (
        "%v|%g|%e|%f|%.3g|%#g|%x|%b|%G",
        [100000.0, 100000.0, 100000.0, 100000.0, 100000.0, 100000.0, 100000.0, 100000.0, 100000.0],
        "100000|100000|1.000000e+05|100000.000000|1e+05|100000.|0x1.86ap+16|6871947673600000p-36|100000",
    ),
    (
        "%v|%g|%e|%f|%.3g|%#g|%x|%b|%G",
        [
            123456789.0,
            123456789.0,
            123456789.0,
            123456789.0,
            123456789.0,
            123456789.0,
            123456789.0,
            123456789.0,
            123456789.0,
        ],
        "1.23456789e+08|1.23456789e+08|1.234568e+08|123456789.000000|1.23e+08|1.23456789e+08|0x1.d6f3454p+26|8285044862877696p-26|1.23456789E+08",
    ),
    (
        "%v|%g|%e|%f|%.3g|%#g|%x|%b|%G",
        [1e100, 1e100, 1e100, 1e100, 1e100, 1e100, 1e100, 1e100, 1e100],
        "1e+100|1e+100|1.000000e+100|10000000000000000159028911097599180468360808563945281389781327557747838772170381060813469985856815104.000000|1e+100|1.00000e+100|0x1.249ad2594c37dp+332|5147557589468029p+280|1E+100",
    ),
    (
        "%v|%g|%e|%f|%.3g|%#g|%x|%b|%G",
        [5e-324, 5e-324, 5e-324, 5e-324, 5e-324, 5e-324, 5e-324, 5e-324, 5e-324],
        "5e-324|5e-324|4.940656e-324|0.000000|4.94e-324|5.00000e-324|0x1p-1074|1p-1074|5E-324",
    ),
    (
        "%v|%g|%e|%f|%.3g|%#g|%x|%b|%G",
        [
            1.7976931348623157e308,
            1.7976931348623157e308,
            1.7976931348623157e308,
            1.7976931348623157e308,
            1.7976931348623157e308,
            1.7976931348623157e308,
            1.7976931348623157e308,
            1.7976931348623157e308,
            1.7976931348623157e308,
        ],
        "1.7976931348623157e+308|1.7976931348623157e+308|1.797693e+308|179769313486231570814527423731704356798070567525844996598917476803157260780028538760589558632766878171540458953514382464234321326889464182768467546703537516986049910576551282076245490090389328944075868508455133942304583236903222948165808559332123348274797826204144723168738177180919299881250404026184124858368.000000|1.8e+308|1.7976931348623157e+308|0x1.fffffffffffffp+1023|9007199254740991p+971|1.7976931348623157E+308",
    ),
    (
        "%v|%+v|% v|%06v|%-6v|%f|%x|%#v|%+f",
        [
            float("inf"),
            float("inf"),
            float("inf"),
            float("inf"),
            float("inf"),
            float("inf"),
            float("inf"),
            float("inf"),
            float("inf"),
        ],
        "+Inf|+Inf| Inf|  +Inf|+Inf  |+Inf|+Inf|+Inf|+Inf",
    ),
    (
        "%v|%+v|% v|%06v|%-6v|%f|%x|%#v|%+f",
        [
            float("-inf"),
            float("-inf"),
            float("-inf"),
            float("-inf"),
            float("-inf"),
            float("-inf"),
            float("-inf"),
            float("-inf"),
            float("-inf"),
        ],
        "-Inf|-Inf|-Inf|  -Inf|-Inf  |-Inf|-Inf|-Inf|-Inf",
    ),
    (
        "%v|%+v|% v|%06v|%-6v|%f|%x|%#v|%+f",
        [
            float("nan"),
            float("nan"),
            float("nan"),
            float("nan"),
            float("nan"),
            float("nan"),
            float("nan"),
            float("nan"),
            float("nan"),
        ],
        "NaN|NaN| NaN|   NaN|NaN   |NaN|NaN|NaN|+NaN",
    ),
    ("%v", ["héo"], "héo"),
    ("%s", ["héo"], "héo"),
    ("%q", ["héo"], '"héo"'),
    ("%+q", ["héo"], '"h\\u00e9o"'),
    ("%#q", ["héo"], "`héo`"),
    ("%x", ["héo"], "68c3a96f"),
    ("%X", ["héo"], "68C3A96F"),
    ("% x", ["héo"], "68 c3 a9 6f"),
    ("%#x", ["héo"], "0x68c3a96f"),
    ("%# X", ["héo"], "0X68 0XC3 0XA9 0X6F"),
    ("%5s", ["héo"], "  héo"),
    ("%-7s|", ["héo"], "héo    |"),
    ("%05s", ["héo"], "00héo"),
    ("%.2s", ["héo"], "hé"),
    ("%.2q", ["héo"], '"hé"'),
    ("%.2x", ["héo"], "68c3"),
    ("%d", ["héo"], "%!d(string=héo)"),
    ("%t", ["héo"], "%!t(string=héo)"),
    ("%#v", ["héo"], '"héo"'),
    ("%T", ["héo"], "string"),
    ("%c", ["héo"], "%!c(string=héo)"),
    (
        "%#q|%#q|%#q|%q",
        ["a`b", "a\tb", "a\nb", "\u2028\x7f\U0001f600"],
        '"a`b"|`a\tb`|"a\\nb"|"\\u2028\\x7f\U0001f600"',
    ),
    ("%x|%5x|% x", ["", "", ""], "|     |"),
    ("%v", [True], "true"),
    ("%t", [True], "true"),
    ("%5t", [True], " true"),
    ("%-7v|", [True], "true   |"),
    ("%d", [True], "%!d(bool=true)"),
    ("%s", [True], "%!s(bool=true)"),
    ("%q", [True], "%!q(bool=true)"),
    ("%#v", [True], "true"),
    ("%T", [True], "bool"),
    ("%05t", [True], "0true"),
    ("%v", [None], "<nil>"),
    ("%d", [None], "%!d(<nil>)"),
    ("%s", [None], "%!s(<nil>)"),
    ("%T", [None], "<nil>"),
    ("%#v", [None], "<nil>"),
    ("%5v", [None], "<nil>"),
    ("%q", [None], "%!q(<nil>)"),
    ("%x", [None], "%!x(<nil>)"),
    ("%t", [None], "%!t(<nil>)"),
    ("%v", [[1, "a", None, 2.5, True]], "[1 a <nil> 2.5 true]"),
    ("%+v", [[1, "a", None, 2.5, True]], "[1 a <nil> 2.5 true]"),
    ("%#v", [[1, "a", None, 2.5, True]], '[]interface {}{1, "a", interface {}(nil), 2.5, true}'),
    ("%d", [[1, "a", None, 2.5, True]], "[1 %!d(string=a) <nil> %!d(float64=2.5) %!d(bool=true)]"),
    ("%s", [[1, "a", None, 2.5, True]], "[%!s(int=1) a <nil> %!s(float64=2.5) %!s(bool=true)]"),
    ("%q", [[1, "a", None, 2.5, True]], "['\\x01' \"a\" <nil> %!q(float64=2.5) %!q(bool=true)]"),
    ("%x", [[1, "a", None, 2.5, True]], "[1 61 <nil> 0x1.4p+01 %!x(bool=true)]"),
    ("%5v", [[1, "a", None, 2.5, True]], "[    1     a <nil>   2.5  true]"),
    ("%T", [[1, "a", None, 2.5, True]], "[]interface {}"),
    ("%t", [[1, "a", None, 2.5, True]], "[%!t(int=1) %!t(string=a) <nil> %!t(float64=2.5) true]"),
    ("%.1v", [[1, "a", None, 2.5, True]], "[1 a <nil> 2 true]"),
    ("%v", [{"k": [1, "x"], "n": None}], "map[k:[1 x] n:<nil>]"),
    ("%+v", [{"k": [1, "x"], "n": None}], "map[k:[1 x] n:<nil>]"),
    ("%#v", [{"k": [1, "x"], "n": None}], 'map[string]interface {}{"k":[]interface {}{1, "x"}, "n":interface {}(nil)}'),
    ("%d", [{"k": [1, "x"], "n": None}], "map[%!d(string=k):[1 %!d(string=x)] %!d(string=n):<nil>]"),
    ("%s", [{"k": [1, "x"], "n": None}], "map[k:[%!s(int=1) x] n:<nil>]"),
    ("%q", [{"k": [1, "x"], "n": None}], 'map["k":[\'\\x01\' "x"] "n":<nil>]'),
    ("%T", [{"k": [1, "x"], "n": None}], "map[string]interface {}"),
    ("%v", [StringList(["b", "a"])], "[b a]"),
    ("%v", [StringMap({"_0": "x", "_1": "y"})], "map[_0:x _1:y]"),
    ("%#v", [StringList(["b", "a"])], '[]string{"b", "a"}'),
    ("%#v", [StringMap({"_0": "x", "_1": "y"})], 'map[string]string{"_0":"x", "_1":"y"}'),
    ("%s", [StringList(["b", "a"])], "[b a]"),
    ("%s", [StringMap({"_0": "x", "_1": "y"})], "map[_0:x _1:y]"),
    ("%q", [StringList(["b", "a"])], '["b" "a"]'),
    ("%q", [StringMap({"_0": "x", "_1": "y"})], 'map["_0":"x" "_1":"y"]'),
    ("%d", [StringList(["b", "a"])], "[%!d(string=b) %!d(string=a)]"),
    ("%d", [StringMap({"_0": "x", "_1": "y"})], "map[%!d(string=_0):%!d(string=x) %!d(string=_1):%!d(string=y)]"),
    ("%T", [StringList(["b", "a"])], "[]string"),
    ("%T", [StringMap({"_0": "x", "_1": "y"})], "map[string]string"),
    ("%v", [IntList([0, 1, 2])], "[0 1 2]"),
    ("%#v", [IntList([0, 1, 2])], "[]int{0, 1, 2}"),
    ("%x", [IntList([0, 1, 2])], "[0 1 2]"),
    ("%03d", [IntList([0, 1, 2])], "[000 001 002]"),
    ("%v", [TypedNil("[]interface {}", "slice")], "[]"),
    ("%v", [[[], {}, TypedNil("[]interface {}", "slice")]], "[[] map[] []]"),
    ("%#v", [TypedNil("[]interface {}", "slice")], "[]interface {}(nil)"),
    (
        "%#v",
        [[[], {}, TypedNil("[]interface {}", "slice")]],
        "[]interface {}{[]interface {}{}, map[string]interface {}{}, []interface {}(nil)}",
    ),
    ("%d", [TypedNil("[]interface {}", "slice")], "[]"),
    ("%d", [[[], {}, TypedNil("[]interface {}", "slice")]], "[[] map[] []]"),
    ("%s", [TypedNil("[]interface {}", "slice")], "[]"),
    ("%s", [[[], {}, TypedNil("[]interface {}", "slice")]], "[[] map[] []]"),
    ("%v", [Duration(5400000000000)], "1h30m0s"),
    ("%d", [Duration(5400000000000)], "5400000000000"),
    ("%s", [Duration(5400000000000)], "1h30m0s"),
    ("%#v", [Duration(5400000000000)], "5400000000000"),
    ("%q", [Duration(5400000000000)], '"1h30m0s"'),
    ("%x", [Duration(5400000000000)], "316833306d3073"),
    ("%T", [Duration(5400000000000)], "time.Duration"),
    ("%8v", [Duration(5400000000000)], " 1h30m0s"),
    ("%+d", [Duration(5400000000000)], "+5400000000000"),
    ("%t", [Duration(5400000000000)], "%!t(time.Duration=5400000000000)"),
    ("%w", [Duration(5400000000000)], "%!w(time.Duration=5400000000000)"),
    ("%v", [2j], "(0+2i)"),
    ("%.1f", [2j], "(0.0+2.0i)"),
    ("%+v", [2j], "(0+2i)"),
    ("%#v", [2j], "(0+2i)"),
    ("%g", [2j], "(0+2i)"),
    ("%d", [2j], "%!d(complex128=(0+2i))"),
    ("%8.2f", [2j], "(    0.00   +2.00i)"),
    ("%T", [2j], "complex128"),
    ("%x", [2j], "(0x0p+00+0x1p+01i)"),
    ("%v %d %#v %T", [Int64(7), Int64(7), Int64(7), Int64(7)], "7 7 7 int64"),
    ("%d%%|%5%|", [1], "1%|%|"),
    ("%", [], "%!(NOVERB)"),
    ("%!", [], "%!!(MISSING)"),
    ("%z", [1], "%!z(int=1)"),
    ("%é", ["x"], "%!é(string=x)"),
    ("a%", [1], "a%!(NOVERB)%!(EXTRA int=1)"),
    ("%d", [], "%!d(MISSING)"),
    ("%d %d", [1], "1 %!d(MISSING)"),
    ("plain", [], "plain"),
    ("plain", [1, "a", None], "plain%!(EXTRA int=1, string=a, <nil>)"),
    ("%d", [1, 2.5, [1]], "1%!(EXTRA float64=2.5, []interface {}=[1])"),
    ("%[2]d %[1]d", [1, 2], "2 1"),
    ("%[3]d", [1], "%!d(BADINDEX)"),
    ("%[0]d", [1], "%!d(BADINDEX)"),
    ("%[x]d", [1], "%!d(BADINDEX)"),
    ("%[1", [1], "%!(NOVERB)"),
    ("%[]d", [1], "%!d(BADINDEX)"),
    ("%[1]", [1], "%!(NOVERB)"),
    ("%[2]*[1]d|", [7, 5], "    7|"),
    ("%[1]5d", [1], "%!d(BADINDEX)"),
    ("%[1].2f", [1.5], "%!f(BADINDEX)"),
    ("%.[2]*[1]f", [1.5, 3], "1.500"),
    ("%*d|", [5, 1], "    1|"),
    ("%*d|", [-5, 1], "1    |"),
    ("%0*d|", [-5, 1], "1    |"),
    ("%*d|", ["x", 1], "%!(BADWIDTH)1|"),
    ("%.*f", [2, 1.5], "1.50"),
    ("%.*f", [-2, 1.5], "%!(BADPREC)1.500000"),
    ("%.*f", ["x", 1.5], "%!(BADPREC)1.500000"),
    ("%*d", [10000001, 1], "%!(BADWIDTH)1"),
    ("%*", [], "%!(BADWIDTH)%!(NOVERB)"),
    ("%-+ #0v", [1], " 1"),
    ("%.d", [0], ""),
    ("%.", [1], "%!.(int=1)"),
    ("%99999999d", [1], "%!(NOVERB)%!(EXTRA int=1)"),
    ("%[99999999]d", [1], "%!d(BADINDEX)"),
    ("%s %s", ["a"], "a %!s(MISSING)"),
    ("%w", ["x"], "%!w(string=x)"),
    ("%w", [1], "%!w(int=1)"),
    ("%w", [[1]], "%!w([]interface {}=[1])"),
    ("%[1]d %d", [1, 2], "1 2"),
    ("%d %[1]d", [1, 2, 3], "1 1"),
]


@pytest.mark.parametrize(("form", "values", "want"), PRINTF, ids=[f"{form} {values}" for form, values, _ in PRINTF])
def test_printf(form: str, values: list[Any], want: str) -> None:
    assert sprintf(form, values) == want


class KubeVersion(Struct):
    go_type = "common.KubeVersion"

    def go_items(self) -> list[tuple[str, Any]]:
        return [("Version", "v1.37.0"), ("normalizedVersion", "v1.37.0"), ("Major", "1"), ("Minor", "37")]


class Version(Pointer):
    go_type = "*semver.Version"

    def go_string(self) -> str:
        return "1.2.3-a"

    def go_items(self) -> list[tuple[str, Any]]:
        return [("major", Uint64(1)), ("pre", "a")]


class Holder(Struct):
    go_type = "test.Holder"

    def go_items(self) -> list[tuple[str, Any]]:
        return [("Shown", Duration(1)), ("hidden", [Duration(1), Version(), None])]


class Float32(float):
    go_type = "float32"
    go_kind = "float32"


@pytest.mark.parametrize(
    ("form", "value", "want"),
    [
        ("%v", KubeVersion(), "{v1.37.0 v1.37.0 1 37}"),
        ("%+v", KubeVersion(), "{Version:v1.37.0 normalizedVersion:v1.37.0 Major:1 Minor:37}"),
        (
            "%#v",
            KubeVersion(),
            'common.KubeVersion{Version:"v1.37.0", normalizedVersion:"v1.37.0", Major:"1", Minor:"37"}',
        ),
        ("%s", KubeVersion(), "{v1.37.0 v1.37.0 1 37}"),
        ("%d", KubeVersion(), "{%!d(string=v1.37.0) %!d(string=v1.37.0) %!d(string=1) %!d(string=37)}"),
        ("%q", KubeVersion(), '{"v1.37.0" "v1.37.0" "1" "37"}'),
        ("%v", Version(), "1.2.3-a"),
        ("%+v", Version(), "1.2.3-a"),
        ("%q", Version(), '"1.2.3-a"'),
        ("%x", Version(), "312e322e332d61"),
        ("%d", Version(), "&{1 %!d(string=a)}"),
        ("%t", Version(), "&{%!t(uint64=1) %!t(string=a)}"),
        ("%#v", Version(), '&semver.Version{major:0x1, pre:"a"}'),
        ("%v", [Version()], "[1.2.3-a]"),
        ("%v", TypedNil("*semver.Version", "ptr"), "<nil>"),
        ("%#v", TypedNil("*semver.Version", "ptr"), "(*semver.Version)(nil)"),
        ("%p", TypedNil("*semver.Version", "ptr"), "0x0"),
        ("%d", TypedNil("*semver.Version", "ptr"), "0"),
        ("%s", TypedNil("*semver.Version", "ptr"), "%!s(*semver.Version=<nil>)"),
        ("%v", TypedNil("map[string]interface {}", "map"), "map[]"),
        ("%#v", TypedNil("map[string]interface {}", "map"), "map[string]interface {}(nil)"),
        ("%#v", TypedNil("[]uint8", "slice"), "[]uint8(nil)"),
        ("%s", TypedNil("[]uint8", "slice"), ""),
        ("%v", b"hi", "[104 105]"),
        ("%d", b"hi", "[104 105]"),
        ("%s", b"h\xff", "h\udcff"),
        ("%q", b"h\xff", '"h\\xff"'),
        ("% X", b"hi", "68 69"),
        ("%#v", b"hi", "[]byte{0x68, 0x69}"),
        ("%#v", [b"hi"], "[]interface {}{[]uint8{0x68, 0x69}}"),
        ("%t", b"h", "[%!t(uint8=104)]"),
        ("%o", b"h", "[150]"),
        ("%T", b"", "[]uint8"),
        ("%#v", Uint8(255), "0xff"),
        ("%v", Uint64(1 << 63), "9223372036854775808"),
        ("%v", Int32(120), "120"),
        ("%v", Float32(0.1), "0.1"),
        ("%b", Float32(1.5), "12582912p-23"),
        ("%v", Holder(), "{1ns [1 0x0 <nil>]}"),
        ("%#v", Values({"a": 1}), 'common.Values{"a":1}'),
        ("%v", {10: "a", 9: "b"}, "map[9:b 10:a]"),
        ("%q", "a\udcffb", '"a\\xffb"'),
        ("%x", "\udcff", "ff"),
        ("%\udcff", 1, "%!\ufffd(int=1)"),
        ("%v", {"\udcff": 1, "é": 2}, "map[é:2 \udcff:1]"),
    ],
)
def test_other_types(form: str, value: Any, want: str) -> None:
    got = re.sub(r"0x[0-9a-f]{6,}", "0x0", sprintf(form, [value]))
    assert got == want


def test_addresses() -> None:
    value = {"a": 1}
    where = f"{id(value):x}"
    assert sprintf("%p %#p", [value, value]) == f"0x{where} {where}"
    assert sprintf("%p", [1]) == "%!p(int=1)"
    inner = Version()
    assert sprintf("%d", [[inner]]) == f"[{id(inner)}]"
    assert sprintf("%t", [[inner]]).startswith("[%!t(*semver.Version=")


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "a",
        1,
        2.5,
        1e6,
        2j,
        b"ab",
        ["x", [1, None]],
        {"b": 1, "a": {}},
        Duration(1),
        Int64(5),
        Holder(),
        Version(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_short_way_agrees_with_printf(value: Any) -> None:
    assert re.sub(r"0x[0-9a-f]+", "", text_of(value)) == re.sub(r"0x[0-9a-f]+", "", sprintf("%1v", [value]))


def test_print_and_println() -> None:
    assert sprint(["a", 1, 2, "b", "c", None, True, [1]]) == "a1 2b" + "c<nil> true [1]"
    assert sprint([]) == ""
    assert sprintln(["a", 1, None]) == "a 1 <nil>\n"
    assert sprintln([]) == "\n"


@pytest.mark.parametrize(
    ("nanoseconds", "want"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1500, "1.5µs"),
        (2_000_000, "2ms"),
        (1_000_000_000, "1s"),
        (90_000_000_000, "1m30s"),
        (3_600_000_000_000, "1h0m0s"),
        (-5_400_500_000_000, "-1h30m0.5s"),
        (-1, "-1ns"),
    ],
)
def test_durations(nanoseconds: int, want: str) -> None:
    assert text_of(Duration(nanoseconds)) == want
