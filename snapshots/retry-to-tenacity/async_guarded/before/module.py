import asyncio


async def fetch(call):
    for attempt in range(3):
        try:
            return await call()
        except (ConnectionError, TimeoutError):
            if attempt == 2:
                raise
            await asyncio.sleep(2**attempt)
