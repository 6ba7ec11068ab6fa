from pathlib import Path
from typing import Annotated, Optional

import typer

app = typer.Typer()


@app.command()
def export(
    name: str,
    output: Optional[Path] = typer.Option(None, help="Where to write"),
    limit: Annotated[Optional[int], typer.Option(help="How many at most")] = None,
    tags: Optional[list[str]] = None,
) -> None:
    """Write the orders of a customer."""


@app.command()
def version(verbose: Optional[bool] = None) -> None:
    """Show the version."""
