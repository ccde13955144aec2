"""What the client sends, what it makes of answers, and what it tries again: against a server that answers by script."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from purehelm.engine.capabilities import Capabilities, KubeVersion
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import (
    Cancelled,
    ClusterError,
    ClusterUnreachable,
    DeadlineExceeded,
    Forbidden,
    KindUnknown,
    ObjectInvalid,
    ObjectNotFound,
    Unauthorized,
)
from purehelm.engine.kube.client import KubeClient, connect
from purehelm.engine.kube.cluster import KindInfo, ListQuery, LogQuery, PatchType, WatchEvent, WriteOptions
from purehelm.engine.kube.config import ClusterChoice
from purehelm.engine.shapes import ResourceRef
from tests.engine.kube.conftest import Reply, Scripted

REF = ResourceRef("v1", "ConfigMap", "n", "a")
BODY = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "n"}}
PATH = "/api/v1/namespaces/n/configmaps/a"
CONFIGS = "/api/v1/namespaces/n/configmaps"
Refused = Callable[..., Reply]


@pytest.fixture
def client(server: Scripted) -> Iterator[KubeClient]:
    """A client of the scripted server."""
    opened = connect(ClusterChoice(server=server.url), environment={}).within(Deadline(20))
    yield opened
    opened.close()


def sent(server: Scripted) -> list[Any]:
    """What was asked besides discovery."""
    return [seen for seen in server.seen if seen.path not in ("/api", "/apis")]


def test_a_read(server: Scripted, client: KubeClient) -> None:
    server.on(PATH, BODY)
    assert client.get(REF) == BODY
    assert [(seen.method, seen.path, seen.query) for seen in sent(server)] == [("GET", PATH, {})]
    assert sent(server)[0].headers["User-Agent"].startswith("Helm/4.3 purehelm/")


WRITES: list[tuple[str, Callable[[KubeClient], Any], tuple[str, str, dict[str, str], str, Any]]] = [
    (
        "apply", lambda client: client.apply(BODY, WriteOptions()),
        ("PATCH", PATH, {"fieldManager": "helm", "fieldValidation": "Strict", "force": "false"}, "application/apply-patch+yaml", BODY),
    ),
    (
        "apply-force-dry", lambda client: client.apply(BODY, WriteOptions(manager="m", force=True, dry_run=True, validation="Ignore")),
        ("PATCH", PATH, {"fieldManager": "m", "fieldValidation": "Ignore", "force": "true", "dryRun": "All"}, "application/apply-patch+yaml", BODY),
    ),
    (
        "create", lambda client: client.create(BODY, WriteOptions(validation="Warn")),
        ("POST", CONFIGS, {"fieldManager": "helm", "fieldValidation": "Warn"}, "application/json", BODY),
    ),
    (
        "replace", lambda client: client.replace(BODY, WriteOptions()),
        ("PUT", PATH, {"fieldManager": "helm", "fieldValidation": "Strict"}, "application/json", BODY),
    ),
    (
        "patch", lambda client: client.patch(REF, PatchType.MERGE, {"data": None}, WriteOptions()),
        ("PATCH", PATH, {"fieldManager": "helm", "fieldValidation": "Strict"}, "application/merge-patch+json", {"data": None}),
    ),
    (
        "create-record", lambda client: client.create_record("ConfigMap", "n", {"metadata": {"name": "a"}}),
        ("POST", CONFIGS, {"fieldManager": "helm"}, "application/json", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}),
    ),
    (
        "update-record", lambda client: client.update_record("ConfigMap", "n", BODY),
        ("PUT", PATH, {"fieldManager": "helm"}, "application/json", BODY),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "call", "want"), WRITES, ids=[name for name, *_ in WRITES])
def test_writes(server: Scripted, client: KubeClient, name: str, call: Any, want: Any) -> None:
    stored = {**BODY, "data": {"k": "v"}}
    server.on(PATH, stored)
    server.on(CONFIGS, stored)
    assert call(client) == stored
    seen = sent(server)[0]
    assert (seen.method, seen.path, seen.query, seen.headers["Content-Type"], seen.body) == want


def test_deleting(server: Scripted, client: KubeClient) -> None:
    server.on(PATH, {"kind": "Status", "status": "Success"})
    client.delete(REF, "Foreground")
    client.delete(REF, dry_run=True)
    client.delete_record("ConfigMap", "n", "a")
    options = {"kind": "DeleteOptions", "apiVersion": "v1"}
    assert [(seen.method, seen.body) for seen in sent(server)] == [
        ("DELETE", {**options, "propagationPolicy": "Foreground"}),
        ("DELETE", {**options, "propagationPolicy": "Background", "dryRun": ["All"]}),
        ("DELETE", None),
    ]


def test_a_table(server: Scripted, client: KubeClient) -> None:
    server.on(PATH, {"kind": "Table"})
    assert client.table(REF) == {"kind": "Table"}
    assert "as=Table" in sent(server)[0].headers["Accept"]


def test_kinds_without_namespaces(server: Scripted, client: KubeClient) -> None:
    server.on("/api/v1/namespaces/x", {"kind": "Namespace"})
    assert client.get(ResourceRef("v1", "Namespace", "", "x")) == {"kind": "Namespace"}


def test_the_contexts_namespace_is_the_default(server: Scripted, client: KubeClient) -> None:
    server.on("/api/v1/namespaces/default/configmaps/a", BODY)
    assert client.get(ResourceRef("v1", "ConfigMap", "", "a")) == BODY
    assert client.namespace == "default"


def test_names_cannot_leave_their_place(server: Scripted, client: KubeClient) -> None:
    with pytest.raises(ObjectNotFound):
        client.get(ResourceRef("v1", "ConfigMap", "n/../m", "../../secrets?x=1"))
    assert sent(server)[0].path == "/api/v1/namespaces/n%2F..%2Fm/configmaps/..%2F..%2Fsecrets%3Fx%3D1"


def test_an_apply_needs_a_name(client: KubeClient) -> None:
    with pytest.raises(ObjectInvalid, match=r"^resource name may not be empty$"):
        client.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "a-"}}, WriteOptions())


def test_what_json_cannot_say(client: KubeClient) -> None:
    with pytest.raises(ObjectInvalid, match="cannot be written as JSON"):
        client.create({**BODY, "data": {"k": object()}}, WriteOptions())


def test_an_answer_that_is_no_object(server: Scripted, client: KubeClient) -> None:
    server.on(PATH, Reply(b"<html>"), Reply(b"[]"))
    for _ in range(2):
        with pytest.raises(ClusterError, match=r"^the server's answer is no JSON object \(get configmaps a\)$"):
            client.get(REF)


# --- discovery


def test_capabilities(server: Scripted, client: KubeClient) -> None:
    server.on("/version", {"gitVersion": "v1.36.3+x", "major": "1", "minor": "36+"})
    assert client.capabilities() == Capabilities(
        kube_version=KubeVersion("v1.36.3+x", "1", "36+"),
        api_versions=("v1", "v1/ConfigMap", "v1/Eviction", "v1/Namespace", "v1/Pod"),
    )


def test_a_kind_that_is_missed_is_looked_for_once_more(server: Scripted, client: KubeClient) -> None:
    assert client.kind_info("v1", "Pod").resource == "pods"
    with pytest.raises(KindUnknown, match=r'^no matches for kind "Thing" in version "x/v1"$'):
        client.kind_info("x/v1", "Thing")
    assert [seen.path for seen in server.seen].count("/apis") == 2
    resource = {"resource": "things", "responseKind": {"kind": "Thing"}, "scope": "Namespaced"}
    group = {"metadata": {"name": "x"}, "versions": [{"version": "v1", "resources": [resource]}]}
    server.on("/apis", {"kind": "APIGroupDiscoveryList", "items": [group]})
    assert client.kind_info("x/v1", "Thing") == KindInfo(
        api_version="x/v1", kind="Thing", resource="things", namespaced=True
    )
    client.forget_discovery()
    client.kind_info("v1", "Pod")
    assert [seen.path for seen in server.seen].count("/apis") == 4


# --- lists


def test_a_list_of_pages(server: Scripted, client: KubeClient) -> None:
    first = {"metadata": {"continue": "more"}, "items": [{"metadata": {"name": "a"}}]}
    server.on("/api/v1/configmaps", first, {"metadata": {}, "items": [{"metadata": {"name": "b"}}]})
    found = client.list(ListQuery(api_version="v1", kind="ConfigMap", labels="a=b,c", fields="metadata.name=a"))
    assert found == [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}} for name in "ab"]
    asked = {"labelSelector": "a=b,c", "fieldSelector": "metadata.name=a", "limit": "500"}
    assert [seen.query for seen in sent(server)] == [asked, {**asked, "continue": "more"}]


def test_an_expired_page_is_read_again_without_repeating(
    server: Scripted, client: KubeClient, refused: Refused
) -> None:
    names = [{"metadata": {"name": name, "namespace": "n"}} for name in "ab"]
    first = {"metadata": {"continue": "more"}, "items": names[:1]}
    server.on("/api/v1/secrets", first, refused(410, "Expired", "too old"), {"items": names})
    assert list(client.list_records("Secret", None, "owner=helm", metadata_only=True)) == names
    assert [seen.query.get("limit") for seen in sent(server)] == ["500", "500", None]
    assert "PartialObjectMetadataList" in sent(server)[0].headers["Accept"]


def test_a_list_that_is_gone_from_its_start_is_an_error(server: Scripted, client: KubeClient, refused: Refused) -> None:
    server.on("/api/v1/namespaces/n/secrets", refused(410, "Expired", "too old"))
    with pytest.raises(ClusterError, match=r"^too old$"):
        list(client.list_records("Secret", "n", ""))


def test_a_record(server: Scripted, client: KubeClient) -> None:
    server.on("/api/v1/namespaces/n/secrets/a", {"kind": "Secret"})
    assert client.get_record("Secret", "n", "a") == {"kind": "Secret"}
    assert [seen.path for seen in server.seen] == ["/api/v1/namespaces/n/secrets/a"]  # no discovery


# --- errors and tries


def test_the_servers_words(server: Scripted, client: KubeClient, refused: Refused) -> None:
    server.on(PATH, refused(403, "Forbidden", "you may not"))
    with pytest.raises(Forbidden, match=r"^you may not$") as caught:
        client.get(REF)
    assert (caught.value.status, caught.value.ref) == (403, REF)


def test_a_check_without_credentials(server: Scripted, client: KubeClient, refused: Refused) -> None:
    server.on("/version", refused(401, "Unauthorized", "Unauthorized"))
    with pytest.raises(
        Unauthorized,
        match=r"^kubernetes cluster unreachable: the server has asked for the client to provide credentials$",
    ):
        client.check()


AT_ONCE = {"Retry-After": "0"}


@pytest.mark.parametrize(
    "reply",
    [
        Reply({}, 429, AT_ONCE), Reply({}, 503, AT_ONCE), Reply({}, 504), Reply({}, 500, AT_ONCE),
        Reply(b'{"kind":"Status","message":"etcdserver: request timed out"}', 500), Reply(drop=True),
    ],
    ids=["429", "503", "504", "500-later", "500-etcd", "dropped"],
)  # fmt: skip
def test_what_passes_is_tried_again(server: Scripted, client: KubeClient, reply: Reply) -> None:
    server.on(PATH, reply, BODY)
    client.kind_info("v1", "ConfigMap")
    assert client.apply(BODY, WriteOptions()) == BODY
    assert len(sent(server)) == 2


def test_a_500_for_good_is_not_tried_again(server: Scripted, client: KubeClient, refused: Refused) -> None:
    server.on(PATH, refused(500, "InternalError", "admission webhook: no"))
    with pytest.raises(ClusterError, match=r"^admission webhook: no$"):
        client.apply(BODY, WriteOptions())
    assert len(sent(server)) == 1


def test_a_create_may_not_happen_twice(server: Scripted, client: KubeClient) -> None:
    client.kind_info("v1", "ConfigMap")
    server.on(CONFIGS, Reply(drop=True), BODY)
    with pytest.raises(
        ClusterUnreachable, match=r'^Post "http://127.0.0.1:[0-9]+/api/v1/namespaces/n/configmaps": EOF$'
    ):
        client.create(BODY, WriteOptions())
    server.on(CONFIGS, Reply({}, 504), BODY)
    with pytest.raises(ClusterError, match="the server was unable to return a response in the time allotted"):
        client.create(BODY, WriteOptions())
    server.on(CONFIGS, Reply({}, 429, AT_ONCE), BODY)
    assert client.create(BODY, WriteOptions()) == BODY


def test_a_delete_whose_answer_was_lost(server: Scripted, client: KubeClient, refused: Refused) -> None:
    client.kind_info("v1", "ConfigMap")
    gone = refused(404, "NotFound", 'configmaps "a" not found')
    server.on(PATH, Reply(drop=True), gone)
    client.delete(REF)
    with pytest.raises(ObjectNotFound):
        client.delete(REF)


def test_tries_come_to_an_end(server: Scripted, client: KubeClient) -> None:
    server.on(PATH, Reply({}, 429, AT_ONCE))
    with pytest.raises(ClusterError, match="too many requests"):
        client.get(REF)
    assert len(sent(server)) == 8


def test_a_deadline_ends_the_tries(server: Scripted, client: KubeClient) -> None:
    server.on(PATH, Reply({}, 429, {"Retry-After": "30"}))
    with pytest.raises(DeadlineExceeded):
        client.within(Deadline(0.2)).get(REF)


def test_cancelled_before_anything_is_asked(server: Scripted, client: KubeClient) -> None:
    deadline = Deadline(None)
    deadline.cancel()
    with pytest.raises(Cancelled):
        client.within(deadline).get(REF)
    assert server.seen == []


def test_warnings_are_heard(server: Scripted) -> None:
    heard: list[str] = []
    server.on(PATH, Reply(BODY, headers={"Warning": '299 - "v1 ConfigMap is old"'}))
    client = connect(ClusterChoice(server=server.url), environment={}, warn=heard.append)
    client.get(REF)
    client.close()
    assert heard == ["v1 ConfigMap is old"]


def test_a_renewed_token(server: Scripted, tmp_path: Any) -> None:
    (tmp_path / "token").write_text("one")
    config = {
        "clusters": [{"name": "c", "cluster": {"server": server.url}}], "users": [{"name": "u", "user": {"tokenFile": "token"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}], "current-context": "x",
    }  # fmt: skip
    (tmp_path / "config").write_text(json.dumps(config))
    server.on("/version", Reply({}, 401), {"gitVersion": "v1"})
    client = connect(ClusterChoice(kubeconfig=str(tmp_path / "config"), as_user="me"), environment={})
    client.check()
    server.on("/api/v1/namespaces/n/pods/p/log", Reply({}, 401), Reply(chunks=[b"x"]))
    with client.logs(LogQuery(namespace="n", pod="p")) as lines:
        assert list(lines) == [b"x"]
    client.close()
    assert {seen.headers["Authorization"] for seen in server.seen} == {"Bearer one"}
    assert {seen.headers["Impersonate-User"] for seen in server.seen} == {"me"}


# --- streams

WATCHED = "/api/v1/namespaces/n/configmaps"
QUERY = ListQuery(api_version="v1", kind="ConfigMap", namespace="n")


def event(kind_of_event: str, /, **body: Any) -> bytes:
    return json.dumps({"type": kind_of_event, "object": body}).encode() + b"\n"


def test_a_watch(server: Scripted, client: KubeClient) -> None:
    whole = event("ADDED", a=1) + event("MODIFIED", a=2) + event("DELETED", a=3)
    server.on(WATCHED, Reply(chunks=[whole[:10], whole[10:50], whole[50:], b'{"type": "ADD']))
    with client.watch(QUERY, "7") as events:
        assert list(events) == [
            WatchEvent("ADDED", {"a": 1}),
            WatchEvent("MODIFIED", {"a": 2}),
            WatchEvent("DELETED", {"a": 3}),
        ]
    assert sent(server)[0].query == {"watch": "true", "timeoutSeconds": "300", "resourceVersion": "7"}


@pytest.mark.parametrize("code", [410, 500])
def test_a_watch_that_is_too_old_just_ends(server: Scripted, client: KubeClient, code: int) -> None:
    server.on(WATCHED, Reply(chunks=[event("ERROR", kind="Status", code=code, message="too old")]))
    with client.watch(QUERY) as events:
        assert list(events) == []


def test_a_watch_that_is_refused(server: Scripted, client: KubeClient, refused: Refused) -> None:
    server.on(WATCHED, Reply(chunks=[event("ERROR", kind="Status", code=403, message="no")]))
    with client.watch(QUERY) as events, pytest.raises(Forbidden, match=r"^no$"):
        list(events)
    server.on(WATCHED, refused(403, "Forbidden", "never"))
    with pytest.raises(Forbidden, match=r"^never$"), client.watch(QUERY):
        pass


def test_a_stream_ends_with_its_deadline(server: Scripted, client: KubeClient) -> None:
    hang = threading.Event()
    server.on(WATCHED, Reply(chunks=[event("ADDED", a=1)], hang=hang))
    with client.within(Deadline(0.3)).watch(QUERY) as events, pytest.raises(DeadlineExceeded):
        list(events)
    hang.set()


def test_a_stream_ends_when_somebody_cancels(server: Scripted, client: KubeClient) -> None:
    hang = threading.Event()
    server.on(WATCHED, Reply(chunks=[event("ADDED", a=1)], hang=hang))
    deadline = Deadline(None)
    with client.within(deadline).watch(QUERY) as events:
        assert next(events) == WatchEvent("ADDED", {"a": 1})
        deadline.cancel()
        with pytest.raises(Cancelled):
            next(events)
    hang.set()


def test_logs(server: Scripted, client: KubeClient) -> None:
    server.on("/api/v1/namespaces/n/pods/p/log", Reply(chunks=[b"one\ntw", b"o\n", b"three"]))
    query = LogQuery(namespace="n", pod="p", container="c", tail=5, since=1.5, follow=True, previous=True)
    with client.logs(query) as lines:
        assert list(lines) == [b"one\n", b"two\n", b"three"]
    assert sent(server)[0].query == {
        "container": "c", "tailLines": "5", "sinceSeconds": "1", "follow": "true", "previous": "true",
    }  # fmt: skip
