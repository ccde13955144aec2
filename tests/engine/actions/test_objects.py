"""Manifests as objects; whose they are; plans in words."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.actions.kinds import defined_kinds, first_definitions
from purehelm.engine.actions.objects import build, exact_key_of, key_of
from purehelm.engine.actions.options import RollbackOptions, UninstallOptions
from purehelm.engine.actions.ownership import adopted, owned, ownership_problem, sort_by_owner
from purehelm.engine.actions.plan import OnFailure, Plan, PurgeRecords, Stage, WaitGone, Waiting
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import Cancelled, Forbidden, KindUnknown, ManifestError
from purehelm.engine.release.model import Info, Release, Status
from purehelm.engine.testing import FakeCluster

RELEASE = Release(name="rel", namespace="here", revision=1, info=Info(status=Status.DEPLOYED))
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


def built(text: str, *, validate: bool = False) -> list[Any]:
    return list(build(FakeCluster(), text, "here", validate=validate))


def test_namespaces_are_filled_in_where_a_kind_has_them() -> None:
    text = f"{CONFIG}---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: nn}}\n---\n{CONFIG.replace('a}', 'b, namespace: there}')}"
    assert [body["metadata"] for body in built(text)] == [
        {"name": "a", "namespace": "here"},
        {"name": "nn"},
        {"name": "b", "namespace": "there"},
    ]


def test_lists_are_flattened() -> None:
    inner = "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}}"
    text = f"apiVersion: v1\nkind: List\nitems:\n- {inner % 'a'}\n- apiVersion: v1\n  kind: ConfigMapList\n  items: [{inner % 'b'}]\n"
    assert [body["metadata"]["name"] for body in built(text)] == ["a", "b"]


def test_comments_are_nothing() -> None:
    assert built("# only this\n---\n") == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [\n", "error parsing : "),
        ("- a\n", "unable to decode \"\": Object 'Kind' is missing in '[\"a\"]'"),
        ("a: b\n", 'unable to decode "": Object \'Kind\' is missing in \'{"a":"b"}\''),
    ],
)
def test_what_is_no_object(text: str, problem: str) -> None:
    with pytest.raises(ManifestError) as caught:
        built(text)
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- a\n", "invalid object to validate"),
        ("apiVersion: 1\nkind: 2\n", "[apiVersion isn't string type, kind isn't string type]"),
    ],
)
def test_validation(text: str, problem: str) -> None:
    with pytest.raises(ManifestError) as caught:
        built(text, validate=True)
    assert str(caught.value) == f'error validating "": error validating data: {problem}'


def test_all_unknown_kinds_are_told_once_each() -> None:
    text = "---\n".join(
        f"apiVersion: x.example.com/v1\nkind: {kind}\nmetadata: {{name: a}}\n" for kind in ("A", "B", "A")
    )
    with pytest.raises(KindUnknown) as caught:
        built(text)
    assert str(caught.value).startswith('[resource mapping not found for name: "a"')
    assert str(caught.value).count("no matches for kind") == 2
    left: list[str] = []
    kept = build(
        FakeCluster(),
        text + "---\n" + CONFIG,
        "here",
        validate=False,
        on_unknown=lambda body, _: left.append(body["kind"]),
    )
    assert ([body["kind"] for body in kept], left) == (["ConfigMap"], ["A", "B", "A"])


def test_metadata_that_is_none() -> None:
    assert built("apiVersion: v1\nkind: ConfigMap\nmetadata: text\n")[0]["metadata"] == {"namespace": "here"}


def test_keys() -> None:
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "namespace": "b"}}
    assert key_of(body) == ("apps", "Deployment", "b", "a")
    assert exact_key_of(body) == ("apps/v1", "Deployment", "b", "a")


@pytest.mark.parametrize(
    "spec", [None, {}, {"names": []}, {"names": {}, "versions": 3}, {"names": {}, "versions": [{"served": False}, 3]}]
)
def test_definitions_that_are_broken_define_nothing(spec: Any) -> None:
    assert defined_kinds([{"kind": "CustomResourceDefinition", "spec": spec}]) == {}


def test_definitions_whose_kinds_nobody_wants_need_not_come_first() -> None:
    body = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "x"},
        "spec": {"group": "g", "names": {"kind": "K", "plural": "ks"}, "versions": [{"name": "v1", "served": True}]},
    }  # fmt: skip
    cluster = FakeCluster()
    assert first_definitions(cluster, (body,)) == ()
    wanted = {"apiVersion": "g/v1", "kind": "K", "metadata": {"name": "k"}}
    assert first_definitions(cluster, (body, wanted)) == (body,)


# --- ownership


def config(name: str = "a", **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default", **metadata}}


def test_marks_are_added_over_what_is_there() -> None:
    body = config(labels={"a": "b", "app.kubernetes.io/managed-by": "me"})
    (marked,) = owned([body], RELEASE)
    assert marked["metadata"]["labels"] == {"a": "b", "app.kubernetes.io/managed-by": "Helm"}
    assert ownership_problem(marked, RELEASE) is None
    assert body["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "me"


def test_generated_names_are_not_looked_up() -> None:
    cluster = FakeCluster()
    body = config("", generateName="x-")
    assert adopted(cluster, (body,), RELEASE, take=False) == ()
    with pytest.raises(ManifestError, match=r"^metadata.name and metadata.generateName cannot both be set$"):
        adopted(cluster, (config("a", generateName="x-"),), RELEASE, take=False)


def test_an_object_that_cannot_be_read() -> None:
    cluster = FakeCluster()
    cluster.faults.fail(lambda call: call.verb == "get", lambda: Forbidden("no"))
    with pytest.raises(Forbidden) as caught:
        adopted(cluster, (config(),), RELEASE, take=False)
    assert str(caught.value) == 'could not get information about the resource ConfigMap "a" in namespace "default": no'


def test_a_stop_is_a_stop() -> None:
    cluster = FakeCluster()
    deadline = Deadline(None, clock=cluster.clock)
    deadline.cancel()
    with pytest.raises(Cancelled):
        adopted(cluster.within(deadline), (config(),), RELEASE, take=False)
    with pytest.raises(Cancelled):
        sort_by_owner(cluster.within(deadline), (config(),), RELEASE)


# --- plans


def test_plans_in_words() -> None:
    failure = OnFailure(description="d: {error}", store=(RELEASE,), cleanup=True, undo=RollbackOptions())
    plan = Plan(
        verb="uninstall", release=RELEASE,
        stages=(
            Stage(step=PurgeRecords(revisions=(1, 2)), on_failure=failure),
            Stage(step=WaitGone(objects=(config(),), waiting=Waiting()), on_failure=OnFailure(undo=UninstallOptions())),
        ),
    )  # fmt: skip
    assert plan.text() == (
        "uninstall here/rel revision 1\n"
        "  delete records 1, 2 [else record failed: d: {error}; store record 1: deployed; delete what was created; roll back]\n"
        "  wait (hookOnly) until gone: ConfigMap/a [else uninstall]\n"
    )
