"""What is sent to show who we are. Never part of a text."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ..errors import ClusterUnreachable

RENEWED = 60.0  # seconds after which a token's file is read anew, as client-go does


class Credentials(Protocol):
    """Safe to share between threads."""

    def header(self, *, refused: bool = False) -> str | None:
        """The Authorization header; `refused` says that the last one was answered by 401. Raises ClusterUnreachable."""
        ...

    @property
    def renewable(self) -> bool:
        """Whether a refused header may be followed by a better one."""
        ...

    def certificate(self) -> tuple[bytes, bytes] | None:
        """A client certificate and its key that come with the credentials."""
        ...


class NoCredentials:
    """Nobody, or whom the client certificate names."""

    renewable = False

    def header(self, *, refused: bool = False) -> str | None:
        del refused
        return None

    def certificate(self) -> tuple[bytes, bytes] | None:
        return None


class StaticHeader(NoCredentials):
    """A token or a password that does not change."""

    def __init__(self, value: str) -> None:
        self._value = value

    def header(self, *, refused: bool = False) -> str | None:
        del refused
        return self._value


class TokenFile(NoCredentials):
    """A token in a file that somebody renews."""

    renewable = True

    def __init__(self, path: Path, *, now: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._read = 0.0
        self._token = ""

    def header(self, *, refused: bool = False) -> str | None:
        with self._lock:
            if refused or not self._token or self._now() - self._read > RENEWED:
                try:
                    self._token = self._path.read_text().strip()
                except OSError as error:
                    if not self._token:
                        raise ClusterUnreachable(
                            f"failed to read token file {str(self._path)!r}: {error.strerror}"
                        ) from error
                self._read = self._now()
            return f"Bearer {self._token}"
