import client


async def load(url: str) -> int:
    return client.fetch(url, "object")["a"]
