"""Charts in a registry: what is pushed, what is pulled, which tag is meant, and what is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ChartNotFound, RepositoryError, RepositoryUnauthorized, Unsupported
from purehelm.repo.artifact import CHART, CONFIG, INDEX, LEGACY_CHART, MANIFEST, PROVENANCE
from purehelm.repo.auth import CredentialStore
from purehelm.repo.loopback import LoopbackServer, Reply
from purehelm.repo.oci import OciClient, RegistryOptions
from purehelm.repo.reference import OciReference, parse_oci
from purehelm.repo.testing import RegistryServer
from purehelm.repo.transport import Credentials, Transport
from tests.repo.packed import packed

LOGIN = Credentials(username="user", password="s3cret")
CREATED = "2026-01-02T03:04:05Z"


@pytest.fixture(params=["open", "basic", "tokens"])
def server(request: pytest.FixtureRequest) -> Iterator[RegistryServer]:
    login = None if request.param == "open" else LOGIN
    with RegistryServer(login, tokens=request.param == "tokens", page=2) as started:
        yield started


@pytest.fixture
def registry() -> Iterator[RegistryServer]:
    with RegistryServer() as started:
        yield started


def client(folder: Path, credentials: Credentials = LOGIN) -> OciClient:
    store = CredentialStore((folder / "config.json",))
    return OciClient(Transport({}), store, RegistryOptions(credentials=credentials, plain_http=True))


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_what_was_pushed_is_pulled(server: RegistryServer, tmp_path: Path) -> None:
    chart = packed("web", "1.0.0")
    spoken = client(tmp_path)
    pushed = spoken.push(chart, f"oci://{server.host}/charts", Deadline(5), provenance=b"signed", created=CREATED)
    reference = parse_oci(f"{server.host}/charts/web:1.0.0")
    pulled = spoken.pull(reference, Deadline(5), provenance=True)
    assert (pulled.data, pulled.digest, pulled.provenance) == (chart, pushed.digest, b"signed")
    assert pulled.messages == (f"Pulled: {reference}", f"Digest: {pushed.digest}")
    assert str(pushed) == f"Pushed: {reference}\nDigest: {pushed.digest}"
    assert spoken.pull(OciReference(registry=server.host, repository="charts/web", digest=pushed.digest), Deadline(5)).data == chart  # fmt: skip
    assert spoken.pull(reference, Deadline(5)).provenance is None


def test_the_manifest_is_helms(registry: RegistryServer, tmp_path: Path) -> None:
    chart = packed(
        "web", "1.0.0", description="A <web>", home="https://h", sources=["https://s", "https://t"],
        maintainers=[{"name": "A", "email": "a@b.c"}, {"name": "B"}],
        annotations={"org.opencontainers.image.title": "no", "own": "yes"},
    )  # fmt: skip
    pushed = client(tmp_path).push(
        chart, f"oci://{registry.host}/charts/", Deadline(5), provenance=b"p", created=CREATED
    )
    media_type, body = registry.manifests["charts/web", pushed.digest]
    config = json.dumps(
        {"name": "web", "home": "https://h", "sources": ["https://s", "https://t"], "version": "1.0.0",
         "description": "A \\u003cweb\\u003e", "maintainers": [{"name": "A", "email": "a@b.c"}, {"name": "B"}],
         "apiVersion": "v2", "annotations": {"org.opencontainers.image.title": "no", "own": "yes"}},
        separators=(",", ":"),
    ).replace("\\\\u", "\\u").encode()  # fmt: skip
    layers = [
        {"mediaType": CHART, "digest": digest(chart), "size": len(chart)},
        {"mediaType": PROVENANCE, "digest": digest(b"p"), "size": 1},
    ]
    assert media_type == MANIFEST
    assert orjson.loads(body) == {
        "schemaVersion": 2,
        "config": {"mediaType": CONFIG, "digest": digest(config), "size": len(config)},
        "layers": sorted(layers, key=lambda layer: str(layer["digest"])),
        "annotations": {
            "org.opencontainers.image.authors": "A (a@b.c), B",
            "org.opencontainers.image.created": CREATED,
            "org.opencontainers.image.description": "A <web>",
            "org.opencontainers.image.source": "https://s",
            "org.opencontainers.image.title": "web",
            "org.opencontainers.image.url": "https://h",
            "org.opencontainers.image.version": "1.0.0",
            "own": "yes",
        },
    }
    assert body.startswith(b'{"schemaVersion":2,"config":{"mediaType":')
    assert b"A \\u003cweb\\u003e" in body
    assert registry.blobs[digest(config)] == config


def test_blobs_that_are_there_are_not_sent_again(registry: RegistryServer, tmp_path: Path) -> None:
    for _ in range(2):
        client(tmp_path).push(packed(), f"oci://{registry.host}/charts", Deadline(5), created=CREATED)
    assert [call.method for call in registry.requests].count("POST") == 2


def test_a_plus_becomes_an_underscore(registry: RegistryServer, tmp_path: Path) -> None:
    spoken = client(tmp_path)
    pushed = spoken.push(packed("web", "1.0.0+b.4"), f"oci://{registry.host}/c", Deadline(5))
    assert pushed.reference == f"{registry.host}/c/web:1.0.0_b.4"
    assert "contains an underscore." in str(pushed)
    assert list(registry.tags["c/web"]) == ["1.0.0_b.4"]
    assert spoken.tags(parse_oci(f"{registry.host}/c/web"), Deadline(5)) == ["1.0.0+b.4"]
    selected = spoken.select(f"oci://{registry.host}/c/web", "1.0.0+b.4", Deadline(5))
    assert "contains an underscore." in "\n".join(spoken.pull(selected, Deadline(5)).messages)


@pytest.fixture
def tagged(server: RegistryServer) -> RegistryServer:
    tags = ["0.9.0", "1.0.0", "1.1.0", "1.2.0-rc.1", "2.0.0", "3.0.0-beta", "v1.3.0", "latest", "1.2"]
    server.tags["charts/web"] = dict.fromkeys(tags, "sha256:" + "0" * 64)
    return server


def test_tags_come_page_by_page(tagged: RegistryServer, tmp_path: Path) -> None:
    reference = parse_oci(f"{tagged.host}/charts/web")
    want = ["3.0.0-beta", "2.0.0", "1.2.0-rc.1", "1.1.0", "1.0.0", "0.9.0"]
    assert client(tmp_path).tags(reference, Deadline(5)) == want


@pytest.mark.parametrize(
    ("suffix", "version", "want"),
    [
        ("", "", "2.0.0"),
        ("", "^1", "1.1.0"),
        ("", "1.0.0", "1.0.0"),
        ("", "1.2", "1.2"),
        ("", "v1.3.0", "v1.3.0"),
        ("", ">0.0.0-0", "3.0.0-beta"),
        (":1.0.0", "", "1.0.0"),
        (":1.0.0", "1.0.0", "1.0.0"),
        (":9.9.9", "", "9.9.9"),
    ],
)
def test_which_tag_is_meant(tagged: RegistryServer, tmp_path: Path, suffix: str, version: str, want: str) -> None:
    assert client(tmp_path).select(f"oci://{tagged.host}/charts/web{suffix}", version, Deadline(5)).tag == want


@pytest.mark.parametrize(
    ("suffix", "version", "text"),
    [
        (":1.0.0", "1.1.0", "chart reference and version mismatch: 1.1.0 is not 1.0.0"),
        ("", "latest", 'improper constraint: "latest"'),
        ("", "^7", "could not locate a version matching provided version string ^7"),
    ],
)
def test_no_tag_fits(tagged: RegistryServer, tmp_path: Path, suffix: str, version: str, text: str) -> None:
    with pytest.raises(RepositoryError) as caught:
        client(tmp_path).select(f"oci://{tagged.host}/charts/web{suffix}", version, Deadline(5))
    assert str(caught.value) == text


def test_a_repository_without_versions(registry: RegistryServer, tmp_path: Path) -> None:
    registry.tags["charts/web"] = {"latest": "sha256:" + "0" * 64}
    with pytest.raises(ChartNotFound) as caught:
        client(tmp_path).select(f"oci://{registry.host}/charts/web", "", Deadline(5))
    assert str(caught.value) == f"unable to locate any tags in provided repository: oci://{registry.host}/charts/web"


def test_a_digest_and_a_version(registry: RegistryServer, tmp_path: Path) -> None:
    spoken = client(tmp_path)
    first = spoken.push(packed("web", "1.0.0"), f"oci://{registry.host}/c", Deadline(5))
    second = spoken.push(packed("web", "2.0.0"), f"oci://{registry.host}/c", Deadline(5))
    text = f"oci://{registry.host}/c/web@{first.digest}"
    want = OciReference(registry=registry.host, repository="c/web", digest=first.digest)
    assert [spoken.select(text, version, Deadline(5)) for version in ("", "1.0.0", "7.0.0")] == [want, want, want]
    with pytest.raises(RepositoryError) as caught:
        spoken.select(text, "2.0.0", Deadline(5))
    assert str(caught.value) == f"chart reference digest mismatch: {second.digest} is not {first.digest}"


@pytest.mark.parametrize("tokens", [False, True], ids=["basic", "tokens"])
def test_a_wrong_password(tokens: bool, tmp_path: Path) -> None:
    with RegistryServer(LOGIN, tokens=tokens) as server:
        wrong = client(tmp_path, Credentials(username="user", password="wr0ng"))
        with pytest.raises(RepositoryUnauthorized) as caught:
            wrong.push(packed(), f"oci://{server.host}/c", Deadline(5))
    assert caught.value.status == 401
    assert "wr0ng" not in str(caught.value)


def test_a_push_asks_for_both_rights_at_once(tmp_path: Path) -> None:
    with RegistryServer(LOGIN, tokens=True) as server:
        client(tmp_path).push(packed(), f"oci://{server.host}/c", Deadline(5))
        assert [call.query["scope"] for call in server.requests if call.path == "/token"] == [
            ["repository:c/web:pull,push"]
        ]


def test_unknown_charts(server: RegistryServer, tmp_path: Path) -> None:
    spoken, reference = client(tmp_path), parse_oci(f"{server.host}/c/web:1.0.0")
    with pytest.raises(ChartNotFound) as caught:
        spoken.pull(reference, Deadline(5))
    assert str(caught.value) == f'failed to perform "FetchReference" on source: {reference}: not found'
    with pytest.raises(ChartNotFound) as caught:
        spoken.tags(reference, Deadline(5))
    assert str(caught.value) == (
        f'GET "{server.url}/v2/c/web/tags/list": response status code 404: '
        "name unknown: repository name not known to registry"
    )
    assert spoken.exists(reference, Deadline(5)) is False


def put(server: RegistryServer, name: str, tag: str, manifest: dict[str, Any], media_type: str = MANIFEST) -> str:
    body = orjson.dumps(manifest)
    server.manifests[name, digest(body)] = (media_type, body)
    server.tags.setdefault(name, {})[tag] = digest(body)
    return digest(body)


def piece(server: RegistryServer, media_type: str, data: bytes) -> dict[str, Any]:
    server.blobs[digest(data)] = data
    return {"mediaType": media_type, "digest": digest(data), "size": len(data)}


def test_an_image_index_is_searched(registry: RegistryServer, tmp_path: Path) -> None:
    image = {"schemaVersion": 2, "config": piece(registry, "application/x", b"{}"), "layers": []}
    chart = {"schemaVersion": 2, "config": piece(registry, CONFIG, b"{}"), "layers": [piece(registry, CHART, packed())]}
    children = [
        {"mediaType": MANIFEST, "digest": put(registry, "c/web", str(at), each), "size": 1}
        for at, each in enumerate((image, chart))
    ]
    put(registry, "c/web", "1.0.0", {"schemaVersion": 2, "manifests": children}, INDEX)
    put(registry, "c/web", "2.0.0", {"schemaVersion": 2, "manifests": children[:1]}, INDEX)
    put(registry, "c/web", "3.0.0", {"schemaVersion": 2, "manifests": []}, INDEX)
    spoken = client(tmp_path)
    assert spoken.pull(parse_oci(f"{registry.host}/c/web:1.0.0"), Deadline(5)).data == packed()
    with pytest.raises(RepositoryError, match="could not load config with mediatype"):
        spoken.pull(parse_oci(f"{registry.host}/c/web:2.0.0"), Deadline(5))
    with pytest.raises(RepositoryError, match="the image index holds no chart"):
        spoken.pull(parse_oci(f"{registry.host}/c/web:3.0.0"), Deadline(5))


def test_an_old_layer_is_warned_of(registry: RegistryServer, tmp_path: Path) -> None:
    layers = [piece(registry, LEGACY_CHART, packed())]
    put(registry, "c/web", "1", {"schemaVersion": 2, "config": piece(registry, CONFIG, b"{}"), "layers": layers})
    pulled = client(tmp_path).pull(parse_oci(f"{registry.host}/c/web:1"), Deadline(5))
    assert pulled.warnings == ("Warning: chart media type application/tar+gzip is deprecated",)


@pytest.mark.parametrize(
    ("manifest", "text"),
    [
        ({"config": {"mediaType": CONFIG, "digest": "x", "size": 1}, "layers": []},
         f"manifest does not contain a layer with mediatype {CHART}"),
        ({"config": {"mediaType": "application/x", "digest": "x", "size": 1}, "layers": []},
         f"could not load config with mediatype {CONFIG}"),
        ({"layers": []}, "the registry's manifest holds a descriptor that cannot be read"),
        ([], "the registry's manifest is not an object"),
    ],
    ids=["no layer", "an image", "no config", "list"],
)  # fmt: skip
def test_what_is_no_chart(registry: RegistryServer, tmp_path: Path, manifest: Any, text: str) -> None:
    put(registry, "c/web", "1", manifest)
    with pytest.raises(RepositoryError) as caught:
        client(tmp_path).pull(parse_oci(f"{registry.host}/c/web:1"), Deadline(5))
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"digest": "sha256:../../etc"}, "invalid reference: invalid digest"),
        ({"size": 1 << 40}, "is over the limit"),
        ({"size": -1}, "is over the limit"),
    ],
    ids=["path", "huge", "negative"],
)
def test_a_hostile_descriptor(registry: RegistryServer, tmp_path: Path, change: dict[str, Any], text: str) -> None:
    layer = {**piece(registry, CHART, packed()), **change}
    put(registry, "c/web", "1", {"schemaVersion": 2, "config": piece(registry, CONFIG, b"{}"), "layers": [layer]})
    with pytest.raises(RepositoryError, match=text):
        client(tmp_path).pull(parse_oci(f"{registry.host}/c/web:1"), Deadline(5))


def test_a_blob_that_is_another(registry: RegistryServer, tmp_path: Path) -> None:
    spoken = client(tmp_path)
    spoken.push(packed(), f"oci://{registry.host}/c", Deadline(5))
    data = packed()
    registry.blobs[digest(data)] = bytes(len(data))
    with pytest.raises(RepositoryError, match="a blob does not match its digest"):
        spoken.pull(parse_oci(f"{registry.host}/c/web:1.0.0"), Deadline(5))


def test_a_page_elsewhere_is_refused(registry: RegistryServer, tmp_path: Path) -> None:
    with LoopbackServer() as other:
        link = {"Link": f'<{other.url}/v2/c/web/tags/list?last=a>; rel="next"'}
        registry.rules.append(lambda call: Reply(headers=link, body=b'{"tags": ["1.0.0"]}'))
        with pytest.raises(RepositoryError) as caught:
            client(tmp_path).tags(parse_oci(f"{registry.host}/c/web"), Deadline(5))
        assert str(caught.value) == (
            f'invalid next link "{other.url}/v2/c/web/tags/list?REDACTED": '
            f'not the same origin as "{registry.url}/v2/c/web/tags/list"'
        )
        assert other.requests == []


def test_delete(server: RegistryServer, tmp_path: Path) -> None:
    spoken, reference = client(tmp_path), parse_oci(f"{server.host}/c/web:1.0.0")
    spoken.push(packed(), f"oci://{server.host}/c", Deadline(5))
    spoken.delete(reference, Deadline(5))
    assert spoken.exists(reference, Deadline(5)) is False
    with pytest.raises(ChartNotFound):
        spoken.delete(reference, Deadline(5))


def test_a_registry_that_does_not_delete(registry: RegistryServer, tmp_path: Path) -> None:
    spoken = client(tmp_path)
    spoken.push(packed(), f"oci://{registry.host}/c", Deadline(5))
    registry.rules.append(lambda call: Reply(status=405) if call.method == "DELETE" else None)
    with pytest.raises(Unsupported, match="does not allow deleting"):
        spoken.delete(parse_oci(f"{registry.host}/c/web:1.0.0"), Deadline(5))


def test_login_checks_and_stores(tmp_path: Path) -> None:
    with RegistryServer(LOGIN) as server:
        client(tmp_path).login(f"{server.host}/path", Deadline(5))
        config = json.loads((tmp_path / "config.json").read_text())
        assert list(config["auths"]) == [server.host]
        unnamed = client(tmp_path, Credentials())
        unnamed.ping(server.host, Deadline(5))
        unnamed.logout(server.host, Deadline(5))
        with pytest.raises(RepositoryUnauthorized, match="basic credential not found"):
            unnamed.ping(server.host, Deadline(5))
        with pytest.raises(RepositoryUnauthorized, match=f'^authenticating to "{server.host}": '):
            client(tmp_path, Credentials(username="user", password="wrong")).login(server.host, Deadline(5))


def test_the_catalog(registry: RegistryServer, tmp_path: Path) -> None:
    registry.tags = {"c/web": {}, "c/api": {}}
    assert client(tmp_path).catalog(registry.host, Deadline(5)) == ["c/api", "c/web"]
