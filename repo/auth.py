"""Registry credentials as Helm and Docker keep them: configuration files and credential helper programs."""

from __future__ import annotations

import base64
import binascii
import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import RepositoryConfigError

from .files import locked, write_whole
from .transport import NOBODY, Credentials

DOCKER_HUB = "https://index.docker.io/v1/"
_HELPER_TIME = 30.0  # seconds
_HELPER_NAME = re.compile(r"[A-Za-z0-9._-]+")
_TOKEN_USER = "<token>"  # noqa: S105 - a helper says by this user that its secret is an identity token


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCredentials:
    """What is stored for a registry: a user and password, or an identity token; all empty where nothing is."""

    login: Credentials = NOBODY
    identity_token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.login or self.identity_token)


class CredentialStore:
    """The registry credentials of this user: read from every file in order, written to the first.

    Helm asks its own registry/config.json first, then Docker's (registry/client.go).
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = tuple(files)

    def get(self, registry: str, deadline: Deadline) -> StoredCredentials:
        """What is stored for a registry's host. Raises RepositoryConfigError for a broken file or helper."""
        key = server_key(registry)
        for file in self._files:
            config = _load(file)
            helper = _helper(config, key)
            found = _ask_helper(helper, key, deadline) if helper else _from_auths(config, key, file)
            if found:
                return found
        return StoredCredentials()

    def put(self, registry: str, login: Credentials, deadline: Deadline) -> None:
        """Store a login where Helm finds it."""
        file, key = self._files[0], server_key(registry)
        with locked(file, deadline):
            config = _load(file)
            if helper := _helper(config, key):
                secret = {"ServerURL": key, "Username": login.username, "Secret": login.password}
                _run_helper(helper, "store", json.dumps(secret), deadline)
                return
            joined = f"{login.username}:{login.password}".encode()
            config.setdefault("auths", {})[key] = {"auth": base64.b64encode(joined).decode()}
            write_whole(file, json.dumps(config, indent="\t").encode(), 0o600)

    def remove(self, registry: str, deadline: Deadline) -> None:
        """Forget a login; none is no error."""
        file, key = self._files[0], server_key(registry)
        with locked(file, deadline):
            config = _load(file)
            if helper := _helper(config, key):
                _run_helper(helper, "erase", key, deadline)
                return
            auths = config.get("auths", {})
            for known in [name for name in auths if name == key or _hostname(name) == key]:
                del auths[known]
            if file.exists():
                write_whole(file, json.dumps(config, indent="\t").encode(), 0o600)


def server_key(registry: str) -> str:
    """The name under which a registry's credentials are stored; Docker Hub has a historic one."""
    return DOCKER_HUB if registry in ("docker.io", "registry-1.docker.io") else registry


def _load(file: Path) -> dict[str, Any]:
    try:
        config = json.loads(file.read_bytes() or b"{}")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        # The cause may quote the file, which holds secrets.
        raise RepositoryConfigError(f"cannot read registry credentials in {file}: {type(error).__name__}") from None
    if not isinstance(config, dict) or not isinstance(config.get("auths", {}), dict):
        raise RepositoryConfigError(f"cannot read registry credentials in {file}: invalid config format")
    return config


def _helper(config: dict[str, Any], key: str) -> str:
    """The helper program's short name for a registry, empty where the file itself holds the credentials."""
    helpers = config.get("credHelpers")
    name = (helpers.get(key) if isinstance(helpers, dict) else None) or config.get("credsStore") or ""
    if name and (not isinstance(name, str) or _HELPER_NAME.fullmatch(name) is None):
        raise RepositoryConfigError("a credential helper's name may hold letters, digits, dots and dashes only")
    return name


def _from_auths(config: dict[str, Any], key: str, file: Path) -> StoredCredentials:
    auths = config.get("auths", {})
    entry = auths.get(key) or next((auths[name] for name in auths if _hostname(name) == key), None)
    if not isinstance(entry, dict):
        return StoredCredentials()
    username, password = str(entry.get("username") or ""), str(entry.get("password") or "")
    if entry.get("auth"):
        try:
            username, _, password = base64.b64decode(entry["auth"], validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError, TypeError):
            raise RepositoryConfigError(f"the credentials of {key} in {file} are not valid base64") from None
    return StoredCredentials(
        login=Credentials(username=username, password=password.rstrip("\0")),
        identity_token=str(entry.get("identitytoken") or ""),
    )


def _hostname(name: str) -> str:
    """The host of a key that is written as a URL, as older files have it."""
    return name.removeprefix("https://").removeprefix("http://").partition("/")[0]


def _ask_helper(helper: str, key: str, deadline: Deadline) -> StoredCredentials:
    answer = _run_helper(helper, "get", key, deadline)
    if answer is None:
        return StoredCredentials()
    try:
        found = json.loads(answer)
        username, secret = str(found["Username"]), str(found["Secret"])
    except (ValueError, KeyError, TypeError):
        raise RepositoryConfigError(f"docker-credential-{helper} gave no credentials that can be read") from None
    if username == _TOKEN_USER:
        return StoredCredentials(identity_token=secret)
    return StoredCredentials(login=Credentials(username=username, password=secret))


def _run_helper(helper: str, verb: str, text: str, deadline: Deadline) -> str | None:
    """The helper's output; None where it says that it has no such credentials."""
    program = shutil.which(f"docker-credential-{helper}")
    if program is None:
        raise RepositoryConfigError(f"docker-credential-{helper} is configured but not in PATH")
    left = deadline.left()
    limit = _HELPER_TIME if left is None else min(_HELPER_TIME, left)
    try:
        done = subprocess.run([program, verb], input=text, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        deadline.check()
        raise RepositoryConfigError(f"docker-credential-{helper} {verb} did not answer in {limit:g} s") from None
    except OSError as error:
        raise RepositoryConfigError(f"docker-credential-{helper} cannot be started: {error.strerror}") from error
    if done.returncode == 0:
        return done.stdout
    if "not found" in done.stdout.lower():
        return None
    raise RepositoryConfigError(f"docker-credential-{helper} {verb} failed with exit code {done.returncode}")
