"""Cases whose answers the real Helm gave: JSON lines, in this folder and in the one that PUREHELM_CASES names."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

OWN = Path(__file__).parent / "cases"
ROOT = Path(__file__).resolve().parents[2]


def folders() -> list[Path]:
    """The project's own folder, then the large one: PUREHELM_CASES, else the one beside the checkout where it exists."""
    large = os.environ.get("PUREHELM_CASES")
    beside = ROOT.parent / "shared" / "corpus" / "mini"
    return [OWN, *([Path(large)] if large else [beside] if beside.exists() else [])]


def files(name: str) -> list[Path]:
    """The files of that name, such as `yaml.jsonl`."""
    return [folder / name for folder in folders() if (folder / name).exists()]


def read(path: Path) -> list[dict[str, Any]]:
    """The cases of one file, in its order."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def data(content: str | dict[str, str]) -> bytes:
    """A file's bytes: text, or base64 for what is no text."""
    return content.encode() if isinstance(content, str) else base64.b64decode(content["base64"])


def numbers(value: Any) -> Any:
    """The value with every integer as a float: JSON writes a whole float64 without a point."""
    if isinstance(value, dict):
        return {key: numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [numbers(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def check(
    path: Path,
    answer: Callable[[dict[str, Any]], Any],
    expected: Callable[[dict[str, Any]], Any],
    chosen: Callable[[dict[str, Any]], bool] = lambda case: True,
) -> None:
    """Compare the chosen cases of a file, print how many are equal, and fail with the first ten that are not."""
    cases = [case for case in read(path) if chosen(case)]
    different = []
    for case in cases:
        got, want = answer(case), expected(case)
        if got != want:
            different.append(f"{case['id']}: wanted {want!r}, got {got!r}")
    print(f"{path.name}: {len(cases) - len(different)}/{len(cases)}")
    assert not different, "\n".join(different[:10])


def write_chart(folder: Path, contents: dict[str, Any]) -> Path:
    """The chart directory `c` with these files, below a folder."""
    root = folder / "c"
    for name, content in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data(content))
    root.mkdir(exist_ok=True)
    return root


def told(text: str, root: Path) -> str:
    """An error's text with the chart's directory and its parent named as the cases name them."""
    return text.replace(str(root), "$DIR").replace(str(root.parent), "$TMP")
