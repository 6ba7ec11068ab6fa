import asyncio


class Flaky:
    """Answers the third time."""

    def __init__(self) -> None:
        self.calls = 0

    async def fetch(self) -> str:
        self.calls += 1
        if self.calls < 3:
            raise ConnectionError("not yet")
        return "answer"


async def fetch_patiently(server: Flaky, attempts: int = 5) -> str:
    for attempt in range(attempts):
        try:
            return await server.fetch()
        except ConnectionError:
            await asyncio.sleep(2**attempt)
    raise TimeoutError
