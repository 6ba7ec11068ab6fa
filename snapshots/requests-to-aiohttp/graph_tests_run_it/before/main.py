import os

import client


async def main(url):
    os.environ["SERVER"] = url
    found = client.fetch(url, "object")["a"]
    import asyncio

    import test_client

    await asyncio.to_thread(test_client.test_fetch)
    await asyncio.to_thread(test_client.test_missing)
    return found
