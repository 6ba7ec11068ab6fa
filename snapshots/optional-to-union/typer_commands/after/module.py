from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def export(
    name: str,
    output: Path | None = typer.Option(None, help="Where to write"),
    limit: Annotated[int | None, typer.Option(help="How many at most")] = None,
    tags: list[str] | None = None,
) -> None:
    """Write the orders of a customer."""


@app.command()
def version(verbose: bool | None = None) -> None:
    """Show the version."""
