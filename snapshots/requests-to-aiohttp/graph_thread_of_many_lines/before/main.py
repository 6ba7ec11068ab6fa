import asyncio

from client import Client, Missing


async def main(url):
    client = Client(url)
    loop = asyncio.get_event_loop()
    # Two at a time.
    first, second = await asyncio.gather(
        asyncio.to_thread(client.fetch, "200"),
        loop.run_in_executor(
            None,
            client.fetch,
            "200",
        ),
    )
    try:
        return await asyncio.to_thread(
            client.fetch,
            "404",
            strict=True,
        )
    except Missing as error:
        return first, second, str(error)
