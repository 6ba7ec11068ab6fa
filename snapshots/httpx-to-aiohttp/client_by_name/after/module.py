import json

import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        headers={"X-Token": "secret"},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
    ) as client:
        found = []
        for number in range(2):
            async with client.get(
                f"{url}/echo/{number}",
                allow_redirects=False,
            ) as response:
                found.append(json.loads(await response.read())["headers"]["x-token"])
        await client.close()
    return found
