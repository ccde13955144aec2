"""Packages: the charts of one library, under stable ids."""

from __future__ import annotations

import re
from collections.abc import Iterable

from purehelm.engine.chart.load import load_archive
from purehelm.engine.chart.model import Chart
from purehelm.engine.clock import Deadline
from purehelm.engine.errors import ChartError
from purehelm.repo.index import ChartVersion
from purehelm.repo.library import ChartLibrary

from .errors import InvalidRequest, PackageNotFound
from .mapping import package_of
from .models import HELM_CHART, Package, PackageFilter, PackageUpload

_VERSION = re.compile(r"v?[0-9]")
LARGEST = 100 * 1024 * 1024  # bytes


class Packages:
    """What is in the library. Safe to share between threads."""

    def __init__(self, library: ChartLibrary) -> None:
        self._library = library

    def select(self, wanted: PackageFilter, deadline: Deadline) -> list[Package]:
        """The packages that fit, by name, newest version first."""
        found: Iterable[ChartVersion]
        found = self._library.versions(wanted.name, deadline) if wanted.name else self._library.charts(deadline)
        fitting = [version for version in found if wanted.version in ("", version.version)]
        end = wanted.offset + wanted.limit if wanted.limit else None
        return [package_of(version, self._library.where) for version in fitting[wanted.offset : end]]

    def get(self, package_id: str, deadline: Deadline) -> Package:
        """One package. Raises PackageNotFound."""
        return package_of(self.find(package_id, deadline), self._library.where)

    def find(self, package_id: str, deadline: Deadline) -> ChartVersion:
        """The chart version behind an id. Both its parts may hold dashes, so the library's real entries decide.

        Where two charts fit (`a` at `1-2`, `a-1` at `2`), the longer name is taken.
        """
        for name, version in splits(package_id):
            for found in self._library.versions(name, deadline):
                if found.version == version:
                    return found
        raise PackageNotFound(f"chart not found: {package_id} in {self._library.where}")

    def chart(self, package_id: str, deadline: Deadline) -> Chart:
        """The chart of a package, its digest checked. Raises PackageNotFound, ChartError."""
        return load_archive(self._library.fetch(self.find(package_id, deadline), deadline))

    def upload(self, upload: PackageUpload, deadline: Deadline) -> Package:
        """Publish a chart, once it is what the request says it is. Raises InvalidRequest."""
        metadata = checked(upload, self._library.where).metadata
        self._library.upload(upload.content, deadline, overwrite=upload.overwrite)
        found = self._library.get(metadata.name, metadata.version, deadline)
        return package_of(found, self._library.where)

    def delete(self, package_id: str, deadline: Deadline) -> None:
        """Remove a chart version. Raises PackageNotFound, Unsupported."""
        found = self.find(package_id, deadline)
        self._library.delete(found.name, found.version, deadline)

    def ping(self, deadline: Deadline) -> None:
        """Return if the library can be used."""
        self._library.ping(deadline)


def package_id(name: str, version: str) -> str:
    """`<chart>-<version>`."""
    return f"{name}-{version}"


def splits(text: str) -> list[tuple[str, str]]:
    """How an id may be taken apart into chart and version, longest name first."""
    dashes = [at for at, mark in enumerate(text) if mark == "-"]
    found = [(text[:at], text[at + 1 :]) for at in reversed(dashes)]
    return [(name, version) for name, version in found if name and _VERSION.match(version)]


def checked(upload: PackageUpload, where: str) -> Chart:
    """The uploaded chart, if it is what the request says. Raises InvalidRequest."""
    if upload.package_type != HELM_CHART:
        raise InvalidRequest(f'package type "{upload.package_type}" is not known; there is: {HELM_CHART}')
    if upload.repository and upload.repository.rstrip("/") != where.rstrip("/"):
        raise InvalidRequest(f"packages go to {where}; another repository cannot be chosen by a request")
    if len(upload.content) > LARGEST:
        raise InvalidRequest(f"the package has {len(upload.content)} bytes; at most {LARGEST} are taken")
    try:
        chart = load_archive(upload.content)
    except ChartError as error:
        raise InvalidRequest(f"the package's content is no chart: {error}") from error
    found = chart.metadata
    for what, given, own in (("name", upload.name, found.name), ("version", upload.version, found.version)):
        if given != own:
            raise InvalidRequest(f'the package\'s {what} is "{given}", but its Chart.yaml says "{own}"')
    return chart
