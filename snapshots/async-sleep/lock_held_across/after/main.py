import asyncio
import threading

state = threading.RLock()


async def main() -> str:
    with state:
        await asyncio.sleep(1)
    return "done"
