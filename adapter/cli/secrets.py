"""Passwords that a command is given: from standard input, or asked for on the terminal without an echo."""

from __future__ import annotations

import sys

from .command import Failure


def password_of(prompt: str, *, from_stdin: bool) -> str:
    """All of standard input without its line end, or an answer to the prompt. Raises Failure where nobody can answer."""
    if from_stdin:
        return sys.stdin.read().removesuffix("\n").removesuffix("\r")
    if not sys.stdin.isatty():
        raise Failure("a password is needed, and standard input is no terminal: use --password-stdin")
    import getpass

    return getpass.getpass(prompt)


def line_of(prompt: str) -> str:
    """A line that the user types."""
    if not sys.stdin.isatty():
        raise Failure("a user name is needed, and standard input is no terminal: use --username")
    return input(prompt).strip()
