"""Where a chart is: URLs and registry references, parsed as Helm parses them, and shown without secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from purehelm.engine.errors import RepositoryConfigError, RepositoryError

OCI = "oci://"

_DEFAULT_PORTS = {"http": 80, "https": 443}
_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_HOST = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def is_oci(text: str) -> bool:
    """Whether the text names a chart in a registry."""
    return text.startswith(OCI)


def split_url(url: str) -> SplitResult:
    """The URL's parts; raises RepositoryConfigError for what no URL is."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # urlsplit looks at the port only when asked
    except ValueError as error:
        raise RepositoryConfigError(f"invalid chart URL format: {redact(url)}") from error
    return parts


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: what credentials are bound to."""
    parts = split_url(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _DEFAULT_PORTS.get(scheme)


def redact(url: str) -> str:
    """The URL without user, password, and the values of its query: fit for errors and logs."""
    head, mark, query = url.partition("?")
    scheme, separator, rest = head.partition("://")
    if separator:
        authority, slash, path = rest.partition("/")
        head = f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"
    return f"{head}?REDACTED" if mark and query else head


def userinfo(url: str) -> tuple[str, str]:
    """The user and password that a URL carries, empty where it has none."""
    parts = split_url(url)
    return parts.username or "", parts.password or ""


def without_userinfo(url: str) -> str:
    """The URL without user and password, its query kept."""
    parts = split_url(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def resolve_url(base: str, reference: str) -> str:
    """An entry's URL, made absolute below the repository's (Helm: repo/v1 ResolveReferenceURL).

    The base counts as a folder, and its query is kept on the result. An absolute reference comes back as it is.
    """
    if split_url(reference).scheme:
        return reference
    parts = split_url(base)
    folder = urlunsplit((parts.scheme, parts.netloc, parts.path.removesuffix("/") + "/", "", ""))
    target = split_url(urljoin(folder, reference))
    return urlunsplit((target.scheme, target.netloc, target.path, parts.query, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class OciReference:
    """A chart in a registry: `registry/repository`, and a tag or a digest (or both, or neither)."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def host(self) -> str:
        """Where the registry answers."""
        return "registry-1.docker.io" if self.registry == "docker.io" else self.registry

    @property
    def selector(self) -> str:
        """The digest where there is one, else the tag."""
        return self.digest or self.tag

    def __str__(self) -> str:
        if self.tag:
            return f"{self.registry}/{self.repository}:{self.tag}"
        return f"{self.registry}/{self.repository}" + (f"@{self.digest}" if self.digest else "")


def parse_oci(text: str) -> OciReference:
    """The reference behind `oci://` (the prefix may be absent); `+` in a tag becomes `_`.

    Raises RepositoryError with the registry library's text. Helm: registry/reference.go, oras registry/reference.go.
    """
    raw, at, digest = text.removeprefix(OCI).rpartition("@")
    if not at:
        raw, digest = digest, ""
    registry, slash, path = raw.partition("/")
    if not slash:
        raise _invalid("missing registry or repository")
    repository, _, tag = path.partition(":")
    tag = tag.replace("+", "_")
    for pattern, part, kind in (
        (_HOST, registry, "registry"),
        (_REPOSITORY, repository, "repository"),
        (_TAG, tag or "none", "tag"),
        (_DIGEST, digest or "sha256:" + "0" * 64, "digest"),
    ):
        if pattern.fullmatch(part) is None:
            raise _invalid(f'invalid {kind} "{redact_authority(part)}"')
    return OciReference(registry=registry, repository=repository, tag=tag, digest=digest)


def redact_authority(part: str) -> str:
    """A part of a reference without what stands before `@`."""
    return part.rpartition("@")[2]


def _invalid(reason: str) -> RepositoryError:
    return RepositoryError(f"invalid reference: {reason}")
