"""`lever-fix bowler`: a Bowler query, written out, as a codemod of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from lever_fix import registry
from lever_fix.cli import apply as applying
from lever_fix.cli import check as checking
from lever_fix.cli import options
from lever_fix.cli.console import Voice
from lever_fix.codemod_names import QUERY
from lever_fix.errors import ExitCode


def bowler(
    query: Annotated[
        str,
        typer.Argument(help='Such as select_function("old").rename("new").', metavar="QUERY"),
    ],
    paths: options.Paths = None,
    apply: Annotated[bool, typer.Option("--apply", help="Apply the findings.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the diff and a summary; write nothing.")
    ] = False,
    allow_dirty: Annotated[
        bool, typer.Option("--allow-dirty", help="Also change files with uncommitted changes.")
    ] = False,
    allow_no_vcs: Annotated[
        bool, typer.Option("--allow-no-vcs", help="Also change files outside git.")
    ] = False,
    since: options.Since = "",
    jobs: options.Jobs = 0,
    no_cache: options.NoCache = False,
    config: options.Config = None,
    isolated: options.Isolated = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Run a Bowler query: report what it would change, or apply it."""
    source = f"{QUERY}{query}"
    known = registry.load()
    name = next(name for name in registry.load((source,)) if name not in known)
    if apply or dry_run:
        # Whoever writes a query out has asked for what it does.
        applying.apply(
            paths, [name], unsafe=True, dry_run=dry_run, allow_dirty=allow_dirty,
            allow_no_vcs=allow_no_vcs, since=since, codemod=[source], jobs=jobs,
            no_cache=no_cache, config=config, isolated=isolated, quiet=quiet, verbose=verbose,
        )  # fmt: skip
    try:
        checking.check(
            paths, [name], unsafe=True, since=since, codemod=[source], jobs=jobs,
            no_cache=no_cache, config=config, isolated=isolated, quiet=quiet, verbose=verbose,
        )  # fmt: skip
    except typer.Exit as end:
        if end.exit_code == ExitCode.FINDINGS:
            Voice(verbose - quiet).say("Add --dry-run to see the diff, --apply to make it.")
        raise
