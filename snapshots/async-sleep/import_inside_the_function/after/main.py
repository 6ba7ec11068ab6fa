import asyncio


async def main() -> str:
    await asyncio.sleep(1)
    return "done"
