import asyncio
import functools

import anyio.to_thread
import requests
from starlette.concurrency import run_in_threadpool

import client


async def main(url):
    loop = asyncio.get_running_loop()
    found = [
        await asyncio.to_thread(client.fetch, url, name="object"),
        await asyncio.to_thread(
            client.fetch,
            url,  # there
            name="object",
        ),
        await loop.run_in_executor(None, client.fetch, url),
        (await run_in_threadpool(client.fetch, url, tries=2))["a"],
        await anyio.to_thread.run_sync(client.fetch, url),
        await asyncio.to_thread(lambda: client.fetch(url)),
        await asyncio.to_thread(functools.partial(client.fetch, url, tries=3)),
        await asyncio.wait_for(asyncio.to_thread(client.fetch, url), timeout=5),
    ]
    found += await asyncio.gather(*[asyncio.to_thread(client.fetch, url) for _ in range(2)])
    try:
        await asyncio.to_thread(client.fetch, url + "/status/404?")
    except requests.HTTPError as error:
        found.append(error.response.status_code)
    return found
