"""Which names a release may have (pkg/chart/common/util/validate_name.go). Pure."""

from __future__ import annotations

import re

from ..errors import ReleaseNameError

LONGEST = 53
PATTERN = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
NAME = re.compile(PATTERN[1:-1], re.ASCII)


def check_name(name: str) -> None:
    """Raise ReleaseNameError with Helm's text for a name that Helm refuses."""
    if not name:
        raise ReleaseNameError("no release name set", release=name)
    if len(name.encode("utf-8", "surrogateescape")) > LONGEST or not NAME.fullmatch(name):
        raise ReleaseNameError(
            f"invalid release name, must match regex {PATTERN} and the length must not be longer than {LONGEST}",
            release=name,
        )
