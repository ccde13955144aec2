"""Tables, times and forms as Helm prints them."""

from __future__ import annotations

import pytest

from purehelm.adapter.cli import output


def test_a_table_is_padded_with_blanks_and_has_tabs_between() -> None:
    assert output.table([("NAME", "URL"), ("a", "http://x")]) == "NAME\tURL     \na   \thttp://x\n"


def test_wide_characters_count_twice_and_long_cells_are_cut() -> None:
    assert output.table([("名",), ("abcd",)]) == "名  \nabcd\n"
    assert output.table([("abcdefgh",)], widest=6) == "abc...\n"


def test_an_empty_table_is_one_line_end() -> None:
    assert output.table([]) == "\n"


@pytest.mark.parametrize(
    ("text", "ansi", "go"),
    [
        ("2026-01-02T03:04:05.123456789Z", "Fri Jan  2 03:04:05 2026", "2026-01-02 03:04:05.123456789 +0000 UTC"),
        ("2026-11-12T13:14:15.1200-04:30", "Thu Nov 12 13:14:15 2026", "2026-11-12 13:14:15.12 -0430 -0430"),
        (None, "Mon Jan  1 00:00:00 0001", "-"),
        ("not a time", "Mon Jan  1 00:00:00 0001", "-"),
    ],
)
def test_times(text: str | None, ansi: str, go: str) -> None:
    assert (output.ansi_c(text), output.go_time(text)) == (ansi, go)


@pytest.mark.parametrize(
    ("form", "want"),
    [("json", '{"a":"\\u003cb\\u003e"}\n'), ("yaml", "a: <b>\n"), ("table", "A\n")],
)
def test_the_chosen_form_is_printed(form: str, want: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    output.show(form, {"a": "<b>"}, lambda: "A\n")

    assert capsysbinary.readouterr().out.decode() == want


def test_bytes_that_are_no_utf8_go_out_as_they_are(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    output.echo("a\udcff\n")

    assert capsysbinary.readouterr().out == b"a\xff\n"


def test_warnings_look_like_helms(capsys: pytest.CaptureFixture[str]) -> None:
    output.warn("this chart is deprecated")
    output.warn("plain")

    assert capsys.readouterr().err == 'level=WARN msg="this chart is deprecated"\nlevel=WARN msg=plain\n'
