"""Passwords, ciphers, keys: what Helm 4.3.1 gave, and what others make of ours."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path
from typing import Any

import bcrypt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa

from tests.engine.functions.calls import fault, rendered, shown
from tests.engine.functions.kitchen import Kitchen

# The value as it shows, its Go type, its JSON.
ANSWERS = [
    ('htpasswd "a:b" "p"', 'invalid username: a:b|string|"invalid username: a:b"'),
    (
        'bcrypt (repeat 73 "a")',
        'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes|string|"failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"',
    ),
    (
        'htpasswd "u" (repeat 73 "a")',
        'u:failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes|string|"u:failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"',
    ),
    (
        'derivePassword 1 "maximum" "password" "user" "example.com"',
        'pf4zS1LjCg&LjhsZ7T2~|string|"pf4zS1LjCg\\u0026LjhsZ7T2~"',
    ),
    ('derivePassword 1 "long" "password" "user" "example.com"', 'ZedaFaxcZaso9*|string|"ZedaFaxcZaso9*"'),
    ('derivePassword 1 "medium" "password" "user" "example.com"', 'ZedJuz8$|string|"ZedJuz8$"'),
    ('derivePassword 1 "short" "password" "user" "example.com"', 'Zed5|string|"Zed5"'),
    ('derivePassword 1 "basic" "password" "user" "example.com"', 'pIS54PLs|string|"pIS54PLs"'),
    ('derivePassword 1 "pin" "password" "user" "example.com"', '6685|string|"6685"'),
    (
        'derivePassword 2 "maximum" "password" "user" "example.com"',
        'O8-6Bwz1*I5XVPPq)@H!|string|"O8-6Bwz1*I5XVPPq)@H!"',
    ),
    ('derivePassword 2 "long" "password" "user" "example.com"', 'Fovi2@JifpTupx|string|"Fovi2@JifpTupx"'),
    ('derivePassword 2 "medium" "password" "user" "example.com"', 'Fov2-Jal|string|"Fov2-Jal"'),
    ('derivePassword 2 "short" "password" "user" "example.com"', 'Fov2|string|"Fov2"'),
    ('derivePassword 2 "basic" "password" "user" "example.com"', 'OQe2Zwl7|string|"OQe2Zwl7"'),
    ('derivePassword 2 "pin" "password" "user" "example.com"', '3882|string|"3882"'),
    (
        'derivePassword 1 "nope" "password" "user" "example.com"',
        'cannot find password template nope|string|"cannot find password template nope"',
    ),
    ('derivePassword 4294967295 "long" "" "" ""', 'WuhpJifuYucu5[|string|"WuhpJifuYucu5["'),
    ('derivePassword 4294967296 "long" "p" "u" "s"', 'WupeHanuFiyi6@|string|"WupeHanuFiyi6@"'),
    ('derivePassword 1 "long" "pä" (trunc 1 "é") "é.com"', 'Falf9*GiplMevi|string|"Falf9*GiplMevi"'),
    ('decryptAES "k" ""', '|string|""'),
    ('decryptAES "secretkey" (encryptAES "secretkey" "plain é")', 'plain é|string|"plain é"'),
    ('decryptAES "secretkey" "30tEfhuJSVRhpG97XCuWgz2okj7L8vQ1s6V9zVUPeDQ="', 'plaintext|string|"plaintext"'),
    ('decryptAES (repeat 40 "k") (encryptAES (repeat 32 "k") "x")', 'x|string|"x"'),
    ('genPrivateKey "foo"', 'Unknown type foo|string|"Unknown type foo"'),
    (
        'genPrivateKey "rsa" | regexFind "-----.*-----"',
        '-----BEGIN RSA PRIVATE KEY-----|string|"-----BEGIN RSA PRIVATE KEY-----"',
    ),
    (
        'genPrivateKey "dsa" | regexFind "-----.*-----"',
        '-----BEGIN DSA PRIVATE KEY-----|string|"-----BEGIN DSA PRIVATE KEY-----"',
    ),
    (
        'genPrivateKey "ecdsa" | regexFind "-----.*-----"',
        '-----BEGIN EC PRIVATE KEY-----|string|"-----BEGIN EC PRIVATE KEY-----"',
    ),
    (
        'genPrivateKey "ed25519" | regexFind "-----.*-----"',
        '-----BEGIN PRIVATE KEY-----|string|"-----BEGIN PRIVATE KEY-----"',
    ),
    ('genCAWithKey "x" 1 (genPrivateKey "ecdsa") | typeOf', 'sprig.certificate|string|"sprig.certificate"'),
    ('genCAWithKey "x" 1 (genPrivateKey "ed25519") | typeOf', 'sprig.certificate|string|"sprig.certificate"'),
    (
        'genSelfSignedCertWithKey "x" nil nil 1 (genPrivateKey "ed25519") | typeOf',
        'sprig.certificate|string|"sprig.certificate"',
    ),
    (
        'genSignedCertWithKey "x" nil nil 1 (genCA "ca" 1) (genPrivateKey "ecdsa") | typeOf',
        'sprig.certificate|string|"sprig.certificate"',
    ),
    ('genSignedCert "x" nil nil 1 (genCA "ca" 1) | typeOf', 'sprig.certificate|string|"sprig.certificate"'),
    ('genSelfSignedCert "x" nil nil -1 | typeOf', 'sprig.certificate|string|"sprig.certificate"'),
    ('genSelfSignedCert "x" nil nil 200000 | typeOf', 'sprig.certificate|string|"sprig.certificate"'),
    ('genSelfSignedCert "x" nil nil 106752 | typeOf', 'sprig.certificate|string|"sprig.certificate"'),
    ('genSelfSignedCert "x" nil nil 0 | typeOf', 'sprig.certificate|string|"sprig.certificate"'),
    ('genCA "" 1 | typeOf', 'sprig.certificate|string|"sprig.certificate"'),
    ('genCA (repeat 70 "a") 1 | typeOf', 'sprig.certificate|string|"sprig.certificate"'),
    ('genCA "é" 1 | typeOf', 'sprig.certificate|string|"sprig.certificate"'),
    ('genSelfSignedCert "" nil (list "a.b") 1 | typeOf', 'sprig.certificate|string|"sprig.certificate"'),
    ('kindOf (genCA "x" 1)', 'struct|string|"struct"'),
    ("uuidv4 | len", "36|int|36"),
    ('uuidv4 | regexMatch "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"', "true|bool|true"),
    ('(genCA "x" 1) | toJson | regexFind "^.{20}"', '{"Cert":"-----BEGIN |string|"{\\"Cert\\":\\"-----BEGIN "'),
    ('keys (fromJson (toJson (genCA "x" 1))) | sortAlpha', '[Cert Key]|[]string|["Cert","Key"]'),
    ('(eq (genCA "x" 1) (genCA "x" 1))', "false|bool|false"),
    ('deepEqual (genCA "x" 1) (genCA "x" 1)', "false|bool|false"),
]
FAULTS = [
    ('derivePassword -1 "long" "p" "u" "s"', "expected unsigned integer; found -1"),
    ('decryptAES "k" "!"', "error calling decryptAES: illegal base64 data at input byte 0"),
    (
        'decryptAES "k" "YWJj"',
        "error calling decryptAES: runtime error: slice bounds out of range [:16] with capacity 3",
    ),
    ('decryptAES "k" "MTIzNDU2Nzg5MDEyMzQ1Ng=="', "error calling decryptAES: runtime error: index out of range [-1]"),
    ('decryptAES "k" "MTIzNDU2Nzg5MDEyMzQ1Njc="', "error calling decryptAES: crypto/cipher: input not full blocks"),
    (
        'decryptAES "k" "MTIzNDU2Nzg5MDEyMzQ1NjEyMzQ1Njc4OTAxMjM0NTY="',
        "error calling decryptAES: runtime error: slice bounds out of range [:-94]",
    ),
    ('buildCustomCert "!" "eA=="', "error calling buildCustomCert: unable to decode base64 certificate"),
    ('buildCustomCert "eA==" "!"', "error calling buildCustomCert: unable to decode base64 private key"),
    ('buildCustomCert "eA==" "eA=="', "error calling buildCustomCert: unable to decode certificate"),
    ('(genCA "x" 1).Nope', "can't evaluate field Nope in type sprig.certificate"),
    ('genCA "x" "1"', 'expected integer; found "1"'),
    ('genSelfSignedCert "x" (list 1) nil 1', "error calling genSelfSignedCert: error parsing ip: 1 is not a string"),
    ('genSelfSignedCert "x" (list "1.2.3") nil 1', "error calling genSelfSignedCert: error parsing ip: 1.2.3"),
    (
        'genSelfSignedCert "x" nil (list 5) 1',
        "error calling genSelfSignedCert: error processing alternate dns name: 5 is not a string",
    ),
    ('genSelfSignedCert "x" (list "") nil 1', "error calling genSelfSignedCert: error parsing ip: "),
    (
        'genSelfSignedCert "x" (list nil) (list) 1',
        "error calling genSelfSignedCert: error parsing ip: <nil> is not a string",
    ),
    (
        'genSelfSignedCert "x" (list "010.0.0.1") (list) 1',
        "error calling genSelfSignedCert: error parsing ip: 010.0.0.1",
    ),
    (
        'genSelfSignedCert "x" (list "fe80::1%en0") (list) 1 | typeOf',
        "error calling genSelfSignedCert: error parsing ip: fe80::1%en0",
    ),
    (
        'genSelfSignedCert "x" (list "::ffff:1.2.3.4") (list "é.com") 1 | typeOf',
        'error calling genSelfSignedCert: error creating certificate: x509: "é.com" cannot be encoded as an IA5String',
    ),
    (
        'genSelfSignedCert "x" (list) (list "é.com") 1 | typeOf',
        'error calling genSelfSignedCert: error creating certificate: x509: "é.com" cannot be encoded as an IA5String',
    ),
    ('genCAWithKey "x" 1 "nope"', "error calling genCAWithKey: parsing private key: no PEM data in input"),
    (
        'genCAWithKey "x" 1 (genPrivateKey "dsa")',
        "error calling genCAWithKey: error creating certificate: x509: certificate private key does not implement crypto.Signer",
    ),
    (
        'genSelfSignedCertWithKey "x" nil nil 1 "nope"',
        "error calling genSelfSignedCertWithKey: parsing private key: no PEM data in input",
    ),
    (
        'genSignedCertWithKey "x" nil nil 1 (genCA "ca" 1) "nope"',
        "error calling genSignedCertWithKey: parsing private key: no PEM data in input",
    ),
    (
        'genSignedCertWithKey "x" nil nil 1 (genCA "ca" 1) (genPrivateKey "dsa")',
        "error calling genSignedCertWithKey: error creating certificate: x509: unsupported public key type: *dsa.PublicKey",
    ),
    ('genSignedCert "x" nil nil 1 nil', "cannot assign nil to sprig.certificate"),
    ('genSignedCert "x" nil nil 1 "x"', 'can\'t handle "x" for arg of type sprig.certificate'),
    ('genSignedCert "x" (list "y") nil 1 (genCA "ca" 1)', "error calling genSignedCert: error parsing ip: y"),
    ('genCA (trunc 1 "é") 1 | typeOf', "error calling genCA: error creating certificate: asn1: string not valid UTF-8"),
    ('hasKey (genCA "x" 1) "Cert"', "wrong type for value; expected map[string]interface {}; got sprig.certificate"),
    ('genCA "x" 1 | toYaml | regexFindAll "(?m)^[A-Za-z]+:" -1', "expected string; found -1"),
]


@pytest.mark.parametrize(("call", "want"), ANSWERS, ids=[call for call, _ in ANSWERS])
def test_answers(call: str, want: str) -> None:
    assert shown(call) == want


@pytest.mark.parametrize(("call", "want"), FAULTS, ids=[call for call, _ in FAULTS])
def test_faults(call: str, want: str) -> None:
    assert fault(call) == want


KEYS = [
    ("", rsa.RSAPrivateKey, 4096, "RSA PRIVATE KEY"),
    ("rsa", rsa.RSAPrivateKey, 4096, "RSA PRIVATE KEY"),
    ("dsa", dsa.DSAPrivateKey, 2048, "DSA PRIVATE KEY"),
    ("ecdsa", ec.EllipticCurvePrivateKey, 256, "EC PRIVATE KEY"),
    ("ed25519", ed25519.Ed25519PrivateKey, None, "PRIVATE KEY"),
]
BROKEN_KEYS = [
    ("RSA PRIVATE KEY", "parsing RSA private key from PEM: the key cannot be read"),
    ("EC PRIVATE KEY", "parsing EC private key from PEM: the key cannot be read"),
    ("DSA PRIVATE KEY", "parsing DSA private key from PEM: the key cannot be read"),
    ("PRIVATE KEY", "decoding PEM as PKCS#8: the key cannot be read"),
]


@pytest.mark.parametrize(("kind", "family", "size", "label"), KEYS, ids=[kind or "none" for kind, *_ in KEYS])
def test_keys_are_read_by_others(kind: str, family: type, size: int | None, label: str, tmp_path: Path) -> None:
    text = rendered(f'{{{{ genPrivateKey "{kind}" }}}}')
    key = serialization.load_pem_private_key(text.encode(), None)
    assert text.startswith(f"-----BEGIN {label}-----\n")
    assert isinstance(key, family)
    assert getattr(key, "key_size", None) == size
    openssl = shutil.which("openssl")
    if openssl is None:
        return
    (tmp_path / "key").write_text(text)
    subprocess.run([openssl, "pkey", "-in", tmp_path / "key", "-noout"], check=True, capture_output=True)


@pytest.mark.parametrize(("label", "want"), BROKEN_KEYS, ids=[label for label, _ in BROKEN_KEYS])
def test_a_broken_key_is_not_shown(label: str, want: str) -> None:
    """Helm tells what its ASN.1 reader saw, which may be parts of the key."""
    pem = f"-----BEGIN {label}-----\\nAAAA\\n-----END {label}-----\\n"
    assert fault(f'genCAWithKey "x" 1 "{pem}"') == f"error calling genCAWithKey: parsing private key: {want}"


def test_bcrypt_is_checked_by_others() -> None:
    made = rendered('{{ bcrypt "pässword" }}').encode()
    assert made.startswith(b"$2a$10$")
    assert bcrypt.checkpw("pässword".encode(), made)
    assert not bcrypt.checkpw(b"password", made)


def test_htpasswd_is_checked_by_others() -> None:
    user, _, made = rendered('{{ htpasswd "me" "secret" }}').partition(":")
    assert user == "me"
    assert bcrypt.checkpw(b"secret", made.encode())


def test_a_secret_is_another_each_time() -> None:
    one, other = rendered('{{ encryptAES "key" "plain" }} {{ encryptAES "key" "plain" }}').split()
    assert one != other
    assert {len(base64.b64decode(each)) for each in (one, other)} == {32}


@pytest.mark.oracle
def test_helm_reads_our_secrets(kitchen: Kitchen) -> None:
    made = rendered('{{ encryptAES "key" "plain é" }}')
    assert kitchen.helms(f'{{{{ decryptAES "key" "{made}" }}}}') == "plain é"
    helms = kitchen.helms('{{ encryptAES "key" "plain é" }}')
    assert rendered(f'{{{{ decryptAES "key" "{helms}" }}}}') == "plain é"


@pytest.fixture
def kitchen(tmp_path: Path, oracle: Any) -> Kitchen:
    return Kitchen(tmp_path, oracle)
