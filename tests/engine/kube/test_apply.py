"""Creating, changing and deleting objects, on the in-memory cluster."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import (
    ApplyConflict,
    Cancelled,
    ClusterError,
    ClusterUnreachable,
    Forbidden,
    ObjectConflict,
    ObjectExists,
    ObjectInvalid,
    ObjectNotFound,
)
from purehelm.engine.kube.apply import Applied, ApplyRule, Change, create_all, delete_all, update_all, write_one
from purehelm.engine.kube.cluster import WriteOptions
from purehelm.engine.kube.fields import ref_of
from purehelm.engine.shapes import KubeObject, ResourceRef
from purehelm.engine.testing import FakeCluster
from tests.engine.kube.objects import config, definition, service, thing, workload

SERVER, CLIENT = ApplyRule(), ApplyRule(server_side=False)
HELM = WriteOptions()


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


def told(applied: Applied) -> list[str]:
    return [f"{change.change} {change.ref}" for change in applied.changes]


def verbs(cluster: FakeCluster, *wanted: str) -> list[str]:
    return [f"{call.verb} {call.ref.name}" for call in cluster.calls if call.verb in wanted]


def managers(cluster: FakeCluster, body: KubeObject) -> list[tuple[str, str]]:
    entries = cluster.get(ref_of(body))["metadata"]["managedFields"]
    return [(entry["manager"], entry["operation"]) for entry in entries if "subresource" not in entry]


# --- create


@pytest.mark.parametrize(("rule", "how"), [(SERVER, "Apply"), (CLIENT, "Update")], ids=["server", "client"])
def test_creating(cluster: FakeCluster, rule: ApplyRule, how: str) -> None:
    heard: list[Change] = []
    objects = [config("a", k="1"), config("b"), service()]
    applied = create_all(cluster, objects, rule, heard.append)
    applied.check()
    assert told(applied) == ["created ConfigMap/default/a", "created ConfigMap/default/b", "created Service/default/s"]
    assert sorted(map(str, heard), key=str) == sorted(map(str, applied.changes), key=str)
    assert applied.created == objects
    assert applied.changes[0].live == cluster.get(ref_of(objects[0]))
    assert managers(cluster, objects[0]) == [("helm", how)]


def test_nothing_to_create(cluster: FakeCluster) -> None:
    with pytest.raises(ClusterError, match=r"^no objects visited$"):
        create_all(cluster, [], SERVER).check()


def test_one_that_fails_keeps_nobody(cluster: FakeCluster) -> None:
    objects = [config("Bad_Name"), config("a"), workload("Deployment", "Also_Bad"), service()]
    applied = create_all(cluster, objects, SERVER)
    assert told(applied) == ["created ConfigMap/default/a", "created Service/default/s"]
    assert [type(error) for error in applied.errors] == [ObjectInvalid, ObjectInvalid]
    assert isinstance(applied.error, ObjectInvalid)
    first, second = str(applied.error).split("\n")
    assert first.startswith("server-side apply failed for object default/Bad_Name /v1, Kind=ConfigMap: ")
    assert second.startswith("server-side apply failed for object default/Also_Bad apps/v1, Kind=Deployment: ")


def test_a_conflict_says_whose_it_is(cluster: FakeCluster) -> None:
    cluster.apply(config(k="theirs"), WriteOptions(manager="other"))
    applied = create_all(cluster, [config(k="ours")], SERVER)
    error = applied.error
    assert isinstance(error, ApplyConflict)
    assert str(error) == (
        "conflict occurred while applying object default/a /v1, Kind=ConfigMap: "
        'Apply failed with 1 conflict: conflict with "other": .data.k'
    )
    assert [(conflict.manager, conflict.field) for conflict in error.conflicts] == [("other", ".data.k")]
    create_all(cluster, [config(k="ours")], ApplyRule(force_conflicts=True)).check()
    assert cluster.get(ref_of(config()))["data"] == {"k": "ours"}


def test_a_client_side_create_does_not_overwrite(cluster: FakeCluster) -> None:
    cluster.create(config(), HELM)
    with pytest.raises(ObjectExists, match=r'^configmaps "a" already exists$'):
        create_all(cluster, [config()], CLIENT).check()


def test_generated_names(cluster: FakeCluster) -> None:
    body = config()
    body["metadata"] = {"generateName": "made-", "namespace": "default"}
    created = create_all(cluster, [body], CLIENT)
    created.check()
    assert created.changes[0].ref.name.startswith("made-")
    with pytest.raises(ObjectInvalid) as caught:
        create_all(cluster, [body], SERVER).check()
    want = "server-side apply failed for object default/ /v1, Kind=ConfigMap: resource name may not be empty"
    assert str(caught.value) == want


def quota() -> ObjectConflict:
    return ObjectConflict(
        'Operation cannot be fulfilled on resourcequotas "q": the object has been modified; please try again',
        status=409,
    )


def test_a_quotas_counter_is_waited_for(cluster: FakeCluster) -> None:
    cluster.faults.fail(lambda call: call.verb == "apply", quota, times=4)
    create_all(cluster, [config()], SERVER).check()
    cluster.faults.fail(lambda call: call.verb == "apply", quota, times=5)
    with pytest.raises(
        ObjectConflict, match=r"^conflict occurred while applying object default/b /v1, Kind=ConfigMap: "
    ):
        create_all(cluster, [config("b")], SERVER).check()


def test_other_conflicts_are_not_tried_again(cluster: FakeCluster) -> None:
    cluster.faults.fail(lambda call: call.verb == "apply", lambda: ObjectConflict("stale", status=409))
    with pytest.raises(ObjectConflict):
        create_all(cluster, [config()], SERVER).check()


def test_a_server_without_server_side_apply(cluster: FakeCluster) -> None:
    cluster.faults.fail(lambda call: call.verb == "apply", lambda: ClusterError("unsupported", status=415))
    with pytest.raises(ClusterError, match=r"^server-side apply not available on the server: unsupported$"):
        create_all(cluster, [config()], SERVER).check()


def test_stopping_between_batches(cluster: FakeCluster) -> None:
    deadline = Deadline(None, clock=cluster.clock)

    def stop(change: Change) -> None:
        deadline.cancel()

    applied = create_all(cluster.within(deadline), [config(), service(), workload("Deployment")], SERVER, stop)
    assert told(applied) == ["created ConfigMap/default/a"]
    assert isinstance(applied.error, Cancelled)


# --- update


def test_an_update_creates_changes_leaves_and_deletes(cluster: FakeCluster) -> None:
    old = [config("same", k="1"), config("changes", k="1"), config("leaves")]
    create_all(cluster, old, SERVER).check()
    new = [config("same", k="1"), config("changes", k="2"), config("comes")]
    applied = update_all(cluster, old, new, SERVER)
    applied.check()
    assert told(applied) == [
        "unchanged ConfigMap/default/same", "configured ConfigMap/default/changes", "created ConfigMap/default/comes",
        "deleted ConfigMap/default/leaves",
    ]  # fmt: skip
    assert applied.created == [new[2]]
    assert verbs(cluster, "apply")[3:] in (["apply changes", "apply comes"], ["apply comes", "apply changes"])


def test_an_unchanged_object_may_be_sent_all_the_same(cluster: FakeCluster) -> None:
    create_all(cluster, [config(k="1")], SERVER).check()
    applied = update_all(cluster, [], [config(k="1")], ApplyRule(skip_unchanged=False))
    assert told(applied) == ["unchanged ConfigMap/default/a"]
    assert verbs(cluster, "apply") == ["apply a", "apply a"]


def test_another_version_is_the_same_object(cluster: FakeCluster) -> None:
    body = {**workload("Deployment"), "apiVersion": "extensions/v1beta1"}
    new = workload("Deployment")
    create_all(cluster, [new], SERVER).check()
    assert "deleted" not in str(told(update_all(cluster, [{**body, "apiVersion": "apps/v1beta1"}], [new], SERVER)))


def test_what_is_to_be_kept_stays(cluster: FakeCluster) -> None:
    kept, odd = config("kept"), config("odd")
    kept["metadata"]["annotations"] = {"helm.sh/resource-policy": "keep"}
    odd["metadata"]["annotations"] = {"helm.sh/resource-policy": "Keep"}
    create_all(cluster, [kept, odd], SERVER).check()
    applied = update_all(cluster, [kept, odd, config("gone")], [], SERVER)
    applied.check()
    assert told(applied) == ["kept ConfigMap/default/kept", "deleted ConfigMap/default/odd"]


def test_errors_are_collected_and_nothing_is_deleted(cluster: FakeCluster) -> None:
    old = [config("a", k="1"), config("b", k="1"), config("leaves")]
    create_all(cluster, old, SERVER).check()
    for name in "ab":
        cluster.apply(config(name, k="9"), WriteOptions(manager="other", force=True))
    applied = update_all(cluster, old, [config("a", k="2"), config("b", k="2"), config("c")], SERVER)
    assert isinstance(applied.error, ApplyConflict)
    assert len(applied.error.conflicts) == 2
    assert str(applied.error).count(" && ") == 1
    assert cluster.get(ref_of(config("leaves")))
    assert told(applied) == ["created ConfigMap/default/c"]


def test_a_read_that_fails_ends_it(cluster: FakeCluster) -> None:
    cluster.faults.fail(lambda call: call.verb == "get", lambda: Forbidden("you may not", status=403))
    applied = update_all(cluster, [], [config(), service()], SERVER)
    assert isinstance(applied.error, Forbidden)
    assert str(applied.error) == "could not get information about the resource: you may not"
    assert told(applied) == []


def test_a_create_that_fails_ends_it(cluster: FakeCluster) -> None:
    bad = config("Bad_Name")
    applied = update_all(cluster, [], [bad, service()], SERVER)
    assert str(applied.error).startswith("failed to create resource: server-side apply failed for object ")
    assert applied.created == [bad]
    assert told(applied) == []


def test_a_delete_that_fails(cluster: FakeCluster) -> None:
    create_all(cluster, [config()], SERVER).check()
    cluster.faults.fail(lambda call: call.verb == "delete", lambda: Forbidden("no", status=403))
    applied = update_all(cluster, [config()], [], SERVER)
    assert str(applied.error) == "failed to delete resource namespace=default, name=a, kind=ConfigMap: no"


def test_what_cannot_be_read_is_not_deleted(cluster: FakeCluster) -> None:
    create_all(cluster, [config()], SERVER).check()
    cluster.faults.fail(lambda call: call.verb == "get", lambda: Forbidden("no", status=403))
    applied = update_all(cluster, [config()], [], SERVER)
    applied.check()
    assert applied.changes == []


@pytest.mark.parametrize(
    ("rule", "want"),
    [
        (ApplyRule(force_replace=True), "cannot use server-side apply and force replace together"),
        (ApplyRule(force_replace=True, force_conflicts=True), "cannot use force conflicts and force replace together"),
        (ApplyRule(three_way=True), "cannot use three-way merge for unstructured and server-side apply together"),
        (ApplyRule(server_side=False, force_conflicts=True), "forceConflicts enabled when serverSideApply disabled"),
    ],
)
def test_what_does_not_go_together(cluster: FakeCluster, rule: ApplyRule, want: str) -> None:
    with pytest.raises(ClusterError, match=want):
        update_all(cluster, [], [config()], rule)


def test_replacing(cluster: FakeCluster) -> None:
    create_all(cluster, [config(k="1", live="x")], SERVER).check()
    rule = ApplyRule(server_side=False, force_replace=True)
    assert told(update_all(cluster, [config()], [config(k="2")], rule)) == ["configured ConfigMap/default/a"]
    assert cluster.get(ref_of(config()))["data"] == {"k": "2"}
    cluster.faults.fail(lambda call: call.verb == "replace", lambda: ObjectInvalid("immutable", status=422))
    with pytest.raises(ObjectInvalid, match=r"^failed to replace object: immutable$"):
        update_all(cluster, [config()], [config(k="3")], rule).check()


# --- client-side


def test_a_strategic_patch_keeps_what_others_added(cluster: FakeCluster) -> None:
    old, new = workload("Deployment"), workload("Deployment", replicas=2)
    create_all(cluster, [old], CLIENT).check()
    sidecar = {"name": "sidecar", "image": "s"}
    body = cluster.get(ref_of(old))
    body["spec"]["template"]["spec"]["containers"].append(sidecar)
    cluster.replace(body, WriteOptions(manager="injector"))
    assert told(update_all(cluster, [old], [new], CLIENT)) == ["configured Deployment/default/web"]
    now = cluster.get(ref_of(old))["spec"]
    assert [now["replicas"], [each["name"] for each in now["template"]["spec"]["containers"]]] == [2, ["c", "sidecar"]]


def test_no_difference_sends_nothing(cluster: FakeCluster) -> None:
    create_all(cluster, [config(k="1")], CLIENT).check()
    assert told(update_all(cluster, [config(k="1")], [config(k="1")], CLIENT)) == ["unchanged ConfigMap/default/a"]
    assert verbs(cluster, "patch") == []


@pytest.mark.parametrize(
    ("three_way", "want"),
    [(False, {"live": 1, "new": 2}), (True, {"drift": 1, "live": 1, "new": 2})],
    ids=["two", "three"],
)
def test_custom_kinds_get_merge_patches(cluster: FakeCluster, three_way: bool, want: Any) -> None:
    cluster.apply(definition(), HELM)
    rule = ApplyRule(server_side=False, three_way=three_way)
    create_all(cluster, [thing(drift=1, gone=1)], rule).check()
    body = cluster.get(ref_of(thing()))
    body["spec"] = {"live": 1, "gone": 2}
    cluster.replace(body, WriteOptions(manager="other"))
    update_all(cluster, [thing(drift=1, gone=1)], [thing(drift=1, new=2)], rule).check()
    assert cluster.get(ref_of(thing()))["spec"] == want


def test_patches_that_fail(cluster: FakeCluster) -> None:
    old, new = workload("Deployment"), workload("Deployment")
    create_all(cluster, [old], CLIENT).check()
    new["spec"]["selector"] = {"matchLabels": {"other": "1"}}
    with pytest.raises(
        ObjectInvalid, match=r'^cannot patch "web" with kind Deployment: Deployment.apps "web" is invalid: '
    ):
        update_all(cluster, [old], [new], CLIENT).check()
    new["spec"]["template"]["spec"]["containers"] = [{"image": "x"}]
    with pytest.raises(
        ClusterError, match=r"^failed to create patch: map: map\[image:x\] does not contain declared merge"
    ):
        update_all(cluster, [old], [new], CLIENT).check()


def test_without_an_original_the_live_object_is_the_base(cluster: FakeCluster) -> None:
    cluster.create(config(mine="1"), WriteOptions(manager="other"))
    update_all(cluster, [], [config(k="1")], CLIENT).check()
    assert cluster.get(ref_of(config()))["data"] == {"k": "1"}


# --- from client-side to server-side


def test_fields_are_handed_over(cluster: FakeCluster) -> None:
    old, new = config(a="1", gone="1"), config(a="1")
    create_all(cluster, [old], CLIENT).check()
    update_all(cluster, [old], [new], ApplyRule(migrate=True)).check()
    assert managers(cluster, new) == [("helm", "Apply")]
    assert cluster.get(ref_of(new))["data"] == {"a": "1"}


def test_a_write_in_between_is_looked_at_anew(cluster: FakeCluster) -> None:
    create_all(cluster, [config(a="1")], CLIENT).check()
    stale = cluster.faults.fail(lambda call: call.verb == "patch", lambda: ObjectConflict("stale", status=409), times=4)
    update_all(cluster, [config(a="1")], [config(a="2")], ApplyRule(migrate=True)).check()
    assert stale.hits == 4
    assert managers(cluster, config()) == [("helm", "Apply")]


def test_a_handover_that_fails(cluster: FakeCluster) -> None:
    create_all(cluster, [config(a="1")], CLIENT).check()
    cluster.faults.fail(lambda call: call.verb == "patch", lambda: ObjectConflict("stale", status=409), times=5)
    with pytest.raises(ObjectConflict, match=r"^stale$"):
        update_all(cluster, [], [config(a="2")], ApplyRule(migrate=True)).check()
    cluster.faults.fail(lambda call: call.verb == "patch", lambda: Forbidden("no", status=403))
    with pytest.raises(Forbidden) as caught:
        update_all(cluster, [], [config(a="2")], ApplyRule(migrate=True)).check()
    want = "failed to patch object to upgrade CSA field manager default/a /v1, Kind=ConfigMap: no"
    assert str(caught.value) == want


# --- delete, and one by one


def test_deleting(cluster: FakeCluster) -> None:
    create_all(cluster, [config("a"), config("b")], SERVER).check()
    cluster.faults.fail(lambda call: call.verb == "delete", lambda: ObjectConflict("stale", status=409))
    applied = delete_all(cluster, [config("a"), config("b"), config("never")], "Foreground")
    applied.check()
    assert told(applied) == [f"deleted ConfigMap/default/{name}" for name in ("a", "b", "never")]
    assert cluster.objects("ConfigMap", "default") == [
        body for body in cluster.objects("ConfigMap", "default") if body["metadata"]["name"] not in ("a", "b")
    ]


def test_every_error_of_deleting_is_kept(cluster: FakeCluster) -> None:
    create_all(cluster, [config("a"), config("b")], SERVER).check()
    cluster.faults.fail(lambda call: call.verb == "delete", lambda: Forbidden("no", status=403), times=2)
    applied = delete_all(cluster, [config("a"), config("b")])
    assert [str(error) for error in applied.errors] == ["no", "no"]
    assert str(applied.error) == "no; no"


def test_nothing_to_delete(cluster: FakeCluster) -> None:
    with pytest.raises(ClusterError, match=r"^object not found, skipping delete: no objects visited$"):
        delete_all(cluster, []).check()


def test_a_dry_run_deletes_nothing(cluster: FakeCluster) -> None:
    create_all(cluster, [config()], SERVER).check()
    delete_all(cluster, [config()], dry_run=True).check()
    assert cluster.get(ref_of(config()))


def test_one_object_as_a_dry_run(cluster: FakeCluster) -> None:
    dry = ApplyRule(dry_run=True)
    assert write_one(cluster, None, config(k="1"), dry).change == "created"
    with pytest.raises(ObjectNotFound):
        cluster.get(ref_of(config()))
    create_all(cluster, [config(k="1")], SERVER).check()
    found = write_one(cluster, None, config(k="2"), dry)
    assert (found.change, found.live and found.live["data"]) == ("configured", {"k": "2"})
    assert write_one(cluster, None, config(k="1"), ApplyRule(dry_run=True, skip_unchanged=False)).change == "unchanged"
    assert cluster.get(ref_of(config()))["data"] == {"k": "1"}


def test_one_object_that_fails(cluster: FakeCluster) -> None:
    cluster.faults.fail(lambda call: call.verb == "get")
    with pytest.raises(ClusterUnreachable, match=r"^could not get information about the resource: "):
        write_one(cluster, None, config(), SERVER)


def test_references_of_what_has_no_namespace(cluster: FakeCluster) -> None:
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}
    applied = create_all(cluster, [body], SERVER)
    assert [change.ref for change in applied.changes] == [ResourceRef("v1", "Namespace", "", "n")]
