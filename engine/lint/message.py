"""What a rule says of a chart. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How bad it is, in Helm's numbers."""

    INFO = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One finding; `rule` names a rule of our own (such as `own.unknown-value`), empty for Helm's rules."""

    severity: Severity
    path: str
    text: str
    rule: str = ""

    def __str__(self) -> str:
        return f"[{self.severity.name}] {self.path}: {self.text}"


class Findings:
    """The messages of one chart, in the order of the rules."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def check(self, severity: Severity, path: str, text: str | None) -> bool:
        """Whether all is well: `text` says what is not."""
        if text is not None:
            self.messages.append(Message(severity=severity, path=path, text=text))
        return text is None

    def note(self, rule: str, severity: Severity, path: str, text: str) -> None:
        """A finding of our own."""
        self.messages.append(Message(severity=severity, path=path, text=text, rule=rule))
