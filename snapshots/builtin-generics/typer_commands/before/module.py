from typing import List, Optional, Tuple

import typer

app = typer.Typer()


@app.command()
def run(
    paths: List[str],
    point: Tuple[int, int] = (0, 0),
    tags: Optional[List[str]] = typer.Option(None, help="Only these"),
) -> None:
    """Run it."""
