import asyncio

import requests


def length(url: str) -> int:
    return len(requests.get(f"{url}/text/ascii").text)


async def both(url: str) -> int:
    return 2


def main(url):
    return asyncio.run(both(url)) + length(url)
