"""A program as a post-renderer."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..errors import ManifestError

SECONDS = 300.0
LARGEST = 64 << 20  # bytes of output
SHOWN = 4000  # characters of standard error in an error


@dataclass(frozen=True, slots=True)
class Program:
    """Run a program: manifests on its standard input, manifests from its standard output.

    Called, it raises ManifestError where the program fails, gives nothing, too much, or takes longer than `seconds`.
    """

    path: Path
    arguments: tuple[str, ...] = ()
    seconds: float = SECONDS

    def __call__(self, manifests: str) -> str:
        command = [str(self.path), *self.arguments]
        try:
            done = subprocess.run(
                command, input=manifests.encode(), capture_output=True, timeout=self.seconds, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise ManifestError(f"post-renderer {self.path.name} took longer than {self.seconds:g} seconds") from error
        except OSError as error:
            raise ManifestError(f"unable to find binary at {self.path}: {error}") from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace")[:SHOWN]
            text = f"error while running command {self.path}. error output:\n{said}: exit status {done.returncode}"
            raise ManifestError(text)
        if len(done.stdout) > LARGEST:
            raise ManifestError(f"post-renderer {self.path.name} gave more than {LARGEST} bytes")
        if not done.stdout.strip():
            raise ManifestError(f"post-renderer {self.path.name!r} produced empty output")
        return done.stdout.decode("utf-8", "replace")
