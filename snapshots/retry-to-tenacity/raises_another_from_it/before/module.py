import asyncio


class Unavailable(Exception):
    pass


async def fetch(call):
    for attempt in range(3):
        try:
            return await call()
        except ConnectionError as error:
            if attempt == 2:
                raise Unavailable(f"gave up after {attempt + 1} attempts") from error
            await asyncio.sleep(1)
