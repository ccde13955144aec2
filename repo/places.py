"""Where Helm keeps its repositories, caches and credentials on this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Helm's own files and folders, so that helm and purehelm share them (Helm: cli/environment.go, helmpath)."""

    repository_config: Path  # repositories.yaml
    repository_cache: Path  # cached indexes
    content_cache: Path  # charts by their digest
    registry_config: Path  # registry credentials, in Docker's format
    docker_config: Path  # Docker's own, asked second

    @classmethod
    def below(cls, folder: Path) -> Places:
        """Everything below one folder: for programs and tests that must not touch the user's files."""
        return cls.from_environment(
            {f"HELM_{kind}_HOME": str(folder / kind.lower()) for kind in ("CACHE", "CONFIG")}
            | {"DOCKER_CONFIG": str(folder / "docker")}
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Places:
        """What the HELM_*, XDG_* and DOCKER_CONFIG variables say, else the defaults below the home folder."""
        env = os.environ if environment is None else environment
        home = Path(env.get("HOME") or "~").expanduser()

        def base(kind: str, default: str) -> Path:
            if own := env.get(f"HELM_{kind}_HOME"):
                return Path(own)
            return Path(env.get(f"XDG_{kind}_HOME") or home / default) / "helm"

        config, cache = base("CONFIG", ".config"), base("CACHE", ".cache")
        return cls(
            repository_config=Path(env.get("HELM_REPOSITORY_CONFIG") or config / "repositories.yaml"),
            repository_cache=Path(env.get("HELM_REPOSITORY_CACHE") or cache / "repository"),
            content_cache=Path(env.get("HELM_CONTENT_CACHE") or cache / "content"),
            registry_config=Path(env.get("HELM_REGISTRY_CONFIG") or config / "registry" / "config.json"),
            docker_config=Path(env.get("DOCKER_CONFIG") or home / ".docker") / "config.json",
        )
