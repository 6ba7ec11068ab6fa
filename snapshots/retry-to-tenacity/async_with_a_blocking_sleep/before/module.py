import time


async def fetch(call):
    for attempt in range(3):
        try:
            return await call()
        except ConnectionError:
            if attempt == 2:
                raise
            time.sleep(1)
