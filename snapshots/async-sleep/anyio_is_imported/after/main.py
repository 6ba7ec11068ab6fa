import asyncio

import anyio


async def main() -> str:
    await asyncio.sleep(1)
    await anyio.sleep(1)
    return "done"
