"""repositories.yaml: which chart repositories a user has, in Helm's own format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from purehelm.engine import yamlio
from purehelm.engine.errors import RepositoryConfigError, YamlError

from .files import write_whole
from .transport import Access, Credentials, Tls

_FIELDS = {
    "name": "name",
    "url": "url",
    "username": "username",
    "password": "password",
    "certFile": "cert_file",
    "keyFile": "key_file",
    "caFile": "ca_file",
    "insecure_skip_tls_verify": "insecure",
    "pass_credentials_all": "pass_credentials",
}
_ZERO_TIME = "0001-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryEntry:
    """One repository; empty where absent."""

    name: str
    url: str
    username: str = ""
    password: str = field(default="", repr=False)
    cert_file: str = ""
    key_file: str = ""
    ca_file: str = ""
    insecure: bool = False
    pass_credentials: bool = False

    @property
    def access(self) -> Access:
        """Who we are there. A user without a password is nobody, as in Helm."""
        return Access(
            url=self.url,
            credentials=Credentials(username=self.username, password=self.password),
            tls=Tls(ca_file=self.ca_file, cert_file=self.cert_file, key_file=self.key_file, insecure=self.insecure),
            pass_credentials=self.pass_credentials,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryFile:
    """The repositories of a user, in the file's order."""

    entries: tuple[RepositoryEntry, ...] = ()
    api_version: str = ""
    generated: str = _ZERO_TIME

    def get(self, name: str) -> RepositoryEntry | None:
        """The repository of a name; None where there is none."""
        return next((entry for entry in self.entries if entry.name == name), None)

    def with_entry(self, entry: RepositoryEntry) -> RepositoryFile:
        """A copy with the entry in the place of the one of its name, else at the end."""
        if self.get(entry.name) is None:
            return replace(self, entries=(*self.entries, entry))
        return replace(self, entries=tuple(entry if old.name == entry.name else old for old in self.entries))

    def without(self, name: str) -> RepositoryFile:
        """A copy without the repository of a name."""
        return replace(self, entries=tuple(entry for entry in self.entries if entry.name != name))


def load_repositories(path: Path) -> RepositoryFile | None:
    """The file's repositories; None where there is no file. Raises RepositoryConfigError for what cannot be read."""
    try:
        body = yamlio.load(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RepositoryConfigError(f"couldn't load repositories file ({path}): {error.strerror or error}") from error
    except YamlError:
        # The cause may quote the file, which holds passwords.
        raise RepositoryConfigError(f"couldn't load repositories file ({path}): it is not YAML") from None
    if body is not None and not isinstance(body, Mapping):
        raise RepositoryConfigError(f"couldn't load repositories file ({path}): it is no mapping")
    found = body or {}
    listed = found.get("repositories") or []
    if not isinstance(listed, list):
        raise RepositoryConfigError(f"couldn't load repositories file ({path}): repositories is no list")
    return RepositoryFile(
        entries=tuple(_entry(raw, path) for raw in listed if raw is not None),
        api_version=str(found.get("apiVersion") or ""),
        generated=str(found.get("generated") or _ZERO_TIME),
    )


def save_repositories(path: Path, file: RepositoryFile) -> None:
    """Write the file, readable by its owner only."""
    body = {
        "apiVersion": file.api_version,
        "generated": file.generated,
        "repositories": [{name: getattr(entry, own) for name, own in _FIELDS.items()} for entry in file.entries],
    }
    write_whole(path, yamlio.dump(body).encode(), 0o600)


def _entry(raw: Any, path: Path) -> RepositoryEntry:
    if not isinstance(raw, Mapping):
        raise RepositoryConfigError(f"couldn't load repositories file ({path}): a repository is no mapping")
    found: dict[str, Any] = {}
    for name, own in _FIELDS.items():
        value = raw.get(name)
        if own in ("insecure", "pass_credentials"):
            found[own] = value is True
        elif isinstance(value, float):
            found[own] = f"{value:g}"  # a password of digits
        else:
            found[own] = "" if value is None else str(value)
    return RepositoryEntry(**found)
