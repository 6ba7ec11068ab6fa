import client


async def load(url: str) -> int:
    return (await client.fetch(url, "object"))["a"]
