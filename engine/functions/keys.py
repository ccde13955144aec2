"""Private keys: made, written and read as PEM in the forms that sprig uses (sprig: crypto.go)."""

from __future__ import annotations

import re
from typing import Any

from ..template.function import FunctionError

BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\r?\n.*?-----END \1-----[ \t]*(?:\r?\n|\Z)", re.DOTALL)
RSA_BITS = 2048  # of certificates; genPrivateKey takes 4096


def new_rsa(bits: int = RSA_BITS) -> Any:
    """A new RSA key."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(65537, bits)


def new_key(kind: str) -> str:
    """A new private key as PEM; a sentence where the kind is unknown, as sprig answers."""
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519

    makers = {
        "": lambda: new_rsa(4096),
        "rsa": lambda: new_rsa(4096),
        "dsa": lambda: dsa.generate_private_key(2048),
        "ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
    }
    maker = makers.get(kind)
    return f"Unknown type {kind}" if maker is None else write_key(maker())


def write_key(key: Any) -> str:
    """PEM: PKCS#1 for RSA, SEC 1 for elliptic curves, OpenSSL's own for DSA, PKCS#8 for others."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

    own = isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | dsa.DSAPrivateKey)
    form = serialization.PrivateFormat.TraditionalOpenSSL if own else serialization.PrivateFormat.PKCS8
    return str(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode("ascii"))


def first_block(text: str) -> tuple[str, str] | None:
    """The kind and the text of the first PEM block; None where there is none."""
    found = BLOCK.search(text)
    return None if found is None else (found[1], found[0])


def read_key(text: str) -> Any:
    """The private key of a PEM text. Raises FunctionError with sprig's text."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    block = first_block(text)
    if block is None:
        raise FunctionError("no PEM data in input")
    kind, body = block
    if kind != "PRIVATE KEY" and not kind.endswith(" PRIVATE KEY"):
        raise FunctionError(f"no private key data in PEM block of type {kind}")
    if kind not in READ:
        raise FunctionError(f"invalid private key type {kind}")
    try:
        return serialization.load_pem_private_key(body.encode("ascii", "replace"), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        # OpenSSL's words would show nothing of use, and may show parts of the key.
        raise FunctionError(f"{READ[kind]}: the key cannot be read") from error


READ = {
    "PRIVATE KEY": "decoding PEM as PKCS#8",
    "RSA PRIVATE KEY": "parsing RSA private key from PEM",
    "EC PRIVATE KEY": "parsing EC private key from PEM",
    "DSA PRIVATE KEY": "parsing DSA private key from PEM",
}
