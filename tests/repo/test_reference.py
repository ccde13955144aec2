"""References and URLs: parsed as Helm parses them, shown without secrets."""

from __future__ import annotations

import pytest

from purehelm.engine.errors import RepositoryConfigError, RepositoryError
from purehelm.repo.reference import OciReference, origin, parse_oci, redact, resolve_url, split_url

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("oci://h.example/charts/web", OciReference(registry="h.example", repository="charts/web")),
        ("oci://h:5000/web:1.0.0", OciReference(registry="h:5000", repository="web", tag="1.0.0")),
        ("h:5000/web:1.2.3+b.4", OciReference(registry="h:5000", repository="web", tag="1.2.3_b.4")),
        (f"oci://h/a/web@{DIGEST}", OciReference(registry="h", repository="a/web", digest=DIGEST)),
        (f"oci://h/web:1.0.0@{DIGEST}", OciReference(registry="h", repository="web", tag="1.0.0", digest=DIGEST)),
        ("oci://[::1]:5000/web:1", OciReference(registry="[::1]:5000", repository="web", tag="1")),
    ],
    ids=["no tag", "tag", "plus", "digest", "tag and digest", "address"],
)
def test_a_registry_reference_is_read(text: str, want: OciReference) -> None:
    assert parse_oci(text) == want


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("oci://onlyhost", "invalid reference: missing registry or repository"),
        ("oci://h/Web:1", 'invalid reference: invalid repository "Web"'),
        ("oci://h/web:-1", 'invalid reference: invalid tag "-1"'),
        ("oci://h/web@sha256:zz", 'invalid reference: invalid digest "sha256:zz"'),
        ("oci://us er/web", 'invalid reference: invalid registry "us er"'),
        ("oci://h/../etc/passwd", 'invalid reference: invalid repository "../etc/passwd"'),
        ("oci://h/a//b:1", 'invalid reference: invalid repository "a//b"'),
    ],
    ids=["no repository", "upper case", "tag", "digest", "host", "parent", "empty part"],
)
def test_a_bad_reference_is_refused(text: str, message: str) -> None:
    with pytest.raises(RepositoryError) as caught:
        parse_oci(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (
            "oci://docker.io/bitnamicharts/web:1.0.0",
            ("registry-1.docker.io", "1.0.0", "docker.io/bitnamicharts/web:1.0.0"),
        ),
        (f"oci://h/web:1@{DIGEST}", ("h", DIGEST, "h/web:1")),
        (f"oci://h/web@{DIGEST}", ("h", DIGEST, f"h/web@{DIGEST}")),
        ("oci://h/web", ("h", "", "h/web")),
    ],
    ids=["docker hub", "both", "digest", "bare"],
)
def test_what_a_reference_says_of_itself(text: str, want: tuple[str, str, str]) -> None:
    reference = parse_oci(text)
    assert (reference.host, reference.selector, str(reference)) == want


@pytest.mark.parametrize(
    ("base", "reference", "want"),
    [
        ("http://h/q?tok=1", "../charts/c.tgz", "http://h/charts/c.tgz?tok=1"),
        ("http://h/q", "c.tgz", "http://h/q/c.tgz"),
        ("http://h/q/", "c.tgz", "http://h/q/c.tgz"),
        ("http://h", "charts/c.tgz", "http://h/charts/c.tgz"),
        ("http://h/q", "/c.tgz", "http://h/c.tgz"),
        ("http://h/q?a=b", "https://cdn/c.tgz?x=y", "https://cdn/c.tgz?x=y"),
        ("http://h/q", "//cdn/c.tgz", "http://cdn/c.tgz"),
        ("http://h/q", "oci://r/c:1", "oci://r/c:1"),
        ("https://u:p@h/q", "index.yaml", "https://u:p@h/q/index.yaml"),
    ],
    ids=["parent and query", "sibling", "slash", "root", "absolute path", "absolute", "host only", "oci", "userinfo"],
)
def test_an_entrys_url_is_made_absolute(base: str, reference: str, want: str) -> None:
    assert resolve_url(base, reference) == want


@pytest.mark.parametrize(
    ("url", "want"),
    [
        ("https://user:secret@h:8080/charts?token=secret", "https://h:8080/charts?REDACTED"),
        ("https://h/charts", "https://h/charts"),
        ("https://us@er:secret@h/charts", "https://h/charts"),
        ("charts/web", "charts/web"),
    ],
    ids=["all", "nothing", "two signs", "no url"],
)
def test_no_secret_is_shown(url: str, want: str) -> None:
    assert redact(url) == want


def test_the_origin_knows_default_ports() -> None:
    assert origin("HTTPS://Host/x") == origin("https://host:443") == ("https", "host", 443)
    assert origin("http://host") != origin("https://host")


def test_a_bad_url_is_a_configuration_error() -> None:
    with pytest.raises(RepositoryConfigError, match="invalid chart URL format: http://h:port/"):
        split_url("http://user:secret@h:port/")
