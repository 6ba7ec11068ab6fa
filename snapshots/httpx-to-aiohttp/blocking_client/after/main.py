import client


async def main(url):
    return await client.total(url)
