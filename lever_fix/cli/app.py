"""The commands together, and the one place where errors become text and exit codes."""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from lever_fix import __version__
from lever_fix.cli.console import complain
from lever_fix.engine.workers import hush_parser
from lever_fix.errors import ExitCode, LeverFixError, failure

INTERRUPTED = 130
"""What a shell expects of a process that Ctrl-C ended."""

DEBUG = "LEVER_FIX_TRACEBACK"
"""Environment variable that asks for the traceback of an internal error."""

app = typer.Typer(
    name="lever-fix",
    help="Rewrite Python back ends toward a team's written standards, carefully.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _complaining(command: Callable[..., None]) -> Callable[..., None]:
    """The command with its errors as text and exit codes, whatever version typer has."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            error = failure(lambda: command(*arguments, **options))
        except KeyboardInterrupt:
            sys.stderr.write("interrupted; every file is whole\n")
            raise typer.Exit(INTERRUPTED) from None
        if isinstance(error, BrokenPipeError):
            # The reader went away, as `head` does; Python must not complain at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(ExitCode.OK)
        if isinstance(error, LeverFixError):
            complain(error)
            raise typer.Exit(ExitCode.ERROR)
        if isinstance(error, typer.Exit):
            raise error
        if error is not None:
            complain(_internal(error))
            raise typer.Exit(ExitCode.ERROR)

    return run


def _internal(error: Exception) -> LeverFixError:
    """A fault of ours, as short as a user wants it."""
    import traceback

    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return LeverFixError(
        f"internal error: {type(error).__name__}: {error}{where}",
        f"please report it, with what {DEBUG}=1 in the environment prints",
    )


_COMMANDS = {
    "check": "check:check",
    "apply": "apply:apply",
    "review": "review:review",
    "undo": "undo:undo",
    "list": "listing:list_codemods",
    "explain": "explain:explain",
    "explain-effects": "explain_effects:explain_effects",
    "config": "config:config",
    "new": "new:new",
    "bowler": "bowler:bowler",
}
"""Module and function of each command, in the order that help shows them."""

_CAMPAIGN_COMMANDS = {
    "run": "bulk:run",
    "status": "bulk:status",
    "review": "bulk:review",
    "report": "bulk:report",
}
"""The same of the commands below `bulk`."""


def _add_commands(words: Sequence[str]) -> None:
    """Load the command that is asked for; all of them where help or an error lists them."""
    asked = [name for name in _COMMANDS if [name] == list(words[:1])]
    if not asked:
        campaigns = typer.Typer(
            help="The same over many repositories; `bulk CAMPAIGN.toml` is short for `bulk run`.",
            no_args_is_help=True,
            rich_markup_mode=None,
        )
        app.add_typer(campaigns, name="bulk")
        for name, place in _CAMPAIGN_COMMANDS.items():
            campaigns.command(name)(_loaded(place))
        if list(words[:1]) == ["bulk"]:
            return
    for name in asked or _COMMANDS:
        app.command(name)(_loaded(_COMMANDS[name]))


def _loaded(place: str) -> Callable[..., None]:
    module, _, function = place.partition(":")
    found = importlib.import_module(f"lever_fix.cli.{module}")
    return _complaining(getattr(found, function))


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version.", is_eager=True)
    ] = False,
) -> None:
    if version:
        typer.echo(f"lever-fix {__version__}")
        raise typer.Exit


def _spelt_out(words: list[str]) -> list[str]:
    """The words of a command line, in which `bulk CAMPAIGN.toml` is `bulk run CAMPAIGN.toml`."""
    if words[:1] != ["bulk"] or len(words) == 1 or words[1] in _CAMPAIGN_COMMANDS:
        return words
    is_option = words[1].startswith("-") and words[1] not in ("-h", "--help")
    # Anything else is a command misspelt, and is better called that than a campaign's name.
    if is_option or words[1].endswith(".toml") or Path(words[1]).is_file():
        return ["bulk", "run", *words[1:]]
    return words


def run() -> int:
    """Run a command; every error a user can act on ends as text and exit code 2."""
    hush_parser()
    words = _spelt_out(sys.argv[1:])
    _add_commands(words)
    return int(app(words, standalone_mode=True) or 0)
