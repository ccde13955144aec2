"""A client of one API server: raw JSON over pooled connections; `Cluster` and `RecordApi` of the real world."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from urllib.parse import quote

import orjson

from ..capabilities import Capabilities, KubeVersion
from ..clock import Deadline
from ..errors import ClusterError, KindUnknown, ObjectInvalid, Unauthorized
from ..shapes import KubeObject, ResourceRef
from .answers import GENERIC, Asked, error_of, framed
from .cluster import KindInfo, ListQuery, LogQuery, PatchType, Propagation, WatchEvent, WriteOptions
from .config import ClusterChoice, Connection, load_connection
from .discovery import Served, discover
from .fields import maps_at, number_at, text_at
from .transport import Request, Transport, unexpected

List = list  # the name is a method here
PAGE = 500
GONE = 410
WATCH_SECONDS = 300
METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
APPLY = "application/apply-patch+yaml"
RECORDS = {"Secret": "secrets", "ConfigMap": "configmaps"}


def connect(
    choice: ClusterChoice | None = None, *, environment: Mapping[str, str] | None = None,
    warn: Callable[[str], None] | None = None,
) -> KubeClient:  # fmt: skip
    """A client of the chosen cluster. Nothing is read or opened before the first call.

    `environment` is the process's own unless given; `warn` hears the server's warnings (deprecated APIs …).
    """
    return KubeClient(_Shared(choice or ClusterChoice(), os.environ if environment is None else environment, warn))


class _Shared:
    """What all views of one client share; opened when first needed."""

    def __init__(
        self, choice: ClusterChoice, environment: Mapping[str, str], warn: Callable[[str], None] | None
    ) -> None:
        self.choice = choice
        self._environment = environment
        self._warn = warn
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._transport: Transport | None = None
        self._served: Served | None = None

    @property
    def connection(self) -> Connection:
        with self._lock:
            return self._configured()

    @property
    def transport(self) -> Transport:
        with self._lock:
            if self._transport is None:
                self._transport = Transport(self._configured(), warn=self._warn, environment=self._environment)
            return self._transport

    def served(self, look: Callable[[], Served], *, anew: Served | None = None) -> Served:
        """Discovery's answer, asked once; asked again where the present one is `anew`."""
        with self._lock:
            found = self._served
        if found is None or found is anew:
            found = look()
            with self._lock:
                self._served = found
        return found

    def forget(self) -> None:
        with self._lock:
            self._served = None

    def close(self) -> None:
        with self._lock:
            if self._transport is not None:
                self._transport.close()

    def _configured(self) -> Connection:
        if self._connection is None:
            self._connection = load_connection(self.choice, self._environment)
        return self._connection


class KubeClient:
    """One API server; satisfies `Cluster` and `RecordApi`. Safe to share between threads."""

    def __init__(self, shared: _Shared, deadline: Deadline | None = None) -> None:
        self._shared = shared
        self._deadline = deadline or Deadline(None)

    @property
    def namespace(self) -> str:
        """The context's namespace; `default` where it names none. Raises ClusterUnreachable for a broken kubeconfig."""
        return self._shared.connection.namespace

    def within(self, deadline: Deadline) -> KubeClient:
        return KubeClient(self._shared, deadline)

    def check(self) -> None:
        try:
            self._json(Request(method="GET", path="/version", asked=Asked("get")))
        except ClusterError as error:  # in Helm's words (kube/client.go IsReachable)
            text = GENERIC[401] if isinstance(error, Unauthorized) else str(error)
            raise framed(error, f"kubernetes cluster unreachable: {text}") from error

    def close(self) -> None:
        self._shared.close()

    # --- discovery

    def capabilities(self) -> Capabilities:
        version = self._json(Request(method="GET", path="/version", asked=Asked("get")))
        served = self._shared.served(self._discover)
        return Capabilities(
            kube_version=KubeVersion(
                text_at(version, "gitVersion"), text_at(version, "major"), text_at(version, "minor")
            ),
            api_versions=served.api_versions,
        )

    def kind_info(self, api_version: str, kind: str) -> KindInfo:
        served = self._shared.served(self._discover)
        found = served.kinds.get((api_version, kind))
        if found is None:
            found = self._shared.served(self._discover, anew=served).kinds.get((api_version, kind))
        if found is None:
            raise KindUnknown(f'no matches for kind "{kind}" in version "{api_version}"')
        return found

    def forget_discovery(self) -> None:
        self._shared.forget()

    def _discover(self) -> Served:
        return discover(lambda path, accept: self._json(Request(method="GET", path=path, accept=accept)))

    # --- reads

    def get(self, ref: ResourceRef) -> KubeObject:
        return self._json(self._request("GET", ref, "get"))

    def table(self, ref: ResourceRef) -> KubeObject:
        """The object as a meta.k8s.io Table, the server's own view for people; raises as `get`."""
        return self._json(replace(self._request("GET", ref, "get"), accept=TABLE))

    def list(self, query: ListQuery) -> List[KubeObject]:
        info = self.kind_info(query.api_version, query.kind)
        path = _collection(info, query.namespace)
        items: List[KubeObject] = []
        for page in self._pages(path, _selectors(query), asked=Asked("list", info.resource)):
            items += [{"apiVersion": info.api_version, "kind": info.kind, **item} for item in page]
        return items

    def watch(self, query: ListQuery, resource_version: str = "") -> AbstractContextManager[Iterator[WatchEvent]]:
        info = self.kind_info(query.api_version, query.kind)
        parameters = {**_selectors(query), "watch": "true", "timeoutSeconds": str(WATCH_SECONDS)}
        if resource_version:
            parameters["resourceVersion"] = resource_version
        return self._watch(
            Request(
                method="GET", path=_collection(info, query.namespace), query=parameters,
                asked=Asked("watch", info.resource),
            )
        )  # fmt: skip

    @contextmanager
    def _watch(self, request: Request) -> Iterator[Iterator[WatchEvent]]:
        with self._shared.transport.stream(request, self._deadline) as pieces:
            yield _events(_lines(pieces))

    def logs(self, query: LogQuery) -> AbstractContextManager[Iterator[bytes]]:
        parameters = {
            "container": query.container,
            "tailLines": "" if query.tail is None else str(query.tail),
            "sinceSeconds": "" if query.since is None else str(max(1, int(query.since))),
            "follow": "true" if query.follow else "",
            "previous": "true" if query.previous else "",
        }
        ref = ResourceRef("v1", "Pod", query.namespace, query.pod)
        return self._logs(
            Request(
                method="GET", path=f"/api/v1/namespaces/{quote(query.namespace)}/pods/{quote(query.pod)}/log",
                query={key: value for key, value in parameters.items() if value}, accept="*/*",
                asked=Asked("get", "pods", ref),
            )
        )  # fmt: skip

    @contextmanager
    def _logs(self, request: Request) -> Iterator[Iterator[bytes]]:
        with self._shared.transport.stream(request, self._deadline) as pieces:
            yield _lines(pieces)

    # --- writes

    def apply(self, body: KubeObject, options: WriteOptions) -> KubeObject:
        ref = self._ref(body)
        if not ref.name:
            raise ObjectInvalid("resource name may not be empty", ref=ref)
        query = {**_writing(options), "force": "true" if options.force else "false"}
        return self._json(self._request("PATCH", ref, "patch", query=query, body=body, content_type=APPLY))

    def create(self, body: KubeObject, options: WriteOptions) -> KubeObject:
        ref = self._ref(body)
        info = self.kind_info(ref.api_version, ref.kind)
        return self._json(
            Request(
                method="POST", path=_collection(info, ref.namespace or self._default(info)),
                query=_writing(options), body=_encoded(body), repeatable=False,
                asked=Asked("create", info.resource, ref),
            )
        )  # fmt: skip

    def replace(self, body: KubeObject, options: WriteOptions) -> KubeObject:
        query = _writing(options)
        return self._json(self._request("PUT", self._ref(body), "update", query=query, body=body))

    def patch(self, ref: ResourceRef, kind: PatchType, patch: object, options: WriteOptions) -> KubeObject:
        query = _writing(options)
        request = self._request("PATCH", ref, "patch", query=query, body=patch, content_type=str(kind))
        return self._json(request)

    def delete(self, ref: ResourceRef, propagation: Propagation = "Background", *, dry_run: bool = False) -> None:
        # Where there is a body the server reads no options from the query.
        tried = {"dryRun": ["All"]} if dry_run else {}
        body = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": propagation, **tried}
        self._shared.transport.send(self._request("DELETE", ref, "delete", body=body), self._deadline)

    # --- records

    def get_record(self, kind: str, namespace: str, name: str) -> KubeObject:
        return self._json(self._record("GET", "get", kind, namespace, name))

    def create_record(self, kind: str, namespace: str, body: KubeObject) -> KubeObject:
        return self._json(self._record("POST", "create", kind, namespace, body=body))

    def update_record(self, kind: str, namespace: str, body: KubeObject) -> KubeObject:
        return self._json(self._record("PUT", "update", kind, namespace, text_at(body, "metadata.name"), body=body))

    def delete_record(self, kind: str, namespace: str, name: str) -> None:
        self._shared.transport.send(self._record("DELETE", "delete", kind, namespace, name), self._deadline)

    def list_records(
        self, kind: str, namespace: str | None, selector: str, *, metadata_only: bool = False
    ) -> Iterator[KubeObject]:
        path = f"/api/v1/namespaces/{quote(namespace)}/{RECORDS[kind]}" if namespace else f"/api/v1/{RECORDS[kind]}"
        query = {"labelSelector": selector} if selector else {}
        accept = METADATA_ONLY if metadata_only else "application/json"
        for page in self._pages(path, query, asked=Asked("list", RECORDS[kind]), accept=accept):
            yield from page

    def _record(
        self, method: str, verb: str, kind: str, namespace: str, name: str = "", *, body: KubeObject | None = None
    ) -> Request:
        path = f"/api/v1/namespaces/{quote(namespace)}/{RECORDS[kind]}"
        whole = None if body is None else {"apiVersion": "v1", "kind": kind, **body}
        return Request(
            method=method, path=f"{path}/{quote(name)}" if name else path, repeatable=method != "POST",
            query={} if method in ("GET", "DELETE") else {"fieldManager": "helm"},
            body=None if whole is None else _encoded(whole),
            asked=Asked(verb, RECORDS[kind], ResourceRef("v1", kind, namespace, name)),
        )  # fmt: skip

    # --- requests

    def _json(self, request: Request) -> KubeObject:
        answer = self._shared.transport.send(request, self._deadline)
        try:
            found = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            found = None
        if not isinstance(found, dict):
            raise unexpected(request.asked)
        return found

    def _pages(
        self, path: str, query: Mapping[str, str], *, asked: Asked, accept: str = "application/json"
    ) -> Iterator[List[KubeObject]]:
        """A collection's items, page by page; where a page has expired meanwhile the rest is read in one."""
        going = ""
        limit = {"limit": str(PAGE)}
        seen: set[tuple[str, str]] = set()
        while True:
            parameters = {**query, **limit, **({"continue": going} if going else {})}
            try:
                page = self._json(Request(method="GET", path=path, query=parameters, accept=accept, asked=asked))
            except ClusterError as error:
                if error.status != GONE or not going:
                    raise
                going, limit = "", {}
                continue
            items = [item for item in maps_at(page, "items") if not seen or _name_of(item) not in seen]
            yield items
            going = text_at(page, "metadata.continue")
            if not going:
                return
            seen.update(map(_name_of, items))

    def _request(
        self, method: str, ref: ResourceRef, verb: str, *, query: Mapping[str, str] | None = None, body: object = None,
        content_type: str = "application/json",
    ) -> Request:  # fmt: skip
        info = self.kind_info(ref.api_version, ref.kind)
        path = f"{_collection(info, ref.namespace or self._default(info))}/{quote(ref.name, safe='')}"
        return Request(
            method=method, path=path, query=query or {}, body=None if body is None else _encoded(body),
            content_type=content_type, asked=Asked(verb, info.resource, ref),
        )  # fmt: skip

    def _default(self, info: KindInfo) -> str:
        return self.namespace if info.namespaced else ""

    @staticmethod
    def _ref(body: KubeObject) -> ResourceRef:
        return ResourceRef(
            text_at(body, "apiVersion"), text_at(body, "kind"), text_at(body, "metadata.namespace"),
            text_at(body, "metadata.name"),
        )  # fmt: skip


def _collection(info: KindInfo, namespace: str) -> str:
    root = f"/apis/{info.api_version}" if "/" in info.api_version else f"/api/{info.api_version}"
    if info.namespaced and namespace:
        return f"{root}/namespaces/{quote(namespace, safe='')}/{info.resource}"
    return f"{root}/{info.resource}"


def _name_of(item: KubeObject) -> tuple[str, str]:
    return text_at(item, "metadata.namespace"), text_at(item, "metadata.name")


def _selectors(query: ListQuery) -> dict[str, str]:
    chosen = {"labelSelector": query.labels, "fieldSelector": query.fields}
    return {key: value for key, value in chosen.items() if value}


def _writing(options: WriteOptions) -> dict[str, str]:
    query = {"fieldManager": options.manager, "fieldValidation": options.validation}
    if options.dry_run:
        query["dryRun"] = "All"
    return query


def _encoded(body: object) -> bytes:
    """JSON as sent. Raises ObjectInvalid for what JSON cannot say."""
    try:
        return orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
    except TypeError as error:
        raise ObjectInvalid(f"cannot be written as JSON: {error}") from error


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Bytes as lines with their ends; the last one may have none."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n") if rest else piece.split(b"\n")
        for line in whole:
            yield line + b"\n"
    if rest:
        yield rest


def _events(lines: Iterator[bytes]) -> Iterator[WatchEvent]:
    """A watch's lines as events, until it is too old; raises what the server says instead of an event."""
    for line in lines:
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError:
            return  # cut off in the middle: the connection broke
        kind, body = event.get("type"), event.get("object") or {}
        if kind == "ERROR":
            status = number_at(body, "code", 500)
            if status == GONE or status >= 500:
                return
            raise error_of(body, status, None)
        yield WatchEvent(kind, body)
