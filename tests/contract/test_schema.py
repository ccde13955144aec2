"""The schema that the in-memory cluster ships is the real server's."""

from __future__ import annotations

import pytest

from tests.bed.bed import Bed
from tests.contract.schema import TARGET, fetch, text


@pytest.mark.bed
def test_the_schema_is_the_server_s(bed: Bed) -> None:
    assert TARGET.read_text() == text(fetch(bed)), "write it anew: python -m tests.contract.schema"
