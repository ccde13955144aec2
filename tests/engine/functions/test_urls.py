"""URLs, against what Helm 4.3.1 gave."""

from __future__ import annotations

import pytest

from tests.engine.functions.calls import fault, shown

# The value as it shows, its Go type, its JSON.
ANSWERS = [
    (
        'urlParse ""',
        'map[fragment: host: hostname: opaque: path: query: scheme: userinfo:]|map[string]interface {}|{"fragment":"","host":"","hostname":"","opaque":"","path":"","query":"","scheme":"","userinfo":""}',
    ),
    (
        'urlParse "http://user:pw@host:80/a%20b?q=1#frag"',
        'map[fragment:frag host:host:80 hostname:host opaque: path:/a b query:q=1 scheme:http userinfo:user:pw]|map[string]interface {}|{"fragment":"frag","host":"host:80","hostname":"host","opaque":"","path":"/a b","query":"q=1","scheme":"http","userinfo":"user:pw"}',
    ),
    (
        'urlParse "HTTP://H/"',
        'map[fragment: host:H hostname:H opaque: path:/ query: scheme:http userinfo:]|map[string]interface {}|{"fragment":"","host":"H","hostname":"H","opaque":"","path":"/","query":"","scheme":"http","userinfo":""}',
    ),
    (
        'urlParse "mailto:a@b"',
        'map[fragment: host: hostname: opaque:a@b path: query: scheme:mailto userinfo:]|map[string]interface {}|{"fragment":"","host":"","hostname":"","opaque":"a@b","path":"","query":"","scheme":"mailto","userinfo":""}',
    ),
    (
        'urlParse "//h/p"',
        'map[fragment: host:h hostname:h opaque: path:/p query: scheme: userinfo:]|map[string]interface {}|{"fragment":"","host":"h","hostname":"h","opaque":"","path":"/p","query":"","scheme":"","userinfo":""}',
    ),
    (
        'urlParse "/p"',
        'map[fragment: host: hostname: opaque: path:/p query: scheme: userinfo:]|map[string]interface {}|{"fragment":"","host":"","hostname":"","opaque":"","path":"/p","query":"","scheme":"","userinfo":""}',
    ),
    (
        'urlParse "a/b"',
        'map[fragment: host: hostname: opaque: path:a/b query: scheme: userinfo:]|map[string]interface {}|{"fragment":"","host":"","hostname":"","opaque":"","path":"a/b","query":"","scheme":"","userinfo":""}',
    ),
    (
        'urlParse "a:b/c"',
        'map[fragment: host: hostname: opaque:b/c path: query: scheme:a userinfo:]|map[string]interface {}|{"fragment":"","host":"","hostname":"","opaque":"b/c","path":"","query":"","scheme":"a","userinfo":""}',
    ),
    (
        'urlParse "*"',
        'map[fragment: host: hostname: opaque: path:* query: scheme: userinfo:]|map[string]interface {}|{"fragment":"","host":"","hostname":"","opaque":"","path":"*","query":"","scheme":"","userinfo":""}',
    ),
    (
        'urlParse "http://[::1]:8/"',
        'map[fragment: host:[::1]:8 hostname:::1 opaque: path:/ query: scheme:http userinfo:]|map[string]interface {}|{"fragment":"","host":"[::1]:8","hostname":"::1","opaque":"","path":"/","query":"","scheme":"http","userinfo":""}',
    ),
    (
        'urlParse "http://[fe80::1%25en0]/"',
        'map[fragment: host:[fe80::1%en0] hostname:fe80::1%en0 opaque: path:/ query: scheme:http userinfo:]|map[string]interface {}|{"fragment":"","host":"[fe80::1%en0]","hostname":"fe80::1%en0","opaque":"","path":"/","query":"","scheme":"http","userinfo":""}',
    ),
    (
        'urlParse "http://[fe80::1%25%41]/"',
        'map[fragment: host:[fe80::1%A] hostname:fe80::1%A opaque: path:/ query: scheme:http userinfo:]|map[string]interface {}|{"fragment":"","host":"[fe80::1%A]","hostname":"fe80::1%A","opaque":"","path":"/","query":"","scheme":"http","userinfo":""}',
    ),
    (
        'urlParse "http://h:/"',
        'map[fragment: host:h: hostname:h opaque: path:/ query: scheme:http userinfo:]|map[string]interface {}|{"fragment":"","host":"h:","hostname":"h","opaque":"","path":"/","query":"","scheme":"http","userinfo":""}',
    ),
    (
        'urlParse "foo://h:1:2/"',
        'map[fragment: host:h:1:2 hostname:h:1 opaque: path:/ query: scheme:foo userinfo:]|map[string]interface {}|{"fragment":"","host":"h:1:2","hostname":"h:1","opaque":"","path":"/","query":"","scheme":"foo","userinfo":""}',
    ),
    (
        'urlParse "http://h%C3%A9/"',
        'map[fragment: host:hé hostname:hé opaque: path:/ query: scheme:http userinfo:]|map[string]interface {}|{"fragment":"","host":"hé","hostname":"hé","opaque":"","path":"/","query":"","scheme":"http","userinfo":""}',
    ),
    (
        'urlParse "http://u:p:q@h/"',
        'map[fragment: host:h hostname:h opaque: path:/ query: scheme:http userinfo:u:p%3Aq]|map[string]interface {}|{"fragment":"","host":"h","hostname":"h","opaque":"","path":"/","query":"","scheme":"http","userinfo":"u:p%3Aq"}',
    ),
    (
        'urlParse "http://a@b@c/"',
        'map[fragment: host:c hostname:c opaque: path:/ query: scheme:http userinfo:a%40b]|map[string]interface {}|{"fragment":"","host":"c","hostname":"c","opaque":"","path":"/","query":"","scheme":"http","userinfo":"a%40b"}',
    ),
    (
        'urlParse "http://h?a b#c d"',
        'map[fragment:c d host:h hostname:h opaque: path: query:a b scheme:http userinfo:]|map[string]interface {}|{"fragment":"c d","host":"h","hostname":"h","opaque":"","path":"","query":"a b","scheme":"http","userinfo":""}',
    ),
    (
        'urlParse "http://h#é"',
        'map[fragment:é host:h hostname:h opaque: path: query: scheme:http userinfo:]|map[string]interface {}|{"fragment":"é","host":"h","hostname":"h","opaque":"","path":"","query":"","scheme":"http","userinfo":""}',
    ),
    (
        'urlParse "http://é/é?é"',
        'map[fragment: host:é hostname:é opaque: path:/é query:é scheme:http userinfo:]|map[string]interface {}|{"fragment":"","host":"é","hostname":"é","opaque":"","path":"/é","query":"é","scheme":"http","userinfo":""}',
    ),
    (
        'urlParse "///p"',
        'map[fragment: host: hostname: opaque: path:///p query: scheme: userinfo:]|map[string]interface {}|{"fragment":"","host":"","hostname":"","opaque":"","path":"///p","query":"","scheme":"","userinfo":""}',
    ),
    (
        'urlParse "http:///p"',
        'map[fragment: host: hostname: opaque: path:/p query: scheme:http userinfo:]|map[string]interface {}|{"fragment":"","host":"","hostname":"","opaque":"","path":"/p","query":"","scheme":"http","userinfo":""}',
    ),
    (
        'urlParse "http:p"',
        'map[fragment: host: hostname: opaque:p path: query: scheme:http userinfo:]|map[string]interface {}|{"fragment":"","host":"","hostname":"","opaque":"p","path":"","query":"","scheme":"http","userinfo":""}',
    ),
    (
        'urlParse "http://h/a;b=c,d"',
        'map[fragment: host:h hostname:h opaque: path:/a;b=c,d query: scheme:http userinfo:]|map[string]interface {}|{"fragment":"","host":"h","hostname":"h","opaque":"","path":"/a;b=c,d","query":"","scheme":"http","userinfo":""}',
    ),
    (
        'urlParse "http://h/p?"',
        'map[fragment: host:h hostname:h opaque: path:/p query: scheme:http userinfo:]|map[string]interface {}|{"fragment":"","host":"h","hostname":"h","opaque":"","path":"/p","query":"","scheme":"http","userinfo":""}',
    ),
    (
        'urlParse "http://h#"',
        'map[fragment: host:h hostname:h opaque: path: query: scheme:http userinfo:]|map[string]interface {}|{"fragment":"","host":"h","hostname":"h","opaque":"","path":"","query":"","scheme":"http","userinfo":""}',
    ),
    (
        'urlParse "x:"',
        'map[fragment: host: hostname: opaque: path: query: scheme:x userinfo:]|map[string]interface {}|{"fragment":"","host":"","hostname":"","opaque":"","path":"","query":"","scheme":"x","userinfo":""}',
    ),
    (
        'urlParse "x://"',
        'map[fragment: host: hostname: opaque: path: query: scheme:x userinfo:]|map[string]interface {}|{"fragment":"","host":"","hostname":"","opaque":"","path":"","query":"","scheme":"x","userinfo":""}',
    ),
    (
        'urlParse "git+ssh://h"',
        'map[fragment: host:h hostname:h opaque: path: query: scheme:git+ssh userinfo:]|map[string]interface {}|{"fragment":"","host":"h","hostname":"h","opaque":"","path":"","query":"","scheme":"git+ssh","userinfo":""}',
    ),
    (
        'urlParse "http://h\\"<>/"',
        'map[fragment: host:h"<> hostname:h"<> opaque: path:/ query: scheme:http userinfo:]|map[string]interface {}|{"fragment":"","host":"h\\"\\u003c\\u003e","hostname":"h\\"\\u003c\\u003e","opaque":"","path":"/","query":"","scheme":"http","userinfo":""}',
    ),
    ("urlJoin (dict)", '|string|""'),
    (
        'urlJoin (dict "scheme" "http" "host" "h:80" "path" "/a b" "query" "q=1" "fragment" "f g" "userinfo" "u:p")',
        'http://u:p@h:80/a%20b?q=1#f%20g|string|"http://u:p@h:80/a%20b?q=1#f%20g"',
    ),
    ('urlJoin (dict "scheme" "http" "host" "h" "path" "p")', 'http://h/p|string|"http://h/p"'),
    ('urlJoin (dict "path" "a:b")', './a:b|string|"./a:b"'),
    ('urlJoin (dict "path" "//a")', '//a|string|"//a"'),
    ('urlJoin (dict "path" "*")', '*|string|"*"'),
    ('urlJoin (dict "host" "h")', '//h|string|"//h"'),
    ('urlJoin (dict "scheme" "mailto" "opaque" "a@b")', 'mailto:a@b|string|"mailto:a@b"'),
    ('urlJoin (dict "scheme" "http")', 'http:|string|"http:"'),
    ('urlJoin (dict "scheme" "http" "path" "/p")', 'http:///p|string|"http:///p"'),
    ('urlJoin (dict "userinfo" "u")', '//u@|string|"//u@"'),
    ('urlJoin (dict "host" "a b" "path" "/%é")', '//a%20b/%25%C3%A9|string|"//a%20b/%25%C3%A9"'),
    ('urlJoin (urlParse "http://u:p@h:1/p?q#f")', 'http://u:p@h:1/p?q#f|string|"http://u:p@h:1/p?q#f"'),
    ("urlJoin nil", '|string|""'),
    ('urlJoin (dict "scheme" "http" "host" "[::1]:80")', 'http://[::1]:80|string|"http://[::1]:80"'),
]
FAULTS = [
    (
        'urlParse "1a:b"',
        'error calling urlParse: unable to parse url: parse "1a:b": first path segment in URL cannot contain colon',
    ),
    ('urlParse ":x"', 'error calling urlParse: unable to parse url: parse ":x": missing protocol scheme'),
    (
        'urlParse "http://[1.2.3.4]/"',
        'error calling urlParse: unable to parse url: parse "http://[1.2.3.4]/": invalid IP-literal',
    ),
    (
        'urlParse "http://[::1"',
        "error calling urlParse: unable to parse url: parse \"http://[::1\": missing ']' in host",
    ),
    (
        'urlParse "http://x[::1]/"',
        'error calling urlParse: unable to parse url: parse "http://x[::1]/": invalid IP-literal',
    ),
    (
        'urlParse "http://[::1]x/"',
        'error calling urlParse: unable to parse url: parse "http://[::1]x/": invalid port "x" after host',
    ),
    (
        'urlParse "http://h:x/"',
        'error calling urlParse: unable to parse url: parse "http://h:x/": invalid port ":x" after host',
    ),
    (
        'urlParse "http://h:1:2/"',
        'error calling urlParse: unable to parse url: parse "http://h:1:2/": invalid port ":1:2" after host',
    ),
    (
        'urlParse "http://a b/"',
        'error calling urlParse: unable to parse url: parse "http://a b/": invalid character " " in host name',
    ),
    (
        'urlParse "http://a%20b/"',
        'error calling urlParse: unable to parse url: parse "http://a%20b/": invalid URL escape "%20"',
    ),
    (
        'urlParse "http://h/%zz"',
        'error calling urlParse: unable to parse url: parse "http://h/%zz": invalid URL escape "%zz"',
    ),
    (
        'urlParse "http://h/%4"',
        'error calling urlParse: unable to parse url: parse "http://h/%4": invalid URL escape "%4"',
    ),
    (
        'urlParse "http://u%zz@h/"',
        'error calling urlParse: unable to parse url: parse "http://u%zz@h/": invalid URL escape "%zz"',
    ),
    (
        'urlParse "http://u^@h/"',
        'error calling urlParse: unable to parse url: parse "http://u^@h/": net/url: invalid userinfo',
    ),
    (
        'urlParse "http://h#%zz"',
        'error calling urlParse: unable to parse url: parse "http://h#%zz": invalid URL escape "%zz"',
    ),
    (
        'urlParse "\\x7f"',
        'error calling urlParse: unable to parse url: parse "\\x7f": net/url: invalid control character in URL',
    ),
    (
        'urlParse "http://h/\\n"',
        'error calling urlParse: unable to parse url: parse "http://h/\\n": net/url: invalid control character in URL',
    ),
    (
        'urlParse "http://%zz|/"',
        'error calling urlParse: unable to parse url: parse "http://%zz|/": invalid URL escape "%zz"',
    ),
    (
        'urlParse "http://h|/"',
        'error calling urlParse: unable to parse url: parse "http://h|/": invalid character "|" in host name',
    ),
    (
        'urlParse "a b://h"',
        'error calling urlParse: unable to parse url: parse "a b://h": first path segment in URL cannot contain colon',
    ),
    (
        'urlParse "http://[]/"',
        'error calling urlParse: unable to parse url: parse "http://[]/": invalid host: ParseAddr(""): unable to parse IP',
    ),
    (
        'urlJoin (dict "userinfo" "u^")',
        'error calling urlJoin: unable to parse userinfo in dict: parse "proto://u^@host": net/url: invalid userinfo',
    ),
    (
        'urlJoin (dict "host" 1)',
        "error calling urlJoin: unable to parse host key, must be of type string, but int found",
    ),
    (
        'urlJoin (dict "host" nil)',
        "error calling urlJoin: runtime error: invalid memory address or nil pointer dereference",
    ),
    (
        'urlJoin (dict "fragment" (list))',
        "error calling urlJoin: unable to parse fragment key, must be of type string, but slice found",
    ),
    ('urlJoin "x"', 'can\'t handle "x" for arg of type map[string]interface {}'),
]


@pytest.mark.parametrize(("call", "want"), ANSWERS, ids=[call for call, _ in ANSWERS])
def test_answers(call: str, want: str) -> None:
    assert shown(call) == want


@pytest.mark.parametrize(("call", "want"), FAULTS, ids=[call for call, _ in FAULTS])
def test_faults(call: str, want: str) -> None:
    assert fault(call) == want
