"""Where Helm's files are."""

from __future__ import annotations

from pathlib import Path

import pytest

from purehelm.repo.places import Places


@pytest.mark.parametrize(
    ("environment", "want"),
    [
        ({"HOME": "/h"}, ("/h/.config/helm/repositories.yaml", "/h/.cache/helm/repository", "/h/.cache/helm/content")),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_CACHE_HOME": "/k"},
         ("/c/helm/repositories.yaml", "/k/helm/repository", "/k/helm/content")),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "/c", "HELM_CONFIG_HOME": "/o", "HELM_CACHE_HOME": "/p"},
         ("/o/repositories.yaml", "/p/repository", "/p/content")),
        ({"HOME": "/h", "HELM_REPOSITORY_CONFIG": "/r.yaml", "HELM_REPOSITORY_CACHE": "/rc", "HELM_CONTENT_CACHE": "/cc"},
         ("/r.yaml", "/rc", "/cc")),
    ],
    ids=["home", "xdg", "helm homes", "files"],
)  # fmt: skip
def test_files_are_where_helm_has_them(environment: dict[str, str], want: tuple[str, str, str]) -> None:
    places = Places.from_environment(environment)
    found = (places.repository_config, places.repository_cache, places.content_cache)
    assert found == tuple(Path(path) for path in want)


def test_registry_credentials() -> None:
    places = Places.from_environment({"HOME": "/h", "DOCKER_CONFIG": "/d"})
    assert places.registry_config == Path("/h/.config/helm/registry/config.json")
    assert places.docker_config == Path("/d/config.json")
    own = Places.from_environment({"HOME": "/h", "HELM_REGISTRY_CONFIG": "/r.json"})
    assert (own.registry_config, own.docker_config) == (Path("/r.json"), Path("/h/.docker/config.json"))


def test_everything_below_one_folder(tmp_path: Path) -> None:
    places = Places.below(tmp_path)
    assert all(path.is_relative_to(tmp_path) for path in (places.repository_config, places.docker_config, places.content_cache))  # fmt: skip
