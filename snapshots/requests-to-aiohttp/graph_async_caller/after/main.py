import client


async def main(url):
    return (await client.fetch(url, "object"))["a"]
