"""Installs on the in-memory cluster: order of effects, records, names, adoption, definitions."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.actions.options import DryRun, InstallOptions, WaitStrategy
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import (
    Cancelled,
    EngineError,
    InstallFailed,
    KindUnknown,
    ManifestError,
    OwnershipError,
    ReleaseExists,
    ReleaseNameError,
    ReleaseTooLarge,
    ValuesError,
)
from purehelm.engine.kube.cluster import WriteOptions
from purehelm.engine.ports import Finished, StepStarted
from purehelm.engine.release.model import Status
from purehelm.engine.testing import Call

from .charts import CONFIG, CRD, KEPT, SLICE, WEB, chart, demo, hook
from .world import World


def test_an_install_leaves_what_helm_leaves() -> None:
    world = World()
    release = world.install(values={"greeting": "hi"}, labels={"team": "a"}, description="")
    assert (release.revision, release.status, release.info.description) == (1, Status.DEPLOYED, "Install complete")
    assert release.info.notes == "Installed rel.\n"
    assert release.apply_method == "ssa"
    assert release.config == {"greeting": "hi"}
    assert world.store.get("default", "rel", 1) == release
    config = world.live("ConfigMap", "rel-config")
    assert config["data"] == {"greeting": "hi", "revision": "1"}
    assert config["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "Helm"}
    assert config["metadata"]["annotations"] == {
        "meta.helm.sh/release-name": "rel",
        "meta.helm.sh/release-namespace": "default",
    }
    assert [(entry["manager"], entry["operation"]) for entry in config["metadata"]["managedFields"]] == [
        ("helm", "Apply")
    ]
    assert "managed-by" not in release.manifest


def test_the_record_comes_first_then_hooks_then_objects() -> None:
    world = World()
    world.install(demo(pre=hook("pre", "pre-install"), post=hook("post", "post-install")))
    effects = [str(call) for call in world.cluster.calls if call.writes and call.ref.kind != "Lease"]
    assert effects == [
        "create Secret/default/sh.helm.release.v1.rel.v1",
        "delete Job/default/pre",
        "replace Secret/default/sh.helm.release.v1.rel.v1",
        "apply Job/default/pre",
        "apply ConfigMap/default/rel-config",
        "apply Deployment/default/rel-web",
        "delete Job/default/post",
        "replace Secret/default/sh.helm.release.v1.rel.v1",
        "apply Job/default/post",
        "replace Secret/default/sh.helm.release.v1.rel.v1",
    ]
    assert [event.step for event in world.events if isinstance(event, StepStarted)] == [
        "create record",
        "run hooks pre-install",
        "create ConfigMap/rel-config, Deployment/rel-web",
        "wait (hookOnly) for ConfigMap/rel-config, Deployment/rel-web",
        "run hooks post-install",
        "finish record: deployed (Install complete)",
    ]
    assert isinstance(world.events[-1], Finished)


def test_a_name_in_use_is_refused_and_may_be_replaced_where_it_failed() -> None:
    world = World()
    world.install()
    with pytest.raises(ReleaseExists, match=r"^release name check failed: cannot reuse a name that is still in use$"):
        world.install()
    with pytest.raises(ReleaseExists):
        world.install(replace=True)
    world.put(2, Status.FAILED, "broken")
    assert world.install(replace=True).revision == 3
    assert world.records() == [
        (1, "superseded", "Install complete"),  # Helm would leave two revisions deployed
        (2, "failed", "broken"),
        (3, "deployed", "Install complete"),
    ]


def test_an_uninstalled_release_is_superseded_by_its_replacement() -> None:
    world = World()
    world.install()
    from purehelm.engine.actions.options import UninstallOptions

    world.engine.uninstall("rel", UninstallOptions(keep_history=True))
    with pytest.raises(ReleaseExists):
        world.install()
    world.install(replace=True)
    assert world.records() == [
        (1, "superseded", "superseded by new release"),
        (2, "deployed", "Install complete"),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", 'release name check failed: release name "": no name provided'),
        ("Upper", 'release name check failed: release name "Upper": invalid release name, must match regex'),
        ("a" * 54, "the length must not be longer than 53"),
    ],
    ids=["empty", "letters", "length"],
)
@pytest.mark.parametrize("dry_run", list(DryRun))
def test_bad_names(name: str, text: str, dry_run: DryRun) -> None:
    world = World()
    with pytest.raises(ReleaseNameError) as caught:
        world.install(name=name, dry_run=dry_run)
    assert text in str(caught.value)
    assert world.cluster.objects("Secret", "default") == []


def test_labels_of_the_system_are_refused() -> None:
    with pytest.raises(ValuesError) as caught:
        World().install(labels={"owner": "me"})
    assert str(caught.value) == (
        "user supplied labels contains system reserved label name. "
        "System labels: [name owner status version createdAt modifiedAt]"
    )


def test_secrets_are_hidden_in_dry_runs_only() -> None:
    world = World()
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: b}\n"
    release = world.install(demo(secret=secret), dry_run=DryRun.SERVER, hide_secret=True)
    assert "# HIDDEN: The Secret output has been suppressed" in release.manifest
    with pytest.raises(ValuesError, match=r"^hiding Kubernetes secrets requires a dry-run mode$"):
        world.install(hide_secret=True)


@pytest.mark.parametrize("dry_run", [DryRun.CLIENT, DryRun.SERVER])
def test_a_dry_run_changes_nothing(dry_run: DryRun) -> None:
    world = World()
    release = world.install(demo(pre=hook("pre", "pre-install")), dry_run=dry_run)
    assert (release.status, release.info.description) == (Status.PENDING_INSTALL, "Dry run complete")
    assert "kind: Deployment" in release.manifest
    assert [one.name for one in release.hooks] == ["pre"]
    assert not [call for call in world.cluster.calls if call.writes]


def test_lookup_asks_the_cluster_unless_it_is_a_client_dry_run() -> None:
    text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {found: {{ lookup "v1" "Namespace" "" "default" | empty | quote }}}\n'
    world = World()
    assert 'found: "false"' in world.install(demo(x=text), dry_run=DryRun.SERVER).manifest
    assert 'found: "true"' in world.install(demo(x=text), dry_run=DryRun.CLIENT).manifest


# --- what exists already


def existing(world: World, **metadata: Any) -> None:
    body = {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "rel-config", "namespace": "default", **metadata},
        "data": {"mine": "kept"},
    }  # fmt: skip
    world.cluster.create(body, WriteOptions(manager="kubectl"))


MARKS = {
    "labels": {"app.kubernetes.io/managed-by": "Helm"},
    "annotations": {"meta.helm.sh/release-name": "rel", "meta.helm.sh/release-namespace": "default"},
}


def test_an_object_of_somebody_else_stops_the_install_before_anything_is_stored() -> None:
    world = World()
    existing(world)
    with pytest.raises(OwnershipError) as caught:
        world.install()
    assert str(caught.value) == (
        'unable to continue with install: ConfigMap "rel-config" in namespace "default" exists and cannot be imported '
        "into the current release: invalid ownership metadata; "
        'label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"; '
        'annotation validation error: missing key "meta.helm.sh/release-name": must be set to "rel"; '
        'annotation validation error: missing key "meta.helm.sh/release-namespace": must be set to "default"'
    )
    assert world.records() == []
    assert world.names("Deployment") == []


def test_another_releases_object_is_named_by_its_values() -> None:
    world = World()
    existing(world, **{**MARKS, "annotations": {**MARKS["annotations"], "meta.helm.sh/release-name": "other"}})
    with pytest.raises(OwnershipError) as caught:
        world.install()
    assert 'key "meta.helm.sh/release-name" must equal "rel": current value is "other"' in str(caught.value)


@pytest.mark.parametrize("marks", [MARKS, {}], ids=["marked", "taken"])
def test_objects_are_adopted(marks: dict[str, Any]) -> None:
    world = World()
    existing(world, **marks)
    world.install(take_ownership=not marks)
    config = world.live("ConfigMap", "rel-config")
    assert config["data"] == {"mine": "kept", "greeting": "hello", "revision": "1"}
    assert config["metadata"]["annotations"] == MARKS["annotations"]


def test_an_unknown_kind_is_told_before_anything_is_stored() -> None:
    world = World()
    with pytest.raises(KindUnknown) as caught:
        world.install(demo(slice=SLICE))
    assert str(caught.value) == (
        'unable to build kubernetes objects from release manifest: resource mapping not found for name: "rel-slice" '
        'namespace: "" from "": no matches for kind "Slice" in version "example.com/v1"\nensure CRDs are installed first'
    )
    assert world.records() == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("kind: ConfigMap\nmetadata: {name: x}\n", "apiVersion not set"),
        ("apiVersion: v1\nmetadata: {name: x}\n", "kind not set"),
        ("metadata: {name: x}\n", "[apiVersion not set, kind not set]"),
    ],
    ids=["version", "kind", "both"],
)
def test_documents_that_are_no_objects(text: str, problem: str) -> None:
    with pytest.raises(ManifestError) as caught:
        World().install(demo(x=text))
    assert str(caught.value) == (
        f'unable to build kubernetes objects from release manifest: error validating "": error validating data: {problem}'
    )


# --- definitions


def test_definitions_below_crds_come_first_and_are_waited_for() -> None:
    world = World()
    made = chart({"slice.yaml": SLICE, "config.yaml": CONFIG}, files={"crds/slices.yaml": CRD})
    world.install(made)
    assert next(world.writes()) == "apply CustomResourceDefinition/slices.example.com"
    assert world.live("Slice", "rel-slice", api_version="example.com/v1")["spec"] == {"size": 3}
    definition = world.cluster.objects("CustomResourceDefinition")[0]
    assert "annotations" not in definition["metadata"]


def test_definitions_among_templates_are_served_before_their_objects() -> None:
    world = World()
    world.install(demo(crd=CRD, slice=SLICE))
    assert list(world.writes()) == [
        "apply CustomResourceDefinition/slices.example.com",
        "apply ConfigMap/default/rel-config",
        "apply Deployment/default/rel-web",
        "apply Slice/default/rel-slice",
    ]


def test_skipped_definitions() -> None:
    made = chart({"config.yaml": CONFIG}, files={"crds/slices.yaml": CRD})
    world = World()
    world.install(made, skip_crds=True)
    assert world.cluster.objects("CustomResourceDefinition") == []


def test_a_dry_run_only_warns_of_definitions() -> None:
    made = chart({"config.yaml": CONFIG}, files={"crds/slices.yaml": CRD})
    world = World()
    world.install(made, dry_run=DryRun.SERVER)
    assert world.warnings() == ["chart.crds"]
    assert world.cluster.objects("CustomResourceDefinition") == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# nothing\n", "failed to install CRD crds/x.yaml: resources are empty"),
        ("apiVersion: none.example.com/v1\nkind: X\nmetadata: {name: x}\n", "failed to install CRD crds/x.yaml: resource mapping not found"),
    ],
    ids=["empty", "unknown"],
)  # fmt: skip
def test_definitions_that_cannot_be_installed(text: str, problem: str) -> None:
    world = World()
    with pytest.raises(EngineError) as caught:
        world.install(chart({"config.yaml": CONFIG}, files={"crds/x.yaml": text}))
    assert str(caught.value).startswith(problem)
    assert world.records() == []


# --- namespaces


def test_a_namespace_is_created_before_the_record_and_then_leased() -> None:
    world = World()
    world.install(namespace="new", create_namespace=True)
    namespace = next(each for each in world.cluster.objects("Namespace") if each["metadata"]["name"] == "new")
    assert namespace["metadata"]["labels"] == {"kubernetes.io/metadata.name": "new", "name": "new"}
    calls = [str(call) for call in world.cluster.calls if call.writes]
    assert calls[:4] == [
        "create Lease/new/purehelm.rel",
        "apply Namespace/new",
        "create Lease/new/purehelm.rel",
        "create Secret/new/sh.helm.release.v1.rel.v1",
    ]
    assert calls[-1] == "delete Lease/new/purehelm.rel"


def test_a_namespace_that_is_not_there() -> None:
    with pytest.raises(EngineError) as caught:
        World().install(namespace="new")
    assert 'namespaces "new" not found' in str(caught.value)


# --- failures


def fail(world: World, kind: str, error: type[EngineError] | None = None) -> None:
    """Let every write of a kind fail."""
    from purehelm.engine.errors import ObjectInvalid

    world.cluster.faults.fail(
        lambda call: call.writes and call.ref.kind == kind and call.verb != "delete",
        lambda: ObjectInvalid("no such thing"),
        times=None,
    )


def test_a_failure_leaves_a_failed_record() -> None:
    world = World()
    fail(world, "Deployment")
    with pytest.raises(InstallFailed) as caught:
        world.install()
    text = "server-side apply failed for object default/rel-web apps/v1, Kind=Deployment: no such thing"
    assert str(caught.value) == text
    assert world.records() == [(1, "failed", f'Release "rel" failed: {text}')]
    assert caught.value.record == world.store.last("default", "rel")
    assert world.names("ConfigMap") == ["kube-root-ca.crt", "rel-config"] or "rel-config" in world.names("ConfigMap")
    assert world.cluster.objects("Lease", "default") == []


def test_rollback_on_failure_uninstalls() -> None:
    world = World()
    fail(world, "Deployment")
    with pytest.raises(InstallFailed) as caught:
        world.install(demo(kept=KEPT), rollback_on_failure=True)
    assert str(caught.value) == (
        "release rel failed, and has been uninstalled due to rollback-on-failure being set: "
        "server-side apply failed for object default/rel-web apps/v1, Kind=Deployment: no such thing"
    )
    assert world.records() == []
    assert "rel-config" not in world.names("ConfigMap")


def test_a_failing_undo_is_told() -> None:
    world = World()
    fail(world, "Deployment")
    made = demo(
        bad=hook("bad", "pre-delete", annotations='"x": y').replace(
            "spec:\n  backoff", "spec:\n  nonsense: 1\n  backoff"
        )
    )
    with pytest.raises(InstallFailed) as caught:
        world.install(made, rollback_on_failure=True)
    assert str(caught.value).startswith(
        "an error occurred while uninstalling the release. original install error: "
        "server-side apply failed for object default/rel-web apps/v1, Kind=Deployment: no such thing: "
    )


def test_a_record_that_is_too_large_is_refused_before_anything_is_applied() -> None:
    import random

    noise = random.Random(1).randbytes(2_000_000).hex()  # it does not compress away
    world = World()
    with pytest.raises(ReleaseTooLarge):
        world.install(chart({"config.yaml": CONFIG}, files={"noise.txt": noise}))
    assert list(world.writes()) == []
    assert world.records() == []


def cancel_at(world: World, deadline: Deadline, kind: str) -> None:
    """Cancel when an object of this kind is written."""

    def seen(call: Call) -> bool:
        if call.writes and call.ref.kind == kind:
            deadline.cancel()
        return False

    world.cluster.faults.fail(seen, times=None)


def test_a_cancelled_install_leaves_a_failed_record() -> None:
    world = World()
    deadline = Deadline(None, clock=world.clock)
    cancel_at(world, deadline, "ConfigMap")
    with pytest.raises(InstallFailed) as caught:
        world.engine.install(demo(), {}, InstallOptions(name="rel"), deadline=deadline)
    assert isinstance(caught.value.__cause__, Cancelled)
    assert world.records() == [(1, "failed", 'Release "rel" failed: context canceled')]
    assert world.cluster.objects("Lease", "default") == []


def test_a_cancelled_install_is_undone_where_asked() -> None:
    world = World()
    deadline = Deadline(None, clock=world.clock)
    cancel_at(world, deadline, "Deployment")
    options = InstallOptions(name="rel", rollback_on_failure=True)
    with pytest.raises(
        InstallFailed, match="has been uninstalled due to rollback-on-failure being set: context canceled"
    ):
        world.engine.install(demo(), {}, options, deadline=deadline)
    assert world.records() == []
    assert "rel-config" not in world.names("ConfigMap")


def test_an_install_out_of_time() -> None:
    world = World()
    world.cluster.faults.slow(11.0, lambda call: call.verb == "apply")
    with pytest.raises(InstallFailed) as caught:
        world.engine.install(demo(), {}, InstallOptions(name="rel"), deadline=Deadline(10.0, clock=world.clock))
    assert str(caught.value) == "context deadline exceeded"
    assert world.records() == [(1, "failed", 'Release "rel" failed: context deadline exceeded')]


def test_an_unreachable_cluster_is_told_in_helms_words() -> None:
    from purehelm.engine.errors import ClusterUnreachable

    world = World()
    world.cluster.faults.fail(
        lambda call: True, lambda: ClusterUnreachable("kubernetes cluster unreachable: no"), times=None
    )
    with pytest.raises(
        ClusterUnreachable, match=r"^cluster reachability check failed: kubernetes cluster unreachable: no$"
    ):
        world.install()


def test_waiting_that_fails() -> None:
    world = World()
    pods = "      labels: {app: {{ .Release.Name }}}\n    spec"
    never = WEB.replace(pods, pods.replace("    spec", '      annotations: {"bed/outcome": never-ready}\n    spec'))
    with pytest.raises(InstallFailed) as caught:
        world.install(chart({"web.yaml": never}), wait=WaitStrategy.WATCHER, timeout=30.0)
    assert str(caught.value) == (
        "resource Deployment/default/rel-web not ready. status: InProgress, message: Available: 0/1\ncontext deadline exceeded"
    )
    assert world.records()[0][1] == "failed"


def test_server_side_apply_can_be_declined() -> None:
    world = World()
    assert world.install(server_side="false").apply_method == "csa"
    entries = world.live("ConfigMap", "rel-config")["metadata"]["managedFields"]
    assert [(entry["manager"], entry["operation"]) for entry in entries] == [("helm", "Update")]
