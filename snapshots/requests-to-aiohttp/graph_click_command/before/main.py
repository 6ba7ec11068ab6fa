import click
from click.testing import CliRunner

import client


@click.command()
@click.argument("url")
@click.option("--name", default="object")
def show(url: str, name: str) -> None:
    """Show what there is."""
    found = client.fetch(url, name)
    click.echo(f"{name}: {found['a']}")


def main(url):
    return CliRunner().invoke(show, [url, "--name", "plain"]).output
