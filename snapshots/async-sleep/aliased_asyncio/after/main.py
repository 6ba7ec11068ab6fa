import asyncio as aio


async def main() -> str:
    await aio.sleep(1)
    await aio.sleep(1)
    return "done"
