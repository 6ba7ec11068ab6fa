"""`lever-fix bulk`: the same over many repositories."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from lever_fix.cli import options
from lever_fix.cli.console import Voice, write_output
from lever_fix.errors import ExitCode
from lever_fix.model import Verdict

Campaign = Annotated[Path, typer.Argument(help="The campaign.", metavar="CAMPAIGN.toml")]
Only = Annotated[
    str, typer.Option("--only", help="Only repositories whose name matches.", metavar="GLOB")
]


def run(
    campaign: Campaign,
    push: Annotated[bool, typer.Option("--push", help="Push what is committed.")] = False,
    plan_only: Annotated[
        bool, typer.Option("--plan-only", help="Stop when all is planned, for a review.")
    ] = False,
    failed: Annotated[
        bool, typer.Option("--failed", help="Take up again what failed, and nothing else.")
    ] = False,
    only: Only = "",
    executor: Annotated[
        str, typer.Option("--executor", help="Where to work: local or dask.", metavar="NAME")
    ] = "",
    scheduler: Annotated[
        str, typer.Option("--scheduler", help="Address of a dask scheduler.", metavar="tcp://…")
    ] = "",
    jobs: options.Jobs = 0,
    quiet: options.Quiet = False,
) -> None:
    """Take every repository of a campaign as far as it can get."""
    from lever_fix.bulk.run import Asked, run_campaign
    from lever_fix.bulk.status import totals

    voice = Voice(-1 if quiet else 0)
    asked = Asked(push, plan_only, failed, only, executor, scheduler, jobs)
    rows = run_campaign(campaign, asked, voice.say)
    voice.say(totals(rows))
    raise typer.Exit(ExitCode.ERROR if any(row.error for row in rows) else ExitCode.OK)


def status(campaign: Campaign) -> None:
    """Show how far each repository is."""
    from lever_fix.bulk.campaign import read_campaign
    from lever_fix.bulk.state import opened_state
    from lever_fix.bulk.status import render_status

    read_campaign(campaign)  # a name that is misspelt must not make a state beside nothing
    with opened_state(campaign) as state:
        sys.stdout.write(render_status(state.rows()))


def review(
    campaign: Campaign,
    plain: Annotated[
        bool, typer.Option("--plain", help="Ask line by line; also through a pipe.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Also show what was rejected before.")
    ] = False,
) -> None:
    """Decide on equal changes together, over all repositories."""
    from lever_fix import registry
    from lever_fix.bulk.campaign import codemod_files, read_campaign
    from lever_fix.bulk.review import review_of
    from lever_fix.bulk.state import opened_state
    from lever_fix.cli.explain import described
    from lever_fix.cli.review import refuse_without_terminal, run_review

    if not plain:
        refuse_without_terminal()
    known = registry.load(codemod_files(read_campaign(campaign), campaign))
    with opened_state(campaign) as state:
        at_work = review_of(
            state, campaign, lambda name: described(name, known), everything=everything
        )
        if at_work.session.view.order:
            run_review(at_work, plain)
        counts = at_work.session.counts
    said = f"{counts[Verdict.ACCEPT]} accepted, {counts[Verdict.REJECT]} rejected"
    Voice().say(f"{said}, {counts[None]} undecided; `lever-fix bulk run` makes what is accepted.")


def report(
    campaign: Campaign,
    output: Annotated[
        Path | None, typer.Option("--output", help="The page to write.", metavar="FILE")
    ] = None,
) -> None:
    """Write one HTML page that holds all of it."""
    from lever_fix.bulk.campaign import read_campaign
    from lever_fix.bulk.html import render_report
    from lever_fix.bulk.state import opened_state

    file = output or campaign.with_suffix(".html")
    name = read_campaign(campaign).name or campaign.stem
    with opened_state(campaign) as state:
        write_output(render_report(name, state.rows()), file)
    Voice().say(f"{file}: written; open it in a browser.")
