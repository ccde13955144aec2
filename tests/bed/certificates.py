"""A throw-away certificate authority for one bed."""

from __future__ import annotations

import datetime as dt
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ADDRESSES = ("127.0.0.1", "10.0.0.1")
HOSTS = ("localhost", "kubernetes.default.svc")


def _name(common_name: str, groups: tuple[str, ...]) -> x509.Name:
    return x509.Name(
        [
            *(x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def write_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """A new key at `path`, its public half at `path.pub`."""
    key = ec.generate_private_key(ec.SECP256R1())
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.TraditionalOpenSSL, plain))
    path.with_suffix(".pub").write_bytes(
        key.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return key


class Authority:
    """Signs the certificates of one bed; all files lie in its folder as NAME.crt and NAME.key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        key_file, certificate_file = folder / "ca.key", folder / "ca.crt"
        if certificate_file.exists():
            loaded = serialization.load_pem_private_key(key_file.read_bytes(), None)
            assert isinstance(loaded, ec.EllipticCurvePrivateKey)
            self.key = loaded
            self.certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
            return
        self.key = write_key(key_file)
        name = _name("bed-ca", ())
        self.certificate = self._build(name, name, self.key.public_key(), authority=True).sign(
            self.key, hashes.SHA256()
        )
        certificate_file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    @staticmethod
    def _build(
        subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, authority: bool
    ) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=1))
            .not_valid_after(now + dt.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )

    def issue(self, file: str, common_name: str, groups: tuple[str, ...] = ()) -> None:
        """A certificate for servers on this machine and for clients alike."""
        key = write_key(self.folder / f"{file}.key")
        names: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address(address)) for address in ADDRESSES]
        names += [x509.DNSName(host) for host in HOSTS]
        builder = self._build(_name(common_name, groups), self.certificate.subject, key.public_key(), authority=False)
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        certificate = builder.sign(self.key, hashes.SHA256())
        (self.folder / f"{file}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
