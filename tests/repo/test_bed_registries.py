"""Against a real ChartMuseum, real registries and the real Helm: what one writes, the other reads."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ChartExists, ChartNotFound, RepositoryUnauthorized
from purehelm.repo.auth import CredentialStore
from purehelm.repo.chartmuseum import ChartMuseum
from purehelm.repo.config import RepositoryEntry
from purehelm.repo.library import LibraryOptions, open_library
from purehelm.repo.oci import OciClient, RegistryOptions
from purehelm.repo.places import Places
from purehelm.repo.reference import parse_oci
from purehelm.repo.repositories import Repositories
from purehelm.repo.source import ChartQuery, ChartSource, SourceOptions
from purehelm.repo.transport import Credentials, Transport
from tests.bed.bed import Bed
from tests.repo.packed import packed

pytestmark = pytest.mark.bed

Helm = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def name() -> str:
    """A chart name of the test's own."""
    return f"web-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def museum(bed: Bed) -> RepositoryEntry:
    server = bed.chartmuseum
    return RepositoryEntry(name="museum", url=server.url, username=server.username, password=server.password)


def login(bed: Bed) -> Credentials:
    return Credentials(username=bed.registry.username, password=bed.registry.password)


def client(bed: Bed, folder: Path) -> OciClient:
    store = CredentialStore((folder / "config.json",))
    return OciClient(Transport(), store, RegistryOptions(credentials=login(bed), plain_http=True))


def test_chartmuseum_upload_use_and_delete(museum: RepositoryEntry, name: str, tmp_path: Path) -> None:
    api, deadline = ChartMuseum(museum, Transport()), Deadline(30)
    api.upload(packed(name, "1.0.0+b.1"), deadline)
    with pytest.raises(ChartExists):
        api.upload(packed(name, "1.0.0+b.1"), deadline)
    api.upload(packed(name, "1.0.0+b.1", description="again"), deadline, force=True)
    source = ChartSource(Places.below(tmp_path), Transport())
    source.repositories.add(museum, deadline)
    assert source.load(ChartQuery(reference=f"museum/{name}"), deadline).metadata.description == "again"
    found = api.get(name, "1.0.0+b.1", deadline)
    listed = api.charts(deadline)
    assert found is not None
    assert listed is not None
    assert name in listed.names()
    api.delete(name, "1.0.0+b.1", deadline)
    with pytest.raises(ChartNotFound):
        api.delete(name, "1.0.0+b.1", deadline)
    with pytest.raises(RepositoryUnauthorized):
        ChartMuseum(replace(museum, password="wrong"), Transport()).upload(packed(), deadline)


def test_helm_and_we_share_the_list_of_repositories(
    museum: RepositoryEntry, name: str, helm: Helm, tmp_path: Path
) -> None:
    ChartMuseum(museum, Transport()).upload(packed(name), Deadline(30))
    places = Places.from_environment({f"HELM_{kind}_HOME": str(tmp_path / "helm4" / kind.lower()) for kind in ("CACHE", "CONFIG")})  # fmt: skip
    ours = Repositories(places, Transport())
    ours.add(museum, Deadline(30))
    assert f"museum/{name}" in helm(4, "search", "repo", name).stdout
    helm(4, "pull", f"museum/{name}", "-d", tmp_path)
    assert (tmp_path / f"{name}-1.0.0.tgz").read_bytes() == packed(name)
    helm(4, "repo", "add", "other", museum.url, "--username", museum.username, "--password", museum.password)
    assert ours.entries() == (museum, replace(museum, name="other"))
    assert ours.cache.load("other").find(name).version == "1.0.0"
    helm(4, "repo", "remove", "museum")
    ours.remove(["other"], Deadline(30))
    assert "no repositories" in helm(4, "repo", "list", check=False).stderr


@pytest.mark.parametrize("kind", ["registry", "token_registry"])
def test_helm_pulls_what_we_push(bed: Bed, kind: str, name: str, helm: Helm, tmp_path: Path) -> None:
    server = getattr(bed, kind)
    target = f"oci://{server.url}/{server.username}"
    pushed = client(bed, tmp_path).push(packed(name, "1.0.0+b.1"), target, Deadline(30))
    flags = ("--plain-http", "--username", server.username, "--password", server.password, "-d", tmp_path)
    done = helm(4, "pull", f"{target}/{name}", "--version", "1.0.0+b.1", *flags)
    assert f"Digest: {pushed.digest}" in done.stdout
    assert [path.read_bytes() for path in tmp_path.glob(f"{name}-*.tgz")] == [packed(name, "1.0.0+b.1")]


@pytest.mark.parametrize("kind", ["registry", "token_registry"])
def test_we_pull_what_helm_pushes(bed: Bed, kind: str, name: str, helm: Helm, tmp_path: Path) -> None:
    server = getattr(bed, kind)
    archive = tmp_path / f"{name}-2.0.0.tgz"
    archive.write_bytes(packed(name, "2.0.0", annotations={"a": "<b>"}, maintainers=[{"name": "M", "email": "m@h"}]))
    target = f"oci://{server.url}/{server.username}"
    done = helm(
        4, "push", archive, target, "--plain-http", "--username", server.username, "--password", server.password
    )
    options = SourceOptions(credentials=login(bed), plain_http=True)
    fetched = ChartSource(Places.below(tmp_path), Transport()).fetch(
        ChartQuery(reference=f"{target}/{name}", version=">=1", options=options), Deadline(30)
    )
    assert fetched.data == archive.read_bytes()
    assert f"Digest: {fetched.digest}" in done.stderr + done.stdout


def test_our_manifest_is_the_one_that_helm_writes(bed: Bed, name: str, helm: Helm, tmp_path: Path) -> None:
    """The same archive with the same time gives the same digest."""
    archive = tmp_path / f"{name}-1.0.0.tgz"
    archive.write_bytes(
        packed(name, description="A <chart> & more", home="https://h", keywords=["k"], sources=["https://s"])
    )
    server = bed.registry
    flags = ("--plain-http", "--username", server.username, "--password", server.password)
    done = helm(4, "push", archive, f"oci://{server.url}/theirs", *flags)
    spoken = client(bed, tmp_path)
    theirs, artifact = spoken.inspect(parse_oci(f"{server.url}/theirs/{name}:1.0.0"), Deadline(30))
    ours = spoken.push(archive.read_bytes(), f"oci://{server.url}/ours", Deadline(30), created=artifact.created)
    assert ours.digest == theirs.digest
    assert theirs.digest in done.stderr + done.stdout


def test_helms_login_is_ours(bed: Bed, helm: Helm, tmp_path: Path) -> None:
    server = bed.registry
    helm(4, "registry", "login", server.url, "--plain-http", "-u", server.username, "-p", server.password)
    places = Places.from_environment({"HELM_CONFIG_HOME": str(tmp_path / "helm4" / "config"), "HOME": str(tmp_path)})
    store = CredentialStore((places.registry_config,))
    OciClient(Transport(), store, RegistryOptions(plain_http=True)).ping(server.url, Deadline(30))
    given = OciClient(Transport(), store, RegistryOptions(credentials=login(bed), plain_http=True))
    given.login(server.url, Deadline(30))
    helm(4, "registry", "logout", server.url)
    with pytest.raises(RepositoryUnauthorized):
        OciClient(Transport(), store, RegistryOptions(plain_http=True)).ping(server.url, Deadline(30))


@pytest.mark.parametrize("kind", ["registry", "token_registry"])
def test_a_wrong_password(bed: Bed, kind: str, tmp_path: Path) -> None:
    server = getattr(bed, kind)
    options = RegistryOptions(credentials=Credentials(username=server.username, password="wr0ng"), plain_http=True)
    wrong = OciClient(Transport(), CredentialStore((tmp_path / "c.json",)), options)
    with pytest.raises(RepositoryUnauthorized) as caught:
        wrong.push(packed(), f"oci://{server.url}/{server.username}", Deadline(30))
    assert "wr0ng" not in str(caught.value)


@pytest.mark.parametrize("kind", ["chartmuseum", "registry"])
def test_a_library(bed: Bed, kind: str, name: str, tmp_path: Path) -> None:
    server = getattr(bed, kind)
    url = server.url if kind == "chartmuseum" else f"oci://{server.url}/library-{name}"
    options = LibraryOptions(url=url, credentials=login(bed), plain_http=True)
    library = open_library(options, Transport(), CredentialStore((tmp_path / "c.json",)))
    library.ping(Deadline(30))
    library.upload(packed(name, "1.0.0"), Deadline(30))
    library.upload(packed(name, "1.1.0", appVersion="7"), Deadline(30))
    with pytest.raises(ChartExists):
        library.upload(packed(name, "1.1.0"), Deadline(30))
    assert [each.version for each in library.versions(name, Deadline(30))] == ["1.1.0", "1.0.0"]
    assert (name, "1.1.0") in {(each.name, each.version) for each in library.charts(Deadline(30))}
    found = library.get(name, "1.1.0", Deadline(30))
    assert (found.metadata.app_version, bool(found.created)) == ("7", True)
    assert library.fetch(found, Deadline(30)) == packed(name, "1.1.0", appVersion="7")
    library.delete(name, "1.1.0", Deadline(30))
    with pytest.raises(ChartNotFound):
        library.get(name, "1.1.0", Deadline(30))
