from typing import Optional

import typer

app = typer.Typer()


@app.command()
def run(
    paths: list[str],
    point: tuple[int, int] = (0, 0),
    tags: Optional[list[str]] = typer.Option(None, help="Only these"),
) -> None:
    """Run it."""
