import asyncio

import aiohttp
import typer
from typer.testing import CliRunner

app = typer.Typer()


@app.command()
def show(url: str, times: int = 2) -> None:
    asyncio.run(_show(url, times))


async def _show(url: str, times: int) -> None:
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        for _ in range(times):
            async with session.get(url + "/text/ascii", max_redirects=31) as response:
                typer.echo(await response.text(errors="replace"))


def main(url):
    return CliRunner().invoke(app, [url]).output
