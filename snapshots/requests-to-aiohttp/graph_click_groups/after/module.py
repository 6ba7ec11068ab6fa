import asyncio

import aiohttp
import click
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
    asyncio.run(_show(url))


async def _show(url):
    async with aiohttp.ClientSession() as session:
        async with session.get(
            url + "/json/object",
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as response:
            click.echo((await response.json(content_type=None))["a"])


def main(url):
    result = CliRunner().invoke(cli, ["rates", "show", url])
    return result.output, result.exit_code
