"""Certificates, read and verified by the cryptography library and by openssl."""

from __future__ import annotations

import base64
import datetime
import json
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from purehelm.engine.functions import crypto
from tests.engine.functions.calls import fault, rendered
from tests.engine.functions.kitchen import Kitchen

LEAF = 'genSignedCert "web.example" (list "10.0.0.1" "::1") (list "web.svc" "*.web.svc") 30 $ca'
# What genCA and its relatives are called with, and the key's family.
KINDS = [
    ('genCA "ca" 365', rsa.RSAPrivateKey),
    ('genCAWithKey "ca" 365 (genPrivateKey "ecdsa")', ec.EllipticCurvePrivateKey),
    ('genCAWithKey "ca" 365 (genPrivateKey "ed25519")', ed25519.Ed25519PrivateKey),
]
BROKEN = "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\\n"


def made(call: str, before: str = "") -> list[tuple[x509.Certificate, Any]]:
    """The certificates and keys of `$ca`, where `before` names one, and of a call."""
    text = rendered(f"{before}{{{{ $x := {call} }}}}{{{{ toJson (list {'$ca ' if before else ''}$x) }}}}")
    return [
        (
            x509.load_pem_x509_certificate(each["Cert"].encode()),
            serialization.load_pem_private_key(each["Key"].encode(), None),
        )
        for each in json.loads(text)
    ]


def public(holder: Any) -> bytes:
    """The public key of a certificate or of a private key."""
    return bytes(holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def extension(certificate: x509.Certificate, kind: type[Any]) -> Any:
    return certificate.extensions.get_extension_for_class(kind)


def days(certificate: x509.Certificate) -> float:
    return (certificate.not_valid_after_utc - certificate.not_valid_before_utc) / datetime.timedelta(days=1)


@pytest.mark.parametrize(("call", "family"), KINDS, ids=["rsa", "ecdsa", "ed25519"])
def test_an_authority_signs(call: str, family: type, tmp_path: Path) -> None:
    (authority, authority_key), (leaf, leaf_key) = made(LEAF, f"{{{{ $ca := {call} }}}}")
    assert isinstance(authority_key, family)
    assert public(authority) == public(authority_key)
    assert public(leaf) == public(leaf_key)
    authority.verify_directly_issued_by(authority)
    leaf.verify_directly_issued_by(authority)
    assert (days(authority), days(leaf)) == (365, 30)
    for path, certificate in ((tmp_path / "ca", authority), (tmp_path / "leaf", leaf)):
        path.write_bytes(certificate.public_bytes(Encoding.PEM))
    openssl = shutil.which("openssl")
    if openssl is not None:
        subprocess.run(
            [openssl, "verify", "-CAfile", tmp_path / "ca", tmp_path / "leaf"], check=True, capture_output=True
        )


def test_what_an_authority_may() -> None:
    (authority, _), (leaf, _) = made(LEAF, '{{ $ca := genCA "ca" 365 }}')
    for certificate, is_authority in ((authority, True), (leaf, False)):
        basic, usage = extension(certificate, x509.BasicConstraints), extension(certificate, x509.KeyUsage)
        assert (basic.critical, basic.value) == (True, x509.BasicConstraints(is_authority, None))
        assert (usage.critical, usage.value.digital_signature, usage.value.key_encipherment) == (True, True, True)
        assert usage.value.key_cert_sign == is_authority
        purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        assert list(extension(certificate, x509.ExtendedKeyUsage).value) == purposes
    own = extension(authority, x509.SubjectKeyIdentifier).value.digest
    assert extension(leaf, x509.AuthorityKeyIdentifier).value.key_identifier == own


def test_names() -> None:
    _, (leaf, _) = made(LEAF, '{{ $ca := genCA "ca" 365 }}')
    names = extension(leaf, x509.SubjectAlternativeName)
    assert names.critical is False
    assert names.value.get_values_for_type(x509.DNSName) == ["web.svc", "*.web.svc"]
    assert [str(each) for each in names.value.get_values_for_type(x509.IPAddress)] == ["10.0.0.1", "::1"]
    assert leaf.subject.rfc4514_string() == "CN=web.example"
    assert leaf.issuer.rfc4514_string() == "CN=ca"


def test_names_without_a_subject_are_critical() -> None:
    ((certificate, _),) = made('genSelfSignedCert "" nil (list "a.b") 1')
    assert certificate.subject.rfc4514_string() == ""
    assert extension(certificate, x509.SubjectAlternativeName).critical is True


def test_long_common_names() -> None:
    """Go does not hold names to 64 characters, and release names make longer ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the reader's, of the length
        ((certificate, _),) = made('genCA (repeat 10 "long-name-") 1')
        assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "long-name-" * 10


def test_lifetimes() -> None:
    """Negative ones have ended; days beyond Go's nanoseconds wrap around."""
    ((ended, _),) = made('genSelfSignedCert "x" nil nil -1')
    ((none, _),) = made('genSelfSignedCert "x" nil nil 0')
    ((wrapped, _),) = made('genSelfSignedCert "x" nil nil 213504')
    assert (days(ended), days(none)) == (-1, 0)
    assert round(days(wrapped), 2) == round(213504 - (1 << 64) / (86_400 * 10**9), 2)


def test_they_begin_by_the_clock() -> None:
    made_then = crypto.table(lambda: 1_700_000_000 * 10**9 + 999)["genCA"].call("ca", 2)
    certificate = x509.load_pem_x509_certificate(made_then.cert.encode())
    assert certificate.not_valid_before_utc == datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.UTC)
    assert certificate.not_valid_after_utc == datetime.datetime(2023, 11, 16, 22, 13, 20, tzinfo=datetime.UTC)


def test_given_keys_are_kept() -> None:
    ca = '{{ $key := genPrivateKey "ecdsa" }}{{ $ca := genCAWithKey "ca" 9 $key }}'
    (_, authority_key), (leaf, leaf_key) = made('genSignedCertWithKey "x" nil nil 9 $ca $key', ca)
    assert public(authority_key) == public(leaf_key) == public(leaf)


def test_custom_certificates() -> None:
    text = rendered(
        '{{ $ca := genCA "ca" 9 }}{{ $own := buildCustomCert ($ca.Cert | b64enc) ($ca.Key | b64enc) }}'
        "{{ eq $ca.Cert $own.Cert }} {{ eq $ca.Key $own.Key }} "
        '{{ (genSignedCert "x" nil nil 1 $own).Cert | trunc 27 }}'
    )
    assert text == "true true -----BEGIN CERTIFICATE-----"


FAULTS = [
    (f'buildCustomCert ("{BROKEN}" | b64enc) "eA=="', "buildCustomCert: error parsing certificate: decodedCert.Bytes"),
    ('buildCustomCert ((genCA "x" 1).Cert | b64enc) "eA=="', "buildCustomCert: error parsing private key: no PEM data"),
    (
        'genSignedCert "x" nil nil 1 (buildCustomCert ((genCA "a" 1).Cert | b64enc) ((genCA "b" 1).Key | b64enc))',
        "genSignedCert: error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey",
    ),
    (
        'genSelfSignedCert "x" nil (list "é") 1',
        'error creating certificate: x509: "é" cannot be encoded as an IA5String',
    ),
    (
        'genCAWithKey "x" 1 (genCA "a" 1).Cert',
        "genCAWithKey: parsing private key: no private key data in PEM block of type CERTIFICATE",
    ),
    (
        'genCAWithKey "x" 1 (genPrivateKey "ecdsa" | replace "EC PRIVATE" "FOO PRIVATE")',
        "genCAWithKey: parsing private key: invalid private key type FOO PRIVATE KEY",
    ),
    ('genSignedCert "x" nil nil 1 (buildCustomCert "" "")', "buildCustomCert: unable to decode certificate"),
    ('genCA (trunc 1 "é") 1', "error creating certificate: asn1: string not valid UTF-8"),
]


@pytest.mark.parametrize(("call", "want"), FAULTS, ids=[call[:50] for call, _ in FAULTS])
def test_faults(call: str, want: str) -> None:
    assert want in fault(call)


@pytest.mark.oracle
@pytest.mark.parametrize(("call", "want"), FAULTS, ids=[call[:50] for call, _ in FAULTS])
def test_helm_says_so_too(call: str, want: str, tmp_path: Path, oracle: Any) -> None:
    assert want in Kitchen(tmp_path, oracle).helms(f"{{{{ {call} }}}}")


@pytest.mark.oracle
def test_helm_signs_with_our_authority(tmp_path: Path, oracle: Any) -> None:
    """And ours looks like Helm's: the same extensions in the same order."""
    text = rendered('{{ toJson (genCA "ca" 9) }}')
    ours = {name: base64.b64encode(value.encode()).decode() for name, value in json.loads(text).items()}
    call = f'genSignedCert "web" nil (list "web.svc") 9 (buildCustomCert "{ours["Cert"]}" "{ours["Key"]}")'
    helms = json.loads(Kitchen(tmp_path, oracle).helms(f"{{{{ toJson ({call}) }}}}"))
    signed = x509.load_pem_x509_certificate(helms["Cert"].encode())
    authority = x509.load_pem_x509_certificate(base64.b64decode(ours["Cert"]))
    signed.verify_directly_issued_by(authority)
    ((mine, _),) = made(call)
    shapes = [[(each.oid, each.critical) for each in certificate.extensions] for certificate in (mine, signed)]
    assert shapes[0] == shapes[1]
    assert mine.signature_algorithm_oid == signed.signature_algorithm_oid
