import asyncio as aio
import time as clock


async def main() -> str:
    clock.sleep(1)
    await aio.sleep(1)
    return "done"
