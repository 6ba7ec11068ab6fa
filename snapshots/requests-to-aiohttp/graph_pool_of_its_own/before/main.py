import asyncio
from concurrent.futures import ThreadPoolExecutor

from client import fetch

pool = ThreadPoolExecutor(2)


async def main(url):
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(pool, fetch, url)
