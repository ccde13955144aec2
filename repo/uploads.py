"""Upload of blobs and manifests by the oras library, over our own transport.

oras knows how a blob is uploaded (ask, begin, put, at the place the registry names). Its own requests have no time limit,
sleep for minutes between retries, keep one token for all hosts and lose the registry's reasons, so each of them goes
through our `Authorizer`. Reading does not go through it: it decodes manifests (their digest could not be checked) and
follows pages to other hosts.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from purehelm.engine.clock import Deadline

from .answers import check_answer, scope_of
from .artifact import Descriptor
from .metadata import go_json
from .reference import OciReference
from .tokens import Authorizer
from .transport import MEBIBYTE, Request

if TYPE_CHECKING:
    import requests


def upload_blob(
    authorizer: Authorizer, reference: OciReference, content: tuple[Descriptor, bytes], deadline: Deadline
) -> None:
    """Put a blob into the reference's repository, unless it is there. Raises RepositoryError."""
    descriptor, data = content
    registry, container = _library(authorizer, reference, deadline)
    with tempfile.TemporaryDirectory(prefix="purehelm-") as folder:
        path = Path(folder) / "blob"  # the library reads files only
        path.write_bytes(data)
        registry.upload_blob(str(path), container, descriptor.to_json())


def upload_manifest(
    authorizer: Authorizer, reference: OciReference, manifest: dict[str, Any], deadline: Deadline
) -> bytes:
    """Put a manifest at the reference's tag; its bytes as they were sent. Raises RepositoryError."""
    registry, container = _library(authorizer, reference, deadline)
    registry.upload_manifest(manifest, container)
    return go_json(manifest)


def _library(authorizer: Authorizer, reference: OciReference, deadline: Deadline) -> tuple[Any, Any]:
    """oras' registry and container for a reference."""
    import oras.container
    import oras.provider

    scope = scope_of(reference, "pull,push")

    class Registry(oras.provider.Registry):  # type: ignore[misc]  # the library has no types
        """oras, speaking through our authorizer."""

        def do_request(
            self, url: str, method: str = "GET", data: Any = None, headers: Any = None, json: Any = None, **_: Any
        ) -> requests.Response:
            body = go_json(json) if json is not None else data
            sent = {name: value for name, value in (headers or {}).items() if name.lower() != "content-length"}
            request = Request(url=url, method=method, headers=sent, body=body, limit=MEBIBYTE)
            response = authorizer.send(request, scope, deadline)
            if not (method == "HEAD" and response.status == 404):
                check_answer(request, response)
            return _library_response(response.status, response.headers, response.body)

    registry = Registry(insecure=authorizer.base.startswith("http://"))
    container = oras.container.Container(f"{reference.repository}:{reference.tag}", registry=reference.host)
    # The library's own parsing takes a repository's first part for a host where it has a dot.
    container.registry, container.namespace, container.repository = reference.host, None, reference.repository
    container.tag, container.digest = reference.tag, None
    return registry, container


def _library_response(status: int, headers: Any, body: bytes) -> requests.Response:
    import requests

    response = requests.Response()
    response.status_code = status
    response.headers.update(headers)
    response.raw = io.BytesIO(body)
    return response
