"""Files that other programs read at the same time: written whole or not at all, and locked while they change."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from purehelm.engine.clock import Deadline
from purehelm.engine.errors import DeadlineExceeded, RepositoryConfigError

LOCK_WAIT = 30.0  # seconds, as Helm waits


def write_whole(path: Path, data: bytes, mode: int) -> None:
    """Replace the file at once, with these permissions; a symbolic link stays one. Raises RepositoryConfigError."""
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(file.fileno(), mode)
                file.write(data)
            Path(name).replace(target)
        except BaseException:  # Ctrl-C, too, leaves no half-written file behind
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise RepositoryConfigError(f"cannot write {path}: {error.strerror or error}") from error


@contextmanager
def locked(path: Path, deadline: Deadline) -> Iterator[None]:
    """Hold the lock file that Helm takes too (`repositories.lock` for `repositories.yaml`), for at most 30 s of waiting."""
    import fcntl

    lock = path.with_suffix(".lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        file = lock.open("ab")
    except OSError as error:
        raise RepositoryConfigError(f"cannot lock {lock}: {error.strerror or error}") from error
    waiting = Deadline(LOCK_WAIT, clock=deadline.clock)
    with file:
        while True:
            deadline.check()
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                try:
                    waiting.check()
                except DeadlineExceeded:
                    raise RepositoryConfigError(f"another process holds {lock}") from error
                deadline.pause(0.1)
        yield
