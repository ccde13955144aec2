"""What a registry's answers mean: scopes to ask for, and refusals with the registry's own reasons."""

from __future__ import annotations

from urllib.parse import urljoin

import orjson

from purehelm.engine.errors import ChartNotFound, RepositoryError

from .reference import OciReference, origin, redact
from .transport import Request, Response, refused


def scope_of(reference: OciReference, actions: str) -> str:
    """The token scope for a repository, empty for the registry itself."""
    return f"repository:{reference.repository}:{actions}" if reference.repository else ""


def check_answer(request: Request, response: Response) -> None:
    """Raise what a refusal means: ChartNotFound, RepositoryUnauthorized or RepositoryError (text as oras errcode has it)."""
    if response.ok:
        return
    text = f'{request.method} "{redact(request.url)}": response status code {response.status}: {_reasons(response)}'
    if response.status == 404:
        raise ChartNotFound(text, url=redact(request.url), status=404)
    raise refused(response, text)


def _reasons(response: Response) -> str:
    """`name unknown: repository name not known to registry`, joined; the status text where there is no reason."""
    try:
        errors = orjson.loads(response.body)["errors"]
        texts = [_reason(error) for error in errors]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        texts = []
    return "; ".join(texts)[:1000] or response.reason


def _reason(error: dict[str, object]) -> str:
    code = str(error.get("code") or "").lower().replace("_", " ")
    return ": ".join(part for part in (code, str(error.get("message") or "")) if part)


def next_page(url: str, link: str) -> str:
    """The next page of a `Link: <…>; rel="next"`, empty for the last; another origin is refused, as by oras 2.6."""
    target, _, parameters = link.partition(">")
    if not target.startswith("<") or "next" not in parameters:
        return ""
    following = urljoin(url, target[1:])
    if origin(following) != origin(url):
        raise RepositoryError(
            f'invalid next link "{redact(following)}": not the same origin as "{redact(url)}"', url=redact(url)
        )
    return following
