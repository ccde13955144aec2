"""Charts in an OCI registry: tags, pull, push, delete, login."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace

import orjson

from purehelm.engine.chart.load import load_archive
from purehelm.engine.chart.model import Metadata
from purehelm.engine.chart.written import metadata_tree
from purehelm.engine.clock import Deadline, timestamp
from purehelm.engine.errors import ChartNotFound, RepositoryError, RepositoryUnauthorized, Unsupported

from .answers import check_answer, next_page, scope_of
from .artifact import (
    ACCEPTED,
    CHART,
    CONFIG,
    PROVENANCE,
    Artifact,
    Descriptor,
    describe,
    digest_of,
    manifest,
    marks_of,
    parse_manifest,
)  # fmt: skip
from .auth import CredentialStore, StoredCredentials
from .metadata import go_json, read_metadata
from .reference import OciReference, parse_oci, redact
from .tokens import Authorizer
from .transport import MEBIBYTE, NOBODY, SYSTEM_TRUST, Credentials, Request, Response, Tls, Transport
from .uploads import upload_blob, upload_manifest
from .versions import choose, strict_versions

CHART_LIMIT = 256 * MEBIBYTE
MANIFEST_LIMIT = 4 * MEBIBYTE
TAGS_LIMIT = 100_000
UNDERSCORE = (
    "OCI artifact references (e.g. tags) do not support the plus sign (+). To support\n"
    "storing semantic versions, Helm adopts the convention of changing plus (+) to\n"
    "an underscore (_) in chart version tags when pushing to a registry and back to\n"
    "a plus (+) when pulling from a registry."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryOptions:
    """How a registry is spoken to. Credentials given here go before the stored ones."""

    credentials: Credentials = NOBODY
    tls: Tls = SYSTEM_TRUST
    plain_http: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """A chart from a registry: its archive, the manifest's digest, and the reference it came from."""

    data: bytes = field(repr=False)
    digest: str
    reference: str
    provenance: bytes | None = None
    warnings: tuple[str, ...] = ()

    @property
    def messages(self) -> tuple[str, ...]:
        """What Helm prints of it."""
        lines = (f"Pulled: {self.reference}", f"Digest: {self.digest}")
        return (*lines, f"{self.reference} contains an underscore.", UNDERSCORE) if "_" in self.reference else lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """Where a chart is now, and its manifest's digest; `str()` is what Helm prints."""

    reference: str
    digest: str

    def __str__(self) -> str:
        text = f"Pushed: {self.reference}\nDigest: {self.digest}"
        return (
            f"{text}\n{self.reference} contains an underscore.\n{UNDERSCORE}"
            if "_" in self.reference.rpartition(":")[2]
            else text
        )


class OciClient:
    """A client of registries. Safe to share between threads: it remembers tokens by registry, nothing else."""

    def __init__(self, transport: Transport, store: CredentialStore, options: RegistryOptions | None = None) -> None:
        self._transport = transport
        self._store = store
        self._options = options or RegistryOptions()
        self._authorizers: dict[str, Authorizer] = {}

    def tags(self, reference: OciReference, deadline: Deadline) -> list[str]:
        """The versions of a chart, newest first: tags that are strict semantic versions, `_` read as `+`.

        Raises ChartNotFound for an unknown repository, RepositoryUnauthorized, RepositoryUnreachable.
        """
        return strict_versions(tag.replace("_", "+") for tag in self.all_tags(reference, deadline))

    def all_tags(self, reference: OciReference, deadline: Deadline) -> list[str]:
        """Every tag of a repository, page after page, all from the registry's own origin."""
        url, found = f"{self._base(reference)}/v2/{reference.repository}/tags/list", list[str]()
        while url:
            request = Request(url=url, limit=MANIFEST_LIMIT)
            response = self._read(request, reference, deadline)
            try:
                found += orjson.loads(response.body).get("tags") or []
            except (orjson.JSONDecodeError, AttributeError, TypeError) as error:
                raise RepositoryError(f"{redact(url)}: the answer is no list of tags", url=redact(url)) from error
            if len(found) > TAGS_LIMIT:
                raise RepositoryError(f"{redact(url)}: more than {TAGS_LIMIT} tags", url=redact(url))
            url = next_page(url, response.headers.get("link", ""))
        return [tag for tag in found if isinstance(tag, str)]

    def catalog(self, host: str, deadline: Deadline) -> list[str]:
        """Every repository that the registry lists to us; some registries list none, or to administrators only."""
        reference = OciReference(registry=host, repository="")
        url, found = f"{self._base(reference)}/v2/_catalog?n=1000", list[str]()
        while url:
            request = Request(url=url, limit=MANIFEST_LIMIT)
            response = self._authorizer(reference, deadline).send(request, "registry:catalog:*", deadline)
            check_answer(request, response)
            try:
                found += orjson.loads(response.body).get("repositories") or []
            except (orjson.JSONDecodeError, AttributeError, TypeError) as error:
                raise RepositoryError(f"{redact(url)}: the answer is no catalog", url=redact(url)) from error
            if len(found) > TAGS_LIMIT:
                raise RepositoryError(f"{redact(url)}: more than {TAGS_LIMIT} repositories", url=redact(url))
            url = next_page(url, response.headers.get("link", ""))
        return [name for name in found if isinstance(name, str)]

    def select(self, text: str, version: str, deadline: Deadline) -> OciReference:
        """The reference with its tag (or digest) fixed, by Helm's rules (registry/client.go ValidateReference).

        A version that is one is the tag itself, also when lenient (`1.2` is the tag `1.2`); anything else is a constraint
        over the listed tags; none is the newest stable one.
        """
        reference = parse_oci(text)
        wanted = version or reference.tag
        # Helm compares with the tag as a registry has it; the version's own spelling of `+` is the same tag here.
        if reference.tag and reference.tag != wanted.replace("+", "_"):
            raise RepositoryError(f"chart reference and version mismatch: {version} is not {reference.tag}")
        if reference.digest:
            self._check_tag(reference, wanted, deadline)
            return replace(reference, tag="")
        return replace(reference, tag=choose(lambda: self.tags(reference, deadline), wanted, text).replace("+", "_"))

    def _check_tag(self, reference: OciReference, wanted: str, deadline: Deadline) -> None:
        if not wanted:
            return
        try:
            found, _ = self._manifest(replace(reference, tag=wanted.replace("+", "_"), digest=""), deadline)
        except ChartNotFound:
            return  # what has a digest need not have a tag
        if found.digest != reference.digest:
            raise RepositoryError(f"chart reference digest mismatch: {found.digest} is not {reference.digest}")

    def pull(self, reference: OciReference, deadline: Deadline, *, provenance: bool = False) -> Pulled:
        """The chart at a tag or digest; every blob's digest is checked. Raises ChartNotFound, RepositoryError."""
        found, artifact = self._chart(reference, deadline)
        data = self._blob(reference, artifact.chart, deadline)
        signed = artifact.provenance if provenance else None
        warnings = (
            (f"Warning: chart media type {artifact.chart.media_type} is deprecated",) if artifact.is_legacy else ()
        )
        return Pulled(
            data=data,
            digest=found.digest,
            reference=str(reference),
            provenance=self._blob(reference, signed, deadline) if signed else None,
            warnings=warnings,
        )

    def inspect(self, reference: OciReference, deadline: Deadline) -> tuple[Descriptor, Artifact]:
        """The manifest at a tag or digest, and what the chart in it consists of. Raises ChartNotFound, RepositoryError."""
        return self._chart(reference, deadline)

    def metadata(self, reference: OciReference, artifact: Artifact, deadline: Deadline) -> Metadata:
        """Chart.yaml as the registry's config blob holds it: what a chart is, without its archive."""
        try:
            body = orjson.loads(self._blob(reference, artifact.config, deadline))
        except orjson.JSONDecodeError as error:
            raise RepositoryError(f"{reference}: the chart's config is not JSON") from error
        if not isinstance(body, dict):
            raise RepositoryError(f"{reference}: the chart's config is no object")
        return read_metadata(body)

    def push(
        self, data: bytes, target: str, deadline: Deadline, *, provenance: bytes | None = None, created: str = ""
    ) -> Pushed:
        """Push a packaged chart below `target` (`oci://host/path`), as NAME:VERSION; what is there is replaced.

        Raises ChartError for what is no chart, RepositoryError for what the registry refuses.
        """
        metadata = load_archive(data).metadata
        reference = parse_oci(f"{target.rstrip('/')}/{metadata.name}:{metadata.version}")
        authorizer = self._authorizer(reference, deadline)
        blobs = _blobs(metadata, data, provenance)
        for descriptor, content in blobs:
            upload_blob(authorizer, reference, (descriptor, content), deadline)
        config, chart, *signed = [descriptor for descriptor, _ in blobs]
        artifact = Artifact(config=config, chart=chart, provenance=signed[0] if signed else None)
        moment = created or timestamp(datetime.datetime.now(datetime.UTC).replace(microsecond=0))
        sent = upload_manifest(authorizer, reference, manifest(artifact, marks_of(metadata, moment)), deadline)
        return Pushed(reference=str(reference), digest=digest_of(sent))

    def exists(self, reference: OciReference, deadline: Deadline) -> bool:
        """Whether a tag (or digest) is there."""
        try:
            self._manifest(reference, deadline)
        except ChartNotFound:
            return False
        return True

    def delete(self, reference: OciReference, deadline: Deadline) -> None:
        """Delete a chart version: its manifest, with every tag of it. Raises ChartNotFound, Unsupported."""
        found, _ = self._manifest(reference, deadline)
        url = f"{self._base(reference)}/v2/{reference.repository}/manifests/{found.digest}"
        request = Request(url=url, method="DELETE")
        response = self._authorizer(reference, deadline).send(request, scope_of(reference, "delete,pull"), deadline)
        if response.status == 405:
            raise Unsupported(f"operation not supported: the registry {reference.host} does not allow deleting")
        check_answer(request, response)

    def ping(self, host: str, deadline: Deadline) -> None:
        """Return if the registry answers and takes our credentials. Raises RepositoryError."""
        reference = OciReference(registry=host, repository="")
        request = Request(url=f"{self._base(reference)}/v2/", limit=MEBIBYTE)
        check_answer(request, self._authorizer(reference, deadline).send(request, "", deadline))

    def login(self, host: str, deadline: Deadline) -> None:
        """Check the given credentials at the registry, then store them where Helm finds them (`Login Succeeded`)."""
        host = host.partition("/")[0]
        try:
            self.ping(host, deadline)
        except RepositoryUnauthorized as error:
            raise RepositoryUnauthorized(
                f'authenticating to "{host}": {error}', url=host, status=error.status
            ) from error
        self._store.put(host, self._options.credentials, deadline)

    def logout(self, host: str, deadline: Deadline) -> None:
        """Forget what is stored for a registry."""
        self._store.remove(host, deadline)
        self._authorizers.pop(host, None)

    def _chart(self, reference: OciReference, deadline: Deadline) -> tuple[Descriptor, Artifact]:
        """The chart's manifest; inside an image index the first manifest that is a chart."""
        found, content = self._manifest(reference, deadline)
        if isinstance(content, Artifact):
            return found, content
        problem: RepositoryError | None = None
        for child in content[:16]:
            try:
                _, inner = self._manifest(replace(reference, tag="", digest=child.digest), deadline)
            except RepositoryError as error:
                problem = error
                continue
            if isinstance(inner, Artifact):
                return found, inner
        raise problem or RepositoryError(f"{reference}: the image index holds no chart")

    def _manifest(self, reference: OciReference, deadline: Deadline) -> tuple[Descriptor, Artifact | list[Descriptor]]:
        url = f"{self._base(reference)}/v2/{reference.repository}/manifests/{reference.selector}"
        request = Request(url=url, headers={"Accept": ", ".join(ACCEPTED)}, limit=MANIFEST_LIMIT)
        response = self._authorizer(reference, deadline).send(request, scope_of(reference, "pull"), deadline)
        if response.status == 404:
            raise ChartNotFound(f'failed to perform "FetchReference" on source: {reference}: not found', url=redact(url), status=404)  # fmt: skip
        check_answer(request, response)
        digest = digest_of(response.body, reference.digest or "sha256:")
        if reference.digest and digest != reference.digest:
            raise RepositoryError(f"{reference}: the registry sent content of digest {digest}", url=redact(url))
        media_type = response.headers.get("content-type", "")
        found = Descriptor(media_type=media_type, digest=digest, size=len(response.body))
        return found, parse_manifest(response.body, media_type)

    def _blob(self, reference: OciReference, descriptor: Descriptor, deadline: Deadline) -> bytes:
        if not 0 <= descriptor.size <= CHART_LIMIT:
            raise RepositoryError(f"{reference}: a blob of {descriptor.size} bytes is over the limit of {CHART_LIMIT}")
        parse_oci(f"{reference.registry}/{reference.repository}@{descriptor.digest}")  # refuses what is no digest
        url = f"{self._base(reference)}/v2/{reference.repository}/blobs/{descriptor.digest}"
        request = Request(url=url, limit=max(descriptor.size, 1))
        response = self._read(request, reference, deadline)
        if digest_of(response.body, descriptor.digest) != descriptor.digest:
            raise RepositoryError(f"{reference}: a blob does not match its digest {descriptor.digest}", url=redact(url))
        return response.body

    def _read(self, request: Request, reference: OciReference, deadline: Deadline) -> Response:
        response = self._authorizer(reference, deadline).send(request, scope_of(reference, "pull"), deadline)
        check_answer(request, response)
        return response

    def _base(self, reference: OciReference) -> str:
        return f"{'http' if self._options.plain_http else 'https'}://{reference.host}"

    def _authorizer(self, reference: OciReference, deadline: Deadline) -> Authorizer:
        known = self._authorizers.get(reference.host)
        if known is None:
            given = StoredCredentials(login=self._options.credentials)
            known = Authorizer(
                transport=self._transport,
                base=self._base(reference),
                tls=self._options.tls,
                stored=given if given else self._store.get(reference.host, deadline),
            )
            self._authorizers[reference.host] = known
        return known


def _blobs(metadata: Metadata, data: bytes, provenance: bytes | None) -> list[tuple[Descriptor, bytes]]:
    config = go_json(metadata_tree(metadata))
    blobs = [(describe(config, CONFIG), config), (describe(data, CHART), data)]
    return [*blobs, (describe(provenance, PROVENANCE), provenance)] if provenance is not None else blobs
