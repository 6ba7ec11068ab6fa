"""Options that several commands share, and the request they add up to."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from lever_fix.codemod_names import parse_codemod_name, with_place
from lever_fix.config import Override, parse_override
from lever_fix.errors import UsageError
from lever_fix.workflow import Request

Paths = Annotated[
    list[str] | None,
    typer.Argument(help="Files and directories; the working directory if none.", metavar="[PATHS]"),
]
Select = Annotated[
    list[str] | None,
    typer.Option("--select", "-s", help="Run only these codemods.", metavar="ID,…"),
]
Ignore = Annotated[
    list[str] | None, typer.Option("--ignore", help="Leave out these codemods.", metavar="ID,…")
]
Unsafe = Annotated[bool, typer.Option("--unsafe", help="Include the unsafe fixes.")]
Target = Annotated[
    str, typer.Option("--target-version", help="Lowest Python version.", metavar="py311")
]
Since = Annotated[
    str,
    typer.Option("--since", help="Only findings on lines changed since REV.", metavar="REV"),
]
PlanFile = Annotated[
    Path | None,
    typer.Option("--plan", help="Read a plan instead of analysing.", metavar="FILE"),
]
Decisions = Annotated[
    Path | None,
    typer.Option("--decisions", help="Where decisions are kept.", metavar="FILE"),
]
AllowDirty = Annotated[
    bool, typer.Option("--allow-dirty", help="Also change files with uncommitted changes.")
]
AllowNoVcs = Annotated[bool, typer.Option("--allow-no-vcs", help="Also change files outside git.")]
Codemods = Annotated[
    list[str] | None,
    typer.Option("--codemod", help="Bring your own codemod.", metavar="PATH[:NAME]"),
]
Baseline = Annotated[
    Path | None,
    typer.Option("--baseline", help="Only what is new since FILE was written.", metavar="FILE"),
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", help="Worker processes.", metavar="N", min=0)]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither read nor write the cache.")]
Config = Annotated[
    list[str] | None,
    typer.Option("--config", help="Override one setting, in TOML.", metavar="KEY=VALUE"),
]
Isolated = Annotated[bool, typer.Option("--isolated", help="Ignore all configuration files.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Also show what was left alone, and why.")
]
Verify = Annotated[
    str,
    typer.Option(
        "--verify",
        help="Try the change in a work tree of its own; leave out what CMD fails with.",
        metavar="CMD",
    ),
]
VerifyTimeout = Annotated[
    float,
    typer.Option(
        "--verify-timeout", help="Seconds after which CMD counts as failed.", metavar="S", min=0
    ),
]
VerifyBaselineFails = Annotated[
    bool,
    typer.Option(
        "--verify-baseline-fails", help="Go on where CMD fails already; allow no new failure."
    ),
]
Output = Annotated[
    Path | None, typer.Option("--output", help="Write to FILE instead.", metavar="FILE")
]


@dataclass(frozen=True)
class Shared:
    """The shared options as typed."""

    paths: Sequence[str] | None = None
    select: Sequence[str] | None = None
    ignore: Sequence[str] | None = None
    target_version: str = ""
    since: str = ""
    codemods: Sequence[str] | None = None
    jobs: int = 0
    no_cache: bool = False
    config: Sequence[str] | None = None
    isolated: bool = False
    stdin_filename: str | None = None
    """What standard input is called; None for a command that does not read it."""


def request(shared: Shared) -> Request:
    """The request that the shared options make.

    Raises:
        UsageError: They contradict one another.
    """
    paths, stdin = tuple(shared.paths or ()), None
    if "-" in paths and shared.stdin_filename is None:
        raise UsageError(
            "only `check` reads standard input",
            "lever-fix check - --stdin-filename PATH --format json tells the edits",
        )
    if "-" in paths or shared.stdin_filename:
        if paths not in ((), ("-",)):
            raise UsageError(
                "'-' reads standard input and stands alone", "leave the other paths out"
            )
        if not shared.stdin_filename:
            raise UsageError(
                "standard input needs a name, for its settings and imports",
                "add --stdin-filename PATH",
            )
        paths, stdin = (shared.stdin_filename,), sys.stdin.buffer.read()
    return Request(
        paths=paths,
        cwd=Path.cwd(),
        overrides=tuple(_overrides(shared)),
        isolated=shared.isolated,
        codemods=codemod_sources(shared.codemods or ()),
        since=shared.since,
        jobs=shared.jobs,
        cache=not shared.no_cache,
        stdin=stdin,
    )


def _overrides(shared: Shared) -> list[Override]:
    found = [parse_override(text) for text in shared.config or ()]
    if shared.select is not None:
        # What is named on the command line wins over what a file ignores.
        ids = _split(shared.select)
        found.append(Override("--select", {"select": ids, "extend-select": [], "ignore": []}))
    if shared.ignore:
        found.append(Override("--ignore", {"ignore": _split(shared.ignore)}, adds=True))
    if shared.target_version:
        found.append(Override("--target-version", {"target-version": shared.target_version}))
    return found


def _split(values: Sequence[str]) -> list[str]:
    return [name.strip() for value in values for name in value.split(",") if name.strip()]


def codemod_sources(named: Sequence[str]) -> tuple[str, ...]:
    """What `--codemod` names, files relative to the working directory as absolute ones."""
    return tuple(
        with_place(one, str(Path(parse_codemod_name(one).place).absolute()))
        if parse_codemod_name(one).is_file
        else one
        for one in named
    )
