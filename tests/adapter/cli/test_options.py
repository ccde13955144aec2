"""Flags become options as Helm reads them; old words are warned of."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from purehelm.adapter.cli import options
from purehelm.adapter.cli.command import Failure, Invocation
from purehelm.engine.actions.options import DryRun, WaitStrategy
from purehelm.engine.errors import ManifestError


def call(**flags: Any) -> Invocation:
    return Invocation((), flags)


@pytest.mark.parametrize(
    ("word", "want", "warning"),
    [
        ("watcher", WaitStrategy.WATCHER, ""),
        ("legacy", WaitStrategy.LEGACY, ""),
        ("hookOnly", WaitStrategy.HOOK_ONLY, ""),
        ("true", WaitStrategy.WATCHER, 'level=WARN msg="--wait=true is deprecated (boolean value) and can be replaced with --wait=watcher"\n'),
        ("false", WaitStrategy.HOOK_ONLY, 'level=WARN msg="--wait=false is deprecated (boolean value) and can be replaced with --wait=hookOnly"\n'),
    ],
)  # fmt: skip
def test_wait(word: str, want: WaitStrategy, warning: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert options.wait_strategy(call(wait=word)) is want
    assert capsys.readouterr().err == warning


@pytest.mark.parametrize(
    ("word", "rendering", "want", "warning"),
    [
        ("none", False, DryRun.NONE, ""),
        ("client", False, DryRun.CLIENT, ""),
        ("server", True, DryRun.SERVER, ""),
        ("unset", False, DryRun.CLIENT, "level=WARN msg=\"--dry-run is deprecated and should be replaced with '--dry-run=client'\"\n"),
        ("true", False, DryRun.CLIENT, "level=WARN msg=\"boolean '--dry-run=true' flag is deprecated and must be replaced with '--dry-run=client'\"\n"),
        ("F", False, DryRun.NONE, "level=WARN msg=\"boolean '--dry-run=F' flag is deprecated and must be replaced with '--dry-run=none'\"\n"),
    ],
)  # fmt: skip
def test_dry_run(word: str, rendering: bool, want: DryRun, warning: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert options.dry_run(call(dry_run=word), rendering=rendering) is want
    assert capsys.readouterr().err == warning


@pytest.mark.parametrize(
    ("word", "rendering", "text"),
    [
        ("maybe", False, 'invalid dry-run value ("maybe"). Must be "none", "server", or "client"'),
        ("none", True, 'invalid dry-run value ("none"). Must be "server" or "client"'),
        ("false", True, 'invalid dry-run value ("false"). Must be "server" or "client"'),
    ],
)
def test_a_wrong_dry_run_is_refused(word: str, rendering: bool, text: str) -> None:
    with pytest.raises(Failure) as raised:
        options.dry_run(call(dry_run=word), rendering=rendering)

    assert raised.value.message == text


def program(folder: Path, text: str) -> str:
    path = folder / "render"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def render(path: str, *arguments: str) -> str:
    chosen = options.post_renderer(call(post_renderer=(path,), post_renderer_args=arguments))
    assert chosen is not None
    return chosen("a: 1\n")


def test_a_post_renderer_is_a_program(tmp_path: Path) -> None:
    assert options.post_renderer(call(post_renderer=())) is None
    assert render(program(tmp_path, 'cat; echo "b: $1"'), "2") == "a: 1\nb: 2\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("echo no >&2; exit 3", "error while running command PATH. error output:\nno\n: exit status 3"),
        ("cat >/dev/null", 'post-renderer "PATH" produced empty output'),
    ],
)
def test_a_post_renderer_that_fails_is_told(text: str, told: str, tmp_path: Path) -> None:
    path = program(tmp_path, text)

    with pytest.raises(ManifestError) as raised:
        render(path)

    assert str(raised.value) == told.replace("PATH", path)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (("a", "b"), "cannot specify --post-renderer flag more than once"),
        (("/no/such",), 'invalid argument "/no/such" for "--post-renderer" flag: unable to find binary at /no/such'),
    ],
)
def test_a_post_renderer_that_is_not_there_is_told(given: tuple[str, ...], text: str) -> None:
    with pytest.raises(Failure) as raised:
        options.post_renderer(call(post_renderer=given, post_renderer_args=()))

    assert raised.value.message == text
