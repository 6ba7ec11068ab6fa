import asyncio

import aiohttp

import client


async def main(url):
    found = [
        await client.fetch(url, name="object"),
        await client.fetch(
            url,  # there
            name="object",
        ),
        await client.fetch(url),
        (await client.fetch(url, tries=2))["a"],
        await client.fetch(url),
        await client.fetch(url),
        await client.fetch(url, tries=3),
        await asyncio.wait_for(client.fetch(url), timeout=5),
    ]
    found += await asyncio.gather(*[client.fetch(url) for _ in range(2)])
    try:
        await client.fetch(url + "/status/404?")
    except aiohttp.ClientResponseError as error:
        found.append(error.status)
    return found
