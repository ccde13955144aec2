"""Passwords, ciphers, keys and certificates, as sprig has them (sprig: crypto.go). Heavy libraries load when they are used."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import uuid
from typing import Any

from ..template.function import FunctionError, declare
from . import certificates
from .encoding import decode_base64, to_bytes, to_text
from .keys import new_key

BLOCK = 16  # bytes of an AES block
SEED = b"com.lyndir.masterpassword"
LONGEST = 72  # bytes that bcrypt takes
PASSWORDS = {
    "maximum": ("anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"),
    "long": (
        "CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv", "CvccCvcvnoCvcv", "CvccCvcvCvcvno",
        "CvcvnoCvccCvcv", "CvcvCvccnoCvcv", "CvcvCvccCvcvno", "CvcvnoCvcvCvcc", "CvcvCvcvnoCvcc", "CvcvCvcvCvccno",
        "CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno", "CvcvnoCvccCvcc", "CvcvCvccnoCvcc", "CvcvCvccCvccno",
        "CvccnoCvcvCvcc", "CvccCvcvnoCvcc", "CvccCvcvCvccno",
    ),
    "medium": ("CvcnoCvc", "CvcCvcno"),
    "short": ("Cvcn",),
    "basic": ("aaanaaan", "aannaaan", "aaannaaa"),
    "pin": ("nnnn",),
}  # fmt: skip
CHARACTERS = {
    "V": "AEIOU",
    "C": "BCDFGHJKLMNPQRSTVWXYZ",
    "v": "aeiou",
    "c": "bcdfghjklmnpqrstvwxyz",
    "A": "AEIOUBCDFGHJKLMNPQRSTVWXYZ",
    "a": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
    "n": "0123456789",
    "o": "@&%?,=[]_:-+*$#!'^~;()/.",
    "x": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
}


def _bcrypt(text: str) -> str:
    import bcrypt

    data = to_bytes(text)
    if len(data) > LONGEST:
        return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
    return bcrypt.hashpw(data, bcrypt.gensalt(10, prefix=b"2a")).decode("ascii")


def _htpasswd(user: str, password: str) -> str:
    return f"invalid username: {user}" if ":" in user else f"{user}:{_bcrypt(password)}"


def _derive_password(counter: int, kind: str, password: str, user: str, site: str) -> str:
    """The Master Password algorithm's answer."""
    templates = PASSWORDS.get(kind)
    if templates is None:
        return f"cannot find password template {kind}"
    who, where = to_bytes(user), to_bytes(site)
    salt = SEED + len(who).to_bytes(4, "big") + who
    key = hashlib.scrypt(to_bytes(password), salt=salt, n=32768, r=8, p=2, dklen=64, maxmem=1 << 27)
    count = int(counter) % (1 << 32)  # a literal beyond uint32 wraps around
    seed = hmac.digest(key, SEED + len(where).to_bytes(4, "big") + where + count.to_bytes(4, "big"), "sha256")
    template = templates[seed[0] % len(templates)]
    return "".join(
        CHARACTERS[place][byte % len(CHARACTERS[place])] for place, byte in zip(template, seed[1:], strict=False)
    )


def _aes(password: str, vector: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    return Cipher(AES(to_bytes(password)[:32].ljust(32, b"\0")), CBC(vector))


def _encrypt(password: str, text: str) -> str:
    """AES-256 in CBC mode, its random vector first, as Base64."""
    if not text:
        return ""
    data, vector = to_bytes(text), secrets.token_bytes(BLOCK)
    padding = BLOCK - len(data) % BLOCK
    encryptor = _aes(password, vector).encryptor()
    secret = encryptor.update(data + bytes((padding,)) * padding) + encryptor.finalize()
    return base64.b64encode(vector + secret).decode("ascii")


def _decrypt(password: str, text: str) -> str:
    """What `encryptAES` hid. Raises FunctionError with Go's text for what cannot be."""
    if not text:
        return ""
    data = decode_base64(text)
    if len(data) < BLOCK:
        capacity = len(text) // 4 * 3  # what Go's decoder makes room for
        raise FunctionError(f"runtime error: slice bounds out of range [:{BLOCK}] with capacity {capacity}")
    vector, secret = data[:BLOCK], data[BLOCK:]
    if len(secret) % BLOCK:
        raise FunctionError("crypto/cipher: input not full blocks")
    if not secret:
        raise FunctionError("runtime error: index out of range [-1]")
    decryptor = _aes(password, vector).decryptor()
    plain = decryptor.update(secret) + decryptor.finalize()
    end = len(plain) - plain[-1]
    if end < 0:
        raise FunctionError(f"runtime error: slice bounds out of range [:{end}]")
    return to_text(plain[:end])


def _authority(name: str, days: int) -> certificates.Certificate:
    return certificates.self_signed(certificates.Subject(name=name, days=days, authority=True))


def _authority_with_key(name: str, days: int, key: str) -> certificates.Certificate:
    whom = certificates.Subject(name=name, days=days, authority=True)
    return certificates.self_signed(whom, certificates.pem_key(key))


def _self_signed(name: str, addresses: object, hosts: object, days: int) -> certificates.Certificate:
    return certificates.self_signed(certificates.subject(name, addresses, hosts, days))


def _self_signed_with_key(name: str, addresses: object, hosts: object, days: int, key: str) -> certificates.Certificate:
    return certificates.self_signed(certificates.subject(name, addresses, hosts, days), certificates.pem_key(key))


def _signed(
    name: str, addresses: object, hosts: object, days: int, authority: certificates.Certificate
) -> certificates.Certificate:
    return certificates.signed_by(authority, certificates.subject(name, addresses, hosts, days))


def _signed_with_key(*arguments: object) -> certificates.Certificate:
    """Name, addresses, hosts, days, authority and key, as the template gives them."""
    *whom, authority, key = arguments
    assert isinstance(authority, certificates.Certificate)
    made_key = certificates.pem_key(str(key))
    name, addresses, hosts, days = whom
    assert isinstance(name, str)
    assert isinstance(days, int)
    return certificates.signed_by(authority, certificates.subject(name, addresses, hosts, days), made_key)


LIST = "[]interface {}"
MADE = "sprig.certificate"
TABLE = declare(
    (
        ("bcrypt", "string -> string", _bcrypt),
        ("htpasswd", "string, string -> string", _htpasswd),
        ("derivePassword", "uint32, string, string, string, string -> string", _derive_password),
        ("encryptAES", "string, string -> string", _encrypt),
        ("decryptAES", "string, string -> string", _decrypt),
        ("uuidv4", " -> string", lambda: str(uuid.uuid4())),
        ("genPrivateKey", "string -> string", new_key),
        ("buildCustomCert", f"string, string -> {MADE}", certificates.custom),
        ("genCA", f"string, int -> {MADE}", _authority),
        ("genCAWithKey", f"string, int, string -> {MADE}", _authority_with_key),
        ("genSelfSignedCert", f"string, {LIST}, {LIST}, int -> {MADE}", _self_signed),
        ("genSelfSignedCertWithKey", f"string, {LIST}, {LIST}, int, string -> {MADE}", _self_signed_with_key),
        ("genSignedCert", f"string, {LIST}, {LIST}, int, {MADE} -> {MADE}", _signed),
        ("genSignedCertWithKey", f"string, {LIST}, {LIST}, int, {MADE}, string -> {MADE}", _signed_with_key),
    )
)
