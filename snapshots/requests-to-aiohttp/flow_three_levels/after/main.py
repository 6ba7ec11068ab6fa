import asyncio

import client


async def methods(url: str) -> list[str]:
    first = await client.get(url)
    return [(await first.json(content_type=None))["method"], (await (await client.post(url)).json(content_type=None))["method"]]


def main(url):
    return asyncio.run(_main(url))


async def _main(url):
    return await methods(url)
