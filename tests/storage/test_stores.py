"""Every driver keeps the same contract."""

from __future__ import annotations

import pytest

from purehelm.engine.errors import RecordCorrupt, ReleaseTooLarge
from purehelm.engine.ports import ReleaseStore
from purehelm.storage.configmap import ConfigMapStore
from purehelm.storage.memory import MemoryStore
from purehelm.storage.observe import ObservedStore
from purehelm.storage.secret import SecretStore
from purehelm.storage.testing import MemoryRecords, StoreContract, sample_release


class TestMemory(StoreContract):
    def make_store(self) -> ReleaseStore:
        return MemoryStore()


class TestSecret(StoreContract):
    def make_store(self) -> ReleaseStore:
        return SecretStore(MemoryRecords())


class TestConfigMap(StoreContract):
    def make_store(self) -> ReleaseStore:
        return ConfigMapStore(MemoryRecords())


def test_the_secret_is_helms() -> None:
    api = MemoryRecords()
    SecretStore(api).create(sample_release())
    record = api.objects["Secret", "shop", "sh.helm.release.v1.web.v1"]
    labels = record["metadata"]["labels"]
    assert labels.pop("createdAt").isdigit()
    assert labels == {"name": "web", "owner": "helm", "status": "deployed", "version": "1", "team": "red"}
    assert record["type"] == "helm.sh/release.v1"
    assert list(record["data"]) == ["release"]


@pytest.mark.parametrize("kind", [SecretStore, ConfigMapStore])
def test_a_broken_record_is_reported_and_hides_no_other(kind: type[SecretStore | ConfigMapStore]) -> None:
    api, heard = MemoryRecords(), []
    store = kind(api, on_corrupt=heard.append)
    for revision in (1, 2):
        store.create(sample_release(revision))
    api.objects[kind.kind, "shop", "sh.helm.release.v1.web.v1"]["data"] = {}
    assert store.history("shop", "web") == [sample_release(2)]
    assert [type(error) for error in heard] == [RecordCorrupt]


def test_too_large_is_refused_before_anything_is_written() -> None:
    import random
    from dataclasses import replace

    api = MemoryRecords()
    noise = random.Random(1).randbytes(900_000).hex()
    large = replace(sample_release(), chart={"metadata": {}, "files": [{"name": "a", "data": noise}]})
    with pytest.raises(ReleaseTooLarge, match="files 1800000") as caught:
        SecretStore(api).create(large)
    assert (api.calls, caught.value.parts["files"]) == ([], 1_800_000)


class TestObserved(StoreContract):
    def make_store(self) -> ReleaseStore:
        return ObservedStore(MemoryStore(), lambda write: None)
