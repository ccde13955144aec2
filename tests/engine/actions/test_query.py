"""Reading releases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from purehelm.engine.actions.options import ListOptions
from purehelm.engine.actions.query import parse_time
from purehelm.engine.errors import ChartError, Forbidden, ReleaseNameError, ReleaseNotFound, ValuesError
from purehelm.engine.release.model import Status

from .charts import CONFIG, WEB, chart, demo
from .world import World


def test_status_of_a_revision() -> None:
    world = World()
    world.install()
    world.upgrade()
    assert world.engine.status("rel").revision == 2
    assert world.engine.status("rel", revision=1).status is Status.SUPERSEDED
    with pytest.raises(ReleaseNotFound, match=r"^release: not found$"):
        world.engine.status("rel", revision=9)
    with pytest.raises(ReleaseNotFound, match=r"^release: not found$"):
        world.engine.status("other")
    with pytest.raises(ReleaseNameError, match=r"^releaseContent: Release name is invalid: No$"):
        world.engine.status("No")


def test_history_is_the_newest_oldest_first() -> None:
    world = World()
    world.install()
    for _ in range(3):
        world.upgrade()
    assert [release.revision for release in world.engine.history("rel", limit=2)] == [3, 4]
    assert [release.revision for release in world.engine.history("rel", limit=0)] == [1, 2, 3, 4]
    with pytest.raises(ReleaseNotFound, match=r"^release: not found$"):
        world.engine.history("other")
    with pytest.raises(ReleaseNameError, match=r"^release name is invalid: No$"):
        world.engine.history("No")


def several() -> World:
    world = World()
    made = chart({"config.yaml": CONFIG})
    for name in ("beta", "alpha", "gamma"):
        world.clock.advance(10)
        world.install(made, name=name, labels={"greek": name[0]})
    world.install(made, name="alpha", namespace="other", create_namespace=True)
    world.clock.advance(10)
    from purehelm.engine.actions.options import UpgradeOptions

    world.engine.upgrade("beta", made, {}, UpgradeOptions())
    world.store.update(world.store.last("default", "gamma").with_status(Status.FAILED))
    return world


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["alpha", "beta", "gamma"]),
        ({"reverse": True}, ["gamma", "beta", "alpha"]),
        ({"by_date": True}, ["alpha", "gamma", "beta"]),
        ({"by_date": True, "reverse": True}, ["beta", "gamma", "alpha"]),
        ({"statuses": frozenset({"failed"})}, ["gamma"]),
        ({"statuses": frozenset({"superseded"})}, ["beta"]),
        ({"statuses": frozenset({"superseded", "deployed"})}, ["alpha", "beta"]),
        ({"filter": "^[ag]"}, ["alpha", "gamma"]),
        ({"selector": "greek in (a, g)"}, ["alpha", "gamma"]),
        ({"selector": "status=failed"}, ["gamma"]),
        ({"limit": 2}, ["alpha", "beta"]),
        ({"limit": 2, "offset": 1}, ["beta", "gamma"]),
        ({"limit": 0, "offset": 2}, ["gamma"]),
        ({"offset": 9}, []),
        ({"namespace": None}, ["alpha", "alpha", "beta", "gamma"]),
        ({"namespace": "other"}, ["alpha"]),
    ],
    ids=lambda value: " ".join(value) or "all" if isinstance(value, dict) else "-".join(value),
)
def test_list(options: dict[str, Any], names: list[str]) -> None:
    assert [release.name for release in several().engine.list(ListOptions(**options))] == names


def test_a_broken_pattern() -> None:
    with pytest.raises(ValuesError, match=r"^error parsing regexp: "):
        World().engine.list(ListOptions(filter="["))


def test_values() -> None:
    world = World()
    world.install(values={"greeting": "hi"})
    assert world.engine.get_values("rel") == {"greeting": "hi"}
    assert world.engine.get_values("rel", computed=True) == {"greeting": "hi", "replicas": 1.0, "password": "secret"}
    release = world.store.last("default", "rel")
    world.store.update(replace(release, chart={"metadata": {"name": ["no"]}}))
    with pytest.raises(ChartError):
        world.engine.get_values("rel", computed=True)


def test_the_rest_of_a_record() -> None:
    world = World()
    release = world.install(labels={"b": "2", "a": "1"})
    assert world.engine.get_manifest("rel") == release.manifest
    assert world.engine.get_notes("rel") == "Installed rel.\n"
    assert world.engine.get_hooks("rel") == ()
    assert list(world.engine.get_metadata("rel").items()) == [
        ("name", "rel"),
        ("chart", "demo"),
        ("version", "0.1.0"),
        ("appVersion", "1.0"),
        ("labels", {"a": "1", "b": "2"}),
        ("namespace", "default"),
        ("revision", 1),
        ("status", "deployed"),
        ("deployedAt", "2026-01-01T00:00:00Z"),
        ("applyMethod", "ssa"),
    ]


@pytest.mark.parametrize(
    ("last", "shown"),
    [
        ("2026-01-02T03:04:05.123456789+02:00", "2026-01-02T03:04:05+02:00"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        (None, "0001-01-01T00:00:00Z"),
    ],
)
def test_when_it_was_deployed(last: str | None, shown: str) -> None:
    world = World()
    release = world.install()
    world.store.update(replace(release, info=replace(release.info, last_deployed=last)))
    assert world.engine.get_metadata("rel")["deployedAt"] == shown


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02T03:04:05.123456789+02:00", "2026-01-02T03:04:05.123456+02:00"),
        ("2026-01-02T03:04:05.5Z", "2026-01-02T03:04:05.500000+00:00"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05+00:00"),
        ("", None),
        ("soon", None),
    ],
)
def test_times(text: str, moment: str | None) -> None:
    found = parse_time(text)
    assert (found and found.isoformat()) == moment


def test_live_objects_and_the_pods_that_they_select() -> None:
    world = World()
    release = world.install(demo(second=WEB.replace("-web", "-twin")))
    world.cluster.faults.fail(
        lambda call: call.verb == "get" and call.ref.name == "rel-config", lambda: Forbidden("no")
    )
    found = world.engine.resources(release)
    assert {heading: [body["metadata"]["name"] for body in bodies] for heading, bodies in found.items()} == {
        "v1/Deployment": ["rel-twin", "rel-web"],
        "v1/Pod(related)": world.names("Pod"),
    }


def test_related_pods_that_cannot_be_read() -> None:
    world = World()
    release = world.install()
    world.cluster.faults.fail(lambda call: call.verb == "list" and call.ref.kind == "Pod", lambda: Forbidden("no"))
    assert list(world.engine.resources(release)) == ["v1/ConfigMap", "v1/Deployment"]
    assert world.warnings() == ["status.no_pods"]


CRON = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: cron}
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: main, image: x}]}
"""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: lone}\nspec: {containers: [{name: main, image: x}]}\n"


def test_all_pods_of_a_release() -> None:
    from purehelm.engine.kube.cluster import WriteOptions

    world = World()
    release = world.install(demo(cron=CRON, pod=POD))
    cron = world.live("CronJob", "cron", api_version="batch/v1")
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "cron", "uid": cron["metadata"]["uid"]}
    spec = cron["spec"]["jobTemplate"]["spec"]
    for name, owners in (("cron-1", [owner]), ("foreign", [])):
        metadata = {"name": name, "namespace": "default", "ownerReferences": owners}
        body = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}
        world.cluster.create(body, WriteOptions())
    names = [pod["metadata"]["name"] for pod in world.engine.pods(release)]
    assert [name.split("-")[0] for name in names] == ["cron", "lone", "rel"]


def test_pods_where_objects_are_gone_or_not_served() -> None:
    world = World()
    release = world.install()
    manifest = release.manifest + "---\napiVersion: old.example.com/v1\nkind: Old\nmetadata: {name: old}\n"
    world.engine.uninstall("rel")
    assert world.engine.pods(replace(release, manifest=manifest)) == []
