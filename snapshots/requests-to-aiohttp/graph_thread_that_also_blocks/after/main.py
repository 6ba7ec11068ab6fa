import asyncio

from client import fetch


async def main(url):
    return await asyncio.to_thread(fetch, url)
