"""The notes of a release: what the rendered NOTES.txt files say to people."""

from __future__ import annotations

from collections.abc import Mapping

SUFFIX = "NOTES.txt"


def take_notes(files: Mapping[str, str], chart: str, *, with_subcharts: bool = False) -> tuple[str, dict[str, str]]:
    """The notes of the chart of that name, and the files that are no notes.

    Every file whose path ends in NOTES.txt is taken out; those of subcharts are shown only on demand, by path (Helm's
    order is random).
    """
    own = f"{chart}/templates/{SUFFIX}"
    shown = [files[path] for path in sorted(files) if path.endswith(SUFFIX) and (with_subcharts or path == own)]
    notes = ""
    for text in shown:
        notes += ("\n" if notes else "") + text
    return notes, {path: text for path, text in files.items() if not path.endswith(SUFFIX)}
