import time

import anyio


async def main() -> str:
    time.sleep(1)
    await anyio.sleep(1)
    return "done"
