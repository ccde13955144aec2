"""Discovery documents, aggregated and classic."""

from __future__ import annotations

from typing import Any

import pytest

from purehelm.engine.errors import ClusterError, ClusterUnreachable, ObjectNotFound
from purehelm.engine.kube.cluster import KindInfo
from purehelm.engine.kube.discovery import Served, discover

POD = KindInfo(api_version="v1", kind="Pod", resource="pods", namespaced=True, verbs=frozenset({"get", "list"}))
SCALED = KindInfo(
    api_version="apps/v1", kind="Deployment", resource="deployments", namespaced=True, verbs=frozenset({"get"})
)
NODE = KindInfo(api_version="v1", kind="Node", resource="nodes", namespaced=False, verbs=frozenset())


def fetching(documents: dict[str, Any]) -> Any:
    def fetch(path: str, accept: str) -> Any:
        found = documents.get(path, ObjectNotFound("no", status=404))
        if isinstance(found, Exception):
            raise found
        return found

    return fetch


def test_aggregated() -> None:
    documents = {
        "/api": {
            "kind": "APIGroupDiscoveryList",
            "items": [
                {
                    "metadata": {},
                    "versions": [
                        {
                            "version": "v1",
                            "resources": [
                                {
                                    "resource": "pods", "responseKind": {"kind": "Pod"}, "scope": "Namespaced",
                                    "verbs": ["get", "list"], "subresources": [{"responseKind": {"kind": "Eviction"}}, {}],
                                },
                                {"resource": "nodes", "responseKind": {"kind": "Node"}, "scope": "Cluster"},
                                {"resource": "odd"},
                            ],
                        }
                    ],
                }
            ],
        },
        "/apis": {
            "kind": "APIGroupDiscoveryList",
            "items": [
                {
                    "metadata": {"name": "apps"},
                    "versions": [
                        {
                            "version": "v1",
                            "resources": [
                                {"resource": "a", "responseKind": {"kind": "Deployment"}, "scope": "Namespaced", "verbs": ["create"]},
                                {"resource": "deployments", "responseKind": {"kind": "Deployment"}, "scope": "Namespaced", "verbs": ["get"]},
                            ],
                        },
                        {"version": "v2", "freshness": "Stale"},
                    ],
                }
            ],
        },
    }  # fmt: skip
    assert discover(fetching(documents)) == Served(
        {("v1", "Pod"): POD, ("v1", "Node"): NODE, ("apps/v1", "Deployment"): SCALED},
        ("apps/v1", "apps/v1/Deployment", "apps/v2", "v1", "v1/Eviction", "v1/Node", "v1/Pod"),
    )


def classic(**broken: Any) -> dict[str, Any]:
    return {
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {"kind": "APIGroupList", "groups": [{"versions": [{"groupVersion": "apps/v1"}]}]},
        "/api/v1": {
            "resources": [
                {"name": "pods", "kind": "Pod", "namespaced": True, "verbs": ["get", "list"]},
                {"name": "pods/eviction", "kind": "Eviction", "namespaced": True},
                {"name": "nodes", "kind": "Node", "namespaced": False},
            ]
        },
        "/apis/apps/v1": {"resources": [{"name": "deployments", "kind": "Deployment", "namespaced": True, "verbs": ["get"]}]},
        **broken,
    }  # fmt: skip


def test_classic() -> None:
    assert discover(fetching(classic())) == Served(
        {("v1", "Pod"): POD, ("v1", "Node"): NODE, ("apps/v1", "Deployment"): SCALED},
        ("apps/v1", "apps/v1/Deployment", "v1", "v1/Eviction", "v1/Node", "v1/Pod"),
    )


def test_a_group_that_is_down_is_left_out() -> None:
    found = discover(fetching(classic(**{"/apis/apps/v1": ClusterError("down", status=503)})))
    assert ("apps/v1", "Deployment") not in found.kinds
    assert ("v1", "Pod") in found.kinds


def test_a_server_that_is_gone_is_no_empty_one() -> None:
    with pytest.raises(ClusterUnreachable):
        discover(fetching(classic(**{"/apis/apps/v1": ClusterUnreachable("gone")})))


def test_nothing_is_served() -> None:
    assert discover(fetching({"/apis": []})) == Served({}, ())
