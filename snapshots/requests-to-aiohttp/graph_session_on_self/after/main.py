from client import Client


async def both(url: str) -> list:
    async with Client(url, "secret") as client:
        return [await client.item(name) for name in ("a", "b")]


async def main(url):
    return await both(url)
