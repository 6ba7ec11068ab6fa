import time


async def run(asyncio: str) -> str:
    time.sleep(0.1)
    return asyncio


async def main() -> str:
    return await run("asyncio")
