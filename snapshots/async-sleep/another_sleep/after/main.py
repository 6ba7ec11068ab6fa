import asyncio
from asyncio import sleep


class Bed:
    def sleep(self, hours: float) -> float:
        return hours * 2


time = Bed()


async def main() -> float:
    await sleep(0.1)
    await asyncio.sleep(0.1)
    return time.sleep(4)
