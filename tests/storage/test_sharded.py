"""Releases beyond 1 MiB: whole or not at all, whatever call a writer dies at."""

from __future__ import annotations

import contextlib
import random
from dataclasses import replace

import pytest

from purehelm.engine.errors import EngineError, RecordCorrupt, ReleaseNotFound
from purehelm.engine.ports import ReleaseStore
from purehelm.engine.release.model import Release, Status
from purehelm.storage.secret import SecretStore
from purehelm.storage.sharded import PART_TYPE, ShardedSecretStore
from purehelm.storage.testing import MemoryRecords, StoreContract, sample_release


class Killed(EngineError):
    """The writer died."""


class TestSharded(StoreContract):
    def make_store(self) -> ReleaseStore:
        return ShardedSecretStore(MemoryRecords())


def large(seed: int) -> Release:
    noise = random.Random(seed).randbytes(800_000).hex()
    return replace(sample_release(), chart={"metadata": {"name": "web"}, "files": [{"name": "a", "data": noise}]})


def kill_at(api: MemoryRecords, call: int) -> None:
    last = len(api.calls) + call
    api.before = lambda _, number: Killed("killed") if number >= last else None


def parts(api: MemoryRecords) -> list[str]:
    return [key[2] for key, found in api.objects.items() if found["type"] == PART_TYPE]


def test_spreads_and_puts_together() -> None:
    api = MemoryRecords()
    store = ShardedSecretStore(api)
    store.create(large(1))
    assert store.get("shop", "web", 1) == large(1)
    assert len(parts(api)) == 2
    head = api.objects["Secret", "shop", "sh.helm.release.v1.web.v1"]
    assert (head["type"], head["metadata"]["labels"]["owner"]) == ("helm.sh/release.v1", "helm")
    store.update(sample_release())
    assert store.get("shop", "web", 1) == sample_release()
    assert parts(api) == []


def test_a_missing_part_is_a_corrupt_record_and_plain_stores_report_it() -> None:
    api = MemoryRecords()
    ShardedSecretStore(api).create(large(1))
    with pytest.raises(RecordCorrupt):
        SecretStore(api).get("shop", "web", 1)
    del api.objects["Secret", "shop", parts(api)[0]]
    with pytest.raises(RecordCorrupt, match="part is missing"):
        ShardedSecretStore(api).get("shop", "web", 1)


@pytest.mark.parametrize("call", range(1, 9))
def test_killed_update_leaves_the_old_or_the_new(call: int) -> None:
    api = MemoryRecords()
    store = ShardedSecretStore(api)
    old, new = large(1), large(2)
    store.create(old)
    kill_at(api, call)
    with contextlib.suppress(Killed):
        store.update(new)
    api.before = None
    found = store.get("shop", "web", 1)
    assert found in (old, new)
    store.sweep("shop", older_than=0)
    assert len(parts(api)) == 2
    assert store.get("shop", "web", 1) == found


@pytest.mark.parametrize("call", range(1, 5))
@pytest.mark.parametrize("action", ["create", "delete"])
def test_killed_create_and_delete_leave_all_or_nothing(action: str, call: int) -> None:
    api = MemoryRecords()
    store = ShardedSecretStore(api)
    if action == "delete":
        store.create(large(1))
    kill_at(api, call)
    with contextlib.suppress(Killed):
        store.create(large(1)) if action == "create" else store.delete("shop", "web", 1)
    api.before = None
    try:
        assert store.get("shop", "web", 1) == large(1)
    except ReleaseNotFound:
        store.sweep("shop", older_than=0)
        assert api.objects == {}


def test_sweep_spares_a_write_under_way() -> None:
    api = MemoryRecords()
    store = ShardedSecretStore(api)
    kill_at(api, 2)
    with pytest.raises(Killed):
        store.create(replace(large(1), labels={}).with_status(Status.PENDING_INSTALL))
    api.before = None
    assert store.sweep("shop") == []
    assert len(store.sweep("shop", older_than=0)) == 1
