import asyncio
import threading

import aiohttp

found = []


def work(url: str) -> None:
    asyncio.run(_work(url))


async def _work(url: str) -> None:
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(url + "/text/ascii", max_redirects=31) as response:
            found.append(await response.text(errors="replace"))


def main(url):
    thread = threading.Thread(target=work, args=(url,))
    thread.start()
    thread.join()
    return found
