import asyncio
import json

import aiohttp


async def read(url):
    async with aiohttp.ClientSession() as session:
        for attempt in range(3):
            try:
                async with session.post(
                    url,
                    json={"attempt": attempt},
                    timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                    max_redirects=31,
                ) as response:
                    response.raise_for_status()
                    return json.loads(await response.text())
            except (aiohttp.ClientError, TimeoutError, json.JSONDecodeError) as error:
                if attempt == 2:
                    raise
                print(f"attempt {attempt}: {type(error)}")
                await asyncio.sleep(0)


async def main(url):
    try:
        await read(url + "/status/503")
    except Exception as error:
        return "gave up"
