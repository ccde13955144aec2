"""Base64, Base32 and checksums, against what Helm 4.3.1 gave."""

from __future__ import annotations

import pytest

from tests.engine.functions.calls import shown

# The value as it shows, its Go type, its JSON.
ANSWERS = [
    ('b64enc ""', '|string|""'),
    ('b64enc "a"', 'YQ==|string|"YQ=="'),
    ('b64enc "ab"', 'YWI=|string|"YWI="'),
    ('b64enc "abc"', 'YWJj|string|"YWJj"'),
    ('b64enc "é"', 'w6k=|string|"w6k="'),
    ('b64enc "日本\\n"', '5pel5pysCg==|string|"5pel5pysCg=="'),
    ('b32enc ""', '|string|""'),
    ('b32enc "a"', 'ME======|string|"ME======"'),
    ('b32enc "ab"', 'MFRA====|string|"MFRA===="'),
    ('b32enc "abc"', 'MFRGG===|string|"MFRGG==="'),
    ('b32enc "é"', 'YOUQ====|string|"YOUQ===="'),
    ('b32enc "日本\\n"', '42L2LZU4VQFA====|string|"42L2LZU4VQFA===="'),
    ('sha1sum ""', 'da39a3ee5e6b4b0d3255bfef95601890afd80709|string|"da39a3ee5e6b4b0d3255bfef95601890afd80709"'),
    ('sha1sum "a"', '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8|string|"86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"'),
    ('sha1sum "ab"', 'da23614e02469a0d7c7bd1bdab5c9c474b1904dc|string|"da23614e02469a0d7c7bd1bdab5c9c474b1904dc"'),
    ('sha1sum "abc"', 'a9993e364706816aba3e25717850c26c9cd0d89d|string|"a9993e364706816aba3e25717850c26c9cd0d89d"'),
    ('sha1sum "é"', 'bf15be717ac1b080b4f1c456692825891ff5073d|string|"bf15be717ac1b080b4f1c456692825891ff5073d"'),
    ('sha1sum "日本\\n"', '06a50e7b47a40a839e418b01b3bf8875225b10fb|string|"06a50e7b47a40a839e418b01b3bf8875225b10fb"'),
    (
        'sha256sum ""',
        'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855|string|"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"',
    ),
    (
        'sha256sum "a"',
        'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb|string|"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"',
    ),
    (
        'sha256sum "ab"',
        'fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603|string|"fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603"',
    ),
    (
        'sha256sum "abc"',
        'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad|string|"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"',
    ),
    (
        'sha256sum "é"',
        '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c|string|"4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"',
    ),
    (
        'sha256sum "日本\\n"',
        '15b271167ac25a03c65358c3fa1852575a38e8abbe8d2a8dbc423a1e9119905f|string|"15b271167ac25a03c65358c3fa1852575a38e8abbe8d2a8dbc423a1e9119905f"',
    ),
    (
        'sha512sum ""',
        'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e|string|"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"',
    ),
    (
        'sha512sum "a"',
        '1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f5302860c652bf08d560252aa5e74210546f369fbbbce8c12cfc7957b2652fe9a75|string|"1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f5302860c652bf08d560252aa5e74210546f369fbbbce8c12cfc7957b2652fe9a75"',
    ),
    (
        'sha512sum "ab"',
        '2d408a0717ec188158278a796c689044361dc6fdde28d6f04973b80896e1823975cdbf12eb63f9e0591328ee235d80e9b5bf1aa6a44f4617ff3caf6400eb172d|string|"2d408a0717ec188158278a796c689044361dc6fdde28d6f04973b80896e1823975cdbf12eb63f9e0591328ee235d80e9b5bf1aa6a44f4617ff3caf6400eb172d"',
    ),
    (
        'sha512sum "abc"',
        'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f|string|"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"',
    ),
    (
        'sha512sum "é"',
        '9e2ad28633f24451bd4f3c1cb20586a21a44c3aeedbdc01b9cc8fa72917ea7bd689c82b8bf1fef89b911cf8cc46fa2c1ccc10087b2094fd4d3350ecd88526a2c|string|"9e2ad28633f24451bd4f3c1cb20586a21a44c3aeedbdc01b9cc8fa72917ea7bd689c82b8bf1fef89b911cf8cc46fa2c1ccc10087b2094fd4d3350ecd88526a2c"',
    ),
    (
        'sha512sum "日本\\n"',
        '6284cb9f77eb322109607e5c955ef3f5864a62a3c0891cb0fa2047f536cee85a80a72b983bc79b16ffd3085f41558086cdb7833db6ba37ddc6ca9869428c234d|string|"6284cb9f77eb322109607e5c955ef3f5864a62a3c0891cb0fa2047f536cee85a80a72b983bc79b16ffd3085f41558086cdb7833db6ba37ddc6ca9869428c234d"',
    ),
    ('adler32sum ""', '1|string|"1"'),
    ('adler32sum "a"', '6422626|string|"6422626"'),
    ('adler32sum "ab"', '19267780|string|"19267780"'),
    ('adler32sum "abc"', '38600999|string|"38600999"'),
    ('adler32sum "é"', '36766061|string|"36766061"'),
    ('adler32sum "日本\\n"', '333579355|string|"333579355"'),
    ('b64dec ""', '|string|""'),
    ('b64dec "YQ=="', 'a|string|"a"'),
    ('b64dec "YQ="', 'illegal base64 data at input byte 3|string|"illegal base64 data at input byte 3"'),
    ('b64dec "YQ"', 'illegal base64 data at input byte 0|string|"illegal base64 data at input byte 0"'),
    ('b64dec "YWI="', 'ab|string|"ab"'),
    ('b64dec "YWJj"', 'abc|string|"abc"'),
    ('b64dec "YW Jj"', 'illegal base64 data at input byte 2|string|"illegal base64 data at input byte 2"'),
    ('b64dec "YW\\nJj"', 'abc|string|"abc"'),
    ('b64dec "YQ==\\n"', 'a|string|"a"'),
    ('b64dec "YQ=\\n="', 'a|string|"a"'),
    ('b64dec "YQ==YQ=="', 'illegal base64 data at input byte 4|string|"illegal base64 data at input byte 4"'),
    ('b64dec "YQ==x"', 'illegal base64 data at input byte 4|string|"illegal base64 data at input byte 4"'),
    ('b64dec "Y"', 'illegal base64 data at input byte 0|string|"illegal base64 data at input byte 0"'),
    ('b64dec "Y==="', 'illegal base64 data at input byte 1|string|"illegal base64 data at input byte 1"'),
    ('b64dec "===="', 'illegal base64 data at input byte 0|string|"illegal base64 data at input byte 0"'),
    ('b64dec "="', 'illegal base64 data at input byte 0|string|"illegal base64 data at input byte 0"'),
    ('b64dec "%%%"', 'illegal base64 data at input byte 0|string|"illegal base64 data at input byte 0"'),
    ('b64dec "YWJj="', 'illegal base64 data at input byte 4|string|"illegal base64 data at input byte 4"'),
    ('b64dec "YWJjY"', 'illegal base64 data at input byte 4|string|"illegal base64 data at input byte 4"'),
    ('b64dec "6Kw"', 'illegal base64 data at input byte 0|string|"illegal base64 data at input byte 0"'),
    ('b64dec "é"', 'illegal base64 data at input byte 0|string|"illegal base64 data at input byte 0"'),
    ('b64dec "YQ\\r\\n=="', 'a|string|"a"'),
    ('b64dec "abc"', 'illegal base64 data at input byte 0|string|"illegal base64 data at input byte 0"'),
    ('b64dec "Y=Q="', 'illegal base64 data at input byte 1|string|"illegal base64 data at input byte 1"'),
    ('b64dec "YW=I"', 'illegal base64 data at input byte 2|string|"illegal base64 data at input byte 2"'),
    ('b64dec "YWJ=c"', 'illegal base64 data at input byte 4|string|"illegal base64 data at input byte 4"'),
    ('b32dec ""', '|string|""'),
    ('b32dec "ME======"', 'a|string|"a"'),
    ('b32dec "MFRA===="', 'ab|string|"ab"'),
    ('b32dec "MFRGG==="', 'abc|string|"abc"'),
    ('b32dec "MFRGGZA="', 'abcd|string|"abcd"'),
    ('b32dec "MFRGGZDF"', 'abcde|string|"abcde"'),
    ('b32dec "ME"', 'illegal base32 data at input byte 0|string|"illegal base32 data at input byte 0"'),
    ('b32dec "ME====="', 'illegal base32 data at input byte 7|string|"illegal base32 data at input byte 7"'),
    ('b32dec "ME\\n======"', 'a|string|"a"'),
    ('b32dec "me======"', 'illegal base32 data at input byte 0|string|"illegal base32 data at input byte 0"'),
    ('b32dec "M======="', 'illegal base32 data at input byte 1|string|"illegal base32 data at input byte 1"'),
    ('b32dec "ME=====A"', 'illegal base32 data at input byte 6|string|"illegal base32 data at input byte 6"'),
    ('b32dec "ME====A="', 'illegal base32 data at input byte 5|string|"illegal base32 data at input byte 5"'),
    ('b32dec "ME======ME======"', 'illegal base32 data at input byte 2|string|"illegal base32 data at input byte 2"'),
    ('b32dec "%"', 'illegal base32 data at input byte 0|string|"illegal base32 data at input byte 0"'),
    ('b32dec "MFRGGZDF1"', 'illegal base32 data at input byte 8|string|"illegal base32 data at input byte 8"'),
    ('b32dec "MFR====="', 'illegal base32 data at input byte 3|string|"illegal base32 data at input byte 3"'),
    ('b32dec "MFRGG="', 'illegal base32 data at input byte 6|string|"illegal base32 data at input byte 6"'),
    ('b32dec "="', 'illegal base32 data at input byte 0|string|"illegal base32 data at input byte 0"'),
    ('b32dec "ME======x"', 'a|string|"a"'),
]


@pytest.mark.parametrize(("call", "want"), ANSWERS, ids=[call for call, _ in ANSWERS])
def test_answers(call: str, want: str) -> None:
    assert shown(call) == want
