"""What the bed is made of, and how each part is built from Go modules, once, into a cache keyed by version."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from functools import partial
from pathlib import Path

HERE = Path(__file__).resolve().parent
KUBERNETES = os.environ.get("BED_KUBERNETES", "1.36.3")
"""The control plane's version: the one variable to change for an older minor."""


def cache() -> Path:
    """Where built parts are kept: outside the checkout, so that a fresh clone starts warm."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("PUREHELM_BED_CACHE") or base / "purehelm-bed")


class PartMissing(Exception):
    """A part that cannot be built here; the text says what would enable it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One program (or several that are built together)."""

    name: str
    version: str
    build: Callable[[Path], None]  # puts the programs into the folder
    programs: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return cache() / f"{self.name}-{self.version}"

    def program(self, name: str | None = None) -> Path:
        """The path of a program, built now if it is not there yet."""
        self.ensure()
        return self.folder / (name or self.programs[0])

    def ensure(self) -> None:
        """Build it unless it is there; only one process builds at a time."""
        if all((self.folder / program).exists() for program in self.programs):
            return
        if shutil.which("go") is None:
            raise PartMissing(
                f"{self.name} {self.version} is built with Go: install Go 1.26 or set PUREHELM_BED_CACHE to a built bed"
            )
        cache().mkdir(parents=True, exist_ok=True)
        with (cache() / "lock").open("w") as lock:
            flock(lock, LOCK_EX)
            if all((self.folder / program).exists() for program in self.programs):
                return
            print(f"bed: building {self.name} {self.version}", file=sys.stderr, flush=True)
            scratch = Path(tempfile.mkdtemp(prefix=f".{self.name}-", dir=cache()))
            try:
                self.build(scratch)
                shutil.rmtree(self.folder, ignore_errors=True)
                scratch.rename(self.folder)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)


def go(*arguments: str, at: Path, **environment: str) -> str:
    """Run the Go command; its output, or an error that shows the last of what it said."""
    done = subprocess.run(
        ["go", *arguments],
        cwd=at,
        env={**os.environ, "GOFLAGS": "-mod=mod", **environment},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise PartMissing(f"go {' '.join(arguments[:3])} failed:\n{done.stderr[-2000:]}")
    return done.stdout


@contextmanager
def sources(into: Path, *, module: str, files: dict[str, str]) -> Iterator[Path]:
    """A throw-away Go module beside the programs."""
    folder = into / ".src"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    go("mod", "init", module, at=folder)
    yield folder
    shutil.rmtree(folder)


def build_installed(into: Path, *, package: str, built: str, name: str) -> None:
    """`go install package@version`, under our name."""
    go("install", package, at=into, GOBIN=str(into))
    if built != name:
        (into / built).rename(into / name)


def build_kubernetes(into: Path, *, version: str) -> None:
    """The control plane. k8s.io/kubernetes replaces its staging modules by folders: here by their published versions."""
    minor = version.split(".")[1]
    staging = f"v0.{version.split('.', 1)[1]}"
    commands = [f"k8s.io/kubernetes/cmd/kube-{name}" for name in ("apiserver", "controller-manager", "scheduler")]
    imports = "".join(f'\t_ "{command}"\n' for command in commands)
    with sources(
        into,
        module="bed.test/kubernetes",
        files={"tools.go": f"//go:build tools\n\npackage bed\n\nimport (\n{imports})\n"},
    ) as at:
        module = json.loads(go("mod", "download", "-json", f"k8s.io/kubernetes@v{version}", at=at))["GoMod"]
        for name in sorted(set(re.findall(r"(k8s\.io/[a-z0-9-]+) => \./staging", Path(module).read_text()))):
            go("mod", "edit", "-replace", f"{name}={name}@{staging}", at=at)
        go("mod", "edit", "-require", f"k8s.io/kubernetes@v{version}", at=at)
        go("mod", "tidy", at=at)
        stamp = "k8s.io/component-base/version"
        flags = f"-s -w -X {stamp}.gitVersion=v{version} -X {stamp}.gitMajor=1 -X {stamp}.gitMinor={minor}"
        go("build", "-trimpath", "-ldflags", flags, "-o", f"{into}/", *commands, at=at, CGO_ENABLED="0")


def build_etcd(into: Path, *, version: str) -> None:
    """`go install` refuses etcd for its replace lines: a main of our own calls it."""
    main = 'package main\n\nimport (\n\t"os"\n\n\t"go.etcd.io/etcd/server/v3/etcdmain"\n)\n\nfunc main() { etcdmain.Main(os.Args) }\n'
    with sources(into, module="bed.test/etcd", files={"main.go": main}) as at:
        go("mod", "edit", "-require", f"go.etcd.io/etcd/server/v3@{version}", at=at)
        go("mod", "tidy", at=at)
        go("build", "-o", str(into / "etcd"), ".", at=at)


CHARTMUSEUM_REPLACES = (
    "github.com/NetEase-Object-Storage/nos-golang-sdk=github.com/karuppiah7890/nos-golang-sdk@v0.0.0-20191116042345-0792ba35abcc",
    "github.com/docker/distribution=github.com/docker/distribution@v0.0.0-20191216044856-a8371794149d",
    "github.com/docker/docker=github.com/moby/moby@v17.12.0-ce-rc1.0.20200618181300-9dc6525e6118+incompatible",
    "go.etcd.io/etcd=github.com/eddycjy/etcd@v0.5.0-alpha.5.0.20200218102753-4258cdd2efdf",
    "google.golang.org/grpc=google.golang.org/grpc@v1.29.1",
)


def build_chartmuseum(into: Path, *, version: str) -> None:
    """It builds only with the replace lines of its own go.mod."""
    with sources(into, module="bed.test/chartmuseum", files={}) as at:
        go("mod", "edit", "-require", f"helm.sh/chartmuseum@{version}", at=at)
        for line in CHARTMUSEUM_REPLACES:
            go("mod", "edit", "-replace", line, at=at)
        go("build", "-o", str(into / "chartmuseum"), "helm.sh/chartmuseum/cmd/chartmuseum", at=at)


def build_kwok(into: Path, *, version: str) -> None:
    """kwok, and the node stages that its module ships."""
    build_installed(into, package=f"sigs.k8s.io/kwok/cmd/kwok@{version}", built="kwok", name="kwok")
    module = (
        Path(json.loads(go("mod", "download", "-json", f"sigs.k8s.io/kwok@{version}", at=into))["Dir"])
        / "kustomize"
        / "stage"
    )
    stages = [
        *sorted((module / "node" / "fast").glob("node-*.yaml")),
        *sorted((module / "node" / "heartbeat-with-lease").glob("node-*.yaml")),
    ]
    (into / "node-stages.yaml").write_text("\n---\n".join(path.read_text() for path in stages))


def build_oracle(into: Path) -> None:
    """Helm's own packages behind JSON lines, for differential tests."""
    go("build", "-o", str(into / "oracle"), ".", at=HERE / "oracle")


def build_kube_oracle(into: Path) -> None:
    """What Helm's Kubernetes libraries compute, behind JSON lines."""
    go("build", "-o", str(into / "kubeoracle"), ".", at=HERE / "kubeoracle")


def _installed(name: str, version: str, package: str, built: str) -> Part:
    return Part(
        name, version, partial(build_installed, package=f"{package}@{version}", built=built, name=name), (name,)
    )


PARTS = {
    part.name: part
    for part in (
        Part(
            "kubernetes",
            f"v{KUBERNETES}",
            partial(build_kubernetes, version=KUBERNETES),
            ("kube-apiserver", "kube-controller-manager", "kube-scheduler"),
        ),
        Part("etcd", "v3.6.8", partial(build_etcd, version="v3.6.8"), ("etcd",)),
        Part("kwok", "v0.8.0", partial(build_kwok, version="v0.8.0"), ("kwok", "node-stages.yaml")),
        _installed("helm4", "v4.3.1", "helm.sh/helm/v4/cmd/helm", "helm"),
        _installed("helm3", "v3.22.0", "helm.sh/helm/v3/cmd/helm", "helm"),
        Part("chartmuseum", "v0.13.1", partial(build_chartmuseum, version="v0.13.1"), ("chartmuseum",)),
        _installed("registry", "v3.1.2", "github.com/distribution/distribution/v3/cmd/registry", "registry"),
        _installed(
            "token-server", "v2.8.3+incompatible", "github.com/docker/distribution/contrib/token-server", "token-server"
        ),
        _installed("toxiproxy", "v2.5.0", "github.com/Shopify/toxiproxy/v2/cmd/server", "server"),
        Part("oracle", "v4.3.1", build_oracle, ("oracle",)),
        Part("kubeoracle", "v4.3.1", build_kube_oracle, ("kubeoracle",)),
    )
}


def program(name: str) -> Path:
    """The path of one of the bed's programs, by its own name."""
    part = next(part for part in PARTS.values() if name in part.programs)
    return part.program(name)
