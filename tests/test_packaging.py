"""The package as users get it: complete, typed, and able to render outside the checkout."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSES = ("engine", "storage", "repo", "adapter")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_every_folder_with_code_is_a_declared_package() -> None:
    found = {
        "purehelm." + ".".join(path.parent.relative_to(ROOT).parts)
        for house in HOUSES
        for path in (ROOT / house).rglob("__init__.py")
    }

    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found


def test_every_house_says_that_it_is_typed() -> None:
    assert [house for house in HOUSES if not (ROOT / house / "py.typed").exists()] == []


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the built wheel in it; the libraries come from the running one."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in (*HOUSES, "pyproject.toml", "README.md", "LICENSE"):
        (source / name).symlink_to(ROOT / name)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
            str(folder),
            str(source),
        ],
        check=True,
        cwd=folder,
    )
    (wheel,) = folder.glob("purehelm-*.whl")
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    site = next((environment / "lib").glob("python3.*/site-packages"))
    (site / "libraries.pth").write_text(str(Path(pytest.__file__).parent.parent) + "\n")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)], check=True
    )
    return environment


def test_the_wheel_renders_a_chart_outside_the_checkout(fresh: Path, tmp_path: Path) -> None:
    script = f"""
import purehelm.engine
assert {str(fresh)!r} in purehelm.engine.__path__[0], purehelm.engine.__path__
from purehelm.engine import load_chart, render_templates
chart = load_chart({str(ROOT / "fixtures" / "charts" / "library-user")!r})
print(render_templates(chart, {{}}, name="demo", namespace="default")["library-user/templates/settings.yaml"])
"""

    done = subprocess.run([fresh / "bin" / "python", "-I", "-c", script], capture_output=True, text=True, cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        '\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: demo-settings\ndata:\n  mode: "fast"\n  retries: "3"\n\n'
    ).lstrip("\n")


def test_the_command_says_the_version_from_its_one_place(fresh: Path) -> None:
    script = "from purehelm.adapter.cli.main import main; main(['version', '--short'])"

    done = subprocess.run([fresh / "bin" / "python", "-I", "-c", script], capture_output=True, text=True)

    sys.path.insert(0, str(ROOT))
    from engine.version import VERSION  # the file itself, not an installed copy

    assert done.stdout.startswith(f"v{VERSION}"), done.stderr


def test_importing_the_engine_is_light() -> None:
    heavy = ("kubernetes", "requests", "jinja2", "oras", "cryptography", "jsonschema", "rich", "sqlalchemy")
    script = f"import sys, purehelm.engine; print([name for name in {heavy!r} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
