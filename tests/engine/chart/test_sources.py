"""The user's values from every source, in Helm's order."""

from __future__ import annotations

from pathlib import Path

import pytest

from purehelm.engine.chart.sources import Reading, ValueSources, merged_values
from purehelm.engine.errors import EngineError, ValuesError


def test_sources_come_in_helms_order(tmp_path: Path) -> None:
    first, second, text = tmp_path / "1.yaml", tmp_path / "2.yaml", tmp_path / "t.txt"
    first.write_text("a: 1\nm: {x: 1, w: 1}\n")
    second.write_text("m: {w: 2}\n---\nd: doc\n")
    text.write_text("content")
    sources = ValueSources(
        files=(str(first), str(second)),
        json=('{"m": {"z": 3}}', "j=[1]"),
        set=("a=5,m.x=set",),
        strings=("a=6",),
        from_files=(f"f={text}",),
        literals=("a={x},y",),
    )

    assert merged_values(sources) == {
        "a": "{x},y",
        "m": {"x": "set", "w": 2.0, "z": 3.0},
        "d": "doc",
        "j": [1.0],
        "f": "content",
    }


def test_urls_and_standard_input_are_read_by_whom_we_are_given() -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return b"a: 1\n"

    reading = Reading(fetch=fetch, stdin=lambda: b"b: 2\n")

    assert merged_values(ValueSources(files=("https://x.example/v.yaml", " - ")), reading) == {"a": 1.0, "b": 2.0}
    assert asked == ["https://x.example/v.yaml"]


FAULTS = [
    (ValueSources(files=("nowhere.yaml",)), "open nowhere.yaml: no such file or directory"),
    (ValueSources(files=("ftp://x.example/v",)), "open ftp://x.example/v: no such file or directory"),
    (ValueSources(files=(".",)), "read .: is a directory"),
    (ValueSources(files=("a\0",)), 'parse "a\\x00": net/url: invalid control character in URL'),
    (ValueSources(files=("-",)), "failed to parse -: cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}"),
    (ValueSources(json=("{",)), "failed parsing --set-json data JSON: {"),
    (ValueSources(json=("a=nope",)), "failed parsing --set-json data a=nope"),
    (ValueSources(set=("a",)), 'failed parsing --set data: key "a" has no value'),
    (ValueSources(strings=("a",)), 'failed parsing --set-string data: key "a" has no value'),
    (ValueSources(from_files=("a=nowhere",)), "failed parsing --set-file data: open nowhere: no such file or directory"),
    (ValueSources(literals=("a",)), 'failed parsing --set-literal data: key "a" has no value'),
]  # fmt: skip


@pytest.mark.parametrize(("sources", "text"), FAULTS, ids=[row[1][:30] for row in FAULTS])
def test_faults_are_told_in_helms_words(
    sources: ValueSources, text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(EngineError) as caught:
        merged_values(sources, Reading(stdin=lambda: b"- 1\n"))

    assert str(caught.value) == text


def test_what_fetching_raises_comes_out() -> None:
    def fetch(url: str) -> bytes:
        raise ValuesError(f"failed to fetch {url} : 404 Not Found")

    with pytest.raises(ValuesError, match="404"):
        merged_values(ValueSources(files=("http://x.example/v",)), Reading(fetch=fetch))
