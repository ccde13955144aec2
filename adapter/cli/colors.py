"""Helm's colours of statuses, namespaces and headings (internal/cli/output/color.go)."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from .command import Failure
from .environment import Environment

MODES = ("never", "auto", "always")
_STATUS = {
    "deployed": 32,
    "failed": 31,
    "unknown": 31,
    "pending-install": 33,
    "pending-upgrade": 33,
    "pending-rollback": 33,
    "uninstalling": 33,
}


@dataclass(frozen=True, slots=True)
class Colors:
    """How words are painted; not at all where it is off."""

    on: bool = False

    def status(self, word: str) -> str:
        """A release's status."""
        return self._painted(word, _STATUS[word], 0) if word in _STATUS else word

    def namespace(self, name: str) -> str:
        """A namespace."""
        return self._painted(name, 36, 0)

    def heading(self, text: str) -> str:
        """A column's title."""
        return self._painted(text, 1, 22)

    def _painted(self, text: str, begin: int, end: int) -> str:
        return f"\x1b[{begin}m{text}\x1b[{end}m" if self.on else text


PLAIN = Colors()


def colors_of(environment: Environment) -> Colors:
    """The colours that the settings ask for: by itself only on a terminal. Raises Failure for an unknown mode."""
    mode = environment.color
    if mode not in MODES:
        raise Failure(f'invalid color mode "{mode}": must be one of: never, auto, always')
    if mode == "auto":
        return Colors(sys.stdout.isatty() and environment.values.get("TERM") != "dumb")
    return Colors(mode == "always")
