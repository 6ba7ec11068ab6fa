import asyncio

from client import Client, Missing


async def main(url):
    client = Client(url)
    # Two at a time.
    first, second = await asyncio.gather(
        client.fetch("200"),
        client.fetch(
            "200",
        ),
    )
    try:
        return await client.fetch(
            "404",
            strict=True,
        )
    except Missing as error:
        return first, second, str(error)
