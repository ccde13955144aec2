"""Release names: what Helm accepts (pkg/chart/v2/util/validate_name.go). Pure."""

from __future__ import annotations

import re

from ..errors import ReleaseNameError

PATTERN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
NAME = re.compile(PATTERN.removeprefix("^").removesuffix("$"))
LONGEST = 53
INVALID = f"invalid release name, must match regex {PATTERN} and the length must not be longer than {LONGEST}"


def name_problem(name: str) -> str | None:
    """What is wrong with a release name, in Helm's words; None where nothing is."""
    if not name:
        return "no name provided"
    return None if len(name) <= LONGEST and NAME.fullmatch(name) else INVALID


def check_name(name: str) -> None:
    """Raise ReleaseNameError with Helm's text for a name that Helm refuses."""
    if problem := name_problem(name):
        raise ReleaseNameError(problem, release=name)
