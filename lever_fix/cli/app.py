"""The commands together, and the one place where errors become text and exit codes."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated

import typer

from lever_fix import __version__
from lever_fix.cli import apply, check, config, explain, listing, undo
from lever_fix.cli.console import complain
from lever_fix.errors import ExitCode, LeverFixError

app = typer.Typer(
    name="lever-fix",
    help="Rewrite Python back ends toward a team's written standards, carefully.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("check")(check.check)
app.command("apply")(apply.apply)
app.command("undo")(undo.undo)
app.command("list")(listing.list_codemods)
app.command("explain")(explain.explain)
app.command("config")(config.config)


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version.", is_eager=True)
    ] = False,
) -> None:
    if version:
        typer.echo(f"lever-fix {__version__}")
        raise typer.Exit


def run() -> int:
    """Run a command; every error a user can act on ends as text and exit code 2."""
    gc.disable()  # a command is short, and most of what it makes lives to its end
    try:
        return int(app(standalone_mode=True) or 0)
    except LeverFixError as error:
        complain(error)
        return ExitCode.ERROR
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; every file is whole\n")
        return 130
    except BrokenPipeError:
        # The reader went away, as `head` does; Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
