import json

import aiohttp
import client


async def careful(url, name):
    try:
        return await client.fetch(url, name)
    except aiohttp.ClientResponseError as error:
        return error.status
    except (aiohttp.ClientError, TimeoutError, json.JSONDecodeError):
        return "failed"


async def main(url):
    return [await careful(url, name) for name in ("object", "empty", "broken")]
