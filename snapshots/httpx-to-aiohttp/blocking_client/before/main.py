import client


async def main(url):
    return client.total(url)
