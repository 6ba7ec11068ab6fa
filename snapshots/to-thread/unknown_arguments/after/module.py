import asyncio

import requests


async def read(url, **options):
    return (await asyncio.to_thread(requests.get, url, stream=False, **options)).text


async def main(url):
    try:
        return await read(url + "/text/ascii", timeout=5)
    except requests.RequestException:
        return None
