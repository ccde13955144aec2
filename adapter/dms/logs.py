"""The logs of a deployment: every container of every pod, as text or as a stream."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import Cancelled, ClusterError, DeadlineExceeded
from purehelm.engine.kube.cluster import Cluster
from purehelm.engine.kube.cluster import LogQuery as PodLogQuery
from purehelm.engine.shapes import KubeObject

from .errors import InvalidRequest
from .models import LogQuery

BEHIND = 1000  # lines that a slow reader may be behind, before the pods' streams are held up
LARGEST = 64 * 1024 * 1024  # bytes of text that are gathered at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One container's log."""

    namespace: str
    pod: str
    container: str

    def mark(self, line: bytes) -> bytes:
        """The line with its origin before it, and a line end."""
        return f"[{self.pod}/{self.container}] ".encode() + line.rstrip(b"\n") + b"\n"


def sources_of(pods: Iterable[KubeObject], container: str = "") -> list[Source]:
    """The containers whose logs are wanted, those that ran first included. Raises InvalidRequest for an unknown one."""
    found, names = list[Source](), set[str]()
    for pod in pods:
        metadata, spec = pod["metadata"], pod.get("spec") or {}
        for entry in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
            names.add(entry["name"])
            if container in ("", entry["name"]):
                found.append(Source(namespace=metadata["namespace"], pod=metadata["name"], container=entry["name"]))
    if container and not found:
        raise InvalidRequest(f'no container is named "{container}"; there are: {", ".join(sorted(names)) or "none"}')
    return found


def gather(cluster: Cluster, sources: Sequence[Source], query: LogQuery) -> bytes:
    """The logs of all sources, one after the other. A container that has not started says so in its place."""
    text = bytearray()
    for source in sources:
        for line in _lines(cluster, source, query):
            text += line
            if len(text) > LARGEST:
                raise InvalidRequest(f"the logs have more than {LARGEST} bytes: ask for fewer lines, or for a stream")
    return bytes(text)


def _lines(cluster: Cluster, source: Source, query: LogQuery) -> Iterator[bytes]:
    asked = PodLogQuery(
        namespace=source.namespace,
        pod=source.pod,
        container=source.container,
        tail=query.tail,
        since=query.since,
        follow=query.follow,
    )
    try:
        with cluster.logs(asked) as lines:
            yield from map(source.mark, lines)
    except ClusterError as error:
        if error.status not in (400, 404):  # not started yet, or gone meanwhile
            raise
        yield source.mark(f"({error})".encode())


class LogStream:
    """Lines of all sources as they come; an iterator that `close` ends, also a context manager."""

    def __init__(self, cluster: Cluster, sources: Sequence[Source], query: LogQuery, deadline: Deadline) -> None:
        self._deadline = deadline
        self._lines: queue.Queue[bytes | BaseException | None] = queue.Queue(BEHIND)
        self._running = len(sources)
        bound = cluster.within(deadline)
        self._threads = [
            threading.Thread(target=self._read, args=(bound, source, query), name=f"log-{source.pod}", daemon=True)
            for source in sources
        ]
        for thread in self._threads:
            thread.start()

    def __iter__(self) -> Iterator[bytes]:
        while self._running:
            item = self._lines.get()
            if item is None:
                self._running -= 1
            elif isinstance(item, BaseException):
                self.close()
                raise item
            else:
                yield item

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every stream; lines that nobody read are dropped."""
        self._deadline.cancel()
        while any(thread.is_alive() for thread in self._threads):
            try:
                self._lines.get(timeout=0.05)  # a thread may wait for room
            except queue.Empty:
                continue
        self._running = 0

    def _read(self, cluster: Cluster, source: Source, query: LogQuery) -> None:
        end: BaseException | None = None
        try:
            for line in _lines(cluster, source, query):
                self._lines.put(line)
        except (Cancelled, DeadlineExceeded):
            pass  # the reader has gone, or the time is up: the stream just ends
        except ClusterError as error:
            end = error
        self._lines.put(end)
