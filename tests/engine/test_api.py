"""The public face: what needs a cluster, whose namespace counts, and that one engine serves many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from purehelm.engine.actions.options import InstallOptions, ListOptions, UpgradeOptions
from purehelm.engine.api import Engine
from purehelm.engine.errors import SettingsError
from purehelm.engine.release.model import Release
from purehelm.engine.testing import FakeCluster, FakeOptions
from purehelm.storage.memory import MemoryStore
from tests.engine.actions.charts import CONFIG, chart
from tests.engine.actions.world import World

MADE = chart({"config.yaml": CONFIG})


@pytest.mark.parametrize(
    ("cluster", "missing"), [(None, "cluster"), (FakeCluster(), "store")], ids=["cluster", "store"]
)
def test_without_a_cluster_or_a_store_only_templates_are_rendered(cluster: Any, missing: str) -> None:
    engine = Engine(cluster)
    assert engine.template(MADE, {}, InstallOptions(name="rel")).namespace == "default"
    with pytest.raises(SettingsError, match=f"^this needs a {missing}, and the engine was made without one$"):
        engine.status("rel")
    engine.close()


@pytest.mark.parametrize(
    ("engine", "option", "used"),
    [("", "", "kube"), ("own", "", "own"), ("own", "chosen", "chosen")],
    ids=["cluster", "engine", "option"],
)
def test_the_namespace(engine: str, option: str, used: str) -> None:
    cluster = FakeCluster(FakeOptions(namespace="kube"))
    made = Engine(cluster, store=MemoryStore(), namespace=engine, clock=cluster.clock)
    release = made.install(MADE, {}, InstallOptions(name="rel", namespace=option, create_namespace=True))
    assert release.namespace == used
    assert made.status("rel", namespace=option).namespace == used


def test_many_threads_and_many_releases() -> None:
    world = World()

    def live(number: int) -> int:
        name = f"rel-{number}"
        world.engine.install(MADE, {}, InstallOptions(name=name))
        world.engine.upgrade(name, MADE, {"greeting": str(number)}, UpgradeOptions())
        return world.engine.rollback(name).revision

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(live, range(16))) == [3] * 16
    assert len(world.engine.list(ListOptions())) == 16
    assert world.cluster.objects("Lease", "default") == []


def test_one_release_and_many_threads_has_one_winner_a_revision() -> None:
    world = World()
    world.install(MADE)
    from purehelm.engine.errors import EngineError, ReleaseBusy, ReleaseExists

    def change(number: int) -> Release | EngineError:
        try:
            return world.upgrade(MADE, {"greeting": str(number)})
        except (ReleaseBusy, ReleaseExists) as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(change, range(8)))
    won = [answer.revision for answer in answers if isinstance(answer, Release)]
    assert sorted(won) == list(range(2, 2 + len(won)))
    assert won
    assert [status for _, status, _ in world.records()].count("deployed") == 1


def test_public_verbs_stay_short() -> None:
    """Each verb delegates: what it does is in actions/."""
    import ast

    from purehelm.engine import api

    tree = ast.parse(Path(api.__file__).read_text())
    engine = next(node for node in tree.body if isinstance(node, ast.ClassDef))
    lengths = {
        node.name: node.body[-1].end_lineno - node.body[1].lineno + 1
        for node in engine.body
        if isinstance(node, ast.FunctionDef) and len(node.body) > 1 and node.body[-1].end_lineno is not None
    }
    assert max(lengths.values()) < 15
