"""What `show` prints."""

from __future__ import annotations

import pytest

from purehelm.engine.chart.show import SHOWN
from tests.engine.chart.charts import SUB, chart

FILES = {
    "values.yaml": "# why\na: 1\n",
    "README.md": "Read\n",
    "crds/a.yaml": "kind: A\n",
    "crds/b.yaml": "---\nkind: B\n",
    "crds/c.txt": "no",
    "charts/s/Chart.yaml": SUB,
    "charts/s/crds/d.yaml": "kind: D\n",
}
TEXTS = {
    "chart": "apiVersion: v2\nname: c\nversion: 0.1.0\n\n",
    "values": "# why\na: 1\n\n",
    "readme": "Read\n\n",
    "crds": "---\nkind: A\n\n---\nkind: B\n\n---\nkind: D\n\n",
}


@pytest.mark.parametrize("part", TEXTS)
def test_parts(part: str) -> None:
    assert SHOWN[part](chart(FILES)) == TEXTS[part]


def test_all() -> None:
    assert SHOWN["all"](chart(FILES)) == (
        TEXTS["chart"] + "---\n" + TEXTS["values"] + "---\n" + TEXTS["readme"] + TEXTS["crds"]
    )


@pytest.mark.parametrize("part", ["values", "readme", "crds"])
def test_what_is_not_there_is_empty(part: str) -> None:
    assert (SHOWN[part](chart()), SHOWN["all"](chart())) == ("", TEXTS["chart"])
