"""`registry`: logins at OCI registries."""

from __future__ import annotations

from purehelm.engine.clock import Deadline

from .chart import source_options
from .command import Command, Count, Failure, Group, Invocation
from .flag import Flag
from .flags import GLOBAL
from .output import echo, warn
from .secrets import line_of, password_of
from .session import session

TIME = 60.0  # seconds for a login


def _login(call: Invocation) -> None:
    username, password = _credentials(call)
    flags = {**call.flags, "username": username, "password": password}
    options = source_options(Invocation(call.arguments, flags, call.given))
    host = call.arguments[0]
    if "/" in host:
        warn("registry login currently only supports registry hostname, not a repository path", host=host, suggested=host.partition("/")[0])  # fmt: skip
    with session(call) as at:
        at.charts.registry(options).login(host, Deadline(TIME))
    echo("Login Succeeded\n")


def _credentials(call: Invocation) -> tuple[str, str]:
    """Who logs in, by Helm's rules (cmd/registry_login.go)."""
    username, password = call["username"], call["password"]
    if call["password_stdin"]:
        return username, password_of("", from_stdin=True)
    if password:
        warn("using --password via the CLI is insecure. Use --password-stdin")
        return username, password
    username = username or line_of("Username: ")
    kind = "password" if username else "token"
    password = password_of(f"{kind.capitalize()}: ", from_stdin=False)
    if not password:
        raise Failure(f"{kind} required")
    return username, password


def _logout(call: Invocation) -> None:
    host = call.arguments[0]
    with session(call) as at:
        at.charts.credentials.remove(host, Deadline(TIME))
    echo(f"Removing login credentials for {host}\n")


LOGIN = Command(
    "purehelm registry login",
    "[host]",
    Count(1),
    (
        Flag("username", "text", "registry username", short="u", default=""),
        Flag("password", "text", "registry password or identity token", short="p", default=""),
        Flag("password-stdin", "bool", "read password or identity token from stdin"),
        Flag("insecure", "bool", "allow connections to TLS registry without certs"),
        Flag("cert-file", "text", "identify registry client using this SSL certificate file", default=""),
        Flag("key-file", "text", "identify registry client using this SSL key file", default=""),
        Flag("ca-file", "text", "verify certificates of HTTPS-enabled servers using this CA bundle", default=""),
        Flag("plain-http", "bool", "use insecure HTTP connections for the chart upload"),
        *GLOBAL,
    ),
    _login,
    about="Log in to a registry.",
)
LOGOUT = Command("purehelm registry logout", "[host]", Count(1), GLOBAL, _logout, about="Log out from a registry.")
REGISTRY = Group(
    "purehelm registry",
    {"login": "registry:LOGIN", "logout": "registry:LOGOUT"},
    about="Log in to or log out from a registry.",
)
