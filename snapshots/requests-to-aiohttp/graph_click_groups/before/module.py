import click
import requests
from click.testing import CliRunner


@click.group()
def cli():
    pass


@cli.group()
def rates():
    pass


@rates.command()
@click.argument("url")
def show(url):
    """Show one."""
    click.echo(requests.get(url + "/json/object", timeout=5).json()["a"])


def main(url):
    result = CliRunner().invoke(cli, ["rates", "show", url])
    return result.output, result.exit_code
