import asyncio
import functools
import time


async def main() -> str:
    def wait(seconds: float = 0.1) -> None:
        time.sleep(seconds)

    def wait_longer() -> None:
        time.sleep(0.2)

    def wait_longest() -> None:
        time.sleep(0.3)

    await asyncio.to_thread(wait)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, wait_longer)
    await loop.run_in_executor(None, functools.partial(wait_longest))
    return "done"
