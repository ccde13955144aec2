"""Random templates, rendered by us and by the real Helm: the same text, or the same words about what is wrong.

`python -m tests.engine.template.generated --hours 3` does it for hours.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.conftest import Oracle
from tests.engine.template import generated


@pytest.mark.oracle
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_templates_that_parse(seed: int, oracle: Oracle, tmp_path: Path) -> None:
    random_ = random.Random(seed)
    found = (generated.difference(generated.well_formed(random_), tmp_path, oracle.ask) for _ in range(150))
    assert [text for text in found if text] == []


@pytest.mark.oracle
@pytest.mark.parametrize("seed", [21, 22])
def test_templates_that_may_not(seed: int, oracle: Oracle, tmp_path: Path) -> None:
    random_ = random.Random(seed)
    found = (generated.difference(generated.broken(random_), tmp_path, oracle.ask) for _ in range(200))
    assert [text for text in found if text] == []
