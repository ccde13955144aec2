"""Passwords, ciphers, keys and certificates, as sprig has them (sprig: crypto.go). Heavy libraries load when they are used."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from ..template.function import Function, FunctionError, declare
from .certificates import Certificate, Subject, custom, pem_key, signed, signer, subject
from .encoding import decode_base64, to_bytes, to_text
from .keys import new_key, new_rsa

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


Clock = Callable[[], int]
"""Nanoseconds since 1970."""


class _Certificates:
    """The functions whose certificates begin now. What is wrong is said in the order in which sprig looks."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def _start(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self._clock() // 10**9, datetime.UTC)

    def authority(self, name: str, days: int) -> Certificate:
        return signed(Subject(name=name, days=days, authority=True), self._start(), new_rsa())

    def authority_with_key(self, name: str, days: int, key: str) -> Certificate:
        own = pem_key(key)
        return signed(Subject(name=name, days=days, authority=True), self._start(), own)

    def self_signed(self, *whom: Any) -> Certificate:
        return signed(subject(*whom), self._start(), new_rsa())

    def self_signed_with_key(self, *arguments: Any) -> Certificate:
        *whom, key = arguments
        own = pem_key(key)
        return signed(subject(*whom), self._start(), own)

    def signed(self, *arguments: Any) -> Certificate:
        *whom, authority = arguments
        by = signer(authority)
        return signed(subject(*whom), self._start(), new_rsa(), by)

    def signed_with_key(self, *arguments: Any) -> Certificate:
        *whom, authority, key = arguments
        own, by = pem_key(key), signer(authority)
        return signed(subject(*whom), self._start(), own, by)


LIST = "[]interface {}"
WHOM = f"string, {LIST}, {LIST}, int"
MADE = "sprig.certificate"


def table(clock: Clock) -> Mapping[str, Function]:
    """The family's functions by a clock that gives nanoseconds since 1970."""
    made = _Certificates(clock)
    return declare(
        (
            ("bcrypt", "string -> string", _bcrypt),
            ("htpasswd", "string, string -> string", _htpasswd),
            ("derivePassword", "uint32, string, string, string, string -> string", _derive_password),
            ("encryptAES", "string, string -> string", _encrypt),
            ("decryptAES", "string, string -> string", _decrypt),
            ("uuidv4", " -> string", lambda: str(uuid.uuid4())),
            ("genPrivateKey", "string -> string", new_key),
            ("buildCustomCert", f"string, string -> {MADE}", custom),
            ("genCA", f"string, int -> {MADE}", made.authority),
            ("genCAWithKey", f"string, int, string -> {MADE}", made.authority_with_key),
            ("genSelfSignedCert", f"{WHOM} -> {MADE}", made.self_signed),
            ("genSelfSignedCertWithKey", f"{WHOM}, string -> {MADE}", made.self_signed_with_key),
            ("genSignedCert", f"{WHOM}, {MADE} -> {MADE}", made.signed),
            ("genSignedCertWithKey", f"{WHOM}, {MADE}, string -> {MADE}", made.signed_with_key),
        )
    )


TABLE = table(time.time_ns)
