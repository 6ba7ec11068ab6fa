import asyncio
import time


async def measured() -> bool:
    start = time.monotonic()
    await asyncio.sleep(0.1)
    await asyncio.sleep(0.1)
    return time.monotonic() >= start


async def main() -> bool:
    return await measured()
