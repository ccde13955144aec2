"""The command `purehelm`: which commands there are, and how an error ends one."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from purehelm.engine.errors import EngineError

from .command import Group

TABLE = {
    "create": "charts:CREATE",
    "dependency": "dependency:DEPENDENCY",
    "env": "version:ENV",
    "get": "get:GET",
    "history": "history:HISTORY",
    "install": "install:INSTALL",
    "lint": "charts:LINT",
    "list": "list:LIST",
    "package": "charts:PACKAGE",
    "pull": "pull:PULL",
    "push": "pull:PUSH",
    "registry": "registry:REGISTRY",
    "repo": "repo:REPO",
    "rollback": "rollback:ROLLBACK",
    "show": "show:SHOW",
    "status": "status:STATUS",
    "template": "template:TEMPLATE",
    "test": "rollback:TEST",
    "uninstall": "uninstall:UNINSTALL",
    "upgrade": "upgrade:UPGRADE",
    "version": "version:VERSION_COMMAND",
}
ALIASES = {
    "dep": "dependency",
    "dependencies": "dependency",
    "hist": "history",
    "ls": "list",
    "fetch": "pull",
    "inspect": "show",
    "del": "uninstall",
    "delete": "uninstall",
    "un": "uninstall",
}
ABOUT = "Helm charts without the helm binary: Helm's commands, Helm's flags, Helm's records."
ROOT = Group("purehelm", TABLE, aliases=ALIASES, about=ABOUT)


def run(arguments: Sequence[str]) -> int:
    """The exit status of one command: 0, or 1 after one `Error: ...` line on standard error, as Helm ends."""
    try:
        status = ROOT.main(args=list(arguments), prog_name="purehelm", standalone_mode=False)
    except click.ClickException as error:
        return _fail(error.message)
    except click.Abort:
        return _fail("interrupted")
    except click.exceptions.Exit as end:
        return end.exit_code
    except EngineError as error:
        return _fail(str(error))
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            sys.stderr.close()  # the reader has gone: nobody is left to tell
            return 1
        return _fail(system_error(error))
    return status if isinstance(status, int) else 0


def system_error(error: OSError) -> str:
    """An error of the operating system as Go tells it: `open PATH: no such file or directory`."""
    reason = (error.strerror or str(error)).lower()
    return f"open {error.filename}: {reason}" if error.filename else reason


def _fail(message: str) -> int:
    click.echo(f"Error: {message}", err=True)
    return 1


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


if __name__ == "__main__":
    main()
