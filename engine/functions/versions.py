"""Versions: semver, semverCompare."""

from __future__ import annotations

from ..semver import Constraint, SemverError, Version
from ..template.function import FunctionError, declare


def _compare(constraint: str, version: str) -> bool:
    try:
        return Constraint.parse(constraint).check(Version.parse(version))
    except SemverError as error:
        raise FunctionError(str(error)) from error


TABLE = declare((("semverCompare", "string, string -> bool", _compare),))
