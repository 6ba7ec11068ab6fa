import asyncio


async def a_while():
    await asyncio.sleep(0)


class Waiting:
    def __init__(self):
        asyncio.run(a_while())


def wait():
    return Waiting()
