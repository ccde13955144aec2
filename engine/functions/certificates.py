"""Certificates: authorities, self-signed ones and signed ones (sprig: crypto.go)."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import re
import secrets
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..gofmt import text_of
from ..goquote import quote
from ..govalues import Struct, TypedNil
from ..template.function import FunctionError
from .encoding import decode_base64, to_text
from .keys import first_block, read_key, write_key

SERIALS = 1 << 128
# What ends earlier, as Go's overflowing days can, ends then: the library cannot write an earlier year.
EARLIEST = datetime.datetime(1950, 1, 1, tzinfo=datetime.UTC)
LONE = re.compile("[\ud800-\udfff]")
DAY = 24 * 3600 * 10**9  # nanoseconds
WRAP = 1 << 64


class Certificate(Struct):
    """sprig's certificate: `.Cert` and `.Key`, both PEM."""

    go_type: ClassVar[str] = "sprig.certificate"
    go_kind: ClassVar[str] = "struct"
    go_fields: ClassVar[Mapping[str, Callable[[Any], Any]]] = {
        "Cert": lambda each: each.cert,
        "Key": lambda each: each.key,
    }
    __slots__ = ("cert", "key")

    def __init__(self, cert: str, key: str) -> None:
        self.cert = cert
        self.key = key

    def go_json(self) -> dict[str, str]:
        """As Go's JSON shows the struct."""
        return {"Cert": self.cert, "Key": self.key}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and (self.cert, self.key) == (other.cert, other.key)

    def __hash__(self) -> int:
        return hash((self.cert, self.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a certificate is for, and for how long from now."""

    name: str
    addresses: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    days: int
    authority: bool = False


def subject(name: str, addresses: Any, hosts: Any, days: int) -> Subject:
    """From a template's arguments. Raises FunctionError with sprig's text."""
    return Subject(name=name, addresses=_addresses(addresses), hosts=_hosts(hosts), days=days)


def _addresses(given: Any) -> tuple[str, ...]:
    found: list[str] = []
    for each in () if isinstance(given, TypedNil) else given:
        if not isinstance(each, str):
            raise FunctionError(f"error parsing ip: {text_of(each)} is not a string")
        found.append(_address(each))
    return tuple(found)


def _address(text: str) -> str:
    """As net.ParseIP reads it: an IPv4 address in IPv6's form is one of IPv4, and there are no zones."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise FunctionError(f"error parsing ip: {text}") from None
    if "%" in text:
        raise FunctionError(f"error parsing ip: {text}")
    return str(getattr(address, "ipv4_mapped", None) or address)


def _hosts(given: Any) -> tuple[str, ...]:
    found: list[str] = []
    for each in () if isinstance(given, TypedNil) else given:
        if not isinstance(each, str):
            raise FunctionError(f"error processing alternate dns name: {text_of(each)} is not a string")
        found.append(each)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate and its key, ready to sign others."""

    certificate: Any
    key: Any


def signer(authority: Certificate) -> Signer:
    """What an authority signs with. Raises FunctionError with sprig's text."""
    if first_block(authority.cert) is None:
        raise FunctionError("unable to decode certificate")
    parent = _parsed(authority.cert, "decodedSignerCert.Bytes")
    try:
        return Signer(parent, read_key(authority.key))
    except FunctionError as error:
        raise FunctionError(f"error parsing private key: {error}") from error


def custom(cert: str, key: str) -> Certificate:
    """The certificate of two Base64 texts of PEM, checked. Raises FunctionError with sprig's text."""
    try:
        cert_text = to_text(decode_base64(cert))
    except FunctionError:
        raise FunctionError("unable to decode base64 certificate") from None
    try:
        key_text = to_text(decode_base64(key))
    except FunctionError:
        raise FunctionError("unable to decode base64 private key") from None
    if first_block(cert_text) is None:
        raise FunctionError("unable to decode certificate")
    _parsed(cert_text, "decodedCert.Bytes")
    try:
        read_key(key_text)
    except FunctionError as error:
        raise FunctionError(f"error parsing private key: {error}") from error
    return Certificate(cert_text, key_text)


def pem_key(text: str) -> Any:
    """The key that a certificate is to have. Raises FunctionError with sprig's text."""
    try:
        return read_key(text)
    except FunctionError as error:
        raise FunctionError(f"parsing private key: {error}") from error


def _parsed(text: str, what: str) -> Any:
    from cryptography import x509

    block = first_block(text)
    assert block is not None
    try:
        return x509.load_pem_x509_certificate(block[1].encode("ascii", "replace"))
    except ValueError as error:
        raise FunctionError(f"error parsing certificate: {what}: x509: malformed certificate") from error


def _lifetime(days: int) -> datetime.timedelta:
    """So many days as Go's 64-bit nanoseconds have them."""
    nanoseconds = (days * DAY + WRAP // 2) % WRAP - WRAP // 2
    return datetime.timedelta(microseconds=nanoseconds // 1000)


def _fault(text: str) -> FunctionError:
    return FunctionError(f"error creating certificate: {text}")


def signed(whom: Subject, start: datetime.datetime, key: Any, by: Signer | None = None) -> Certificate:
    """A certificate from `start` on that a signer signs, or its own key. Raises FunctionError."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import dsa

    parent, signing = (None, key) if by is None else (by.certificate, by.key)
    if isinstance(signing, dsa.DSAPrivateKey):
        raise _fault("x509: certificate private key does not implement crypto.Signer")
    if isinstance(key, dsa.DSAPrivateKey):
        raise _fault("x509: unsupported public key type: *dsa.PublicKey")
    if parent is not None and _public(signing) != _public(parent):
        raise _fault("x509: provided PrivateKey doesn't match parent's PublicKey")
    for host in whom.hosts:
        if not host.isascii():
            raise _fault(f"x509: {quote(host)} cannot be encoded as an IA5String")
    name = _name(whom.name)
    start = start.replace(microsecond=0)
    builder = x509.CertificateBuilder(
        issuer_name=parent.subject if parent is not None else name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=secrets.randbelow(SERIALS - 1) + 1,
        not_valid_before=start,
        not_valid_after=max(start + _lifetime(whom.days), EARLIEST),
    )
    for extension, critical in _extensions(whom, key, parent):
        builder = builder.add_extension(extension, critical)
    made = builder.sign(signing, _digest(signing))
    return Certificate(made.public_bytes(serialization.Encoding.PEM).decode("ascii"), write_key(key))


def _public(holder: Any) -> bytes:
    """The public key of a private one or of a certificate."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return bytes(holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _name(common: str) -> Any:
    from cryptography import x509

    if not common:
        return x509.Name([])
    if LONE.search(common):
        raise _fault("asn1: string not valid UTF-8")
    with warnings.catch_warnings():
        # Go does not hold names to 64 characters, and release names make longer ones.
        warnings.simplefilter("ignore", UserWarning)
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common, _validate=False)])


def _digest(key: Any) -> Any:
    """The hash that Go chooses for a key's signatures."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    if isinstance(key, ed25519.Ed25519PrivateKey):
        return None
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return {384: hashes.SHA384(), 521: hashes.SHA512()}.get(key.curve.key_size, hashes.SHA256())
    return hashes.SHA256()


def _extensions(whom: Subject, key: Any, parent: Any) -> list[tuple[Any, bool]]:
    """(extension, critical) in the order in which Go writes them."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    usage = x509.KeyUsage(
        digital_signature=True, key_encipherment=True, key_cert_sign=whom.authority, content_commitment=False,
        data_encipherment=False, key_agreement=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    found: list[tuple[Any, bool]] = [
        (usage, True),
        (x509.ExtendedKeyUsage(purposes), False),
        (x509.BasicConstraints(ca=whom.authority, path_length=None), True),
    ]
    if whom.authority:
        found.append((x509.SubjectKeyIdentifier(hashlib.sha256(_key_bits(key)).digest()[:20]), False))
    if parent is not None and parent.subject != _name(whom.name) and (identifier := _identifier(parent)) is not None:
        found.append((x509.AuthorityKeyIdentifier(identifier, None, None), False))
    names: list[Any] = [x509.DNSName(host) for host in whom.hosts]
    names += [x509.IPAddress(ipaddress.ip_address(address)) for address in whom.addresses]
    if names:
        found.append((x509.SubjectAlternativeName(names), not whom.name))
    return found


def _key_bits(key: Any) -> bytes:
    """The public key as certificates hold it."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    forms = {
        rsa.RSAPrivateKey: (Encoding.DER, PublicFormat.PKCS1),
        ec.EllipticCurvePrivateKey: (Encoding.X962, PublicFormat.UncompressedPoint),
    }
    form = next((form for kind, form in forms.items() if isinstance(key, kind)), (Encoding.Raw, PublicFormat.Raw))
    return bytes(key.public_key().public_bytes(*form))


def _identifier(parent: Any) -> bytes | None:
    from cryptography import x509

    try:
        return bytes(parent.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest)
    except x509.ExtensionNotFound:
        return None
